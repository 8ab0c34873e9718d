"""One candidate skeleton: a trace of each thread, as events and the relations that are fixed.

Accesses are split at the boundaries that overlapping accesses make, so that two parts
(events) have the same bytes or none in common: mixed sizes are then exact, byte by byte.
The parts of one access are related by `si`. What is left open is `rf` and `co`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from ordercheck.engines.axiomatic.trace import Access, Trace
from ordercheck.errors import GaveOut
from ordercheck.program.expr import Expr, apply, const
from ordercheck.program.ir import COHERENT, Mark, MemoryAt, Program, Rmw
from ordercheck.record import record
from ordercheck.relations.events import EventStructure
from ordercheck.relations.explicit import bits

INITIAL = -1
Location = tuple[str, int, int]


@record(frozen=True, eq=False, slots=True)
class Event:
    """A part [start, end) of an access (bytes of `object`), a fence ("F"), or a Mark ("O").

    thread: INITIAL for the write that stands for the memory before the program; index is
    the access's number in its trace; value is what this part of a write stores.
    """

    kind: str
    thread: int
    index: int
    access: Access | None
    location: Location
    value: Expr

    @property
    def size(self) -> int:
        return self.location[2] - self.location[1]


@record(frozen=True, eq=False, slots=True)
class Candidate:
    """The events of one combination of traces.

    writers lists the events at each location that coherence orders, the initial write first
    (they are writes, but for the Marks in COHERENT); parts maps the symbol of a load to its
    events, in address order; free are havocked symbols.
    """

    program: Program
    traces: tuple[Trace, ...]
    events: tuple[Event, ...]
    structure: EventStructure
    writers: dict[Location, list[int]]
    reads: tuple[int, ...]
    parts: dict[str, list[int]]
    free: dict[str, range]

    def parts_of(self, where: MemoryAt) -> list[Location]:
        """The locations that make up an observed piece of memory, in address order."""
        end = where.offset + where.size
        mine = [k for k in self.writers if k[0] == where.object and where.offset <= k[1] and k[2] <= end]
        return sorted(mine)

    def sources(self) -> dict[int, list[int]]:
        """The writes that each read may read from: those to its location, its own access's aside."""
        return {r: self._sources(r) for r in self.reads}

    def _sources(self, read: int) -> list[int]:
        event = self.events[read]
        return [
            w
            for w in self.writers[event.location]
            if self.events[w].kind == "W" and not self._completes(self.events[w], event)
        ]

    @staticmethod
    def _completes(writer: Event, reader: Event) -> bool:
        mine = writer.thread == reader.thread and writer.access is not None
        return mine and writer.access is not None and writer.access.rmw == reader.index


def candidate(
    program: Program,
    traces: Sequence[Trace],
    relations: frozenset[str],
    further: Mapping[str, Iterable[int]] | None = None,
) -> Candidate:
    """The skeleton for these traces.

    relations: the names of the primitive relations that the model uses; further: places,
    by object, at which accesses are split too.
    """
    cuts = _cuts(program, traces, further or {})
    events: list[Event] = []
    spans: list[list[tuple[int, int]]] = []
    for trace in traces:
        spans.append([])
        for index, access in enumerate(trace.accesses):
            first = len(events)
            events.extend(_split(access, trace.thread, index, cuts))
            spans[-1].append((first, len(events)))
    locations = dict.fromkeys(e.location for e in events if e.kind != "F")
    locations.update(dict.fromkeys(_observed(program, cuts)))
    writers: dict[Location, list[int]] = {}
    for location in locations:
        writers[location] = [len(events)]
        events.append(Event("W", INITIAL, 0, None, location, const(_initial(program, location))))
    reads = []
    parts: dict[str, list[int]] = {}
    for number, event in enumerate(events):
        if _is_coherent(event):
            writers[event.location].append(number)
        elif event.kind == "R":
            assert event.access is not None
            reads.append(number)
            parts.setdefault(event.access.symbol, []).append(number)
    free = {name: values for trace in traces for name, values in trace.free.items()}
    structure = _structure(events, traces, spans, relations)
    return Candidate(program, tuple(traces), tuple(events), structure, writers, tuple(reads), parts, free)


def _is_coherent(event: Event) -> bool:
    """Whether coherence orders the event (initial writes aside)."""
    if event.kind == "O":
        return event.access is not None and not COHERENT.isdisjoint(event.access.tags)
    return event.kind == "W" and event.thread != INITIAL


def _cuts(
    program: Program, traces: Sequence[Trace], further: Mapping[str, Iterable[int]]
) -> dict[str, list[int]]:
    points: dict[str, set[int]] = {name: set(places) for name, places in further.items()}
    for trace in traces:
        for access in trace.accesses:
            if access.kind != "F":
                points.setdefault(access.object, set()).update((access.start, access.end))
    for what in program.observe:
        if isinstance(what, MemoryAt):
            points.setdefault(what.object, set()).update((what.offset, what.offset + what.size))
    return {name: sorted(found) for name, found in points.items()}


def _pieces(cuts: dict[str, list[int]], name: str, start: int, end: int) -> Iterable[Location]:
    points = cuts[name]
    inside = points[bisect_left(points, start) : bisect_right(points, end)]
    return [(name, a, b) for a, b in pairwise(inside)]


def _split(access: Access, thread: int, index: int, cuts: dict[str, list[int]]) -> list[Event]:
    if access.kind == "F":
        return [Event("F", thread, index, access, ("", 0, 0), access.value)]
    pieces = _pieces(cuts, access.object, access.start, access.end)
    return [Event(access.kind, thread, index, access, piece, _part(access, piece)) for piece in pieces]


def _part(access: Access, piece: Location) -> Expr:
    if access.kind != "W" or (piece[1], piece[2]) == (access.start, access.end):
        return access.value
    shifted = apply(">>", access.value, 8 * (piece[1] - access.start))
    return apply("trunc", shifted, 8 * (piece[2] - piece[1]))


def _observed(program: Program, cuts: dict[str, list[int]]) -> list[Location]:
    return [
        piece
        for what in program.observe
        if isinstance(what, MemoryAt)
        for piece in _pieces(cuts, what.object, what.offset, what.offset + what.size)
    ]


def _initial(program: Program, location: Location) -> int:
    memory = program.object(location[0])
    content = bytes(memory.initial_byte(k) for k in range(location[1], location[2]))
    return int.from_bytes(content, "little")


def _structure(
    events: Sequence[Event],
    traces: Sequence[Trace],
    spans: Sequence[Sequence[tuple[int, int]]],
    relations: frozenset[str],
) -> EventStructure:
    n = len(events)
    sets: dict[str, int] = {"R": 0, "W": 0, "F": 0, "O": 0, "IW": 0}
    for number, event in enumerate(events):
        bit = 1 << number
        sets[event.kind] |= bit
        if event.thread == INITIAL:
            sets["IW"] |= bit
        for tag in event.access.tags if event.access else ():
            sets[tag] = sets.get(tag, 0) | bit
    sets["M"] = sets["R"] | sets["W"]
    build: dict[str, Callable[[], list[int]]] = {
        "po": lambda: _program_order(n, traces, spans),
        "loc": lambda: _same([e.location if e.kind != "F" else None for e in events]),
        "int": lambda: _same([e.thread if e.thread != INITIAL else None for e in events]),
        "ext": lambda: _external(events),
        "si": lambda: _same_access(n, spans),
        "rmw": lambda: _rmw(n, events, traces, spans),
        "id": lambda: [1 << i for i in range(n)],
        "data": lambda: _dependency(n, events, "data"),
        "ctrl": lambda: _dependency(n, events, "ctrl"),
        "addr": lambda: _dependency(n, events, "addr"),
        "differ": lambda: _differing(events),
    }
    return EventStructure(n, sets, {name: make() for name, make in build.items() if name in relations})


def _program_order(n: int, traces: Sequence[Trace], spans: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    rows = [0] * n
    for trace, mine in zip(traces, spans, strict=True):
        if not mine:
            continue
        whole = (1 << mine[-1][1]) - 1
        for index, (first, end) in enumerate(mine):
            later = whole & -(1 << end)
            follower = trace.accesses[index + 1] if index + 1 < len(mine) else None
            if follower is not None and follower.rmw == index and not _is_ordered(follower):
                # the load and the store of one read-modify-write are not in program order
                a, b = mine[index + 1]
                later &= ~((1 << b) - (1 << a))
            for event in range(first, end):
                rows[event] = later
    return rows


def _is_ordered(access: Access) -> bool:
    return isinstance(access.instr, Rmw) and access.instr.ordered


def _same(keys: Sequence[object]) -> list[int]:
    """Having the same key; None is no key: not even related to itself."""
    classes: dict[object, int] = {}
    for i, key in enumerate(keys):
        if key is not None:
            classes[key] = classes.get(key, 0) | 1 << i
    return [0 if key is None else classes[key] for key in keys]


def _external(events: Sequence[Event]) -> list[int]:
    everything = (1 << len(events)) - 1
    mine: dict[int, int] = {}
    for i, event in enumerate(events):
        mine[event.thread] = mine.get(event.thread, 0) | 1 << i
    return [everything & ~mine[event.thread] for event in events]


def _same_access(n: int, spans: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    rows = [1 << i for i in range(n)]
    for mine in spans:
        for first, end in mine:
            if end - first > 1:
                whole = (1 << end) - (1 << first)
                for event in range(first, end):
                    rows[event] = whole
    return rows


def _rmw(
    n: int, events: Sequence[Event], traces: Sequence[Trace], spans: Sequence[Sequence[tuple[int, int]]]
) -> list[int]:
    rows = [0] * n
    for trace, mine in zip(traces, spans, strict=True):
        for index, access in enumerate(trace.accesses):
            if access.rmw >= 0:
                for r in range(*mine[access.rmw]):
                    for w in range(*mine[index]):
                        if events[r].location == events[w].location:
                            rows[r] |= 1 << w
    return rows


def _dependency(n: int, events: Sequence[Event], which: Literal["addr", "data", "ctrl"]) -> list[int]:
    readers: dict[str, int] = {}
    for i, event in enumerate(events):
        if event.access is not None and event.access.symbol:
            readers[event.access.symbol] = readers.get(event.access.symbol, 0) | 1 << i
    rows = [0] * n
    for i, event in enumerate(events):
        if event.access is None:
            continue
        for symbol in getattr(event.access, which):
            for reader in bits(readers.get(symbol, 0)):
                rows[reader] |= 1 << i
    return rows


def _differing(events: Sequence[Event]) -> list[int]:
    """Pairs of Marks that have different values. Raises GaveOut where a value depends on loads."""
    marked = [(i, e) for i, e in enumerate(events) if _has_value(e)]
    rows = [0] * len(events)
    for i, a in marked:
        if a.value.op != "const" and len(marked) > 1:
            where = a.access.instr.source if a.access is not None else ""
            raise GaveOut(f"{where}: a value that depends on loads, where the model compares values")
        for j, b in marked:
            if a.value is not b.value:
                rows[i] |= 1 << j
    return rows


def _has_value(event: Event) -> bool:
    instr = event.access.instr if event.access is not None else None
    return isinstance(instr, Mark) and instr.value is not None and not instr.dst
