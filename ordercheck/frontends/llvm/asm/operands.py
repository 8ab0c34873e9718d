"""What an operand of an instruction is."""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.registers import Name
from ordercheck.record import record


@record(frozen=True, slots=True)
class Reg:
    """A machine register by name. masked: written only where a mask register says so."""

    name: Name
    masked: bool = False


@record(frozen=True, slots=True)
class Ref:
    """An operand of the statement, `$number`; what it is, its constraint says."""

    number: int
    modifier: str = ""
    masked: bool = False


@record(frozen=True, slots=True)
class Imm:
    """An immediate: number + symbol + an operand of the statement."""

    number: int = 0
    symbol: str = ""
    ref: Ref | None = None


@record(frozen=True, slots=True)
class Mem:
    """A place in memory: base + index * scale + displacement + symbol + added.

    whole: the memory operand of the statement that this is, displaced. added: a constant operand in the
    displacement. size: in bytes where the syntax says it. relative: to RIP.
    """

    base: Reg | Ref | None = None
    index: Reg | Ref | None = None
    scale: int = 1
    displacement: int = 0
    symbol: str = ""
    whole: Ref | None = None
    added: Ref | None = None
    segment: str = ""
    size: int = 0
    masked: bool = False
    relative: bool = False


@record(frozen=True, slots=True)
class Star:
    """`*x`: where an indirect jump or call goes."""

    operand: Parsed


Parsed = Reg | Ref | Imm | Mem | Star
