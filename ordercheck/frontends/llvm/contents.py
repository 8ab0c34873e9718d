"""What is in memory that is kept: noted at stores, found at loads."""

from __future__ import annotations

from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.flat import Step
from ordercheck.frontends.llvm.kept import LARGEST, Kept
from ordercheck.frontends.llvm.pieces import Piece, joined, part
from ordercheck.program.expr import Expr, const


class Contents:
    """The values in pieces of memory.

    What one store alone puts there is its value: whoever loads it has come by that store, and what
    the value is made of is still the same. Where several do, a register holds the latest.
    """

    def __init__(self, emit: Emitter, kept: Kept) -> None:
        self.emit, self.kept = emit, kept

    def store(self, step: Step, number: Expr, size: int) -> None:
        """Notes what a store of so many bytes puts there, as far as some load finds it."""
        for piece in self.kept.stored(step):
            start = piece.spot.offset - self.kept.offset(step)
            content = part(number, start, piece.spot.size, size)
            if len(piece.stores) == 1:
                piece.value = content
                continue
            if piece.value is None:
                piece.value = self.emit.register(f"{piece.spot.base.name}[{piece.spot.offset}]")
            self.emit.set(piece.value, content)

    def clear(self, step: Step) -> None:
        """Notes what a memset puts there; of any other call nothing."""
        byte = self.kept.cleared(step)
        if byte is not None:
            # more than enough of the same byte, wherever a piece begins
            size = 2 * LARGEST
            self.store(step, const(int.from_bytes(bytes([byte]) * size, "little")), size)

    def load(self, step: Step, size: int) -> Expr | None:
        """What a load of so many bytes finds, where that was stored before."""
        found = self.kept.loaded(step)
        if not found or any(piece.value is None for piece in found):
            return None
        return joined([(piece, self._now(piece)) for piece in found], self.kept.offset(step), size)

    def _now(self, piece: Piece) -> Expr:
        """What is in a piece now: what it holds later is another, where several stores fill it."""
        assert piece.value is not None
        if len(piece.stores) == 1:
            return piece.value
        copy = self.emit.register(piece.value.name)
        self.emit.set(copy, piece.value)
        return copy
