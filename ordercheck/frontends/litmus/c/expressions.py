"""Expressions of litmus C: herd7's grammar, with the operators of C that it leaves out and that are pure."""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.litmus.c.cursor import Cursor, is_name
from ordercheck.frontends.litmus.c.syntax import (
    AddUnless,
    AtomicLoad,
    AtomicUpdate,
    Call,
    Cas,
    CompareExchange,
    Deref,
    Exchange,
    Expression,
    Fetch,
    IsLocked,
    MarkedLoad,
    Name,
    Number,
    Operation,
    Srcu,
    TryLock,
)

# Loosest first
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_PRECEDENCE = {op: level for level, ops in enumerate(_LEVELS, start=1) for op in ops}
_FETCHES = {
    f"atomic_fetch_{name}_explicit": op
    for name, op in zip(("add", "sub", "or", "xor", "and"), "+-|^&", strict=True)
}
_CAS = {
    "WCAS": (False, False),
    "SCAS": (True, False),
    "atomic_compare_exchange_weak": (False, False),
    "atomic_compare_exchange_strong": (True, False),
    "atomic_compare_exchange_weak_explicit": (False, True),
    "atomic_compare_exchange_strong_explicit": (True, True),
}


def expression(cursor: Cursor, lowest: int = 1) -> Expression:
    """Passes an expression whose operators bind at least as tightly as `lowest`."""
    cursor.deeper()
    depth = cursor.depth
    left = _unary(cursor)
    while True:
        op = cursor.texts[cursor.index]
        level = _PRECEDENCE.get(op, 0)
        if level < lowest or level == 0:
            cursor.depth = depth - 1
            return left
        # A chain of operators leans to the left: its tree is as deep as it is long.
        cursor.deeper()
        at = cursor.starts[cursor.index]
        cursor.index += 1
        left = Operation(op, left, expression(cursor, level + 1), at)


def _unary(cursor: Cursor) -> Expression:
    text = cursor.texts[cursor.index]
    at = cursor.starts[cursor.index]
    if is_name(text):
        builtin = EXPRESSIONS.get(text)
        if builtin is not None:
            cursor.index += 1
            return builtin(cursor, at)
        name = cursor.name("an expression")
        if cursor.texts[cursor.index] == "(":
            return Call(name, arguments(cursor), at)
        return Name(name, at)
    if text[:1].isdigit():
        return Number(cursor.number(), at)
    if text == "(":
        return _parenthesised(cursor)
    if text in ("*", "-", "!", "~"):
        cursor.deeper()
        cursor.index += 1
        operand = _unary(cursor)
        cursor.depth -= 1
        return _prefix(text, operand, at)
    raise cursor.unexpected("an expression")


def _prefix(op: str, operand: Expression, at: int) -> Expression:
    if op == "*":
        return Deref(operand, at)
    if op == "!":
        return Operation("==", operand, Number(0, at), at)
    if op == "~":
        return Operation("^", operand, Number(-1, at), at)
    if isinstance(operand, Number):
        return Number(-operand.value, at)
    return Operation("-", Number(0, at), operand, at)


def _parenthesised(cursor: Cursor) -> Expression:
    """`(e)`, or a cast, which means nothing: a value has no type."""
    cursor.expect("(")
    if cursor.at_type():
        cursor.type()
        cursor.expect(")")
        cursor.deeper()
        found = _unary(cursor)
        cursor.depth -= 1
        return found
    found = expression(cursor)
    cursor.expect(")")
    return found


def arguments(cursor: Cursor) -> tuple[Expression, ...]:
    """Passes `(e, ...)`."""
    cursor.expect("(")
    if cursor.accept(")"):
        return ()
    found = [expression(cursor)]
    while cursor.accept(","):
        found.append(expression(cursor))
    cursor.expect(")")
    return tuple(found)


def operator(cursor: Cursor) -> str:
    """Passes the operator of an atomic operation: + - & ^ | or &~."""
    op = cursor.texts[cursor.index]
    if op not in ("+", "-", "&", "^", "|"):
        raise cursor.unexpected("one of the operators + - & ^ | &~")
    cursor.index += 1
    return "&~" if op == "&" and cursor.accept("~") else op


def operands(cursor: Cursor, count: int) -> list[Expression]:
    """Passes `(e, ...` with `count` expressions, and the comma or parenthesis after each but the last."""
    cursor.expect("(")
    found = [expression(cursor)]
    while len(found) < count:
        cursor.expect(",")
        found.append(expression(cursor))
    return found


def _closed(cursor: Cursor, count: int) -> list[Expression]:
    found = operands(cursor, count)
    cursor.expect(")")
    return found


def _load(cursor: Cursor, at: int) -> Expression:
    tags = cursor.tags()
    return MarkedLoad(_closed(cursor, 1)[0], tags, at)


def _srcu(cursor: Cursor, at: int) -> Expression:
    tags = cursor.tags()
    return Srcu(_closed(cursor, 1)[0], tags, at)


def _xchg(cursor: Cursor, at: int) -> Expression:
    tags = cursor.tags()
    address, value = _closed(cursor, 2)
    return Exchange(address, value, tags, at)


def _cmpxchg(cursor: Cursor, at: int) -> Expression:
    tags = cursor.tags()
    address, old, new = _closed(cursor, 3)
    return CompareExchange(address, old, new, tags, at)


def _add_unless(cursor: Cursor, at: int) -> Expression:
    tags = cursor.tags()
    address, value, unless = _closed(cursor, 3)
    return AddUnless(address, value, unless, tags, at)


def _updater(returns_old: bool) -> Callable[[Cursor, int], Expression]:
    def update(cursor: Cursor, at: int) -> Expression:
        tags = cursor.tags()
        address, op, value = update_operands(cursor)
        return AtomicUpdate(address, op, value, returns_old, tags, at)

    return update


def update_operands(cursor: Cursor) -> tuple[Expression, str, Expression]:
    """Passes `(address, operator, value)`."""
    (address,) = operands(cursor, 1)
    cursor.expect(",")
    op = operator(cursor)
    cursor.expect(",")
    value = expression(cursor)
    cursor.expect(")")
    return address, op, value


def _trylock(cursor: Cursor, at: int) -> Expression:
    return TryLock(_closed(cursor, 1)[0], at)


def _islocked(cursor: Cursor, at: int) -> Expression:
    return IsLocked(_closed(cursor, 1)[0], at)


def ordered(cursor: Cursor, count: int, orders: int = 1) -> tuple[list[Expression], list[str]]:
    """Passes `(e, ..., order, ...)`: `count` expressions and `orders` memory orders."""
    found = operands(cursor, count)
    names = []
    for _ in range(orders):
        cursor.expect(",")
        names.append(cursor.order())
    cursor.expect(")")
    return found, names


def _atomic_load(cursor: Cursor, at: int) -> Expression:
    (address,), (order,) = ordered(cursor, 1)
    return AtomicLoad(address, order, at)


def _fetcher(op: str) -> Callable[[Cursor, int], Expression]:
    def fetch(cursor: Cursor, at: int) -> Expression:
        (address, value), (order,) = ordered(cursor, 2)
        return Fetch(address, op, value, order, at)

    return fetch


def _caser(strong: bool, explicit: bool) -> Callable[[Cursor, int], Expression]:
    def cas(cursor: Cursor, at: int) -> Expression:
        (address, expected, desired), orders = ordered(cursor, 3, 2 if explicit else 0)
        success, failure = orders if explicit else ("SC", "SC")
        return Cas(address, expected, desired, success, failure, strong, at)

    return cas


EXPRESSIONS: dict[str, Callable[[Cursor, int], Expression]] = {
    "__load": _load,
    "__srcu": _srcu,
    "__xchg": _xchg,
    "__cmpxchg": _cmpxchg,
    "__atomic_add_unless": _add_unless,
    "__atomic_op_return": _updater(returns_old=False),
    "__atomic_fetch_op": _updater(returns_old=True),
    "__trylock": _trylock,
    "__islocked": _islocked,
    "atomic_load_explicit": _atomic_load,
    "atomic_exchange_explicit": _fetcher("="),
}
EXPRESSIONS |= {name: _fetcher(op) for name, op in _FETCHES.items()}
EXPRESSIONS |= {name: _caser(strong, explicit) for name, (strong, explicit) in _CAS.items()}
