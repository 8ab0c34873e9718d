"""The kinds of values: numbers, truth values, pointers, structures; and what comes of two of a kind."""

from __future__ import annotations

from ordercheck.frontends.llvm import numbers
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.places import Base
from ordercheck.program.expr import Expr, apply, const, ite
from ordercheck.record import record

TRUE = const(True)


@record(frozen=True, slots=True)
class Way:
    """Where a pointer points where `guard` holds: `offset` bytes into `base`."""

    guard: Expr
    base: Base
    offset: Expr


@record(frozen=True, slots=True)
class Pointer:
    """A pointer: the first way whose guard holds; none: an address that is not followed."""

    ways: tuple[Way, ...]


@record(frozen=True, slots=True)
class Parts:
    """A structure, element by element."""

    elements: tuple[Made, ...]


Made = Num | Expr | Pointer | Parts
"""A value: a number (also of vectors and floats, as their bits), a truth value, a pointer, a structure."""


def chosen(condition: Expr, then: Made, other: Made) -> Made | None:
    """One or the other value; None where they are of different kinds."""
    if isinstance(then, Num) and isinstance(other, Num):
        top = max(then.top, other.top)
        if then.has_unsigned and other.has_unsigned:
            return Num(then.bits, ite(condition, then.unsigned, other.unsigned), top=top)
        return Num(then.bits, None, ite(condition, then.signed, other.signed), top)
    if isinstance(then, Pointer) and isinstance(other, Pointer):
        if not then.ways or not other.ways:
            return Pointer(())
        return _merged_ways(condition, then, other)
    if isinstance(then, Expr) and isinstance(other, Expr):
        return ite(condition, then, other)
    return None


def _merged_ways(condition: Expr, then: Pointer, other: Pointer) -> Pointer:
    if len(then.ways) == 1 and len(other.ways) == 1 and then.ways[0].base == other.ways[0].base:
        offset = ite(condition, then.ways[0].offset, other.ways[0].offset)
        return Pointer((Way(TRUE, then.ways[0].base, offset),))
    ways = [Way(apply("and", condition, w.guard), w.base, w.offset) for w in then.ways]
    return Pointer((*ways, *other.ways))


def same_base(left: Made, right: Made) -> tuple[Expr, Expr] | None:
    """The offsets of two pointers into one base."""
    if not isinstance(left, Pointer) or not isinstance(right, Pointer):
        return None
    if len(left.ways) != 1 or len(right.ways) != 1 or left.ways[0].base != right.ways[0].base:
        return None
    return left.ways[0].offset, right.ways[0].offset


def resized(number: Num, bits: int) -> Made:
    """The same number with more or fewer bits."""
    if bits == 1:
        return apply("!=", apply("%", number.unsigned, 2), 0)
    return (
        numbers.narrowed(number, bits) if bits < number.bits else Num(bits, number.unsigned, top=number.top)
    )


def distance(value: Expr, start: Expr) -> Expr:
    """value - start, where start is one of the terms of a sum without a difference."""
    if value is start:
        return const(0)
    if value.op == "+":
        for one, other in (value.args, value.args[::-1]):
            rest = distance(one, start)
            if rest.op != "-" or rest.args[1] is not start:
                return apply("+", rest, other)
    return apply("-", value, start)
