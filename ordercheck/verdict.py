"""The one type that every engine returns and every report takes."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ordercheck.program.ir import Source


class Status(enum.StrEnum):
    """What was found; see DESIGN's table of the evidence that each needs."""

    PROVED = "proved"
    HOLDS = "holds"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


TRANSPARENCY = "transparency"
ASSERTIONS = "assertions"
CONDITION = "condition"
INTERRUPTED = "interrupted"
"""Why a question has no answer where the run was ended by its user."""
CUT, WHOLE = "up to the bound", "nothing was cut off at the bound"
"""How exact a bounded verdict is: `evidence["exact"]`."""
ROUNDS, PASSES = (
    "rounds of all loops together, of which coming to a loop is one",
    "passes of each branch that depends on what is loaded",
)
"""What the bound of a bounded verdict counts: `evidence["counts"]`."""
LATER = "what takes more was not looked at"


def so_many(bound: int | None, counts: str) -> str:
    """A bound in words: `6 rounds of all loops together, ...`."""
    one = counts.replace("rounds", "round", 1).replace("passes", "pass", 1)
    return f"{bound} {one if bound == 1 else counts}"


MAX_INLINED = 64
"""How many callers of an inlined function are kept; compiled code has a few."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position: file, line, column (from 1; 0 unknown), function, and the line's text where known.

    inlined_at: where that function was inlined, its nearest caller first.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    function: str = ""
    code: str = ""
    inlined_at: tuple[Place, ...] = ()

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}" if self.line else self.file
        return f"{text}:{self.column}" if self.line and self.column else text


def place_of(source: Source) -> Place:
    """The position of an instruction, with its callers."""
    return Place(
        source.file, source.line, source.column, source.function, source.text.strip(), callers(source)
    )


def framed(place: Place) -> tuple[Place, tuple[Place, ...]]:
    """What a reader looks up, and the calls inlined there that lead to the instruction, outermost first.

    That is the innermost position in the file of the function that was asked about: what was inlined
    there comes from headers and other files, which no reader of a change has before him.
    """
    chain = [place, *place.inlined_at]
    own = chain[-1].file
    number = next((n for n, each in enumerate(chain) if each.file == own and each.line), len(chain) - 1)
    return replace(chain[number], inlined_at=tuple(chain[number + 1 :])), tuple(chain[:number][::-1])


def callers(source: Source) -> tuple[Place, ...]:
    """Where the instruction's function was inlined, the nearest caller first; at most MAX_INLINED."""
    found: list[Place] = []
    caller = source.inlined_at
    while caller is not None and len(found) < MAX_INLINED:
        found.append(Place(caller.file, caller.line, caller.column, caller.function, caller.text.strip()))
        caller = caller.inlined_at
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reference machine.

    action: "execute", "drain" (a buffered entry reaches memory), "publish" (others can look), ...;
    text says it in words; buffered lists what the CPU holds afterwards, oldest first;
    memory lists what reached memory in this step; file to code, column and inlined_at: as
    for a Place.
    """

    number: int
    cpu: int
    action: str
    text: str
    file: str = ""
    line: int = 0
    function: str = ""
    code: str = ""
    buffered: tuple[str, ...] = ()
    memory: tuple[str, ...] = ()
    column: int = 0
    inlined_at: tuple[Place, ...] = ()

    @property
    def place(self) -> Place:
        """Where the instruction is."""
        return Place(self.file, self.line, self.column, self.function, self.code, self.inlined_at)


INITIAL = -1


@dataclass(frozen=True, slots=True)
class Node:
    """One event of an execution. name is short and unlike all others; text says what it does: `W x=1 NT`.

    thread: its number from 0, INITIAL for a write that stands for the memory before the
    program; code is the instruction's text at file:line, where known; column and inlined_at:
    as for a Place.
    """

    name: str
    thread: int
    text: str
    file: str = ""
    line: int = 0
    code: str = ""
    column: int = 0
    inlined_at: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One event before another: the names of the nodes, and of the relations that say so."""

    source: str
    target: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The checks that the order of these nodes keeps, all of them at once."""

    checks: tuple[str, ...]
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """An execution: threads' names, nodes (initial ones, then thread by thread in program order), edges.

    edges: rf, co (what others imply left out), fr, the program order that the model keeps
    (likewise). po: the next node of the same thread. outcome: the final values of what is
    observed, by the name of the observable (None: the execution does not tell); state: the
    same in words.
    An allowed execution has orders. A forbidden one has the check that it fails (its name,
    kind, place and the relation in words) and the edges that show it: a cycle, or what must
    not be together.
    """

    name: str
    model: str
    threads: tuple[str, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    po: tuple[Edge, ...] = ()
    outcome: Mapping[str, int | None] = field(default_factory=dict)
    state: str = ""
    orders: tuple[Order, ...] = ()
    check: str = ""
    test: str = ""
    place: str = ""
    cycle: tuple[Edge, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it passes every check of the model."""
        return not self.check


@dataclass(frozen=True, slots=True)
class Trace:
    """What happens in one execution: a schedule of the reference machine, or an axiomatic execution.

    kind: "schedule", "execution" (of a model without a machine), or "forbidden" (an
    execution that the model rules out). hazard: overtake, escape, early, assertion,
    outcome, or ""; lost: bytes that end stale or lost, as text lines; prevented_by: which
    drain, put where, would have prevented it; token replays it; graph: the execution, where
    there is one; notes: what else must be said, a line each. headline: the summary without
    positions and bytes; at: where it shows; late: the non-temporal store that is late.
    """

    kind: str
    hazard: str
    summary: str
    steps: tuple[Step, ...]
    lost: tuple[str, ...] = ()
    prevented_by: str = ""
    token: str = ""
    graph: Graph | None = None
    notes: tuple[str, ...] = ()
    headline: str = ""
    at: Place | None = None
    late: Place | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an engine found of one property of one program under one model.

    bound: the bound up to which HOLDS is exact (None: none), of what evidence["counts"] says;
    reason: why UNKNOWN, or a one-line summary of the refutation; benign: labels of stores that
    can be lost without a difference (the same value); evidence: what a second checker can re-check.
    addresses: the parameters that are only where memory lies.
    """

    program: str
    variant: str
    model: str
    property: str
    status: Status
    engine: str
    params: dict[str, Any] = field(default_factory=dict)
    bound: int | None = None
    seconds: float = 0.0
    reason: str = ""
    benign: tuple[str, ...] = ()
    evidence: dict[str, Any] = field(default_factory=dict)
    trace: Trace | None = None
    assumptions: tuple[str, ...] = ()
    addresses: frozenset[str] = frozenset()
