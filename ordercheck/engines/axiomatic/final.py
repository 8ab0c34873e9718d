"""What an execution leaves behind: registers and memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordercheck.engines.axiomatic.encode import Execution
from ordercheck.engines.axiomatic.values import join_parts
from ordercheck.program.expr import Value, evaluate, variables
from ordercheck.program.ir import MemoryAt, Observable, Rmw

Byte = tuple[str, int]


@dataclass(frozen=True, eq=False, slots=True)
class Final:
    """The final state: registers by thread number and name, and the bytes that events are about.

    What depends on a free choice is left out: an execution does not say how it was made.
    """

    registers: Mapping[tuple[int, str], Value]
    memory: Mapping[Byte, int]

    def value(self, what: Observable) -> int | None:
        """The value observed; None where the execution does not tell."""
        if not isinstance(what, MemoryAt):
            found = self.registers.get((what.thread, what.register))
            return None if found is None else int(found)
        places = [(what.object, k) for k in range(what.offset, what.offset + what.size)]
        if any(place not in self.memory for place in places):
            return None
        return int.from_bytes(bytes(self.memory[place] for place in places), "little")


def final(execution: Execution) -> Final:
    """The final state of an execution."""
    candidate, symbols = execution.candidate, _symbols(execution)
    registers: dict[tuple[int, str], Value] = {}
    for thread, trace in enumerate(candidate.traces):
        for name, value in trace.registers.items():
            if all(v in symbols for v in variables(value)):
                registers[thread, name] = evaluate(value, symbols)
    return Final(registers, _memory(execution))


def loaded(execution: Execution) -> dict[tuple[int, int], int]:
    """What each load returns, by the number of its thread and of the access in that.

    Accesses are counted as the reference machine does: a read-modify-write is two.
    """
    symbols = _symbols(execution)
    found: dict[tuple[int, int], int] = {}
    for thread, trace in enumerate(execution.candidate.traces):
        number = 0
        for access in trace.accesses:
            if access.kind == "R":
                found[thread, number] = int(symbols[access.symbol])
                number += 2 if isinstance(access.instr, Rmw) else 1
            elif access.kind == "W" and access.rmw < 0:
                number += 1
    return found


def _symbols(execution: Execution) -> dict[str, Value]:
    """The value of each load, by its symbol."""
    candidate = execution.candidate
    return {
        symbol: join_parts(candidate, parts, tuple(execution.values[part] for part in parts))
        for symbol, parts in candidate.parts.items()
    }


def _memory(execution: Execution) -> dict[Byte, int]:
    memory: dict[Byte, int] = {}
    before: dict[int, int] = {}
    for w, later in execution.co:
        before[later] = before.get(later, 0) + 1
        before.setdefault(w, 0)
    for (name, start, end), writers in execution.candidate.writers.items():
        last = max(writers, key=lambda w: before.get(w, 0))
        value = execution.values[last]
        memory.update(((name, start + k), value >> 8 * k & 0xFF) for k in range(end - start))
    return memory
