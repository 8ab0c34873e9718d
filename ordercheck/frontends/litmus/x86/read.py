"""A litmus test of x86 made into a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ordercheck.errors import InputError
from ordercheck.frontends.litmus import condition as c
from ordercheck.frontends.litmus.init import Cell, Location, Register, read_init
from ordercheck.frontends.litmus.sections import Sections
from ordercheck.frontends.litmus.test import Litmus, Shown
from ordercheck.frontends.litmus.x86.code import Code
from ordercheck.frontends.litmus.x86.meaning import Meaning, reads_flags
from ordercheck.frontends.litmus.x86.places import WIDTHS, Places
from ordercheck.frontends.litmus.x86.registers import FLAGS, ORDER_32, ORDER_64, Part, part
from ordercheck.frontends.litmus.x86.syntax import Column, Instruction, Label, read_columns
from ordercheck.program.expr import Expr, conj, disj, var
from ordercheck.program.ir import Condition, MemoryAt, Program, RegisterOf, Thread


def read(sections: Sections) -> Litmus:
    """The test in these sections. Raises InputError with the place of what is not understood."""
    return _Reader(sections).litmus()


class _Reader:
    def __init__(self, sections: Sections) -> None:
        self.sections, self.file = sections, sections.file
        self.wide = sections.arch == "X86_64"
        self.tail = c.read_tail(sections.tail, self.file)
        self.columns = read_columns(sections.code, self.file, self.wide)
        self.places = Places(read_init(sections.init, self.file), self.file, self.wide)
        self.places.settle(self.columns)
        self.shown: dict[Location, Shown] = {}

    def litmus(self) -> Litmus:
        seen = self._mentioned([self.tail.proposition])
        seen.update(dict.fromkeys(self.tail.locations))
        hidden: set[Location] = set()
        if self.tail.filter is not None:
            hidden = self._mentioned([self.tail.filter]).keys() - seen.keys()
            seen.update(dict.fromkeys(hidden))
        codes = [self._code(number, column, seen) for number, column in enumerate(self.columns)]
        for location in seen:
            if isinstance(location, Cell):
                self._object(location)
        for location in sorted(seen, key=self._order):
            shown_as = self._shown(location)
            self.shown[location] = replace(shown_as, hidden=True) if location in hidden else shown_as
        condition = self._expr(self.tail.proposition)
        filtered = None if self.tail.filter is None else self._expr(self.tail.filter)
        threads = tuple(self._thread(number, code) for number, code in enumerate(codes))
        shown = tuple(self.shown.values())
        program = Program(
            self.sections.name,
            threads,
            self.places.objects(),
            observe=tuple(s.what for s in shown),
            condition=Condition(self.tail.quantifier, condition),
        )
        text = c.show_condition(self.tail)
        sections = self.sections
        return Litmus(
            sections.name,
            sections.arch,
            self.file,
            program,
            shown,
            text,
            filtered,
            self.places.addresses(),
            sections.info,
            sections.doc,
        )

    def _code(self, number: int, column: Column, seen: Iterable[Location]) -> Code:
        instructions = [item for item in column.items if isinstance(item, Instruction)]
        flags = any(map(reads_flags, instructions)) or any(
            isinstance(x, Register) and x.thread == number and x.name.upper() in FLAGS for x in seen
        )
        code = Code(number, self.file, self.wide, flags)
        meaning = Meaning(code, self.places)
        self.places.enter(number)
        for item in column.items:
            if isinstance(item, Label):
                code.label(item.name)
            else:
                meaning.instruction(item)
        if column.locked:
            raise InputError("a lock prefix without an instruction", self.file, self.sections.code.line, 1)
        return code

    def _thread(self, number: int, code: Code) -> Thread:
        for location in self.shown:
            if isinstance(location, Register) and location.thread == number:
                code.registers[self._part(location).whole] = None
        return code.thread(self.places.start(number))

    # what is observed

    def _mentioned(self, atoms: list[c.Proposition]) -> dict[Location, None]:
        """The locations in propositions."""
        found: dict[Location, None] = {}
        while atoms:
            node = atoms.pop()
            if isinstance(node, c.Join):
                atoms.extend(node.parts)
            else:
                found[node.location] = None
                if isinstance(node.value, c.Content):
                    found[node.value.location] = None
        return found

    def _order(self, location: Location) -> tuple[object, ...]:
        """herd7's: registers by thread, whole arrays, locations, cells of arrays."""
        if isinstance(location, Register):
            whole = self._part(location).whole
            order = ORDER_64 if self.wide else ORDER_32
            rank = order.index(whole) if whole in order else len(order)
            return (0, location.thread, rank, whole, location.name)
        if location.index is not None:
            return (3, 0, 0, location.name, location.index)
        return (1 if self._is_array(location) else 2, 0, 0, location.name, 0)

    def _is_array(self, cell: Cell) -> bool:
        return cell.index is None and self.places.sizes.get(cell.name, 0) > self.places.cell.get(cell.name, 0)

    def _part(self, location: Register) -> Part:
        found = part(location.name, self.wide)
        if found is None or found.shift:
            raise self._error(f"{location.name} is no register", location)
        if location.thread >= len(self.columns):
            raise self._error(f"there is no thread {location.thread}", location)
        return found

    def _error(self, message: str, location: Location) -> InputError:
        return InputError(message, self.file, *self.tail.places.get(location, (0, 0)))

    def _object(self, cell: Cell) -> None:
        self.places.name(cell.name)
        offset = self.places.offset(cell)
        if not 0 <= offset < self.places.sizes[cell.name]:
            raise self._error(f"{cell} lies outside its array", cell)

    def _shown(self, location: Location) -> Shown:
        places = self.places
        if isinstance(location, Register):
            found = self._part(location)
            _, kind = places.registers.get((location.thread, found.whole), (0, ""))
            what = RegisterOf(location.thread, found.whole)
            name = (
                found.whole
                if found.bits in (1, 64 if self.wide else 32) or found.bits > 64
                else location.name
            )
            # a register without a type is an int to herd7
            width = WIDTHS.get(kind.split()[-1], 0) if kind else 4
            bits = min(8 * (width or places.word), found.bits) if found.bits > 1 else 32
            return Shown(what, f"{location.thread}:{name}", bits, not kind.startswith("u"))
        size = places.sizes[location.name]
        offset = places.offset(location)
        if self._is_array(location):
            raise self._error("a whole array in a condition is not supported: name its cells", location)
        width = size if location.index is None else places.cell[location.name]
        name = c.show_location(location)
        return Shown(
            MemoryAt(location.name, offset, width, name), name, 8 * width, places.signed[location.name]
        )

    # conditions

    def _expr(self, node: c.Proposition) -> Expr:
        if isinstance(node, c.Equal):
            return self._equal(node)
        parts = [self._expr(part) for part in node.parts]
        if node.op == "and":
            return conj(*parts)
        if node.op == "or":
            return disj(*parts)
        return ~parts[0] if node.op == "not" else ~parts[0] | parts[1]

    def _equal(self, node: c.Equal) -> Expr:
        shown = self.shown[node.location]
        value = var(str(shown.what))
        if isinstance(node.value, c.Content):
            return value == var(str(self.shown[node.value.location].what))
        if isinstance(node.value, tuple):
            raise self._error("a whole array in a condition is not supported: name its cells", node.location)
        if isinstance(node.value, Cell):
            return value == self.places.number(node.value)
        width = 8 * (shown.what.size if isinstance(shown.what, MemoryAt) else self.places.word)
        found = value == node.value % (1 << width)
        if isinstance(shown.what, RegisterOf) and shown.bits < width:
            # as an int: -1 is also what a 32-bit -1 leaves in the whole register
            found = found | (value == node.value % (1 << shown.bits))
        return found
