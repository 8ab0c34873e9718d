"""What a call comes to: an intrinsic, an annotation, inline assembly, a summary, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ordercheck.errors import InputError
from ordercheck.frontends.llvm import asm
from ordercheck.frontends.llvm.asm.effects import AsmEffect, AsmEffects, AsmFence, Input
from ordercheck.frontends.llvm.called import ANNOTATIONS, INDIRECT, Called, Touch, declared, harmless
from ordercheck.frontends.llvm.flat import Flat, Step
from ordercheck.frontends.llvm.intrinsic_calls import intrinsic
from ordercheck.frontends.llvm.ir import GlobalRef, InlineAsm, PtrType, Value
from ordercheck.frontends.llvm.summary import Summary

Find = Callable[[str], "Summary | None"]


Doubt = Callable[[Flat, Step, Called], str]
"""Why what is believed of a call is not; "" where it is."""


def resolve(flat: Flat, find: Find, doubt: Doubt | None = None) -> dict[int, Called]:
    """What each call of the function comes to, by the id of its step."""
    found = {}
    goes_on = {id(block.end) for block in flat.blocks if block.end is not None and block.targets}
    for step in flat.steps():
        if step.instr.op in ("call", "invoke", "callbr"):
            called = _resolved(step, find)
            if id(step) in goes_on and called.summary is not None and called.summary.unwinds:
                # who leaves by it hands over where it leaves; what catches it, or cleans up, comes before
                called = replace(called, publishes=False, escapes=called.summary.keeps)
            if called.kind != "pure" and id(step) in flat.kept:
                # it may hold non-temporal stores of its own: more than is feared of an unknown call, and
                # a summary, found by its name, speaks of another function
                called = replace(called, unmodelled=flat.kept[id(step)])
            if doubt is not None and not called.unmodelled:
                called = replace(called, unmodelled=doubt(flat, step, called))
            if step.instr.byval:
                called = replace(called, touches=(*_copied(step), *called.touches))
            found[id(step)] = called
    return found


def _copied(step: Step) -> list[Touch]:
    """What the call itself loads: the memory of the arguments that are passed by value."""
    size, types = step.frame.module.layout.size, step.instr.element_types
    return [Touch(number, False, size=size(types[number])) for number in sorted(step.instr.byval)]


def named(name: str, find: Find) -> Called:
    """What a call from within an asm statement comes to: its arguments are in registers."""
    summary = find(name)
    if summary is None:
        return Called("unknown", name, publishes=True, escapes=True)
    touches = summary.reads + summary.writes + summary.changes
    return Called(
        "summary",
        name,
        effects=_fences(name, summary),
        publishes=summary.publishes,
        escapes=True,
        loses=summary.writes_any or bool(summary.writes or summary.changes),
        looks=summary.reads_any or bool(touches),
        sleeps=summary.sleeps,
        stops=summary.noreturn,
        summary=summary,
    )


def _fences(name: str, summary: Summary) -> tuple[AsmEffect, ...]:
    if not summary.drains:
        return ()
    return (AsmFence("SFENCE" if summary.drains == "sfence" else "MFENCE", name),)


def _resolved(step: Step, find: Find) -> Called:
    callee = step.instr.callee
    if isinstance(callee, InlineAsm):
        return _assembly(step, callee)
    stops = "noreturn" in step.instr.attributes
    if not isinstance(callee, GlobalRef):
        return Called("unknown", INDIRECT, publishes=True, escapes=True, stops=stops)
    name = callee.name
    if name.startswith("llvm."):
        return intrinsic(step)
    if name.startswith(ANNOTATIONS):
        return Called("annotation", name)
    summary = _fitting(find(name), step)
    if summary is not None:
        return _summarised(name, summary, stops)
    if harmless(step):
        return Called("pure", name, returns=_returned(step), stops=stops)
    return Called("unknown", name, returns=_returned(step), publishes=True, escapes=True, stops=stops)


def _fitting(summary: Summary | None, step: Step) -> Summary | None:
    """The summary as it is of that call; None where it is of another function.

    Raises InputError where a user says it of this one.
    """
    found = None if summary is None else summary.for_call([_is_pointer(v) for v in step.instr.operands])
    if found is None and summary is not None and summary.given:
        raise InputError(
            f"the call of {step.instr.callee_name} ({step.source}) has not the arguments that this speaks of",
            summary.file,
            summary.line,
        )
    return found


def _returned(step: Step) -> int | None:
    """The argument that is returned (LangRef, "Parameter Attributes", `returned`)."""
    callee = declared(step)
    params = callee.params if callee is not None else ()
    return next((n for n, p in enumerate(params) if "returned" in p.attributes), None)


def _assembly(step: Step, callee: InlineAsm) -> Called:
    instr = step.instr
    found: AsmEffects = asm.parse(
        callee.text,
        callee.constraints,
        callee.intel,
        tuple(getattr(v, "type", None) for v in instr.operands),
        instr.type,
        dict(instr.element_types),
        max(len(instr.labels) - 1, 0),
    )
    returns = None
    if len(found.outputs) == 1 and isinstance(found.outputs[0], Input):
        index = found.outputs[0].index
        if getattr(instr.operands[index], "type", None) == instr.type:
            returns = index
    drains = any(isinstance(e, AsmFence) for e in found.effects)
    return Called(
        "asm",
        callee.text,
        effects=found.effects,
        outputs=found.outputs,
        returns=returns,
        movable=drains and not found.memory_clobber,
    )


def _is_pointer(value: Value) -> bool:
    return isinstance(getattr(value, "type", None), PtrType)


def _summarised(name: str, summary: Summary, stops: bool) -> Called:
    touches = [
        Touch(access.argument, stores, access.nt, access.size, access.length, access.scale, quiet)
        for stores, quiet, group in (
            (False, False, summary.reads),
            (True, False, summary.writes),
            (True, True, summary.changes),
        )
        for access in group
        if access.argument is not None
    ]
    return Called(
        "summary",
        name,
        tuple(touches),
        _fences(name, summary),
        publishes=summary.publishes,
        escapes=summary.publishes or summary.writes_any or summary.keeps,
        loses=summary.writes_any,
        looks=summary.reads_any,
        allocates=summary.allocates,
        sleeps=summary.sleeps,
        stops=stops or summary.noreturn,
        throws=stops or summary.noreturn or summary.throws,
        returns=summary.returns,
        within=summary.within,
        summary=summary,
    )
