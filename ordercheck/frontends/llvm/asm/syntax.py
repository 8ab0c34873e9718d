"""The operands of an instruction, in whichever syntax they are written."""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.att import att
from ordercheck.frontends.llvm.asm.intel import intel as intel_operand
from ordercheck.frontends.llvm.asm.operands import Parsed
from ordercheck.frontends.llvm.asm.text import split

LONGEST = 1000
"""No real operands are longer, in characters."""


def parse_operands(text: str, intel: bool) -> tuple[Parsed, ...] | None:
    """All operands, in AT&T order (the destination last); None where one is not understood."""
    if len(text) > LONGEST:
        return None
    if intel:
        found = [intel_operand(piece) for piece in split(text)]
        found.reverse()
    else:
        found = [att(piece) for piece in split(text.replace("%%", "%"))]
    operands: list[Parsed] = []
    for operand in found:
        if operand is None:
            return None
        operands.append(operand)
    return tuple(operands)
