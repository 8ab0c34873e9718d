"""The encodings of acyclicity forbid exactly the cyclic choices of edges, and agree."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.engines.solver import Sat
from ordercheck.errors import Deadline
from ordercheck.relations.acyclicity import (
    Encoding,
    Graph,
    clocks,
    components,
    cores,
    reduce_within,
    vertex_elimination,
)
from ordercheck.relations.cnf import TRUE, Cnf


def edges(n: int) -> st.SearchStrategy[list[tuple[int, int, bool]]]:
    """Edges of a graph of n vertices, each certain or open."""
    vertex = st.integers(0, n - 1)
    return st.lists(st.tuples(vertex, vertex, st.booleans()), max_size=9, unique_by=lambda e: e[:2])


def cyclic(pairs: list[tuple[int, int]]) -> bool:
    left = set(itertools.chain.from_iterable(pairs))
    while left:
        sinks = {v for v in left if not any(a == v and b in left for a, b in pairs)}
        if not sinks:
            return True
        left -= sinks
    return False


@pytest.mark.parametrize("encoding", [vertex_elimination, clocks])
@given(edges(5))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_exactly_the_cyclic_choices_are_forbidden(
    encoding: Encoding, chosen: list[tuple[int, int, bool]]
) -> None:
    cnf = Cnf()
    graph: Graph = {v: {} for v in range(5)}
    for a, b, certain in chosen:
        graph[a][b] = TRUE if certain else cnf.fresh()
    encoding(cnf, graph)
    solver = Sat(cnf.variables, cnf.lines, cnf.orders)
    open_edges = [(a, b) for a, b, certain in chosen if not certain]
    fixed = [(a, b) for a, b, certain in chosen if certain]
    for picks in itertools.product([False, True], repeat=len(open_edges)):
        literals = [
            graph[a][b] if pick else -graph[a][b] for (a, b), pick in zip(open_edges, picks, strict=True)
        ]
        present = fixed + [e for e, pick in zip(open_edges, picks, strict=True) if pick]
        assert solver.solve(Deadline(), literals) == (not cyclic(present))


@given(edges(7))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_bitset_components_are_the_graph_components(chosen: list[tuple[int, int, bool]]) -> None:
    rows = [0] * 7
    graph: Graph = {v: {} for v in range(7)}
    for a, b, _ in chosen:
        rows[a] |= 1 << b
        graph[a][b] = TRUE
    assert sorted(cores(rows)) == sorted(sum(1 << v for v in c) for c in components(graph))


@given(edges(7))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_reduction_keeps_what_can_be_reached(chosen: list[tuple[int, int, bool]]) -> None:
    rows = [0] * 7
    for a, b, _ in chosen:
        rows[a] |= 1 << b
    everything = (1 << 7) - 1
    reduced = reduce_within(rows, everything)
    if reduced is None:
        assert cyclic([(a, b) for a, b, _ in chosen])
        return
    direct, reach = reduced
    kept = [direct[v] for v in range(7)]
    for v in range(7):
        assert reachable(kept, v) == reachable(rows, v) == reach[v]
        assert direct[v] & ~rows[v] == 0


def reachable(rows: list[int], start: int) -> int:
    seen, work = 0, [start]
    while work:
        for w in range(len(rows)):
            if rows[work[-1]] >> w & 1 and not seen >> w & 1:
                seen |= 1 << w
                work.append(w)
                break
        else:
            work.pop()
    return seen
