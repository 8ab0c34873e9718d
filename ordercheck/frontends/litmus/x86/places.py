"""Objects, addresses and initial registers of an x86 test: what its names stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.init import ANY_THREAD, Cell, Entry, Register
from ordercheck.frontends.litmus.lexer import brief
from ordercheck.frontends.litmus.test import STRIDE
from ordercheck.frontends.litmus.x86.code import ZERO, Code, number
from ordercheck.frontends.litmus.x86.operands import Memory
from ordercheck.frontends.litmus.x86.registers import Part, part, symbolic
from ordercheck.frontends.litmus.x86.types import INT, Type, type_of
from ordercheck.program.expr import Expr, apply
from ordercheck.program.ir import ANYWHERE, Address, MemObject, Visibility

FIRST_ADDRESS = 0x5E000000
MAX_OBJECTS = 4096
# an object without a type grows up to this, in bytes
_MAX_GROWN = 4096
_NOWHERE: Mapping[int, tuple[int, int]] = {}


class Variable:
    """An object: its address, type, number of cells (0: no array) and their initial values.

    size is in bytes: that of its cells, or more where it has no type and wider accesses.
    """

    __slots__ = ("address", "cells", "declared", "size", "type", "values")

    def __init__(self, address: int, kind: Type, cells: int, values: Sequence[int | Cell], declared: bool):
        self.address, self.type, self.cells, self.values = address, kind, cells, values
        self.declared = declared
        self.size = kind.size * max(1, cells)


class Places:
    """What the names of a test stand for.

    place: where the initial state is. wide: in 64-bit mode. variables are the objects by name.
    registers are the initial values, by thread and whole register. pointing: addresses are
    values in this test.
    """

    def __init__(self, file: str, place: tuple[int, int], wide: bool, threads: int) -> None:
        self.file, self.wide, self.threads = file, wide, threads
        self._place = place
        self.word = 8 if wide else 4
        self.variables: dict[str, Variable] = {}
        self.registers: dict[tuple[int, str], tuple[int | Cell, Type]] = {}
        self.pointing = False
        self._unwritten: set[str] = set()
        self._thread = 0

    # the initial state

    def initialise(self, entries: Sequence[Entry], symbols: Mapping[str, tuple[int, str]]) -> None:
        """The initial state; symbols: the thread of each symbolic register first."""
        for entry in entries:
            if isinstance(entry.location, Register):
                self._register(entry, entry.location, symbols)
            else:
                self._object(entry, entry.location.name)
        for entry in entries:
            for value in (entry.value, *(entry.cells or ())):
                if isinstance(value, Cell) and self.offset(value) < 0:
                    raise self._error(f"{brief(str(value))} lies outside its array", entry)

    def _error(self, message: str, at: Entry) -> InputError:
        return InputError(message, self.file, at.line, at.column)

    def _register(self, entry: Entry, where: Register, symbols: Mapping[str, tuple[int, str]]) -> None:
        bits = 8 * self.word
        thread, register = where.thread, part(where.name, self.wide)
        if thread == ANY_THREAD:
            if where.name not in symbols:
                raise self._error(f"no thread uses the symbolic register {brief(where.name)}", entry)
            thread, register = symbols[where.name][0], symbolic(where.name, self.wide)
        if register is None or register.bits not in (1, bits, 128, 256, 512):
            raise self._error(f"expected a register of {bits} bits, found {brief(where.name)}", entry)
        if thread >= self.threads:
            raise self._error(f"there is no thread {thread}", entry)
        if (thread, register.whole) in self.registers:
            raise self._error(f"{brief(str(where))} is initialised twice", entry)
        value = 0 if entry.value is None else entry.value
        if isinstance(value, int):
            value %= 1 << register.bits
        self.registers[thread, register.whole] = value, self._type(entry, INT)

    def _object(self, entry: Entry, name: str) -> None:
        if name in self.variables:
            raise self._error(f"{brief(name)} is initialised twice", entry)
        values = entry.cells if entry.cells is not None else (0 if entry.value is None else entry.value,)
        untyped = type_of("uintptr_t", self.word) if isinstance(entry.value, Cell) else INT
        assert untyped is not None
        cells = 0 if entry.cells is None else len(values)
        declared = bool(entry.type) or entry.pointer or cells > 0
        self._new(name, self._type(entry, untyped), cells, values, declared)

    def _type(self, entry: Entry, untyped: Type) -> Type:
        if entry.pointer:
            return Type(self.word, False)
        found = type_of(entry.type, self.word) if entry.type else untyped
        if found is None:
            raise self._error(f"unknown type {brief(entry.type)}", entry)
        return found

    def _new(
        self, name: str, kind: Type, cells: int, values: Sequence[int | Cell], declared: bool
    ) -> Variable:
        if len(self.variables) == MAX_OBJECTS:
            raise InputError(f"more than {MAX_OBJECTS} locations", self.file, *self._place)
        address = FIRST_ADDRESS + STRIDE * len(self.variables)
        found = self.variables[name] = Variable(address, kind, cells, values, declared)
        return found

    # names

    def variable(self, name: str) -> Variable:
        """The object of a name; one that the test only uses is an int."""
        found = self.variables.get(name)
        return self._new(name, INT, 0, (), False) if found is None else found

    def offset(self, cell: Cell) -> int:
        """Where a cell is in its object, in bytes; -1 where it lies outside."""
        variable = self.variable(cell.name)
        if cell.index is None:
            return 0
        return cell.index * variable.type.size if 0 <= cell.index < max(1, variable.cells) else -1

    def number(self, cell: Cell) -> int:
        """The address of a location as a value."""
        self.pointing = True
        return self.variable(cell.name).address + self.offset(cell)

    def address_of(self, symbol: str) -> Expr:
        """The address of a location as a value."""
        return number(self.number(Cell(symbol)))

    def enter(self, thread: int, written: Set[str]) -> None:
        """The thread whose code is translated now, and the registers that it may write."""
        self._thread = thread
        self._unwritten = {name for owner, name in self.registers if owner == thread} - written

    def _constant(self, register: Part | None) -> int | Cell | None:
        """What a register holds from start to end, where that is plain."""
        if register is None or register.whole not in self._unwritten or register.bits < 8 * self.word:
            return None
        return self.registers[self._thread, register.whole][0]

    def start(self, thread: int, used: Iterable[str]) -> dict[str, Expr]:
        """What the registers of a thread that are used hold at the start."""
        found: dict[str, Expr] = {}
        for register in used:
            if (thread, register) in self.registers:
                value, _ = self.registers[thread, register]
                found[register] = number(self.number(value) if isinstance(value, Cell) else value)
        return found

    # operands in memory

    def natural(self, memory: Memory) -> int:
        """The size in bytes of an operand whose instruction does not say it: that of a cell there."""
        found = self._static(memory)
        return self.word if found is None else min(self.variable(found[0]).type.size, self.word)

    def _static(self, memory: Memory) -> tuple[str, int] | None:
        """The object that an operand is in and its place there, where both are plain."""
        name, offset = memory.symbol, memory.disp
        for register, scale in ((memory.base, 1), (memory.scaled, memory.scale)):
            if register is None:
                continue
            value = self._constant(register)
            if isinstance(value, int):
                offset += scale * value
            elif value is None or name or scale != 1:
                return None
            else:
                name, offset = value.name, offset + self.offset(value)
        half = 1 << (8 * self.word - 1)
        return (name, (offset + half) % (2 * half) - half) if name else None

    def address(self, code: Code, memory: Memory, size: int) -> Address:
        """The address of an operand of `size` bytes."""
        found = self._static(memory)
        if found is not None:
            name, offset = found
            self._reach(code, name, offset, size)
            return Address(name, number(offset))
        if memory.base is None and memory.scaled is None:
            raise code.error("an access to a number that is no address of a location")
        self.pointing = True
        return Address(ANYWHERE, self.pointer(code, memory))

    def _reach(self, code: Code, name: str, start: int, size: int) -> None:
        variable = self.variable(name)
        if start >= 0 and start + size <= variable.size:
            return
        if variable.declared or not 0 <= start <= _MAX_GROWN - size:
            raise code.error(f"{size} bytes at {brief(name)}+{start} lie outside its {variable.size} bytes")
        variable.size = start + size

    def pointer(self, code: Code, memory: Memory) -> Expr:
        """The address of an operand as a value."""
        result = self.address_of(memory.symbol) if memory.symbol else ZERO
        for register, scale in ((memory.base, 1), (memory.scaled, memory.scale)):
            if register is not None:
                result = result + code.value(register) * scale
        result = result + memory.disp
        return result if result.op == "var" else apply("trunc", result, 8 * self.word)

    # the whole

    def objects(self) -> tuple[MemObject, ...]:
        """The memory of the test."""
        contents = [self._content(variable) for variable in list(self.variables.values())]
        return tuple(
            MemObject(
                name,
                variable.size,
                Visibility.SHARED,
                init=content,
                address=variable.address if self.pointing else None,
            )
            for (name, variable), content in zip(self.variables.items(), contents, strict=True)
        )

    def _content(self, variable: Variable) -> Mapping[int, tuple[int, int]]:
        if not any(variable.values):
            return _NOWHERE
        width = variable.type.size if variable.cells else variable.size
        found = {}
        for k, value in enumerate(variable.values):
            given = self.number(value) if isinstance(value, Cell) else value
            if given:
                found[k * width] = width, given & ((1 << 8 * width) - 1)
        return found

    def names(self) -> dict[int, str]:
        """The name of each address, where addresses are values."""
        if not self.pointing:
            return {}
        return {variable.address: name for name, variable in self.variables.items()}
