"""Parts of accesses that fare alike, put together again for people.

Accesses are split where others begin or end, and where a model may tear them. Adjacent
pieces of memory to which all accesses are alike (each is to both or to neither, reads
from the same store in both, and comes in the same place in coherence) are one piece for
who looks at the execution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ordercheck.engines.axiomatic.candidates import Event, Location
from ordercheck.engines.axiomatic.encode import Execution

Access = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Merged:
    """of: for each event the first part of those put together with it; for these the bytes and value."""

    of: Sequence[int]
    location: Mapping[int, Location]
    values: Mapping[int, int]


def apart(execution: Execution) -> Merged:
    """Every part by itself."""
    events = execution.candidate.events
    return Merged(range(len(events)), {i: e.location for i, e in enumerate(events)}, execution.values)


def together(execution: Execution) -> Merged:
    """What fares alike put together."""
    events = execution.candidate.events
    at: dict[Location, dict[Access, int]] = {}
    for number, event in enumerate(events):
        if event.location[0]:
            at.setdefault(event.location, {})[_access(event)] = number
    how = {location: _how(execution, mine) for location, mine in at.items()}
    of = list(range(len(events)))
    location = {i: e.location for i, e in enumerate(events)}
    values = dict(execution.values)
    first: Location | None = None
    for here in sorted(at):
        if first is None or location[_any(at[first])][2] != here[1] or how[first] != how[here]:
            first = here
            continue
        for access, part in at[here].items():
            whole = at[first][access]
            of[part] = whole
            name, start, _ = location[whole]
            location[whole] = (name, start, here[2])
            if whole in values and part in values:
                values[whole] |= values[part] << 8 * (here[1] - start)
    return Merged(of, location, values)


def _any(parts: Mapping[Access, int]) -> int:
    return next(iter(parts.values()))


def _access(event: Event) -> Access:
    return event.thread, event.index


def _how(execution: Execution, parts: Mapping[Access, int]) -> object:
    """Equal for two pieces to which all accesses are alike."""
    events = execution.candidate.events
    name = events[_any(parts)].location[0]
    mine = set(parts.values())
    sources = {_access(events[r]): _access(events[w]) for w, r in execution.rf if r in mine}
    before: dict[Access, int] = {}
    for _, later in execution.co:
        if later in mine:
            before[_access(events[later])] = before.get(_access(events[later]), 0) + 1
    return name, frozenset(parts), frozenset(sources.items()), frozenset(before.items())
