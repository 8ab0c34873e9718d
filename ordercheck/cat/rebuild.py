"""The terms of a model made simpler for structures of one shape, where many sets are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from ordercheck.cat.graph import Graph
from ordercheck.cat.terms import Model, Term, ordered


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


class Rebuilt:
    """The dynamic terms of a model, simplified by the shapes of the static ones in them.

    A static term is "empty", "univ", "id", "diagonal" (it relates events to themselves) or
    "other"; as a leaf it is called "#K", by its number.
    """

    def __init__(self, model: Model, shapes: Mapping[Term, str]) -> None:
        self._model, self._graph = model, Graph()
        self.fixpoints: dict[int, tuple[Term, ...]] = {}
        self._weak: dict[Term, Term] = {}
        leaves = {
            term: _leaf(self._graph, term, form, number) for number, (term, form) in enumerate(shapes.items())
        }
        self._made: dict[Term, Term] = leaves

    def of(self, roots: Iterable[Term]) -> list[Term]:
        """The dynamic terms under their simplest names here."""
        return self._all(list(roots), self._made)

    def monotone(self, roots: Sequence[Term]) -> list[Term]:
        """Of each term made here a part that only grows with rf, co and what else is chosen."""
        for term in ordered(roots, None):
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
        return [self._weak[root] for root in roots]

    def _all(self, roots: Sequence[Term], made: dict[Term, Term]) -> list[Term]:
        for term in _dynamic_order(self._model, tuple(roots)):
            if term in made:
                continue
            if term.op == "fix":
                made[term] = self._fixpoint(term, made)
            elif term.op != "hole":
                made[term] = _rebuild(self._graph, term, [made[arg] for arg in term.args])
        return [made[root] for root in roots]

    def _fixpoint(self, term: Term, outer: dict[Term, Term]) -> Term:
        bodies = self._model.fixpoints[term.rec]
        waiting, same = _around(self._model, term.rec)
        # what is the same in each round is made once, for the trial and for good
        self._all(same, outer)
        holes = [t for t in waiting if t.op == "hole" and t.rec == term.rec]
        # nothing where nothing starts it, which is what most tests make of most recursions
        trial = {**outer, **{hole: self._graph.empty(hole.kind) for hole in holes}}
        if all(body.op == "empty" for body in self._all(bodies, trial)):
            return self._graph.empty(term.kind)
        local = dict(outer)
        for hole in holes:
            local[hole] = self._graph.hole(hole.rec, hole.index, hole.kind)
        self.fixpoints[term.rec] = tuple(self._all(bodies, local))
        return self._graph.fixpoint(term.rec, term.index, term.kind, self.fixpoints[term.rec])


@lru_cache(maxsize=256)
def _dynamic_order(model: Model, roots: tuple[Term, ...]) -> tuple[Term, ...]:
    """The dynamic terms under the roots, arguments first, without the bodies of fixpoints."""
    return tuple(term for term in ordered(roots, None) if term in model.dynamic)


@lru_cache(maxsize=256)
def _around(model: Model, rec: int) -> tuple[dict[Term, None], tuple[Term, ...]]:
    """Of the terms in the bodies of a fixpoint those that wait for a variable, its own or an
    outer one's, and the dynamic ones that do not.
    """
    bodies = model.fixpoints[rec]
    found: dict[Term, None] = {}
    for term in ordered(bodies, model.fixpoints):
        inside = model.fixpoints[term.rec] if term.op == "fix" else term.args
        if term.op == "hole" or any(t in found for t in inside):
            found[term] = None
    return found, tuple(t for t in _dynamic_order(model, bodies) if t not in found)


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
