"""`fuzz` counts what it compared, and shrinks what differs."""

from __future__ import annotations

import pytest

from ordercheck.engines.operational.entry import Byte
from ordercheck.engines.operational.machine import Machine, State
from ordercheck.shipped import memory_models
from ordercheck.testing.fuzz import run


def test_nothing_differs_and_everything_is_counted() -> None:
    told: list[int] = []
    report = run(examples=120, seed=7, progress=told.append)
    assert report.disagreements == ()
    assert report.examples == 120
    assert told == list(range(1, 121))
    assert sum(c.agreed + sum(c.skipped.values()) for c in report.compared) == 120
    assert {c.model for c in report.compared} == set(memory_models())


def test_the_same_seed_compares_the_same() -> None:
    first, second = run(examples=60, seed=11), run(examples=60, seed=11)
    assert first.compared == second.compared


def test_time_ends_a_run() -> None:
    report = run(examples=10**9, seed=3, seconds=0.5)
    assert 0 < report.examples < 10**6
    assert report.disagreements == ()


def test_a_disagreement_is_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_is_forwarded(self: Machine, state: State, number: int, where: Byte) -> list[int]:
        return [self.byte(state, where)]

    monkeypatch.setattr(Machine, "byte_options", nothing_is_forwarded)
    report = run(examples=200, seed=5, models=["x86-tso"])
    found = [d for d in report.disagreements if d.pair.startswith("machine")]
    assert found
    assert {d.model for d in found} == {"x86-tso"}
    assert all(d.seed == 5 and d.difference for d in found)
    smallest = min((d.program for d in found), key=len)
    assert "thread P1" not in smallest
    assert smallest.count("store") == smallest.count("load") == 1
