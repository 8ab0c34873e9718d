"""Deciding many candidate executions of one event structure, one rf and co after another."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from ordercheck.cat.bound import Bound, Failure, flag_names, holds, witness
from ordercheck.cat.evaluate import Prepared
from ordercheck.cat.shape import Shape, form
from ordercheck.cat.terms import Model, Term, below, ordered
from ordercheck.errors import GaveOut
from ordercheck.relations import explicit
from ordercheck.relations.events import EventStructure, ExplicitDomain
from ordercheck.relations.explicit import Rows

__all__ = ["Bound", "Failure", "Plan", "flag_names", "holds", "plan_of", "witness"]


@lru_cache(maxsize=16)
def plan_of(model: Model) -> Plan:
    """The plan of a model, made once."""
    return Plan(model)


class Plan:
    """A model made ready for explicit enumeration.

    What does not depend on a choice is computed once for each structure. What is left is
    simplified with what turned out empty or an identity, and compiled once for each such
    shape.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._terms = ordered([check.term for check in model.checks], model.fixpoints)
        self._static = self._frontier()
        self._prepared = Prepared([*self._static, *(term for term, _ in model.assumed)], model.fixpoints)
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def _frontier(self) -> list[Term]:
        """The static terms that a dynamic term or a check uses directly."""
        dynamic = self.model.dynamic
        found: dict[Term, None] = {}
        for term in self._terms:
            if term in dynamic:
                found.update((arg, None) for arg in below(term, self.model.fixpoints) if arg not in dynamic)
        found.update((c.term, None) for c in self.model.checks if c.term not in dynamic)
        return [*found]

    def bind(self, structure: EventStructure) -> Bound:
        """The model over these events.

        Raises InputError where the structure lacks a relation that the model needs, GaveOut
        where the model does not mean for these events what its file says.
        """
        known = self._prepared.values(ExplicitDomain(structure))
        for term, reason in self.model.assumed:
            if known[term]:
                raise GaveOut(reason)
        dynamic = self.model.dynamic
        raised = sum(
            1 << k
            for k, check in enumerate(self.model.flags)
            if check.term not in dynamic and holds(check, known[check.term])
        )
        impossible = any(
            check.term not in dynamic and not holds(check, known[check.term])
            for check in self.model.constraints
        )
        slots = [known[term] for term in self._static]
        forms = [form(slot, structure.n) for slot in slots]
        # a relation of events to themselves is used as the set of these events
        filled = [
            explicit.range_(cast(Rows, v)) if s == "diagonal" else v
            for v, s in zip(slots, forms, strict=True)
        ]
        key = tuple(forms)
        shaped = self._shapes.get(key)
        if shaped is None:
            shaped = self._shapes[key] = Shape(self.model, self._static, key)
        return Bound(self.model, structure, shaped, filled, raised, impossible)
