"""A counterexample as plain text of 72 columns, ready to paste in a review."""

from __future__ import annotations

from ordercheck import __version__
from ordercheck.report import trace
from ordercheck.report.data import Result
from ordercheck.verdict import CONDITION, Status

WIDTH = 72


def render(found: Result) -> str:
    """The mail's text; every line has at most 72 columns, save a command's word that is longer."""
    verdict = found.verdict
    shown = verdict.trace
    assert shown is not None
    lines = trace.wrap(_opening(found), WIDTH)
    if found.description:
        lines = [*trace.wrap(f"{verdict.variant}: {found.description}", WIDTH), "", *lines]
    lines += ["", *trace.render(found, WIDTH).splitlines()]
    if verdict.assumptions:
        lines += ["", "Assumed, not checked:"]
        lines += [piece for note in verdict.assumptions for piece in trace.wrap(note, WIDTH, "- ", "  ")]
    lines += ["", "To see it again:", "", *trace.command_lines(found, WIDTH)]
    lines += ["", f"Found by ordercheck {__version__}."]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _opening(found: Result) -> str:
    verdict = found.verdict
    subject = f"{verdict.program}" + (f" ({verdict.variant})" if verdict.variant else "")
    where = f"under the memory model {verdict.model}:"
    if found.statement and verdict.property == CONDITION:
        return f"{subject}: {verdict.property} {verdict.status} {where} {found.statement}"
    keeps = "does not keep" if verdict.status is Status.REFUTED else "keeps"
    return f"{subject} {keeps} {verdict.property} {where}"
