"""Acyclicity of a graph whose edges are literals, as clauses.

Two encodings that share nothing: vertex elimination (Rankooh and Rintanen, AAAI 2022),
the default, and integer clocks (difference logic), with which tests and cross-checks
compare.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable

from ordercheck.relations import order
from ordercheck.relations.cnf import FALSE, TRUE, Cnf
from ordercheck.relations.explicit import Rows

# successor -> literal, for each vertex
Graph = dict[int, dict[int, int]]
Encoding = Callable[[Cnf, Graph], None]


def components(graph: Graph) -> list[list[int]]:
    """The strongly connected components with more than one vertex, or with a loop (Tarjan, iterative)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[int] = []
    found: list[list[int]] = []
    for root in graph:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(graph[root]))]
        while work:
            v, targets = work[-1]
            for w in targets:
                if w not in index:
                    index[w] = low[w] = len(index)
                    stack.append(w)
                    on_stack.add(w)
                    work.append((w, iter(graph.get(w, ()))))
                    break
                if w in on_stack:
                    low[v] = min(low[v], index[w])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[v])
                if low[v] == index[v]:
                    component = []
                    while True:
                        w = stack.pop()
                        on_stack.discard(w)
                        component.append(w)
                        if w == v:
                            break
                    if len(component) > 1 or v in graph.get(v, ()):
                        found.append(component)
    return found


def vertex_elimination(cnf: Cnf, graph: Graph) -> None:
    """Clauses that forbid every cycle of the graph.

    Vertices go one after the other, the one with the smallest in-degree times out-degree
    first; each path through it becomes an edge. An edge variable made here is implied by
    the paths that it stands for and implies nothing, so the clauses constrain the edges
    given only as far as cycles demand.
    """
    for component in components(graph):
        inside = set(component)
        out = {
            v: {w: x for w, x in graph.get(v, {}).items() if w in inside and x != FALSE} for v in component
        }
        _eliminate(cnf, out)


def _eliminate(cnf: Cnf, out: Graph) -> None:
    into: dict[int, set[int]] = {v: set() for v in out}
    for v, targets in out.items():
        for w in targets:
            into[w].add(v)
    own: set[tuple[int, int]] = set()
    heap = [(len(into[v]) * len(out[v]), v) for v in out]
    heapq.heapify(heap)
    left = set(out)
    while heap:
        cost, v = heapq.heappop(heap)
        if v not in left:
            continue
        now = len(into[v]) * len(out[v])
        if now > cost:
            heapq.heappush(heap, (now, v))
            continue
        left.discard(v)
        targets = out.pop(v)
        sources = into.pop(v)
        if v in targets:
            cnf.add(-targets.pop(v))
            sources.discard(v)
        for w in targets:
            into[w].discard(v)
        for u in sources:
            first = out[u].pop(v)
            for w, second in targets.items():
                _path(cnf, out, into, own, u, w, first, second)
        for u in sources | set(targets):
            if u in left:
                heapq.heappush(heap, (len(into[u]) * len(out[u]), u))


def _path(
    cnf: Cnf,
    out: Graph,
    into: dict[int, set[int]],
    own: set[tuple[int, int]],
    u: int,
    w: int,
    first: int,
    second: int,
) -> None:
    """The path u -> w that needs both literals becomes (part of) the edge u -> w."""
    if u == w:
        cnf.add(-first, -second)
        return
    old = out[u].get(w)
    if old == TRUE or first == -second:
        return
    if old is None and (first in (TRUE, second) or second == TRUE):
        out[u][w] = second if first == TRUE else first
        into[w].add(u)
        own.discard((u, w))
        return
    if first == TRUE and second == TRUE:
        out[u][w] = TRUE
        own.discard((u, w))
        return
    if (u, w) not in own:
        fresh = cnf.fresh()
        if old is not None:
            cnf.add(-old, fresh)
        out[u][w] = fresh
        into[w].add(u)
        own.add((u, w))
    cnf.add(-first, -second, out[u][w])


def clocks(cnf: Cnf, graph: Graph) -> None:
    """Constraints that forbid every cycle: each vertex has an integer, each edge that holds goes up.

    They are left in `cnf.orders` for a solver of difference logic.
    """
    for component in components(graph):
        inside = set(component)
        scope = len(cnf.orders)
        for v in component:
            for w, edge in graph.get(v, {}).items():
                if w == v:
                    cnf.add(-edge)
                elif w in inside and edge != FALSE:
                    cnf.orders.append((edge, f"c{scope}_{v}", f"c{scope}_{w}"))


def cores(rows: Rows) -> list[int]:
    """The strongly connected components of a bitset relation that hold a cycle, as masks."""
    return [c for c in order.components(rows) if c & (c - 1) or rows[c.bit_length() - 1] & c]


def reduce_within(rows: Rows, component: int) -> tuple[dict[int, int], dict[int, int]] | None:
    """An acyclic relation inside a component, reduced: (successors, all that can be reached), as masks.

    The successors keep reachability and are few. None where the relation has a cycle there.
    """
    finished: list[int] = []
    unseen = component
    while unseen:
        work = [(unseen & -unseen).bit_length() - 1]
        while work:
            v = work[-1]
            unseen &= ~(1 << v)
            ahead = rows[v] & unseen
            if ahead:
                work.append((ahead & -ahead).bit_length() - 1)
            else:
                finished.append(work.pop())
    reach: dict[int, int] = {}
    direct: dict[int, int] = {}
    done = 0
    for v in finished:
        left = rows[v] & component
        if left & ~done:
            return None
        total = left
        kept = 0
        while left:
            low = left & -left
            kept |= low
            beyond = reach[low.bit_length() - 1]
            total |= beyond
            left &= ~(low | beyond)
        reach[v], direct[v] = total, kept
        done |= 1 << v
    return direct, reach
