"""Intrinsics that compute a number (LangRef, "Standard C/C++ Library Intrinsics" and the like)."""

from __future__ import annotations

from ordercheck.frontends.llvm import numbers
from ordercheck.frontends.llvm.flat import Step
from ordercheck.frontends.llvm.ir import GlobalRef, IntType
from ordercheck.frontends.llvm.kinds import Made, Parts
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import apply, const, ite

_SMALLER = {"umin": ("ult", 0), "umax": ("ugt", 0), "smin": ("slt", 0), "smax": ("sgt", 0)}


def intrinsic(values: Values, step: Step) -> bool:
    """Makes the value of an intrinsic that computes one; False where nothing is to be made of it here."""
    callee = step.instr.callee
    assert isinstance(callee, GlobalRef)
    parts = callee.name.split(".")
    made = _made(values, step, parts[1])
    if parts[1] == "assume":
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
        return Num(of.bits, None, ite(value < 0, apply("-", 0, value), value))
    if what == "usub" and isinstance(of, IntType):
        # saturating
        a, b = values.number(operands[0]), values.number(operands[1])
        difference = apply("-", a.unsigned, b.unsigned)
        return Num(of.bits, ite(difference < 0, 0, difference), top=a.top)
    if what in ("uadd", "umul", "usub") and not isinstance(of, IntType):
        a, b = values.number(operands[0]), values.number(operands[1])
        full = 1 << a.bits
        exact = apply({"uadd": "+", "umul": "*", "usub": "-"}[what], a.unsigned, b.unsigned)
        over = exact < 0 if what == "usub" else exact >= full
        return Parts((Num(a.bits, apply("trunc", exact, a.bits)), over))
    if what in ("expect", "launder", "strip", "annotation", "ptr", "threadlocal"):
        return values.of(operands[0])
    if what == "is" and isinstance(of, IntType) and of.bits == 1:
        # llvm.is.constant: whatever the compiler would have said
        return values.unknown(of, "is.constant")
    if what == "objectsize":
        return Num(64, const((1 << 64) - 1))
    return None
