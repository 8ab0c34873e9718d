"""What `ordercheck litmus` does: from the user's words to what is printed and the exit status."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ordercheck.command.litmus_inputs import Input, expand
from ordercheck.command.litmus_models import Models
from ordercheck.command.litmus_options import Settings
from ordercheck.command.litmus_run import Run
from ordercheck.command.litmus_test import GRAPH, STATES, VERDICT
from ordercheck.report.litmus_result import ERROR, UNKNOWN, LitmusResult, Printer, Summary, clean
from ordercheck.report.progress import Bar

if TYPE_CHECKING:
    from ordercheck.command.litmus_journal import Journal

Write = Callable[[str], bool]
"""Writes to stdout; says whether somebody reads."""

Complain = Callable[[str], object]
"""Writes a line to stderr."""

TICK = 0.2


def run(settings: Settings, write: Write, complain: Complain) -> int:
    """Decides the tests and writes the report as they are done; the exit status.

    complain takes a line for stderr. Ctrl-C ends the run: what is done is reported. Raises
    InputError for what concerns all tests.
    """
    start = time.monotonic()
    models = Models(settings)
    tests = expand(settings.names)
    summary = Summary(len(tests), settings.check_expected, settings.style == "herd")
    printer = _printer(settings, models)
    console = _Console(settings, complain)
    with _journal(settings, models) as journal:
        ask = GRAPH if settings.style == "dot" else VERDICT if settings.verdict_only else STATES
        decide = Run(models, ask, settings.processes(len(tests)), settings.memory, journal)
        try:
            _write_all(decide, tests, summary, printer, write, console)
        except KeyboardInterrupt:
            summary.interrupted = True
    summary.seconds = time.monotonic() - start
    write(printer.end(summary))
    if summary.interrupted and settings.style != "text":
        complain(f"error: interrupted: {summary.done} of {summary.tests} tests were done")
    return summary.exit_status


def _write_all(
    decide: Run,
    tests: Sequence[Input],
    summary: Summary,
    printer: Printer,
    write: Write,
    console: _Console,
) -> None:
    write(printer.begin([_stem(given.test) for given in tests]))
    with Bar("litmus") as bar:
        shown = time.monotonic()

        def tick() -> None:
            nonlocal shown
            if time.monotonic() - shown > TICK:
                shown = time.monotonic()
                bar.show(summary.done, summary.tests)

        for tested in decide.results(tests, tick):
            summary.add(tested)
            console.about(tested)
            text = printer.one(tested)
            if text and not write(text):
                return
            tick()


def _stem(test: str) -> str:
    return test.rpartition("/")[2].removesuffix(".litmus")


@contextmanager
def _journal(settings: Settings, models: Models) -> Iterator[Journal | None]:
    if not settings.resume:
        yield None
        return
    from ordercheck.command.litmus_journal import Journal

    kind = "graph" if settings.style == "dot" else "verdict" if settings.verdict_only else "states"
    with Journal(settings.resume, f"{kind}:{models.digest()}", models.seconds) as journal:
        yield journal


def _printer(settings: Settings, models: Models) -> Printer:
    match settings.style:
        case "herd":
            from ordercheck.report.herd import Herd

            return Herd()
        case "json":
            from ordercheck.report.litmus_json import Json

            return Json(models.name, settings.check_expected)
        case "junit":
            from ordercheck.report.junit import JUnit

            return JUnit(settings.check_expected)
        case "dot":
            from ordercheck.report.litmus_dot import Dot

            return Dot()
    from ordercheck.report.litmus_text import Text

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return Text(models.name or "", bool(settings.states), settings.check_expected, colour)


class _Console:
    """What is said on stderr: bad files, what is not decided, loops that were cut off, names used twice."""

    def __init__(self, settings: Settings, complain: Complain) -> None:
        self._write = complain
        self._text = settings.style == "text"
        self._names: dict[str, str] = {}

    def about(self, tested: LitmusResult) -> None:
        """Says what must be said of a test."""
        if tested.verdict == ERROR:
            self._complain(tested.reason)
            return
        if tested.verdict == UNKNOWN and not self._text:
            self._complain(f"{tested.file}: unknown: {tested.reason}")
        if tested.cut:
            loop = ", ".join(tested.cut)
            self._complain(f"{loop}: warning: this loop goes on beyond the bound, outcomes may be missing")
        first = self._names.setdefault(tested.name, tested.file)
        if first != tested.file and tested.name:
            self._complain(f"{tested.file}: note: {first} is called {tested.name} too; both are decided")

    def _complain(self, line: str) -> None:
        self._write(clean(line))
