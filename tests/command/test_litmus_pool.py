"""Litmus tests in worker processes that die, raise, or are many."""

from __future__ import annotations

import os
import signal
import time

import pytest

from ordercheck.command.litmus_inputs import Input
from ordercheck.command.litmus_pool import run
from ordercheck.errors import InputError
from ordercheck.report.litmus_result import OK, UNKNOWN, LitmusResult

MEMORY = 4 << 30


def made(decide: object, count: int, processes: int = 3) -> dict[int, LitmusResult]:
    tests = [(place, Input(str(place), str(place))) for place in range(count)]
    return dict(run(tests, decide, processes, MEMORY, lambda: None))  # type: ignore[arg-type]


def fine(given: Input) -> LitmusResult:
    return LitmusResult(given.path, given.test, OK)


@pytest.mark.parametrize("count", [1, 2, 3, 50])
@pytest.mark.parametrize("processes", [1, 2, 5])
def test_every_test_comes_back_once(count: int, processes: int) -> None:
    found = made(fine, count, processes)
    assert sorted(found) == list(range(count))
    assert all(found[place].file == str(place) for place in found)


def test_a_worker_that_dies_costs_its_own_test_only() -> None:
    def decide(given: Input) -> LitmusResult:
        if given.path in ("0", "7", "30"):
            os.kill(os.getpid(), signal.SIGKILL)
        return fine(given)

    found = made(decide, 40)
    assert sorted(found) == list(range(40))
    lost = [place for place, result in found.items() if result.verdict == UNKNOWN]
    assert sorted(lost) == [0, 7, 30]
    assert "killed by SIGKILL" in found[7].reason


def test_a_worker_out_of_memory_says_so() -> None:
    def decide(given: Input) -> LitmusResult:
        return LitmusResult(given.path, given.test, str(bytearray(MEMORY)))

    found = made(decide, 2)
    assert {result.verdict for result in found.values()} == {UNKNOWN}
    assert "out of memory" in found[0].reason


def test_bad_input_ends_the_run() -> None:
    def decide(given: Input) -> LitmusResult:
        raise InputError("no room on the disk")

    with pytest.raises(InputError, match="no room"):
        made(decide, 5)


def test_a_slow_test_holds_up_no_other() -> None:
    def decide(given: Input) -> LitmusResult:
        if given.path == "0":
            time.sleep(1)
        return fine(given)

    tests = [(place, Input(str(place), str(place))) for place in range(30)]
    order = [place for place, _ in run(tests, decide, 2, MEMORY, lambda: None)]
    assert len(order) == 30
    # the one that was next on the same worker may come later still
    assert 0 in order[-2:]
