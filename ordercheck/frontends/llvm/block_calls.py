"""Calls that fill or copy a block of memory: memset, memcpy, memmove (LangRef, "Standard C/C++ Library
Intrinsics"). Operands: where to; the byte, or where from; how many bytes; whether it is volatile.
"""

from __future__ import annotations

from ordercheck.frontends.llvm.flat import Flat, Step
from ordercheck.frontends.llvm.ir import Instruction, Int, IntType

FILL = "memset"
COPIES = frozenset({"memcpy", "memmove"})


def filled(flat: Flat, step: Step) -> int | None:
    """The byte that a memset fills memory with, where it is a constant; of any other call None."""
    if step.instr.intrinsic != FILL:
        return None
    byte = flat.resolve(step.ref(step.instr.operands[1])).value
    return byte.value if isinstance(byte, Int) else None


def is_volatile(instr: Instruction) -> bool:
    """Whether such a call is, or is one of atomic elements, which has their size in that place."""
    return instr.operands[3] != Int(0, IntType(1))
