"""What a report says about the code, one finding at a time, for tools that take positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from ordercheck.report import places, trace
from ordercheck.report.data import DrainResult, Report, Result
from ordercheck.verdict import (
    ASSERTIONS,
    CONDITION,
    CUT,
    ROUNDS,
    TRANSPARENCY,
    Place,
    Status,
    Verdict,
    framed,
    so_many,
)

Level = Literal["error", "warning", "none"]
UNKNOWN, DRAIN, EXPECTED = "unknown", "drain", "expected"
_RULES = {ASSERTIONS: "assertion", CONDITION: CONDITION, TRANSPARENCY: TRANSPARENCY}
MAX_STEPS = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said: level "error" (refuted), "warning" (unknown), "none" (nothing is wrong).

    rule: a key of rules.RULES; message: one line; at: where, if anywhere; notes: further
    positions, with what is there. found: the verdict behind it, drain: the drain that it is
    about. shows: the instruction itself, where `at` is a call that it was inlined by.
    """

    level: Level
    rule: str
    message: str
    at: Place | None = None
    notes: tuple[tuple[Place, str], ...] = ()
    found: Result | None = None
    drain: DrainResult | None = None
    shows: Place | None = None


def findings(report: Report) -> Iterator[Finding]:
    """Everything that a report says: verdicts, drains, and what is not as expected."""
    for found in report.results:
        yield finding(found)
    for drain in report.drains:
        yield _of_drain(drain)
    for line in report.mismatches or ():
        yield Finding("error", EXPECTED, f"not as expected: {line}")


def subject(found: Result) -> str:
    """The program and everything that was chosen, shortly: zone_device/no-d3, without D1."""
    verdict = found.verdict
    name = f"{verdict.program}/{verdict.variant}" if verdict.variant else verdict.program
    parts = [name, *(f"without {label}" for label in found.without)]
    parts += [f"{key}={value}" for key, value in found.options.items()]
    parts += [f"{key}={str(value).lower()}" for key, value in found.fixed.items()]
    return ", ".join(parts) + (f", assuming {' and '.join(found.assume)}" if found.assume else "")


def finding(found: Result) -> Finding:
    """What a verdict says, and where: where it shows, or what is not understood is, or the program begins."""
    verdict = found.verdict
    if verdict.status is Status.REFUTED:
        return _refuted(found)
    if verdict.status is Status.UNKNOWN:
        at = places.known(places.named_in(verdict.reason, {}) or _begins(found))
        message = f"{verdict.property} unknown: {verdict.reason.removeprefix(f'{at}: ')}"
        return Finding("warning", UNKNOWN, message, at, found=found)
    reason = limited(verdict)
    message = f"{verdict.property} {verdict.status}{f' up to {limit(verdict)}' if cut(verdict) else ''}"
    if found.empty:
        message = f"no {verdict.property} are stated"
    if reason:
        message += f", {why_not(verdict)}: {reason}"
    return Finding("none", _RULES[verdict.property], message, places.known(_begins(found)), found=found)


def limited(verdict: Verdict) -> str:
    """Why what holds is not proved; empty where nobody tried to."""
    return str(verdict.evidence.get("unbounded", "")) if verdict.status is Status.HOLDS else ""


def cut(verdict: Verdict) -> bool:
    """Whether something comes after the rounds of loops that a verdict holds for."""
    return verdict.status is Status.HOLDS and bool(verdict.bound) and verdict.evidence.get("exact") == CUT


def limit(verdict: Verdict) -> str:
    """How many of what a verdict that is cut holds for."""
    return so_many(verdict.bound, verdict.evidence.get("counts", ROUNDS))


def why_not(verdict: Verdict) -> str:
    """What begins the reason why there is no proof."""
    return "not for every size" if cut(verdict) else "not proved"


def _refuted(found: Result) -> Finding:
    verdict, shows = found.verdict, _position(found)
    at, inner = (None, ()) if shows is None else framed(shows)
    message = verdict.reason
    if verdict.property == CONDITION:
        message += f": {found.statement}" if found.statement else ""
    elif verdict.trace is not None and verdict.trace.headline:
        message = verdict.trace.headline
    inlined = [(shows, _inlined(shows))] if shows is not None and inner else []
    return Finding("error", rule(verdict), message, at, (*inlined, *_notes(found, shows)), found, shows=shows)


def _inlined(place: Place) -> str:
    return f"in {place.function}, which is inlined there" if place.function else "which is inlined there"


def rule(verdict: Verdict) -> str:
    """The rule that a refuted verdict breaks: its hazard, else the property."""
    hazard = "" if verdict.trace is None else verdict.trace.hazard
    if not hazard or verdict.property == CONDITION:
        return _RULES[verdict.property]
    return hazard


def _position(found: Result) -> Place | None:
    """Where a refutation shows; as near as that is known."""
    shown = found.verdict.trace
    if shown is None:
        return places.known(places.named_in(found.verdict.reason, {}) or _begins(found))
    by_line: dict[str, Place] = {}
    last: Place | None = None
    for step in shown.steps:
        if step.file:
            by_line.setdefault(f"{step.file}:{step.line}", step.place)
            last = step.place
    candidates = (shown.at, places.named_in(found.verdict.reason, by_line), shown.late, last)
    at = next((place for place in candidates if place is not None and place.file), None)
    return places.known(at or _begins(found))


def _begins(found: Result) -> Place | None:
    """Where the program begins; where no line is known, its file."""
    return found.place or _file(found.verdict.program)


def _file(program: str) -> Place | None:
    """The first file that a program's name consists of: FILE.py:NAME, FILE.ll,FILE.ll:NAME, FILE.litmus."""
    file = (program.rpartition(":")[0] or program).split(",")[0]
    return Place(file) if PurePath(file).suffix else None


def _notes(found: Result, at: Place | None) -> Iterator[tuple[Place, str]]:
    """The store that is late, and what would have prevented it."""
    shown = found.verdict.trace
    late = None if shown is None else places.known(shown.late)
    if shown is None or late is None or not late.file:
        return
    if late != at:
        yield late, "stored here"
    if shown.prevented_by:
        yield late, f"prevented by: {shown.prevented_by}"


def steps(found: Result) -> Iterator[tuple[Place, str]]:
    """The first steps of a trace of several processors, or of one in which no store is late."""
    shown = found.verdict.trace
    if shown is None or (shown.late is not None and all(step.cpu == 0 for step in shown.steps)):
        return
    placed = [step for step in places.with_text(shown).steps if step.file]
    for step in placed[:MAX_STEPS]:
        yield step.place, f"step {step.number}, cpu {step.cpu}: {step.text}"


def _of_drain(drain: DrainResult) -> Finding:
    found = drain.drain
    place = drain.place or _file(found.program)
    at = None if place is None else places.known(framed(place)[0])
    if found.status == UNKNOWN:
        message = f"what the drain {found.drain} is needed for is unknown: {found.condition}"
        return Finding("warning", UNKNOWN, message, at, drain=drain)
    needed = f"required only when {found.condition}" if found.status == "conditional" else found.status
    return Finding("none", DRAIN, f"the drain {found.drain} is {needed}", at, drain=drain)


def how_to_see(found: Result) -> str:
    """The parameter values of a counterexample, and the command that shows it."""
    given = trace.values(found.verdict)
    return f"with {given}: {trace.again(found)}" if given else trace.again(found)
