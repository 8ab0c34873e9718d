"""The reference machine led along an execution, so that its schedule is found without a search.

Each load returns what it returns there, stores reach memory in the coherence order, and
of what can happen the machine tries first what comes first in an order that the model's
checks allow.
"""

from __future__ import annotations

from ordercheck.cat.terms import Model
from ordercheck.engines.axiomatic.encode import Execution
from ordercheck.engines.axiomatic.explain import in_order
from ordercheck.engines.axiomatic.final import loaded
from ordercheck.engines.operational.machine import Action, Machine, State
from ordercheck.program.ir import Instr, Load, Publish, Rmw, Store

Key = tuple[int, int]
"""The number of a CPU, and that of an access on it as the machine counts: a locked one is two."""


class Guide:
    """What of the machine's actions fits an execution, and what comes first in it."""

    def __init__(self, execution: Execution, model: Model) -> None:
        self.loads = loaded(execution)
        events = execution.candidate.events
        keys = _keys(execution)
        self._rank: dict[Key, int] = {}
        for place, event in enumerate(in_order(execution, model)):
            if event in keys:
                self._rank.setdefault(keys[event], place)
        self._before: dict[Key, set[Key]] = {}
        for earlier, later in execution.co:
            if earlier in keys and later in keys and events[later].kind == "W":
                self._before.setdefault(keys[later], set()).add(keys[earlier])

    def allow(self, machine: Machine, state: State, action: Action) -> bool:
        """Whether the action can be part of this execution."""
        cpu = state.cpus[action.cpu]
        if action.kind == "drain":
            return self._may_land(state, (action.cpu, cpu.buffer[action.which].number))
        instr = machine.next(cpu, action.cpu)
        if isinstance(instr, Load):
            wanted = self.loads.get((action.cpu, cpu.number))
            return wanted is None or machine.choices(state, action.cpu, instr)[action.which] == wanted
        if isinstance(instr, Rmw):
            name, start = machine.place(cpu, instr)
            data = bytes(machine.byte(state, (name, k)) for k in range(start, start + instr.size))
            wanted = self.loads.get((action.cpu, cpu.number))
            same = wanted is None or int.from_bytes(data, "little") == wanted
            return same and self._may_land(state, (action.cpu, cpu.number + 1))
        if isinstance(instr, Store | Publish) and machine.config.stores == "direct":
            return self._may_land(state, (action.cpu, cpu.number))
        return True

    def rank(self, machine: Machine, state: State, action: Action) -> int:
        """The place of the action in the execution; what is not in it comes first."""
        cpu = state.cpus[action.cpu]
        if action.kind == "drain":
            return self._rank.get((action.cpu, cpu.buffer[action.which].number), -1)
        instr: Instr | None = machine.next(cpu, action.cpu)
        if isinstance(instr, Load | Rmw | Store | Publish):
            return self._rank.get((action.cpu, cpu.number), -1)
        return -1

    def _may_land(self, state: State, key: Key) -> bool:
        """Whether all stores that are before this one in coherence have reached memory."""
        for number, access in self._before.get(key, ()):
            cpu = state.cpus[number]
            if (number, access) != key and (
                cpu.number <= access or any(entry.number == access for entry in cpu.buffer)
            ):
                return False
        return True


def _keys(execution: Execution) -> dict[int, Key]:
    """For each event that is (a part of) a load or store of a thread, which access it belongs to."""
    candidate = execution.candidate
    numbers: dict[Key, int] = {}
    for thread, trace in enumerate(candidate.traces):
        number = 0
        for index, access in enumerate(trace.accesses):
            if access.kind == "R":
                numbers[thread, index] = number
                number += 2 if isinstance(access.instr, Rmw) else 1
            elif access.kind == "W":
                numbers[thread, index] = number - 1 if access.rmw >= 0 else number
                number += access.rmw < 0
    return {
        i: (event.thread, numbers[event.thread, event.index])
        for i, event in enumerate(candidate.events)
        if (event.thread, event.index) in numbers and event.access is not None
    }
