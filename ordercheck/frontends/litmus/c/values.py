"""The arithmetic of herd7's C: every value is an integer of 32 bits, whatever its type says.

A value is an expression in [0, 2**32); comparison, division and remainder read it as
signed. Nothing is simplified where a register is mentioned: dependencies are of the text.
"""

from __future__ import annotations

from functools import lru_cache

from ordercheck.program.expr import Expr, apply, const, keep

BITS = 32
SIZE = BITS // 8
_MASK = (1 << BITS) - 1
ZERO, ONE = const(0), const(1)
_BITWISE = frozenset("&|^")
_COMPARISONS = frozenset(("==", "!=", "<", ">", "<=", ">="))
_ARITHMETIC = frozenset("+-*")


@lru_cache(maxsize=4096)
def number(value: int) -> Expr:
    """A constant."""
    return const(value & _MASK)


def operation(op: str, left: Expr, right: Expr) -> Expr:
    """`left op right` for an operator of litmus C, `&~` too; comparisons are 0 or 1."""
    if op in _COMPARISONS:
        return truth(comparison(op, left, right))
    if op in _ARITHMETIC:
        return _build("trunc", _build(op, left, right), const(BITS))
    if op in _BITWISE:
        return _build(op, left, right)
    if op == "&~":
        return _build("&", left, _build("^", right, const(_MASK)))
    if op in ("&&", "||"):
        return truth(_build("and" if op == "&&" else "or", condition(left), condition(right)))
    if op in ("<<", ">>"):
        return _shift(op, left, right)
    return _division(op, left, right)


def comparison(op: str, left: Expr, right: Expr) -> Expr:
    """`left op right` as a truth value."""
    if op in ("==", "!="):
        return _build(op, left, right)
    return _build(op, _signed(left), _signed(right))


def truth(holds: Expr) -> Expr:
    """1 where the truth value holds, else 0."""
    return _build("ite", holds, ONE, ZERO)


def condition(value: Expr) -> Expr:
    """`value != 0` as a truth value."""
    if value.op == "ite" and value.args[1] is ONE and value.args[2] is ZERO:
        return value.args[0]
    return _build("!=", value, ZERO)


def _build(op: str, *operands: Expr) -> Expr:
    if all(operand.op == "const" for operand in operands):
        return apply(op, *operands)
    return keep(op, *operands)


def _signed(value: Expr) -> Expr:
    return _build("sext", value, const(BITS))


def _shift(op: str, left: Expr, right: Expr) -> Expr:
    """By 0 to 31 bits, as processors do; a shift to the right keeps the sign."""
    count = _build("&", right, const(BITS - 1))
    return _build("trunc", _build(op, _signed(left), count), const(BITS))


def _division(op: str, left: Expr, right: Expr) -> Expr:
    """Towards zero; the divisor is not 0."""
    a, b = _signed(left), _signed(right)
    size = _build("//", _magnitude(a), _magnitude(b))
    negative = _build("!=", _build("<", a, ZERO), _build("<", b, ZERO))
    quotient = _build("ite", negative, _build("-", ZERO, size), size)
    if op == "%":
        quotient = _build("-", a, _build("*", quotient, b))
    return _build("trunc", quotient, const(BITS))


def _magnitude(signed: Expr) -> Expr:
    return _build("ite", _build("<", signed, ZERO), _build("-", ZERO, signed), signed)
