"""Where control goes: nodes and the ones that come after them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ordercheck.frontends.llvm.asm.instruction import Instruction
from ordercheck.record import record

END = -1
"""The node after the statement."""


@record(frozen=True, slots=True)
class Pass:
    """Nothing happens here. changed: the register that a loop instruction counts down."""

    changed: str = ""


@record(frozen=True, slots=True)
class Fault:
    """An access faulted; its handler goes on elsewhere and may have written outputs."""


@record(frozen=True, slots=True)
class Do:
    """An instruction that goes on with the next one. ranges: it stands in a loop."""

    instruction: Instruction
    ranges: bool = False


@record(frozen=True, slots=True)
class Call:
    """A call."""

    instruction: Instruction


@record(frozen=True, slots=True)
class Leave:
    """On to goto label `label`."""

    label: int


@record(frozen=True, slots=True)
class Unknown:
    """Something that is not understood."""

    text: str
    why: str


@record(frozen=True, slots=True)
class Widen:
    """The head of a loop: from here on the state is what holds in every round of it."""

    loop: Graph
    head: int


@record(frozen=True, slots=True)
class Round:
    """A whole loop. body: its nodes, from the head on, where they come one after the other; else empty."""

    loop: Graph
    head: int
    body: tuple[int, ...]


Node = Pass | Fault | Do | Call | Leave | Unknown | Widen | Round


@dataclass(slots=True)
class Graph:
    """nodes, and the successors of each, in the order of the text."""

    nodes: dict[int, Node] = field(default_factory=dict)
    after: dict[int, tuple[int, ...]] = field(default_factory=dict)
    entry: int = END
    count: int = 0

    def add(self, node: Node, after: tuple[int, ...]) -> int:
        """A new node."""
        number = max(self.count, len(self.nodes))
        self.count = number + 1
        self.nodes[number] = node
        self.after[number] = after
        return number

    def reachable(self) -> Graph:
        """Without what control never reaches."""
        seen: set[int] = {END}
        todo = [self.entry]
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo.extend(self.after[node])
        seen.discard(END)
        return Graph(
            {n: self.nodes[n] for n in sorted(seen)},
            {n: self.after[n] for n in sorted(seen)},
            self.entry,
            max(seen, default=END) + 1,
        )


class TroubleError(Exception):
    """Why nothing can be said of the whole text."""
