"""What a relation domain must be able to do for the evaluator of cat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeVar

Kind = Literal["set", "rel"]
V = TypeVar("V")


class Domain(Protocol[V]):
    """Sets and relations over the events of one structure; V is a value of either kind.

    Every method is pure. `kind` says which kind the operands have where an operation exists
    for both; `union` and `inter` take two or more operands.
    """

    def primitive(self, kind: Kind, name: str) -> V:
        """The primitive set or relation of this name. Raises InputError where there is none."""
        ...

    def empty(self, kind: Kind) -> V:
        """Nothing."""
        ...

    def universe(self, kind: Kind) -> V:
        """Every event, or every pair of events."""
        ...

    def union(self, kind: Kind, values: Sequence[V]) -> V:
        """What is in any of them."""
        ...

    def inter(self, kind: Kind, values: Sequence[V]) -> V:
        """What is in all of them."""
        ...

    def diff(self, kind: Kind, a: V, b: V) -> V:
        """What is in a and not in b."""
        ...

    def comp(self, kind: Kind, a: V) -> V:
        """What is not in a."""
        ...

    def seq(self, a: V, b: V) -> V:
        """a; b: from x to z where a leads from x to some y and b from y to z."""
        ...

    def before(self, members: V, a: V) -> V:
        """[members]; a."""
        ...

    def after(self, a: V, members: V) -> V:
        """a; [members]."""
        ...

    def inverse(self, a: V) -> V:
        """a^-1."""
        ...

    def cross(self, a: V, b: V) -> V:
        """All pairs from the set a to the set b."""
        ...

    def ident(self, a: V) -> V:
        """[a]: each member of the set a with itself."""
        ...

    def plus(self, a: V) -> V:
        """a^+."""
        ...

    def star(self, a: V) -> V:
        """a^*."""
        ...

    def opt(self, a: V) -> V:
        """a?."""
        ...

    def domain(self, a: V) -> V:
        """The set of events from which a leads."""
        ...

    def range(self, a: V) -> V:
        """The set of events to which a leads."""
        ...

    def fixpoint(self, kinds: Sequence[Kind], step: Callable[[list[V]], list[V]]) -> list[V]:
        """The least values, of these kinds, that the monotone `step` maps to themselves."""
        ...
