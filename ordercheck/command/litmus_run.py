"""The tests of a run, one after another or in worker processes; results in the order of the tests."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ordercheck.command.litmus_inputs import Input
from ordercheck.command.litmus_models import Models
from ordercheck.command.litmus_test import STATES, decided
from ordercheck.report.litmus_result import LitmusResult

if TYPE_CHECKING:
    from ordercheck.command.litmus_journal import Journal

_Made = Generator[tuple[int, LitmusResult], None, None]


@dataclass(frozen=True, slots=True)
class Run:
    """How tests are decided. ask: see `litmus_test`; memory: bytes of address space of a process.

    A journal is asked first, and told of each result at once.
    """

    models: Models
    ask: str = STATES
    processes: int = 1
    memory: int = 4 << 30
    journal: Journal | None = None

    def results(
        self, tests: Sequence[Input], tick: Callable[[], None] = lambda: None
    ) -> Iterator[LitmusResult]:
        """What became of each test, in order, each as soon as those before it are done.

        tick is called a few times a second where there are workers.
        """
        _import()
        with closing(self._any_order(tests, tick)) as made:
            yield from _in_order(made)

    def _any_order(self, tests: Sequence[Input], tick: Callable[[], None]) -> _Made:
        new: list[tuple[int, Input]] = []
        for place, given in enumerate(tests):
            found = self.journal.known(given) if self.journal else None
            if found is None:
                new.append((place, given))
            else:
                yield place, found
        if self.processes > 1 and len(new) > 1:
            from ordercheck.command import litmus_pool

            self.models.prepare()
            yield from litmus_pool.run(new, self._one, self.processes, self.memory, tick)
        else:
            with _own_limits(self.memory):
                for place, given in new:
                    yield place, self._one(given)

    def _one(self, given: Input) -> LitmusResult:
        found = decided(given, self.models, self.ask)
        if self.journal:
            self.journal.add(given, found)
        return found


def _import() -> None:
    """What every test needs: no test is to be charged with it, no worker to do it again."""
    from ordercheck.engines.axiomatic import decide  # noqa: F401
    from ordercheck.frontends import litmus  # noqa: F401


def _in_order(made: Iterable[tuple[int, LitmusResult]]) -> Iterator[LitmusResult]:
    waiting: dict[int, LitmusResult] = {}
    due = 0
    for place, found in made:
        waiting[place] = found
        while due in waiting:
            yield waiting.pop(due)
            due += 1


@contextmanager
def _own_limits(memory: int) -> Iterator[None]:
    """This process as a worker: its address space limited, its garbage collected less often."""
    limits = resource.getrlimit(resource.RLIMIT_AS)
    thresholds = gc.get_threshold()
    _, hard = limits
    soft = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    # tests are short: what was there before is not looked through again for each
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, limits)
