"""A litmus test, in whatever language it was written: what every reader makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ordercheck.program.expr import Expr
from ordercheck.program.ir import Observable, Outcome, Program

# objects with an address lie so far apart, in bytes; addresses up to half of it belong to the nearest
STRIDE = 0x10000
MAX_OFFSET = STRIDE // 2


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """One observed value as herd7 prints it.

    name: herd7's, `0:rax` or `[x]` or `a[1]`. bits: the width of the value; signed: whether it
    is printed as a signed number of that width. hidden: it is there for the filter alone and
    is no part of a printed state; several outcomes may then print alike. cells: into how many
    values of one width it falls that are printed in braces; 0 where it is no array.
    """

    what: Observable
    name: str
    bits: int = 64
    signed: bool = True
    hidden: bool = False
    cells: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Litmus:
    """A test. Its program has `observe` and `condition` (an expression over str(observable)).

    arch: "X86", "X86_64" or "C". shown lists what a final state is made of, in the order in
    which herd7 prints it, one for each of `program.observe`. condition is the text that herd7
    prints for it, quantifier first. filter: only final states in which it holds count, over
    the same names as the condition (None: all). names maps the address of each object that
    has one to its name, for values that are addresses. info is the metadata (`Key=value`
    lines and, in C, comments such as `Result: Never` under "Result").
    """

    name: str
    arch: str
    file: str
    program: Program
    shown: tuple[Shown, ...]
    condition: str
    filter: Expr | None = None
    names: Mapping[int, str] = field(default_factory=dict)
    info: Mapping[str, str] = field(default_factory=dict)
    doc: str = ""

    def value(self, shown: Shown, value: int) -> str:
        """An observed value as herd7 prints it: an address by the name of its object, else a number."""
        if not shown.cells:
            return self._scalar(value, shown.bits, shown.signed)
        bits = shown.bits // shown.cells
        cells = (self._scalar(value >> bits * k, bits, shown.signed) for k in range(shown.cells))
        return f"{{{','.join(cells)}}}"

    def _scalar(self, value: int, bits: int, signed: bool) -> str:
        value &= (1 << bits) - 1
        if self.names and value:
            # an address beside that of an object: herd7 prints the bytes between
            name = self.names.get(value)
            if name is not None:
                return name
            offset = (value + MAX_OFFSET) % STRIDE - MAX_OFFSET
            name = self.names.get(value - offset)
            if name is not None:
                return f"{name}+{offset}"
        if signed and value >> (bits - 1):
            value -= 1 << bits
        return str(value)

    def state(self, outcome: Outcome) -> str:
        """A final state as one line: `0:rax=1; [x]=2;`."""
        pairs = zip(self.shown, outcome, strict=True)
        return " ".join(f"{s.name}={self.value(s, value)};" for s, value in pairs if not s.hidden)
