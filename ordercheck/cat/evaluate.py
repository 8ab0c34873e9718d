"""The evaluator: the terms of a model over any relation domain, each term once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from ordercheck.cat.terms import Fixpoints, Model, Term, ordered
from ordercheck.relations.bounds import Bounds, BoundsDomain
from ordercheck.relations.domain import Domain
from ordercheck.relations.events import EventStructure

V = TypeVar("V")


class Prepared:
    """Terms in the order in which they are evaluated, for many domains one after another."""

    def __init__(self, terms: Iterable[Term], fixpoints: Fixpoints) -> None:
        self._fixpoints = fixpoints
        self._order = ordered(terms, fixpoints)
        self._free = _free_holes(self._order, fixpoints)

    def values(self, domain: Domain[V]) -> dict[Term, V]:
        """The values of these terms and of every term that they are made of.

        A fixpoint goes through `domain.fixpoint`; the holes and bodies of a fixpoint have the
        values that they have when it is reached. The depth of a term is no limit.
        """
        result: dict[Term, V] = {}
        _fill(self._order, frozenset(), self._free, self._fixpoints, domain, result)
        return result


def values(terms: Iterable[Term], fixpoints: Fixpoints, domain: Domain[V]) -> dict[Term, V]:
    """As Prepared.values, for one domain."""
    return Prepared(terms, fixpoints).values(domain)


def bounds(model: Model, structure: EventStructure, unknown: Mapping[str, Bounds]) -> dict[Term, Bounds]:
    """(may, must) of every term that the checks of the model need.

    unknown maps rf, co and what else is chosen to their (may, must) rows. may and must are one object where a
    term is known exactly without them.
    """
    return _prepared(model).values(BoundsDomain(structure, unknown))


@lru_cache(maxsize=16)
def _prepared(model: Model) -> Prepared:
    roots = [*(check.term for check in model.checks), *(term for term, _ in model.assumed)]
    return Prepared(roots, model.fixpoints)


def _free_holes(order: list[Term], fixpoints: Fixpoints) -> dict[Term, frozenset[int]]:
    """For the terms that have no value of their own: the fixpoints that they wait for."""
    free: dict[Term, frozenset[int]] = {}
    if fixpoints:
        for term in order:
            below = fixpoints[term.rec] if term.op == "fix" else term.args
            holes = frozenset[int]().union(*[free.get(t, ()) for t in below])
            if term.op == "hole":
                holes = frozenset({term.rec})
            elif term.op == "fix":
                holes -= {term.rec}
            if holes:
                free[term] = holes
    return free


def _fill(
    order: list[Term],
    inside: frozenset[int],
    free: Mapping[Term, frozenset[int]],
    fixpoints: Fixpoints,
    domain: Domain[V],
    result: dict[Term, V],
) -> None:
    """Adds the values of the terms in order; `inside` are the fixpoints whose holes have values."""
    for term in order:
        if term in result or (free and not free.get(term, inside) <= inside):
            continue
        if term.op != "fix":
            result[term] = _apply(term, domain, result)
            continue
        _fix(term, inside, free, fixpoints, domain, result)


def _fix(
    term: Term,
    inside: frozenset[int],
    free: Mapping[Term, frozenset[int]],
    fixpoints: Fixpoints,
    domain: Domain[V],
    result: dict[Term, V],
) -> None:
    bodies = fixpoints[term.rec]
    order = ordered(bodies, fixpoints)
    holes = [t for t in order if t.op == "hole" and t.rec == term.rec]
    last: dict[Term, V] = {}

    def step(now: list[V]) -> list[V]:
        last.clear()
        last.update(result)
        last.update((hole, now[hole.index]) for hole in holes)
        _fill(order, inside | {term.rec}, free, fixpoints, domain, last)
        return [last[body] for body in bodies]

    reached = domain.fixpoint([body.kind for body in bodies], step)
    step(reached)
    result.update(last)
    result[term] = reached[term.index]


def _apply(term: Term, domain: Domain[V], known: Mapping[Term, V]) -> V:
    args = [known[a] for a in term.args]
    match term.op:
        case "prim":
            return domain.primitive(term.kind, term.name)
        case "union":
            return domain.union(term.kind, args)
        case "inter":
            return domain.inter(term.kind, args)
        case "seq":
            left, right = term.args
            if right.op == "ident":
                return domain.after(args[0], known[right.args[0]])
            if left.op == "ident":
                return domain.before(known[left.args[0]], args[1])
            return domain.seq(args[0], args[1])
        case "diff":
            return domain.diff(term.kind, args[0], args[1])
        case "comp":
            return domain.comp(term.kind, args[0])
        case "empty":
            return domain.empty(term.kind)
        case "univ":
            return domain.universe(term.kind)
        case "cross":
            return domain.cross(args[0], args[1])
        case "inv":
            return domain.inverse(args[0])
        case "ident":
            return domain.ident(args[0])
        case "plus":
            return domain.plus(args[0])
        case "star":
            return domain.star(args[0])
        case "opt":
            return domain.opt(args[0])
        case "domain":
            return domain.domain(args[0])
        case "range":
            return domain.range(args[0])
    raise AssertionError(f"a term of kind {term.op}")
