"""What changes code while it runs, and where it goes on after a fault: edges of the graph, as of jumps.

Sources: Linux, arch/x86/include/asm/alternative.h and jump_label.h, Documentation/staging/static-keys.rst,
Documentation/arch/x86/exception-tables.rst.
"""

from __future__ import annotations

from typing import Protocol

from ordercheck.frontends.llvm.asm.expressions import Sum
from ordercheck.frontends.llvm.asm.graph import END, Fault, Graph, Leave, Pass, TroubleError
from ordercheck.frontends.llvm.asm.listing import Entry, Listing
from ordercheck.frontends.llvm.asm.template import MARK

_ADDRESSES = (".long", ".quad", ".4byte", ".8byte", ".int")


class Building(Protocol):
    """The graph in the making: following is the next line of the same section, or END."""

    listing: Listing
    graph: Graph
    following: list[int]

    def symbol(self, name: str, at: int) -> int | None:
        """The node of a label, named from before line `at`."""

    def next(self, number: int) -> int:
        """The node after a line."""


def patch(builder: Building) -> None:
    """Adds what the tables of the listing say. Errors: TroubleError."""
    patcher = _Patcher(builder)
    for table, entries in builder.listing.tables.items():
        if table == ".altinstructions":
            patcher.alternatives(entries)
        else:
            patcher.pairs(table, entries)


class _Patcher:
    def __init__(self, builder: Building) -> None:
        self.builder = builder
        self.listing = builder.listing
        self.graph = builder.graph

    def alternatives(self, entries: list[Entry]) -> None:
        """`.long old - ., .long new - ., .word feature, .byte old length, .byte new length`."""
        groups: list[list[Entry]] = []
        for entry in entries:
            if entry.directive in _ADDRESSES and _here(entry) is not None:
                if not groups or sum(_here(e) is not None for e in groups[-1]) == 2:
                    groups.append([])
                groups[-1].append(entry)
            elif groups:
                groups[-1].append(entry)
        for group in groups:
            self._alternative(group)

    def _alternative(self, group: list[Entry]) -> None:
        places = [self.builder.symbol(name, e.at) for e in group if (name := _here(e)) is not None]
        if len(places) != 2:
            raise TroubleError("alternatives that are not understood")
        start, replacement = places
        stop, end = self._length(start, group), self._length(replacement, group)
        if start is None or replacement is None or stop is None or end is None:
            raise TroubleError("alternatives that are not understood")
        self.graph.after[start] += (replacement,)
        self.graph.after[end] = (stop,)

    def _length(self, start: int | None, group: list[Entry]) -> int | None:
        """The line of the label up to which the code that begins at `start` goes."""
        for entry in group:
            for value in entry.values:
                found = _difference(value)
                if (
                    found is not None
                    and start is not None
                    and self.builder.symbol(found[1], entry.at) == start
                ):
                    return self.builder.symbol(found[0], entry.at)
        return None

    def pairs(self, table: str, entries: list[Entry]) -> None:
        """`.long from - ., .long to - .` (or two addresses): from the instruction there to `to`."""
        places = [name for e in entries for v in e.values if (name := _address(v, e)) is not None]
        # what is neither a label of the text nor an operand is a handler or a key
        found = [self.builder.symbol(name, at) for name, at in places if self._inside(name)]
        if len(found) % 2 or (not found and places):
            raise TroubleError(f"entries of {table} that are not understood")
        for source, target in zip(found[::2], found[1::2], strict=True):
            if source is None or target is None:
                raise TroubleError(f"entries of {table} that are not understood")
            self._edge(source, target, table)

    def _inside(self, name: str) -> bool:
        return name[0].isdigit() or name in self.listing.labels or MARK.fullmatch(name) is not None

    def _edge(self, source: int, target: int, table: str) -> None:
        at = source
        label = at
        while at != END and isinstance(self.graph.nodes[at], Pass) and self.listing.lines[at].label:
            at, label = self.builder.following[at], at
        if at == END:
            raise TroubleError(f"entries of {table} that are not understood")
        instruction = self.listing.lines[at].instruction
        if table != "__ex_table":
            # a jump or a NOP there: either may have been put in its place
            self._also(at, self.builder.next(at))
            self._also(at, target)
            return
        if not isinstance(self.graph.nodes[target], Leave):
            target = self.graph.add(Fault(), (target,))
        # the access did not take place, or only a part of it where it is a repeated one
        self._also(label, target)
        if instruction is not None and instruction.repeated:
            self._also(at, target)

    def _also(self, source: int, target: int) -> None:
        if target not in self.graph.after[source]:
            self.graph.after[source] += (target,)


def _here(entry: Entry) -> str | None:
    """X of `X - .`."""
    return _relative(entry.values[0]) if len(entry.values) == 1 else None


def _relative(value: Sum | None) -> str | None:
    if value is None or value.number or len(value.symbols) != 2:
        return None
    times = dict(value.symbols)
    if times.pop(".", 0) != -1:
        return None
    (name, once), *_ = times.items()
    return name if once == 1 else None


def _address(value: Sum | None, entry: Entry) -> tuple[str, int] | None:
    """A label of the code in a table, relative or absolute, and where it is named."""
    if entry.directive not in _ADDRESSES:
        return None
    name = _relative(value) or (value.symbol if value is not None else "")
    if not name:
        return None
    mark = MARK.fullmatch(name)
    if mark is not None and mark[2] != "l":
        return None
    return name, entry.at


def _difference(value: Sum | None) -> tuple[str, str] | None:
    """X and Y of `X - Y`."""
    if value is None or value.number or len(value.symbols) != 2:
        return None
    times = {n: s for s, n in value.symbols}
    if set(times) != {1, -1} or "." in times.values():
        return None
    return times[1], times[-1]
