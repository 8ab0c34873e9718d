"""What a model chooses from, for the events of one structure: `with x from S`.

The expression is evaluated as any other, but here the sets of events have members. What the
model had defined before comes in as it is for this structure, each set and relation once.
"""

from __future__ import annotations

from itertools import permutations, product
from math import factorial, prod

from ordercheck.cat import syntax as s
from ordercheck.cat.builtins import Functions
from ordercheck.cat.evaluate import values
from ordercheck.cat.terms import Term
from ordercheck.cat.values import (
    Builtin,
    Deferred,
    Either,
    Element,
    Pair,
    Scope,
    SetOf,
    Value,
    described,
)
from ordercheck.errors import GaveOut
from ordercheck.relations.domain import Kind
from ordercheck.relations.events import EventStructure, ExplicitDomain
from ordercheck.relations.explicit import Rows, bits, full, is_empty

MAX_ALTERNATIVES = 100_000
_LITERAL = "="


class Alternatives:
    """The groups of relations of which `with x from S` takes one each, as a function of a structure."""

    def __init__(self, source: Deferred, model: Functions) -> None:
        self._source, self._model = source, model

    def __call__(self, structure: EventStructure) -> list[list[Rows]]:
        """The groups; raises InputError where S is no set of relations, GaveOut where it is too big."""
        try:
            return _Concrete(structure, self._model).groups(self._source)
        except RecursionError:
            raise GaveOut("a function of the model calls itself without end") from None


class _Domain(ExplicitDomain):
    """The relations of a structure, and literal ones."""

    def __init__(self, structure: EventStructure) -> None:
        super().__init__(structure)
        self.literals: dict[str, int | Rows] = {}

    def primitive(self, kind: Kind, name: str) -> int | Rows:
        found = self.literals.get(name)
        return found if found is not None else super().primitive(kind, name)


class _Concrete(Functions):
    def __init__(self, structure: EventStructure, model: Functions) -> None:
        super().__init__()
        self._structure, self._model = structure, model
        self._domain, self._outer = _Domain(structure), ExplicitDomain(structure)
        self.variants, self._tags = model.variants, model._tags
        self._imported: dict[Term, Term] = {}
        self._deferred: dict[Deferred, Value] = {}
        self._known: dict[Term, int | Rows] = {}

    def groups(self, source: Deferred) -> list[list[Rows]]:
        """The value of the source as groups of relations; cross(S) is left as the groups that S is."""
        self._file = source.file
        node = source.expression
        if isinstance(node, s.Apply):
            function = self._value(node.function, source.scope)
            if function == Builtin("cross"):
                groups = self._items(node.argument, self._value(node.argument, source.scope))
                return [self._relations(node.argument, group) for group in groups]
        return [self._relations(node, self._value(node, source.scope))]

    def _relations(self, node: s.Node, value: Value) -> list[Rows]:
        return [self._rows(node, item) for item in self._items(node, value)]

    def _rows(self, node: s.Node, value: Value) -> Rows:
        found = self._explicit(self._kinded(node, value, "rel"))
        assert not isinstance(found, int)
        return found

    def _explicit(self, term: Term) -> int | Rows:
        found = self._known.get(term)
        if found is None:
            found = self._known[term] = values([term], self.fixpoints, self._domain)[term]
        return found

    def _literal(self, value: int | Rows) -> Term:
        if isinstance(value, int):
            if value == full(self._structure.n) or not value:
                return self.graph.universe("set") if value else self.graph.empty("set")
        elif is_empty(value):
            return self.graph.empty("rel")
        name = f"{_LITERAL}{value if isinstance(value, int) else tuple(value)}"
        self._domain.literals[name] = value
        return self.graph.primitive("set" if isinstance(value, int) else "rel", name)

    def _lookup(self, name: str, scope: Scope) -> Value | None:
        found = super()._lookup(name, scope)
        if isinstance(found, Deferred):
            return self._undeferred(found)
        if isinstance(found, Term) and not self.graph.owns(found):
            return self._import(found)
        return found

    def _undeferred(self, deferred: Deferred) -> Value:
        found = self._deferred.get(deferred)
        if found is None:
            outer, self._file = self._file, deferred.file
            found = self._deferred[deferred] = self._value(deferred.expression, deferred.scope)
            self._file = outer
        return found

    def _import(self, term: Term) -> Term:
        """A set or relation of the model as it is in this structure."""
        found = self._imported.get(term)
        if found is None:
            if not self._model.graph.is_static(term):
                raise GaveOut("'with x from S' where S depends on rf, co or another choice")
            value = values([term], self._model.fixpoints, self._outer)[term]
            found = self._imported[term] = self._literal(value)
        return found

    def _members(self, node: s.Node, term: Term) -> list[Value]:
        value = self._explicit(term)
        if isinstance(value, int):
            return [Element(i) for i in bits(value)]
        return [Pair(i, j) for i, row in enumerate(value) for j in bits(row)]

    def _holding(self, node: s.Node, members: list[Value]) -> Term:
        mask, rows = 0, [0] * self._structure.n
        for member in members:
            if isinstance(member, Element):
                mask |= 1 << member.event
            elif isinstance(member, Pair):
                rows[member.first] |= 1 << member.second
        return self._literal(mask if isinstance(members[0], Element) else rows)

    def _applied(self, node: s.Apply, function: Builtin, argument: Value) -> Value:
        match function.name:
            case "classes-loc":
                members = self._kinded(node.argument, argument, "set")
                return self._classes(members, self.graph.primitive("rel", "loc"))
            case "classes":
                return self._classes(self.graph.universe("set"), self._kinded(node.argument, argument, "rel"))
            case "cross":
                return self._cross(node, argument)
            case "linearisations":
                return self._linearisations(node, argument)
            case "generate_cos" | "generate_orders":
                raise self._error(node, f"expected {function.name} only right after 'with x from'")
        return super()._applied(node, function, argument)

    def _classes(self, members: Term, equivalence: Term) -> Value:
        mask, rows = self._explicit(members), self._explicit(equivalence)
        assert isinstance(mask, int) and not isinstance(rows, int)
        found: list[Value] = []
        while mask:
            first = (mask & -mask).bit_length() - 1
            together = (rows[first] | 1 << first) & mask
            found.append(self._literal(together))
            mask &= ~together
        return SetOf(tuple(found)) if found else Either(False)

    def _cross(self, node: s.Apply, argument: Value) -> Value:
        groups = [self._items(node.argument, group) for group in self._items(node.argument, argument)]
        self._limited(prod(map(len, groups)))
        found: list[Value] = []
        for choice in product(*groups):
            terms = [self._kinded(node.argument, value, "rel") for value in choice]
            found.append(self.graph.union(self.graph.empty("rel"), *terms))
        return SetOf(tuple(dict.fromkeys(found)))

    def _linearisations(self, node: s.Apply, argument: Value) -> Value:
        if not isinstance(argument, tuple) or len(argument) != 2:
            raise self._error(node.argument, f"expected a set and a relation, found {described(argument)}")
        mask = self._explicit(self._kinded(node.argument, argument[0], "set"))
        rows = self._explicit(self._kinded(node.argument, argument[1], "rel"))
        assert isinstance(mask, int) and not isinstance(rows, int)
        members = bits(mask)
        self._limited(factorial(min(len(members), 20)))
        return SetOf(tuple(self._literal(order) for order in orders(self._structure.n, members, rows)))

    def _limited(self, count: int) -> None:
        if count > MAX_ALTERNATIVES:
            raise GaveOut(f"'with x from S' where S has more than {MAX_ALTERNATIVES} members")


def orders(n: int, members: list[int], at_least: Rows) -> list[Rows]:
    """Every strict total order of the members, as rows over n events, that extends `at_least` on them."""
    found: list[Rows] = []
    for order in permutations(members):
        rows, after = [0] * n, 0
        for event in reversed(order):
            rows[event] = after
            after |= 1 << event
        inside = sum(1 << event for event in members)
        if all(not at_least[event] & inside & ~rows[event] for event in members):
            found.append(rows)
    return found
