"""Worker processes: results as they come, and none that hangs, whatever a task does."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from ordercheck.command import jobs
from ordercheck.errors import Deadline, InputError


def sleep() -> int:
    time.sleep(60)
    return 0


def die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def hog() -> int:
    return len(bytearray(1 << 33))


def fail() -> int:
    raise ValueError("two\nlines")


def run(
    *actions: Callable[[], int], workers: int = 2, seconds: float | None = 30
) -> dict[int, int | jobs.Died]:
    tasks: list[jobs.Task[int | jobs.Died]] = [
        jobs.Task(number % 3, action) for number, action in enumerate(actions)
    ]
    return dict(jobs.run(tasks, workers, Deadline(seconds), memory=2 << 30))


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_task_gives_its_result(workers: int) -> None:
    results = run(*(lambda n=n: n * n for n in range(20)), workers=workers)
    assert results == {n: n * n for n in range(20)}


def test_nothing_to_do() -> None:
    assert run() == {}


def test_a_worker_that_dies_costs_its_own_task_only() -> None:
    results = run(lambda: 1, die, lambda: 2, die, lambda: 3, workers=1)
    assert [results[n] for n in (0, 2, 4)] == [1, 2, 3]
    for n in (1, 3):
        died = results[n]
        assert isinstance(died, jobs.Died)
        assert "SIGKILL" in died.reason


def test_a_task_that_raises_says_what_in_one_line() -> None:
    died = run(fail)[0]
    assert isinstance(died, jobs.Died)
    assert died.reason.startswith("internal error: ValueError: two lines (")


def test_the_memory_of_a_worker_is_limited() -> None:
    assert run(hog, lambda: 1, workers=1) == {0: jobs.Died("out of memory: the limit is 2048 MiB"), 1: 1}


def test_what_outlives_the_deadline_is_killed() -> None:
    start = time.monotonic()
    results = run(lambda: 1, sleep, sleep, sleep, seconds=0.2)
    assert time.monotonic() - start < 5
    assert results[0] == 1
    assert [results[n] for n in (1, 2, 3)] == [jobs.Died("time-out after 0.2 s")] * 3


def test_bad_input_ends_the_run() -> None:
    def bad() -> int:
        raise InputError("no such thing", "file.py", 3, 4)

    with pytest.raises(InputError, match="no such thing") as caught:
        run(bad, sleep)
    assert str(caught.value) == "file.py:3:4: error: no such thing"


def test_a_consumer_that_leaves_kills_the_workers() -> None:
    seen: list[int] = []
    running = jobs.run([jobs.Task(0, lambda: os.getpid()), jobs.Task(1, sleep)], 1, Deadline(None))
    number, pid = next(running)
    assert isinstance(pid, int)
    seen.append(number)
    running.close()
    assert seen == [0]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_tasks_of_one_key_go_to_one_worker() -> None:
    def slow() -> int:
        time.sleep(0.05)
        return os.getpid()

    tasks: list[jobs.Task[int | jobs.Died]] = [jobs.Task(number // 4, slow) for number in range(8)]
    pids = dict(jobs.run(tasks, 2, Deadline(30)))
    # the last ones go to whoever is idle
    assert pids[0] == pids[1] != pids[4] == pids[5]
