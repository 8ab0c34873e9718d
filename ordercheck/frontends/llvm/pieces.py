"""Pieces of memory with the values that are in them, as the translation comes to loads and stores."""

from __future__ import annotations

from dataclasses import dataclass, field

from ordercheck.frontends.llvm.flat import Step
from ordercheck.frontends.llvm.places import Base
from ordercheck.program.expr import Expr, apply, const


@dataclass(frozen=True, slots=True)
class Spot:
    """`size` bytes at an offset of a block."""

    base: Base
    offset: int
    size: int


@dataclass(slots=True)
class Piece:
    """Bytes that each store has whole or not at all. bit: its place in a set. stores: which have it.

    value: what the latest store put there, where it has been translated.
    """

    spot: Spot
    bit: int
    stores: list[Step] = field(default_factory=list)
    value: Expr | None = None


def end(spot: Spot) -> int:
    """Where the bytes behind it begin."""
    return spot.offset + spot.size


def meets(spot: Spot, start: int, stop: int) -> bool:
    """Whether some of its bytes are among those."""
    return spot.offset < stop and start < end(spot)


def joined(pieces: list[tuple[Piece, Expr]], start: int, size: int) -> Expr:
    """The number in so many bytes from an offset on, of what is in the pieces that these lie in."""
    if len(pieces) == 1:
        piece, whole = pieces[0]
        return part(whole, start - piece.spot.offset, size, piece.spot.size)
    total: Expr = const(0)
    for piece, content in pieces:
        low, high = max(piece.spot.offset, start), min(end(piece.spot), start + size)
        # cut to its bytes also where it has no more, so that what is made of it shows which are whose
        here = part(content, low - piece.spot.offset, high - low, 0)
        total = apply("+", total, apply("*", 1 << 8 * (low - start), here) if low > start else here)
    return total


def part(value: Expr, start: int, size: int, whole: int) -> Expr:
    """So many bytes of a value of `whole` bytes."""
    if not start and size == whole:
        return value
    return apply("trunc", apply(">>", value, 8 * start) if start else value, 8 * size)
