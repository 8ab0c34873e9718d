"""A plain interpreter for LLVM IR: one run, on given arguments, and the events of it.

Written against the LLVM Language Reference, with nothing of the translation in it: that is
what it is compared with. Memory is flat; every object has an area of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ordercheck.frontends.llvm import Code
from ordercheck.frontends.llvm.ir import (
    Aggregate,
    ArrayType,
    Constant,
    ConstantExpr,
    Function,
    GlobalRef,
    InlineAsm,
    Instruction,
    Int,
    IntType,
    Local,
    PtrType,
    StructType,
    Type,
    Value,
    VectorType,
)
from ordercheck.frontends.llvm.module import Module
from tests.frontends.llvm.fuzz.events import (
    FENCE,
    LOAD,
    LOCKED,
    NON_TEMPORAL,
    ORDINARY,
    PUBLICATION,
    Bytes,
    Content,
    Event,
    stores,
)

AREA = 1 << 40
MIDDLE = AREA // 2
CHUNK = 64
EXACT = 256
MOST_STEPS = 20_000


class NotRun(Exception):  # noqa: N818  # says why there is nothing to compare
    """The interpreter does not know an instruction, or the run is too long."""


Run = int | list["Run"]
"""A value: an integer, or the elements of a vector, an array or a structure."""


class Interpreter:
    """One run of a function. `events` is what it did."""

    def __init__(self, code: Code, content: Content) -> None:
        self.code, self.memory = code, Bytes(content)
        self.names: list[str] = []
        self.bases: dict[str, int] = {}
        self.events: list[Event] = []
        self.steps = 0

    # memory

    def area(self, name: str) -> int:
        """The address of an object."""
        if name not in self.bases:
            self.bases[name] = len(self.names) * AREA + MIDDLE
            self.names.append(name)
        return self.bases[name]

    def where(self, address: int) -> tuple[str, int]:
        """The object that an address lies in, and how far in."""
        number = address // AREA
        if not 0 <= number < len(self.names):
            raise NotRun(f"an access at {address:#x}, in no object")
        return self.names[number], address - number * AREA - MIDDLE

    def load(self, address: int, size: int) -> int:
        """Loads, without an event."""
        value = self.memory.load(*self.where(address), size)
        assert value is not None
        return value

    def store(self, address: int, size: int, value: int, nt: bool) -> None:
        """A store, and its events."""
        name, start = self.where(address)
        self.memory.store(name, start, size, value)
        self.events += stores(name, start, size, value, nt)

    def look(self, address: int, size: int) -> int:
        """A load, and its event."""
        name, start = self.where(address)
        value = self.load(address, size)
        self.events.append(Event(LOAD, name, start, size, value))
        return value

    def lock(self, address: int, size: int, change: Callable[[int], int | None]) -> int:
        """A locked read-modify-write; change: what is stored (None: nothing)."""
        name, start = self.where(address)
        old = self.load(address, size)
        new = change(old)
        if new is not None:
            self.memory.store(name, start, size, new)
            new &= (1 << (8 * size)) - 1
        self.events.append(Event(LOCKED, name, start, size, new))
        return old

    def fence(self, tag: str) -> None:
        """A fence."""
        self.events.append(Event(FENCE, tag))

    def move(self, to: int, source: int, size: int, exact: bool, nt: bool) -> None:
        """memcpy and memmove; exact: its size is a small constant."""
        name, start = self.where(source)
        data = [self.load(source + k, 1) for k in range(size)]
        if exact:
            for k in range(0, size, CHUNK):
                width = min(CHUNK, size - k)
                self.events.append(Event(LOAD, name, start + k, width, self.load(source + k, width)))
        elif size:
            self.events.append(Event(LOAD, name, start, 1, None, size))
        self.write(to, data, exact, nt)

    def write(self, to: int, data: Sequence[int], exact: bool, nt: bool) -> None:
        """Writes bytes."""
        name, start = self.where(to)
        whole = int.from_bytes(bytes(data), "little")
        self.memory.store(name, start, len(data), whole)
        if exact:
            self.events += stores(name, start, len(data), whole, nt)
        elif data:
            self.events.append(Event(NON_TEMPORAL if nt else ORDINARY, name, start, 1, None, len(data)))

    # running

    def run(self, module: Module, function: Function, arguments: Sequence[int]) -> None:
        """The whole function; others may look when it returns."""
        values: list[Run] = list(arguments)
        self.call(module, function, values)
        self.events.append(Event(PUBLICATION, "return"))

    def call(self, module: Module, function: Function, arguments: Sequence[Run]) -> Run:
        """One call of a function with a body."""
        return _Frame(self, module, function, arguments).run()


class _Frame:
    def __init__(
        self, machine: Interpreter, module: Module, function: Function, given: Sequence[Run]
    ) -> None:
        self.machine, self.module, self.function = machine, module, function
        self.values: dict[str, Run] = {p.name: v for p, v in zip(function.params, given, strict=True)}
        self.blocks = {b.label: b for b in function.blocks}

    def run(self) -> Run:
        label, before = self.function.blocks[0].label, ""
        while True:
            block = self.blocks[label]
            phis = [i for i in block.instructions if i.op == "phi"]
            news = [self.of(i.operands[i.labels.index(before)]) for i in phis]
            for phi, new in zip(phis, news, strict=True):
                self.values[phi.name] = new
            for instr in block.instructions[len(phis) :]:
                self.machine.steps += 1
                if self.machine.steps > MOST_STEPS:
                    raise NotRun("the run is too long")
                if instr.op == "ret":
                    return self.of(instr.operands[0]) if instr.operands else 0
                if instr.op == "br":
                    first = len(instr.labels) == 1 or self.number(instr.operands[0])
                    label, before = instr.labels[0 if first else 1], label
                elif instr.op == "switch":
                    value = self.number(instr.operands[0])
                    which = instr.cases.index(value) + 1 if value in instr.cases else 0
                    label, before = instr.labels[which], label
                else:
                    self.step(instr)

    # values

    def number(self, value: Value) -> int:
        found = self.of(value)
        if not isinstance(found, int):
            raise NotRun("a vector where there should be a number")
        return found

    def of(self, value: Value) -> Run:
        match value:
            case Local():
                return self.values[value.name]
            case Int():
                return value.value
            case GlobalRef():
                return self.machine.area(value.name)
            case Constant():
                return self.zero(value.type)
            case Aggregate():
                return [self.of(e) for e in value.elements]
            case ConstantExpr(op="getelementptr"):
                return self.moved(self.number(value.operands[0]), value.source_type, value.operands[1:])
            case _:
                raise NotRun(f"the value {value}")

    def zero(self, of: Type) -> Run:
        if isinstance(of, VectorType | ArrayType):
            return [self.zero(of.element) for _ in range(of.count)]
        if isinstance(of, StructType):
            return [self.zero(f) for f in of.fields or ()]
        return 0

    def size(self, of: Type) -> int:
        return self.module.layout.store_size(of)

    def packed(self, value: Run, of: Type) -> int:
        """A value as its bytes, little-endian."""
        if isinstance(value, int):
            return value
        assert isinstance(of, VectorType | ArrayType), of
        size = self.size(of.element)
        return sum(self.packed(e, of.element) << (8 * size * k) for k, e in enumerate(value))

    def unpacked(self, value: int, of: Type) -> Run:
        if isinstance(of, VectorType | ArrayType):
            bits = 8 * self.size(of.element)
            parts = [(value >> (bits * k)) & ((1 << bits) - 1) for k in range(of.count)]
            return [self.unpacked(p, of.element) for p in parts]
        return value & ((1 << width(of)) - 1)

    def moved(self, start: int, source: Type | None, indices: Sequence[Value]) -> int:
        """getelementptr."""
        current = source
        for position, index in enumerate(indices):
            number = self.number(index)
            of = getattr(index, "type", None)
            if isinstance(of, IntType):
                number = signed(number, of.bits)
            assert current is not None
            if position and isinstance(current, StructType):
                assert current.fields is not None
                start += self.module.layout.offset(current, number)
                current = current.fields[number]
                continue
            if position:
                assert isinstance(current, ArrayType | VectorType)
                current = current.element
            start += number * self.module.layout.size(current)
        return start % (1 << 64)

    # instructions

    def step(self, instr: Instruction) -> None:
        from tests.frontends.llvm.fuzz.ir_steps import STEPS

        maker = STEPS.get(instr.op)
        if maker is None:
            raise NotRun(f"the instruction {instr.op}")
        found = maker(self, instr)
        if instr.name:
            assert found is not None, instr.text
            self.values[instr.name] = found


def width(of: Type) -> int:
    """The bits of a number."""
    return of.bits if isinstance(of, IntType) else 64


def signed(value: int, bits: int) -> int:
    """A number of that many bits, with its sign."""
    return value - (1 << bits) if value >> (bits - 1) else value


Frame = _Frame
__all__ = ["Frame", "InlineAsm", "Interpreter", "NotRun", "PtrType", "Run", "signed", "width"]
