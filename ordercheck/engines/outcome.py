"""One final state of a program under a model: an execution with it, and a schedule; or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ordercheck.cat import Model
from ordercheck.engines import axiomatic
from ordercheck.engines.axiomatic.final import Final, final
from ordercheck.engines.axiomatic.forbidden import nearest
from ordercheck.engines.axiomatic.picture import picture
from ordercheck.engines.follow import Guide
from ordercheck.engines.operational import explore
from ordercheck.engines.operational.config import MachineConfig
from ordercheck.engines.operational.machine import Machine, State
from ordercheck.engines.operational.replay import OUTCOME, reach
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr
from ordercheck.program.ir import Program
from ordercheck.verdict import ASSERTIONS, Trace

# what the machine may look at for one schedule: some hundred MB
MAX_STATES = 200_000


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """Whether a final state that is wanted can be reached; `explain` says what shows it.

    execution: an allowed execution that reaches it, None where there is none.
    """

    program: Program
    model: Model
    machine: MachineConfig | None
    wanted: Expr
    deadline: Deadline
    bound: int
    execution: axiomatic.Execution | None

    @property
    def allowed(self) -> bool:
        """Whether the model has such an execution."""
        return self.execution is not None

    def explain(self) -> Trace:
        """That execution, with a schedule of the machine where there is one.

        Else an execution that the model forbids, with the cycle that forbids it. Raises
        GaveOut as `look_for` does.
        """
        if self.execution is None:
            return _forbidden(self)
        return shown(self.execution, self.program, self.model, self.machine, self.deadline)


def look_for(
    program: Program,
    model: Model,
    machine: MachineConfig | None,
    wanted: Expr,
    deadline: Deadline,
    bound: int,
) -> Outcome:
    """Whether the model allows a final state in which `wanted` holds (over str(observable)).

    Raises GaveOut as the bounded engine does, InputError for a free parameter.
    """
    execution = axiomatic.find(program, model, wanted, deadline, bound)
    return Outcome(program, model, machine, wanted, deadline, bound, execution)


def shown(
    execution: axiomatic.Execution,
    program: Program,
    model: Model,
    machine: MachineConfig | None,
    deadline: Deadline,
) -> Trace:
    """An allowed execution, and a schedule of the machine with the same final state."""
    summary = f"an execution that {model.name} allows"
    if machine is None:
        note = f"no reference machine is described for {model.name}: there is no schedule"
        return _execution(execution, model, summary, note)
    try:
        trace = led(execution, program, model, machine, deadline)
        if trace is None:
            trace = reach(program, machine, _same(final(execution)), deadline, MAX_STATES)
    except GaveOut as reason:
        return _execution(execution, model, summary, f"no schedule of the reference machine: {reason}")
    if trace is None:
        note = "the reference machine does not reach this state: the model and its machine differ here"
        return _execution(execution, model, summary, note)
    return replace(trace, summary=summary, graph=picture(execution, model))


def led(
    execution: axiomatic.Execution,
    program: Program,
    model: Model,
    machine: MachineConfig,
    deadline: Deadline,
    prop: str = OUTCOME,
) -> Trace | None:
    """A schedule that does as the execution does, to the end or to a failed assertion; None: there is none.

    prop: what the trace shows, as `reach` takes it. Raises GaveOut where time or a limit gives out.
    """
    accept = _failed if prop == ASSERTIONS else _same(final(execution))
    trace = reach(program, machine, accept, deadline, MAX_STATES, Guide(execution, model), prop)
    return None if trace is None else replace(trace, graph=picture(execution, model))


def _failed(machine: Machine, state: State) -> bool:
    return bool(state.failed)


def _execution(execution: axiomatic.Execution, model: Model, summary: str, note: str) -> Trace:
    from ordercheck.engines.axiomatic.explain import explain

    trace = explain(execution, model, summary)
    return replace(trace, hazard="outcome", summary=summary, notes=(note,))


class _same:  # noqa: N801  # used as a function
    """Whether a state of the machine is final and is the one that an execution ends in."""

    def __init__(self, wanted: Final) -> None:
        self.wanted = wanted

    def __call__(self, machine: Machine, state: State) -> bool:
        if not explore.finished(state):
            return False
        registers = self.wanted.registers.items()
        if any(state.cpus[thread].registers[name] != value for (thread, name), value in registers):
            return False
        return all(machine.byte(state, place) == value for place, value in self.wanted.memory.items())


def _forbidden(asked: Outcome) -> Trace:
    model = asked.model
    ruled = nearest(asked.program, model, asked.wanted, asked.deadline, asked.bound)
    if ruled is None:
        summary = "no such final state comes about, whatever is read from where"
        return Trace("forbidden", "outcome", summary, ())
    names = " and ".join(f"`{check.name}`" for check in ruled.passed)
    passing = f" that passes {names}" if names else ""
    summary = f"{model.name} allows no such execution: every one{passing} fails `{ruled.check.name}`"
    return Trace("forbidden", "outcome", summary, (), graph=picture(ruled.execution, model))
