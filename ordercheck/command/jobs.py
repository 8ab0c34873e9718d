"""Independent tasks in worker processes: results as they come, and nothing that hangs.

Workers are forked, so that a task may be any closure and nothing is imported again. A
worker that dies, or that outlives the deadline inside a solver, costs its own task only.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import time
from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from ordercheck.errors import Deadline, InputError

T = TypeVar("T")
TICK = 0.2
# what an engine may need after the deadline to say so itself
GRACE = 0.5
MEMORY = 4 << 30
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """Something to do. Tasks of one key profit from what a process remembers: they share a worker
    where that costs no waiting.
    """

    key: Hashable
    run: Callable[[], T]


@dataclass(frozen=True, slots=True)
class Died:
    """A task that came to no result, and why."""

    reason: str


def run(
    tasks: Sequence[Task[T]],
    jobs: int,
    deadline: Deadline,
    memory: int = MEMORY,
    tick: Callable[[], None] = lambda: None,
) -> Generator[tuple[int, T | Died], None, None]:
    """Yields (the task's number, its result) as results come, in any order, each once.

    jobs: how many workers; memory: bytes of address space for each; tick is called a few
    times a second. Raises the InputError of a task that raises one. Whatever ends the
    iteration (also Ctrl-C) kills the workers.
    """
    pool = _Pool(tasks, memory)
    try:
        pool.hire(min(jobs, len(tasks)))
        while pool.busy:
            left = deadline.left()
            for worker in pool.ready(TICK if left is None else min(TICK, left + GRACE)):
                number, outcome = pool.result(worker)
                if isinstance(outcome, InputError):
                    raise outcome
                yield number, outcome
            tick()
            if _overdue(deadline):
                died = Died(f"time-out after {deadline.seconds:g} s")
                yield from ((number, died) for number in pool.unfinished())
                return
    finally:
        pool.kill()


def _overdue(deadline: Deadline) -> bool:
    return deadline.end is not None and time.monotonic() > deadline.end + GRACE


class _Worker:
    """A forked process that runs tasks by number, one at a time."""

    def __init__(self, tasks: Sequence[Task[Any]], memory: int) -> None:
        context = get_context("fork")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, tasks, memory, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()
        self.number = -1
        self.key: Hashable = None

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class _Pool:
    """The workers, and the numbers of the tasks that nobody has begun."""

    def __init__(self, tasks: Sequence[Task[Any]], memory: int) -> None:
        self.tasks, self.memory = tasks, memory
        self.waiting = list(range(len(tasks)))
        self.workers: list[_Worker] = []

    @property
    def busy(self) -> bool:
        return bool(self.workers)

    def hire(self, count: int) -> None:
        for _ in range(count):
            worker = _Worker(self.tasks, self.memory)
            self.workers.append(worker)
            self._assign(worker)

    def ready(self, timeout: float) -> list[_Worker]:
        """The workers that have something to say, or have died; waits at most `timeout` seconds."""
        said = wait([w.connection for w in self.workers], timeout)
        return [w for w in self.workers if w.connection in said]

    def result(self, worker: _Worker) -> tuple[int, Any]:
        """What it says; it then goes on, or a new one does in its place."""
        number = worker.number
        try:
            outcome = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join(1)
            self._dismiss(worker)
            self.hire(min(1, len(self.waiting)))
            return number, Died(_death(worker.process.exitcode, self.memory))
        self._assign(worker)
        return number, outcome

    def unfinished(self) -> list[int]:
        return [w.number for w in self.workers] + self.waiting

    def kill(self) -> None:
        for worker in self.workers:
            worker.process.kill()
        for worker in list(self.workers):
            self._dismiss(worker)

    def _dismiss(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.kill()

    def _assign(self, worker: _Worker) -> None:
        """Its next task: of the same key, else of a key nobody is at, else any."""
        if not self.waiting:
            self._dismiss(worker)
            return
        taken = {w.key for w in self.workers if w is not worker}

        def rank(number: int) -> int:
            key = self.tasks[number].key
            return 0 if key == worker.key else 1 if key not in taken else 2

        worker.number = min(self.waiting, key=rank)
        worker.key = self.tasks[worker.number].key
        self.waiting.remove(worker.number)
        with contextlib.suppress(OSError):
            # a worker that is dead already is noticed when its answer is read
            worker.connection.send(worker.number)


def _death(exitcode: int | None, memory: int) -> str:
    if exitcode is not None and exitcode < 0:
        name = signal.Signals(-exitcode).name
        return f"the worker process was killed by {name} (memory limit {memory >> 20} MiB)"
    return f"the worker process ended with status {exitcode} (memory limit {memory >> 20} MiB)"


def _serve(connection: Connection, tasks: Sequence[Task[Any]], memory: int, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with(parent)
    _limit(memory)
    # what was there before the fork is not looked through again, and short tasks make
    # little garbage: a sixth of the time goes to the collector otherwise
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    while True:
        try:
            number = connection.recv()
        except EOFError:
            return
        connection.send(_outcome(tasks[number], memory))


def _outcome(task: Task[T], memory: int) -> T | Died | InputError:
    try:
        return task.run()
    except InputError as error:
        return error
    except MemoryError:
        return Died(f"out of memory: the limit is {memory >> 20} MiB")
    except Exception as error:
        if "out of memory" in str(error).lower():
            return Died(f"out of memory: the limit is {memory >> 20} MiB")
        return Died(f"internal error: {internal(error)}")


def internal(error: BaseException) -> str:
    """An unexpected error in one line: its type, what it says, and where it was raised."""
    text = " ".join(str(error).split())[:200]
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_filename}:{trace.tb_lineno})" if trace else ""
    return f"{type(error).__name__}: {text}".removesuffix(": ") + place


def _limit(memory: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _die_with(parent: int) -> None:
    """Linux: a parent that is killed outright leaves no worker behind."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(1)
