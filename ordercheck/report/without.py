"""What goes wrong without a drain, step by step, in few lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from ordercheck.report import places, trace
from ordercheck.report.data import DrainResult, Result
from ordercheck.verdict import Place, Step


def lines(drains: Sequence[DrainResult]) -> list[str]:
    """For each drain: the steps on the first model that needs it; how to replay those and the others."""
    needed: dict[tuple[str, str], list[Result]] = {}
    for found in drains:
        if found.refuted is not None:
            needed.setdefault((found.drain.program, found.drain.drain), []).append(found.refuted)
    text: list[str] = []
    for (_, label), refuted in needed.items():
        text += ["", *_one(label, refuted[0]), *_again(refuted)]
    return text


def _one(label: str, found: Result) -> list[str]:
    verdict = found.verdict
    shown = verdict.trace
    assert shown is not None
    given = trace.values(verdict)
    values = f", with {given}" if given else ""
    text = [
        f"Without {label}, on {verdict.model}{values}:",
        *(f"  {step.number}. {_place(step)}{step.text}" for step in shown.steps),
        f"  {shown.summary}",
    ]
    files = {p.file for step in shown.steps for p in (step.place, *step.inlined_at) if p.file}
    return [_briefly(line, files) for line in text]


def _briefly(line: str, files: Iterable[str]) -> str:
    """The line with files named without their folders; the whole trace has the full names."""
    for file in files:
        line = line.replace(file, PurePath(file).name)
    return line


def _place(step: Step) -> str:
    if not step.file:
        return ""
    return ", from ".join(map(_position, [step.place, *step.inlined_at[: places.MAX_CALLERS]])) + ": "


def _position(place: Place) -> str:
    return f"{place} {place.function}" if place.function else str(place)


def _again(refuted: Sequence[Result]) -> list[str]:
    found = [(r.verdict.model, trace.again(r)) for r in refuted]
    width = max(len(model) for model, _ in found)
    return [f"  on {model:{width}}  {command}" for model, command in found]
