"""The syntax of cat as trees. Every node says where it starts: line and column, from 1."""

from __future__ import annotations

from typing import Literal

from ordercheck.record import record


@record(frozen=True, eq=False, repr=False, slots=True)
class Node:
    """A place in a file."""

    line: int
    column: int


@record(frozen=True, eq=False, repr=False, slots=True)
class Name(Node):
    """A name in an expression."""

    text: str


@record(frozen=True, eq=False, repr=False, slots=True)
class Constant(Node):
    """0 (the empty relation), {} (empty, of either kind) or _ (everything, of either kind)."""

    text: Literal["0", "{}", "_"]


@record(frozen=True, eq=False, repr=False, slots=True)
class Tag(Node):
    """'name; the text has the quote."""

    text: str


@record(frozen=True, eq=False, repr=False, slots=True)
class SetOf(Node):
    """{e1, e2, ...}, at least one."""

    items: tuple[Expression, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class Unary(Node):
    """~e, [e], e+, e*, e?, e^-1."""

    op: Literal["~", "[]", "+", "*", "?", "^-1"]
    operand: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class Nary(Node):
    """Two or more operands of | & ; * ++ or a chain of differences."""

    op: Literal["|", "&", ";", "\\", "*", "++"]
    operands: tuple[Expression, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class Apply(Node):
    """f e."""

    function: Expression
    argument: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class TupleOf(Node):
    """e1, e2, ... or ()."""

    items: tuple[Expression, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class Function(Node):
    """fun p -> e; parameters is one name (None for _), or a tuple of them."""

    parameters: Pattern
    body: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class LetIn(Node):
    """let [rec] ... in e."""

    bindings: tuple[Binding, ...]
    recursive: bool
    body: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class Try(Node):
    """try e with e'."""

    first: Expression
    second: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class Variant(Node):
    """Whether the variant `text` is set; with op "not", "and", "or": of the operands."""

    op: Literal["variant", "not", "and", "or"]
    text: str = ""
    operands: tuple[Variant, ...] = ()


@record(frozen=True, eq=False, repr=False, slots=True)
class Compare(Node):
    """e1 = e2, e1 subset e2, or e1 in e2."""

    op: Literal["=", "subset", "in"]
    left: Expression
    right: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class If(Node):
    """if c then e1 else e2."""

    condition: Variant | Compare
    then: Expression
    other: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class MatchTag(Node):
    """match e with 'a -> e1 || ... || _ -> e2 end; default is e2 or None."""

    operand: Expression
    clauses: tuple[tuple[str, Expression], ...]
    default: Expression | None


@record(frozen=True, eq=False, repr=False, slots=True)
class MatchSet(Node):
    """match e with {} -> e1 || x ++ xs -> e2 end; names are x and xs (None for _)."""

    operand: Expression
    empty: Expression
    names: tuple[str | None, str | None]
    other: Expression


Expression = (
    Name
    | Constant
    | Tag
    | SetOf
    | Unary
    | Nary
    | Apply
    | TupleOf
    | Function
    | LetIn
    | Try
    | If
    | MatchTag
    | MatchSet
)
Pattern = str | None | tuple[str | None, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class Binding(Node):
    """p = e."""

    pattern: Pattern
    value: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class Let(Node):
    """let [rec] p = e and ..."""

    bindings: tuple[Binding, ...]
    recursive: bool


@record(frozen=True, eq=False, repr=False, slots=True)
class Test(Node):
    """[flag | undefined_unless] [~]acyclic|irreflexive|empty e [as name].

    What `undefined_unless` requires is a flag of the contrary: `flag` and `negated` say so.
    """

    kind: Literal["acyclic", "irreflexive", "empty"]
    operand: Expression
    name: str | None
    negated: bool
    flag: bool


@record(frozen=True, eq=False, repr=False, slots=True)
class Show(Node):
    """show x, y."""

    names: tuple[Name, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class ShowAs(Node):
    """show e as x."""

    operand: Expression
    name: str


@record(frozen=True, eq=False, repr=False, slots=True)
class Unshow(Node):
    """unshow x, y."""

    names: tuple[Name, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class Include(Node):
    """include "file"."""

    file: str


@record(frozen=True, eq=False, repr=False, slots=True)
class WithFrom(Node):
    """with x from e."""

    name: str
    source: Expression


@record(frozen=True, eq=False, repr=False, slots=True)
class Enum(Node):
    """enum name = 'a || 'b."""

    name: str
    tags: tuple[str, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class Instructions(Node):
    """instructions (or default) name[e1, e2, ...]: which tags the instructions of a kind may have."""

    name: str
    items: tuple[Expression, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class Procedure(Node):
    """procedure [rec] name(parameters) = statements end."""

    name: str
    parameters: Pattern
    body: tuple[Statement, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class Call(Node):
    """call name e [as label]."""

    name: str
    argument: Expression
    label: str | None


@record(frozen=True, eq=False, repr=False, slots=True)
class ForAll(Node):
    """forall name in e do statements end."""

    name: str
    over: Expression
    body: tuple[Statement, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class IfVariant(Node):
    """if "variant" statements [else statements] end."""

    condition: Variant
    then: tuple[Statement, ...]
    other: tuple[Statement, ...]


@record(frozen=True, eq=False, repr=False, slots=True)
class MatchStatements(Node):
    """match e with 'a -> statements || ... end; default is None where there is none."""

    operand: Expression
    clauses: tuple[tuple[str, tuple[Statement, ...]], ...]
    default: tuple[Statement, ...] | None


Statement = (
    Let
    | Test
    | Show
    | ShowAs
    | Unshow
    | Include
    | WithFrom
    | Enum
    | Instructions
    | Procedure
    | Call
    | ForAll
    | IfVariant
    | MatchStatements
)


@record(frozen=True, eq=False, repr=False, slots=True)
class File:
    """A cat file: its title (None where it has none) and its statements."""

    title: str | None
    statements: tuple[Statement, ...]
