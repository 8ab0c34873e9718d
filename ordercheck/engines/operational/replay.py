"""Refutations that the machine itself shows, and schedules that show them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from ordercheck.engines.operational import explore
from ordercheck.engines.operational.config import MachineConfig
from ordercheck.engines.operational.delay import (
    MAX_SCRIPTED,
    Happened,
    Plan,
    Run,
    Script,
    attempts,
    candidates,
    run,
)
from ordercheck.engines.operational.entry import Byte
from ordercheck.engines.operational.machine import Action, Machine, State
from ordercheck.engines.operational.narrate import describe, narrate, silent
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program.expr import evaluate
from ordercheck.program.ir import NT, Assert, Havoc, Load, Program, Rmw, Store
from ordercheck.program.transform import ordinary_twin
from ordercheck.verdict import ASSERTIONS, CONDITION, Place, Step, Trace, place_of

_DELAY = re.compile(r"delay:(-|\d{1,9}):(\d{1,3})((?:=-?\d{1,160}){0,4000}):(transparency|assertions)")
_STEPS = re.compile(
    r"steps:(transparency|assertions|condition|outcome):"
    r"((?:[xd]\d{1,4}\.\d{1,6})(?:,[xd]\d{1,4}\.\d{1,6})*)"
)
OUTCOME = "outcome"
LABELS = 1.0
"""Seconds for what a refutation says besides: which stores are lost without a difference."""


@dataclass(frozen=True, slots=True)
class Refutation:
    """A violation that the machine showed; benign: labels of stores that are lost without a difference."""

    trace: Trace
    benign: tuple[str, ...]


def refute(
    program: Program, config: MachineConfig, prop: str, deadline: Deadline, script: Script | None = None
) -> Refutation | None:
    """A violation of "transparency" or "assertions", None where none was found.

    One thread: runs that delay one store each (not every schedule), by the script's free choices
    where there is one. Several threads: every schedule; None is then an answer. Raises GaveOut
    where time or a limit gives out, InputError for a free parameter.
    """
    if len(program.threads) > 1 or prop == CONDITION:
        return _refute_threads(program, config, prop, deadline)
    for shown in attempts(program, config, prop, deadline, script):
        if shown.violation is not None:
            return Refutation(
                narrate(shown, _encode(shown.plan, prop)), _benign(program, config, shown, deadline)
            )
    return None


def violated(program: Program, config: MachineConfig, prop: str, deadline: Deadline) -> bool:
    """Whether `refute` finds a violation; cheaper where no more is asked."""
    if len(program.threads) > 1 or prop == CONDITION:
        return _refute_threads(program, config, prop, deadline) is not None
    return any(shown.violation is not None for shown in attempts(program, config, prop, deadline))


def reach(
    program: Program,
    config: MachineConfig,
    accept: Callable[[Machine, State], bool],
    deadline: Deadline,
    max_states: int = explore.MAX_STATES,
    guide: explore.Guide | None = None,
    prop: str = OUTCOME,
) -> Trace | None:
    """A schedule to a state that `accept` takes; None: there is none.

    guide: as `explore.find` takes it; prop: what the state shows: OUTCOME, or the property
    that it violates. Raises GaveOut where time or a limit gives out, InputError for a free
    parameter.
    """
    schedule = explore.find(program, config, accept, deadline, max_states, guide)
    if schedule is None:
        return None
    return _trace(program, config, prop, schedule, _token(prop, schedule))


def _token(prop: str, schedule: Sequence[Action]) -> str:
    text = ",".join(f"{a.kind[0].replace('e', 'x')}{a.cpu}.{a.which}" for a in schedule)
    return f"steps:{prop}:{text}"


def replay(program: Program, config: MachineConfig, schedule: str, deadline: Deadline | None = None) -> Trace:
    """The trace of a schedule that `refute` gave (its trace's token).

    Raises InputError where the schedule is malformed or does not fit the program, GaveOut where
    the run is too long.
    """
    deadline = deadline or Deadline()
    if match := _DELAY.fullmatch(schedule):
        held = None if match[1] == "-" else int(match[1])
        plan = Plan(held, int(match[2]), tuple(map(int, match[3].split("=")[1:])))
        shown = run(program, config, match[4], plan, deadline)
        if shown.violation is None and not shown.ended:
            raise GaveOut("the run is too long for the reference machine")
        if shown.violation is None:
            raise InputError("the schedule shows no violation of this program")
        return narrate(shown, schedule)
    if match := _STEPS.fullmatch(schedule):
        actions = [_action(text) for text in match[2].split(",")]
        try:
            return _trace(program, config, match[1], actions, schedule)
        except GaveOut as error:
            raise InputError(str(error)) from error
    raise InputError("malformed schedule: expected delay:... or steps:...")


def _encode(plan: Plan, prop: str) -> str:
    values = "".join(f"={value}" for value in plan.values)
    return f"delay:{'-' if plan.held is None else plan.held}:{plan.picks}{values}:{prop}"


def _action(text: str) -> Action:
    cpu, _, which = text[1:].partition(".")
    return Action("execute" if text[0] == "x" else "drain", int(cpu), int(which))


def _benign(program: Program, config: MachineConfig, shown: Run, deadline: Deadline) -> tuple[str, ...]:
    """Labels of stores that some delay loses, and none with a difference; none where that takes long."""
    benign: set[str] = set(shown.watch.benign)
    harmed: set[str] = set(shown.watch.harmed)
    plan = shown.plan
    numbers: list[int | None] = [None]
    # the violation is there already: it must not be lost to this
    deadline = deadline.part(0.25, LABELS)
    with suppress(GaveOut):
        for number in numbers:
            again = run(program, config, "", replace(plan, held=number), deadline, most=MAX_SCRIPTED)
            if not again.ended:
                return ()
            if number is None:
                numbers += candidates(program, again)
            else:
                benign |= again.watch.benign
                harmed |= again.watch.harmed
        return tuple(sorted(label for label in benign - harmed if label))
    return ()


def _refute_threads(
    program: Program, config: MachineConfig, prop: str, deadline: Deadline
) -> Refutation | None:
    if prop == ASSERTIONS:
        if any(isinstance(i, Store) and i.lasting for _, _, _, i in program.instructions()):
            raise GaveOut("`lasting` is checked for programs of one thread")
        schedule = explore.find(program, config, lambda m, s: bool(s.failed), deadline)
    elif prop == CONDITION:
        schedule = explore.find(program, config, _breaks_condition, deadline)
    else:
        if not any(isinstance(i, Store) and NT in i.tags for _, _, _, i in program.instructions()):
            return None
        twin = _final_states(ordinary_twin(program), config, deadline)
        schedule = explore.find(
            program, config, lambda m, s: explore.finished(s) and _final(m, s) not in twin, deadline
        )
    if schedule is None:
        return None
    return Refutation(_trace(program, config, prop, schedule, _token(prop, schedule)), ())


def _breaks_condition(machine: Machine, state: State) -> bool:
    """Whether this is a final state that the program's condition (~exists or forall) rules out."""
    condition = machine.program.condition
    if condition is None or not explore.finished(state):
        return False
    names = map(str, machine.program.observe)
    values = dict(zip(names, explore.outcome(machine, state), strict=True))
    return bool(evaluate(condition.expr, values)) == (condition.quantifier == "~exists")


def _final_states(program: Program, config: MachineConfig, deadline: Deadline) -> set[object]:
    found: set[object] = set()

    def collect(machine: Machine, state: State) -> bool:
        if explore.finished(state):
            found.add(_final(machine, state))
        return False

    explore.find(program, config, collect, deadline)
    return found


def _final(machine: Machine, state: State) -> object:
    """Registers and memory, bytes that hold what they held at first left out."""
    changed = {w: v for w, v in state.memory.items() if v != machine.program.object(w[0]).initial_byte(w[1])}
    return tuple(tuple(c.registers.values()) for c in state.cpus), frozenset(changed.items())


def _trace(
    program: Program, config: MachineConfig, prop: str, schedule: Sequence[Action], token: str
) -> Trace:
    machine = Machine(program, config)
    state = machine.start()
    steps: list[Step] = []
    landed: Place | None = None
    for action in schedule:
        step = _perform(machine, state, action)
        if step.kind == "drain" and isinstance(step.instr, Store) and NT in step.instr.tags:
            landed = place_of(step.instr.source)
        if isinstance(step.instr, Havoc) or not silent(step):
            steps.append(describe(len(steps) + 1, action.cpu, step))
    late = _pending(state) or landed
    if prop == ASSERTIONS:
        if not state.failed:
            raise InputError("the schedule shows no violation of this program")
        failed = state.failed[-1]
        name = f" {failed.name}" if isinstance(failed, Assert) and failed.name else ""
        return Trace(
            "schedule",
            "assertion",
            f"assertion fails at {failed.source}",
            tuple(steps),
            token=token,
            headline=f"assertion{name} fails",
            at=place_of(failed.source),
            late=late,
        )
    if prop in (CONDITION, OUTCOME):
        return replace(_ended(machine, state, prop, steps, token), late=late)
    final = "; ".join(
        f"{t.name}:{name}={value}"
        for t, cpu in zip(program.threads, state.cpus, strict=True)
        for name, value in cpu.registers.items()
    )
    summary = f"an outcome that ordinary stores do not have: {final}"
    return Trace("schedule", "outcome", summary, tuple(steps), token=token, late=late)


def _pending(state: State) -> Place | None:
    """The oldest non-temporal store that has not reached memory."""
    waiting = [entry for cpu in state.cpus for entry in cpu.buffer if entry.kind == "NT"]
    return place_of(waiting[0].instr.source) if waiting else None


def _ended(machine: Machine, state: State, prop: str, steps: Sequence[Step], token: str) -> Trace:
    """The trace of a schedule that is about the state in which it ends."""
    for number, cpu in enumerate(state.cpus):
        machine.next(cpu, number)
    if not explore.finished(state):
        raise InputError("the schedule ends before the program does")
    if prop == CONDITION and not _breaks_condition(machine, state):
        raise InputError("the schedule shows no violation of this program")
    values = zip(machine.program.observe, explore.outcome(machine, state), strict=True)
    text = "; ".join(f"{what}={value}" for what, value in values)
    summary = f"the condition fails in the final state {text}" if prop == CONDITION else f"final state {text}"
    return Trace("schedule", "outcome", summary, tuple(steps), token=token)


def _perform(machine: Machine, state: State, action: Action) -> Happened:
    """Takes one step of a schedule, and what it did."""
    if action.cpu >= len(state.cpus):
        raise InputError("the schedule does not fit the program")
    cpu = state.cpus[action.cpu]
    if action.kind == "drain":
        if action.which >= len(cpu.buffer):
            raise InputError("the schedule does not fit the program")
        entry = cpu.buffer[action.which]
        explore.perform(machine, state, action)
        return Happened("drain", entry.instr, entry, buffered=tuple(cpu.buffer))
    instr = machine.next(cpu, action.cpu)
    if instr is None:
        raise InputError("the schedule does not fit the program")
    number, value = cpu.number, 0
    place: Byte = ("", 0)
    if isinstance(instr, Load | Rmw):
        place = machine.place(cpu, instr)
    explore.perform(machine, state, action)
    if isinstance(instr, Load | Rmw | Havoc):
        value = int(cpu.registers[instr.dst])
    made = next((e for e in cpu.buffer if e.number == number and e.instr is instr), None)
    return Happened("execute", instr, made, value, place, buffered=tuple(cpu.buffer))
