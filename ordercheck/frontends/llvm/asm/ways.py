"""From the graph to effects: one after the other, with choices where control parts."""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.effects import AsmChoice, AsmEffect, AsmJump, AsmStop
from ordercheck.frontends.llvm.asm.graph import END, Graph, Leave, Pass, Round, TroubleError, Widen
from ordercheck.frontends.llvm.asm.loops import unrolled, without_loops
from ordercheck.frontends.llvm.asm.rounds import summed_up
from ordercheck.frontends.llvm.asm.run import run, within
from ordercheck.frontends.llvm.asm.state import State

MOST_STEPS = 3000
DEEPEST = 60
MOST_UNROLLED = 40


class _AgainError(Exception):
    """A loop that cannot be summed up: its node."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def effects_of(graph: Graph, state: State) -> tuple[tuple[AsmEffect, ...], State | None]:
    """What the graph does, and the state at its end (None: it is never reached). Errors: TroubleError."""
    graph = without_loops(graph)
    for _ in range(MOST_UNROLLED):
        try:
            walker = _Walker(graph)
            return walker.way(walker.graph.entry, END, state.copy(), 0)
        except _AgainError as again:
            graph = without_loops(unrolled(graph, again.number))
    raise TroubleError("too many loops")


class _Walker:
    def __init__(self, graph: Graph) -> None:
        self.graph = _contracted(graph)
        self.joins = _joins(self.graph)
        self.steps = 0

    def way(
        self, number: int, stop: int | None, state: State, depth: int
    ) -> tuple[tuple[AsmEffect, ...], State | None]:
        """The effects from a node up to `stop`; the state there, None where that is not reached."""
        effects: list[AsmEffect] = []
        here: State | None = state
        while number != stop and number != END and here is not None:
            self.steps += 1
            if self.steps > MOST_STEPS or depth > DEEPEST:
                raise TroubleError("too many ways through it")
            node = self.graph.nodes[number]
            if isinstance(node, Leave):
                effects.append(AsmJump(node.label, True))
                return tuple(effects), None
            if isinstance(node, Widen):
                here = within(node.loop, node.head, here)[node.head]
            elif isinstance(node, Round):
                found = summed_up(node, here)
                if found is None:
                    raise _AgainError(number)
                effects.extend(found[0])
                here = found[1]
            else:
                effects.extend(run(node, here))
            number, here = self._on(number, here, effects, depth)
        return tuple(effects), here

    def _on(
        self, number: int, state: State, effects: list[AsmEffect], depth: int
    ) -> tuple[int, State | None]:
        """From a node to the next one that is reached for certain."""
        following = list(dict.fromkeys(self.graph.after[number]))
        leaving = [n for n in following if n != END and isinstance(self.graph.nodes[n], Leave)]
        rest = [n for n in following if n not in leaving]
        for place, n in enumerate(leaving):
            node = self.graph.nodes[n]
            assert isinstance(node, Leave)
            last = not rest and place == len(leaving) - 1
            effects.append(AsmJump(node.label, last))
        if not rest:
            if not leaving:
                effects.append(AsmStop())
            return END, None
        if len(rest) == 1:
            return rest[0], state
        join = self.joins.get(number)
        ways: list[tuple[AsmEffect, ...]] = []
        states: list[State] = []
        for n in rest:
            made, after = self.way(n, join, state.copy(), depth + 1)
            if made not in ways:
                ways.append(made)
            if after is not None:
                states.append(after)
        if len(ways) > 1:
            effects.append(AsmChoice(tuple(ways)))
        else:
            effects.extend(ways[0])
        if not states or join is None:
            return END, None
        met = states[0]
        for other in states[1:]:
            met = met.meet(other)
        return join, met


def _contracted(graph: Graph) -> Graph:
    """Without the nodes at which nothing happens and control does not part."""
    passed: dict[int, int] = {END: END}
    for number in reversed(_topological(graph)):
        node, after = graph.nodes[number], graph.after[number]
        idle = isinstance(node, Pass) and not node.changed and len(after) == 1
        passed[number] = passed[after[0]] if idle else number
    redirected = {n: tuple(passed[m] for m in after) for n, after in graph.after.items()}
    return Graph(graph.nodes, redirected, passed[graph.entry], graph.count).reachable()


def _joins(graph: Graph) -> dict[int, int]:
    """For each node the next one that all its ways to the end go through (the graph has no loops)."""
    order = _topological(graph)
    depth = {END: 0}
    above: dict[int, int] = {}
    for number in reversed(order):
        ends = [n for n in graph.after[number] if n in depth]
        if not ends:
            continue
        common = ends[0]
        for n in ends[1:]:
            common = _common(common, n, depth, above)
        above[number] = common
        depth[number] = depth[common] + 1
    return above


def _common(a: int, b: int, depth: dict[int, int], above: dict[int, int]) -> int:
    while a != b:
        if depth[a] >= depth[b]:
            a = above[a]
        else:
            b = above[b]
    return a


def _topological(graph: Graph) -> list[int]:
    seen: set[int] = set()
    order: list[int] = []
    work = [(graph.entry, 0)]
    while work:
        number, at = work.pop()
        if number == END:
            continue
        following = graph.after[number]
        if at == 0:
            if number in seen:
                continue
            seen.add(number)
        if at < len(following):
            work.append((number, at + 1))
            work.append((following[at], 0))
        else:
            order.append(number)
    order.reverse()
    return order
