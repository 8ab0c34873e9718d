"""The pointers that stores of this code put into each block of memory."""

from __future__ import annotations

from ordercheck.frontends.llvm.places import COMPUTED, NOWHERE, Base, Where, merged

MAX_MET = 2
"""More blocks than these, that were themselves loaded or returned, are not told apart where they are
stored: in a list, all would meet all."""
_ROOTS = frozenset({"argument", "global", "local"})


class StoredPointers:
    """By the blocks and the offsets there; None: anywhere in the block."""

    def __init__(self) -> None:
        self._stored: dict[Base, dict[int | None, Where]] = {}

    def put(self, base: Base, offset: int | None, where: Where) -> bool:
        """Adds to what is stored there; returns whether that is new."""
        known = self._stored.setdefault(base, {})
        old = known.get(offset, NOWHERE)
        both = merged(old, where)
        if base.kind != "local":
            both = _few(both)
        known[offset] = both
        return both != old

    def at(self, base: Base, offset: int | None) -> Where:
        """What may be stored there."""
        found = NOWHERE
        for at, where in self._stored.get(base, {}).items():
            if at is None or offset is None or at == offset:
                found = merged(found, where)
        return found


def _few(where: Where) -> Where:
    """The same, without the blocks that are too many to be told apart."""
    others = [b for b in where.places if b.kind not in _ROOTS]
    if COMPUTED not in others and len(others) <= MAX_MET:
        return where
    return Where({COMPUTED: None, **{b: k for b, k in where.places.items() if b.kind in _ROOTS}})
