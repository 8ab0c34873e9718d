"""What a call comes to: an intrinsic, an annotation, inline assembly, a summary, or nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace

from ordercheck.frontends.llvm import asm, no_ops
from ordercheck.frontends.llvm.asm.effects import (
    Anything,
    AsmCall,
    AsmEffect,
    AsmEffects,
    AsmFence,
    AsmRange,
    AsmRmw,
    Input,
    Operand,
    Place,
)
from ordercheck.frontends.llvm.flat import Flat, Step
from ordercheck.frontends.llvm.ir import GlobalRef, InlineAsm, Int, PtrType, Type, Value
from ordercheck.frontends.llvm.summary import Summary

ANNOTATIONS = "ordercheck_"
Find = Callable[[str], "Summary | None"]


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


def resolve(flat: Flat, find: Find) -> dict[int, Called]:
    """What each call of the function comes to, by the id of its step."""
    found = {}
    for step in flat.steps():
        if step.instr.op in ("call", "invoke", "callbr"):
            called = _resolved(step, find)
            if called.kind != "pure" and id(step) in flat.kept:
                # it may hold non-temporal stores of its own: more than is feared of an unknown call, and
                # a summary, found by its name, speaks of another function
                called = replace(called, unmodelled=flat.kept[id(step)])
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
        return Called("unknown", "an indirect call", publishes=True, escapes=True, stops=stops)
    name = callee.name
    if name.startswith("llvm."):
        return _intrinsic(step, name)
    if name.startswith(ANNOTATIONS):
        return Called("annotation", name)
    summary = find(name)
    if summary is not None:
        summary = summary.for_call([_is_pointer(v) for v in step.instr.operands])
    if summary is not None:
        return _summarised(name, summary, stops)
    if harmless(step):
        return Called("pure", name, returns=_returned(step), stops=stops)
    return Called("unknown", name, returns=_returned(step), publishes=True, escapes=True, stops=stops)


def _returned(step: Step) -> int | None:
    """The argument that is returned (LangRef, "Parameter Attributes", `returned`)."""
    callee = step.instr.callee
    declared = step.frame.module.functions.get(callee.name) if isinstance(callee, GlobalRef) else None
    params = declared.params if declared is not None else ()
    return next((n for n, p in enumerate(params) if "returned" in p.attributes), None)


def harmless(step: Step) -> bool:
    """The compiler relies on it that the call touches no memory."""
    callee = step.instr.callee
    attributes = step.instr.attributes
    if isinstance(callee, GlobalRef) and callee.name in step.frame.module.functions:
        attributes = attributes | step.frame.module.functions[callee.name].attributes
    return not attributes.isdisjoint(("readnone", "memory(none)"))


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


# intrinsics (LangRef, "Intrinsic Functions"; x86: the instruction of that name)

_FENCES = {
    "llvm.x86.sse.sfence": "SFENCE",
    "llvm.x86.sse2.mfence": "MFENCE",
    "llvm.x86.sse2.lfence": "LFENCE",
    "llvm.x86.sse2.clflush": "ClFlush",
    "llvm.x86.clflushopt": "ClFlushOpt",
    "llvm.x86.clwb": "ClWb",
    "llvm.x86.serialize": "MFENCE",
}


def _intrinsic(step: Step, name: str) -> Called:
    if name in _FENCES:
        return Called("intrinsic", name, effects=(AsmFence(_FENCES[name], name),))
    if name.startswith(("llvm.memcpy.", "llvm.memmove.")):
        return Called("intrinsic", name, (_touch(step, 1, False), _touch(step, 0, True)))
    if name.startswith("llvm.memset."):
        return Called("intrinsic", name, (_touch(step, 0, True),))
    if name.startswith("llvm.va_start"):
        return Called("intrinsic", name, (Touch(0, True, size=_VA_LIST),))
    if name.startswith("llvm.va_copy"):
        return Called("intrinsic", name, (Touch(1, False, size=_VA_LIST), Touch(0, True, size=_VA_LIST)))
    if name in ("llvm.trap", "llvm.ubsantrap"):
        return Called("intrinsic", name, stops=True)
    if name.startswith("llvm.x86.directstore"):
        size = 4 if name.endswith("32") else 8
        return Called("intrinsic", name, (Touch(0, True, True, size),))
    if name == "llvm.x86.movdir64b":
        return Called("intrinsic", name, (Touch(1, False, False, 64), Touch(0, True, True, 64)))
    if name.startswith("llvm.ptrmask."):
        return Called("intrinsic", name, within=0)
    if no_ops.is_no_op(name) or harmless(step):
        return Called("intrinsic", name)
    if name.startswith("llvm.masked.store."):
        size = _size(step, getattr(step.instr.operands[0], "type", PtrType()))
        return Called("intrinsic", name, (_masked(1, "nontemporal" in step.instr.flags, size),))
    if name.startswith("llvm.masked.load."):
        return Called("intrinsic", name, (Touch(0, False, size=_size(step, step.instr.type), masked=True),))
    if name.startswith(_LOADS):
        size = _size(step, step.instr.type)
        return Called("intrinsic", name, (Touch(0, False, size=size, masked="mask" in name),))
    if name.startswith(_STORES):
        size = _size(step, getattr(step.instr.operands[2], "type", PtrType()))
        return Called("intrinsic", name, (_masked(0, False, size),))
    if name in _MASKED:
        return Called("intrinsic", name, (_masked(2, True, _MASKED[name]),))
    if name == "llvm.x86.clzero":
        # AMD APM vol. 3, CLZERO: weakly ordered like a non-temporal store; the line that holds the address
        return Called("intrinsic", name, effects=(AsmRange(Place(Input(0)), True, True, name),))
    return Called("intrinsic", name, escapes=True, loses=True, unmodelled=f"the intrinsic {name}")


_VA_LIST = 24
"""Bytes of a `va_list` (System V ABI, AMD64 supplement, 3.5.7); where it is less, so many all the same."""
_LOADS = ("llvm.x86.avx.maskload.", "llvm.x86.avx2.maskload.", "llvm.x86.sse3.ldu.", "llvm.x86.avx.ldu.")
_STORES = ("llvm.x86.avx.maskstore.", "llvm.x86.avx2.maskstore.")
"""Ordinary accesses of chosen elements (SDM vol. 2, VMASKMOV, VPMASKMOV), or of all (LDDQU)."""
_MASKED = {"llvm.x86.sse2.maskmov.dqu": 16, "llvm.x86.mmx.maskmovq": 8}
"""Non-temporal stores of chosen bytes (SDM vol. 2, MASKMOVDQU, MASKMOVQ): so many."""


def _masked(argument: int, nt: bool, size: int) -> Touch:
    return Touch(argument, True, nt, size, masked=True)


def _size(step: Step, of: Type) -> int:
    return step.frame.module.layout.store_size(of)


def _touch(step: Step, argument: int, stores: bool) -> Touch:
    length = step.instr.operands[2]
    nt = stores and "nontemporal" in step.instr.flags
    if isinstance(length, Int):
        return Touch(argument, stores, nt, size=length.value)
    return Touch(argument, stores, nt, length=2)


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the pointers that calls return come from, by the ids of their steps.

    returns: the argument that is returned; within: the one into whose memory the result points;
    fresh: memory that nobody has; mixed: the result may be made of the operands.
    """

    returns: Mapping[int, int]
    within: Mapping[int, int]
    fresh: Set[int]
    mixed: Set[int]


def origins(called: Mapping[int, Called]) -> Origins:
    """What the calls of a function say of their results."""
    returns = {i: c.returns for i, c in called.items() if c.returns is not None}
    returns |= {i: 0 for i, c in called.items() if no_ops.hands_on_pointer(c.name)}
    within = {i: c.within for i, c in called.items() if c.within is not None}
    fresh = {i for i, c in called.items() if c.allocates}
    mixed = {i for i, c in called.items() if _mixed(c)}
    return Origins(returns, within, fresh, mixed)


def _mixed(called: Called) -> bool:
    """Where there is a locked operation or a call, what is not followed is taken for what that returned.

    What a call that touches no memory returns is made of what was passed.
    """
    if called.kind == "pure":
        return called.returns is None
    others = any(isinstance(e, AsmRmw | AsmCall) for e in called.effects)
    return not others and any(isinstance(o, Anything) for o in called.outputs)
