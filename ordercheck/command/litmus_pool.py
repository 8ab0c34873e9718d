"""Tests in worker processes: results one by one as they come, and no worker that waits for its next test.

A worker is told of the test after the one that it is at, so that its answer and the next
question may cross. One that dies costs the test that it was at.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import wait

from ordercheck.command.jobs import TICK, Task, _serve
from ordercheck.command.litmus_inputs import Input
from ordercheck.report.litmus_result import UNKNOWN, LitmusResult

Place = tuple[int, Input]
Made = Generator[tuple[int, LitmusResult], None, None]

# with fewer tests than this for each worker left, none is kept for a worker that is busy
FEW_LEFT = 4


def run(
    tests: Sequence[Place],
    decide: Callable[[Input], LitmusResult],
    processes: int,
    memory: int,
    tick: Callable[[], None],
) -> Made:
    """Yields the place of each test with what became of it, as they come.

    memory: bytes of address space of a worker; tick is called a few times a second. Raises the
    InputError that decide raises. Whatever ends the iteration (also Ctrl-C) ends the workers.
    """
    pool = _Pool(tests, decide, memory)
    try:
        for _ in range(min(processes, len(tests))):
            pool.hire()
        while pool.workers:
            for worker in pool.ready():
                yield pool.result(worker)
            tick()
    finally:
        pool.kill()


class _Worker:
    """A forked process, and the numbers of the tests that it was told of, the one that it is at first."""

    def __init__(self, tasks: Sequence[Task[LitmusResult]], memory: int) -> None:
        context = get_context("fork")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, tasks, memory, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()
        self.told: deque[int] = deque()

    def tell(self, number: int) -> None:
        self.told.append(number)
        try:
            self.connection.send(number)
        except OSError:
            # it is dead already: that is noticed when its answer is read
            return

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class _Pool:
    """The workers, and the numbers of the tests that no worker was told of."""

    def __init__(self, tests: Sequence[Place], decide: Callable[[Input], LitmusResult], memory: int) -> None:
        self._tests, self._memory = tests, memory
        self._tasks = [Task(0, lambda given=given: decide(given)) for _, given in tests]  # type: ignore[misc]
        self._waiting = deque(range(len(tests)))
        self.workers: list[_Worker] = []

    def hire(self) -> None:
        """One more worker, with something to do."""
        self.workers.append(_Worker(self._tasks, self._memory))
        self._feed(self.workers[-1])

    def ready(self) -> list[_Worker]:
        """The workers that have something to say, or have died; waits a little."""
        said = wait([worker.connection for worker in self.workers], TICK)
        return [worker for worker in self.workers if worker.connection in said]

    def result(self, worker: _Worker) -> tuple[int, LitmusResult]:
        """What a worker says; where it has died, a new one goes on in its place."""
        number = worker.told[0]
        place, given = self._tests[number]
        try:
            outcome = worker.connection.recv()
        except (EOFError, OSError):
            return place, self._lost(worker, given)
        worker.told.popleft()
        self._feed(worker)
        if isinstance(outcome, LitmusResult):
            return place, outcome
        if isinstance(outcome, BaseException):
            raise outcome
        return place, _unknown(given, outcome.reason)

    def _lost(self, worker: _Worker, given: Input) -> LitmusResult:
        worker.process.join(1)
        code = worker.process.exitcode
        self._dismiss(worker)
        self._waiting.extendleft(list(worker.told)[:0:-1])
        if self._waiting:
            self.hire()
        how = (
            f"was killed by {signal.Signals(-code).name}"
            if code and code < 0
            else f"ended with status {code}"
        )
        return _unknown(given, f"the worker process {how} (memory limit {self._memory >> 20} MiB)")

    def _feed(self, worker: _Worker) -> None:
        if self._waiting and not worker.told:
            worker.tell(self._waiting.popleft())
        if len(worker.told) == 1 and len(self._waiting) > FEW_LEFT * len(self.workers):
            worker.tell(self._waiting.popleft())
        if not worker.told:
            self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.kill()

    def kill(self) -> None:
        """Ends all workers."""
        for worker in self.workers:
            worker.process.kill()
        for worker in list(self.workers):
            self._dismiss(worker)


def _unknown(given: Input, reason: str) -> LitmusResult:
    return LitmusResult(given.path, given.test, UNKNOWN, reason=reason)
