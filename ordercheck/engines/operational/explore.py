"""Every schedule of the reference machine, with states hashed; or one, drawn at random.

Reduction: an instruction that only its own CPU can notice is executed at once, alone.
Those are Assign, Assume, Assert, fences without effect, and a store that goes to the own
buffer: appending commutes with every action of the others, and with the own CPU's drains,
whose being allowed depends on earlier entries only. An SFENCE is among them unless the
machine has to choose an order at it. Loads, locked operations, MFENCE, and every drain
are interleaved.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from ordercheck.engines.operational.config import MachineConfig
from ordercheck.engines.operational.machine import Action, Machine, State
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.ir import (
    MFENCE,
    SFENCE,
    Assert,
    Assign,
    Assume,
    Fence,
    Instr,
    MemoryAt,
    Observable,
    Outcome,
    Program,
    Publish,
    Store,
)

MAX_STATES = 2_000_000


class Guide(Protocol):
    """Says which actions are to be looked at in a state, and in which order (low ranks first)."""

    def allow(self, machine: Machine, state: State, action: Action) -> bool:
        """Whether to look at it."""

    def rank(self, machine: Machine, state: State, action: Action) -> int:
        """Its place among the others."""


def outcomes(
    program: Program,
    config: MachineConfig,
    deadline: Deadline | None = None,
    max_states: int = MAX_STATES,
    reduce: bool = True,
) -> frozenset[Outcome]:
    """Every final state over `program.observe`, all buffers being empty then.

    Raises GaveOut where time, the number of states, or something not modelled gives out.
    """
    machine = Machine(program, config)
    found: set[Outcome] = set()
    for state, _ in _search(machine, deadline or Deadline(), max_states, reduce, depth_first=True):
        if finished(state):
            found.add(outcome(machine, state))
    return frozenset(found)


def find(
    program: Program,
    config: MachineConfig,
    accept: Callable[[Machine, State], bool],
    deadline: Deadline | None = None,
    max_states: int = MAX_STATES,
    guide: Guide | None = None,
) -> list[Action] | None:
    """A schedule, as short as there is one, to a state that `accept` takes; None where there is none.

    With a guide: the first that is found, of actions that it allows.
    """
    machine = Machine(program, config)
    search = _search(machine, deadline or Deadline(), max_states, True, guide is not None, guide)
    for state, schedule in search:
        if accept(machine, state):
            return schedule()
    return None


def random_run(
    program: Program, config: MachineConfig, rng: random.Random
) -> tuple[list[Action], Outcome | None]:
    """One schedule, each step drawn from `rng`, and its outcome (None: an assumption failed)."""
    machine = Machine(program, config)
    state = machine.start()
    schedule: list[Action] = []
    while True:
        moves = [] if state.dead else list(actions(machine, state, reduce=False))
        if not moves:
            return schedule, None if state.dead or not finished(state) else outcome(machine, state)
        action = rng.choice(moves)
        perform(machine, state, action)
        schedule.append(action)


def finished(state: State) -> bool:
    """Whether every thread has ended and every buffer is empty."""
    return all(cpu.done and not cpu.buffer for cpu in state.cpus)


def outcome(machine: Machine, state: State) -> Outcome:
    """What the program observes of a final state."""

    def value(what: Observable) -> int:
        if isinstance(what, MemoryAt):
            places = range(what.offset, what.offset + what.size)
            return int.from_bytes(bytes(machine.byte(state, (what.object, k)) for k in places), "little")
        return int(state.cpus[what.thread].registers[what.register])

    return tuple(map(value, machine.program.observe))


def actions(machine: Machine, state: State, reduce: bool) -> Iterator[Action]:
    """What can happen next; with `reduce` only one CPU's local instruction where there is one."""
    following: list[tuple[int, Instr | None]] = [
        (number, machine.next(cpu, number)) for number, cpu in enumerate(state.cpus)
    ]
    if reduce:
        for number, instr in following:
            if instr is not None and _local(machine, instr):
                yield Action("execute", number, 0)
                return
    for number, instr in following:
        if instr is not None:
            for which in range(len(machine.choices(state, number, instr))):
                yield Action("execute", number, which)
        for which in machine.drainable(state.cpus[number]):
            yield Action("drain", number, which)


def _local(machine: Machine, instr: Instr) -> bool:
    if isinstance(instr, Fence):
        if MFENCE in instr.tags:
            return False
        return SFENCE not in instr.tags or machine.config.nt != "contract"
    if isinstance(instr, Store | Publish):
        return machine.config.stores == "buffered"
    return isinstance(instr, Assign | Assume | Assert)


def perform(machine: Machine, state: State, action: Action) -> None:
    """Takes one step. Raises GaveOut where the step is not possible."""
    cpu = state.cpus[action.cpu]
    if action.kind == "drain":
        if action.which not in machine.drainable(cpu):
            raise GaveOut("the schedule does not fit the program")
        machine.drain(state, action.cpu, action.which)
        return
    instr = machine.next(cpu, action.cpu)
    options = [] if instr is None else machine.choices(state, action.cpu, instr)
    if instr is None or action.which >= len(options):
        raise GaveOut("the schedule does not fit the program")
    machine.execute(state, action.cpu, instr, options[action.which])


_Path = tuple["_Path | None", Action] | None


def _search(
    machine: Machine,
    deadline: Deadline,
    max_states: int,
    reduce: bool,
    depth_first: bool,
    guide: Guide | None = None,
) -> Iterator[tuple[State, Callable[[], list[Action]]]]:
    """Every state that can be reached, each once, with a way to it."""
    first = machine.start()
    queue: deque[tuple[State, _Path]] = deque([(first, None)])
    seen: set[object] = set()
    while queue:
        state, path = queue.pop() if depth_first else queue.popleft()
        if state.dead:
            continue
        moves = list(actions(machine, state, reduce))
        key = state.key()
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > max_states:
            raise GaveOut(f"more than {max_states} states")
        if len(seen) % 256 == 0:
            deadline.check()
        yield state, partial(_unwind, path)
        if guide is not None:
            moves = [action for action in moves if guide.allow(machine, state, action)]
            # the last one is taken first
            moves.sort(key=lambda action: guide.rank(machine, state, action), reverse=True)
        for action in moves:
            successor = state.copy()
            perform(machine, successor, action)
            queue.append((successor, (path, action)))


def _unwind(path: _Path) -> list[Action]:
    found: list[Action] = []
    while path is not None:
        path, action = path
        found.append(action)
    return found[::-1]
