"""Where stores go in a block of memory, and which bits they may change there."""

from __future__ import annotations

from dataclasses import dataclass, field

from ordercheck.frontends.llvm.bits import full
from ordercheck.frontends.llvm.places import Base


@dataclass(slots=True)
class Stored:
    """Stores to a base: places of constant offset (start, stop), with the bits that may change; or any."""

    places: dict[tuple[int, int], int] = field(default_factory=dict)
    anywhere: bool = False

    def note(self, offset: int | None, displacement: int, size: int | None, bits: int | None = None) -> None:
        """A store so far beyond an offset; None: nobody knows where. bits: that it may change; None: all."""
        if offset is None or size is None:
            self.anywhere = True
            return
        place = offset + displacement, offset + displacement + size
        self.places[place] = self.places.get(place, 0) | (full(8 * size) if bits is None else bits)

    @property
    def partial(self) -> bool:
        """Whether a place keeps some of its bits."""
        return any(bits != full(8 * (stop - start)) for (start, stop), bits in self.places.items())

    def meets(self, offset: int | None, size: int) -> bool:
        """Whether some store can overlap those bytes."""
        if self.anywhere or offset is None:
            return self.anywhere or bool(self.places)
        return any(start < offset + size and offset < stop for start, stop in self.places)

    def changed(self, offset: int, size: int) -> int:
        """The bits of those bytes that some store may change."""
        found = full(8 * size) if self.anywhere else 0
        for (start, _), bits in self.places.items():
            found |= bits << 8 * (start - offset) if start >= offset else bits >> 8 * (offset - start)
        return found & full(8 * size)


def noted(stores: dict[Base, Stored], base: Base) -> Stored:
    """What is known of the stores to a base, to be added to."""
    return stores.setdefault(base, Stored())
