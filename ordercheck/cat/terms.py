"""A resolved memory model: a shared graph of set and relation terms, and the checks over them.

Names are gone: let-bound names and functions are inlined, equal terms are one object.
Every domain of `ordercheck.relations` evaluates the same graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Literal

from ordercheck.record import record
from ordercheck.relations.domain import Kind
from ordercheck.relations.events import EventStructure
from ordercheck.relations.explicit import Rows

Fixpoints = Mapping[int, tuple["Term", ...]]

# the primitive relations that differ from one candidate execution to the next
CHOSEN = frozenset({"rf", "co"})
# those that an expression over the events of a structure can count on
EVENTS = frozenset({"po", "loc", "int", "ext", "si", "rmw", "addr", "data", "ctrl"})
# what the names of the relations start with that `with x from S` chooses
WITH = "with "


def is_chosen(name: str) -> bool:
    """Whether the primitive relation of this name differs from one candidate execution to the next."""
    return name in CHOSEN or name.startswith(WITH)


@record(frozen=True, eq=False, slots=True, repr=False)
class Term:
    """An interned set or relation over events.

    op, by kind of result:
    - "prim": a primitive set or relation, `name` (see `ordercheck.cat.primitives`), or what
      a `with x from S` chooses;
    - sets and relations: "union" and "inter" (two or more args), "diff", "comp" (complement
      in the universe), "empty", "univ";
    - relations: "seq" (two args), "inv", "cross" (set, set), "ident" (set), "plus" (r+),
      "opt" (r?); r* is made as (r+)?;
    - sets: "domain", "range";
    - "fix": component number `index` of the least fixpoint `rec`; "hole": the variable
      number `index` of the fixpoint `rec` that encloses it.
    """

    op: str
    kind: Kind
    args: tuple[Term, ...] = ()
    name: str = ""
    rec: int = -1
    index: int = 0

    def __repr__(self) -> str:
        # the whole term could be as long as the model
        return f"<{self.kind} {self.name or self.op}>"


@record(frozen=True, eq=False, slots=True)
class Check:
    """acyclic, irreflexive or empty `term` (negated: it must not be so), called `name`.

    flag: it does not forbid an execution but marks it (flag ~empty ... as name).
    line is where it stands in its file, `file`.
    """

    test: Literal["acyclic", "irreflexive", "empty"]
    term: Term
    name: str
    negated: bool = False
    flag: bool = False
    line: int = 0
    file: str = ""


@record(frozen=True, eq=False, slots=True)
class Choice:
    """with x from S: the relation called `name` is chosen for each candidate execution.

    members is a set of events: the relation is then any strict total order of them, or where
    by_location any order that is total on those of each location. Without members,
    `alternatives` gives, for a structure, groups of relations: the union of one of each group.
    """

    name: str
    members: Term | None = None
    by_location: bool = False
    alternatives: Callable[[EventStructure], list[list[Rows]]] | None = None


@record(frozen=True, eq=False, slots=True)
class Model:
    """A memory model as data.

    checks are in the order of the files, flags among them; fixpoints maps a rec number to
    the bodies of its components; shows lists named relations for display; digest is the
    SHA-256 of all text read, includes and all; dynamic holds every term that depends on
    rf or co or another choice; choices are what the model itself chooses. assumed are sets
    that must be empty for the model to mean what its file says, with the reason. names
    maps relations to what the file calls them, the first name of several.
    """

    name: str
    title: str
    path: str
    checks: tuple[Check, ...]
    fixpoints: dict[int, tuple[Term, ...]]
    shows: dict[str, Term]
    digest: str
    dynamic: frozenset[Term] = frozenset()
    choices: tuple[Choice, ...] = ()
    assumed: tuple[tuple[Term, str], ...] = ()
    names: Mapping[Term, str] = field(default_factory=dict)

    @property
    def constraints(self) -> tuple[Check, ...]:
        """The checks that an execution must pass to be allowed."""
        return tuple(check for check in self.checks if not check.flag)

    @property
    def flags(self) -> tuple[Check, ...]:
        """The checks that only mark an execution."""
        return tuple(check for check in self.checks if check.flag)

    def terms(self) -> list[Term]:
        """Every term that the checks and choices need, arguments first."""
        roots = [check.term for check in self.checks]
        roots += [choice.members for choice in self.choices if choice.members is not None]
        roots += [term for term, _ in self.assumed]
        return ordered(roots, self.fixpoints)

    def primitives(self, kind: Kind) -> frozenset[str]:
        """The names of the primitive sets or relations that the checks and choices need."""
        found = {t.name for t in self.terms() if t.op == "prim" and t.kind == kind}
        if kind == "rel" and any(choice.alternatives is not None for choice in self.choices):
            # an expression that waits for the events may name any of them
            found |= EVENTS
        return frozenset(found)


def below(term: Term, fixpoints: Fixpoints) -> tuple[Term, ...]:
    """What a term is directly made of: its arguments, or the bodies of its fixpoint."""
    return fixpoints[term.rec] if term.op == "fix" else term.args


def ordered(roots: Iterable[Term], fixpoints: Fixpoints | None) -> list[Term]:
    """Every term under the roots, arguments before what uses them, fixpoint bodies included.

    A body comes before its "fix", its "hole"s come before the body. Without fixpoints the
    bodies are left out.
    """
    done: dict[Term, None] = {}
    seen: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(root, False) for root in reversed(list(roots))]
    while stack:
        term, expanded = stack.pop()
        if expanded:
            done[term] = None
        elif term not in seen:
            seen.add(term)
            stack.append((term, True))
            inside = term.args if fixpoints is None else below(term, fixpoints)
            stack.extend((arg, False) for arg in reversed(inside))
    return list(done)


def dynamic_terms(roots: Iterable[Term], fixpoints: Fixpoints) -> frozenset[Term]:
    """The terms under the roots that depend on what is chosen, directly or through a fixpoint."""
    terms = ordered(roots, fixpoints)
    users: dict[Term, list[Term]] = {}
    for term in terms:
        inside = fixpoints[term.rec] if term.op in ("fix", "hole") else term.args
        for arg in inside:
            users.setdefault(arg, []).append(term)
    found = {t for t in terms if t.op == "prim" and t.kind == "rel" and is_chosen(t.name)}
    work = list(found)
    while work:
        for user in users.get(work.pop(), ()):
            if user not in found:
                found.add(user)
                work.append(user)
    return frozenset(found)
