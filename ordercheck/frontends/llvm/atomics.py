"""Which fences and atomic operations LLVM does not carry out as such.

X86ISelLowering.cpp (lowerIdempotentRMWIntoFencedLoad, lowerAtomicArith): one that stores what was
there is a fence and a load; where its result is not used and it is not sequentially consistent
across the system, a barrier of the compiler alone. All but volatile ones are first made an `or` of 0
(InstCombineAtomicRMW.cpp), whatever they were.
"""

from __future__ import annotations

from ordercheck.frontends.llvm.ir import Instruction
from ordercheck.frontends.llvm.numbers import Num

_SCOPES = frozenset({"singlethread", "syncscope"})
WIDEST_ATOMIC = 16
"""Bytes of the widest locked operation, CMPXCHG16B. Compilers write what is as wide for CPUs that have it."""


def is_drain(instr: Instruction) -> bool:
    """Whether a fence, or what stands for one, is an instruction: of any scope but the system it is none."""
    return instr.ordering == "seq_cst" and instr.flags.isdisjoint(_SCOPES)


def is_library_call(instr: Instruction, size: int) -> bool:
    """Whether an atomic access of so many bytes is a call of __atomic_*: too wide, or not aligned to them.

    AtomicExpandPass.cpp, atomicSizeSupported.
    """
    fits = size <= WIDEST_ATOMIC and size & (size - 1) == 0
    return bool(instr.ordering) and not (fits and (not instr.align or instr.align >= size))


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
