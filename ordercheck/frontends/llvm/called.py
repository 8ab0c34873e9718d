"""What a call does, as far as this code is told."""

from __future__ import annotations

from dataclasses import dataclass

from ordercheck.frontends.llvm.asm.effects import AsmEffect, Operand
from ordercheck.frontends.llvm.flat import Step
from ordercheck.frontends.llvm.ir import Function
from ordercheck.frontends.llvm.summary import Summary

ANNOTATIONS = "ordercheck_"
"""What the names of calls begin with that say something to this tool, and do nothing."""

INDIRECT = "an indirect call"
"""The name of a call by a pointer."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Memory that a call reads or writes: from the pointer in an argument on; size: how many bytes.

    length: the argument that says how many, times `scale`; both None: any number. quiet: the order
    of these accesses is the function's own business, only their effect on contents counts. masked:
    any of these bytes, or none.
    """

    argument: int
    stores: bool
    nt: bool = False
    size: int | None = None
    length: int | None = None
    scale: int = 1
    quiet: bool = False
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """What a call does, in this order: touches, effects, publishes.

    kind: intrinsic, annotation, asm, summary, pure, unknown. escapes: it may keep the pointers it
    is given. loses: it may store anywhere. looks: it may load from anywhere. throws: out of the function
    that is asked about too. returns: the argument
    that it returns; within: the one into whose memory it returns a pointer. movable: a fence in assembly
    that the compiler is not told to leave where it is.
    """

    kind: str
    name: str
    touches: tuple[Touch, ...] = ()
    effects: tuple[AsmEffect, ...] = ()
    outputs: tuple[Operand, ...] = ()
    publishes: bool = False
    escapes: bool = False
    loses: bool = False
    looks: bool = False
    allocates: bool = False
    sleeps: bool = False
    stops: bool = False
    throws: bool = True
    returns: int | None = None
    within: int | None = None
    movable: bool = False
    unmodelled: str = ""
    summary: Summary | None = None


def declared(step: Step) -> Function | None:
    """The function that is called, as the module of the caller declares it."""
    return step.frame.module.functions.get(step.instr.callee_name)


def harmless(step: Step) -> bool:
    """The compiler relies on it that the call touches no memory."""
    attributes, callee = step.instr.attributes, declared(step)
    if callee is not None:
        attributes = attributes | callee.attributes
    return not attributes.isdisjoint(("readnone", "memory(none)"))
