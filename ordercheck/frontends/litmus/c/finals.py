"""Final states of a C test: what is shown of them, and its condition and filter."""

from __future__ import annotations

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.c.layout import Layout
from ordercheck.frontends.litmus.c.values import BITS, SIZE
from ordercheck.frontends.litmus.condition import Content, Equal, Join, Proposition, Tail, show_location
from ordercheck.frontends.litmus.init import Cell, Location, Register
from ordercheck.frontends.litmus.test import Shown
from ordercheck.program.expr import Expr, apply, conj, disj, var
from ordercheck.program.ir import MemoryAt, RegisterOf


class Finals:
    """The locations and registers that the end of a test names, in the order in which herd7 prints them."""

    def __init__(self, tail: Tail, layout: Layout, threads: int, file: str) -> None:
        self.tail, self.layout, self.threads, self.file = tail, layout, threads, file
        self.shown: dict[Location, Shown] = {}
        told = dict.fromkeys(tail.locations) | self._named(tail.proposition)
        asked = {} if tail.filter is None else self._named(tail.filter)
        for location in sorted(told | asked, key=self._rank):
            self.shown[location] = self._show(location, hidden=location not in told)

    def _named(self, proposition: Proposition) -> dict[Location, None]:
        """What a proposition names; the objects among it exist."""
        found: dict[Location, None] = {}
        stack: list[Proposition] = [proposition]
        while stack:
            node = stack.pop()
            if isinstance(node, Join):
                stack.extend(node.parts)
                continue
            found[node.location] = None
            if isinstance(node.value, Content):
                found[node.value.location] = None
            elif isinstance(node.value, Cell):
                self.layout.declare(node.value.name)
        return found

    def _rank(self, location: Location) -> tuple[int, int, str, int]:
        if isinstance(location, Register):
            return (0, location.thread, location.name, 0)
        return (1, 0, location.name, 0) if location.index is None else (2, 0, location.name, location.index)

    def _error(self, message: str, location: Location) -> InputError:
        return InputError(message, self.file, *self.tail.places.get(location, (0, 0)))

    def _show(self, location: Location, hidden: bool) -> Shown:
        layout = self.layout
        name = show_location(location)
        if isinstance(location, Register):
            if location.thread >= self.threads:
                raise self._error(f"there is no thread {location.thread}", location)
            width, signed = layout.register_shown(location.thread, location.name)
            return Shown(RegisterOf(location.thread, location.name), name, 8 * width, signed, hidden)
        layout.declare(location.name)
        if location.index is None and layout.cells(location.name) > 1:
            raise self._error("a whole array in a condition is not supported: name its cells", location)
        offset = layout.offset(location)
        if offset < 0:
            raise self._error(f"{location} lies outside its array", location)
        size = layout.shown_size(location.name) if location.index is None else SIZE
        what = MemoryAt(location.name, offset, size, name)
        return Shown(what, name, 8 * size, layout.signed(location.name), hidden)

    def registers(self, thread: int) -> set[str]:
        """The registers of a thread that are shown."""
        return {x.name for x in self.shown if isinstance(x, Register) and x.thread == thread}

    def expression(self, node: Proposition) -> Expr:
        """A proposition over what is shown."""
        if isinstance(node, Equal):
            return self._equal(node)
        parts = [self.expression(part) for part in node.parts]
        if node.op == "and":
            return conj(*parts)
        if node.op == "or":
            return disj(*parts)
        return ~parts[0] if node.op == "not" else ~parts[0] | parts[1]

    def _equal(self, node: Equal) -> Expr:
        shown = self.shown[node.location]
        value = var(str(shown.what))
        if isinstance(node.value, Content):
            return value == var(str(self.shown[node.value.location].what))
        if isinstance(node.value, tuple):
            raise self._error("a whole array in a condition is not supported: name its cells", node.location)
        if isinstance(node.value, Cell):
            if self.layout.offset(node.value) < 0:
                raise self._error(f"{node.value} lies outside its array", node.location)
            return value == self.layout.address(node.value)
        if isinstance(node.location, Register) and shown.bits < BITS:
            value = apply("trunc", value, shown.bits)
        return value == node.value % (1 << shown.bits)
