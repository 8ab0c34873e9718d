"""Definitions of cat: names, patterns, recursion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ordercheck.cat import syntax as s
from ordercheck.cat.expressions import Expressions
from ordercheck.cat.recursion import closed_form
from ordercheck.cat.terms import Term
from ordercheck.cat.values import Closure, Scope, Value
from ordercheck.relations.domain import Kind


class Definitions(Expressions):
    """Adds definitions to expressions. A base class of the resolver."""

    def _bind(self, bindings: tuple[s.Binding, ...], recursive: bool, scope: Scope) -> Scope:
        if recursive:
            return self._recursive(bindings, scope)
        found: Scope = {}
        for binding in bindings:
            self._matched(binding, binding.pattern, self._value(binding.value, scope), found)
        return found

    def _matched(self, node: s.Node, pattern: s.Pattern, value: Value, found: Scope) -> None:
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

    def _recursive(self, bindings: tuple[s.Binding, ...], scope: Scope) -> Scope:
        names: list[str] = []
        for binding in bindings:
            if not isinstance(binding.pattern, str):
                raise self._error(binding, "expected a name in 'let rec'")
            names.append(binding.pattern)
        functions = [b.value for b in bindings if isinstance(b.value, s.Function)]
        if functions:
            if len(functions) < len(bindings):
                raise self._unsupported(
                    bindings[0], "a function and a relation in one 'let rec': not supported"
                )
            return self._recursive_functions(names, functions, scope)
        kinds = self._kinds(bindings, names, scope)
        rec, self._recs = self._recs, self._recs + 1
        self._spend(bindings[0], len(scope))
        holes = [self.graph.hole(rec, i, kind) for i, kind in enumerate(kinds)]
        outer, self._negated = self._negated, []
        bodies = self._bodies(bindings, holes, {}, scope)
        negated, self._negated = self._negated, outer
        outer.extend(negated)
        for node, variables in negated:
            if any(r == rec for r, _ in variables) and any(map(self.graph.is_moving, bodies)):
                raise self._unsupported(
                    node,
                    "a recursive definition over rf or co must not use itself under '~' or right of '\\'",
                )
        used = [i for i, hole in enumerate(holes) if any(self.graph.mentions(b, hole) for b in bodies)]
        if len(used) > 1:
            self.fixpoints[rec] = tuple(bodies)
            bodies = [self.graph.fixpoint(rec, i, kind, bodies) for i, kind in enumerate(kinds)]
        elif used:
            (k,) = used
            if k:
                # only this one has a variable: it alone, as number 0, is the fixpoint
                rec, self._recs = self._recs, self._recs + 1
                holes[k] = self.graph.hole(rec, 0, kinds[k])
                bodies = self._bodies(bindings, holes, {}, scope)
            bodies = self._bodies(bindings, holes, {k: self._solution(rec, holes[k], bodies[k])}, scope)
        return dict(zip(names, bodies, strict=True))

    def _bodies(
        self, bindings: tuple[s.Binding, ...], start: list[Term], known: Mapping[int, Term], scope: Scope
    ) -> list[Term]:
        """One round over the definitions: each sees what the ones before it have become in it.

        That is the order in which herd evaluates them; it matters where one is not monotone.
        """
        names = [str(binding.pattern) for binding in bindings]
        inner: Scope = {**scope, **dict(zip(names, start, strict=True))}
        inner.update((names[i], solution) for i, solution in known.items())
        bodies = []
        for i, (binding, name) in enumerate(zip(bindings, names, strict=True)):
            if i in known:
                body = known[i]
            else:
                body = self._kinded(binding.value, self._value(binding.value, inner), start[i].kind)
            bodies.append(body)
            inner[name] = body
        return bodies

    def _solution(self, rec: int, hole: Term, body: Term) -> Term:
        if hole.kind == "rel":
            solution = closed_form(self.graph, hole, body)
            if solution is not None:
                return solution
        self.fixpoints[rec] = (body,)
        return self.graph.fixpoint(rec, 0, hole.kind, (body,))

    def _recursive_functions(
        self, names: Sequence[str], functions: Sequence[s.Function], scope: Scope
    ) -> Scope:
        self._spend(functions[0], len(scope))
        inner = dict(scope)
        found: Scope = {
            name: Closure(function, inner, self._file)
            for name, function in zip(names, functions, strict=True)
        }
        inner.update(found)
        return found

    def _kinds(self, bindings: Sequence[s.Binding], names: Sequence[str], scope: Scope) -> list[Kind]:
        """The kinds of names that are defined by recursion; a relation where nothing tells."""
        found: dict[str, Kind | None] = dict.fromkeys(names)
        for _ in names:
            for binding, name in zip(bindings, names, strict=True):
                found[name] = found[name] or self._guess(binding.value, found, scope)
        return [found[name] or "rel" for name in names]

    def _guess(self, node: s.Expression, open_: Mapping[str, Kind | None], scope: Scope) -> Kind | None:
        """The kind of an expression as far as its form tells; open_ are the names still to define."""
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
                case s.Name(text=text) if text in open_:
                    if open_[text] is not None:
                        return open_[text]
                case s.Name(text=text):
                    value = self._lookup(text, scope)
                    if isinstance(value, Term):
                        return value.kind
                case s.LetIn(body=body):
                    work.append(body)
        return None
