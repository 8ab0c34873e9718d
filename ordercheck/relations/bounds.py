"""May/must bounds: what a set or relation can at most hold, and what it holds for certain.

A value is a pair (may, must) of explicit values. Every operation of cat is monotone in each
operand but for the right side of a difference and the complement, where may and must change
places. So whatever rf and co turn out to be within their bounds, the true value of a term
lies between its must and its may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ordercheck.errors import GaveOut
from ordercheck.relations.domain import Kind
from ordercheck.relations.events import MAX_ROUNDS, EventStructure, ExplicitDomain, Value, within

Bounds = tuple[Value, Value]


def exact(value: Value) -> Bounds:
    """The bounds of something known. That may and must are one object is how it is recognised."""
    return value, value


class BoundsDomain:
    """Bounds of every term, given the bounds of the primitive relations that are still open.

    unknown maps names (rf, co) to (may, must) rows; all else comes from the structure.
    """

    def __init__(self, structure: EventStructure, unknown: Mapping[str, Bounds]) -> None:
        self._explicit = ExplicitDomain(structure)
        self._unknown = unknown

    def _monotone(self, operation: Callable[..., Value], *operands: Bounds) -> Bounds:
        may = operation(*[x[0] for x in operands])
        if all(x[0] is x[1] for x in operands):
            return may, may
        return may, operation(*[x[1] for x in operands])

    def primitive(self, kind: Kind, name: str) -> Bounds:
        """The bounds given for the name, or its exact value."""
        found = self._unknown.get(name) if kind == "rel" else None
        return found if found is not None else exact(self._explicit.primitive(kind, name))

    def empty(self, kind: Kind) -> Bounds:
        """Nothing."""
        return exact(self._explicit.empty(kind))

    def universe(self, kind: Kind) -> Bounds:
        """Every event, or every pair."""
        return exact(self._explicit.universe(kind))

    def union(self, kind: Kind, values: Sequence[Bounds]) -> Bounds:
        """What is in any of them."""
        return self._monotone(lambda *xs: self._explicit.union(kind, xs), *values)

    def inter(self, kind: Kind, values: Sequence[Bounds]) -> Bounds:
        """What is in all of them."""
        return self._monotone(lambda *xs: self._explicit.inter(kind, xs), *values)

    def diff(self, kind: Kind, a: Bounds, b: Bounds) -> Bounds:
        """What is in a and not in b."""
        may = self._explicit.diff(kind, a[0], b[1])
        if a[0] is a[1] and b[0] is b[1]:
            return may, may
        return may, self._explicit.diff(kind, a[1], b[0])

    def comp(self, kind: Kind, a: Bounds) -> Bounds:
        """What is not in a."""
        may = self._explicit.comp(kind, a[1])
        return (may, may) if a[0] is a[1] else (may, self._explicit.comp(kind, a[0]))

    def seq(self, a: Bounds, b: Bounds) -> Bounds:
        """a; b."""
        return self._monotone(self._explicit.seq, a, b)

    def before(self, members: Bounds, a: Bounds) -> Bounds:
        """[members]; a."""
        return self._monotone(self._explicit.before, members, a)

    def after(self, a: Bounds, members: Bounds) -> Bounds:
        """a; [members]."""
        return self._monotone(self._explicit.after, a, members)

    def inverse(self, a: Bounds) -> Bounds:
        """a^-1."""
        return self._monotone(self._explicit.inverse, a)

    def cross(self, a: Bounds, b: Bounds) -> Bounds:
        """All pairs from the set a to the set b."""
        return self._monotone(self._explicit.cross, a, b)

    def ident(self, a: Bounds) -> Bounds:
        """[a]."""
        return self._monotone(self._explicit.ident, a)

    def plus(self, a: Bounds) -> Bounds:
        """a^+."""
        return self._monotone(self._explicit.plus, a)

    def star(self, a: Bounds) -> Bounds:
        """a^*."""
        return self._monotone(self._explicit.star, a)

    def opt(self, a: Bounds) -> Bounds:
        """a?."""
        return self._monotone(self._explicit.opt, a)

    def domain(self, a: Bounds) -> Bounds:
        """The set of events from which a leads."""
        return self._monotone(self._explicit.domain, a)

    def range(self, a: Bounds) -> Bounds:
        """The set of events to which a leads."""
        return self._monotone(self._explicit.range, a)

    def fixpoint(self, kinds: Sequence[Kind], step: Callable[[list[Bounds]], list[Bounds]]) -> list[Bounds]:
        """Both bounds from nothing upwards: the k-th may and must enclose the k-th true iterate."""
        values = [self.empty(kind) for kind in kinds]
        for _ in range(MAX_ROUNDS):
            following = step(values)
            if all(_within(a, b) for a, b in zip(following, values, strict=True)):
                return following
            values = following
        raise GaveOut(f"a recursive definition of the model does not settle in {MAX_ROUNDS} rounds")


def _within(a: Bounds, b: Bounds) -> bool:
    return within(a[0], b[0]) and within(a[1], b[1])
