"""The events of a candidate execution, with all that is fixed before rf and co are chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce as fold
from operator import and_, or_
from typing import cast

from ordercheck.errors import GaveOut, InputError
from ordercheck.relations import explicit, order
from ordercheck.relations.domain import Kind
from ordercheck.relations.explicit import Rows

# a set (int) or a relation (rows)
Value = int | Rows
# a definition that is not monotone may never settle
MAX_ROUNDS = 10_000


@dataclass(frozen=True, eq=False, slots=True)
class EventStructure:
    """n events, their sets (name to mask) and the relations known beforehand (name to rows).

    A set that is not there is empty. `id` need not be given. po must be transitive; the
    parts of one access, and the load and store of one read-modify-write, are not in po.
    """

    n: int
    sets: Mapping[str, int]
    relations: Mapping[str, Rows]

    def members(self, name: str) -> int:
        """The set of this name as a mask."""
        return self.sets.get(name, 0)

    def rows(self, name: str) -> Rows:
        """The relation of this name. Raises InputError where it was not given."""
        rows = self.relations.get(name)
        if rows is not None:
            return rows
        if name == "id":
            return explicit.identity(self.n)
        raise InputError(f"these events have no relation {name}")


class ExplicitDomain:
    """Sets and relations of one execution: masks and rows.

    rf and co are rows, as the others; further gives what else differs between executions.
    """

    def __init__(
        self,
        structure: EventStructure,
        rf: Rows | None = None,
        co: Rows | None = None,
        further: Mapping[str, Rows] | None = None,
    ) -> None:
        self.structure, self.n = structure, structure.n
        self._chosen = {"rf": rf, "co": co, **(further or {})}

    def primitive(self, kind: Kind, name: str) -> Value:
        """A set or relation of the structure, or rf or co."""
        if kind == "set":
            return self.structure.members(name)
        chosen = self._chosen.get(name)
        return chosen if chosen is not None else self.structure.rows(name)

    def empty(self, kind: Kind) -> Value:
        """Nothing."""
        return 0 if kind == "set" else explicit.empty(self.n)

    def universe(self, kind: Kind) -> Value:
        """Every event, or every pair."""
        return explicit.full(self.n) if kind == "set" else explicit.universe(self.n)

    def union(self, kind: Kind, values: Sequence[Value]) -> Value:
        """What is in any of them."""
        if kind == "set":
            return fold(or_, cast(Sequence[int], values))
        return fold(explicit.union, cast(Sequence[list[int]], values))

    def inter(self, kind: Kind, values: Sequence[Value]) -> Value:
        """What is in all of them."""
        if kind == "set":
            return fold(and_, cast(Sequence[int], values))
        return fold(explicit.inter, cast(Sequence[list[int]], values))

    def diff(self, kind: Kind, a: Value, b: Value) -> Value:
        """What is in a and not in b."""
        if kind == "set":
            return _set(a) & ~_set(b)
        return explicit.diff(_rows(a), _rows(b))

    def comp(self, kind: Kind, a: Value) -> Value:
        """What is not in a."""
        return explicit.full(self.n) ^ _set(a) if kind == "set" else explicit.complement(_rows(a))

    def seq(self, a: Value, b: Value) -> Value:
        """a; b. Where one of them only relates events to themselves it is a restriction."""
        left, right = _rows(a), _rows(b)
        mask = explicit.diagonal(right)
        if mask is not None:
            return explicit.after(left, mask)
        mask = explicit.diagonal(left)
        return explicit.seq(left, right) if mask is None else explicit.before(mask, right)

    def before(self, members: Value, a: Value) -> Value:
        """[members]; a."""
        return explicit.before(_set(members), _rows(a))

    def after(self, a: Value, members: Value) -> Value:
        """a; [members]."""
        return explicit.after(_rows(a), _set(members))

    def inverse(self, a: Value) -> Value:
        """a^-1."""
        return explicit.inverse(_rows(a)) if self.n else []

    def cross(self, a: Value, b: Value) -> Value:
        """All pairs from the set a to the set b."""
        return explicit.cross(self.n, _set(a), _set(b))

    def ident(self, a: Value) -> Value:
        """[a]."""
        return explicit.ident(self.n, _set(a))

    def plus(self, a: Value) -> Value:
        """a^+."""
        return order.plus(_rows(a))

    def star(self, a: Value) -> Value:
        """a^*."""
        return order.star(_rows(a))

    def opt(self, a: Value) -> Value:
        """a?."""
        return explicit.opt(_rows(a))

    def domain(self, a: Value) -> Value:
        """The set of events from which a leads."""
        return explicit.domain(_rows(a)) if self.n else 0

    def range(self, a: Value) -> Value:
        """The set of events to which a leads."""
        return explicit.range_(_rows(a))

    def fixpoint(self, kinds: Sequence[Kind], step: Callable[[list[Value]], list[Value]]) -> list[Value]:
        """The least fixpoint, from nothing upwards.

        Where the step is not monotone: what the first round gives that adds nothing, as in herd.
        """
        values = [self.empty(kind) for kind in kinds]
        for _ in range(MAX_ROUNDS):
            following = step(values)
            if all(within(a, b) for a, b in zip(following, values, strict=True)):
                return following
            values = following
        raise GaveOut(f"a recursive definition of the model does not settle in {MAX_ROUNDS} rounds")


def _set(value: Value) -> int:
    return cast(int, value)


def _rows(value: Value) -> Rows:
    return cast(Rows, value)


def within(a: Value, b: Value) -> bool:
    """Whether a set or relation is part of another."""
    if isinstance(a, int):
        return not a & ~_set(b)
    return all(not row & ~other for row, other in zip(a, _rows(b), strict=True))
