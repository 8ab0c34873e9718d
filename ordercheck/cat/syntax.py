"""The syntax of cat as trees. Every node says where it starts: line and column, from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A place in a file."""

    line: int
    column: int


@dataclass(frozen=True, eq=False, slots=True)
class Name(Node):
    """A name in an expression."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Constant(Node):
    """0 (the empty relation), {} (empty, of either kind) or _ (everything, of either kind)."""

    text: Literal["0", "{}", "_"]


@dataclass(frozen=True, eq=False, slots=True)
class Unary(Node):
    """~e, [e], e+, e*, e?, e^-1."""

    op: Literal["~", "[]", "+", "*", "?", "^-1"]
    operand: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Nary(Node):
    """Two or more operands of | & ; * or a chain of differences."""

    op: Literal["|", "&", ";", "\\", "*"]
    operands: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Apply(Node):
    """f e."""

    function: Expression
    argument: Expression


@dataclass(frozen=True, eq=False, slots=True)
class TupleOf(Node):
    """e1, e2, ... or ()."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Function(Node):
    """fun p -> e; parameters is one name (None for _), or a tuple of them."""

    parameters: Pattern
    body: Expression


@dataclass(frozen=True, eq=False, slots=True)
class LetIn(Node):
    """let [rec] ... in e."""

    bindings: tuple[Binding, ...]
    recursive: bool
    body: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Try(Node):
    """try e with e'."""

    first: Expression
    second: Expression


Expression = Name | Constant | Unary | Nary | Apply | TupleOf | Function | LetIn | Try
Pattern = str | None | tuple[str | None, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Binding(Node):
    """p = e."""

    pattern: Pattern
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Let(Node):
    """let [rec] p = e and ..."""

    bindings: tuple[Binding, ...]
    recursive: bool


@dataclass(frozen=True, eq=False, slots=True)
class Test(Node):
    """[flag] [~]acyclic|irreflexive|empty e [as name]."""

    kind: Literal["acyclic", "irreflexive", "empty"]
    operand: Expression
    name: str | None
    negated: bool
    flag: bool


@dataclass(frozen=True, eq=False, slots=True)
class Show(Node):
    """show x, y."""

    names: tuple[Name, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ShowAs(Node):
    """show e as x."""

    operand: Expression
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Unshow(Node):
    """unshow x, y."""

    names: tuple[Name, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Include(Node):
    """include "file"."""

    file: str


@dataclass(frozen=True, eq=False, slots=True)
class WithFrom(Node):
    """with x from e."""

    name: str
    source: Expression


Statement = Let | Test | Show | ShowAs | Unshow | Include | WithFrom


@dataclass(frozen=True, eq=False, slots=True)
class File:
    """A cat file: its title (None where it has none) and its statements."""

    title: str | None
    statements: tuple[Statement, ...]
