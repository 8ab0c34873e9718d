"""One final state of a program under a model: an execution with it, and a schedule; or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ordercheck.cat import Model
from ordercheck.engines import axiomatic
from ordercheck.engines.axiomatic.final import Final, final, loaded
from ordercheck.engines.axiomatic.forbidden import nearest
from ordercheck.engines.axiomatic.picture import picture
from ordercheck.engines.operational import explore
from ordercheck.engines.operational.config import MachineConfig
from ordercheck.engines.operational.machine import Action, Machine, State
from ordercheck.engines.operational.replay import reach
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr
from ordercheck.program.ir import Load, Program, Rmw
from ordercheck.verdict import Trace

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
    same, loads = _same(final(execution)), _Loads(loaded(execution))
    try:
        trace = reach(program, machine, same, deadline, MAX_STATES, loads)
        if trace is None:
            trace = reach(program, machine, same, deadline, MAX_STATES)
    except GaveOut as reason:
        return _execution(execution, model, summary, f"no schedule of the reference machine: {reason}")
    if trace is None:
        note = "the reference machine does not reach this state: the model and its machine differ here"
        return _execution(execution, model, summary, note)
    return replace(trace, summary=summary, graph=picture(execution, model))


def _execution(execution: axiomatic.Execution, model: Model, summary: str, note: str) -> Trace:
    trace = axiomatic.explain(execution, model, summary)
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


class _Loads:
    """Whether an action of the machine lets a load return what it returns in an execution."""

    def __init__(self, wanted: Mapping[tuple[int, int], int]) -> None:
        self.wanted = wanted

    def __call__(self, machine: Machine, state: State, action: Action) -> bool:
        cpu = state.cpus[action.cpu]
        value = self.wanted.get((action.cpu, cpu.number))
        instr = machine.next(cpu, action.cpu) if action.kind == "execute" else None
        if value is None or not isinstance(instr, Load | Rmw):
            return True
        if isinstance(instr, Load):
            return machine.choices(state, action.cpu, instr)[action.which] == value
        name, start = machine.place(cpu, instr)
        data = bytes(machine.byte(state, (name, k)) for k in range(start, start + instr.size))
        return int.from_bytes(data, "little") == value


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
