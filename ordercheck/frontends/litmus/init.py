"""The initial state of a litmus test: `x=1; int y; 0:rax=x; int a[2]={1,2}; int *p=&x;`.

The grammar is herd7's (lib/stateParser.mly) without what other architectures alone have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ordercheck.frontends.litmus.lexer import Reader, Token, number
from ordercheck.frontends.litmus.sections import Span

# initial values, cells of one array, and cells of all of them
MAX_ENTRIES, MAX_CELLS, MAX_ALL_CELLS = 4096, 4096, 1 << 16
# the thread of a register that is named without one
ANY_THREAD = -1


@dataclass(frozen=True, slots=True)
class Register:
    """A register of thread number `thread`; the name as written.

    ANY_THREAD: a symbolic register such as `%tmp`, of the thread that uses it.
    """

    thread: int
    name: str

    def __str__(self) -> str:
        return self.name if self.thread == ANY_THREAD else f"{self.thread}:{self.name}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A location: all of an object (index None), or one cell of an array."""

    name: str
    index: int | None = None

    def __str__(self) -> str:
        return self.name if self.index is None else f"{self.name}[{self.index}]"


Location = Register | Cell


class Entry(NamedTuple):
    """One initialisation.

    type is the type's name ("" where there is none), pointer whether a `*` follows it. value
    is a number, the Cell whose address it is, or None where there is none; for an array of
    `cells` cells a value for each.
    """

    location: Location
    type: str
    pointer: bool
    value: int | Cell | None
    cells: tuple[int | Cell, ...] | None
    line: int
    column: int


def read_init(span: Span, file: str, symbolic: bool = False) -> list[Entry]:
    """The initialisations in order; symbolic: the language has symbolic registers.

    Raises InputError with the place of what is not understood.
    """
    return _Init(span, file, symbolic).entries()


def proc(token: Token) -> int | None:
    """The number of a thread written as `0` or `P0`."""
    text = token.text.removeprefix("P") if token.kind == "name" else token.text
    return int(text) if text.isdigit() and len(text) < 6 else None


class _Init(Reader):
    def __init__(self, span: Span, file: str, symbolic: bool) -> None:
        super().__init__(span, file, "the initial state")
        self._symbolic = symbolic
        self._cells = 0

    def entries(self) -> list[Entry]:
        """All of them."""
        found: list[Entry] = []
        while not self.at("end"):
            if self.take(";"):
                continue
            found.append(self._entry())
            if len(found) > MAX_ENTRIES:
                raise self.error(f"more than {MAX_ENTRIES} initial values", self.token)
            if not self.at("end", ";"):
                raise self.unexpected("';'")
        return found

    def _entry(self) -> Entry:
        first = self.token
        self.word("_Atomic")
        words: list[str] = []
        while (
            self.at("name")
            and self.peek().kind in ("name", "*", "number", "register", "[")
            and not (self.peek().kind == "[" or (self.peek().kind == "number" and self.peek(2).kind != ":"))
        ):
            words.append(self.next().text)
        if self.at("name") and self.peek().kind == "[" and self._types_a_bracket():
            words.append(self.next().text)
        pointer = False
        while self.take("*"):
            pointer = True
        location = self._location()
        kind = " ".join(words)
        cells: tuple[int | Cell, ...] | None = None
        if isinstance(location, Cell) and location.index is not None:
            if not 0 < location.index <= MAX_CELLS:
                raise self.error(
                    f"an array of {location.index} cells (1 to {MAX_CELLS} are supported)", first
                )
            self._cells += location.index
            if self._cells > MAX_ALL_CELLS:
                raise self.error(f"arrays of more than {MAX_ALL_CELLS} cells in all", first)
            cells = (0,) * location.index
            if self.take("="):
                cells = self._array(location.index)
            elif not words:
                raise self.unexpected("'=' and the values of the array")
            location = Cell(location.name)
            return Entry(location, kind, pointer, None, cells, first.line, first.column)
        value = self._value() if self.take("=", "==") else None
        return Entry(location, kind, pointer, value, None, first.line, first.column)

    def _types_a_bracket(self) -> bool:
        """`int [x] = 1`: a type before a location in brackets, not an array."""
        return self.peek(2).kind == "name"

    def _location(self) -> Location:
        if self.take("["):
            name = self.expect("name", "a location").text
            self.expect("]")
            return Cell(name)
        number_or_proc = proc(self.token) if self.peek().kind == ":" else None
        if number_or_proc is not None:
            self.next()
            self.next()
            if not self.at("name", "register"):
                raise self.unexpected("a register")
            return Register(number_or_proc, self.next().text)
        if self._symbolic and self.at("register"):
            return Register(ANY_THREAD, self.next().text)
        name = self.expect("name", "a location or a register").text
        if self.at("[") and self.peek().kind == "number":
            self.next()
            index = number(self.next())
            self.expect("]")
            return Cell(name, index)
        return Cell(name)

    def _array(self, cells: int) -> tuple[int | Cell, ...]:
        opening = self.expect("{")
        found: list[int | Cell] = []
        while True:
            found.append(self._plain_value())
            if not self.take(","):
                break
        self.expect("}", "',' or '}'")
        if len(found) != cells:
            raise self.error(f"expected {cells} values for this array, found {len(found)}", opening)
        return tuple(found)

    def _value(self) -> int | Cell:
        if self.word("ATOMIC_INIT"):
            self.expect("(")
            value = self._plain_value()
            self.expect(")")
            return value
        return self._plain_value()

    def _plain_value(self) -> int | Cell:
        """A number or an address, perhaps in brackets."""
        opened = 0
        while not self.at("number"):
            self.take("&")
            if not self.take("("):
                break
            opened += 1
        value: int | Cell = number(self.next()) if self.at("number") else self._cell()
        for _ in range(opened):
            self.expect(")")
        return value

    def _cell(self) -> Cell:
        name = self.expect("name", "a number or a location").text
        if self.take("["):
            index = number(self.expect("number", "a number"))
            self.expect("]")
            return Cell(name, index)
        return Cell(name)
