"""Deciding many candidate executions of one event structure, one rf and co after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from ordercheck.cat.compile import Compiled, Function, compile_checks
from ordercheck.cat.evaluate import Prepared, values
from ordercheck.cat.graph import Graph
from ordercheck.cat.terms import Check, Fixpoints, Model, Term, below, ordered
from ordercheck.errors import GaveOut
from ordercheck.relations import explicit, order
from ordercheck.relations.events import EventStructure, ExplicitDomain, Value
from ordercheck.relations.explicit import Rows
from ordercheck.relations.sliced import Sliced, SlicedDomain, sliced

# what decides several executions at once
Batch = Callable[[Sequence[Sequence[Rows]]], list[tuple[bool, int]]]


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

    allowed(rf, co, *chosen) says whether every constraint of the model holds in the execution
    with these rows of rf, co and the relations that the model itself chooses; it stops at the
    first that does not. raised(rf, co, *chosen) says which flags an execution raises: bit k
    for the k-th of model.flags; flagging says whether that differs between executions.
    possible(rf, co, *chosen) takes parts of rows: False means that no execution with these
    in it is allowed. many(executions) decides several at once.
    """

    def __init__(
        self,
        model: Model,
        structure: EventStructure,
        allowed: Function | None = None,
        raised: Function | None = None,
        possible: Function | None = None,
        flagging: bool = True,
        batch: Batch | None = None,
    ) -> None:
        self._model, self._structure, self._batch = model, structure, batch
        self.possible: Function = possible if possible is not None else _always
        self.flagging = flagging
        self.allowed: Function = allowed if allowed is not None else self._by_evaluation
        self.raised: Function = raised if raised is not None else self._raised_by_evaluation

    def many(self, executions: Sequence[Sequence[Rows]]) -> list[tuple[bool, int]]:
        """For each execution (rf, co, *chosen) whether it is allowed, and the flags that it raises."""
        if self._batch is not None:
            return self._batch(executions)
        return [(bool(self.allowed(*rows)), self.raised(*rows)) for rows in executions]

    def failures(self, rf: Rows, co: Rows, *chosen: Rows) -> tuple[Failure, ...]:
        """The constraints that do not hold in this execution, with what shows it."""
        found = self._values(self._model.constraints, rf, co, chosen)
        return tuple(
            Failure(check, witness(check, value)) for check, value in found if not holds(check, value)
        )

    def flags(self, rf: Rows, co: Rows, *chosen: Rows) -> tuple[str, ...]:
        """The names of the flags that this execution raises."""
        return flag_names(self._model, self.raised(rf, co, *chosen))

    def _values(
        self, checks: Sequence[Check], rf: Rows, co: Rows, chosen: Sequence[Rows]
    ) -> list[tuple[Check, Value]]:
        more = {choice.name: rows for choice, rows in zip(self._model.choices, chosen, strict=True)}
        domain = ExplicitDomain(self._structure, rf, co, more)
        found = values([check.term for check in checks], self._model.fixpoints, domain)
        return [(check, found[check.term]) for check in checks]

    def _by_evaluation(self, rf: Rows, co: Rows, *chosen: Rows) -> bool:
        found = self._values(self._model.constraints, rf, co, chosen)
        return all(holds(check, value) for check, value in found)

    def _raised_by_evaluation(self, rf: Rows, co: Rows, *chosen: Rows) -> int:
        found = self._values(self._model.flags, rf, co, chosen)
        return sum(1 << k for k, (check, value) in enumerate(found) if holds(check, value))


def flag_names(model: Model, raised: int) -> tuple[str, ...]:
    """The names of the flags whose bits are set, each once, in the order of the model's files."""
    return tuple(dict.fromkeys(check.name for k, check in enumerate(model.flags) if raised >> k & 1))


class Plan:
    """A model made ready for explicit enumeration.

    What does not depend on a choice is computed once for each structure. What is left is
    simplified with what turned out empty or an identity, and compiled once for each such
    shape.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._chosen = [choice.name for choice in model.choices]
        self._terms = ordered([check.term for check in model.checks], model.fixpoints)
        self._static = self._frontier()
        self._prepared = Prepared([*self._static, *(term for term, _ in model.assumed)], model.fixpoints)
        self._compiled: dict[tuple[str, ...], _Shape] = {}

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
        if structure.n == 0:
            return Bound(self.model, structure)
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
        for check in self.model.constraints:
            if check.term not in dynamic and not holds(check, known[check.term]):
                return Bound(self.model, structure, _never, lambda *_: raised, _never, False)
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
        allowed, possible, flags = (
            None if c is None else c.make(structure.n, filled) for c in compiled.functions
        )

        def batch(executions: Sequence[Sequence[Rows]]) -> list[tuple[bool, int]]:
            return compiled.many(structure.n, filled, raised, executions)

        if flags is None:
            return Bound(
                self.model, structure, allowed or _always, lambda *_: raised, possible, False, batch
            )
        return Bound(
            self.model,
            structure,
            allowed or _always,
            lambda *rows: raised | flags(*rows),
            possible,
            batch=batch,
        )

    def _compile(self, shape: Sequence[str]) -> _Shape:
        rebuilt = _Rebuilt(self.model, dict(zip(self._static, shape, strict=True)))
        constraints, flags = (
            {
                number: replace(check, term=term)
                for number, check in enumerate(checks)
                if check.term in self.model.dynamic
                and ((term := rebuilt.of(check.term)).op != "empty" or check.negated)
            }
            for checks in (self.model.constraints, self.model.flags)
        )
        weaker = {
            number: replace(check, term=term)
            for number, check in constraints.items()
            if not check.negated and (term := rebuilt.monotone(check.term)).op != "empty"
        }
        fixpoints = rebuilt.fixpoints
        functions = (
            compile_checks(constraints, fixpoints, self._chosen) if constraints else None,
            compile_checks(weaker, fixpoints, self._chosen) if weaker else None,
            compile_checks(flags, fixpoints, self._chosen, raised=True) if flags else None,
        )
        return _Shape(functions, tuple(constraints.values()), flags, fixpoints, ["rf", "co", *self._chosen])


class _Shape:
    """The checks of a model for structures of one shape: as functions, and as terms for many executions."""

    def __init__(
        self,
        functions: tuple[Compiled | None, Compiled | None, Compiled | None],
        constraints: tuple[Check, ...],
        flags: Mapping[int, Check],
        fixpoints: Fixpoints,
        names: list[str],
    ) -> None:
        self.functions = functions
        self._constraints, self._flags, self._names = constraints, flags, names
        self._prepared = Prepared([c.term for c in (*constraints, *flags.values())], fixpoints)

    def many(
        self, n: int, slots: Sequence[Value], raised: int, executions: Sequence[Sequence[Rows]]
    ) -> list[tuple[bool, int]]:
        """For each execution whether the constraints hold in it, and its flags beside those in `raised`."""
        chosen = {name: sliced(n, [rows[k] for rows in executions]) for k, name in enumerate(self._names)}
        known = {f"#{k}": slot for k, slot in enumerate(slots)}
        domain = SlicedDomain(n, len(executions), known, chosen)
        found = self._prepared.values(domain)
        forbidden = 0
        for check in self._constraints:
            forbidden |= domain.every ^ _where(domain, check, found[check.term])
        flags = [(number, _where(domain, check, found[check.term])) for number, check in self._flags.items()]
        return [
            (
                not forbidden >> k & 1,
                raised | sum(1 << number for number, where in flags if where >> k & 1),
            )
            for k in range(len(executions))
        ]


def _where(domain: SlicedDomain, check: Check, value: Sliced) -> int:
    """The executions in which a check holds (negation counted)."""
    if check.test == "acyclic":
        fails = domain.cyclic(value)
    elif check.test == "irreflexive":
        fails = domain.reflexive(value)
    else:
        fails = domain.inhabited(value)
    return fails if check.negated else domain.every ^ fails


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


def _never(*_: Rows) -> bool:
    return False


def _always(*_: Rows) -> bool:
    return True


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


class _Rebuilt:
    """The dynamic terms of a model, simplified by the shapes of the static ones in them."""

    def __init__(self, model: Model, shapes: dict[Term, str]) -> None:
        self._model, self._graph = model, Graph()
        self.fixpoints: dict[int, tuple[Term, ...]] = {}
        self._weak: dict[Term, Term] = {}
        leaves = {
            term: _leaf(self._graph, term, form, number) for number, (term, form) in enumerate(shapes.items())
        }
        self._made: dict[Term, Term] = leaves

    def of(self, root: Term) -> Term:
        """The term under its simplest name here."""
        return self._all([root], self._made)[0]

    def monotone(self, root: Term) -> Term:
        """A part of a term made here that only grows with rf, co and what else is chosen."""
        for term in ordered([root], None):
            if term in self._weak:
                continue
            if not self._graph.is_moving(term) or not term.args:
                # a fixpoint that is not static could hide a negation
                fixed = term.op != "fix" and term.op != "hole"
                self._weak[term] = term if fixed else self._graph.empty(term.kind)
                continue
            args = [self._weak[arg] for arg in term.args]
            falling = term.args[1:] if term.op == "diff" else term.args if term.op == "comp" else ()
            if any(map(self._graph.is_moving, falling)):
                self._weak[term] = self._graph.empty(term.kind)
            else:
                self._weak[term] = _rebuild(self._graph, term, args)
        return self._weak[root]

    def _all(self, roots: Sequence[Term], made: dict[Term, Term]) -> list[Term]:
        for term in ordered(roots, None):
            if term in made or term not in self._model.dynamic:
                continue
            if term.op == "fix":
                made[term] = self._fixpoint(term, made)
            elif term.op != "hole":
                made[term] = _rebuild(self._graph, term, [made[arg] for arg in term.args])
        return [made[root] for root in roots]

    def _fixpoint(self, term: Term, outer: dict[Term, Term]) -> Term:
        bodies = self._model.fixpoints[term.rec]
        inside = ordered(bodies, self._model.fixpoints)
        holes = [t for t in inside if t.op == "hole" and t.rec == term.rec]
        # nothing where nothing starts it, which is what most tests make of most recursions
        trial = {**outer, **{hole: self._graph.empty(hole.kind) for hole in holes}}
        if all(body.op == "empty" for body in self._all(bodies, trial)):
            return self._graph.empty(term.kind)
        local = dict(outer)
        for hole in holes:
            local[hole] = self._graph.hole(hole.rec, hole.index, hole.kind)
        self.fixpoints[term.rec] = tuple(self._all(bodies, local))
        return self._graph.fixpoint(term.rec, term.index, term.kind, self.fixpoints[term.rec])


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
