"""Which stores can be overtaken, where it is proved that what is lost with them makes no difference."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.engines.inductive.prove import solve
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.inductive.task import System
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr, disj
from ordercheck.program.ir import Param

Way = tuple[int, Expr, str]
"""A loop head (-1: the start), when a store behind it is overtaken, and what the store is called."""


def benign(system: System, params: tuple[Param, ...], deadline: Deadline) -> list[str]:
    """The labels of these stores. system: without values, so that each loss is a bad state.

    Few of many can be overtaken as a rule: halves of them are asked about together, and taken apart
    where some can. Nothing hangs on it: where the time is over, those that may be are listed.
    """
    ways = [
        (region, check.condition & part.condition, part.label or str(part.source))
        for region, checks in system.checks.items()
        for check in checks
        if check.store
        for part in check.parts
    ]
    return list(dict.fromkeys(label for _, _, label in _overtaken(system, params, ways, False, deadline)))


def _overtaken(
    system: System, params: tuple[Param, ...], ways: list[Way], some: bool, deadline: Deadline
) -> list[Way]:
    """Those of them that happen. some: it is known that one does."""
    if not ways or not (some or _reached(system, params, ways, deadline)):
        return []
    if len(ways) == 1:
        return ways
    middle = len(ways) // 2
    first = _overtaken(system, params, ways[:middle], False, deadline)
    return first + _overtaken(system, params, ways[middle:], not first, deadline)


def _reached(system: System, params: tuple[Param, ...], ways: list[Way], deadline: Deadline) -> bool:
    """Whether one of them happens."""
    rules = []
    for rule in system.rules:
        if rule.after is not None:
            rules.append(rule)
            continue
        bad = [condition for region, condition, _ in ways if (None if region < 0 else region) == rule.before]
        if bad:
            rules.append(replace(rule, body=rule.body & disj(*bad)))
    try:
        found = solve(replace(system, rules=tuple(rules)), params, deadline, suspect=True)
    except GaveOut:
        return True
    return isinstance(found, Reached)
