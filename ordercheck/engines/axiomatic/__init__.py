"""Bounded and exact: candidate executions under a cat model, explicit or symbolic."""

from typing import TYPE_CHECKING

from ordercheck.engines.axiomatic.encode import Execution
from ordercheck.engines.axiomatic.engine import DEFAULT_BOUND, Outcomes, find, outcomes, reachable
from ordercheck.relations.acyclicity import clocks, vertex_elimination

if TYPE_CHECKING:
    from ordercheck.engines.axiomatic.property import Answer, check

__all__ = [
    "DEFAULT_BOUND",
    "Answer",
    "Execution",
    "Outcomes",
    "check",
    "clocks",
    "find",
    "outcomes",
    "reachable",
    "vertex_elimination",
]


def __getattr__(name: str) -> object:
    """What litmus tests do not need is imported when it is used: start-up counts."""
    if name in ("check", "Answer"):
        from ordercheck.engines.axiomatic import property as properties

        return getattr(properties, name)
    raise AttributeError(name)
