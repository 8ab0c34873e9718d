"""Final states of an x86 test: what is shown of them, and its condition and filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.condition import Content, Equal, Join, Proposition, Tail, show_location
from ordercheck.frontends.litmus.init import ANY_THREAD, Cell, Location, Register
from ordercheck.frontends.litmus.lexer import brief
from ordercheck.frontends.litmus.test import Shown
from ordercheck.frontends.litmus.x86.places import Places
from ordercheck.frontends.litmus.x86.registers import ORDER_32, ORDER_64, Part, is_symbolic, part, symbolic
from ordercheck.frontends.litmus.x86.types import INT
from ordercheck.program.expr import Expr, apply, const, var
from ordercheck.program.ir import MemoryAt, RegisterOf

_RANKS = {wide: {name: k for k, name in enumerate(ORDER_64 if wide else ORDER_32)} for wide in (True, False)}


class Finals:
    """What the end of a test names, in the order in which herd7 prints it.

    names are those that herd7 gives symbolic registers: the thread and the register of each.
    """

    def __init__(self, tail: Tail, places: Places, names: Mapping[str, tuple[int, str]]) -> None:
        self.tail, self.places, self.names = tail, places, names
        told = dict.fromkeys(tail.locations) | _named(tail.proposition)
        asked = {} if tail.filter is None else _named(tail.filter)
        self.by_location: dict[Location, Shown] = {}
        self._equations: dict[tuple[Location, object], Expr] = {}
        shown: dict[str, Shown] = {}
        for location in sorted(told | asked, key=self._rank):
            found = self.by_location[location] = self._show(location)
            if location not in told and found.name not in shown:
                shown[found.name] = replace(found, hidden=True)
            elif location in told:
                shown[found.name] = found
        self.shown = tuple(shown.values())

    def _error(self, message: str, location: Location) -> InputError:
        return InputError(message, self.places.file, *self.tail.places.get(location, (0, 0)))

    def called(self) -> dict[Location, str]:
        """What herd7 calls each location."""
        return {location: shown.name for location, shown in self.by_location.items()}

    def registers(self, thread: int) -> list[str]:
        """The whole registers of a thread that are shown."""
        whats = (shown.what for shown in self.shown)
        return [what.register for what in whats if isinstance(what, RegisterOf) and what.thread == thread]

    # what is shown

    def _rank(self, location: Location) -> tuple[int, int, int, str, int]:
        if isinstance(location, Register):
            thread, register, name = self._register(location)
            rank = _RANKS[self.places.wide].get(name if is_symbolic(register) else register.whole, 99)
            return 0, thread, rank, name, 0
        kind = 1 if location.index is None else 2
        return kind, 0, 0, location.name, location.index or 0

    def _register(self, location: Register) -> tuple[int, Part, str]:
        """The thread, the part of a register, and what herd7 calls it."""
        wide, thread = self.places.wide, location.thread
        if thread == ANY_THREAD:
            if location.name not in self.names:
                raise self._error(f"no thread uses the symbolic register {brief(location.name)}", location)
            thread, name = self.names[location.name]
            return thread, symbolic(location.name, wide), name
        register = part(location.name, wide)
        if register is None or register.shift:
            raise self._error(f"{brief(location.name)} is no register", location)
        if thread >= self.places.threads:
            raise self._error(f"there is no thread {thread}", location)
        whole = register.bits in (1, 8 * self.places.word)
        return thread, register, register.whole if whole else location.name.removeprefix("%").lower()

    def _show(self, location: Location) -> Shown:
        if isinstance(location, Register):
            thread, register, name = self._register(location)
            _, kind = self.places.registers.get((thread, register.whole), (0, INT))
            bits = register.bits if register.bits > 64 else min(8 * kind.size, max(register.bits, 8))
            return Shown(RegisterOf(thread, register.whole), f"{thread}:{name}", bits, kind.signed)
        variable = self.places.variable(location.name)
        offset = self.places.offset(location)
        if offset < 0:
            raise self._error(f"{brief(str(location))} lies outside its array", location)
        cells = variable.cells if location.index is None else 0
        size = variable.type.size * max(1, cells)
        name = location.name if cells else show_location(location)
        return Shown(
            MemoryAt(location.name, offset, size, name), name, 8 * size, variable.type.signed, cells=cells
        )

    # propositions

    def expression(self, node: Proposition) -> Expr:
        """A proposition over variables named str(observable)."""
        if isinstance(node, Equal):
            # a condition that lists states says the same of a location again and again
            key = node.location, node.value
            found = self._equations.get(key)
            if found is None:
                found = self._equations[key] = self._equal(node)
            return found
        parts = list(map(self.expression, node.parts))
        if node.op == "not":
            return ~parts[0]
        if node.op == "=>":
            return ~parts[0] | parts[1]
        if not parts:
            return const(node.op == "and")
        result = parts[0]
        for other in parts[1:]:
            result = Expr(node.op, (result, other), "bool")
        return result

    def _equal(self, node: Equal) -> Expr:
        shown = self.by_location[node.location]
        value = var(str(shown.what))
        given = node.value
        if isinstance(given, Content):
            other = self.by_location[given.location]
            return value == var(str(other.what))
        if isinstance(given, tuple) != bool(shown.cells):
            what = f"an array of {shown.cells} cells" if shown.cells else "no array"
            raise self._error(f"{brief(shown.name)} is {what}", node.location)
        if isinstance(given, tuple):
            return self._cells(value, shown, given)
        if isinstance(given, Cell):
            return value == self._address(given, node.location)
        if isinstance(shown.what, RegisterOf):
            value = apply("trunc", value, shown.bits)
        return value == given % (1 << shown.bits)

    def _cells(self, value: Expr, shown: Shown, given: tuple[int | Cell, ...]) -> Expr:
        if len(given) != shown.cells:
            return const(False)
        bits = shown.bits // shown.cells
        whole = 0
        for k, each in enumerate(given):
            number = self.places.number(each) if isinstance(each, Cell) else each
            whole |= number % (1 << bits) << bits * k
        return value == whole

    def _address(self, cell: Cell, location: Location) -> int:
        if self.places.offset(cell) < 0:
            raise self._error(f"{brief(str(cell))} lies outside its array", location)
        return self.places.number(cell)


def _named(proposition: Proposition) -> dict[Location, None]:
    """The locations and registers in a proposition."""
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
    return found
