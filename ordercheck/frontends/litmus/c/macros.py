"""Macro files such as the kernel's linux-kernel.def: what READ_ONCE and the rest mean.

The file is the user's; nothing of it is known here. A definition is `NAME(X, Y) expression`
or `NAME(X, Y) { statements }`; a call is replaced by the body with the arguments in the
place of the parameters, in the syntax tree, as herd7 does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.c.syntax import Assign, Block, Expression, If, While
from ordercheck.frontends.litmus.c.tokens import Tokens
from ordercheck.frontends.litmus.c.units import Macro, macros
from ordercheck.record import record

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILE = 4 << 20


@record(frozen=True, eq=False, slots=True)
class Macros:
    """Macros by name: those that stand for an expression, and those that stand for statements.

    srcu: the words by which a program comes to an SRCU event. assigning: the statement
    macros that assign registers.
    """

    file: str = ""
    expressions: Mapping[str, Macro[Expression]] = field(default_factory=dict)
    statements: Mapping[str, Macro[Block]] = field(default_factory=dict)
    srcu: frozenset[str] = frozenset({"__srcu"})
    assigning: frozenset[str] = frozenset()


NO_MACROS = Macros()
_loaded: dict[Path, tuple[tuple[int, int], Macros]] = {}


def load(path: Path) -> Macros:
    """The macros of a file; read again only where the file has changed.

    Raises InputError where it cannot be read or has an error.
    """
    try:
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        known = _loaded.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        if stat.st_size > MAX_FILE:
            raise InputError(f"a file of macros has at most {MAX_FILE} bytes", str(path))
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"cannot read this file of macros: {error.strerror}", str(path)) from error
    found = parse(text, str(path))
    _loaded[path] = (stamp, found)
    return found


def parse(text: str, file: str) -> Macros:
    """The macros of a text; where two have one name the last one counts. Raises InputError."""
    tokens = Tokens(text, file)
    expressions, blocks = macros(tokens)
    uses: dict[str, set[str]] = {}
    every: list[Macro[Expression] | Macro[Block]] = [*expressions, *blocks]
    for macro in every:
        uses.setdefault(macro.name, set()).update(tokens.texts[macro.first : macro.last])
    assigning = {block.name for block in blocks if _assigns(block)}
    return Macros(
        file,
        {found.name: found for found in expressions},
        {found.name: found for found in blocks},
        _reaching({"__srcu"}, uses),
        _reaching(assigning, uses),
    )


def _reaching(goal: set[str], uses: Mapping[str, set[str]]) -> frozenset[str]:
    """`goal`, and the macros in whose bodies one of them is named, and so on."""
    users: dict[str, list[str]] = {}
    for name, words in uses.items():
        for word in words:
            users.setdefault(word, []).append(name)
    found = set(goal)
    stack = list(goal)
    while stack:
        for name in users.get(stack.pop(), ()):
            if name not in found:
                found.add(name)
                stack.append(name)
    return frozenset(found)


def _assigns(macro: Macro[Block]) -> bool:
    return any(isinstance(s, Assign) and s.register for s in statements_in(macro.body))


def statements_in(root: object) -> Iterator[object]:
    """The statement and those inside it."""
    stack = [root]
    while stack:
        statement = stack.pop()
        yield statement
        if isinstance(statement, Block):
            stack.extend(statement.body)
        elif isinstance(statement, If):
            stack.append(statement.then)
            if statement.other is not None:
                stack.append(statement.other)
        elif isinstance(statement, While):
            stack.append(statement.body)
