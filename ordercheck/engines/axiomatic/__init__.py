"""Bounded and exact: candidate executions under a cat model, explicit or symbolic."""

from ordercheck.engines.axiomatic.encode import Execution
from ordercheck.engines.axiomatic.engine import DEFAULT_BOUND, Outcomes, find, outcomes, reachable
from ordercheck.engines.axiomatic.explain import explain
from ordercheck.engines.axiomatic.property import Answer, check
from ordercheck.relations.acyclicity import clocks, vertex_elimination

__all__ = [
    "DEFAULT_BOUND",
    "Answer",
    "Execution",
    "Outcomes",
    "check",
    "clocks",
    "explain",
    "find",
    "outcomes",
    "reachable",
    "vertex_elimination",
]
