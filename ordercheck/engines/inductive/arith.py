"""Expressions into linear integer arithmetic, exactly where that is possible.

What has no exact linear form becomes a variable of its own that may have any value:
that can only add behaviours, so a proof stands and a counterexample must be replayed.
Products and quotients of parameters alone become one auxiliary parameter each, with the
facts about it that hold for all integers of the right sign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ordercheck.program.expr import Expr, apply, conj, const, ite, show, variables, walk
from ordercheck.program.ir import NOWHERE, Source

MAX_RUNS = 4
"""Bit masks of more runs of ones than this are not spelt out as sums."""

EXACT_SHIFTS = 8
"""A constant shifted to the left by fewer bits than this is told exactly."""
MAX_TEXT = 60
"""Characters of a part of a term that is named to the user."""


def negation(condition: Expr) -> Expr:
    """not condition, pushed into comparisons."""
    flipped = {"<": ">=", ">=": "<", "<=": ">", ">": "<=", "==": "!=", "!=": "=="}.get(condition.op)
    if flipped is not None and condition.args[0].sort == "int":
        return apply(flipped, *condition.args)
    return apply("not", condition)


def both(a: Expr, b: Expr) -> Expr:
    """a and b, with the plain cases folded."""
    if a is b:
        return a
    if a is negation(b):
        return const(False)
    return apply("and", a, b)


def either(a: Expr, b: Expr) -> Expr:
    """a or b, with the plain cases folded; (g and c) or (g and not c) is g."""
    if a is b:
        return a
    if a is negation(b):
        return const(True)
    if a.op == "and" and b.op == "and" and a.args[0] is b.args[0] and a.args[1] is negation(b.args[1]):
        return a.args[0]
    return apply("or", a, b)


def choose(condition: Expr, then: Expr, other: Expr) -> Expr:
    """ite, with the plain cases folded."""
    if then is other:
        return then
    if then.sort == "bool":
        if then.op == "const":
            return either(condition, other) if then.value else both(negation(condition), other)
        if other.op == "const":
            return either(negation(condition), then) if other.value else both(condition, then)
    return ite(condition, then, other)


@dataclass(slots=True)
class Linear:
    """A sum: coefficients of atoms (expressions that are not sums), and a constant."""

    terms: dict[Expr, int]
    constant: int

    @staticmethod
    def of(expr: Expr) -> Linear:
        """The sum that a linear expression is."""
        terms: dict[Expr, int] = {}
        constant = 0
        stack = [(expr, 1)]
        while stack:
            node, factor = stack.pop()
            if node.op == "const":
                constant += factor * int(node.value)
            elif node.op == "+":
                stack += [(a, factor) for a in reversed(node.args)]
            elif node.op == "-":
                stack += [(node.args[1], -factor), (node.args[0], factor)]
            elif node.op == "*" and node.args[0].op == "const":
                stack.append((node.args[1], factor * int(node.args[0].value)))
            elif node.op == "*" and node.args[1].op == "const":
                stack.append((node.args[0], factor * int(node.args[1].value)))
            else:
                terms[node] = terms.get(node, 0) + factor
        return Linear({a: c for a, c in terms.items() if c}, constant)

    def same_base(self, other: Linear) -> bool:
        """Whether the two differ by a constant."""
        return self.terms == other.terms

    def expr(self) -> Expr:
        """The sum as an expression, the constant last."""
        total: Expr | None = None
        for atom, factor in self.terms.items():
            term = atom if factor == 1 else apply("*", factor, atom)
            total = term if total is None else apply("+", total, term)
        return const(self.constant) if total is None else apply("+", total, self.constant)


@dataclass
class Arithmetic:
    """Makes expressions linear.

    fresh(sort, like) gives a new variable of the region at hand that may have any value
    (like, optional: the register that it is for), fresh_param() one that has the same value
    everywhere. facts: what holds of those parameters; constants: the term that each of them
    stands for; abstracted: the terms of addresses and conditions that had no linear form,
    with where they are; source: where what is converted comes from.
    """

    params: frozenset[str]
    fresh: Callable[..., Expr]
    fresh_param: Callable[[], Expr]
    facts: list[Expr] = field(default_factory=list)
    abstracted: list[str] = field(default_factory=list)
    source: Source = NOWHERE
    constants: dict[Expr, Expr] = field(default_factory=dict)
    _done: dict[Expr, Expr] = field(default_factory=dict)
    _values: dict[Expr, Expr] = field(default_factory=dict)

    def new_region(self) -> None:
        """Forget the variables that stand for opaque terms: another region has its own."""
        self._done = {}
        self._values = {}

    def exact(self, expr: Expr) -> Expr:
        """`expr` in linear form; what has none is recorded in `abstracted`."""
        done = self._done
        if expr not in done:
            for node in walk(expr):
                if node not in done:
                    done[node] = self._node(node, tuple(done[a] for a in node.args))
        return done[expr]

    def value(self, expr: Expr) -> Expr:
        """A stored value: only ever compared as a whole, so bit operations stay opaque."""
        if all(map(_additive, walk(expr))):
            return self.exact(expr)
        constant = self._constant(expr)
        return constant if constant is not None else self._values.setdefault(expr, self.fresh("int"))

    def _node(self, node: Expr, args: tuple[Expr, ...]) -> Expr:
        op = node.op
        if op in ("const", "var"):
            return node
        if op in ("+", "-", "==", "!=", "<", "<=", ">", ">="):
            return apply(op, *args)
        if op == "not":
            return negation(args[0])
        if op == "and":
            return both(*args)
        if op == "or":
            return either(*args)
        if op == "ite":
            return choose(*args)
        if op in ("trunc", "sext"):
            return _wrap(op, args[0], int(args[1].value))
        linear = _linear_operation(op, *args)
        if linear is not None:
            return linear
        constant = self._constant(node)
        if constant is not None:
            return constant
        self.abstracted.append(f"{show(node, MAX_TEXT)} ({self.source})")
        return self.fresh(node.sort)

    def _constant(self, node: Expr) -> Expr | None:
        """The auxiliary parameter for a term over parameters alone; None for any other."""
        if not all(n in self.params for n in variables(node)):
            return None
        found = self.constants.get(node)
        if found is None:
            found = self.constants[node] = self.fresh_param()
            self.facts += _facts(node.op, [self.exact(a) for a in node.args], found)
        return found


def _additive(node: Expr) -> bool:
    if node.op == "*":
        return any(a.op == "const" for a in node.args)
    return node.op not in ("//", "%", "&", "|", "^", "<<", ">>", "trunc", "sext")


def _linear_operation(op: str, a: Expr, b: Expr) -> Expr | None:
    if op == "*":
        return _times(a, b)
    if op in ("&", "|", "^"):
        if a.op == "const":
            a, b = b, a
        if b.op != "const":
            return None
        masked = _masked(a, int(b.value))
        if masked is None or op == "&":
            return masked
        # a | c = a + c - (a & c), and a ^ c = a + c - 2 (a & c).
        return apply("-", apply("+", a, b), apply("*", 1 if op == "|" else 2, masked))
    if b.op != "const":
        return None
    divisor = int(b.value)
    if op == "<<":
        return _times(a, const(1 << divisor))
    if op == ">>":
        return apply("//", a, 1 << divisor)
    if divisor == 0:
        return const(0)
    if divisor < 0:
        # Floor division: a // -d == -a // d, and the remainder follows.
        quotient = apply("//", apply("-", 0, a), -divisor)
        return quotient if op == "//" else apply("-", a, apply("*", divisor, quotient))
    if divisor == 1:
        return a if op == "//" else const(0)
    return apply(op, a, divisor)


def _times(a: Expr, b: Expr) -> Expr | None:
    if a.op == "const":
        a, b = b, a
    if b.op == "const":
        if b.value == 0:
            return const(0)
        return apply("*", b, a) if b.value != 1 else a
    for factor, other in ((a, b), (b, a)):
        # Only a choice between constants is distributed: anything more can double at every step.
        if factor.op == "ite" and all(x.op == "const" for x in factor.args[1:]):
            then, alternative = (_times(x, other) for x in factor.args[1:])
            if then is not None and alternative is not None:
                return choose(factor.args[0], then, alternative)
    return None


def _masked(a: Expr, mask: int) -> Expr | None:
    if mask < 0:
        rest = _masked(a, ~mask)
        return None if rest is None else apply("-", a, rest)
    runs: list[tuple[int, int]] = []
    bit = 0
    while mask >> bit:
        low = bit
        while mask >> bit & 1:
            bit += 1
        if bit > low:
            runs.append((low, bit))
        bit += bit == low
    if len(runs) > MAX_RUNS:
        return None
    total = const(0)
    for low, high in runs:
        part = apply("%", apply("//", a, 1 << low) if low else a, 1 << (high - low))
        total = apply("+", total, apply("*", 1 << low, part) if low else part)
    return total


def _wrap(op: str, a: Expr, bits: int) -> Expr:
    if op == "trunc":
        return apply("%", a, 1 << bits)
    half = 1 << (bits - 1)
    return apply("-", apply("%", apply("+", a, half), 1 << bits), half)


def _facts(op: str, args: list[Expr], result: Expr) -> Iterable[Expr]:
    """What holds of a nonlinear term of parameters; args: its operands in linear form."""
    if op not in ("*", "//", "%", "<<"):
        return
    a, b = args

    def given(*conditions: Expr) -> Callable[[Expr], Expr]:
        return lambda fact: apply("or", apply("not", conj(*conditions)), fact)

    if op == "*":
        yield given(a >= 0, b >= 0)(result >= 0)
        yield given(a >= 1, b >= 0)(result >= b)
        yield given(a >= 0, b >= 1)(result >= a)
        yield given(a == 1)(result == b)
        yield given(b == 1)(result == a)
    elif op == "//":
        yield given(a >= 0, b >= 1)(conj(result >= 0, result <= a))
        yield given(b == 1)(result == a)
    elif op == "%":
        yield given(b >= 1)(conj(result >= 0, result < b))
        yield given(a >= 0, b > a)(result == a)
    else:
        yield given(a >= 0, b >= 0)(result >= a)
        yield given(b == 0)(result == a)
        yield given(a >= 1, b >= 1)(conj(result >= apply("*", 2, a), result >= apply("+", a, b)))
        if a.op == "const" and int(a.value) >= 1:
            for k in range(1, EXACT_SHIFTS):
                yield given(b == k)(result == int(a.value) << k)
            yield given(b >= EXACT_SHIFTS)(result >= int(a.value) << EXACT_SHIFTS)
