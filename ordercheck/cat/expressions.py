"""Expressions of cat to terms: names looked up, functions inlined, sets and relations told apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from ordercheck.cat import syntax as s
from ordercheck.cat.graph import Graph
from ordercheck.cat.primitives import ALIASES, RELATIONS, SETS
from ordercheck.cat.terms import Term
from ordercheck.cat.values import (
    Builtin,
    Closure,
    Deferred,
    Either,
    Element,
    NeedsEvents,
    Pair,
    Scope,
    SetOf,
    Tag,
    Undefined,
    Unsupported,
    Value,
    described,
)
from ordercheck.errors import InputError
from ordercheck.relations.domain import Kind

# an expression of this depth, functions included, or a file that takes this many steps, is no model
_MAX_DEPTH = 120
_MAX_STEPS = 500_000
_NEEDS_COS = frozenset({"co", "coi", "coe", "fr", "fri", "fre", "ca"})
WHAT: dict[Kind, str] = {"set": "a set", "rel": "a relation"}


class Expressions(ABC):
    """Evaluates expressions. Its subclasses add definitions and functions, and say where sets
    of events get their members from: a model that is read has none (NeedsEvents), a
    structure has.
    """

    def __init__(self, scope: Scope) -> None:
        self.graph = Graph()
        self.fixpoints: dict[int, tuple[Term, ...]] = {}
        self.variants: Collection[str] = ()
        self._globals = scope
        self._tags: dict[str, Tag] = {}  # by the name of their set of events
        self._file = ""
        self._depth = self._steps = self._recs = 0
        # negations met inside a recursive definition, with the variables under them
        self._negated: list[tuple[s.Node, frozenset[tuple[int, int]]]] = []

    @abstractmethod
    def _bind(self, bindings: tuple[s.Binding, ...], recursive: bool, scope: Scope) -> Scope:
        """The names that definitions define."""

    @abstractmethod
    def _applied(self, node: s.Apply, function: Builtin, argument: Value) -> Value:
        """A builtin function applied."""

    @abstractmethod
    def _matched(self, node: s.Node, pattern: s.Pattern, value: Value, found: Scope) -> None:
        """Adds to `found` the names that the pattern gives to the value or its parts."""

    @abstractmethod
    def _members(self, node: s.Node, term: Term) -> list[Value]:
        """The events of a set, the pairs of a relation. Raises NeedsEvents where there are none yet."""

    @abstractmethod
    def _holding(self, node: s.Node, members: list[Value]) -> Term:
        """The set of these events, the relation of these pairs."""

    def _error(self, node: s.Node, message: str) -> InputError:
        return InputError(message, self._file, node.line, node.column)

    def _unsupported(self, node: s.Node, message: str) -> Unsupported:
        return Unsupported(message, self._file, node.line, node.column)

    def _spend(self, node: s.Node, steps: int) -> None:
        self._steps += steps
        if self._steps > _MAX_STEPS:
            raise self._unsupported(node, "this model is too big: its functions expand without end")

    def _monotone(self, node: s.Node, term: Term) -> None:
        """Notes what stands under a negation, for the recursive definition that it may be part of."""
        if self.graph.holes(term):
            self._negated.append((node, self.graph.holes(term)))

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
        raise self._error(node, f"expected {WHAT[kind]}, found {described(value)}")

    def _require(self, node: s.Node, term: Term, kind: Kind) -> Term:
        if term.kind != kind:
            hint = ": write [S] for the identity on a set S" if kind == "rel" else ""
            raise self._error(node, f"expected {WHAT[kind]}, found {WHAT[term.kind]}{hint}")
        return term

    def _value(self, node: s.Expression, scope: Scope) -> Value:
        self._spend(node, 1)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._unsupported(node, f"expressions and functions nested more than {_MAX_DEPTH} deep")
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
                file, depth, negated = self._file, self._depth, self._negated
                try:
                    return self._value(node.first, scope)
                except Unsupported:
                    raise
                except InputError:
                    self._file, self._depth, self._negated = file, depth, negated
                    return self._value(node.second, scope)
            case s.Tag():
                return self._tag(node, node.text)
            case s.SetOf():
                return self._set_of(node, [self._value(item, scope) for item in node.items])
            case s.If():
                return self._value(node.then if self._holds(node.condition, scope) else node.other, scope)
            case s.MatchTag():
                return self._match_tag(node, scope)
            case s.MatchSet():
                return self._match_set(node, scope)

    def _tag(self, node: s.Node, text: str) -> Tag:
        tag = Tag(text)
        if tag.events not in self._tags:
            raise self._error(node, f"the tag {text[:60]} is in no enum")
        return tag

    def _set_of(self, node: s.Node, values: list[Value]) -> Value:
        if any(isinstance(value, Either) and value.everything for value in values):
            raise self._error(node, "expected the members of a set, found _")
        if isinstance(values[0], Element | Pair):
            kind = type(values[0])
            if not all(isinstance(value, kind) for value in values):
                raise self._error(node, f"expected {described(values[0])} in this set, like the first")
            return self._holding(node, values)
        return SetOf(tuple(dict.fromkeys(values)))

    def _added(self, node: s.Node, value: Value, to: Value) -> Value:
        """value ++ to."""
        if isinstance(value, Element | Pair):
            kind: Kind = "set" if isinstance(value, Element) else "rel"
            return self.graph.union(self._holding(node, [value]), self._kinded(node, to, kind))
        items = self._items(node, to)
        return SetOf(tuple(dict.fromkeys((value, *items))))

    def _items(self, node: s.Node, value: Value) -> tuple[Value, ...]:
        """The members of a set of any kind."""
        if isinstance(value, SetOf):
            return value.items
        if isinstance(value, Either) and not value.everything:
            return ()
        if isinstance(value, Term):
            return () if value.op == "empty" else tuple(self._members(node, value))
        raise self._error(node, f"expected a set, found {described(value)}")

    def _match_tag(self, node: s.MatchTag, scope: Scope) -> Value:
        value = self._value(node.operand, scope)
        if not isinstance(value, Tag):
            raise self._error(node.operand, f"expected a tag, found {described(value)}")
        for text, result in node.clauses:
            if self._tag(node, text) == value:
                return self._value(result, scope)
        if node.default is None:
            raise self._error(node, f"no clause for {value.text}")
        return self._value(node.default, scope)

    def _match_set(self, node: s.MatchSet, scope: Scope) -> Value:
        value = self._value(node.operand, scope)
        items = self._items(node.operand, value)
        if not items:
            return self._value(node.empty, scope)
        rest: Value = SetOf(items[1:]) if isinstance(value, SetOf) else Either(False)
        if items[1:] and not isinstance(value, SetOf):
            rest = self._holding(node, list(items[1:]))
        self._spend(node, len(scope))
        local = dict(scope)
        for name, part in zip(node.names, (items[0], rest), strict=True):
            if name is not None:
                local[name] = part
        return self._value(node.other, local)

    def _holds(self, condition: s.Variant | s.Compare, scope: Scope) -> bool:
        if isinstance(condition, s.Variant):
            return self._is_set(condition)
        left, right = self._value(condition.left, scope), self._value(condition.right, scope)
        if condition.op == "=" and isinstance(left, Tag) and isinstance(right, Tag):
            return left == right
        first: frozenset[Value] = frozenset((left,))
        if condition.op != "in":
            first = frozenset(self._items(condition.left, left))
        second = frozenset(self._items(condition.right, right))
        return first == second if condition.op == "=" else first <= second

    def _is_set(self, condition: s.Variant) -> bool:
        """Whether the formula over variants holds."""
        if condition.op == "variant":
            return condition.text in self.variants
        found = [self._is_set(operand) for operand in condition.operands]
        return not found[0] if condition.op == "not" else all(found) if condition.op == "and" else any(found)

    def _lookup(self, name: str, scope: Scope) -> Value | None:
        found = scope.get(name)
        if found is not None:
            return found
        name = ALIASES.get(name, name)
        if name == "FW":
            # a final write is one that no write follows in co: herd chooses it beforehand
            overwritten = self.graph.domain(self.graph.primitive("rel", "co"))
            return self.graph.diff(self.graph.primitive("set", "W"), overwritten)
        if name in SETS or name in self._tags:
            return self.graph.primitive("set", name)
        return self.graph.primitive("rel", name) if name in RELATIONS else None

    def _name(self, node: s.Name, scope: Scope) -> Value:
        found = self._lookup(node.text, scope)
        if isinstance(found, Deferred):
            raise NeedsEvents(node, self._file)
        if isinstance(found, Undefined):
            raise found.error
        if found is not None:
            return found
        if node.text in _NEEDS_COS:
            raise self._error(node, f"unknown name '{node.text}': it needs include \"cos.cat\" before it")
        known: Iterable[str] = [*scope, *SETS, *RELATIONS, *self._tags]
        close = get_close_matches(node.text[:60], known, 1)
        hint = f": did you mean '{close[0]}'?" if close else ""
        raise self._error(node, f"unknown name '{node.text[:60]}'{hint}")

    def _unary(self, node: s.Unary, scope: Scope) -> Value:
        value = self._value(node.operand, scope)
        if node.op == "~":
            if isinstance(value, Either):
                return Either(not value.everything)
            if not isinstance(value, Term):
                raise self._error(node.operand, f"expected a set or relation, found {described(value)}")
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
        if node.op == "++":
            result = values[-1]
            for operand, value in zip(node.operands[-2::-1], values[-2::-1], strict=True):
                result = self._added(operand, value, result)
            return result
        if any(isinstance(value, SetOf | Tag) for value in values):
            return self._nary_of_sets(node, values)
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
        difference = terms[0]
        for operand, term in zip(node.operands[1:], terms[1:], strict=True):
            self._monotone(operand, term)
            difference = self.graph.diff(difference, term)
        return difference

    def _nary_of_sets(self, node: s.Nary, values: list[Value]) -> SetOf:
        """| & \\ of sets of tags, of sets, of relations; a tag counts as the set of it."""
        if node.op in (";", "*"):
            raise self._error(node, f"expected {'relations' if node.op == ';' else 'sets of events'}")
        parts = [
            (v,) if isinstance(v, Tag) else self._items(o, v)
            for o, v in zip(node.operands, values, strict=True)
        ]
        first, *others = parts
        if node.op == "|":
            return SetOf(tuple(dict.fromkeys(item for part in parts for item in part)))
        keep = node.op == "&"
        return SetOf(tuple(item for item in first if all((item in other) == keep for other in others)))

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
            self._matched(node.argument, function.function.parameters, argument, local)
            outer, self._file = self._file, function.file
            result = self._value(function.function.body, local)
            self._file = outer
            return result
        if isinstance(function, Builtin):
            return self._applied(node, function, argument)
        raise self._error(node, f"expected a function, found {described(function)}")
