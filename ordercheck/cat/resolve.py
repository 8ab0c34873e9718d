"""The statements of cat files: definitions, checks, what to show, the choice of co."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ordercheck.cat import syntax as s
from ordercheck.cat.expressions import Builtin, Expressions
from ordercheck.cat.terms import Check, Term


class Resolver(Expressions):
    """Runs the statements of one model; what they find is in checks, shows and fixpoints."""

    def __init__(self) -> None:
        super().__init__()
        self.checks: list[Check] = []
        self.shows: dict[str, Term] = {}

    def run(self, file: s.File, path: str, include: Callable[[s.Include], None]) -> None:
        """Runs a file that was read from `path`; `include` runs an included one."""
        outer, self._file = self._file, path
        for statement in file.statements:
            self._spend(statement, 1)
            match statement:
                case s.Include():
                    include(statement)
                    self._file = path
                case s.Let():
                    self._globals.update(self._bind(statement.bindings, statement.recursive, self._globals))
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
                    self._with(statement)
        self._file = outer

    def _test(self, test: s.Test) -> None:
        term = self._term(test.operand, self._globals)
        kind: Literal["acyclic", "irreflexive", "empty"] = test.kind
        if kind != "empty":
            self._require(test.operand, term, "rel")
            if term.op == "plus":
                # r+ has a pair (x, x) where r has a cycle through x, and no other cycles than r
                kind, term = "acyclic", term.args[0]
        name = test.name or f"{test.kind} at line {test.line}"
        self.checks.append(Check(kind, term, name, test.negated, test.flag, test.line, self._file))

    def _with(self, statement: s.WithFrom) -> None:
        source = statement.source
        if (
            statement.name != "co"
            or not isinstance(source, s.Apply)
            or self._value(source.function, self._globals) != Builtin("generate_cos")
        ):
            raise self._error(
                statement, "expected 'with co from generate_cos(r)': no other choice is supported"
            )
        at_least = self._relation(source.argument, self._globals)
        co = self.graph.primitive("rel", "co")
        self._globals["co"] = co
        if at_least is not self._globals.get("co0"):
            # the candidates extend co0 in every way; herd's would extend r
            outside = self.graph.diff(at_least, co)
            self.checks.append(Check("empty", outside, "co", False, False, statement.line, self._file))
