"""Loops: summed up where they walk through memory, else unrolled.

What is asked of the result are orders between two accesses. Three rounds hold every pair of accesses of two
rounds, or of one round and of what comes after, with the fewest fences between them that there can be; the
state at the head is one that holds in every round.
"""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.graph import (
    END,
    Do,
    Fault,
    Graph,
    Node,
    Pass,
    Round,
    TroubleError,
    Unknown,
    Widen,
)
from ordercheck.frontends.llvm.asm.run import in_loop

MOST_NODES = 600
ROUNDS = 3


def without_loops(graph: Graph) -> Graph:
    """The graph with each loop replaced by one node, or by rounds of it. Errors: TroubleError."""
    while True:
        loop = _a_loop(graph)
        if loop is None:
            return graph
        if len(graph.nodes) > MOST_NODES:
            raise TroubleError("too many loops in each other")
        graph = _replaced(graph, loop).reachable()


def _replaced(graph: Graph, loop: list[int]) -> Graph:
    inside = set(loop)
    heads = {n for m, after in graph.after.items() if m not in inside for n in after if n in inside}
    if graph.entry in inside:
        heads.add(graph.entry)
    exits = tuple(dict.fromkeys(n for m in loop for n in graph.after[m] if n not in inside))
    part = Graph({n: graph.nodes[n] for n in loop}, {n: graph.after[n] for n in loop})
    if len(heads) != 1 or not all(isinstance(graph.nodes[n], Do | Pass | Fault) for n in loop):
        node: Node = Unknown("", "a loop that is not followed")
        return _with_node(graph, inside, heads, node, exits or (END,))
    head = heads.pop()
    if not exits:
        return _unrolled(graph, part, head)
    return _with_node(graph, inside, {head}, Round(part, head, _straight(part, head)), exits)


def _with_node(graph: Graph, inside: set[int], heads: set[int], node: Node, exits: tuple[int, ...]) -> Graph:
    made = Graph(
        {n: v for n, v in graph.nodes.items() if n not in inside},
        {n: v for n, v in graph.after.items() if n not in inside},
        graph.entry,
        graph.count,
    )
    number = made.add(node, exits)
    made.after = {n: tuple(number if m in heads else m for m in after) for n, after in made.after.items()}
    if graph.entry in inside:
        made.entry = number
    return made


def _straight(loop: Graph, head: int) -> tuple[int, ...]:
    """The nodes in order, where each is followed by just one of them; else nothing."""
    body = [head]
    while True:
        following = [n for n in loop.after[body[-1]] if n in loop.nodes]
        if len(following) != 1:
            return ()
        if following[0] == head:
            return tuple(body)
        body.append(following[0])


def unrolled(graph: Graph, number: int) -> Graph:
    """The graph with the round at node `number` unrolled after all."""
    node = graph.nodes[number]
    assert isinstance(node, Round)
    head = node.head
    made = Graph(dict(graph.nodes), dict(graph.after), graph.entry, graph.count)
    del made.nodes[number], made.after[number]
    inner = node.loop
    made.nodes.update(inner.nodes)
    made.after.update(inner.after)
    made.after = {n: tuple(head if m == number else m for m in after) for n, after in made.after.items()}
    if made.entry == number:
        made.entry = head
    return _unrolled(made, inner, head).reachable()


def _unrolled(graph: Graph, loop: Graph, head: int) -> Graph:
    made = Graph(
        {n: v for n, v in graph.nodes.items() if n not in loop.nodes},
        {n: v for n, v in graph.after.items() if n not in loop.nodes},
        graph.entry,
        graph.count,
    )
    names: list[dict[int, int]] = []
    for _ in range(ROUNDS):
        names.append({n: made.add(in_loop(loop.nodes[n]), ()) for n in loop.nodes})
    # after the last round nothing comes: a way that goes on longer is one of those with fewer rounds
    for this, copy in enumerate(names):
        for n in loop.nodes:
            after: list[int] = []
            for m in loop.after[n]:
                if m not in loop.nodes:
                    after.append(m)
                elif m != head:
                    after.append(copy[m])
                elif this + 1 < ROUNDS:
                    after.append(names[this + 1][m])
            made.after[copy[n]] = tuple(after)
    entry = made.add(Widen(loop, head), (names[0][head],))
    made.after = {n: tuple(entry if m == head else m for m in after) for n, after in made.after.items()}
    if graph.entry == head:
        made.entry = entry
    return made


def _a_loop(graph: Graph) -> list[int] | None:
    """The nodes of a largest set that all reach each other (Tarjan's algorithm, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in graph.nodes:
        if root in index:
            continue
        work = [(root, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            following = [n for n in graph.after[node] if n != END]
            if at > 0:
                low[node] = min(low[node], low[following[at - 1]])
            while at < len(following):
                n = following[at]
                at += 1
                if n not in index:
                    work.append((node, at))
                    work.append((n, 0))
                    break
                if n in on_stack:
                    low[node] = min(low[node], index[n])
            else:
                if low[node] == index[node]:
                    found = _popped(stack, on_stack, node)
                    if len(found) > 1 or node in following:
                        return sorted(found)
    return None


def _popped(stack: list[int], on_stack: set[int], node: int) -> list[int]:
    found: list[int] = []
    while True:
        top = stack.pop()
        on_stack.discard(top)
        found.append(top)
        if top == node:
            return found
