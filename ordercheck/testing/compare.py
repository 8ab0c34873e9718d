"""What two engines say of one program, side by side.

Each function returns the difference in words, or the empty string where they agree, and
raises GaveOut where an engine cannot answer. They are what the property tests and
`fuzz` check.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from ordercheck.engines import axiomatic, inductive
from ordercheck.engines.operational import explore
from ordercheck.engines.operational.config import MachineConfig
from ordercheck.engines.operational.replay import refute, replay
from ordercheck.engines.setting import Setting
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program import Program
from ordercheck.program.expr import Value, evaluate
from ordercheck.program.ir import Outcome
from ordercheck.program.transform import fix_params, ordinary_twin
from ordercheck.relations.acyclicity import clocks
from ordercheck.verdict import Trace

# more candidate executions than these are not enumerated
MANY = 4000
MAX_SIZES = 1024


def machine_and_axiomatic(program: Program, setting: Setting, deadline: Deadline) -> str:
    """The complete outcomes of the reference machine and of the axiomatic engine."""
    if setting.machine is None:
        raise GaveOut("no machine is described for this model")
    # this one knows at once where there are too many to compare
    right = axiomatic.outcomes(program, setting.model, deadline).states
    left = explore.outcomes(program, setting.machine, deadline)
    return _sets(program, "the machine", left, "the axiomatic engine", right)


def schedules_and_axiomatic(
    program: Program, setting: Setting, deadline: Deadline, choose: random.Random, schedules: int = 20
) -> str:
    """Random schedules of the reference machine: each ends in an outcome of the axiomatic engine."""
    if setting.machine is None:
        raise GaveOut("no machine is described for this model")
    allowed = axiomatic.outcomes(program, setting.model, deadline).states
    found = set()
    for _ in range(schedules):
        _, outcome = explore.random_run(program, setting.machine, choose)
        if outcome is not None:
            found.add(outcome)
    return _sets(program, "a schedule of the machine", frozenset(found - allowed), "nothing", frozenset())


def explicit_and_symbolic(program: Program, setting: Setting, deadline: Deadline) -> str:
    """Enumeration of candidate executions (where they are not too many), and the solver's two encodings."""
    left = axiomatic.outcomes(program, setting.model, deadline, few=MANY).states
    right = axiomatic.outcomes(program, setting.model, deadline, few=0).states
    third = axiomatic.outcomes(program, setting.model, deadline, few=0, acyclic=clocks).states
    return _sets(program, "enumeration", left, "vertex elimination", right) or _sets(
        program, "vertex elimination", right, "clocks", third
    )


def _sets(program: Program, one: str, left: frozenset[Outcome], other: str, right: frozenset[Outcome]) -> str:
    found = [f"only {one} gives {_state(program, s)}" for s in sorted(left - right)[:3]]
    found += [f"only {other} gives {_state(program, s)}" for s in sorted(right - left)[:3]]
    return "; ".join(found)


def _state(program: Program, state: Outcome) -> str:
    return ", ".join(f"{what}={value:#x}" for what, value in zip(program.observe, state, strict=True))


def valuations(program: Program) -> Iterator[dict[str, Value]]:
    """All values of the parameters that the program's assumptions allow.

    Raises GaveOut where there are too many.
    """
    ranges: list[Sequence[Value]] = []
    total = 1
    for param in program.params:
        if param.sort == "bool":
            ranges.append((False, True))
        elif param.low is None or param.high is None:
            raise GaveOut(f"the parameter {param.name} has no bound")
        else:
            ranges.append(range(param.low, param.high + 1))
        total *= len(ranges[-1])
    if total > MAX_SIZES:
        raise GaveOut(f"{total} combinations of parameter values")
    for values in product(*ranges):
        env = dict(zip((p.name for p in program.params), values, strict=True))
        if all(evaluate(assumption, env) for assumption in program.assumptions):
            yield env


def inductive_and_exhaustive(
    program: Program,
    setting: Setting,
    prop: str,
    deadline: Deadline,
    sizes: Iterable[dict[str, Value]] | None = None,
    exact: bool = True,
) -> str:
    """The unbounded verdict, and the bounded ones at all parameter values (or at `sizes`).

    A proof must hold at each of them. exact: a counterexample must be one to the bounded
    engine too, at its own parameter values, and the machine must show it. Else it may be
    a false alarm, as two accesses that overlap in a part only can give: the unbounded
    engine follows one byte.
    """
    found = inductive.check(program, setting.order, prop, deadline)
    if isinstance(found, inductive.Counterexample):
        return "" if not exact else _unseen(program, setting, prop, found, deadline)
    for values in valuations(program) if sizes is None else sizes:
        answer = axiomatic.check(fix_params(program, values), setting.model, prop, deadline)
        if answer.violation is not None:
            return f"{prop}: proved, yet at {values}: {answer.violation.what}"
    return ""


def _unseen(
    program: Program, setting: Setting, prop: str, found: inductive.Counterexample, deadline: Deadline
) -> str:
    fixed = fix_params(program, found.params)
    answer = axiomatic.check(fixed, setting.model, prop, deadline)
    if answer.violation is not None:
        return "" if setting.machine is None else machine_and_exhaustive(fixed, setting, prop, deadline)
    if found.abstracted:
        raise GaveOut(f"a counterexample that may be due to {found.abstracted[0]}")
    place = f" at {found.object}+{found.offset}" if found.object else ""
    return f"{prop}: a counterexample ({found.hazard}{place}, {found.params}) that the bounded engine lacks"


def transparent_and_twin(program: Program, setting: Setting, deadline: Deadline) -> str:
    """The outcomes of a program, and those of its twin with ordinary stores: none may be new."""
    left = axiomatic.outcomes(program, setting.model, deadline).states
    right = axiomatic.outcomes(ordinary_twin(program), setting.model, deadline).states
    return _sets(program, "the program", left - right, "its twin", frozenset())


def machine_and_exhaustive(program: Program, setting: Setting, prop: str, deadline: Deadline) -> str:
    """The bounded verdict, and whether the machine finds a schedule that shows a violation.

    That schedule's token must replay to the same trace. The program has no free parameters.
    """
    if setting.machine is None:
        raise GaveOut("no machine is described for this model")
    answer = axiomatic.check(program, setting.model, prop, deadline)
    refutation = refute(program, setting.machine, prop, deadline)
    if answer.violation is None and refutation is not None:
        return f"{prop}: the machine refutes ({refutation.trace.summary}) what the axiomatic engine does not"
    if answer.violation is not None and refutation is None:
        return f"{prop}: the machine does not show: {answer.violation.what}"
    if refutation is not None:
        return _replayed(program, setting.machine, refutation.trace)
    return ""


def _replayed(program: Program, config: MachineConfig, trace: Trace) -> str:
    try:
        again = replay(program, config, trace.token)
    except InputError as error:
        return f"the schedule {trace.token} does not replay: {error}"
    return "" if again == trace else f"the schedule {trace.token} replays to another trace"
