"""Which read-modify-writes LLVM does not carry out as such.

X86ISelLowering.cpp (lowerIdempotentRMWIntoFencedLoad, lowerAtomicArith): one that stores what was
there is a fence and a load; where its result is not used and it is not sequentially consistent
across threads, a barrier of the compiler alone. All but volatile ones are first made an `or` of 0
(InstCombineAtomicRMW.cpp), whatever they were.
"""

from __future__ import annotations

from ordercheck.frontends.llvm.ir import Instruction
from ordercheck.frontends.llvm.numbers import Num


def changes_nothing(instr: Instruction, operand: Num) -> bool:
    """Whether an atomicrmw is one of those, whether its result is used or not."""
    value = operand.constant
    if value is None or "volatile" in instr.flags:
        return False
    ones, half = (1 << operand.bits) - 1, 1 << (operand.bits - 1)
    neutral = {
        **dict.fromkeys(("or", "xor", "add", "sub", "umax"), 0),
        **dict.fromkeys(("and", "umin"), ones),
        "max": half,
        "min": half - 1,
    }
    return neutral.get(instr.predicate) == value
