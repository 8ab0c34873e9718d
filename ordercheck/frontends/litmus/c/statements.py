"""Statements of litmus C: herd7's grammar."""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.litmus.c.cursor import Cursor, is_name
from ordercheck.frontends.litmus.c.expressions import (
    EXPRESSIONS,
    arguments,
    expression,
    operands,
    ordered,
    update_operands,
)
from ordercheck.frontends.litmus.c.syntax import (
    Assign,
    AtomicStore,
    Barrier,
    Block,
    CallStatement,
    Declare,
    Deref,
    If,
    Lock,
    Name,
    SrcuStep,
    Statement,
    Update,
    While,
    Write,
)

_CONTROL = frozenset(("do", "for", "switch", "case", "goto", "return", "break", "continue", "else"))


def sequence(cursor: Cursor) -> tuple[Statement, ...]:
    """Statements up to and with `}`."""
    found: list[Statement] = []
    while not cursor.accept("}"):
        if cursor.at_type():
            _declaration(cursor, found)
        elif not cursor.accept(";"):
            found.append(_statement(cursor))
    return tuple(found)


def _declaration(cursor: Cursor, found: list[Statement]) -> None:
    """`int r0;`, `int r0 = e;`, `int r0 = e, *r1;`."""
    cursor.type()
    while True:
        at = cursor.starts[cursor.index]
        name = cursor.name("the name of a register")
        if cursor.accept("="):
            found.append(Assign(name, expression(cursor), at))
        else:
            found.append(Declare(name, at))
        if not cursor.accept(","):
            cursor.expect(";")
            return
        while cursor.accept("*"):
            pass


def _statement(cursor: Cursor) -> Statement:
    text = cursor.texts[cursor.index]
    at = cursor.starts[cursor.index]
    if text == "{":
        cursor.deeper()
        cursor.index += 1
        body = sequence(cursor)
        cursor.depth -= 1
        return Block(body, at)
    builtin = _BUILTINS.get(text)
    if builtin is not None:
        cursor.index += 1
        return builtin(cursor, at)
    if text == "*":
        return _simple(cursor, at)
    if is_name(text):
        following = cursor.texts[cursor.index + 1]
        if following == "=":
            name = cursor.name("a register")
            cursor.index += 1
            value = expression(cursor)
            cursor.expect(";")
            return Assign(name, value, at)
        if text in _CONTROL:
            raise cursor.error(f"litmus C has no `{text}` here: it has if, else and while")
        if following == "(":
            return _call(cursor, at)
        if is_name(following):
            raise cursor.error(
                f"unknown type `{text}`: litmus C has int, long, intptr_t, atomic_t and the like"
            )
    return _simple(cursor, at)


def _call(cursor: Cursor, at: int) -> Statement:
    """`name(...);`, or an expression that starts so."""
    start = cursor.index
    name = cursor.texts[start]
    if name in EXPRESSIONS:
        return _simple(cursor, at)
    name = cursor.name("a statement")
    given = arguments(cursor)
    if cursor.accept(";"):
        return CallStatement(name, given, at)
    cursor.index = start
    return _simple(cursor, at)


def _simple(cursor: Cursor, at: int) -> Statement:
    """`*location = e;`, `(void) e;`, `e;`."""
    left = expression(cursor)
    if cursor.texts[cursor.index] == "=":
        if not isinstance(left, Deref | Name):
            raise cursor.error("the left of `=` is neither a register nor `*address`")
        cursor.index += 1
        value = expression(cursor)
        cursor.expect(";")
        if isinstance(left, Name):
            return Assign(left.name, value, at)
        return Write(left, value, (), at)
    cursor.expect(";")
    return Assign("", left, at)


def _if(cursor: Cursor, at: int) -> Statement:
    cursor.expect("(")
    condition = expression(cursor)
    cursor.expect(")")
    then = _nested(cursor)
    other = _nested(cursor) if cursor.accept("else") else None
    return If(condition, then, other, at)


def _while(cursor: Cursor, at: int) -> Statement:
    condition = expression(cursor)
    return While(condition, _nested(cursor), at)


def _nested(cursor: Cursor) -> Statement:
    cursor.deeper()
    if cursor.at_type():
        raise cursor.error("a declaration cannot be the whole body: write { ... }")
    found: Statement = Block((), cursor.starts[cursor.index]) if cursor.accept(";") else _statement(cursor)
    cursor.depth -= 1
    return found


def _store(cursor: Cursor, at: int) -> Statement:
    tags = cursor.tags()
    location, value = operands(cursor, 2)
    _end_call(cursor)
    return Write(location, value, tags, at)


def _end_call(cursor: Cursor) -> None:
    cursor.expect(")")
    cursor.expect(";")


def _atomic_store(cursor: Cursor, at: int) -> Statement:
    (address, value), (order,) = ordered(cursor, 2)
    cursor.expect(";")
    return AtomicStore(address, value, order, at)


def _fence(cursor: Cursor, at: int) -> Statement:
    tags = cursor.tags()
    if cursor.accept("("):
        cursor.expect(")")
    cursor.expect(";")
    return Barrier(tags, "", at)


def _thread_fence(cursor: Cursor, at: int) -> Statement:
    cursor.expect("(")
    order = cursor.order()
    _end_call(cursor)
    return Barrier((), order, at)


def _locker(unlock: bool, linux: bool) -> Callable[[Cursor, int], Statement]:
    def lock(cursor: Cursor, at: int) -> Statement:
        (address,) = operands(cursor, 1)
        _end_call(cursor)
        return Lock(address, unlock, linux, at)

    return lock


def _atomic_op(cursor: Cursor, at: int) -> Statement:
    if cursor.texts[cursor.index] == "{":
        # The version of the kernel's model that is read here drops this annotation.
        cursor.tags()
    address, op, value = update_operands(cursor)
    cursor.expect(";")
    return Update(address, op, value, at)


def _srcu(cursor: Cursor, at: int) -> Statement:
    tags = cursor.tags()
    (address,) = operands(cursor, 1)
    value = expression(cursor) if cursor.accept(",") else None
    _end_call(cursor)
    return SrcuStep(address, tags, value, at)


_BUILTINS: dict[str, Callable[[Cursor, int], Statement]] = {
    "if": _if,
    "while": _while,
    "__store": _store,
    "__fence": _fence,
    "__lock": _locker(unlock=False, linux=True),
    "__unlock": _locker(unlock=True, linux=True),
    "lock": _locker(unlock=False, linux=False),
    "mtx_lock": _locker(unlock=False, linux=False),
    "unlock": _locker(unlock=True, linux=False),
    "mtx_unlock": _locker(unlock=True, linux=False),
    "__atomic_op": _atomic_op,
    "__srcu": _srcu,
    "atomic_store_explicit": _atomic_store,
    "atomic_thread_fence": _thread_fence,
}
