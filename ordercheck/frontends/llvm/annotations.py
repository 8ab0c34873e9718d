"""Calls by which a program's author speaks to the checker (models/programs/ordercheck.h)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ordercheck.frontends.llvm.called import ANNOTATIONS
from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.flat import Ref, Step
from ordercheck.frontends.llvm.ir import Aggregate, GlobalRef, Int
from ordercheck.frontends.llvm.memory import Memory
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import apply
from ordercheck.program.ir import Assert, Load, Publish, Store, Unmodelled


def annotate(emit: Emitter, values: Values, memory: Memory, step: Step) -> None:
    """What an annotation states; one that is not known makes the verdict UNKNOWN."""
    name = step.instr.callee_name
    maker = _KNOWN.get(name.removeprefix(ANNOTATIONS))
    if maker is None:
        emit.add(Unmodelled(f"the annotation {name}", emit.source))
        if step.instr.name:
            values.made[step.key] = values.unknown(step.instr.type, step.instr.name)
        return
    maker(emit, values, memory, step)


def _argument(step: Step, number: int) -> Ref:
    return step.ref(step.instr.operands[number])


def _text(values: Values, ref: Ref) -> str:
    """The text of a string constant."""
    value = values.flat.resolve(ref).value
    if not isinstance(value, GlobalRef):
        return ""
    found = values.code.variable(ref.frame.module, value.name)
    if found is None or not isinstance(found[1].initializer, Aggregate):
        return ""
    numbers = [e.value for e in found[1].initializer.elements if isinstance(e, Int)]
    return bytes(n & 0xFF for n in numbers).split(b"\0")[0].decode("utf-8", "replace")


def _assume(emit: Emitter, values: Values, memory: Memory, step: Step) -> None:
    emit.assume(values.truth(_argument(step, 0)))


def _assert(emit: Emitter, values: Values, memory: Memory, step: Step) -> None:
    emit.add(Assert(values.truth(_argument(step, 0)), _text(values, _argument(step, 1)), emit.source))


def _label(emit: Emitter, values: Values, memory: Memory, step: Step) -> None:
    memory.label = _text(values, _argument(step, 0))


def _publish(emit: Emitter, values: Values, memory: Memory, step: Step) -> None:
    emit.add(Publish(_text(values, _argument(step, 0)) or "publish", emit.source))


def _any(emit: Emitter, values: Values, memory: Memory, step: Step) -> None:
    values.made[step.key] = values.unknown(step.instr.type, step.instr.name)


def _lasting(emit: Emitter, values: Values, memory: Memory, step: Step) -> None:
    """The stores to exactly these bytes just before it."""
    pointer = values.pointer(_argument(step, 0))
    size = values.number(_argument(step, 1)).constant
    body = emit.blocks[emit.here].body
    wanted = {(memory.address(w).object, memory.address(w).offset) for w in pointer.ways}
    for index in range(len(body) - 1, -1, -1):
        instr = body[index]
        if isinstance(instr, Store):
            if instr.size == size and (instr.address.object, instr.address.offset) in wanted:
                body[index] = replace(instr, lasting=True)
                return
            break
    emit.add(Unmodelled("ordercheck_lasting() without a store to exactly these bytes before it", emit.source))


def _expect(emit: Emitter, values: Values, memory: Memory, step: Step) -> None:
    """The load just before it, whose value this returns."""
    made = values.of(_argument(step, 0))
    expected = values.number(_argument(step, 1)).unsigned
    if step.instr.name:
        values.made[step.key] = made
    if not isinstance(made, Num):
        return
    loaded = made.unsigned
    while loaded.op in ("trunc", "ite", "&", "%") and loaded.args:
        loaded = loaded.args[0]
    body = emit.blocks[emit.here].body
    for index in range(len(body) - 1, -1, -1):
        instr = body[index]
        if isinstance(instr, Load) and instr.dst == loaded.name:
            body[index] = replace(instr, expect=expected)
            return
    emit.add(Assert(apply("==", made.unsigned, expected), "expect", emit.source))


_KNOWN: dict[str, Callable[[Emitter, Values, Memory, Step], None]] = {
    "assume": _assume,
    "assert": _assert,
    "label": _label,
    "publish": _publish,
    "any": _any,
    "any_bool": _any,
    "lasting": _lasting,
    "expect": _expect,
}
