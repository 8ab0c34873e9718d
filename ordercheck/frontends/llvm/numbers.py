"""LLVM's integers of n bits as mathematical integers, exactly: sums that wrap say so.

A number has up to two forms, the unsigned and the signed one; each is made from the other
where only one is at hand. `nuw` and `nsw` say that one of them does not wrap (where it does
the result is poison: LangRef, "Poison Values"), so that form is a plain sum.
"""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.llvm.num import Num
from ordercheck.program.expr import Expr, apply, const, ite

__all__ = ["Num", "Rules", "compare", "narrowed", "widened"]

Rule = Callable[["Rules", "Num", "Num", frozenset[str]], "Num | None"]
HASHING = 1 << 32
"""Who multiplies by such a number, or shifts so far to the left, means the result to wrap: hash
functions, and `(x << 32) >> 32`, which is what compilers make of a narrow number in 64 bits."""


class Rules:
    """How operations are carried out.

    defined: whether it may be assumed that nothing is undefined: that nuw, nsw and their like hold.
    wraps: whether sums, products and shifts of 64 bits without such a flag may wrap; where not,
    `assume` is told what that needs.
    """

    def __init__(self, defined: Callable[[], bool], wraps: bool, assume: Callable[[Expr], None]) -> None:
        self.defined, self.wraps, self.assume = defined, wraps, assume

    def binary(self, op: str, a: Num, b: Num, flags: frozenset[str]) -> Num | None:
        """The result of an integer operation; None where there is no form for it."""
        if flags & _PROMISES and not self.defined():
            flags = flags - _PROMISES
        rule = _RULES.get(op)
        if rule is None or (_undefined(op, a, b) and (b.constant is not None or not self.defined())):
            return None
        return rule(self, a, b, flags)

    def highest(self, bits: int) -> int | None:
        """The largest value to be written down for a value of that many bits; None: it needs none."""
        return None if bits == 64 and not self.wraps else (1 << bits) - 1

    def grown(self, op: str, a: Num, b: Num, top: int) -> Num:
        """A sum or product that may be too large; top: what it may come to at most."""
        bits, full = a.bits, 1 << a.bits
        loose = self.wraps or bits != 64 or a.loose or b.loose
        if not loose and (a.negative or b.negative):
            value = apply(op, a.plain, b.plain)
            self.assume(apply("<", value, full))
            self.assume(apply(">=", value, -full // 2))
            result = Num(bits, ite(apply("<", value, 0), apply("+", value, full), value))
            result.meant = value
            return result
        value = apply(op, a.unsigned, b.unsigned)
        if top < full:
            return Num(bits, value, top=top)
        if not loose:
            self.assume(apply("<", value, full))
            return Num(bits, value)
        if value.op == "+":
            return Num(bits, ite(apply(">=", value, full), apply("-", value, full), value))
        return Num(bits, apply("trunc", value, bits))


def may_shift_out(op: str, a: Num, b: Num) -> bool:
    """Whether that is a shift, and may be by more than there are bits."""
    return op in _SHIFTS and b.top >= a.bits


def _undefined(op: str, a: Num, b: Num) -> bool:
    """Whether the operation may have no result: a shift by too much, a division by nothing."""
    return may_shift_out(op, a, b) or (op in _DIVISIONS and not b.constant)


def _plain(op: str, bits: int, a: Num, b: Num, flags: frozenset[str]) -> Num | None:
    """Where a flag says that one form does not wrap."""
    unsigned = apply(op, a.unsigned, b.unsigned) if "nuw" in flags else None
    signed = apply(op, a.signed, b.signed) if "nsw" in flags else None
    return None if unsigned is None and signed is None else Num(bits, unsigned, signed)


def _add(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    plain = _plain("+", a.bits, a, b, flags)
    if plain is not None:
        return plain
    if a.constant is not None:
        a, b = b, a
    c = b.constant
    full = 1 << a.bits
    if c is not None and c >= full // 2:
        # x + (2**n - c): x - c, or the wrapped value where x is smaller
        down = full - c
        less = apply("<", a.unsigned, down)
        result = Num(a.bits, ite(less, apply("+", a.unsigned, c), apply("-", a.unsigned, down)))
        result.lowered = a.unsigned, down
        result.meant = None if a.loose else apply("-", a.plain, down)
        return result
    return rules.grown("+", a, b, a.top + b.top)


def _sub(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    plain = _plain("-", a.bits, a, b, flags)
    if plain is not None:
        return plain
    difference = apply("-", a.unsigned, b.unsigned)
    less = apply("<", a.unsigned, b.unsigned)
    result = Num(a.bits, ite(less, apply("+", difference, 1 << a.bits), difference))
    result.meant = None if a.loose or b.loose else apply("-", a.plain, b.plain)
    return result


def _mul(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    plain = _plain("*", a.bits, a, b, flags)
    if plain is not None:
        return plain
    c = b.constant
    if c is not None and c >= min(1 << (a.bits - 1), HASHING):
        result = Num(a.bits, apply("trunc", apply("*", a.unsigned, c), a.bits))
        result.meant = None if a.loose or -b.signed.value >= HASHING else apply("*", a.plain, b.signed)
        return result
    return rules.grown("*", a, b, a.top * b.top)


def _shl(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    c = b.constant
    if c is not None and c < a.bits:
        return _mul(rules, a, Num(a.bits, const(1 << c)), flags if c < a.bits - 1 else flags - {"nsw"})
    shifted = apply("<<", a.unsigned, b.unsigned)
    if "nuw" in flags or a.constant == 1:
        return Num(a.bits, shifted)
    return Num(a.bits, apply("trunc", shifted, a.bits))


def _lshr(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    c = b.constant
    low = _low_bits(a, c)
    if low is not None:
        return widened("zext", low, a.bits)
    result = Num(a.bits, apply(">>", a.unsigned, b.unsigned), top=a.top >> min(c or 0, a.bits))
    if c is not None and a.lasting is not None:
        mask, number = a.lasting
        # the zeros that come in are the same each time too
        above = (1 << a.bits) - (1 << (a.bits - min(c, a.bits)))
        result.lasting = (mask >> c) | above, apply(">>", number, c)
    return result


def _low_bits(a: Num, shift: int | None) -> Num | None:
    """What was shifted up by that before, in the bits that were left of it."""
    if shift is None or not 0 < shift < a.bits or not a.has_unsigned:
        return None
    value, stride = a.unsigned, const(1 << shift)
    # what was cut to fewer bits than these has lost more
    cut = value.op == "trunc" and value.args[1] is const(a.bits)
    if cut and value.args[0].op == "*" and value.args[0].args[1] is stride:
        return narrowed(Num(a.bits, value.args[0].args[0]), a.bits - shift)
    return None


def _ashr(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    low = _low_bits(a, b.constant)
    if low is not None:
        return widened("sext", low, a.bits)
    return Num(a.bits, None, apply(">>", a.signed, b.unsigned))


def _udiv(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    return Num(a.bits, apply("//", a.unsigned, b.unsigned), top=a.top // max(b.constant or 1, 1))


def _urem(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    return Num(a.bits, apply("%", a.unsigned, b.unsigned), top=min(a.top, max(b.top - 1, 0)))


def _sdiv(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num | None:
    c = b.signed
    if c.op != "const" or int(c.value) <= 0:
        return None
    # towards zero, unlike floor division
    value = a.signed
    down = apply("-", 0, apply("//", apply("-", 0, value), c))
    return Num(a.bits, None, ite(apply("<", value, 0), down, apply("//", value, c)))


def _srem(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num | None:
    quotient = _sdiv(rules, a, b, flags)
    if quotient is None:
        return None
    return Num(a.bits, None, apply("-", a.signed, apply("*", quotient.signed, b.signed)))


def _and(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    if a.constant is not None:
        a, b = b, a
    c = b.constant
    full = 1 << a.bits
    if c is None:
        return Num(a.bits, apply("&", a.unsigned, b.unsigned), top=min(a.top, b.top))
    if a.lasting is not None and 0 < a.lasting[0] & c < c:
        mask, number = a.lasting
        # the bits that are the same each time, and the others
        parts = apply("&", number, c & mask), apply("&", a.unsigned, c & ~mask)
        return Num(a.bits, apply("+", *parts), top=min(a.top, c))
    a = a.seen_by(c)
    low = full - c
    if c and low & (low - 1) == 0:
        # a mask that rounds down
        return Num(a.bits, apply("-", a.unsigned, apply("%", a.unsigned, low)), top=a.top)
    if c & (c + 1) == 0:
        return a if a.top <= c else Num(a.bits, apply("%", a.unsigned, c + 1), top=c)
    return Num(a.bits, apply("&", a.unsigned, c), top=min(a.top, c))


def _or(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    if "disjoint" in flags:
        return Num(a.bits, apply("+", a.unsigned, b.unsigned), top=a.top + b.top)
    return Num(a.bits, apply("|", a.unsigned, b.unsigned), top=_mask(a.top | b.top))


def _xor(rules: Rules, a: Num, b: Num, flags: frozenset[str]) -> Num:
    full = (1 << a.bits) - 1
    for one, other in ((a, b), (b, a)):
        if one.constant == full:
            return Num(a.bits, apply("-", full, other.unsigned))
    return Num(a.bits, apply("^", a.unsigned, b.unsigned), top=_mask(a.top | b.top))


def _mask(value: int) -> int:
    return (1 << value.bit_length()) - 1


_PROMISES = frozenset({"nuw", "nsw", "exact", "disjoint"})
_SHIFTS = ("shl", "lshr", "ashr")
_DIVISIONS = ("udiv", "urem", "sdiv", "srem")
_RULES: dict[str, Rule] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "shl": _shl,
    "lshr": _lshr,
    "ashr": _ashr,
    "udiv": _udiv,
    "urem": _urem,
    "sdiv": _sdiv,
    "srem": _srem,
    "and": _and,
    "or": _or,
    "xor": _xor,
}
_COMPARE = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


def compare(predicate: str, a: Num, b: Num) -> Expr:
    """icmp."""
    mask = None if b.constant is None else deciding(predicate, a.bits, b.constant)
    a = a.seen_by((1 << a.bits) - 1 if mask is None else mask)
    if predicate in ("eq", "ne"):
        if a.has_unsigned and b.has_unsigned:
            return apply(_COMPARE[predicate], a.unsigned, b.unsigned)
        return apply(_COMPARE[predicate], a.signed, b.signed)
    inside = _inside(predicate, a, b)
    if inside is not None:
        return inside
    if predicate.startswith("s"):
        return apply(_COMPARE[predicate[1:]], a.signed, b.signed)
    return apply(_COMPARE[predicate[1:]], a.unsigned, b.unsigned)


def deciding(predicate: str, bits: int, limit: int) -> int | None:
    """The bits of a number on which it depends whether it is negative, or below a power of two: they are 0
    if it is not, or is; None where a comparison with that constant asks neither.
    """
    full = (1 << bits) - 1
    if (predicate, limit) in (("slt", 0), ("sgt", full)):
        return 1 << (bits - 1)
    first = {"ult": limit, "ugt": limit + 1}.get(predicate)
    return None if not first or first & (first - 1) else full & ~(first - 1)


def _inside(predicate: str, a: Num, b: Num) -> Expr | None:
    """x - c < k, wrapped, as c <= x < c + k: how compilers test a range."""
    limit = b.constant
    if a.lowered is None or limit is None or predicate not in ("ult", "ule", "ugt", "uge"):
        return None
    value, low = a.lowered
    high = low + limit + (predicate in ("ule", "ugt"))
    if high > 1 << a.bits:
        return None
    inside = apply("and", apply("<=", low, value), apply("<", value, high))
    return inside if predicate in ("ult", "ule") else apply("not", inside)


def widened(op: str, a: Num, bits: int) -> Num:
    """zext and sext."""
    if op == "zext":
        result = Num(bits, a.unsigned, top=a.top)
        if a.lasting is not None:
            mask, number = a.lasting
            result.lasting = mask | (1 << bits) - (1 << a.bits), number
        return result
    if a.top < 1 << (a.bits - 1):
        return Num(bits, a.unsigned, a.signed, a.top)
    return Num(bits, None, a.signed)


def narrowed(a: Num, bits: int) -> Num:
    """trunc."""
    a = a.seen_by((1 << bits) - 1)
    result = (
        Num(bits, a.unsigned, top=a.top) if a.top < 1 << bits else Num(bits, apply("trunc", a.unsigned, bits))
    )
    if a.lasting is not None:
        mask, number = a.lasting
        result.lasting = mask & (1 << bits) - 1, apply("trunc", number, bits)
    return result
