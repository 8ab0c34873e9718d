"""Why two events are related: a relation of the model taken apart into the relations that it is made of.

A pair of `hb` is a pair of `ppo`, or of `rfe`, or a way along several of these. What does not
depend on rf and co is not taken apart further than to the parts of a union: such a step is
called by the name that the model gives it, or by its text in cat.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple, cast

from ordercheck.cat.evaluate import values
from ordercheck.cat.show import show
from ordercheck.cat.terms import Check, Model, Term
from ordercheck.relations import order
from ordercheck.relations.events import ExplicitDomain
from ordercheck.relations.explicit import Rows, bits

# parts of one access, an event and itself: a step along these goes nowhere
_SAME = frozenset({"si", "id"})
# what only picks pairs out of another relation
_FILTERS = frozenset({"int", "ext", "loc"})
COMMUNICATION = ("rf", "co", "fr")
_COMMUNICATION = frozenset(name + where for name in COMMUNICATION for where in ("", "i", "e"))


class Step(NamedTuple):
    """Event `source` before event `target`, by the relation called `label`."""

    source: int
    target: int
    label: str


class Reasons:
    """The relations of one execution, and what each of their pairs comes from."""

    def __init__(self, model: Model, domain: ExplicitDomain, names: Mapping[Term, str]) -> None:
        """names: what terms are called; those of unions name each of their parts too."""
        self.model, self.n = model, domain.n
        self._values = values([check.term for check in model.checks], model.fixpoints, domain)
        self._names = names
        self._owners = _owners(names)
        # a model may have further rf and co of its own, between the events of locks
        said = {term: name[:2] for term, name in names.items() if name in _COMMUNICATION}
        self._communication = _owners(said)
        # the names of relations that are defined by themselves: such a step says little
        self._recursive: set[str] = set()
        self._known: dict[tuple[Term, int, int], tuple[Step, ...]] = {}

    def rows(self, term: Term) -> Rows:
        """The relation that a term of a check is here."""
        return cast(Rows, self._values[term])

    def holds(self, check: Check) -> bool:
        """Whether the check holds here."""
        value = self._values[check.term]
        if isinstance(value, int) or check.test == "empty":
            found = not (value if isinstance(value, int) else any(value))
        elif check.test == "acyclic":
            found = order.is_acyclic(value)
        else:
            found = not any(row >> i & 1 for i, row in enumerate(value))
        return found != check.negated

    def against(self, check: Check) -> tuple[Step, ...]:
        """The steps that show that a check fails; none for a set, or for a negated check.

        Of acyclic and irreflexive a cycle, as short as one was found; of empty what
        relates one pair of the relation.
        """
        value = self._values[check.term]
        if isinstance(value, int) or check.negated:
            return ()
        if check.test == "acyclic":
            cycle = order.find_cycle(value) or []
            return self._along(check.term, [*cycle, *cycle[:1]])
        if check.test == "irreflexive":
            loops = [i for i, row in enumerate(value) if row >> i & 1]
            return min((self.steps(check.term, i, i) for i in loops), key=len, default=())
        pairs = [(i, j) for i, row in enumerate(value) for j in bits(row)]
        return min((self._all_of(check.term, i, j) for i, j in pairs), key=len, default=())

    def _along(self, term: Term, events: Iterable[int]) -> tuple[Step, ...]:
        return tuple(step for i, j in pairwise(events) for step in self.steps(term, i, j))

    def _all_of(self, term: Term, i: int, j: int) -> tuple[Step, ...]:
        """Every side of an intersection: what must not be together."""
        if term.op == "union":
            parts = [a for a in term.args if self._has(a, i, j)]
            return min((self._all_of(a, i, j) for a in parts), key=len, default=())
        if term.op != "inter":
            return self.steps(term, i, j)
        sides = [a for a in term.args if a.op != "cross" and a.name not in _FILTERS]
        return tuple(step for side in sides for step in self.steps(side, i, j))

    def steps(self, term: Term, i: int, j: int) -> tuple[Step, ...]:
        """A way from i to j, a pair of the term's relation; steps from an event to itself are left out."""
        key = (term, i, j)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _merged(self._apart(term, i, j))
        return found

    def _has(self, term: Term, i: int, j: int) -> bool:
        return bool(self.rows(term)[i] >> j & 1)

    def _apart(self, term: Term, i: int, j: int) -> tuple[Step, ...]:
        op, args = term.op, term.args
        if op == "ident" or (i == j and (op == "opt" or term.name in _SAME)):
            return ()
        if term in self._communication:
            return (Step(i, j, self._communication[term]),)
        if op == "union":
            return min((self.steps(a, i, j) for a in args if self._has(a, i, j)), key=self._preference)
        if op == "opt":
            return self.steps(args[0], i, j)
        if op == "seq" and not self._is_step(term):
            left, right = args
            middles = bits(self.rows(left)[i])
            ways = [(left, k, right) for k in middles if self._has(right, k, j)]
            return min((self.steps(a, i, k) + self.steps(b, k, j) for a, k, b in ways), key=self._preference)
        if term not in self.model.dynamic:
            return (Step(i, j, self._label(term)),)
        if op == "fix":
            return self.steps(self.model.fixpoints[term.rec][term.index], i, j)
        if op == "plus":
            return self._along(args[0], _shortest(self.rows(args[0]), i, j))
        if op == "inv":
            return tuple(
                Step(s.target, s.source, f"{s.label}^-1") for s in reversed(self.steps(args[0], j, i))
            )
        if op in ("inter", "diff"):
            core = args[0] if op == "diff" else self._core(args)
            return self.steps(core, i, j)
        return (Step(i, j, self._label(term)),)

    def _core(self, args: tuple[Term, ...]) -> Term:
        """Of an intersection, the side that says most."""
        moving = [a for a in args if a in self.model.dynamic]
        named = [a for a in moving if a.op == "prim" or a in self._names]
        return (named or moving)[0]

    def _is_step(self, term: Term) -> bool:
        """A composition that is not taken apart: it depends on no choice and holds no union."""
        return term not in self.model.dynamic and not any(
            part.op in ("union", "opt") or part.name in _SAME for part in _factors(term)
        )

    def _label(self, term: Term) -> str:
        if term.op == "prim":
            return term.name
        if term.op == "hole":
            return self._recursive_name(term)
        # what threads do to each other has been said relation by relation, not as `com`
        known = self._names if term in self.model.dynamic else self._owners
        return known.get(term) or show(term, self._names)

    def _recursive_name(self, hole: Term) -> str:
        named = (n for t, n in self._names.items() if (t.op, t.rec, t.index) == ("fix", hole.rec, hole.index))
        name = next(named, "(recursive)")
        self._recursive.add(name)
        return name

    def _preference(self, steps: tuple[Step, ...]) -> tuple[int, int, bool]:
        """What recurs least; the shortest; of two, the one that the text of a thread gives."""
        again = sum(step.label in self._recursive for step in steps)
        return again, len(steps), any(step.label in COMMUNICATION for step in steps)


def names_of(model: Model) -> dict[Term, str]:
    """What the model calls its relations."""
    shown = {term: name for name, term in model.shows.items() if term.kind == "rel"}
    return {**shown, **model.names}


def _owners(names: Mapping[Term, str]) -> dict[Term, str]:
    """The name of each term and of each part of a union; of several the one with the fewest parts."""
    best: dict[Term, tuple[int, str]] = {}
    for term, name in names.items():
        parts = list(_parts(term))
        for part in parts:
            known = best.get(part)
            if known is None or len(parts) < known[0]:
                best[part] = (len(parts), name)
    return {term: name for term, (_, name) in best.items()}


def _parts(term: Term) -> Iterable[Term]:
    if term.op != "union":
        return (term,)
    return (part for arg in term.args for part in _parts(arg))


def _factors(term: Term) -> list[Term]:
    if term.op != "seq":
        return [term]
    return [part for arg in term.args for part in _factors(arg)]


def _merged(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """rf^-1 and then co is fr."""
    found: list[Step] = []
    for step in steps:
        if found and (found[-1].label, step.label) == ("rf^-1", "co"):
            found[-1] = Step(found[-1].source, step.target, "fr")
        else:
            found.append(step)
    return tuple(found)


def _shortest(rows: Rows, i: int, j: int) -> list[int]:
    """The events of a shortest way from i to j of one step or more."""
    back: dict[int, int] = {}
    ahead = [i]
    while ahead and j not in back:
        following = []
        for k in ahead:
            for m in bits(rows[k]):
                if m not in back:
                    back[m] = k
                    following.append(m)
        ahead = following
    way = [j, back[j]]
    while way[-1] != i:
        way.append(back[way[-1]])
    return way[::-1]
