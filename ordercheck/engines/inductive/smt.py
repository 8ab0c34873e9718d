"""Expressions and Horn clauses as SMT-LIB 2 text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ordercheck.engines.inductive.task import System
from ordercheck.program.expr import Expr, conj

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_RESERVED = frozenset(
    [
        "let",
        "par",
        "forall",
        "exists",
        "and",
        "or",
        "not",
        "xor",
        "ite",
        "true",
        "false",
        "div",
        "mod",
        "abs",
        "distinct",
        "assert",
        "as",
        "match",
        "Int",
        "Bool",
        "Real",
        "err",
        "rule",
        "query",
        "in",
        "is",
    ]
)
_OPS = {"//": "div", "%": "mod", "==": "=", "!=": "distinct"}
SORTS = {"int": "Int", "bool": "Bool"}


def symbol(name: str) -> str:
    """`name` as an SMT-LIB symbol that no reader takes for anything else."""
    return name if _PLAIN.match(name) and name not in _RESERVED else "v!" + name.encode().hex()


def next_symbol(name: str) -> str:
    """The symbol for a variable's value after a rule."""
    return symbol(name) + "!next"


def number(value: int) -> str:
    """An integer as an SMT-LIB term."""
    return str(value) if value >= 0 else f"(- {-value})"


class Text:
    """Writes expressions that share parts: each shared part is defined once, by define-fun."""

    def __init__(self, roots: Iterable[Expr], prefix: str = "t", later: frozenset[str] = frozenset()) -> None:
        """prefix: of the names of shared parts; later: variables that are written as `next_symbol`."""
        self._later = later
        self.definitions: list[str] = []
        self.variables: dict[str, Expr] = {}
        self._text: dict[Expr, str] = {}
        order, uses = _shared(roots)
        for node in order:
            text = self._node(node)
            if uses[node] > 1 and node.args and len(text) > 24:
                name = f"{prefix}!{len(self.definitions)}"
                self.definitions.append(f"(define-fun {name} () {SORTS[node.sort]} {text})")
                text = name
            self._text[node] = text

    def of(self, expr: Expr) -> str:
        """The text of one of the roots."""
        return self._text[expr]

    def _node(self, node: Expr) -> str:
        if node.op == "var":
            if node.name in self._later:
                return next_symbol(node.name)
            self.variables[node.name] = node
            return symbol(node.name)
        if node.op == "const":
            value = node.value
            return ("true" if value else "false") if node.sort == "bool" else number(int(value))
        args = " ".join(self._text[a] for a in node.args)
        return f"({_OPS.get(node.op, node.op)} {args})"


def inline(expr: Expr) -> str:
    """An expression as one SMT-LIB term; shared parts are bound by let."""
    text = Text([expr])
    result = text.of(expr)
    for definition in reversed(text.definitions):
        _, name, _, _, body = definition.split(" ", 4)
        result = f"(let (({name} {body[:-1]})) {result})"
    return result


def _shared(roots: Iterable[Expr]) -> tuple[list[Expr], dict[Expr, int]]:
    """Every expression below the roots, operands first, and how often each is mentioned."""
    uses: dict[Expr, int] = {}
    order: list[Expr] = []
    for root in roots:
        uses[root] = uses.get(root, 0) + 1
        if uses[root] > 1:
            continue
        stack = [(root, iter(root.args))]
        while stack:
            node, left = stack[-1]
            for arg in left:
                count = uses[arg] = uses.get(arg, 0) + 1
                if count == 1:
                    stack.append((arg, iter(arg.args)))
                    break
            else:
                order.append(node)
                stack.pop()
    return order, uses


def predicate_name(index: int) -> str:
    """The name of the predicate of loop head number `index`."""
    return f"at!{index}"


class Clauses:
    """A system as text: declarations, definitions, and each rule's parts."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.background = conj(*system.background)
        roots: list[Expr] = [self.background, *system.constants]
        for predicate in system.predicates:
            roots += predicate.state
        for rule in system.rules:
            roots += [rule.body, *rule.args]
        self.text = Text(roots)
        constants = [self.text.of(c) for c in system.constants]
        self.heads = [
            self._atom(i, [*constants, *map(self.text.of, p.state)]) for i, p in enumerate(system.predicates)
        ]
        self._constants = constants

    @staticmethod
    def _atom(index: int, args: list[str]) -> str:
        return f"({predicate_name(index)} {' '.join(args)})" if args else predicate_name(index)

    def after(self, index: int, args: Iterable[Expr]) -> str:
        """Predicate `index` of the constants and these arguments."""
        return self._atom(index, [*self._constants, *map(self.text.of, args)])

    def body(self, index: int) -> list[str]:
        """What rule number `index` asks for, as conjuncts."""
        rule = self.system.rules[index]
        parts = [] if rule.before is None else [self.heads[rule.before]]
        return [*parts, self.text.of(self.background), self.text.of(rule.body)]

    def signature(self, index: int) -> list[Expr]:
        """The variables of a predicate, in order."""
        return [*self.system.constants, *self.system.predicates[index].state]

    def horn(self) -> str:
        """The clauses in the format of z3's fixedpoint engine; `err` is the query."""
        lines = ["(declare-rel err ())"]
        for i in range(len(self.system.predicates)):
            sorts = " ".join(SORTS[v.sort] for v in self.signature(i))
            lines.append(f"(declare-rel {predicate_name(i)} ({sorts}))")
        lines += [f"(declare-var {symbol(n)} {SORTS[v.sort]})" for n, v in self.text.variables.items()]
        lines += self.text.definitions
        for i, rule in enumerate(self.system.rules):
            head = "err" if rule.after is None else self.after(rule.after, rule.args)
            lines.append(f"(rule (=> (and {' '.join(self.body(i))}) {head}))")
        return "\n".join(lines)

    def certificate(self, invariants: Mapping[int, str], title: str) -> tuple[str, int]:
        """The proof obligations, and how many: each (check-sat) must answer unsat."""
        lines = [f"; {title}", "(push 1)"]
        lines += [f"(declare-const {symbol(n)} {SORTS[v.sort]})" for n, v in self.text.variables.items()]
        lines += self.text.definitions
        for i, body in invariants.items():
            args = " ".join(f"({symbol(v.name)} {SORTS[v.sort]})" for v in self.signature(i))
            lines.append(f"(define-fun {predicate_name(i)} ({args}) Bool {body})")
        for i, rule in enumerate(self.system.rules):
            start = "the start" if rule.before is None else predicate_name(rule.before)
            end = "no bad state" if rule.after is None else predicate_name(rule.after)
            lines += [f"; from {start} to {end}: unsat", "(push 1)"]
            lines += [f"(assert {part})" for part in self.body(i) if part != "true"]
            if rule.after is not None:
                lines.append(f"(assert (not {self.after(rule.after, rule.args)}))")
            lines += ["(check-sat)", "(pop 1)"]
        lines.append("(pop 1)")
        return "\n".join(lines) + "\n", len(self.system.rules)
