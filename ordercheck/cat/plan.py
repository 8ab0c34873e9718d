"""Deciding many candidate executions of one event structure, one rf and co after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from ordercheck.cat.compile import Allowed, Compiled, compile_checks
from ordercheck.cat.evaluate import values
from ordercheck.cat.graph import Graph
from ordercheck.cat.terms import Check, Model, Term, ordered
from ordercheck.relations import explicit, order
from ordercheck.relations.events import EventStructure, ExplicitDomain, Value
from ordercheck.relations.explicit import Rows


@dataclass(frozen=True, eq=False, slots=True)
class Failure:
    """A check that does not hold, and the events that show it.

    events: for acyclic a cycle (each leads to the next, the last to the first), for
    irreflexive one event, for empty one event or a pair; nothing for a negated check.
    """

    check: Check
    events: tuple[int, ...]


class Bound:
    """A model bound to an event structure.

    allowed(rf, co) says whether every constraint of the model holds in the execution with
    these rows of rf and co; it stops at the first that does not.
    """

    def __init__(self, model: Model, structure: EventStructure, allowed: Allowed | None) -> None:
        self._model, self._structure = model, structure
        self.allowed: Allowed = allowed if allowed is not None else self._by_evaluation

    def failures(self, rf: Rows, co: Rows) -> tuple[Failure, ...]:
        """The constraints that do not hold in this execution, with what shows it."""
        found = self._values(self._model.constraints, rf, co)
        return tuple(
            Failure(check, witness(check, value)) for check, value in found if not holds(check, value)
        )

    def flags(self, rf: Rows, co: Rows) -> tuple[str, ...]:
        """The names of the flags that this execution raises."""
        found = self._values(self._model.flags, rf, co)
        return tuple(check.name for check, value in found if holds(check, value))

    def _values(self, checks: Sequence[Check], rf: Rows, co: Rows) -> list[tuple[Check, Value]]:
        domain = ExplicitDomain(self._structure, rf, co)
        found = values([check.term for check in checks], self._model.fixpoints, domain)
        return [(check, found[check.term]) for check in checks]

    def _by_evaluation(self, rf: Rows, co: Rows) -> bool:
        found = self._values(self._model.constraints, rf, co)
        return all(holds(check, value) for check, value in found)


class Plan:
    """A model made ready for explicit enumeration.

    What does not depend on rf and co is computed once for each structure. What is left is
    simplified with what turned out empty or an identity, and compiled once for each such
    shape. A model with a fixpoint that is no closure is evaluated term by term instead.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        constraints = model.constraints
        self._terms = ordered([check.term for check in constraints], model.fixpoints)
        self._compilable = not any(t.op in ("fix", "hole") and t in model.dynamic for t in self._terms)
        self._static = self._frontier()
        self._compiled: dict[tuple[str, ...], Compiled] = {}

    def _frontier(self) -> list[Term]:
        """The static terms that a dynamic term or a check uses directly."""
        found: dict[Term, None] = {}
        for term in self._terms:
            if term in self.model.dynamic:
                found.update((arg, None) for arg in term.args if arg not in self.model.dynamic)
        found.update((c.term, None) for c in self.model.constraints if c.term not in self.model.dynamic)
        return [term for term in found if term not in self.model.dynamic]

    def bind(self, structure: EventStructure) -> Bound:
        """The model over these events. Raises InputError where the structure lacks a relation it needs."""
        if not self._compilable or structure.n == 0:
            return Bound(self.model, structure, None)
        known = values(self._static, self.model.fixpoints, ExplicitDomain(structure))
        for check in self.model.constraints:
            if check.term not in self.model.dynamic and not holds(check, known[check.term]):
                return Bound(self.model, structure, _never)
        slots = [known[term] for term in self._static]
        shape = [_shape(slot, structure.n) for slot in slots]
        # a relation of events to themselves is used as the set of these events
        filled = [
            explicit.range_(cast(Rows, v)) if s == "diagonal" else v
            for v, s in zip(slots, shape, strict=True)
        ]
        key = tuple(shape)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = self._compile(key)
        return Bound(self.model, structure, compiled.make(structure.n, filled))

    def _compile(self, shape: Sequence[str]) -> Compiled:
        graph = Graph()
        made: dict[Term, Term] = {}
        for number, (term, form) in enumerate(zip(self._static, shape, strict=True)):
            made[term] = _leaf(graph, term, form, number)
        for term in self._terms:
            if term not in made and term in self.model.dynamic:
                made[term] = _rebuild(graph, term, [made[arg] for arg in term.args])
        checks = []
        for check in self.model.constraints:
            trivial = check.term in made and made[check.term].op == "empty" and not check.negated
            if check.term in self.model.dynamic and not trivial:
                checks.append(replace(check, term=made[check.term]))
        return compile_checks(checks)


def holds(check: Check, value: Value) -> bool:
    """The check holds for its term's explicit value (negation counted)."""
    if isinstance(value, int):
        result = not value
    elif check.test == "acyclic":
        result = order.is_acyclic(value)
    elif check.test == "irreflexive":
        result = explicit.irreflexive(value)
    else:
        result = explicit.is_empty(value)
    return result != check.negated


def witness(check: Check, value: Value) -> tuple[int, ...]:
    """The events that show why a check does not hold, see Failure."""
    if check.negated:
        return ()
    if isinstance(value, int):
        return (explicit.bits(value)[0],)
    if check.test == "acyclic":
        return tuple(order.find_cycle(value) or ())
    if check.test == "irreflexive":
        return next((i,) for i, row in enumerate(value) if row >> i & 1)
    return next((i, explicit.bits(row)[0]) for i, row in enumerate(value) if row)


def _never(rf: Rows, co: Rows) -> bool:
    return False


def _shape(value: Value, n: int) -> str:
    if isinstance(value, int):
        return "empty" if not value else "univ" if value == explicit.full(n) else "other"
    if not any(value):
        return "empty"
    mask = explicit.diagonal(value)
    if mask is None:
        return "other"
    return "id" if mask == explicit.full(n) else "diagonal"


def _leaf(graph: Graph, term: Term, form: str, number: int) -> Term:
    match form:
        case "empty":
            return graph.empty(term.kind)
        case "univ":
            return graph.universe(term.kind)
        case "id":
            return graph.id
        case "diagonal":
            return graph.ident(graph.primitive("set", f"#{number}"))
    return graph.primitive(term.kind, f"#{number}")


def _rebuild(graph: Graph, term: Term, args: list[Term]) -> Term:
    match term.op:
        case "prim":
            return graph.primitive(term.kind, term.name)
        case "union":
            return graph.union(*args)
        case "inter":
            return graph.inter(*args)
        case "diff":
            return graph.diff(*args)
        case "comp":
            return graph.comp(*args)
        case "seq":
            return graph.seq(*args)
        case "inv":
            return graph.inverse(*args)
        case "cross":
            return graph.cross(*args)
        case "ident":
            return graph.ident(*args)
        case "plus":
            return graph.plus(*args)
        case "opt":
            return graph.opt(*args)
        case "domain":
            return graph.domain(*args)
        case "range":
            return graph.range(*args)
    raise AssertionError(f"a term of kind {term.op}")
