"""From a bad state that can be reached to parameters, witness and place, as small as is cheap."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.engines import solver
from ordercheck.engines.inductive.choose import complete
from ordercheck.engines.inductive.hunt import within
from ordercheck.engines.inductive.prove import horn
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.inductive.result import Counterexample
from ordercheck.engines.inductive.smt import SORTS, Text, number, symbol
from ordercheck.engines.inductive.task import Check, Part, System
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr, Value, const, evaluate, variables
from ordercheck.program.ir import NOWHERE, Program

SHRINK_SECONDS = 0.1
SMALL = (1, 2, 3, 4, 8)
"""How far from its lower bound each integer parameter may be, tried in this order."""


def counterexample(
    program: Program, system: System, reached: Reached, deadline: Deadline, small: bool = True
) -> Counterexample:
    """The candidate for a refutation that a reached bad state stands for.

    small: one with smaller parameters is looked for first.

    Raises GaveOut where no parameters fit the program's assumptions.
    """
    if small:
        reached, system = _shrunk(program, system, reached, deadline)
    env = _values(system, reached, deadline)
    check, part = _culprit(system, reached.region, env)
    names = {p.name for p in program.params}
    found = {name: value for name, value in env.items() if name in names}
    return Counterexample(
        params=complete(program, found, deadline),
        hazard=check.hazard,
        object=system.task.object,
        offset=int(env.get(system.witness.name, 0)) if system.witness is not None else 0,
        where=part.source,
        label=part.label,
        thread=system.task.thread,
        abstracted=system.abstracted,
        system=system,
        heads=reached.heads,
    )


def _distance(program: Program, state: dict[str, Value]) -> int:
    """The largest distance of an integer parameter from its lower bound (or from 0)."""
    ints = [
        (p, state[p.name]) for p in program.params if p.sort == "int" and p.name in state and not p.address
    ]
    return max((abs(int(value) - (p.low or 0)) for p, value in ints), default=0)


def _shrunk(program: Program, system: System, reached: Reached, deadline: Deadline) -> tuple[Reached, System]:
    """A bad state reached with smaller parameters, where it is found quickly."""
    known = {p.name for p in program.params} & {c.name for c in system.constants}
    params = [p for p in program.params if p.sort == "int" and p.name in known]
    far = _distance(program, reached.state) if reached.region >= 0 else SMALL[-1] + 1
    budget = deadline.part(most=SHRINK_SECONDS)
    for bound in SMALL:
        if bound >= far or not params:
            break
        limits = [within(p, bound) for p in params]
        smaller = replace(system, background=(*system.background, *limits))
        try:
            found = horn(smaller, {}, budget)
        except GaveOut:
            break
        if isinstance(found, Reached):
            return found, smaller
    return reached, system


def _values(system: System, reached: Reached, deadline: Deadline) -> dict[str, Value]:
    """A value for every variable of the bad state's region.

    Raises GaveOut where the solver finds none, which an abstraction can cause.
    """
    rule = next(
        r
        for r in system.rules
        if r.after is None and (-1 if r.before is None else r.before) == reached.region
    )
    fixed = [const(v) for v in reached.state.values()]
    roots = [rule.body, *system.background]
    text = Text([*roots, *system.constants])
    lines = [f"(declare-const {symbol(n)} {SORTS[v.sort]})" for n, v in text.variables.items()]
    lines += text.definitions
    lines += [f"(assert {text.of(root)})" for root in roots]
    for (name, _), value in zip(reached.state.items(), fixed, strict=True):
        if name in text.variables:
            shown = number(int(value.value)) if value.sort == "int" else str(value.value).lower()
            lines.append(f"(assert (= {symbol(name)} {shown}))")
    found = solver.model("\n".join(lines), {symbol(n): n for n in text.variables}, deadline)
    if found is None:
        raise GaveOut("the state that Spacer reached has no bad continuation")
    return {**reached.state, **found}


def _culprit(system: System, region: int, env: dict[str, Value]) -> tuple[Check, Part]:
    """The first check that fails in the state `env`, and the access that it is about."""
    for check in system.checks[region]:
        if _holds(check.condition, env):
            parts = [p for p in check.parts if _holds(p.condition, env)] or list(check.parts)
            return check, parts[0]
    return Check(const(True), "", ()), Part(const(True), NOWHERE)


def _holds(condition: Expr, env: dict[str, Value]) -> bool:
    return bool(evaluate(condition, env | {n: 0 for n in variables(condition) if n not in env}))
