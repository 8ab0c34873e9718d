"""Exceptions (LLVM, "Exception Handling in LLVM"): which calls may end by one, and what lets it pass."""

from __future__ import annotations

from ordercheck.frontends.llvm.called import ANNOTATIONS
from ordercheck.frontends.llvm.ir import BasicBlock, Constant, GlobalRef, InlineAsm, Instruction
from ordercheck.frontends.llvm.module import Module

_NEVER = ("llvm.", ANNOTATIONS)
"""Intrinsics that may unwind are not modelled anyway; annotations do nothing."""


def throws(instr: Instruction, module: Module) -> bool:
    """Whether an exception may leave by that call, as far as it and the callee's declaration say."""
    callee = instr.callee
    if "nounwind" in instr.attributes:
        return False
    if isinstance(callee, InlineAsm):
        return callee.unwinds
    if not isinstance(callee, GlobalRef):
        return True
    known = module.functions.get(callee.name)
    return not callee.name.startswith(_NEVER) and (known is None or "nounwind" not in known.attributes)


def leaves(instr: Instruction) -> bool:
    """Whether an exception goes on to the caller there."""
    return instr.op == "resume" or (instr.op == "cleanupret" and not instr.labels)


def passes(instr: Instruction, blocks: tuple[BasicBlock, ...]) -> bool:
    """Whether an exception may pass by the pads that a terminator names.

    One that no handler catches does not come to a landing pad without `cleanup` at all: the
    personality looks for the next handler in the callers.
    """
    if instr.op == "catchswitch":
        return "to caller" in instr.flags
    if instr.op != "invoke":
        return False
    pad = next(b for b in blocks if b.label == instr.labels[1])
    first = next(i for i in pad.instructions if i.op != "phi")
    if first.op != "landingpad" or "cleanup" in first.flags:
        return False
    return not any(isinstance(clause, Constant) and clause.kind == "null" for clause in first.operands)
