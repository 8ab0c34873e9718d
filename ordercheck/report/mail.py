"""A counterexample as plain text of 72 columns, ready to paste in a review."""

from __future__ import annotations

from ordercheck import __version__
from ordercheck.report import trace
from ordercheck.report.data import Result

WIDTH = 72


def render(found: Result) -> str:
    """The mail's text; every line has at most 72 columns, save a command's word that is longer."""
    verdict = found.verdict
    shown = verdict.trace
    assert shown is not None
    subject = f"{verdict.program}" + (f" ({verdict.variant})" if verdict.variant else "")
    opening = f"{subject} does not keep {verdict.property} under the memory model {verdict.model}:"
    lines = trace.wrap(opening, WIDTH)
    if found.description:
        lines = [*trace.wrap(f"{verdict.variant}: {found.description}", WIDTH), "", *lines]
    lines += ["", *trace.render(found, WIDTH).splitlines()]
    if verdict.assumptions:
        lines += ["", "Assumed, not checked:"]
        lines += [piece for note in verdict.assumptions for piece in trace.wrap(note, WIDTH, "- ", "  ")]
    lines += ["", "To see it again:", "", *trace.command_lines(found, WIDTH)]
    lines += ["", f"Found by ordercheck {__version__}."]
    return "\n".join(line.rstrip() for line in lines) + "\n"
