"""The execution that answers a test, as a graph for graphviz."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ordercheck.engines.outcome import look_for
from ordercheck.errors import Deadline
from ordercheck.program.ir import Condition
from ordercheck.report.dot import dot, quoted, render, state

if TYPE_CHECKING:
    from ordercheck.cat import Model
    from ordercheck.frontends.litmus.test import Litmus


def graph(litmus: Litmus, model: Model, condition: Condition, deadline: Deadline, bound: int) -> str:
    """An execution that meets the proposition (`forall`: one that contradicts it) where one is allowed.

    Else one that the model forbids, with what forbids it. Raises GaveOut as the engine does.
    """
    wanted = ~condition.expr if condition.quantifier == "forall" else condition.expr
    if litmus.filter is not None:
        wanted = litmus.filter & wanted
    outcome = look_for(litmus.program, model, None, wanted, deadline, bound)
    if outcome.execution is not None:
        return dot(litmus, outcome.execution, model)
    trace = outcome.explain()
    if trace.graph is not None:
        return render(replace(trace.graph, name=litmus.name, state=state(litmus, trace.graph)))
    label = quoted(f"{litmus.name}: {trace.summary}")
    return f"digraph execution {{\n  label={label};\n}}\n"
