"""Whether two functions of one name do the same, as far as that is told by what they consist of."""

from __future__ import annotations

from functools import lru_cache

from ordercheck.frontends.llvm.ir import Function, GlobalRef, InlineAsm, Instruction, Int

_NOTES = ("llvm.dbg.", "llvm.lifetime.", "llvm.assume", "llvm.experimental.noalias.")
"""Calls that do nothing, and come and go with options of the compiler."""


@lru_cache(maxsize=1 << 10)
def alike(one: Function, other: Function) -> bool:
    """Whether both have the same instructions, in blocks of the same order. What locals are called, and
    debug information, make no difference.
    """
    return one is other or _shape(one) == _shape(other)


def _shape(function: Function) -> list[list[object]]:
    return [[_instruction(i) for i in b.instructions if not _is_note(i)] for b in function.blocks]


def _is_note(instr: Instruction) -> bool:
    return isinstance(instr.callee, GlobalRef) and instr.callee.name.startswith(_NOTES)


def _instruction(instr: Instruction) -> object:
    callee = instr.callee
    called: object = callee.name if isinstance(callee, GlobalRef) else None
    if isinstance(callee, InlineAsm):
        called = callee.text, callee.constraints
    numbers = [v.value for v in instr.operands if isinstance(v, Int)]
    marks = instr.flags & {"nontemporal", "volatile"}
    return instr.op, instr.predicate, instr.ordering, marks, called, numbers
