"""The symbolic domain says what the explicit one says, for every choice of what is open."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.cat.evaluate import values
from ordercheck.cat.graph import Graph
from ordercheck.cat.terms import Term
from ordercheck.engines.solver import Sat
from ordercheck.errors import Deadline, GaveOut
from ordercheck.relations.bounds import BoundsDomain
from ordercheck.relations.cnf import TRUE, Cnf
from ordercheck.relations.events import EventStructure, ExplicitDomain
from ordercheck.relations.symbolic import Symbolic

N = 3
PAIRS = [(i, j) for i in range(N) for j in range(N)]
rows = st.lists(st.integers(0, 2**N - 1), min_size=N, max_size=N)


def terms(graph: Graph) -> st.SearchStrategy[Term]:
    """Relation terms over po, loc, rf, co and the sets R and W, without closures."""
    sets = st.sampled_from([graph.primitive("set", name) for name in "RW"])
    leaves = st.sampled_from([graph.primitive("rel", name) for name in ("po", "loc", "rf", "co", "rf", "co")])
    leaves = leaves | sets.map(graph.ident) | st.tuples(sets, sets).map(lambda p: graph.cross(*p))

    def extend(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        two = st.tuples(inner, inner)
        return (
            two.map(lambda p: graph.union(*p))
            | two.map(lambda p: graph.inter(*p))
            | two.map(lambda p: graph.diff(*p))
            | two.map(lambda p: graph.seq(*p))
            | inner.map(graph.inverse)
            | inner.map(graph.comp)
            | inner.map(graph.opt)
            | inner.map(lambda r: graph.ident(graph.domain(r)))
            | inner.map(lambda r: graph.ident(graph.range(r)))
        )

    return st.recursive(leaves, extend, max_leaves=8)


class Setting:
    """Three events, two open pairs of rf and of co, and the literals of a term's pairs."""

    def __init__(self, data: st.DataObject, closed: bool = False) -> None:
        graph = Graph()
        self.term = data.draw(terms(graph))
        if closed:
            self.term = graph.plus(self.term)
        self.structure = EventStructure(
            N,
            {"R": data.draw(st.integers(0, 7)), "W": data.draw(st.integers(0, 7))},
            {"po": data.draw(rows), "loc": data.draw(rows)},
        )
        self.cnf = Cnf()
        self.open = {
            name: {
                p: self.cnf.fresh()
                for p in data.draw(st.lists(st.sampled_from(PAIRS), max_size=2, unique=True))
            }
            for name in ("rf", "co")
        }
        self.sure = {
            name: [
                p for p in data.draw(st.lists(st.sampled_from(PAIRS), max_size=2)) if p not in self.open[name]
            ]
            for name in ("rf", "co")
        }
        unknown = {}
        for name in ("rf", "co"):
            must = self.relation(self.sure[name])
            may = self.relation([*self.sure[name], *self.open[name]])
            unknown[name] = (may, must)
        bounds = values([self.term], {}, BoundsDomain(self.structure, unknown))
        self.symbolic = Symbolic(self.cnf, bounds, {}, self.open)

    def relation(self, pairs: list[tuple[int, int]]) -> list[int]:
        return [sum(1 << j for j in range(N) if (i, j) in pairs) for i in range(N)]

    def choices(self) -> list[tuple[list[int], list[int]]]:
        """For every choice of the open pairs: the literals that state it, the term's rows under it."""
        found = []
        everything = [(name, p) for name in ("rf", "co") for p in self.open[name]]
        for picks in itertools.product([False, True], repeat=len(everything)):
            chosen = {name: list(self.sure[name]) for name in ("rf", "co")}
            literals = []
            for (name, p), pick in zip(everything, picks, strict=True):
                literals.append(self.open[name][p] if pick else -self.open[name][p])
                if pick:
                    chosen[name].append(p)
            domain = ExplicitDomain(self.structure, self.relation(chosen["rf"]), self.relation(chosen["co"]))
            result = values([self.term], {}, domain)[self.term]
            assert not isinstance(result, int)
            found.append((literals, list(result)))
        return found


@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=70)
def test_symbolic_is_explicit(data: st.DataObject) -> None:
    setting = Setting(data)
    literal = {(i, j): setting.symbolic.pair(setting.term, i, j) for i, j in PAIRS}
    solver = Sat(setting.cnf.variables, setting.cnf.lines)
    for assumptions, expected in setting.choices():
        assert solver.solve(Deadline(), assumptions)
        for (i, j), x in literal.items():
            assert (x == TRUE or (x != -TRUE and solver.true(x))) == bool(expected[i] >> j & 1)


@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=60)
def test_a_forbidden_closure_pair_is_forbidden_exactly_where_it_holds(data: st.DataObject) -> None:
    setting = Setting(data, closed=True)
    pair = data.draw(st.sampled_from(PAIRS))
    try:
        literal = setting.symbolic.pair(setting.term, *pair)
    except GaveOut:
        return
    setting.cnf.add(-literal)
    solver = Sat(setting.cnf.variables, setting.cnf.lines)
    for assumptions, expected in setting.choices():
        assert solver.solve(Deadline(), assumptions) == (not expected[pair[0]] >> pair[1] & 1)
