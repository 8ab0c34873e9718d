"""Stack slots that are mere variables, as code that was not optimised has them: registers do.

A slot is one where its address goes nowhere but into loads and stores of its own type.
"""

from __future__ import annotations

from ordercheck.frontends.llvm import no_ops
from ordercheck.frontends.llvm.flat import Flat, Key, Step
from ordercheck.frontends.llvm.ir import ArrayType, StructType, Type, Value


def slots(flat: Flat) -> dict[Key, Type]:
    """The allocas that registers can stand for, with the type of what they hold."""
    found: dict[Key, Type] = {}
    for step in flat.steps():
        instr = step.instr
        if instr.op != "alloca" or instr.source_type is None or instr.operands[1:]:
            continue
        if not isinstance(instr.source_type, StructType | ArrayType):
            found[step.key] = instr.source_type
    for block in flat.blocks:
        for phi in block.phis:
            for ref in phi.incoming.values():
                found.pop(flat.resolve(ref).key, None)
        for step in block.whole:
            _look(flat, found, step)
    return found


def _look(flat: Flat, found: dict[Key, Type], step: Step) -> None:
    instr = step.instr
    if no_ops.is_about_variables(instr.callee_name):
        return
    plain = not instr.watched and "nontemporal" not in instr.flags
    for number, value in enumerate(instr.operands):
        of: Type | None = None
        if instr.op == "load":
            of = instr.type
        elif instr.op == "store" and number == 1:
            of = _type(instr.operands[0])
        key = flat.resolve(step.ref(value)).key
        if key in found and (not plain or of != found[key]):
            del found[key]


def _type(value: Value) -> Type | None:
    return getattr(value, "type", None)
