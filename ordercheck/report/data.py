"""What a report is made from, whatever it is written as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ordercheck.verdict import INTERRUPTED, Place, Status, Verdict

if TYPE_CHECKING:
    from ordercheck.engines.drains import Drain

PROVED, REFUTED, UNKNOWN = 0, 1, 3
"""Exit statuses: everything holds; something is refuted; something is not known (2: bad input)."""
UNWRITTEN = "unwritten"
"""The key of a proof's evidence that says why its certificate could not be written."""


@dataclass(frozen=True, slots=True)
class Result:
    """A verdict and what was asked: the variant's description, options, parameters and
    assumptions as given, the memory model as the user named it, the drains left out.
    statement: what is asked about final states, in words; outcome: the same where it was
    asked with --outcome. sources: the options that say where the model comes from. place:
    where the program begins; expected: whether the verdict is the expected one (None: not asked).
    empty: nothing is stated that could fail: the assertions of a program that has none.
    """

    verdict: Verdict
    description: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, object] = field(default_factory=dict)
    assume: tuple[str, ...] = ()
    model: str = ""
    without: tuple[str, ...] = ()
    statement: str = ""
    outcome: str = ""
    sources: tuple[str, ...] = ()
    place: Place | None = None
    expected: bool | None = None
    empty: bool = False

    @property
    def title(self) -> str:
        """The program, variant, options, fixed parameters and assumptions in words."""
        parts = [self.verdict.program]
        if self.verdict.variant:
            parts.append(f"variant {self.verdict.variant}")
        parts += [f"without {label}" for label in self.without]
        parts += [f"{name}={value}" for name, value in self.options.items()]
        parts += [f"{name}={str(value).lower()}" for name, value in self.fixed.items()]
        text = ", ".join(parts)
        return f"{text}, assuming {' and '.join(self.assume)}" if self.assume else text


@dataclass(frozen=True, slots=True)
class DrainResult:
    """What a drain is needed for, of which variant, what goes wrong without it, and where it is."""

    drain: Drain
    variant: str = ""
    refuted: Result | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run found.

    mismatches: how it differs from the expected verdicts (None: they were not asked for);
    seconds: the wall time of the run; interrupted: it ended before all was asked.
    """

    results: tuple[Result, ...]
    drains: tuple[DrainResult, ...] = ()
    mismatches: tuple[str, ...] | None = None
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def interruption(self) -> str:
        """What is left where the user ended the run, in words; empty where it came to its end."""
        reasons = [r.verdict.reason for r in self.results if r.verdict.status is Status.UNKNOWN]
        reasons += [d.drain.condition for d in self.drains if d.drain.status == "unknown"]
        left = reasons.count(INTERRUPTED)
        if left:
            return f"interrupted: {left} questions have no answer"
        asked = self.results or self.drains
        if asked and not self.interrupted:
            return ""
        return f"interrupted: {'more would have been asked' if asked else 'nothing was decided'}"

    @property
    def unwritten(self) -> str:
        """Why a certificate that was asked for could not be written; empty where all are."""
        said = (str(r.verdict.evidence.get(UNWRITTEN, "")) for r in self.results)
        return next(filter(None, said), "")

    @property
    def exit_status(self) -> int:
        """The exit status; with expected verdicts, 1 where one differs."""
        unknown = self.interrupted or not (self.results or self.drains)
        unknown = unknown or any(r.verdict.status is Status.UNKNOWN for r in self.results)
        unknown = unknown or any(d.drain.status == "unknown" for d in self.drains)
        if self.mismatches is not None:
            return REFUTED if self.mismatches else UNKNOWN if unknown else PROVED
        if any(r.verdict.status is Status.REFUTED for r in self.results):
            return REFUTED
        return UNKNOWN if unknown else PROVED
