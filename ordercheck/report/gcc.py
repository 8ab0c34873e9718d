"""Findings as one line each, `file:line:column: error: ...`, for editors and other readers of compilers.

The form is that of the GNU coding standards ("Formatting Error Messages"); vim's default
'errorformat' and Emacs' compilation mode read it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ordercheck.report import places
from ordercheck.report.data import Report
from ordercheck.report.execution import clean
from ordercheck.report.findings import DRAIN, Finding, findings, how_to_see, limited, steps, subject
from ordercheck.verdict import Place


def render(report: Report) -> str:
    """The lines, each ending in a newline; none where nothing is wrong or unknown."""
    # of one finding, calls that lead to two of its positions are named once
    lines = (line for finding in findings(report) for line in dict.fromkeys(_lines(finding)))
    return "".join(f"{line}\n" for line in lines)


def _lines(finding: Finding) -> Iterator[str]:
    bounded = finding.found is not None and limited(finding.found.verdict)
    if finding.level == "none" and finding.rule != DRAIN and not bounded:
        return
    if finding.found is not None and finding.found.expected and finding.level == "error":
        # a mistake that was seeded, and found, is nothing to mend
        return
    at = finding.at or Place()
    level = "note" if finding.level == "none" else finding.level
    yield _line(at, level, f"{finding.message}{_asked(finding)}")
    if level == "note":
        return
    yield from _inlined(at)
    seen = {at}
    more = [] if finding.found is None else list(steps(finding.found))
    for place, text in (*finding.notes, *more):
        yield _line(place, "note", text)
        if place not in seen:
            yield from _inlined(place)
        seen.add(place)
    if finding.level == "error" and finding.found is not None:
        yield _line(at, "note", how_to_see(finding.found))


def _line(place: Place, level: str, text: str) -> str:
    position = str(place) or "ordercheck"
    return clean(f"{position}: {level}: {text}")


def _inlined(place: Place) -> Iterator[str]:
    """Callers, as compilers name them."""
    inner = place.function or "the function"
    for caller in place.inlined_at[: places.MAX_CALLERS]:
        into = f" into {caller.function}" if caller.function else ""
        yield _line(caller, "note", f"{inner} is inlined here{into}")
        inner = caller.function or "the function"


def _asked(finding: Finding) -> str:
    """What was asked, in brackets: the model and the program."""
    if finding.found is not None:
        return f" [{finding.found.verdict.model}, {subject(finding.found)}]"
    if finding.drain is not None:
        variant = f"/{finding.drain.variant}" if finding.drain.variant else ""
        return f" [{finding.drain.drain.model}, {finding.drain.drain.program}{variant}]"
    return ""
