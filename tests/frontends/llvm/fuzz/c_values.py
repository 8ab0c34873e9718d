"""Integers of C: what an expression is in C's text, and what it is in the checker's expressions.

Nothing undefined is ever written: where a signed operation could overflow, it is made an
unsigned one. That needs the least and the greatest value of each part.
"""

from __future__ import annotations

from dataclasses import dataclass

from ordercheck.program.expr import Expr, apply, const, ite, var


@dataclass(frozen=True, slots=True)
class CType:
    """An integer type of C on x86-64 Linux."""

    name: str
    bits: int
    signed: bool

    @property
    def size(self) -> int:
        """In bytes."""
        return self.bits // 8

    @property
    def low(self) -> int:
        """The least value."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """The greatest value."""
        return (1 << (self.bits - self.signed)) - 1


CHAR, UCHAR = CType("schar", 8, True), CType("uchar", 8, False)
SHORT, USHORT = CType("short", 16, True), CType("ushort", 16, False)
INT, UINT = CType("int", 32, True), CType("uint", 32, False)
LONG, ULONG = CType("long", 64, True), CType("ulong", 64, False)
TYPES = (INT, UINT, LONG, ULONG, UCHAR, CHAR, SHORT, USHORT)


@dataclass(frozen=True, slots=True)
class CValue:
    """An expression: its text, its value as a mathematical integer, between low and high."""

    text: str
    meaning: Expr
    type: CType
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class CTest:
    """A condition."""

    text: str
    meaning: Expr


def number(value: int, of: CType = INT) -> CValue:
    """A constant."""
    suffix = ("" if of.signed else "u") + ("l" if of.bits == 64 else "")
    text = f"(-{-value}{suffix})" if value < 0 else f"{value}{suffix}"
    return CValue(text, const(value), of, value, value)


def variable(name: str, of: CType) -> CValue:
    """A variable or parameter of that name, on both sides."""
    return CValue(name, var(name), of, of.low, of.high)


def unsigned(of: CType) -> CType:
    """The unsigned type of that size."""
    return next(t for t in TYPES if t.bits == of.bits and not t.signed)


def wrapped(meaning: Expr, of: CType) -> Expr:
    """The value of that type that is equal modulo 2**bits."""
    return apply("sext" if of.signed else "trunc", meaning, of.bits)


def cast(value: CValue, to: CType) -> CValue:
    """A conversion that is written out."""
    found = converted(value, to)
    return CValue(f"({to.name})({value.text})", found.meaning, to, found.low, found.high)


def converted(value: CValue, to: CType) -> CValue:
    """The same text where C converts by itself."""
    if to.low <= value.low and value.high <= to.high:
        return CValue(value.text, value.meaning, to, value.low, value.high)
    return CValue(value.text, wrapped(value.meaning, to), to, to.low, to.high)


def promoted(value: CValue) -> CValue:
    """As an operand: an int where the type is smaller."""
    return converted(value, INT) if value.type.bits < 32 else value


def _common(a: CType, b: CType) -> CType:
    if a.bits != b.bits:
        return a if a.bits > b.bits else b
    return a if not a.signed else b


def _operands(a: CValue, b: CValue) -> tuple[CValue, CValue]:
    a, b = promoted(a), promoted(b)
    common = _common(a.type, b.type)
    return converted(a, common), converted(b, common)


def arithmetic(op: str, a: CValue, b: CValue) -> CValue:
    """+, - or *."""
    a, b = _operands(a, b)
    corners = [_exact(op, x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    low, high = min(corners), max(corners)
    if a.type.signed and not (a.type.low <= low and high <= a.type.high):
        to = unsigned(a.type)
        return arithmetic(op, cast(a, to), cast(b, to))
    text, meaning = f"({a.text} {op} {b.text})", apply(op, a.meaning, b.meaning)
    if a.type.low <= low and high <= a.type.high:
        return CValue(text, meaning, a.type, low, high)
    return CValue(text, wrapped(meaning, a.type), a.type, a.type.low, a.type.high)


def _exact(op: str, a: int, b: int) -> int:
    return a + b if op == "+" else a - b if op == "-" else a * b


def masked(value: CValue, bits: int) -> CValue:
    """The low bits."""
    value, top = promoted(value), (1 << bits) - 1
    text, meaning = f"({value.text} & {top})", apply("%", value.meaning, top + 1)
    return CValue(text, meaning, value.type, 0, min(top, value.high) if value.low >= 0 else top)


def remainder(value: CValue, by: int) -> CValue:
    """value % by, with the sign of the value."""
    value = promoted(value)
    text = f"({value.text} % {by})"
    up = apply("%", value.meaning, by)
    if value.low >= 0:
        return CValue(text, up, value.type, 0, by - 1)
    down = apply("-", 0, apply("%", apply("-", 0, value.meaning), by))
    meaning = ite(apply("<", value.meaning, 0), down, up)
    return CValue(text, meaning, value.type, 1 - by, by - 1)


def quotient(value: CValue, by: int) -> CValue:
    """value / by, towards zero."""
    value = promoted(value)
    text = f"({value.text} / {by})"
    up = apply("//", value.meaning, by)
    if value.low >= 0:
        return CValue(text, up, value.type, value.low // by, value.high // by)
    down = apply("-", 0, apply("//", apply("-", 0, value.meaning), by))
    meaning = ite(apply("<", value.meaning, 0), down, up)
    return CValue(text, meaning, value.type, -(-value.low // by), max(value.high, 0) // by)


def shifted_right(value: CValue, by: int) -> CValue:
    """value >> by; of negative ones as every compiler does it: rounded down."""
    value = promoted(value)
    meaning = apply("//", value.meaning, 1 << by)
    return CValue(f"({value.text} >> {by})", meaning, value.type, value.low >> by, value.high >> by)


def shifted_left(value: CValue, by: int) -> CValue:
    """value << by, unsigned where that may be too large or negative."""
    value = promoted(value)
    if value.type.signed and (value.low < 0 or value.high << by > value.type.high):
        value = cast(value, unsigned(value.type))
    meaning, high = apply("*", value.meaning, 1 << by), value.high << by
    if high > value.type.high:
        meaning, high = wrapped(meaning, value.type), value.type.high
    return CValue(f"({value.text} << {by})", meaning, value.type, 0, high)


def mixed(value: CValue, pattern: int) -> CValue:
    """value ^ pattern, as unsigned."""
    value = promoted(value)
    if value.low < 0:
        value = cast(value, unsigned(value.type))
    other = number(pattern & value.type.high, value.type)
    high = (1 << max(value.high.bit_length(), other.high.bit_length())) - 1
    meaning = apply("^", value.meaning, other.meaning)
    return CValue(f"({value.text} ^ {other.text})", meaning, value.type, 0, high)


def chosen(test: CTest, a: CValue, b: CValue) -> CValue:
    """test ? a : b."""
    a, b = _operands(a, b)
    text = f"({test.text} ? {a.text} : {b.text})"
    meaning = ite(test.meaning, a.meaning, b.meaning)
    return CValue(text, meaning, a.type, min(a.low, b.low), max(a.high, b.high))


def compared(op: str, a: CValue, b: CValue) -> CTest:
    """==, !=, <, <=, > or >=."""
    a, b = _operands(a, b)
    return CTest(f"({a.text} {op} {b.text})", apply(op, a.meaning, b.meaning))


def both(a: CTest, b: CTest) -> CTest:
    """a && b."""
    return CTest(f"({a.text} && {b.text})", apply("and", a.meaning, b.meaning))


def either(a: CTest, b: CTest) -> CTest:
    """a || b."""
    return CTest(f"({a.text} || {b.text})", apply("or", a.meaning, b.meaning))


def as_value(test: CTest) -> CValue:
    """A condition as 0 or 1."""
    return CValue(test.text, ite(test.meaning, 1, 0), INT, 0, 1)
