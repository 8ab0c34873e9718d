"""Clauses, and gates over literals.

A literal is a non-zero integer, negated by its sign, as in DIMACS. Variable 1 is always
true, so that TRUE and FALSE are literals like any other.
"""

from __future__ import annotations

from collections.abc import Iterable

TRUE = 1
FALSE = -1


class Cnf:
    """A growing set of clauses; equal gates share one variable."""

    def __init__(self) -> None:
        self.variables = 1
        self.lines: list[str] = ["1 0"]
        # (literal, a, b): where the literal holds, integer a is below integer b
        self.orders: list[tuple[int, str, str]] = []
        self._gates: dict[tuple[int, ...], int] = {}

    def fresh(self) -> int:
        """A new variable."""
        self.variables += 1
        return self.variables

    def add(self, *literals: int) -> None:
        """The clause that one of the literals holds."""
        if TRUE in literals:
            return
        self.lines.append(" ".join([str(x) for x in literals if x != FALSE] + ["0"]))

    def conj(self, literals: Iterable[int]) -> int:
        """A literal that holds exactly where all of these do."""
        inputs = {x for x in literals if x != TRUE}
        if FALSE in inputs or any(-x in inputs for x in inputs):
            return FALSE
        if len(inputs) <= 1:
            return next(iter(inputs), TRUE)
        key = tuple(sorted(inputs))
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = self.fresh()
            for x in key:
                self.add(-gate, x)
            self.add(gate, *(-x for x in key))
        return gate

    def disj(self, literals: Iterable[int]) -> int:
        """A literal that holds exactly where one of these does."""
        return -self.conj([-x for x in literals])

    def exactly_one(self, literals: list[int]) -> None:
        """Exactly one of the literals holds (sequential encoding where there are many)."""
        self.add(*literals)
        self.at_most_one(literals)

    def at_most_one(self, literals: list[int]) -> None:
        """At most one of the literals holds."""
        inputs = [x for x in literals if x != FALSE]
        if len(inputs) <= 5:
            for i, x in enumerate(inputs):
                for y in inputs[:i]:
                    self.add(-x, -y)
            return
        before = inputs[0]
        for x in inputs[1:]:
            after = self.fresh()
            self.add(-before, -x)
            self.add(-before, after)
            self.add(-x, after)
            before = after
