"""Values that are computed in a way that is not followed: any, but the same where the same is computed."""

from __future__ import annotations

from ordercheck.frontends.llvm.flat import Ref, Step
from ordercheck.frontends.llvm.ir import Int, IntType, Local
from ordercheck.frontends.llvm.kinds import Made, Parts, Pointer
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import Expr, apply

_ZEROS = frozenset(("ctlz", "cttz"))
"""What counts zeros: the second operand says what zero itself comes to."""
_COUNTS = _ZEROS | {"ctpop"}
"""What returns no more than the bits there are."""


def opaque(values: Values, step: Step) -> Made:
    """The value of a step that is not followed."""
    first = values.numbering.earlier(step)
    made = None if first is None else values.made.get(first.key)
    if made is not None and _known(made) and values.rules.defined():
        return _again(made)
    first = values.numbering.inverse(step)
    made = None if first is None else values.made.get(first.key)
    if isinstance(made, Expr) and made.sort == "bool" and values.rules.defined():
        return apply("not", made)
    return _new(values, step)


def _new(values: Values, step: Step) -> Made:
    """Where it is the same throughout, a parameter: no loop has to be told so."""
    name, of = step.instr.name, step.instr.type
    bits = of.bits if isinstance(of, IntType) else 0
    counts = bits > 1 and step.instr.intrinsic in _COUNTS
    if values.numbering.throughout(step) and values.rules.defined():
        called = _written(values, step) or (f"%{name}" if name.isdigit() else name)
        if bits == 1:
            return values.emit.param(called, None, None, "bool")
        bits = bits or 8 * step.frame.module.layout.size(of)
        return Num(bits, values.emit.param(called, 0, bits if counts else values.rules.highest(bits)))
    if counts:
        return Num(bits, values.emit.one_of(name, bits + 1), top=bits)
    return values.unknown(of, name)


def _written(values: Values, step: Step) -> str:
    """What is computed, in words: ctlz(size); "" for more than one operation on arguments."""
    instr = step.instr
    what = instr.intrinsic or instr.callee_name.split(".")[0] or instr.op
    operands = [_argument(values, step.ref(operand)) for operand in instr.operands]
    shown = [operand for operand in operands if operand]
    if not shown or len(shown) < len(operands) - (instr.intrinsic in _ZEROS):
        return ""
    return f"{what}({', '.join(shown)})"


def _argument(values: Values, ref: Ref) -> str:
    """The name of an argument of the function that is asked about, or a constant's digits."""
    ref = values.flat.resolve(ref)
    match ref.value:
        case Int() if ref.value.type.bits > 1:
            return str(ref.value.value)
        case Local(name=name) if ref.frame is values.flat.entry:
            return ref.frame.function.called(name)
    return ""


def _known(made: Made) -> bool:
    if isinstance(made, Parts):
        return all(map(_known, made.elements))
    return not isinstance(made, Pointer)


def _again(made: Made) -> Made:
    """The same, of which other things may be noted."""
    return Num(made.bits, made.unsigned, top=made.top) if isinstance(made, Num) else made
