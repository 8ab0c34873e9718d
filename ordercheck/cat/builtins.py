"""The functions of cat that are not written in cat, as far as they need no events."""

from __future__ import annotations

from ordercheck.cat import syntax as s
from ordercheck.cat.definitions import Definitions
from ordercheck.cat.terms import Term
from ordercheck.cat.values import Builtin, Closure, NeedsEvents, Scope, SetOf, Tag, Value, described

# those that choose an order: only after `with x from`
ORDERS = ("generate_cos", "generate_orders", "linearisations")
# those that need the events of an execution
OF_EVENTS = ("classes-loc", "classes", "cross")
_PLAIN = (
    "domain",
    "range",
    "fromto",
    "as_transitive",
    "tag2set",
    "tag2events",
    "tag2instrs",
    "tag2fenced",
    "different-values",
    "map",
    "fail",
)
SCOPE: Scope = {name: Builtin(name) for name in (*_PLAIN, *ORDERS, *OF_EVENTS)}
SCOPE["partition"] = SCOPE["classes-loc"]


class Functions(Definitions):
    """Adds the application of functions. A base class of the resolver."""

    def __init__(self) -> None:
        super().__init__(dict(SCOPE))
        self.assumed: list[tuple[Term, str]] = []

    def _call(self, node: s.Node, function: Value, argument: Value) -> Value:
        """`function` applied to a value that is known already."""
        if isinstance(function, Closure):
            self._spend(node, len(function.scope))
            local = dict(function.scope)
            self._matched(node, function.function.parameters, argument, local)
            outer, self._file = self._file, function.file
            result = self._value(function.function.body, local)
            self._file = outer
            return result
        raise self._error(node, f"expected a function, found {described(function)}")

    def _applied(self, node: s.Apply, function: Builtin, argument: Value) -> Value:
        name = function.name
        match name:
            case "domain":
                return self.graph.domain(self._kinded(node.argument, argument, "rel"))
            case "range":
                return self.graph.range(self._kinded(node.argument, argument, "rel"))
            case "as_transitive":
                return self._kinded(node.argument, argument, "rel")
            case "fromto":
                return self._between(self._kinded(node.argument, argument, "set"))
            case "tag2set" | "tag2events" | "tag2instrs" | "tag2fenced":
                if not isinstance(argument, Tag):
                    raise self._error(node.argument, f"expected a tag, found {described(argument)}")
                events = self.graph.primitive("set", argument.events)
                return self._between(events) if name == "tag2fenced" else events
            case "different-values":
                return self._differing(node, self._kinded(node.argument, argument, "rel"))
            case "map":
                return self._mapped(node, function, argument)
            case "fail":
                raise self._error(node, "this model fails here by its own word")
        if name in ORDERS and name != "linearisations":
            raise self._unsupported(node, f"expected {name} only in 'with x from {name}(...)'")
        raise NeedsEvents(node, self._file)

    def _between(self, events: Term) -> Term:
        order = self.graph.primitive("rel", "po")
        return self.graph.seq(order, self.graph.ident(events), order)

    def _differing(self, node: s.Apply, relation: Term) -> Term:
        """Of the pairs of a relation those whose events have different values.

        Only the values of events that are neither loads nor stores are compared: those of
        loads and stores differ from execution to execution.
        """
        if not self.graph.is_static(relation):
            raise self._unsupported(node, "different-values of a relation that is chosen: not supported")
        touched = self.graph.union(self.graph.domain(relation), self.graph.range(relation))
        memory = self.graph.union(self.graph.primitive("set", "R"), self.graph.primitive("set", "W"))
        reason = "different-values of loads and stores is not supported"
        self.assumed.append((self.graph.inter(touched, memory), f"{self._file}:{node.line}: {reason}"))
        return self.graph.inter(relation, self.graph.primitive("rel", "differ"))

    def _mapped(self, node: s.Apply, function: Builtin, argument: Value) -> Value:
        """map f S; the function comes first, then the set."""
        if not function.given:
            return Builtin("map", (argument,))
        items = self._items(node.argument, argument)
        results = [self._call(node, function.given[0], item) for item in items]
        return SetOf(tuple(dict.fromkeys(results)))
