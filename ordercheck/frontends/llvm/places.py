"""Blocks of memory by where their address comes from, and the places in them that a value points to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ordercheck.frontends.llvm.flat import Key
from ordercheck.frontends.llvm.ir import IntType, Type


@dataclass(frozen=True, slots=True)
class Base:
    """A block of memory. kind: argument, global, local, result, loaded, null, computed. name: for people."""

    kind: str
    name: str
    depth: int = 0


NULL = Base("null", "null")
COMPUTED = Base("computed", "a computed address")
UNKNOWN_OFFSET = None

Places = dict[Base, int | None]
"""Bases with the offset in bytes where it is one constant, else None."""


@dataclass(slots=True)
class Where:
    """What is known of a value: the places it points to; weak: what an integer may be an address of.

    lost: what its address went into it of, in a form that is not followed; mixed: the same of `weak`.
    """

    places: Places = field(default_factory=dict)
    weak: frozenset[Base] = frozenset()
    lost: frozenset[Base] = frozenset()
    mixed: frozenset[Base] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.places or self.weak or self.lost or self.mixed)


NOWHERE = Where()


@dataclass(slots=True)
class Doubts:
    """What a first look got wrong, and the next one has to know. All by the values' keys.

    unfollowed: pointers that the translation does not follow, or elsewhere. moving: loads of a
    pointer that may find another one each time. blurred: stack slots that something but a plain
    store of a value stores to, so that a pointer in them may come from elsewhere.
    """

    unfollowed: set[Key] = field(default_factory=set)
    moving: set[Key] = field(default_factory=set)
    blurred: set[Key] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.unfollowed) + len(self.moving) + len(self.blurred)


POINTER = 8
"""Bytes of a pointer."""
NARROW = 32
MASK = 1 << 12
"""A number below this, and what remains of an address under a mask below it, is no address."""
LOST = Where({COMPUTED: UNKNOWN_OFFSET})
"""Of an address that is not followed."""


def merged(one: Where, other: Where) -> Where:
    """What one or the other points to."""
    places = dict(one.places)
    for base, offset in other.places.items():
        places[base] = offset if base not in places or places[base] == offset else None
    return Where(places, one.weak | other.weak, one.lost | other.lost, one.mixed | other.mixed)


def anywhere(where: Where) -> Where:
    """The same bases, at offsets that are not known."""
    return replace(where, places=dict.fromkeys(where.places))


def moved(where: Where, offset: int | None) -> Where:
    """So many bytes on; None: nobody knows how many."""
    places = {b: None if k is None or offset is None else k + offset for b, k in where.places.items()}
    return replace(where, places=places)


def spread(one: Where, other: Where) -> Where:
    """Of a sum: the bases of both, at offsets that are not known."""
    return anywhere(merged(one, other))


def blended(wheres: Iterable[Where]) -> Where:
    """Of what is computed in a way that is not followed."""
    lost = mixed = frozenset[Base]()
    for where in wheres:
        lost |= where.places.keys() - {NULL} | where.lost
        mixed |= where.weak | where.mixed
    return Where(lost=lost, mixed=mixed)


def narrow(of: Type) -> bool:
    """Whether a value has too few bits for an address, or for one half of it."""
    return isinstance(of, IntType) and of.bits < NARROW


def likely(where: Where) -> Base | None:
    """Of what an integer was added up from: what is an address, where that is clear.

    A global that holds the start of an area (the kernel's vmemmap_base) is; else there
    must be one candidate alone, and no pointer in it that was lost sight of.
    """
    if where.lost:
        return None
    areas = [b for b in where.weak if b.kind == "loaded" and b.name.startswith("*")]
    if len(areas) == 1:
        return areas[0]
    return next(iter(where.weak), None) if len(where.weak | where.mixed) == 1 else None
