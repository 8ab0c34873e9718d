r"""The end of a litmus test: `locations [...]`, `filter p`, and `exists p`, `~exists p`, `forall p`.

Propositions are `x=1`, `0:rax=x`, `a[1]!=2`, `x=y` with `/\`, `\/`, `~`, `=>` and brackets.
The grammar and the printed text are herd7's (lib/stateParser.mly, lib/constrGen.ml).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ordercheck.frontends.litmus.init import ANY_THREAD, Cell, Location, Register, proc
from ordercheck.frontends.litmus.lexer import Reader, Token, number
from ordercheck.frontends.litmus.sections import Span

Quantifier = Literal["exists", "~exists", "forall"]
MAX_DEPTH = 60
MAX_ATOMS = 20_000
_KEYWORDS = ("locations", "filter", "exists", "forall", "final", "observed", "Observed", "not", "with")


@dataclass(frozen=True, slots=True)
class Content:
    """What a register or a location holds in the end."""

    location: Location


@dataclass(frozen=True, slots=True)
class Equal:
    """location = value; the value a number, the Cell whose address it is, an array's values, or a Content.

    line and column are where it starts.
    """

    location: Location
    value: int | Cell | Content | tuple[int | Cell, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Join:
    r"""op of parts: "and" and "or" of any number, "not" of one, "=>" of two."""

    op: Literal["and", "or", "not", "=>"]
    parts: tuple[Proposition, ...]


Proposition = Equal | Join
TRUE, FALSE = Join("and", ()), Join("or", ())


class Tail(NamedTuple):
    """What the end of a test says.

    locations stand in the order in which it lists them; places are the line and column at
    which it first names each location.
    """

    locations: tuple[Location, ...]
    filter: Proposition | None
    quantifier: Quantifier
    proposition: Proposition
    places: Mapping[Location, tuple[int, int]]


def read_tail(span: Span, file: str, symbolic: bool = False) -> Tail:
    """The end of a test; symbolic: the language has symbolic registers.

    Raises InputError with the place of what is not understood.
    """
    return _Tail(span, file, symbolic).tail()


class _Tail(Reader):
    def __init__(self, span: Span, file: str, symbolic: bool) -> None:
        super().__init__(span, file, "the condition")
        self._symbolic = symbolic
        self._depth = self._atoms = 0
        self._places: dict[Location, tuple[int, int]] = {}

    def tail(self) -> Tail:
        """All of it."""
        locations = self._locations() if self.word("locations") else ()
        filtered = self._proposition() if self.word("filter") else None
        quantifier, proposition = self._condition()
        self.take(";")
        if self.word("with"):
            # whether each of several generated tests is expected to succeed: for herd's own checks
            while not self.at("end"):
                self.next()
        if not self.at("end"):
            raise self.unexpected("an operator, or nothing more")
        return Tail(locations, filtered, quantifier, proposition, self._places)

    def _locations(self) -> tuple[Location, ...]:
        self.expect("[")
        found: list[Location] = []
        while not self.take("]"):
            found.append(self._location())
            # a type may follow, with a star; what a value is printed as is that of its object
            while self.at("name", "*"):
                self.next()
            if not self.take(";") and not self.at("]"):
                raise self.unexpected("';' or ']'")
        return tuple(found)

    def _condition(self) -> tuple[Quantifier, Proposition]:
        if self.at("end"):
            return "forall", TRUE
        if self.word("forall"):
            return "forall", self._proposition()
        if self.word("exists", "final"):
            return "exists", self._proposition()
        if self.at("~") or (self.at("name") and self.token.text == "not"):
            self.next()
            if not self.word("exists"):
                raise self.unexpected("'exists'")
            return "~exists", self._proposition()
        if self.at("("):
            return "exists", self._proposition()
        if self.word("observed", "Observed"):
            return "exists", self._observed()
        raise self.unexpected("exists, ~exists or forall")

    def _observed(self) -> Proposition:
        """observed x=1; y=2; and x=2; ...: one of these final states."""
        states: list[Proposition] = []
        while True:
            atoms: list[Proposition] = []
            while not self.at("end") and not (self.at("name") and self.token.text == "and"):
                atoms.append(self._atom())
                self.expect(";")
            states.append(Join("and", tuple(atoms)))
            if not self.word("and"):
                break
        return states[0] if len(states) == 1 else Join("or", tuple(states))

    # propositions: `=>` binds tightest of the three, to the right; then /\, then \/

    def _proposition(self) -> Proposition:
        return self._joined("\\/", "or")

    def _joined(self, symbol: str, op: Literal["and", "or"]) -> Proposition:
        parts = [self._operand(op)]
        while self.take(symbol):
            parts.append(self._operand(op))
        return parts[0] if len(parts) == 1 else Join(op, tuple(parts))

    def _operand(self, op: Literal["and", "or"]) -> Proposition:
        return self._joined("/\\", "and") if op == "or" else self._implication()

    def _implication(self) -> Proposition:
        left = self._simple()
        if not self.take("=>"):
            return left
        self._deeper()
        right = self._implication()
        self._depth -= 1
        return Join("=>", (left, right))

    def _simple(self) -> Proposition:
        if self.at("~") or (self.at("name") and self.token.text == "not"):
            self.next()
            self._deeper()
            operand = self._simple()
            self._depth -= 1
            return Join("not", (operand,))
        if self.take("("):
            self._deeper()
            inner = self._proposition()
            self._depth -= 1
            self.expect(")", "an operator or ')'")
            return inner
        if self.word("true"):
            return TRUE
        if self.word("false"):
            return FALSE
        return self._atom()

    def _atom(self) -> Proposition:
        start = self.token
        self._atoms += 1
        if self._atoms > MAX_ATOMS:
            raise self.error(f"a condition of more than {MAX_ATOMS} equations", start)
        location = self._location()
        negated = self.at("!=", "<>")
        if not self.take("=", "==", "!=", "<>"):
            raise self.unexpected("'='")
        atom = Equal(location, self._value(), start.line, start.column)
        return Join("not", (atom,)) if negated else atom

    def _value(self) -> int | Cell | Content | tuple[int | Cell, ...]:
        if self.at("number") and self.peek().kind != ":":
            return number(self.next())
        if self.take("{"):
            values = [self._element()]
            while self.take(","):
                values.append(self._element())
            self.expect("}", "',' or '}'")
            return tuple(values)
        if self.take("&"):
            return self._named(self.expect("name", "a location"))
        plain = self.at("name") and self.peek().kind != ":"
        if plain:
            return self._named(self.next())
        return Content(self._location())

    def _element(self) -> int | Cell:
        if self.at("number"):
            return number(self.next())
        return self._named(self.expect("name", "a number or a location"))

    def _location(self) -> Location:
        start = self.token
        found = self._unplaced()
        self._places.setdefault(found, (start.line, start.column))
        return found

    def _unplaced(self) -> Location:
        if self.take("["):
            inner = self._named(self.expect("name", "a location"))
            self.expect("]")
            return inner
        starred = self.take("*")
        thread = proc(self.token) if self.peek().kind == ":" else None
        if thread is not None:
            self.next()
            self.next()
            if not self.at("name", "register"):
                raise self.unexpected("a register")
            return Register(thread, self.next().text)
        if self._symbolic and self.at("register"):
            return Register(ANY_THREAD, self.next().text)
        if not self.at("name") or (not starred and self.token.text in _KEYWORDS):
            raise self.unexpected("a location or a register")
        return self._named(self.next())

    def _named(self, name: Token) -> Cell:
        if self.at("[") and self.peek().kind == "number":
            self.next()
            index = number(self.next())
            self.expect("]")
            return Cell(name.text, index)
        return Cell(name.text)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} deep", self.token)


def show_location(location: Location) -> str:
    """As herd7 prints it where a value follows: `0:rax`, `[x]`, `a[1]`."""
    if isinstance(location, Cell) and location.index is None:
        return f"[{location}]"
    return str(location)


def show_condition(tail: Tail, names: Mapping[Location, str] | None = None, bits: int = 64) -> str:
    """The condition as herd7 prints it: numbers as signed ones of `bits` bits.

    names are those of locations that it does not call as the test does.
    """
    return f"{tail.quantifier} ({_Show(names or {}, bits).show(tail.proposition)})"


_SYMBOLS = {"and": " /\\ ", "or": " \\/ ", "=>": " => "}


class _Show:
    def __init__(self, names: Mapping[Location, str], bits: int) -> None:
        self.names, self.bits = names, bits

    def show(self, node: Proposition, above: str = "") -> str:
        """A proposition, in brackets where herd7 puts them below the operator `above`."""
        if isinstance(node, Equal):
            return f"{self._name(node.location)}={self._value(node.value)}"
        if node.op == "not":
            return f"not ({self.show(node.parts[0])})"
        if not node.parts:
            return "true" if node.op == "and" else "false"
        text = _SYMBOLS[node.op].join([self.show(part, node.op) for part in node.parts])
        apart = (above == "=>") != (node.op == "=>") if above else False
        return f"({text})" if apart or (above == "and" and node.op == "or") else text

    def _name(self, location: Location) -> str:
        return self.names.get(location) or show_location(location)

    def _value(self, value: int | Cell | Content | tuple[int | Cell, ...]) -> str:
        if isinstance(value, int):
            top = 1 << (self.bits - 1)
            return str(value - 2 * top if top <= value < 2 * top else value)
        if isinstance(value, Cell):
            # herd7 writes the number of the cell as if it were one of bytes
            return f"{value.name}+{value.index}" if value.index else value.name
        if isinstance(value, Content):
            return self._name(value.location)
        return f"{{{','.join(map(self._value, value))}}}"
