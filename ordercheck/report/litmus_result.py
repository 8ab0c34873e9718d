"""What became of one litmus test, whatever it is written as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

OK, NO, UNKNOWN, ERROR = "ok", "no", "unknown", "error"
"""A verdict: the condition is met; it is not; that could not be told; the test could not be read."""

KINDS = {"exists": "Allowed", "~exists": "Forbidden", "forall": "Required"}
NEVER, SOMETIMES, ALWAYS = "Never", "Sometimes", "Always"

ALL_OK, SOME_NO, BAD_INPUT, SOME_UNKNOWN = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class LitmusResult:
    """One test. file is its path, test the same as the user named it (below a folder: relative to that).

    quantifier: "exists", "~exists" or "forall"; condition: herd7's text of it. states: the
    final states, in herd7's order (None: only the verdict was asked for). holds and fails:
    how many executions end in a state in which the condition's proposition holds, or does not;
    not counted: how many states (only the verdict: 1 for any). flags: raised by some execution.
    cut: the loops that go on beyond the bound, as `FILE:LINE`. reason: why unknown, or the error
    with its place. expected: what the test's own `Result:` line says. graph: DOT, where it was
    asked for. resumed: taken from a journal.
    """

    file: str
    test: str
    verdict: str
    name: str = ""
    arch: str = ""
    model: str = ""
    quantifier: str = ""
    condition: str = ""
    states: tuple[str, ...] | None = None
    holds: int = 0
    fails: int = 0
    counted: bool = True
    flags: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    seconds: float = 0.0
    reason: str = ""
    expected: str = ""
    graph: str = ""
    resumed: bool = False

    @property
    def decided(self) -> bool:
        """Whether it has a verdict."""
        return self.verdict in (OK, NO)

    @property
    def kind(self) -> str:
        """Allowed, Forbidden or Required; "" where the test could not be read."""
        return KINDS.get(self.quantifier, "")

    @property
    def observation(self) -> str:
        """Never, Sometimes or Always; "" where nothing was decided."""
        if not self.decided:
            return ""
        return NEVER if not self.holds else SOMETIMES if self.fails else ALWAYS

    @property
    def witnesses(self) -> tuple[int, int]:
        """The executions for and against the statement, as herd7 counts them (`Positive: Negative:`)."""
        return (self.fails, self.holds) if self.quantifier == "~exists" else (self.holds, self.fails)

    @property
    def surprise(self) -> str:
        """How the test's `Result:` line is contradicted, in words; "" where it is met or says nothing.

        Its words are those of the Linux kernel: Never, Sometimes, Always, DEADLOCK (no execution at
        all), Maybe (anything), and DATARACE after one of these.
        """
        words = self.expected.split()
        if not self.decided or not words or words[0] not in _RESULTS:
            return ""
        race = "data-race" in self.flags
        if "DATARACE" in words and not race:
            return "expected a data race"
        if "DATARACE" not in words and race:
            return "a data race was not expected"
        if words[0] == "DEADLOCK":
            return "" if not self.holds and not self.fails else "expected a deadlock"
        return "" if words[0] in ("Maybe", "DATARACE", self.observation) else f"expected {words[0]}"

    @property
    def compared(self) -> bool:
        """Whether it has a `Result:` line that says what must come out."""
        words = self.expected.split()
        return self.decided and bool(words) and words[0] in _RESULTS


_RESULTS = frozenset({NEVER, SOMETIMES, ALWAYS, "DEADLOCK", "Maybe", "DATARACE"})


def verdict(quantifier: str, holds: int, fails: int) -> str:
    """OK or NO, from the number of executions in which the proposition holds, and does not."""
    met = {"exists": holds > 0, "~exists": holds == 0, "forall": fails == 0}[quantifier]
    return OK if met else NO


def clean(text: str) -> str:
    """The text in one line, without what a terminal would act on."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@dataclass(slots=True)
class Summary:
    """A whole run. tests: how many were asked for; seconds: its wall time.

    check_expected: it is the `Result:` lines that decide; interrupted: it was not finished;
    herd: the exit status is to be herd7's, for which a No is as good as an Ok.
    """

    tests: int
    check_expected: bool = False
    herd: bool = False
    interrupted: bool = False
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((OK, NO, UNKNOWN, ERROR), 0))
    resumed: int = 0
    compared: int = 0
    surprises: int = 0

    def add(self, tested: LitmusResult) -> None:
        """Counts one more."""
        self.counts[tested.verdict] += 1
        self.resumed += tested.resumed
        if self.check_expected:
            self.compared += tested.compared
            self.surprises += bool(tested.surprise)

    @property
    def done(self) -> int:
        """How many tests came to a result."""
        return sum(self.counts.values())

    @property
    def exit_status(self) -> int:
        """2 where something could not be read; else 1 where a condition is not met (with `Result:`
        lines: where one is contradicted); else 3 where something is unknown; else 0.
        """
        if self.counts[ERROR]:
            return BAD_INPUT
        if self.surprises if self.check_expected else self.counts[NO] and not self.herd:
            return SOME_NO
        return SOME_UNKNOWN if self.counts[UNKNOWN] or self.interrupted else ALL_OK


class Printer:
    """A way to write a run: what comes first, for each test, and last. Every part ends with a newline.

    This one writes nothing; the others say what differs.
    """

    def begin(self, names: Sequence[str]) -> str:
        """What comes before the first test; names: what the tests' names probably are."""
        return ""

    def one(self, tested: LitmusResult) -> str:
        """A test that is done, in the order in which they were asked for."""
        return ""

    def end(self, summary: Summary) -> str:
        """What comes after the last test."""
        return ""
