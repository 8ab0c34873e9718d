"""What machine registers hold while the statement runs, as far as it is followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ordercheck.frontends.llvm.asm.constraints import Constraint, Constraints
from ordercheck.frontends.llvm.asm.effects import Anything, Input, Number, Operand, Register
from ordercheck.frontends.llvm.asm.registers import CALLER_SAVED

UNKNOWN_SIZE = 64


class Held(NamedTuple):
    """The value of a register. kind: input (number: of the argument), number, loaded (name: the register
    into which it was loaded), stack (the stack pointer at the start), any.
    offset: what is added, None where that is not known. size: only so many low bytes hold this.
    """

    kind: str
    number: int = 0
    name: str = ""
    offset: int | None = 0
    size: int = UNKNOWN_SIZE


ANY = Held("any")
_WORD = 1 << 64


def number(value: int) -> Held:
    """A constant."""
    return Held("number", value % _WORD)


@dataclass(slots=True)
class State:
    """What the registers hold: machine registers by their whole names, operands in a register of the
    compiler's choice by `$number`. spoiled: an output was written whose register the compiler may have
    given to an input as well, and to the address of a memory operand.
    """

    constraints: Constraints
    held: dict[str, Held] = field(default_factory=dict)
    spoiled: bool = False

    def copy(self) -> State:
        """The same, to be changed apart."""
        return State(self.constraints, dict(self.held), self.spoiled)

    def read(self, name: str) -> Held:
        """What a register holds."""
        return self.held.get(name, ANY)

    def write(self, name: str, value: Held, size: int) -> None:
        """size bytes of value; bytes above are zero or, below four bytes, kept."""
        if size < 4 and value.kind != "loaded":
            value = ANY
        if value.kind == "number":
            self.held[name] = number(value.number % (1 << 8 * min(size, 8)))
        else:
            self.held[name] = ANY if value.kind == "any" else value._replace(size=min(value.size, size))
        self._spoil(name)

    def forget(self, name: str) -> None:
        """It holds anything from now on."""
        self.held[name] = ANY
        self._spoil(name)

    def called(self) -> None:
        """A function was called: what it may change is not known."""
        for name in (*CALLER_SAVED, *(n for n in self.held if n.startswith(("xmm", "mm", "k")))):
            self.forget(name)

    def faulted(self) -> None:
        """The handler of an exception ran: it may write outputs, and RAX and RDX (RDMSR)."""
        outputs = {
            register_of(self.constraints, number)
            for number, operand in enumerate(self.constraints.operands)
            if operand.result is not None
        }
        for name in outputs | {"rax", "rdx"}:
            self.forget(name)

    def lose(self) -> None:
        """Something happened that nobody understands: nothing is known but where the stack was."""
        self.held = {name: value for name, value in self.held.items() if name == "rsp"}
        self.spoiled = True

    def _spoil(self, name: str) -> None:
        if name not in shared(self.constraints):
            return
        self.spoiled = True
        for number, operand in enumerate(self.constraints.operands):
            if operand.argument is None or operand.memory or operand.tied is not None or operand.immediate:
                continue
            other = register_of(self.constraints, number)
            if other != name and not (operand.register and not name.startswith("$")):
                self.held[other] = ANY

    def meet(self, other: State) -> State:
        """What holds whichever way was taken."""
        names = self.held.keys() & other.held.keys()
        held = {name: _meet(self.held[name], other.held[name]) for name in names}
        return State(self.constraints, held, self.spoiled or other.spoiled)


def _meet(a: Held, b: Held) -> Held:
    if a == b:
        return a
    if a.kind == b.kind and a.kind in ("input", "stack") and (a.number, a.size) == (b.number, b.size):
        return a._replace(offset=None)
    return ANY


def start(constraints: Constraints) -> State:
    """The registers before the first instruction."""
    state = State(constraints)
    for number, operand in enumerate(constraints.operands):
        if operand.argument is not None and not operand.memory:
            name = register_of(constraints, number)
            state.held[name] = Held("input", operand.argument, size=operand.shape.size)
    state.held["rsp"] = Held("stack", size=8)
    return state


def register_of(constraints: Constraints, number: int) -> str:
    """The register that operand `number` is in: a machine register, or `$number`."""
    operand = constraints.operands[number]
    if operand.tied is not None:
        return register_of(constraints, operand.tied) if operand.tied < number else f"${number}"
    return operand.register or f"${number}"


@lru_cache(maxsize=256)
def shared(constraints: Constraints) -> frozenset[str]:
    """The registers of outputs that inputs may share: neither early clobbers nor tied to an input."""
    tied = {operand.tied for operand in constraints.operands}
    return frozenset(
        register_of(constraints, number)
        for number, operand in enumerate(constraints.operands)
        if operand.result is not None and not operand.early and number not in tied and not operand.flag
    )


def operand_of(held: Held, size: int, constraints: Constraints) -> Operand:
    """size low bytes of a value, as it is said in an effect."""
    if held.kind == "number":
        return Number(held.number % (1 << 8 * size))
    if held.size < size or held.offset != 0:
        return Anything()
    if held.kind == "input":
        shape = argument(constraints, held.number).shape
        # a register is wider than a short argument; the bits above it are arbitrary
        return (
            Input(held.number) if shape.size == size or (shape.number and shape.size > size) else Anything()
        )
    if held.kind == "loaded" and held.size == size:
        return Register(held.name)
    return Anything()


def argument(constraints: Constraints, number: int) -> Constraint:
    """The operand that takes argument `number` of the call."""
    return next(operand for operand in constraints.operands if operand.argument == number)
