"""Parameters as their users mean them: a machine's number has no sign, but its type in the source may.

A program has the pattern, a number in [0, 2**bits): -1 is 2**bits - 1 there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ordercheck.program.expr import Expr, Value, apply, const, ite
from ordercheck.program.ir import Param, Program


def meant(param: Param) -> Expr:
    """What a user means by the parameter's name, in terms of what the program has."""
    if not param.signed:
        return param.expr
    half = 1 << (param.bits - 1)
    return ite(apply(">=", param.expr, half), apply("-", param.expr, 2 * half), param.expr)


def shown(param: Param, value: Value) -> Value:
    """A value of the program's as the user would write it."""
    half = 1 << max(0, param.bits - 1)
    return value - 2 * half if param.signed and half <= value < 2 * half else value


def pattern(param: Param, value: Value) -> Value:
    """The program's value for what a user writes; the inverse of `shown`."""
    return value + (1 << param.bits) if param.signed and value < 0 else value


def all_shown(program: Program, values: Mapping[str, Value]) -> dict[str, Value]:
    """`shown` of values by name; those of no parameter stay as they are."""
    params = {p.name: p for p in program.params}
    return {n: shown(params[n], v) if n in params else v for n, v in values.items()}


def why_not_negative(param: Param, value: Value) -> str:
    """What to say where a negative value is given for a parameter that has none; empty where it may."""
    if value >= 0 or param.signed or not param.bits:
        return ""
    wanted = int(value) % (1 << param.bits)
    return f"parameter {param.name} is unsigned: {value} is {wanted} for {param.bits} bits"


def signed(params: Iterable[Param]) -> dict[Expr, Param]:
    """The signed ones, each by what a user means by it."""
    return {meant(p): p for p in params if p.signed}


def applied(op: str, left: Expr, right: Expr, known: Mapping[Expr, Param]) -> Expr:
    """`op` of what is meant, without a distinction of cases where the pattern says as much.

    known: as `signed` returns it.
    """
    param = known.get(left)
    if param is None or right.op != "const":
        return apply(op, left, right)
    number, half = int(right.value), 1 << (param.bits - 1)
    if op in ("==", "!="):
        if not -half <= number < half:
            return const(op == "!=")
        return apply(op, param.expr, number % (2 * half))
    # a remainder of a power of two, and low bits, are those of the pattern
    if (op == "%" and number > 0 and 2 * half % number == 0) or (op == "&" and 0 <= number < 2 * half):
        return apply(op, param.expr, number)
    return apply(op, left, right)
