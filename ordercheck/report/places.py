"""Positions in reports: with the source line's text, and as people and tools read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from ordercheck.report import source_text
from ordercheck.verdict import Graph, Node, Place, Step, Trace

MAX_CALLERS = 4
"""How many callers of an inlined function a text names; the others are counted."""
_POSITION = re.compile(r"(?:^|(?<=[\s(]))([^\s()]*?[./][^\s()]*?):(\d{1,9})(?::(\d{1,9}))?(?=[\s:;,.)]|$)")


def with_text(trace: Trace) -> Trace:
    """The trace with the text of the lines that it shows, where it has none and the file can be read."""
    graph = None if trace.graph is None else graph_with_text(trace.graph)
    steps = tuple(
        replace(step, code=_text(step), inlined_at=tuple(map(_known, step.inlined_at)))
        for step in trace.steps
    )
    return replace(trace, steps=steps, graph=graph, at=known(trace.at), late=known(trace.late))


def graph_with_text(graph: Graph) -> Graph:
    """As `with_text`, for the events of an execution."""
    nodes = tuple(
        replace(node, code=_text(node), inlined_at=tuple(map(_known, node.inlined_at)))
        for node in graph.nodes
    )
    return replace(graph, nodes=nodes)


def for_picture(graph: Graph) -> Graph:
    """As `graph_with_text`; without the column where an event's own text says which of its line it is."""
    own = [bool(node.code) and not node.inlined_at for node in graph.nodes]
    known = graph_with_text(graph)
    nodes = tuple(replace(n, column=0) if mine else n for n, mine in zip(known.nodes, own, strict=True))
    return replace(known, nodes=nodes)


def known(place: Place | None) -> Place | None:
    """As `with_text`, for one position."""
    return None if place is None else _known(place)


def _known(place: Place) -> Place:
    return replace(place, code=_text(place), inlined_at=tuple(map(_known, place.inlined_at)))


def _text(what: Place | Step | Node) -> str:
    return what.code or source_text.line(what.file, what.line)


def shown(place: Place, room: int | None = None) -> str:
    """file:line:column in function; where that is wider than `room`, leading folders of the file go.

    Only positions of compiled code are made shorter: others are what their author named.
    """
    tail = f" in {place.function}" if place.function else ""
    text = f"{place}{tail}"
    compiled = place.column or place.inlined_at
    parts = PurePath(place.file).parts
    while room is not None and compiled and len(text) > room and len(parts) > 1:
        parts = parts[1:]
        text = f"{replace(place, file='/'.join(['...', *parts]))}{tail}"
    return text


def inlined(places: Sequence[Place], room: int | None = None) -> list[str]:
    """A line for each caller, the nearest first; of many, only some."""
    lines = [f"inlined at {shown(p, None if room is None else room - len('inlined at '))}" for p in places]
    if len(lines) > MAX_CALLERS:
        left_out = len(lines) - MAX_CALLERS + 1
        lines[MAX_CALLERS - 2 : -1] = [f"... through {left_out} further calls"]
    return lines


def named_in(text: str, known_places: Mapping[str, Place]) -> Place | None:
    """The first position that a text names; with what is known of that line, if anything is."""
    match = _POSITION.search(text)
    if match is None:
        return None
    found = Place(match[1], int(match[2]), int(match[3] or 0))
    return known_places.get(f"{found.file}:{found.line}", found)
