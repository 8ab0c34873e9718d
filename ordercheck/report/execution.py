"""An execution as text: a column for each thread, the edges, and why it is allowed or not."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import PurePath

from ordercheck.report import places
from ordercheck.verdict import INITIAL, Edge, Graph, Node, Order

WIDTH = 100
GAP = " | "
INDENT = "   "
# a column that is narrower than this says nothing; columns then go below each other
NARROW = 18
_FIRST = ("rf", "co", "fr")


def render(graph: Graph, width: int = WIDTH) -> str:
    """The execution in lines of at most `width` columns; ends in a newline."""
    graph = places.for_picture(graph)
    parts = [_initial(graph, width), _columns(graph, width)]
    if graph.state:
        parts.append(_wrapped("Final state: ", graph.state, width))
    parts += [_edges(graph.edges, width), _why(graph, width)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def clean(text: str) -> str:
    """The text in one line, what a terminal would not print written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _initial(graph: Graph, width: int) -> list[str]:
    values = [node.text.removeprefix("W ") for node in graph.nodes if node.thread == INITIAL]
    return _wrapped("Initially: ", "; ".join(values), width) if values else []


# columns


def _columns(graph: Graph, width: int) -> list[str]:
    threads = [[n for n in graph.nodes if n.thread == t] for t in range(_threads(graph))]
    heads = [clean(_title(graph, t)) for t in range(len(threads))]
    several = max(1, (width + len(GAP)) // (NARROW + len(GAP)))
    lines: list[str] = []
    files = several_files(graph)
    for first in range(0, len(threads), several):
        group = range(first, min(first + several, len(threads)))
        cells = [[[heads[t]]] + [_cell(node, files) for node in threads[t]] for t in group]
        lines += ([""] if lines else []) + _table(cells, width)
    return lines


def _threads(graph: Graph) -> int:
    return max([len(graph.threads), *(node.thread + 1 for node in graph.nodes)])


def _title(graph: Graph, thread: int) -> str:
    return graph.threads[thread] if thread < len(graph.threads) else f"P{thread} (observer)"


def _cell(node: Node, files: bool) -> list[str]:
    """What happens; below it the instruction and its line."""
    lines = [clean(f"{node.name}: {node.text}")]
    place = position(node, files)
    if node.code or place:
        lines.append(clean("  ".join(filter(None, [node.code, place]))))
    return lines + [clean(line) for line in inlined(node)]


def several_files(graph: Graph) -> bool:
    """Whether a line's number alone does not say which line it is."""
    return len({node.file for node in graph.nodes if node.file}) > 1


def position(node: Node, file: bool) -> str:
    """:line:column, as far as they are known; with `file` after the file's name."""
    numbers = "".join(f":{number}" for number in (node.line, node.column) if number and node.line)
    return PurePath(node.file).name + numbers if file and numbers else numbers


def inlined(node: Node) -> list[str]:
    """The callers of an event's instruction, files without their folders."""
    return places.inlined([replace(p, file=PurePath(p.file).name) for p in node.inlined_at])


def _table(columns: Sequence[Sequence[list[str]]], width: int) -> list[str]:
    """The columns' cells beside each other, as wide as they need to be and may be."""
    room = width - len(GAP) * (len(columns) - 1)
    widths = _widths([max(map(_room, column)) for column in columns], room)
    lines = []
    folded = [[_folded(cell, w) for cell in column] for column, w in zip(columns, widths, strict=True)]
    for row in zip_longest(*folded, fillvalue=list[str]()):
        for pieces in zip_longest(*row, fillvalue=""):
            lines.append(GAP.join(p.ljust(w) for p, w in zip(pieces, widths, strict=True)).rstrip())
    return lines


def _room(cell: list[str]) -> int:
    """How wide a cell is where nothing is folded."""
    return max(len(line) + (len(INDENT) if number else 0) for number, line in enumerate(cell))


def _widths(wanted: Sequence[int], room: int) -> list[int]:
    """What each column gets: what it wants where that fits, else the widest give up most."""
    widths = [min(width, room) for width in wanted]
    while sum(widths) > room and max(widths) > 1:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _folded(cell: list[str], width: int) -> list[str]:
    """The first line flush, everything else indented."""
    lines: list[str] = []
    for number, text in enumerate(cell):
        first = INDENT if number else ""
        lines += textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=INDENT, break_on_hyphens=False
        )
    return lines


# edges


def _edges(edges: Iterable[Edge], width: int) -> list[str]:
    """A line for each relation: its pairs."""
    pairs: dict[str, list[str]] = {}
    for edge in edges:
        for label in edge.labels:
            pairs.setdefault(label, []).append(f"{edge.source} -> {edge.target}")
    order = sorted(pairs, key=lambda label: _FIRST.index(label) if label in _FIRST else len(_FIRST))
    lines = []
    for label in order:
        lines += _wrapped(f"{label}: ", ", ".join(pairs[label]), width)
    return lines


def _why(graph: Graph, width: int) -> list[str]:
    if graph.allowed:
        return [line for order in graph.orders for line in _order(order, graph, width)]
    texts = _texts(graph)
    what = f"{graph.test} `{graph.check}`" if graph.test != graph.check else graph.check
    head = f"Forbidden by {what} of {graph.model} ({graph.place})"
    if not graph.cycle:
        return _wrapped("", head + ".", width)
    shows = "which these break" if graph.test == "empty" else "the cycle"
    lines = _wrapped("", f"{head}, {shows}:", width)
    left = min(width // 2, max(len(texts[edge.source]) for edge in graph.cycle))
    for edge in graph.cycle:
        line = f"  {texts[edge.source]:{left}} --{', '.join(edge.labels)}--> {texts[edge.target]}"
        lines += _wrapped("", line, width, " " * 6)
    return lines


def _order(order: Order, graph: Graph, width: int) -> list[str]:
    checks = " and ".join(f"`{name}`" for name in order.checks)
    texts = _texts(graph)
    line = " < ".join(texts[name] for name in order.nodes)
    return _wrapped("", f"Allowed: this order keeps {checks}:", width) + _wrapped("  ", line, width)


def _texts(graph: Graph) -> dict[str, str]:
    return {node.name: clean(f"{node.name}: {node.text}") for node in graph.nodes}


def _wrapped(first: str, text: str, width: int, following: str | None = None) -> list[str]:
    """Lines of at most `width` columns: `first`, then the text, the later lines indented."""
    first, text = clean(first), clean(text)
    if len(first) > width // 2:
        first, text = "", first + text
    indent = " " * min(len(first), width // 3) if following is None else following
    lines = textwrap.wrap(text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
    return lines or [first.rstrip()]
