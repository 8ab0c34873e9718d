"""What an instruction that touches no memory makes of its operands."""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.llvm import kinds, numbers
from ordercheck.frontends.llvm.flat import Ref, Step
from ordercheck.frontends.llvm.ir import IntType, Local, PtrType, StructType, VectorType
from ordercheck.frontends.llvm.kinds import Made, Parts, Pointer
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.opaque import opaque
from ordercheck.frontends.llvm.values import Values
from ordercheck.frontends.llvm.wraps import loose
from ordercheck.program.expr import Expr, apply, const, ite


def define(values: Values, step: Step) -> bool:
    """Makes the value of a step that touches no memory; False where it is not one of those."""
    maker = _MAKERS.get(step.instr.op)
    if maker is None and step.instr.op not in _OPAQUE:
        return False
    made = None if maker is None else maker(values, step)
    if made is None:
        made = opaque(values, step)
    values.loosened(made, step.key)
    values.made[step.key] = made
    return True


def _binary(values: Values, step: Step) -> Made | None:
    one, other = (step.ref(v) for v in step.instr.operands)
    op, of = step.instr.op, step.instr.type
    if of == IntType(1):
        return _truths(op, values.truth(one), values.truth(other))
    if not isinstance(of, IntType):
        return None
    a, b = values.number(one), values.number(other)
    if step.key in values.wrapping:
        a, b = loose(a, values.emit), loose(b, values.emit)
    elif step.key in values.counters and "overflow" not in values.assumptions.refused:
        return values.counted(a, b)
    if b.constant is None and numbers.may_shift_out(op, a, b):
        return _shifted(values, step, a, b)
    return values.rules.binary(op, a, b, step.instr.flags)


def _shifted(values: Values, step: Step, a: Num, b: Num) -> Made | None:
    """A shift that may be by too much: it has any result then."""
    op, flags, fits = step.instr.op, step.instr.flags, apply("<", b.unsigned, a.bits)
    if values.poison.decides(step) and values.rules.defined():
        values.emit.assume(fits, optional=True, guards=True)
        return values.rules.binary(op, a, Num(b.bits, b.unsigned, top=a.bits - 1), flags)
    made = values.rules.binary(op, a, Num(b.bits, ite(fits, b.unsigned, 0), top=a.bits - 1), flags)
    values.poison.doubted[step.key] = fits
    return None if made is None else kinds.chosen(fits, made, Num(a.bits, values.emit.any("poison", a.bits)))


def _truths(op: str, a: Expr, b: Expr) -> Expr | None:
    if op in ("and", "mul"):
        return apply("and", a, b)
    if op == "or":
        return apply("or", a, b)
    if op not in ("xor", "add", "sub"):
        return None
    for truth, rest in ((a, b), (b, a)):
        if truth.op == "const":
            return apply("not", rest) if truth.value else rest
    return apply("!=", ite(a, 1, 0), ite(b, 1, 0))


def _icmp(values: Values, step: Step) -> Made | None:
    one, other = (step.ref(v) for v in step.instr.operands)
    if isinstance(step.instr.type, VectorType):
        return None
    left, right = values.of(one), values.of(other)
    same = kinds.same_base(left, right)
    if same is not None and step.instr.predicate[0] != "s":
        a, b = same
        if step.instr.predicate in ("eq", "ne"):
            return apply("==" if step.instr.predicate == "eq" else "!=", a, b)
        op = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}[step.instr.predicate[1:]]
        return apply(op, a, b)
    return numbers.compare(step.instr.predicate, values.number(one), values.number(other))


def _select(values: Values, step: Step) -> Made | None:
    condition, then, other = (step.ref(v) for v in step.instr.operands)
    if not isinstance(getattr(condition.value, "type", None), IntType):
        return None
    return kinds.chosen(values.truth(condition), values.of(then), values.of(other))


def _gep(values: Values, step: Step) -> Made | None:
    instr = step.instr
    if instr.source_type is None or isinstance(instr.type, VectorType):
        return None
    return values.moved(step.ref(instr.operands[0]), instr.source_type, instr.operands[1:])


def _cast(values: Values, step: Step) -> Made | None:
    return values.of(step.ref(step.instr.operands[0]))


def _bitcast(values: Values, step: Step) -> Made | None:
    made = values.of(step.ref(step.instr.operands[0]))
    to = step.instr.type
    if isinstance(made, Pointer) or isinstance(to, PtrType):
        return made if isinstance(made, Pointer) and isinstance(to, PtrType) else None
    if isinstance(to, IntType) and to.bits == 1:
        return None
    return values.as_number(made, values.bits_of(step.ref(step.instr.operands[0]), to))


def _widen(values: Values, step: Step) -> Made | None:
    of = step.instr.type
    if not isinstance(of, IntType):
        return None
    return numbers.widened(step.instr.op, _wide(values, step), of.bits)


def _wide(values: Values, step: Step) -> Num:
    made = values.of(step.ref(step.instr.operands[0]))
    if isinstance(made, Expr) and step.instr.op == "sext":
        return Num(1, None, ite(made, -1, 0))
    return values.as_number(made, values.bits(step.ref(step.instr.operands[0])))


def _trunc(values: Values, step: Step) -> Made | None:
    of = step.instr.type
    if not isinstance(of, IntType):
        return None
    number = values.number(step.ref(step.instr.operands[0]))
    if of.bits == 1:
        return apply("!=", apply("%", number.seen_by(1).unsigned, 2), 0)
    flags = step.instr.flags
    if "nsw" in flags and number.has_signed and not number.has_unsigned and values.rules.defined():
        return Num(of.bits, None, number.signed)
    if "nuw" in flags and values.rules.defined():
        return Num(of.bits, number.unsigned)
    return numbers.narrowed(number, of.bits)


def _ptrtoint(values: Values, step: Step) -> Made | None:
    of = step.instr.type
    if not isinstance(of, IntType):
        return None
    return kinds.resized(values.number(step.ref(step.instr.operands[0])), of.bits)


def _inttoptr(values: Values, step: Step) -> Made | None:
    return values.from_number(
        Ref(step.frame, Local(step.instr.name, step.instr.type)), step.ref(step.instr.operands[0])
    )


def _extract(values: Values, step: Step) -> Made | None:
    made: Made = values.of(step.ref(step.instr.operands[0]))
    for index in step.instr.indices:
        if not isinstance(made, Parts) or index >= len(made.elements):
            return None
        made = made.elements[index]
    return made


def _element(values: Values, step: Step) -> Made | None:
    """An element of a constant vector."""
    vector, index = (step.ref(v) for v in step.instr.operands)
    whole, number = values.of(vector), values.of(index)
    if not isinstance(whole, Num) or not isinstance(number, Num) or isinstance(step.instr.type, PtrType):
        return None
    bits = values.bits_of(vector, step.instr.type)
    if whole.constant is None or number.constant is None or bits * (number.constant + 1) > whole.bits:
        return None
    element = Num(bits, const((whole.constant >> bits * number.constant) % (1 << bits)))
    return kinds.resized(element, 1) if step.instr.type == IntType(1) else element


def _insert(values: Values, step: Step) -> Made | None:
    whole, part = (step.ref(v) for v in step.instr.operands)
    if len(step.instr.indices) != 1 or not isinstance(step.instr.type, StructType):
        return None
    made = values.of(whole)
    if not isinstance(made, Parts):
        return None
    elements = list(made.elements)
    elements[step.instr.indices[0]] = values.of(part)
    return Parts(tuple(elements))


_BINARY = ("add", "sub", "mul", "shl", "lshr", "ashr", "udiv", "urem", "sdiv", "srem", "and", "or", "xor")
_MAKERS: dict[str, Callable[[Values, Step], Made | None]] = {
    **dict.fromkeys(_BINARY, _binary),
    "icmp": _icmp,
    "select": _select,
    "getelementptr": _gep,
    "freeze": _cast,
    "addrspacecast": _cast,
    "bitcast": _bitcast,
    "zext": _widen,
    "sext": _widen,
    "trunc": _trunc,
    "ptrtoint": _ptrtoint,
    "ptrtoaddr": _ptrtoint,
    "inttoptr": _inttoptr,
    "extractvalue": _extract,
    "insertvalue": _insert,
    "extractelement": _element,
}
_OPAQUE = frozenset(
    (
        *("fadd", "fsub", "fmul", "fdiv", "frem", "fneg", "fcmp", "fptrunc", "fpext", "fptoui", "fptosi"),
        *("uitofp", "sitofp", "insertelement", "shufflevector", "landingpad"),
    )
)
"""What touches no memory and whose result is not followed."""
