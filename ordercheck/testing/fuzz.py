"""Random programs and schedules: the engines against each other, for as long as one likes.

What `python -m ordercheck fuzz` runs. Every pair of engines that can answer the same
question is compared: the reference machine and the axiomatic engine on the complete
outcomes of programs of several threads, random schedules of the machine against those
outcomes, the unbounded engine and the exhaustive ones on programs of one thread. A
disagreement is shrunk by hypothesis.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from ordercheck.engines.setting import Setting, load_model
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program import Program
from ordercheck.program.show import show
from ordercheck.program.transform import fix_params
from ordercheck.shipped import memory_models
from ordercheck.testing import compare
from ordercheck.testing.single_thread import single_thread_programs
from ordercheck.testing.strategies import programs
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY

SECONDS_EACH = 10.0
# examples in a row, so that every comparison gets its turn before the time is over
BATCH = 25
Question = Callable[[Program, Setting, Deadline, random.Random], str]


@dataclass(slots=True)
class Compared:
    """One pair of engines under one model.

    agreed: on how many programs; skipped: why an engine could not answer, and how often.
    """

    pair: str
    model: str
    agreed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What differs, on which program (as text, shrunk), and the seed of the run that found it."""

    pair: str
    model: str
    difference: str
    program: str
    seed: int


@dataclass(frozen=True, slots=True)
class FuzzReport:
    """What a run compared; examples counts programs, each once for every model and pair."""

    seed: int
    examples: int
    seconds: float
    compared: tuple[Compared, ...]
    disagreements: tuple[Disagreement, ...]
    interrupted: bool = False


class _Differs(Exception):  # noqa: N818  # not an error of the program: what is looked for
    """Tells hypothesis that a program shows a disagreement."""


@dataclass(frozen=True, slots=True)
class _Comparison:
    pair: str
    programs: st.SearchStrategy[Program]
    question: Question


def run(
    examples: int = 1000,
    seed: int | None = None,
    seconds: float | None = None,
    progress: Callable[[int], None] | None = None,
    models: Sequence[str] = (),
) -> FuzzReport:
    """Compares engines on `examples` programs, or until `seconds` are over.

    seed: the same one gives the same programs (None: a new one, which the report names).
    progress is told how many examples are done; models: names or cat files (none: all
    shipped ones). After a disagreement its pair of engines
    and model rest; the others go on. Ctrl-C ends it; what was compared is reported.
    """
    chosen = random.SystemRandom().getrandbits(32) if seed is None else seed
    fuzzer = _Fuzzer(examples, chosen, seconds, progress)
    with _interruptible(fuzzer):
        fuzzer.run([load_model(name) for name in models or memory_models()])
    return FuzzReport(
        chosen,
        fuzzer.done,
        round(time.monotonic() - fuzzer.start, 3),
        tuple(fuzzer.compared.values()),
        tuple(fuzzer.disagreements),
        fuzzer.interrupted,
    )


@contextmanager
def _interruptible(fuzzer: _Fuzzer) -> Iterator[None]:
    """Ctrl-C ends the search after the program at hand; a second one at once.

    An exception in the middle of one could get lost: Python drops what is raised while a
    solver's term is let go.
    """

    def stop(*_: object) -> None:
        if fuzzer.interrupted:
            raise KeyboardInterrupt
        fuzzer.interrupted = True

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Fuzzer:
    def __init__(
        self, examples: int, seed: int, seconds: float | None, progress: Callable[[int], None] | None
    ) -> None:
        self.examples, self.seed, self.progress = examples, seed, progress
        self.start = time.monotonic()
        self.deadline = Deadline(seconds)
        self.done = 0
        self.interrupted = False
        # so that few examples are spread over all comparisons too
        self.share = BATCH
        self.compared: dict[tuple[str, str], Compared] = {}
        self.disagreements: list[Disagreement] = []

    def run(self, models: Sequence[Setting]) -> None:
        """Rounds of batches, one for each comparison and model in turn."""
        turns = [(comparison, setting) for comparison in _comparisons() for setting in models]
        self.share = -(-self.examples // len(turns))
        for comparison, setting in turns:
            self.compared[comparison.pair, setting.name] = Compared(comparison.pair, setting.name)
        for number in self._rounds():
            for comparison, setting in list(turns):
                if self._over():
                    return
                if not self._batch(comparison, setting, number):
                    turns.remove((comparison, setting))
            if not turns:
                return

    def _rounds(self) -> Iterator[int]:
        number = 0
        while not self._over():
            yield number
            number += 1

    def _over(self) -> bool:
        return self.interrupted or self.done >= self.examples or self.deadline.left() == 0.0

    def _batch(self, comparison: _Comparison, setting: Setting, number: int) -> bool:
        """A batch of programs; False where one of them shows a disagreement."""
        tally = self.compared[comparison.pair, setting.name]
        found: list[tuple[str, Program]] = []

        def check(program: Program, choose: random.Random) -> None:
            # what follows the first disagreement are attempts to shrink it
            if self.interrupted or self.deadline.left() == 0.0 or (not found and self._over()):
                return
            if not found:
                self._count()
            try:
                difference = comparison.question(program, setting, self._each(), choose)
            except GaveOut as reason:
                if not found:
                    tally.skipped[str(reason)] += 1
                return
            if difference:
                found.append((difference, program))
                raise _Differs
            if not found:
                tally.agreed += 1

        try:
            self._search(comparison, check, f"{self.seed} {number} {comparison.pair} {setting.name}")
        except (_Differs, Flaky):
            # the smallest one comes last, unless the time was over before (then it is "flaky")
            if not found:
                raise
            difference, program = found[-1]
            self.disagreements.append(
                Disagreement(comparison.pair, setting.name, difference, show(program), self.seed)
            )
            return False
        return True

    def _search(
        self, comparison: _Comparison, check: Callable[[Program, random.Random], None], key: str
    ) -> None:
        test = given(comparison.programs, choices())(check)
        test = settings(
            max_examples=max(1, min(BATCH, self.share, self.examples - self.done)),
            database=None,
            deadline=None,
            print_blob=False,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )(test)
        seeded(random.Random(key).getrandbits(64))(test)()

    def _count(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done)

    def _each(self) -> Deadline:
        return self.deadline.part(most=SECONDS_EACH)


def _comparisons() -> list[_Comparison]:
    many, one = programs(), single_thread_programs()
    return [
        _Comparison("machine, axiomatic: outcomes", many, _outcomes),
        _Comparison("machine's random schedules, axiomatic: outcomes", many, _schedules),
        _Comparison("enumeration, solver: outcomes", many, _enumeration),
        _Comparison("inductive, axiomatic: verdicts", one, _verdicts),
        _Comparison("inductive, axiomatic: verdicts, aligned", single_thread_programs(aligned=True), _exact),
        _Comparison("machine, axiomatic: refutations", one, _refutations),
    ]


def choices() -> st.SearchStrategy[random.Random]:
    """A source of choices that does not depend on how many of them are taken."""
    return st.builds(random.Random, st.integers(0, 2**32 - 1))


def _outcomes(program: Program, setting: Setting, deadline: Deadline, _: random.Random) -> str:
    return compare.machine_and_axiomatic(program, setting, deadline)


def _schedules(program: Program, setting: Setting, deadline: Deadline, choose: random.Random) -> str:
    return compare.schedules_and_axiomatic(program, setting, deadline, choose)


def _enumeration(program: Program, setting: Setting, deadline: Deadline, _: random.Random) -> str:
    return compare.explicit_and_symbolic(program, setting, deadline)


def _verdicts(program: Program, setting: Setting, deadline: Deadline, choose: random.Random) -> str:
    prop = choose.choice((TRANSPARENCY, ASSERTIONS))
    return compare.inductive_and_exhaustive(program, setting, prop, deadline, exact=False)


def _exact(program: Program, setting: Setting, deadline: Deadline, choose: random.Random) -> str:
    prop = choose.choice((TRANSPARENCY, ASSERTIONS))
    return compare.inductive_and_exhaustive(program, setting, prop, deadline)


def _refutations(program: Program, setting: Setting, deadline: Deadline, choose: random.Random) -> str:
    values = choose.choice(list(compare.valuations(program)))
    prop = choose.choice((TRANSPARENCY, ASSERTIONS))
    return compare.machine_and_exhaustive(fix_params(program, values), setting, prop, deadline)
