"""Expressions over parameters and registers.

Integers are mathematical (no overflow): an address or a loop counter means what it
means in the C source as long as that does not overflow. Data that wraps says so with
`trunc`. A store keeps the low bytes of its value, a load returns an unsigned integer.

Expressions are interned: structurally equal expressions are one object, so identity is
equality, and hashing is by identity. `==` and `<` build expressions, as in z3's API.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias
from weakref import WeakValueDictionary

from ordercheck.errors import GaveOut

Sort = Literal["int", "bool"]
Value = int | bool
ExprLike: TypeAlias = "Expr | int"

_FOLD: dict[str, Callable[..., Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": lambda a, b: a // b if b else 0,
    "%": lambda a, b: a % b if b else 0,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "and": lambda a, b: bool(a and b),
    "or": lambda a, b: bool(a or b),
    "not": operator.not_,
    "ite": lambda c, a, b: a if c else b,
    "trunc": lambda a, bits: a & ((1 << bits) - 1),
    "sext": lambda a, bits: ((a & ((1 << bits) - 1)) ^ (1 << (bits - 1))) - (1 << (bits - 1)),
}
_BOOLEAN = {"==", "!=", "<", "<=", ">", ">=", "and", "or", "not"}
# Shifts of untrusted input must not exhaust memory: 1 << 10**9 is a gigabit integer.
MAX_SHIFT = 4096
# a tree of fewer nodes is evaluated by recursion, each shared part as often as it stands there
_HEAVY = 128


class Expr:
    """An interned expression: `op` with `args`.

    op "const" has the value in `value`, op "var" the name in `name`; every other op is
    one of +, -, *, // and % (floor; by zero is 0), &, |, ^, <<, >>, comparisons, and,
    or, not, ite, trunc (value, bits: low bits, unsigned), sext (value, bits: signed).
    """

    __slots__ = ("__weakref__", "args", "name", "names", "op", "sort", "value", "weight")
    op: str
    args: tuple[Expr, ...]
    sort: Sort
    value: Value
    name: str
    weight: int  # nodes of the expression as a tree, up to _HEAVY
    names: tuple[str, ...] | None  # what `variables` found

    def __new__(
        cls, op: str, args: tuple[Expr, ...] = (), sort: Sort = "int", value: Value = 0, name: str = ""
    ) -> Expr:
        key = (op, tuple(map(id, args)), sort, value, name)
        found = _interned.get(key)
        if found is None:
            found = object.__new__(cls)
            found.op, found.args, found.sort, found.value, found.name = op, args, sort, value, name
            found.weight = min(1 + sum([a.weight for a in args]), _HEAVY)
            found.names = None
            _interned[key] = found
        return found

    # Interned: identity is equality. Inherited in C, it is several times as fast as a method here.
    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError(
            f"the symbolic condition `{self}` has no Python truth value: use if_, while_ or assume"
        )

    def __reduce__(self) -> tuple[object, ...]:
        return Expr, (self.op, self.args, self.sort, self.value, self.name)

    def __eq__(self, other: ExprLike) -> Expr:  # type: ignore[override]  # builds a term, as documented
        return apply("==", self, other)

    def __ne__(self, other: ExprLike) -> Expr:  # type: ignore[override]  # builds a term, as documented
        return apply("!=", self, other)

    def __lt__(self, other: ExprLike) -> Expr:
        return apply("<", self, other)

    def __le__(self, other: ExprLike) -> Expr:
        return apply("<=", self, other)

    def __gt__(self, other: ExprLike) -> Expr:
        return apply(">", self, other)

    def __ge__(self, other: ExprLike) -> Expr:
        return apply(">=", self, other)

    def __add__(self, other: ExprLike) -> Expr:
        return apply("+", self, other)

    def __radd__(self, other: ExprLike) -> Expr:
        return apply("+", other, self)

    def __sub__(self, other: ExprLike) -> Expr:
        return apply("-", self, other)

    def __rsub__(self, other: ExprLike) -> Expr:
        return apply("-", other, self)

    def __mul__(self, other: ExprLike) -> Expr:
        return apply("*", self, other)

    def __rmul__(self, other: ExprLike) -> Expr:
        return apply("*", other, self)

    def __floordiv__(self, other: ExprLike) -> Expr:
        return apply("//", self, other)

    def __mod__(self, other: ExprLike) -> Expr:
        return apply("%", self, other)

    def __and__(self, other: ExprLike) -> Expr:
        """Bitwise and of integers; conjunction of conditions."""
        return apply("and" if self.sort == "bool" else "&", self, other)

    def __or__(self, other: ExprLike) -> Expr:
        """Bitwise or of integers; disjunction of conditions."""
        return apply("or" if self.sort == "bool" else "|", self, other)

    def __xor__(self, other: ExprLike) -> Expr:
        return apply("^", self, other)

    def __lshift__(self, other: ExprLike) -> Expr:
        return apply("<<", self, other)

    def __rshift__(self, other: ExprLike) -> Expr:
        return apply(">>", self, other)

    def __invert__(self) -> Expr:
        """Negation of a condition; `-1 - x` of an integer."""
        return apply("not", self) if self.sort == "bool" else apply("-", -1, self)

    def __repr__(self) -> str:
        return show(self)


_interned: WeakValueDictionary[tuple[object, ...], Expr] = WeakValueDictionary()


def const(value: Value) -> Expr:
    """The constant `value`; a Python bool gives a condition, an int an integer."""
    # int(True) and 1 would share a key: the sort keeps them apart.
    return Expr("const", sort="bool" if isinstance(value, bool) else "int", value=value)


def var(name: str, sort: Sort = "int") -> Expr:
    """The variable `name`: a parameter, a register, or an observed value."""
    return Expr("var", sort=sort, name=name)


def lift(value: ExprLike) -> Expr:
    """`value` as an expression.

    Raises TypeError for anything but an Expr, an int or a bool.
    """
    if isinstance(value, Expr):
        return value
    if isinstance(value, int):
        return const(value)
    raise TypeError(f"expected an expression, an int or a bool, got {value!r}")


def apply(op: str, *operands: ExprLike) -> Expr:
    """`op` over `operands`, folded where the operands are constant.

    Raises TypeError where an operand has the wrong sort.
    """
    args = tuple(map(lift, operands))
    _check_sorts(op, args)
    if all(a.op == "const" for a in args):
        return const(fold(op, [a.value for a in args]))
    simpler = _simplify(op, args)
    if simpler is not None:
        return simpler
    sort: Sort = "bool" if op in _BOOLEAN else args[1].sort if op == "ite" else "int"
    return Expr(op, args, sort)


def keep(op: str, *operands: ExprLike) -> Expr:
    """As `apply`, but not simplified: what it is made of stays visible to `variables`.

    For dependencies, which are of the text: `r ^ r` depends on r, though it is 0.
    """
    args = tuple(map(lift, operands))
    _check_sorts(op, args)
    sort: Sort = "bool" if op in _BOOLEAN else args[1].sort if op == "ite" else "int"
    return Expr(op, args, sort)


def _check_sorts(op: str, args: tuple[Expr, ...]) -> None:
    if op in ("and", "or", "not"):
        wrong = [a for a in args if a.sort != "bool"]
    elif op == "ite":
        wrong = [a for a in args[:1] if a.sort != "bool"]
        if args[1].sort != args[2].sort:
            raise TypeError(f"the two arms of ite differ in sort: {args[1]} and {args[2]}")
    elif op in ("==", "!="):
        wrong = [] if args[0].sort == args[1].sort else [args[1]]
    else:
        wrong = [a for a in args if a.sort != "int"]
    if wrong:
        raise TypeError(f"operator {op} does not take the {wrong[0].sort} `{wrong[0]}`")


def _simplify(op: str, args: tuple[Expr, ...]) -> Expr | None:
    a = args[0]
    b = args[1] if len(args) > 1 else a
    if op in ("+", "-", "|", "^", "<<", ">>") and b.op == "const" and b.value == 0:
        return a
    if op == "+" and a.op == "const" and a.value == 0:
        return b
    if op == "+" and b.op == "const" and a.op == "+" and a.args[1].op == "const":
        return apply("+", a.args[0], int(a.args[1].value) + int(b.value))
    if op == "*" and b.op == "const" and b.value == 1:
        return a
    if op == "and":
        for x, y in ((a, b), (b, a)):
            if x.op == "const":
                return y if x.value else const(False)
    if op == "or":
        for x, y in ((a, b), (b, a)):
            if x.op == "const":
                return const(True) if x.value else y
    if op == "not" and a.op == "not":
        return a.args[0]
    if op == "ite" and a.op == "const":
        return args[1] if a.value else args[2]
    if op in ("==", "<=", ">=") and a is b:
        return const(True)
    if op in ("!=", "<", ">") and a is b:
        return const(False)
    return None


class ShiftError(GaveOut, ValueError):
    """A shift that no machine makes, as somebody wrote it or with the values that it comes to."""


def fold(op: str, values: list[Value]) -> Value:
    """`op` applied to concrete values.

    Raises ShiftError for a shift by a negative amount or by more than MAX_SHIFT bits.
    """
    if op in ("<<", ">>") and not 0 <= values[1] <= MAX_SHIFT:
        raise ShiftError(f"shift by {values[1]} bits")
    return _FOLD[op](*values)


def conj(*conditions: ExprLike) -> Expr:
    """The conjunction of conditions; true where there is none."""
    result = const(True)
    for condition in conditions:
        result = apply("and", result, condition)
    return result


def disj(*conditions: ExprLike) -> Expr:
    """The disjunction of conditions; false where there is none."""
    result = const(False)
    for condition in conditions:
        result = apply("or", result, condition)
    return result


def ite(condition: ExprLike, then: ExprLike, other: ExprLike) -> Expr:
    """`then` where `condition` holds, else `other`."""
    return apply("ite", condition, then, other)


def walk(expr: Expr) -> list[Expr]:
    """Every distinct subexpression of `expr`, operands before operators."""
    order: list[Expr] = []
    done: set[Expr] = set()
    stack = [(expr, False)]
    while stack:
        node, expanded = stack.pop()
        if node in done:
            continue
        if expanded:
            done.add(node)
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((a, False) for a in node.args)
    return order


def variables(expr: Expr) -> tuple[str, ...]:
    """The names of the variables of `expr`, in order of first use."""
    if expr.names is None:
        expr.names = tuple([node.name for node in walk(expr) if node.op == "var"])
    return expr.names


def evaluate(expr: Expr, env: Mapping[str, Value]) -> Value:
    """The value of `expr` where `env` gives every variable.

    Raises KeyError with the name of a variable that `env` lacks.
    """
    if expr.weight < _HEAVY:
        return _evaluate_small(expr, env)
    values: dict[Expr, Value] = {}
    for node in walk(expr):
        if node.op == "const":
            values[node] = node.value
        elif node.op == "var":
            values[node] = env[node.name]
        else:
            values[node] = fold(node.op, [values[a] for a in node.args])
    return values[expr]


def _evaluate_small(expr: Expr, env: Mapping[str, Value]) -> Value:
    op = expr.op
    if op == "const":
        return expr.value
    if op == "var":
        return env[expr.name]
    args = expr.args
    if op == "and" or op == "or":
        first = bool(_evaluate_small(args[0], env))
        return first if first == (op == "or") else bool(_evaluate_small(args[1], env))
    return fold(op, [_evaluate_small(a, env) for a in args])


def substitute(expr: Expr, env: Mapping[str, ExprLike]) -> Expr:
    """`expr` with each variable that `env` names replaced, and folded again."""
    if expr.op == "const":
        return expr
    done: dict[Expr, Expr] = {}
    for node in walk(expr):
        if node.op == "var":
            done[node] = lift(env[node.name]) if node.name in env else node
        elif node.op == "const":
            done[node] = node
        else:
            done[node] = apply(node.op, *(done[a] for a in node.args))
    return done[expr]


_PRECEDENCE = {"or": 1, "and": 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "|": 5, "^": 6, "&": 7}
_PRECEDENCE |= {"<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "//": 10, "%": 10}
_BITS = {_PRECEDENCE[op] for op in "|^&"}


def show(expr: Expr, most: int | None = None) -> str:
    """`expr` as a person would write it; most: `...` for parts of it that take more characters."""
    text: dict[Expr, tuple[str, int]] = {}
    for node in walk(expr):
        if node.op == "const":
            value = node.value
            big = not isinstance(value, bool) and abs(value) > 0xFFFF
            text[node] = (hex(value) if big else str(value).lower(), 99)
        elif node.op == "var":
            text[node] = (node.name, 99)
        elif node.op in _PRECEDENCE:
            level = _PRECEDENCE[node.op]
            (a, la), (b, lb) = (text[x] for x in node.args)
            # C binds | ^ & less than comparisons, Python more
            bits = level == _PRECEDENCE["=="]
            a = a if la >= level and not (bits and la in _BITS) else f"({a})"
            b = b if lb > level and not (bits and lb in _BITS) else f"({b})"
            text[node] = (f"{a} {node.op} {b}", level)
        elif node.op == "not":
            inner, level = text[node.args[0]]
            text[node] = (f"not {inner}" if level == 99 else f"not ({inner})", 3)
        else:
            text[node] = (f"{node.op}({', '.join(text[a][0] for a in node.args)})", 99)
        if most is not None and node is not expr and len(text[node][0]) > most:
            text[node] = ("...", 99)
    return text[expr][0]
