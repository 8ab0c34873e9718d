"""The executions that answer litmus tests, one graph after another, for graphviz."""

from __future__ import annotations

from ordercheck.report.litmus_result import LitmusResult, Printer


class Dot(Printer):
    """A `digraph` for each test that is decided; graphviz takes several in one file."""

    def one(self, tested: LitmusResult) -> str:
        """The test's graph."""
        return tested.graph if tested.decided else ""
