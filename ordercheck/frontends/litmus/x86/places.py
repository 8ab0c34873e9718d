"""Objects, addresses and initial registers of an x86 test: what its names stand for."""

from __future__ import annotations

from collections.abc import Sequence

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.init import Cell, Entry, Register
from ordercheck.frontends.litmus.x86.code import Code
from ordercheck.frontends.litmus.x86.registers import Part, part
from ordercheck.frontends.litmus.x86.syntax import Column, Instruction, Memory
from ordercheck.program.expr import Expr, apply, const, var
from ordercheck.program.ir import ANYWHERE, Address, MemObject, Visibility

FIRST_ADDRESS, STRIDE = 0x5E000000, 0x10000
WIDTHS = {
    "char": 1,
    "int8_t": 1,
    "uint8_t": 1,
    "short": 2,
    "int16_t": 2,
    "uint16_t": 2,
    "int": 4,
    "unsigned": 4,
    "int32_t": 4,
    "uint32_t": 4,
    "long": 8,
    "int64_t": 8,
    "uint64_t": 8,
    "intptr_t": 0,
    "uintptr_t": 0,
    "int128_t": 16,
    "uint128_t": 16,
    "__int128": 16,
    "__uint128": 16,
}


class Places:
    """What the names of a test stand for.

    A location without a type is an `int`, or as wide as the widest access through its name.
    pointers maps the registers that hold one address from start to end to the Cell there.
    """

    def __init__(self, entries: Sequence[Entry], file: str, wide: bool) -> None:
        self.file, self.wide = file, wide
        self.word = 8 if wide else 4
        self.sizes: dict[str, int] = {}
        self.cell: dict[str, int] = {}
        self.signed: dict[str, bool] = {}
        self.registers: dict[tuple[int, str], tuple[int | Cell, str]] = {}
        self.pointers: dict[tuple[int, str], Cell] = {}
        self.address_taken = False
        self._fixed: set[str] = set()
        self._content: dict[str, tuple[int | Cell, ...]] = {}
        self._thread = 0
        for entry in entries:
            self._entry(entry)

    # the initial state

    def _entry(self, entry: Entry) -> None:
        where = entry.location
        if isinstance(where, Register):
            register = part(where.name, self.wide)
            if register is None or (register.bits < (64 if self.wide else 32) and register.bits > 1):
                whole = "64" if self.wide else "32"
                raise self._error(f"expected a {whole}-bit register, found {where.name}", entry)
            start = 0 if entry.value is None else entry.value
            self.registers[where.thread, register.whole] = (start, entry.type)
            if isinstance(start, Cell):
                self.name(start.name)
            return
        width = self._width(entry)
        known = self.sizes.get(where.name)
        values = entry.cells if entry.cells is not None else (0 if entry.value is None else entry.value,)
        for value in values:
            if isinstance(value, Cell):
                self.name(value.name)
        if known is not None and where.name in self._content:
            raise self._error(f"{where.name} is initialised twice", entry)
        self.cell[where.name] = width
        self.signed[where.name] = not entry.type.startswith(("u", "__u"))
        self.sizes[where.name] = width * len(values)
        self._content[where.name] = values
        if entry.type or entry.cells is not None:
            self._fixed.add(where.name)

    def _width(self, entry: Entry) -> int:
        if entry.pointer or (isinstance(entry.value, Cell) and not entry.type):
            return self.word
        kind = entry.type.split()[-1] if entry.type else "int"
        width = WIDTHS.get(kind)
        if width is None:
            raise self._error(f"unknown type {entry.type[:40]}", entry)
        return width or self.word

    def _error(self, message: str, at: Entry | Instruction) -> InputError:
        return InputError(message, self.file, at.line, at.column)

    # names

    def name(self, name: str) -> str:
        """Declares a location that the test only uses; returns its name."""
        if name not in self.sizes:
            self.sizes[name] = self.cell[name] = 4
            self.signed[name] = True
        return name

    def settle(self, columns: Sequence[Column]) -> None:
        """Finds the registers that always hold one address."""
        for thread, column in enumerate(columns):
            written = {r.whole for item in column.items for r in _written(item)}
            for (owner, register), (value, _) in self.registers.items():
                if owner == thread and isinstance(value, Cell) and register not in written:
                    self.pointers[thread, register] = value

    def enter(self, thread: int) -> None:
        """The thread whose code is translated now."""
        self._thread = thread

    def _numbers(self) -> dict[str, int]:
        return {name: FIRST_ADDRESS + STRIDE * k for k, name in enumerate(self.sizes)}

    def number(self, cell: Cell) -> int:
        """The absolute address of a location."""
        self.name(cell.name)
        self.address_taken = True
        return FIRST_ADDRESS + STRIDE * list(self.sizes).index(cell.name) + self.offset(cell)

    def offset(self, cell: Cell) -> int:
        """Where a cell is in its object, in bytes."""
        return 0 if cell.index is None else cell.index * self.cell[cell.name]

    def start(self, thread: int) -> dict[str, Expr]:
        """What the registers of a thread hold at the start."""
        bits = 64 if self.wide else 32
        found: dict[str, Expr] = {}
        for (owner, register), (value, _) in self.registers.items():
            if owner == thread:
                number = self.number(value) if isinstance(value, Cell) else value
                found[register] = const(number & ((1 << bits) - 1))
        return found

    def objects(self) -> tuple[MemObject, ...]:
        """The memory of the test."""
        numbers = self._numbers()
        for values in self._content.values():
            if any(isinstance(value, Cell) for value in values):
                self.address_taken = True
        found = []
        for name, size in self.sizes.items():
            init = {}
            for k, value in enumerate(self._content.get(name, ())):
                width = self.cell[name] if len(self._content[name]) > 1 else size
                number = self.number(value) if isinstance(value, Cell) else value
                if number:
                    init[k * self.cell[name]] = (width, number & ((1 << 8 * width) - 1))
            address = numbers[name] if self.address_taken else None
            found.append(MemObject(name, size, Visibility.SHARED, init=init, address=address))
        return tuple(found)

    # operands in memory

    def natural(self, memory: Memory, at: Instruction) -> int:
        """The size in bytes of an operand whose instruction does not say it: that of a cell there."""
        cell = self._static(memory)
        if cell is None:
            return self.word
        return min(self.cell[self.name(cell.name)], self.word)

    def _static(self, memory: Memory) -> Cell | None:
        """The object that an operand is in, where that is plain."""
        if memory.symbol:
            return Cell(memory.symbol)
        if (self._thread, memory.index) in self.pointers:
            return None
        return self.pointers.get((self._thread, memory.base))

    def address(self, code: Code, memory: Memory, size: int, at: Instruction) -> Address:
        """The address of an operand of `size` bytes."""
        cell = self._static(memory)
        if cell is None:
            if not (memory.base or memory.index):
                raise self._error("an access to a number that is no address of a location", at)
            self.address_taken = True
            return Address(ANYWHERE, self.pointer(code, memory, at))
        self.name(cell.name)
        offset: Expr = const(self.offset(cell) + memory.disp)
        rest = [(memory.index, memory.scale)] if memory.index else []
        if memory.symbol and memory.base:
            rest.append((memory.base, 1))
        for register, scale in rest:
            offset = apply("+", offset, apply("*", self._register(code, register), scale))
        if rest:
            offset = apply("sext", offset, 8 * self.word)
        else:
            self._widen(cell.name, int(offset.value), size, at)
        return Address(cell.name, offset)

    def _widen(self, name: str, start: int, size: int, at: Instruction) -> None:
        end = start + size
        if start >= 0 and end <= self.sizes[name]:
            return
        if name in self._fixed or start:
            raise self._error(f"{size} bytes at {name}+{start} lie outside its {self.sizes[name]} bytes", at)
        self.sizes[name] = self.cell[name] = size

    def pointer(self, code: Code, memory: Memory, at: Instruction) -> Expr:
        """The address of an operand as a value."""
        result: Expr = self.value_of(memory.symbol) if memory.symbol else const(0)
        result = apply("+", result, memory.disp)
        for register, scale in ((memory.base, 1), (memory.index, memory.scale)):
            if register:
                result = apply("+", result, apply("*", self._register(code, register), scale))
        return apply("trunc", result, 8 * self.word) if result.op != "var" else result

    def value_of(self, symbol: str) -> Expr:
        """The address of an object as a value."""
        return const(self.number(Cell(symbol)))

    def _register(self, code: Code, register: str) -> Expr:
        code.registers[register] = None
        return var(register)

    def addresses(self) -> dict[int, str]:
        """The name of each address, where addresses are values."""
        if not self.address_taken:
            return {}
        found = {}
        for name, number in self._numbers().items():
            found[number] = name
            cells = len(self._content.get(name, ()))
            for k in range(1, cells):
                found[number + k * self.cell[name]] = f"{name}[{k}]"
        return found


def _written(item: object) -> list[Part]:
    """The registers that an instruction may write."""
    if not isinstance(item, Instruction):
        return []
    name = item.mnemonic
    if name.startswith(("cmp", "test", "movnt", "j")) and not name.startswith("cmpxchg"):
        return []
    found = [o for o in item.operands[-1:] if isinstance(o, Part)]
    if name.startswith(("xchg", "uxch", "xadd", "cmpxchg")):
        found = [o for o in item.operands if isinstance(o, Part)]
    if name.startswith("cmpxchg"):
        found += [Part("rax", 64), Part("EAX", 32)]
    return found
