"""What an expression of cat can be: a set or relation, a function, a tag, a set of such things."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from ordercheck.cat import syntax as s
from ordercheck.cat.terms import Term
from ordercheck.errors import InputError
from ordercheck.record import record

Scope: TypeAlias = "dict[str, Value]"


@dataclass(frozen=True, slots=True)
class Either:
    """{} (everything False) or _ (True), whose kind the context decides."""

    everything: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """'once: the text has the quote."""

    text: str

    @property
    def events(self) -> str:
        """The name of the set of events that have this tag: Once, Rcu-lock."""
        return self.text[1:2].upper() + self.text[2:]


@dataclass(frozen=True, slots=True)
class Element:
    """One event, by its number in the structure at hand."""

    event: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of a relation."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class SetOf:
    """A set of tags, of sets, of relations: its items, each once."""

    items: tuple[Value, ...]


@record(frozen=True, eq=False, slots=True)
class Closure:
    """A function with the scope and the file where it was defined."""

    function: s.Function
    scope: Scope
    file: str


@record(frozen=True, eq=False, slots=True)
class Procedure:
    """A procedure with the scope and the file where it was defined."""

    procedure: s.Procedure
    scope: Scope
    file: str


@record(frozen=True, eq=False, slots=True)
class Deferred:
    """An expression that needs the events of an execution: evaluated for each structure anew."""

    expression: s.Expression
    scope: Scope = field(repr=False)
    file: str


@record(frozen=True, eq=False, slots=True)
class Undefined:
    """What an included file defines with names that are not there: an error for who uses it."""

    error: InputError


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of cat's that is not written in cat; some take their arguments one by one."""

    name: str
    given: tuple[Value, ...] = ()


Value: TypeAlias = (
    Term
    | Either
    | Tag
    | Element
    | Pair
    | SetOf
    | Closure
    | Procedure
    | Deferred
    | Undefined
    | Builtin
    | tuple["Value", ...]
)


class Unsupported(InputError):  # noqa: N818  # named for what it says, as the others here
    """What we do not do, though herd may: an error that `try` must not take for the model's own."""


class NeedsEvents(Exception):  # noqa: N818  # no error: says that a value waits for a structure
    """An expression cannot be evaluated without the events of an execution."""

    def __init__(self, node: s.Node, file: str) -> None:
        super().__init__()
        self.node, self.file = node, file


def described(value: Value) -> str:
    """What a value is, for an error."""
    match value:
        case Term(kind=kind):
            return "a set" if kind == "set" else "a relation"
        case Either():
            return "a set or relation"
        case Tag(text=text):
            return f"the tag {text}"
        case Element():
            return "an event"
        case Pair():
            return "a pair of events"
        case SetOf() | Deferred() | Undefined():
            return "a set of sets, relations or tags"
        case Procedure():
            return "a procedure"
        case Closure() | Builtin():
            return "a function"
    return f"a tuple of {len(value)}"
