"""The statements of cat files: definitions, checks, what to show, what to choose."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from ordercheck.cat import syntax as s
from ordercheck.cat.builtins import ORDERS, SCOPE, Functions
from ordercheck.cat.concrete import Alternatives
from ordercheck.cat.terms import WITH, Check, Choice, Term
from ordercheck.cat.values import (
    Builtin,
    Deferred,
    NeedsEvents,
    Procedure,
    Scope,
    SetOf,
    Tag,
    Undefined,
    Value,
    described,
)
from ordercheck.errors import InputError

# the file whose functions are built in, whichever copy of it is included
CROSS = "cross.cat"


class Resolver(Functions):
    """Runs the statements of one model; what they find is in checks, shows, choices and fixpoints."""

    def __init__(self, variants: Collection[str] = ()) -> None:
        super().__init__()
        self.variants = variants
        self.checks: list[Check] = []
        self.shows: dict[str, Term] = {}
        self.choices: list[Choice] = []
        self._include: Callable[[s.Include], None] = lambda _: None
        self._label: str | None = None
        self._calls = 0
        self._included_files = 0

    def names(self) -> dict[Term, str]:
        """What the relations defined so far are called; the first name of several, no primitive's."""
        found: dict[Term, str] = {}
        for name, value in self._globals.items():
            if isinstance(value, Term) and value.kind == "rel" and value.op not in ("prim", "empty", "univ"):
                found.setdefault(value, name)
        return found

    def run(self, file: s.File, path: str, include: Callable[[s.Include], None]) -> None:
        """Runs a file that was read from `path`; `include` runs an included one."""
        outer, self._file = self._file, path
        including, self._include = self._include, include
        try:
            self._run(file.statements)
        except NeedsEvents as deferred:
            raise InputError(
                "this needs the events of an execution: supported only in 'with x from ...'",
                deferred.file,
                deferred.node.line,
                deferred.node.column,
            ) from None
        self._file, self._include = outer, including

    def _run(self, statements: tuple[s.Statement, ...]) -> None:
        for statement in statements:
            self._spend(statement, 1)
            self._statement(statement)

    def _statement(self, statement: s.Statement) -> None:
        match statement:
            case s.Include():
                self._included(statement)
            case s.Let():
                self._let(statement)
            case s.Test():
                self._test(statement)
            case s.Show():
                for name in statement.names:
                    self.shows[name.text] = self._term(name, self._globals)
            case s.ShowAs():
                self.shows[statement.name] = self._term(statement.operand, self._globals)
            case s.Unshow():
                for name in statement.names:
                    self.shows.pop(name.text, None)
            case s.WithFrom():
                self._globals[statement.name] = self._chosen(statement)
            case s.Enum():
                tags = tuple(Tag(text) for text in statement.tags)
                self._tags.update((tag.events, tag) for tag in tags)
                self._globals[statement.name] = SetOf(tags)
            case s.Instructions():
                self._instructions(statement)
            case s.Procedure():
                self._globals[statement.name] = Procedure(statement, dict(self._globals), self._file)
            case s.Call():
                self._called(statement)
            case s.ForAll():
                self._for_all(statement)
            case s.IfVariant():
                self._run(statement.then if self._is_set(statement.condition) else statement.other)
            case s.MatchStatements():
                self._match_statements(statement)

    def _included(self, statement: s.Include) -> None:
        path = self._file
        self._included_files += 1
        self._include(statement)
        self._included_files -= 1
        self._file = path
        if statement.file.rsplit("/", 1)[-1] == CROSS:
            # its functions enumerate orders; the engines choose them in better ways
            self._globals.update((name, SCOPE[name]) for name in ("cross", "generate_orders", "generate_cos"))

    def _members(self, node: s.Node, term: Term) -> list[Value]:
        raise NeedsEvents(node, self._file)

    def _holding(self, node: s.Node, members: list[Value]) -> Term:
        raise NeedsEvents(node, self._file)

    def _let(self, statement: s.Let) -> None:
        if statement.recursive:
            self._globals.update(self._bind(statement.bindings, True, self._globals))
            return
        before = self._globals
        found: Scope = {}
        for binding in statement.bindings:
            found.update(self._definition(binding, before))
        self._globals.update(found)

    def _definition(self, binding: s.Binding, scope: Scope) -> Scope:
        file, negated = self._file, self._negated
        try:
            return self._bind((binding,), False, scope)
        except NeedsEvents:
            if not isinstance(binding.pattern, str):
                raise
            self._file, self._negated = file, negated
            return {binding.pattern: Deferred(binding.value, dict(scope), self._file)}
        except InputError as error:
            # herd evaluates definitions when they are used; its libraries rely on that
            if not self._included_files:
                raise
            self._file, self._negated = file, negated
            names = binding.pattern if isinstance(binding.pattern, tuple) else (binding.pattern,)
            return {name: Undefined(error) for name in names if name is not None}

    def _instructions(self, statement: s.Instructions) -> None:
        """Which tags instructions may have is a check on tests; the tags must exist."""
        for item in statement.items:
            value = self._value(item, self._globals)
            if not isinstance(value, SetOf | Tag):
                raise self._error(item, f"expected a set of tags, found {described(value)}")

    # procedures

    def _called(self, call: s.Call) -> None:
        value = self._globals.get(call.name)
        if not isinstance(value, Procedure):
            raise self._error(call, f"no procedure {call.name[:60]}")
        scope = dict(value.scope)
        argument = self._value(call.argument, self._globals)
        self._matched(call.argument, value.procedure.parameters, argument, scope)
        file, label = self._file, self._label
        self._file, self._label = value.file, call.label or label
        self._within(call, scope, value.procedure.body)
        self._file, self._label = file, label

    def _for_all(self, statement: s.ForAll) -> None:
        over = self._value(statement.over, self._globals)
        for item in self._items(statement.over, over):
            self._within(statement, {**self._globals, statement.name: item}, statement.body)

    def _match_statements(self, statement: s.MatchStatements) -> None:
        value = self._value(statement.operand, self._globals)
        if not isinstance(value, Tag):
            raise self._error(statement.operand, f"expected a tag, found {described(value)}")
        body = next((b for text, b in statement.clauses if self._tag(statement, text) == value), None)
        chosen = statement.default if body is None else body
        if chosen is None:
            raise self._error(statement, f"no clause for {value.text}")
        self._run(chosen)

    def _within(self, node: s.Node, scope: Scope, body: tuple[s.Statement, ...]) -> None:
        """Runs statements in a scope of their own."""
        self._spend(node, len(scope))
        self._calls += 1
        if self._calls > 40:
            raise self._error(node, "procedures nested more than 40 deep")
        outer, self._globals = self._globals, scope
        self._run(body)
        self._globals = outer
        self._calls -= 1

    # checks and choices

    def _test(self, test: s.Test) -> None:
        term = self._term(test.operand, self._globals)
        kind: Literal["acyclic", "irreflexive", "empty"] = test.kind
        if kind != "empty":
            self._require(test.operand, term, "rel")
            if term.op == "plus":
                # r+ has a pair (x, x) where r has a cycle through x, and no other cycles than r
                kind, term = "acyclic", term.args[0]
        name = test.name or self._label or f"{test.kind} at line {test.line}"
        self.checks.append(Check(kind, term, name, test.negated, test.flag, test.line, self._file))

    def _chosen(self, statement: s.WithFrom) -> Term:
        source = statement.source
        if isinstance(source, s.Apply):
            try:
                function: Value = self._value(source.function, self._globals)
            except NeedsEvents:
                function = ()
            if isinstance(function, Builtin) and function.name in ORDERS:
                return self._order(statement, source, function.name)
        try:
            value = self._value(source, self._globals)
            if not isinstance(value, SetOf):
                raise self._error(source, f"expected a set of relations, found {described(value)}")
        except NeedsEvents:
            pass
        choice = Alternatives(Deferred(source, dict(self._globals), self._file), self)
        return self._choice(Choice(self._choice_name(), alternatives=choice))

    def _choice_name(self) -> str:
        return f"{WITH}{len(self.choices)}"

    def _choice(self, choice: Choice) -> Term:
        self.choices.append(choice)
        return self.graph.primitive("rel", choice.name)

    def _order(self, statement: s.WithFrom, source: s.Apply, name: str) -> Term:
        """with x from generate_cos(r), generate_orders(S, r), linearisations(S, r)."""
        argument = self._value(source.argument, self._globals)
        if name == "generate_cos":
            stores = self._kinded(
                source, self._name(s.Name(source.line, source.column, "W"), self._globals), "set"
            )
            pair: tuple[Value, ...] = (stores, argument)
        elif isinstance(argument, tuple) and len(argument) == 2:
            pair = argument
        else:
            raise self._error(source.argument, f"expected a set and a relation, found {described(argument)}")
        members = self._kinded(source.argument, pair[0], "set")
        at_least = self._kinded(source.argument, pair[1], "rel")
        by_location = name != "linearisations"
        if not self.graph.is_static(members):
            raise self._error(source.argument, "an order of a set that is chosen itself: not supported")
        if by_location and self._are_stores(members):
            co = self.graph.primitive("rel", "co")
            everything = (self._coherent(), self.graph.primitive("set", "W"))
            order = co if members in everything else self._inside(members, co)
        else:
            order = self._choice(Choice(self._choice_name(), members, by_location))
        self._extends(statement, members, order, at_least, by_location)
        return order

    def _coherent(self) -> Term:
        """The events that coherence orders."""
        return self.graph.union(self.graph.primitive("set", "W"), self.graph.primitive("set", "LKW"))

    def _are_stores(self, members: Term) -> bool:
        """Whether the set holds nothing but events that coherence orders, as its form tells."""
        stores = self.graph.parts(self._coherent())
        return all(
            part in stores or (part.op == "inter" and any(x in stores for x in part.args))
            for part in self.graph.parts(members)
        )

    def _coherent_anyway(self) -> list[Term]:
        """What holds in every coherence order: the initial write first, the final one last."""
        graph = self.graph
        loc, stores, first = (
            graph.primitive("rel", "loc"),
            graph.primitive("set", "W"),
            graph.primitive("set", "IW"),
        )
        final = self._lookup("FW", {})
        assert isinstance(final, Term)
        from_first = graph.cross(first, graph.diff(stores, first))
        to_final = graph.cross(graph.diff(stores, final), final)
        locked = graph.cross(first, graph.primitive("set", "LKW"))
        together = graph.union(from_first, to_final)
        return [graph.inter(loc, pairs) for pairs in (together, from_first, to_final, locked)]

    def _inside(self, members: Term, relation: Term) -> Term:
        within = self.graph.ident(members)
        return self.graph.seq(within, relation, within)

    def _extends(
        self, statement: s.WithFrom, members: Term, order: Term, at_least: Term, by_location: bool
    ) -> None:
        """The chosen order holds what it must: a check, where that is not plain."""
        known = self._coherent_anyway() if by_location else []
        parts = [part for part in self.graph.parts(at_least) if part not in known]
        if not parts:
            return
        inside = self._inside(members, self.graph.union(*parts))
        if by_location:
            inside = self.graph.inter(inside, self.graph.primitive("rel", "loc"))
        outside = self.graph.diff(inside, order)
        self.checks.append(Check("empty", outside, statement.name, False, False, statement.line, self._file))
