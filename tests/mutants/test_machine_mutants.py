"""A test of the tests: a reference machine with one rule wrong turns the comparison red."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import pytest

from ordercheck.engines.operational import machine
from ordercheck.engines.operational.entry import Byte, Entry
from ordercheck.engines.operational.machine import Cpu, Machine, State
from ordercheck.engines.setting import load_model
from ordercheck.program.ir import Fence, Instr, Rmw
from tests.mutants.engines import noticed

Rule = Callable[..., Any]


def _sfence_orders_nothing(self: Machine, cpu: Cpu) -> Iterator[int]:
    for i, entry in enumerate(cpu.buffer):
        if entry.kind != "S" and not any(self._blocks(cpu, j, entry) for j in range(i)):
            yield i


def _overlap_orders_nothing(self: Machine, cpu: Cpu, j: int, later: Entry) -> bool:
    earlier = cpu.buffer[j]
    return earlier.kind == "W" and later.kind == "W"


def _stores_drain_in_any_order(self: Machine, cpu: Cpu, j: int, later: Entry) -> bool:
    earlier = cpu.buffer[j]
    return earlier.overlaps(later) and not self.free(cpu, j)


def _everything_drains_in_order(self: Machine, cpu: Cpu, j: int, later: Entry) -> bool:
    return True


def _pending_is_never_free(self: Machine, cpu: Cpu, j: int) -> bool:
    return False


def _drained_is_free_too(self: Machine, cpu: Cpu, j: int) -> bool:
    return self.config.nt == "contract" and cpu.buffer[j].kind == "NT"


def _oldest_is_forwarded(self: Machine, state: State, number: int, where: Byte) -> list[int]:
    for entry in state.cpus[number].buffer:
        if entry.object == where[0] and entry.start <= where[1] < entry.end:
            return [entry.data[where[1] - entry.start]]
    return [self.byte(state, where)]


def _nothing_is_forwarded(self: Machine, state: State, number: int, where: Byte) -> list[int]:
    return [self.byte(state, where)]


def _mfence_does_not_wait(self: Machine, cpu: Cpu, instr: Fence) -> list[object]:
    return [None] if "MFENCE" in instr.tags else _fence_choices(self, cpu, instr)


def _lfence_waits(self: Machine, cpu: Cpu, instr: Fence) -> list[object]:
    return [] if "LFENCE" in instr.tags and cpu.buffer else _fence_choices(self, cpu, instr)


def _locked_does_not_wait(self: Machine, state: State, number: int, instr: Instr) -> list[object]:
    return [None] if isinstance(instr, Rmw) else _choices(self, state, number, instr)


def _drain_keeps_program_order(self: Machine, cpu: Cpu) -> Iterator[tuple[Entry, ...]]:
    yield tuple(cpu.buffer)


def _drain_takes_any_order(entries: list[Entry]) -> Iterator[tuple[Entry, ...]]:
    yield from permutations(entries)


def _high_half_is_lost(state: State, entry: Entry) -> None:
    kept = max(4, len(entry.data) // 2)
    _write(state, entry._replace(data=entry.data[:kept]))


_fence_choices, _choices, _write = Machine._fence_choices, Machine.choices, Machine._write

# which rule is replaced, by what, and for which models that must show
MUTANTS: dict[str, tuple[str, Rule, tuple[str, ...]]] = {
    "sfence orders nothing": ("drainable", _sfence_orders_nothing, ("x86-nt", "nt-contract")),
    "overlap orders nothing": ("_blocks", _overlap_orders_nothing, ("x86-nt", "nt-contract")),
    "stores drain in any order": (
        "_blocks",
        _stores_drain_in_any_order,
        ("x86-tso", "x86-nt", "nt-contract"),
    ),
    "everything drains in order": ("_blocks", _everything_drains_in_order, ("x86-nt", "nt-contract")),
    "what is pending is never passed over": ("free", _pending_is_never_free, ("nt-contract",)),
    "what was drained is passed over too": ("free", _drained_is_free_too, ("nt-contract",)),
    "the oldest store is forwarded": ("byte_options", _oldest_is_forwarded, ("x86-tso", "x86-nt")),
    "nothing is forwarded": ("byte_options", _nothing_is_forwarded, ("x86-tso", "x86-nt", "nt-contract")),
    "mfence does not wait": ("_fence_choices", _mfence_does_not_wait, ("x86-tso", "x86-nt", "nt-contract")),
    "lfence waits": ("_fence_choices", _lfence_waits, ("x86-nt", "nt-contract")),
    "a locked operation does not wait": ("choices", _locked_does_not_wait, ("x86-tso", "x86-nt")),
    "a drain keeps program order": ("_orders", _drain_keeps_program_order, ("nt-contract",)),
    "the high half of a store is lost": ("_write", staticmethod(_high_half_is_lost), ("sc", "x86-tso")),
}
CASES = [(mutant, name) for mutant, (_, _, names) in MUTANTS.items() for name in names]


@pytest.mark.parametrize(("mutant", "name"), CASES)
def test_a_mutant_of_the_machine_is_noticed(mutant: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule, replacement, _ = MUTANTS[mutant]
    assert hasattr(Machine, rule)
    monkeypatch.setattr(Machine, rule, replacement)
    assert noticed(load_model(name))


def test_a_drain_that_swaps_ordinary_stores_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "landing_orders", _drain_takes_any_order)
    assert noticed(load_model("nt-contract"))
