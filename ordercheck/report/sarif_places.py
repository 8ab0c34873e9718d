"""Positions and counterexamples as SARIF objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from ordercheck.report import places
from ordercheck.report.execution import clean
from ordercheck.verdict import Place, Step, Trace

Json = dict[str, Any]
ROOT = "%SRCROOT%"
"""What relative paths are relative to: the folder in which ordercheck was run."""


def message(text: str) -> Json:
    """A text without placeholders and links (SARIF 3.11.5 and 3.11.6)."""
    plain = clean(text).replace("{", "{{").replace("}", "}}")
    return {"text": plain.replace("](", "\\](")}


def artifact(file: str) -> Json:
    """Where a file is, as a URI reference; below the current folder it is relative."""
    path = PurePath(file)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except (ValueError, OSError):
            return {"uri": f"file://{_quoted(path)}"}
    return {"uri": _quoted(path), "uriBaseId": ROOT}


def _quoted(path: PurePath) -> str:
    return quote(path.as_posix(), errors="surrogatepass")


def location(place: Place, text: str = "", number: int | None = None) -> Json:
    """A location, with what is there; number: its id among others."""
    found: Json = {} if number is None else {"id": number}
    if place.file:
        found["physicalLocation"] = _physical(place)
    if place.function:
        found["logicalLocations"] = [{"name": place.function, "kind": "function"}]
    if text:
        found["message"] = message(text)
    return found


def _physical(place: Place) -> Json:
    physical: Json = {"artifactLocation": artifact(place.file)}
    if place.line:
        region: Json = {"startLine": place.line}
        if place.column:
            region["startColumn"] = place.column
        if place.code:
            region["snippet"] = {"text": clean(place.code)}
        physical["region"] = region
    return physical


def stack(place: Place, text: str) -> Json:
    """A position with the calls that were inlined, the innermost first."""
    frames = [place, *place.inlined_at]
    return {"message": message(text), "frames": [{"location": location(frame)} for frame in frames]}


def related(at: Place | None, notes: Iterable[tuple[Place, str]]) -> list[Json]:
    """Further positions, numbered from 0; after each, and for `at`, the callers that it is inlined into."""
    found = dict.fromkeys(_callers(at)) if at is not None else {}
    for place, text in notes:
        found[place, text] = None
        found |= dict.fromkeys(_callers(place))
    return [location(place, text, number) for number, (place, text) in enumerate(found)]


def _callers(place: Place) -> Iterator[tuple[Place, str]]:
    inner = place.function
    for caller in place.inlined_at:
        yield caller, f"{inner or 'the function'} is inlined here"
        inner = caller.function


def code_flow(trace: Trace) -> Json:
    """The steps, processor by processor; executionOrder says in which order they happen."""
    steps = places.with_text(trace).steps
    late = "" if trace.late is None else str(trace.late)
    flows = []
    for cpu in sorted({step.cpu for step in steps}):
        mine = [step for step in steps if step.cpu == cpu]
        flows.append({"id": f"cpu {cpu}", "locations": [_flow_location(s, late, steps) for s in mine]})
    return {"message": message(trace.summary), "threadFlows": flows}


def _flow_location(step: Step, late: str, steps: Sequence[Step]) -> Json:
    found: Json = {
        "location": location(step.place, step.text),
        "executionOrder": step.number,
        "nestingLevel": len(step.inlined_at),
        "importance": _importance(step, late, steps),
    }
    if step.inlined_at:
        found["stack"] = stack(step.place, "inlined calls")
    lists = {"buffered": step.buffered, "memory": step.memory}
    state = {name: message("; ".join(lines)) for name, lines in lists.items() if lines}
    if state:
        found["state"] = state
    return found


def _importance(step: Step, late: str, steps: Sequence[Step]) -> str:
    if step.action == "merged":
        return "unimportant"
    essential = step is steps[-1] or (step.file and str(step.place) == late)
    return "essential" if essential else "important"
