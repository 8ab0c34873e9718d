"""A line for each litmus test, for people; columns are aligned though lines come as tests are done."""

from __future__ import annotations

from collections.abc import Sequence

from ordercheck import __version__
from ordercheck.report.litmus_result import ERROR, NO, OK, UNKNOWN, LitmusResult, Printer, Summary, clean

MAX_NAME = 64
COLOURS = {OK: "\x1b[32m", NO: "\x1b[1;31m", UNKNOWN: "\x1b[33m", ERROR: "\x1b[33m"}
_PLAIN = "\x1b[0m"
_WORDS = {OK: "Ok", NO: "No", UNKNOWN: "Unknown", ERROR: "Error"}


class Text(Printer):
    """One line for each test: name, model, what its condition asks, the answer, and how often.

    model: the model's name where there is one for the whole run. states: list the final
    states too, below the line. check_expected: say where a `Result:` line is contradicted.
    colour: with ANSI colours.
    """

    def __init__(
        self, model: str = "", states: bool = False, check_expected: bool = False, colour: bool = False
    ) -> None:
        self._model = max(len(model), len("x86-tso"))
        self._states, self._expected, self._colour = states, check_expected, colour
        self._name = 4
        self._surprises: list[str] = []

    def begin(self, names: Sequence[str]) -> str:
        """The heading."""
        self._name = min(MAX_NAME, max([self._name, *map(len, names)]))
        return f"{self._left('test', 'model', 'kind')}{'':10}{'observation':11}  states  seconds\n"

    def one(self, tested: LitmusResult) -> str:
        """Its line, and its final states where they were asked for."""
        word = f"{_WORDS[tested.verdict]:8}"
        if self._colour:
            word = COLOURS[tested.verdict] + word + _PLAIN
        name = clean(tested.name or tested.test)
        line = f"{self._left(name, tested.model, tested.kind)}{word}  "
        if tested.decided:
            count = "-" if tested.states is None else str(len(tested.states))
            line += f"{tested.observation:11}  {count:>6}  {tested.seconds:7.3f}"
            line += "".join(f"  {note}" for note in _notes(tested))
        else:
            line += clean(tested.reason)
        if self._expected and tested.surprise:
            line += f"  {tested.surprise}"
            self._surprises.append(f"  {clean(tested.file)}: {tested.surprise}, found {tested.observation}")
        shown = tested.states if self._states and tested.states else ()
        return f"{line}\n" + "".join(f"  {state}\n" for state in shown)

    def _left(self, name: str, model: str, kind: str) -> str:
        return f"{name:{self._name}}  {model:{self._model}}  {kind:9}  "

    def end(self, summary: Summary) -> str:
        """What is not as expected, and how many of what."""
        lines = [""]
        if summary.check_expected:
            lines += _expectations(summary, self._surprises)
        if summary.interrupted:
            lines.append(f"Interrupted: {summary.done} of {summary.tests} tests were done.")
        lines.append(_total(summary))
        return "\n".join(lines) + "\n"


def _notes(tested: LitmusResult) -> list[str]:
    notes = list(tested.flags)
    if tested.cut:
        notes.append(f"up to the bound of the loop at {', '.join(tested.cut)}")
    return notes


def _expectations(summary: Summary, surprises: list[str]) -> list[str]:
    silent = summary.counts[OK] + summary.counts[NO] - summary.compared
    without = f" ({silent} without a Result: line)" if silent else ""
    if not summary.surprises:
        return [f"As expected: {summary.compared} tests{without}."]
    return [f"Not as expected: {summary.surprises} of {summary.compared} tests{without}:", *surprises]


def _total(summary: Summary) -> str:
    counts = [f"{count} {_WORDS[verdict]}" for verdict, count in summary.counts.items() if count]
    text = ", ".join(counts) or "no test was decided"
    if summary.resumed:
        text += f" ({summary.resumed} from the journal)"
    return f"{text}; {summary.seconds:.2f} s (ordercheck {__version__})"
