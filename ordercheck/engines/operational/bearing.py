"""Which free choices of a run matter: those without which it does not come to the same violation."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ordercheck.engines.operational.delay import Plan, Run, extremes, run
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.ir import Havoc, Instr

MOST_STEPS, MOST_CHOICES = 2000, 24
"""Of a run with more, every choice is taken to matter: each is tried in a run of its own."""


def idle(shown: Run, steering: frozenset[str]) -> set[int]:
    """The numbers of steps that choose freely, where the same goes wrong if they choose otherwise."""
    chosen = [
        (number, step.instr)
        for number, step in enumerate(shown.steps)
        if isinstance(step.instr, Havoc) and step.instr.dst in steering
    ]
    if len(shown.steps) > MOST_STEPS or len(chosen) > MOST_CHOICES or len(chosen) != len(shown.choices):
        return set()
    return {number for n, (number, instr) in enumerate(chosen) if _the_same(shown, n, instr)}


def _the_same(shown: Run, choice: int, instr: Havoc) -> bool:
    """Whether the run comes to the same violation with another value for that choice."""
    old = shown.choices[choice]
    other = next((int(v) for v in extremes(instr) if int(v) != old), None)
    if other is None:
        return True
    values = (*shown.choices[:choice], other, *shown.choices[choice + 1 :])
    try:
        plan = Plan(None, shown.plan.picks, values)
        if shown.plan.held is not None:
            # another way there may have more stores or fewer
            late = _stores(shown)[shown.plan.held]
            numbers = {store: number for number, store in _stores(_again(shown, plan)).items()}
            plan = replace(plan, held=numbers[late])
        return _what(_again(shown, plan)) == _what(shown)
    except (GaveOut, KeyError):
        return False


def _again(shown: Run, plan: Plan) -> Run:
    machine = shown.watch.machine
    return run(machine.program, machine.config, shown.watch.prop, plan, Deadline(), most=2 * MOST_STEPS)


def _stores(shown: Run) -> dict[int, tuple[int, int]]:
    """Which instruction made a store, by identity, and how many it made before, by the stores' numbers."""
    made: Counter[int] = Counter()
    found: dict[int, tuple[int, int]] = {}
    for step in shown.steps:
        if step.kind == "execute" and step.entry is not None:
            found[step.entry.number] = id(step.instr), made[id(step.instr)]
            made[id(step.instr)] += 1
    return found


def _what(shown: Run) -> tuple[str, Instr, Instr | None] | None:
    """What goes wrong and where in the code; in which bytes is the choice's own business."""
    found = shown.violation
    return None if found is None else (found.hazard, found.at, found.over)
