"""Intrinsics that compute a number (LangRef, "Standard C/C++ Library Intrinsics" and the like)."""

from __future__ import annotations

from ordercheck.frontends.llvm import no_ops, numbers
from ordercheck.frontends.llvm.flat import Ref, Step
from ordercheck.frontends.llvm.ir import IntType, PtrType, StructType, Type
from ordercheck.frontends.llvm.kinds import TRUE, Made, Parts, Pointer, Way, distance
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.places import NULL
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import apply, ite

_SMALLER = {"umin": ("ult", 0), "umax": ("ugt", 0), "smin": ("slt", 0), "smax": ("sgt", 0)}


def intrinsic(values: Values, step: Step) -> bool:
    """Makes the value of an intrinsic that computes one; False where nothing is to be made of it here."""
    made = _made(values, step, step.instr.intrinsic)
    if step.instr.intrinsic == "assume":
        if values.rules.defined():
            values.emit.assume(values.truth(step.ref(step.instr.operands[0])), optional=True)
        return True
    if made is None:
        return False
    values.made[step.key] = made
    return True


def _made(values: Values, step: Step, what: str) -> Made | None:
    of = step.instr.type
    operands = [step.ref(v) for v in step.instr.operands]
    if what in _SMALLER and isinstance(of, IntType):
        a, b = values.number(operands[0]), values.number(operands[1])
        condition = numbers.compare(_SMALLER[what][0], a, b)
        top = min(a.top, b.top) if what == "umin" else max(a.top, b.top)
        if what[0] == "s":
            return Num(of.bits, None, ite(condition, a.signed, b.signed))
        return Num(of.bits, ite(condition, a.unsigned, b.unsigned), top=top)
    if what == "abs" and isinstance(of, IntType):
        value = values.number(operands[0]).signed
        negative = value < 0
        if not (_is_true(values, operands[1]) and values.rules.defined()):
            # the least number has no counterpart, and stays
            negative = apply("and", negative, apply(">", value, -(1 << (of.bits - 1))))
        return Num(of.bits, None, ite(negative, apply("-", 0, value), value))
    if what == "usub" and isinstance(of, IntType):
        # saturating
        a, b = values.number(operands[0]), values.number(operands[1])
        difference = apply("-", a.unsigned, b.unsigned)
        return Num(of.bits, ite(difference < 0, 0, difference), top=a.top)
    if what in ("uadd", "umul", "usub") and _is_overflow(of):
        a, b = values.number(operands[0]), values.number(operands[1])
        full = 1 << a.bits
        exact = apply({"uadd": "+", "umul": "*", "usub": "-"}[what], a.unsigned, b.unsigned)
        over = exact < 0 if what == "usub" else exact >= full
        return Parts((Num(a.bits, apply("trunc", exact, a.bits)), over))
    if no_ops.hands_on(step.instr.callee_name):
        return values.of(operands[0])
    if what == "ptrmask" and isinstance(of, PtrType):
        return _masked(values, *operands)
    # of llvm.is.constant and llvm.objectsize whatever the compiler would have said
    return None


def _masked(values: Values, pointer: Ref, mask: Ref) -> Made | None:
    """A pointer with bits of its address cleared, where it points into one block."""
    made = values.of(pointer)
    if not isinstance(made, Pointer) or len(made.ways) != 1 or made.ways[0].base is NULL:
        return None
    number = values.rules.binary("and", values.number(pointer), values.number(mask), frozenset())
    if number is None:
        return None
    base = made.ways[0].base
    return Pointer((Way(TRUE, base, distance(number.unsigned, values.address_of(base))),))


def _is_true(values: Values, ref: Ref) -> bool:
    truth = values.truth(ref)
    return truth.op == "const" and bool(truth.value)


def _is_overflow(of: Type) -> bool:
    """Whether this is a number with the bit that says whether it wrapped, not vectors of these."""
    return isinstance(of, StructType) and bool(of.fields) and isinstance((of.fields or ())[0], IntType)
