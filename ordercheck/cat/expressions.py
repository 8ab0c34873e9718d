"""Expressions of cat to terms: names looked up, functions inlined, sets and relations told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ordercheck.cat import syntax as s
from ordercheck.cat.graph import Graph
from ordercheck.cat.primitives import ALIASES, RELATIONS, SETS
from ordercheck.cat.recursion import closed_form
from ordercheck.cat.terms import Term
from ordercheck.errors import InputError
from ordercheck.relations.domain import Kind

# an expression of this depth, functions included, or a file that takes this many steps, is no model
_MAX_DEPTH = 120
_MAX_STEPS = 500_000
_NEEDS_COS = frozenset({"co", "coi", "coe", "fr", "fri", "fre", "ca"})
_WHAT: dict[Kind, str] = {"set": "a set", "rel": "a relation"}


@dataclass(frozen=True, slots=True)
class Either:
    """{} (everything False) or _ (True), whose kind the context decides."""

    everything: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """A function with the scope and the file where it was defined."""

    function: s.Function
    scope: dict[str, Value]
    file: str


@dataclass(frozen=True, slots=True)
class Builtin:
    """domain, range and generate_cos."""

    name: str


Value = Term | Either | Closure | Builtin | tuple["Value", ...]
Scope = dict[str, Value]

_BUILTINS: Scope = {name: Builtin(name) for name in ("domain", "range", "generate_cos")}


class Expressions:
    """Evaluates the expressions and definitions of one model. A base class of the resolver."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.fixpoints: dict[int, tuple[Term, ...]] = {}
        self._globals: Scope = dict(_BUILTINS)
        self._file = ""
        self._depth = self._steps = self._recs = 0

    def _error(self, node: s.Node, message: str) -> InputError:
        return InputError(message, self._file, node.line, node.column)

    def _spend(self, node: s.Node, steps: int) -> None:
        self._steps += steps
        if self._steps > _MAX_STEPS:
            raise self._error(node, "this model is too big: its functions expand without end")

    def _bind(self, bindings: tuple[s.Binding, ...], recursive: bool, scope: Scope) -> Scope:
        if recursive:
            return self._recursive(bindings, scope)
        found: Scope = {}
        for binding in bindings:
            self._match(binding, binding.pattern, self._value(binding.value, scope), found)
        return found

    def _match(self, node: s.Node, pattern: s.Pattern, value: Value, found: Scope) -> None:
        if isinstance(pattern, str):
            found[pattern] = value
        elif pattern is not None:
            parts = value if isinstance(value, tuple) else None
            if parts is None or len(parts) != len(pattern):
                count = "one value" if parts is None else f"{len(parts)} values"
                raise self._error(node, f"expected {len(pattern)} values, found {count}")
            for name, part in zip(pattern, parts, strict=True):
                if name is not None:
                    found[name] = part

    # recursion

    def _recursive(self, bindings: tuple[s.Binding, ...], scope: Scope) -> Scope:
        names: list[str] = []
        for binding in bindings:
            if isinstance(binding.value, s.Function):
                raise self._error(binding, "recursive functions in cat: not supported")
            if not isinstance(binding.pattern, str):
                raise self._error(binding, "expected a name in 'let rec'")
            names.append(binding.pattern)
        rec, self._recs = self._recs, self._recs + 1
        kinds: list[Kind] = [self._guess(b.value, set(names), scope) or "rel" for b in bindings]
        self._spend(bindings[0], len(scope))
        holes = [self.graph.hole(rec, i, kind) for i, kind in enumerate(kinds)]
        inner = {**scope, **dict(zip(names, holes, strict=True))}
        bodies = tuple(
            self._kinded(b.value, self._value(b.value, inner), kind)
            for b, kind in zip(bindings, kinds, strict=True)
        )
        if not any(self.graph.mentions(body, holes[0]) for body in bodies):
            return dict(zip(names, bodies, strict=True))
        if len(bodies) == 1 and kinds[0] == "rel":
            solution = closed_form(self.graph, holes[0], bodies[0])
            if solution is not None:
                return {names[0]: solution}
        self.fixpoints[rec] = bodies
        return {
            name: self.graph.fixpoint(rec, i, kind, bodies)
            for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }

    def _guess(self, node: s.Expression, unknown: set[str], scope: Scope) -> Kind | None:
        """The kind of an expression as far as its form tells; the names in `unknown` have none yet."""
        work: list[s.Expression] = [node]
        while work:
            match work.pop():
                case s.Nary(op="*" | ";") | s.Unary(op="+" | "*" | "?" | "^-1" | "[]") | s.Constant(text="0"):
                    return "rel"
                case s.Nary(operands=operands):
                    work.extend(reversed(operands))
                case s.Unary(operand=operand):
                    work.append(operand)
                case s.Apply(function=s.Name(text="domain" | "range")):
                    return "set"
                case s.Name(text=text) if text not in unknown:
                    value = self._lookup(text, scope)
                    if isinstance(value, Term):
                        return value.kind
                case s.LetIn(body=body):
                    work.append(body)
        return None

    def _monotone(self, node: s.Node, term: Term) -> None:
        if self.graph.holes(term):
            raise self._error(node, "a recursive definition must not use itself under '~' or right of '\\'")

    # expressions

    def _term(self, node: s.Expression, scope: Scope) -> Term:
        """A set or relation; what could be either is a relation."""
        value = self._value(node, scope)
        return value if isinstance(value, Term) else self._kinded(node, value, "rel")

    def _relation(self, node: s.Expression, scope: Scope) -> Term:
        return self._kinded(node, self._value(node, scope), "rel")

    def _kinded(self, node: s.Node, value: Value, kind: Kind) -> Term:
        if isinstance(value, Either):
            return self.graph.universe(kind) if value.everything else self.graph.empty(kind)
        if isinstance(value, Term):
            return self._require(node, value, kind)
        raise self._error(node, f"expected {_WHAT[kind]}, found {_described(value)}")

    def _require(self, node: s.Node, term: Term, kind: Kind) -> Term:
        if term.kind != kind:
            hint = ": write [S] for the identity on a set S" if kind == "rel" else ""
            raise self._error(node, f"expected {_WHAT[kind]}, found {_WHAT[term.kind]}{hint}")
        return term

    def _value(self, node: s.Expression, scope: Scope) -> Value:
        self._spend(node, 1)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error(node, f"expressions and functions nested more than {_MAX_DEPTH} deep")
        try:
            return self._evaluate(node, scope)
        finally:
            self._depth -= 1

    def _evaluate(self, node: s.Expression, scope: Scope) -> Value:
        match node:
            case s.Name():
                return self._name(node, scope)
            case s.Constant(text=text):
                return self.graph.empty("rel") if text == "0" else Either(text == "_")
            case s.Unary():
                return self._unary(node, scope)
            case s.Nary():
                return self._nary(node, scope)
            case s.Apply():
                return self._apply(node, scope)
            case s.TupleOf(items=items):
                return tuple([self._value(item, scope) for item in items])
            case s.Function():
                self._spend(node, len(scope))
                return Closure(node, dict(scope), self._file)
            case s.LetIn():
                self._spend(node, len(scope))
                return self._value(node.body, {**scope, **self._bind(node.bindings, node.recursive, scope)})
            case s.Try():
                file, depth = self._file, self._depth
                try:
                    return self._value(node.first, scope)
                except InputError:
                    self._file, self._depth = file, depth
                    return self._value(node.second, scope)

    def _lookup(self, name: str, scope: Scope) -> Value | None:
        found = scope.get(name)
        if found is not None:
            return found
        name = ALIASES.get(name, name)
        if name == "FW":
            # a final write is one that no write follows in co: herd chooses it beforehand
            overwritten = self.graph.domain(self.graph.primitive("rel", "co"))
            return self.graph.diff(self.graph.primitive("set", "W"), overwritten)
        if name in SETS:
            return self.graph.primitive("set", name)
        return self.graph.primitive("rel", name) if name in RELATIONS else None

    def _name(self, node: s.Name, scope: Scope) -> Value:
        found = self._lookup(node.text, scope)
        if found is not None:
            return found
        if node.text in _NEEDS_COS:
            raise self._error(node, f"unknown name '{node.text}': it needs include \"cos.cat\" before it")
        known: Iterable[str] = [*scope, *SETS, *RELATIONS]
        close = get_close_matches(node.text[:60], known, 1)
        hint = f": did you mean '{close[0]}'?" if close else ""
        raise self._error(node, f"unknown name '{node.text[:60]}'{hint}")

    def _unary(self, node: s.Unary, scope: Scope) -> Value:
        value = self._value(node.operand, scope)
        if node.op == "~":
            if isinstance(value, Either):
                return Either(not value.everything)
            if not isinstance(value, Term):
                raise self._error(node.operand, f"expected a set or relation, found {_described(value)}")
            self._monotone(node, value)
            return self.graph.comp(value)
        if node.op == "[]":
            return self.graph.ident(self._kinded(node.operand, value, "set"))
        operand = self._kinded(node.operand, value, "rel")
        match node.op:
            case "+":
                return self.graph.plus(operand)
            case "*":
                return self.graph.star(operand)
            case "?":
                return self.graph.opt(operand)
            case "^-1":
                return self.graph.inverse(operand)

    def _nary(self, node: s.Nary, scope: Scope) -> Value:
        values = [self._value(operand, scope) for operand in node.operands]
        if node.op in (";", "*"):
            kind: Kind = "rel" if node.op == ";" else "set"
            terms = [self._kinded(o, v, kind) for o, v in zip(node.operands, values, strict=True)]
            return self.graph.seq(*terms) if node.op == ";" else self.graph.cross(*terms)
        kinds = {value.kind for value in values if isinstance(value, Term)}
        if not kinds and all(isinstance(value, Either) for value in values):
            return self._either(node.op, [isinstance(v, Either) and v.everything for v in values])
        kind = next((value.kind for value in values if isinstance(value, Term)), "rel")
        terms = [self._kinded(o, v, kind) for o, v in zip(node.operands, values, strict=True)]
        if node.op == "|":
            return self.graph.union(*terms)
        if node.op == "&":
            return self.graph.inter(*terms)
        result = terms[0]
        for operand, term in zip(node.operands[1:], terms[1:], strict=True):
            self._monotone(operand, term)
            result = self.graph.diff(result, term)
        return result

    def _either(self, op: str, values: list[bool]) -> Either:
        if op == "\\":
            return Either(values[0] and not any(values[1:]))
        return Either(any(values) if op == "|" else all(values))

    def _apply(self, node: s.Apply, scope: Scope) -> Value:
        function = self._value(node.function, scope)
        argument = self._value(node.argument, scope)
        if isinstance(function, Closure):
            self._spend(node, len(function.scope))
            local = dict(function.scope)
            self._match(node.argument, function.function.parameters, argument, local)
            outer, self._file = self._file, function.file
            result = self._value(function.function.body, local)
            self._file = outer
            return result
        if isinstance(function, Builtin) and function.name != "generate_cos":
            relation = self._kinded(node.argument, argument, "rel")
            return self.graph.domain(relation) if function.name == "domain" else self.graph.range(relation)
        if isinstance(function, Builtin):
            raise self._error(node, "expected generate_cos only in 'with co from generate_cos(r)'")
        raise self._error(node, f"expected a function, found {_described(function)}")


def _described(value: Value) -> str:
    if isinstance(value, Term):
        return _WHAT[value.kind]
    if isinstance(value, Either):
        return "a set or relation"
    return f"a tuple of {len(value)}" if isinstance(value, tuple) else "a function"
