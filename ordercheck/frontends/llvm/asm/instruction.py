"""One machine instruction as it was written."""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.operands import Parsed
from ordercheck.frontends.llvm.asm.words import words
from ordercheck.record import record

PREFIXES = frozenset(
    words(
        "lock rep repe repz repne repnz xacquire xrelease notrack bnd data16 data32 addr32 rex rex64 rex.w "
        "cs ds es ss fs gs"
    )
)
"""Words that stand before an instruction, or in a statement of their own before it."""


@record(frozen=True, slots=True)
class Instruction:
    """operands: in AT&T order, None where they are not understood. name: in lower case, with its suffix.
    intel: in Intel syntax, which has no suffixes. text: for people.
    """

    name: str
    operands: tuple[Parsed, ...] | None
    prefixes: tuple[str, ...] = ()
    intel: bool = False
    text: str = ""

    @property
    def locked(self) -> bool:
        """Whether it has a LOCK prefix."""
        return "lock" in self.prefixes

    @property
    def repeated(self) -> bool:
        """Whether it is a repeated string instruction."""
        return not {"rep", "repe", "repz", "repne", "repnz"}.isdisjoint(self.prefixes)
