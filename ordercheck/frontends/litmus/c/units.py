"""The threads of a test and the definitions of a macro file: herd7's grammar."""

from __future__ import annotations

from typing import Generic, TypeVar

from ordercheck.frontends.litmus.c.cursor import Cursor
from ordercheck.frontends.litmus.c.expressions import expression
from ordercheck.frontends.litmus.c.statements import sequence
from ordercheck.frontends.litmus.c.syntax import Block, Expression, Function, Parameter
from ordercheck.frontends.litmus.c.tokens import END, Tokens
from ordercheck.record import record

MAX_THREADS = 64
Body = TypeVar("Body")


@record(frozen=True, eq=False, slots=True)
class Macro(Generic[Body]):
    """`name(formals) body`; the body is an expression or a block. first, last: the range of its tokens."""

    name: str
    formals: tuple[str, ...]
    body: Body
    at: int
    first: int
    last: int


def functions(tokens: Tokens) -> tuple[Function, ...]:
    """The threads of a test. Raises InputError."""
    cursor = Cursor(tokens)
    found: list[Function] = []
    while cursor.texts[cursor.index] not in (END, "regions"):
        if len(found) == MAX_THREADS:
            raise cursor.error(f"more than {MAX_THREADS} threads")
        found.append(_function(cursor, len(found)))
    if cursor.accept("regions"):
        _regions(cursor)
    if not found:
        raise cursor.unexpected("a thread, such as `P0(int *x) { ... }`")
    return tuple(found)


def _function(cursor: Cursor, number: int) -> Function:
    first = cursor.index
    if cursor.accept("void"):
        cursor.accept("*")
    if cursor.texts[cursor.index] != f"P{number}":
        raise cursor.unexpected(f"thread `P{number}`")
    at = cursor.starts[cursor.index]
    cursor.index += 1
    cursor.expect("(")
    parameters: list[Parameter] = []
    while not cursor.accept(")"):
        if parameters:
            cursor.expect(",")
        parameters.append(_parameter(cursor, parameters))
    cursor.expect("{")
    return Function(number, tuple(parameters), sequence(cursor), at, first, cursor.index)


def _parameter(cursor: Cursor, others: list[Parameter]) -> Parameter:
    if not cursor.at_type():
        raise cursor.unexpected("the type of a parameter, such as `int *`")
    base, stars = cursor.type()
    at = cursor.starts[cursor.index]
    name = cursor.name("the name of a parameter")
    if not stars:
        raise cursor.tokens.error(f"parameter {name} is no pointer: a thread is given addresses", at)
    if any(other.name == name for other in others):
        raise cursor.tokens.error(f"two parameters are called {name}", at)
    return Parameter(name, base if stars == 1 else f"{base}{' *' * (stars - 1)}", at)


def _regions(cursor: Cursor) -> None:
    """`regions: x:NAME, ...` names event sets; a model that uses one of them is told that it is unknown."""
    cursor.expect(":")
    while True:
        cursor.name("a location")
        cursor.expect(":")
        cursor.name("a region")
        if not cursor.accept(","):
            break
    if cursor.texts[cursor.index] != END:
        raise cursor.unexpected("`,` or the condition")


def macros(tokens: Tokens) -> tuple[list[Macro[Expression]], list[Macro[Block]]]:
    """The definitions of a macro file: expressions, and blocks. Raises InputError."""
    cursor = Cursor(tokens)
    expressions: list[Macro[Expression]] = []
    blocks: list[Macro[Block]] = []
    while cursor.texts[cursor.index] != END:
        at = cursor.starts[cursor.index]
        name = cursor.name("the name of a macro")
        formals = _formals(cursor)
        first = cursor.index
        if cursor.texts[first] == "{":
            start = cursor.expect("{")
            body = Block(sequence(cursor), start)
            blocks.append(Macro(name, formals, body, at, first, cursor.index))
        else:
            expressions.append(Macro(name, formals, expression(cursor), at, first, cursor.index))
    return expressions, blocks


def _formals(cursor: Cursor) -> tuple[str, ...]:
    cursor.expect("(")
    found: list[str] = []
    while not cursor.accept(")"):
        if found:
            cursor.expect(",")
        name = cursor.name("the name of a macro's parameter")
        if name in found:
            raise cursor.error(f"two parameters are called {name}", cursor.index - 1)
        found.append(name)
    return tuple(found)
