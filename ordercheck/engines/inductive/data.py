"""Which byte of which value an access stores: the pair (value, byte) of one witness byte.

byte 0 means that the value is the byte itself; byte 1 + k means byte k of the value,
counted from the low end. So two symbolic values compare as integers, without bits.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import NamedTuple

from ordercheck.engines.inductive.arith import both, choose
from ordercheck.program.expr import Expr, apply, const


class Byte(NamedTuple):
    """The content of one byte; see the module."""

    value: Expr
    place: Expr

    def same(self, other: Byte) -> Expr:
        """Whether both are the same byte of the same value (which is enough for equal bytes)."""
        equal = apply("==", self.value, other.value)
        if any(byte.value.op == "const" and byte.value.value == 0 for byte in (self, other)):
            # each byte of zero is zero
            return equal
        return both(equal, apply("==", self.place, other.place))

    def where(self, condition: Expr, other: Byte) -> Byte:
        """This byte where `condition` holds, else `other`."""
        return Byte(choose(condition, self.value, other.value), choose(condition, self.place, other.place))


def constant_byte(value: int) -> Byte:
    """A known byte, 0 to 255."""
    return Byte(const(value), const(0))


class Piece(NamedTuple):
    """Bytes `start` to `stop` (exclusive) of a stored value: bytes `first`, first + 1, ... of `base`.

    base None: each of these bytes is the constant `first`.
    """

    start: int
    stop: int
    base: Expr | None
    first: int


def pieces(value: Expr, size: int) -> list[Piece]:
    """The low `size` bytes of a value, in as few pieces as shifts, masks and unions allow."""
    found: list[Piece] = []
    for k in range(size):
        base, first = _byte(value, k)
        last = found[-1] if found else None
        expected = first if base is None else first - (k - last.start if last else 0)
        if last is not None and last.base is base and last.first == expected:
            found[-1] = last._replace(stop=k + 1)
        else:
            found.append(Piece(k, k + 1, base, first))
    return found


def _byte(value: Expr, k: int) -> tuple[Expr | None, int]:
    """Byte k of a value: (None, constant) or (base, byte of base)."""
    if value.op == "const":
        return None, (int(value.value) >> (8 * k)) & 0xFF
    second = value.args[1] if len(value.args) > 1 else None
    if second is not None and second.op == "const":
        amount = int(second.value)
        whole = amount % 8 == 0
        if value.op == "trunc" and whole:
            return _byte(value.args[0], k) if k < amount // 8 else (None, 0)
        if value.op == ">>" and whole:
            return _byte(value.args[0], k + amount // 8)
        if value.op == "<<" and whole:
            return _byte(value.args[0], k - amount // 8) if k >= amount // 8 else (None, 0)
        if value.op == "&" and (amount >> (8 * k)) & 0xFF in (0, 0xFF):
            return _byte(value.args[0], k) if (amount >> (8 * k)) & 0xFF else (None, 0)
    if value.op == "*":
        moved, by = _moved(value)
        return (value, k) if not by else _byte(moved, k - by) if k >= by else (None, 0)
    if value.op == "+":
        for low, high in (value.args, value.args[::-1]):
            if _width(low) <= _moved(high)[1]:
                # no byte is in both: nothing is carried
                return _byte(low if k < _moved(high)[1] else high, k)
    if value.op in ("|", "^") and second is not None:
        left, right = _byte(value.args[0], k), _byte(second, k)
        for one, other in ((left, right), (right, left)):
            if one[0] is None and one[1] == 0:
                return other
    return value, k


def _moved(value: Expr) -> tuple[Expr, int]:
    """A value as another one times a power of 256, and which one."""
    if value.op == "*":
        for factor, other in (value.args, value.args[::-1]):
            number = int(factor.value) if factor.op == "const" else 0
            if number > 0 and number & (number - 1) == 0 and number.bit_length() % 8 == 1:
                return other, number.bit_length() // 8
    if value.op == "const" and value.value:
        low = int(value.value) & -int(value.value)
        return value, (low.bit_length() - 1) // 8
    return value, 0


def _width(value: Expr) -> float:
    """So many low bytes have all that is in a value; more than there are where that is not seen."""
    if value.op == "const" and value.value >= 0:
        return (int(value.value).bit_length() + 7) // 8
    if value.op == "trunc" and value.args[1].op == "const":
        return (int(value.args[1].value) + 7) // 8
    if value.op == "*":
        moved, by = _moved(value)
        return by + _width(moved) if by else inf
    if value.op == "+":
        low, high = sorted(value.args, key=lambda a: _moved(a)[1])
        return _width(high) if _width(low) <= _moved(high)[1] else inf
    return inf


def byte_at(value: Expr, size: int, position: Expr, convert: Callable[[Expr], Expr]) -> Byte:
    """The byte at `position` (0 to size - 1, symbolic) of a stored value.

    convert makes the bases linear.
    """
    result: Byte | None = None
    for piece in reversed(pieces(value, size)):
        if piece.base is None:
            here = constant_byte(piece.first)
        else:
            offset = apply("+", position, 1 + piece.first - piece.start)
            here = Byte(convert(piece.base), offset)
        result = here if result is None else here.where(apply("<", position, piece.stop), result)
    assert result is not None
    return result
