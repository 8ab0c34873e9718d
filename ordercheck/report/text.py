"""A report for people: one table of verdicts, then what is wrong, then what was assumed."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ordercheck import __version__
from ordercheck.report import trace, without
from ordercheck.report.data import UNWRITTEN, DrainResult, Report, Result
from ordercheck.report.findings import cut, limit, limited, why_not
from ordercheck.verdict import CONDITION, LATER, Status

STYLES = {
    "proved": "green",
    "holds": "green",
    "refuted": "bold red",
    "unknown": "yellow",
    "redundant": "dim",
    "required": "bold",
    "none": "dim",
}
# a pipe has no width: nothing is folded there
PIPE_WIDTH = 10_000
MAX_LINES = 8
NOTHING = "none stated"
# a table's first column is folded to no less than this
MIN_NAME = 16


@dataclass(frozen=True, slots=True)
class _Table:
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def render(report: Report, terminal: bool | None = None) -> str:
    """The report as text; with colours where stdout is a terminal (or as `terminal` says)."""
    from rich.console import Console

    colour = sys.stdout.isatty() if terminal is None else terminal
    console = Console(
        file=io.StringIO(),
        force_terminal=colour,
        no_color=None if colour else True,
        width=None if colour else PIPE_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=True,
    )
    with console.capture() as capture:
        for part in _parts(report):
            if isinstance(part, _Table):
                console.print(_rich(part, console.width))
            else:
                console.print(_folded(part, console.width) if colour else part)
    text = capture.get()
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n" if not colour else text


def _folded(line: str, width: int) -> str:
    """The line in as many as it needs, the later ones indented; a command stays one word to copy."""
    text = line.lstrip(" ")
    if len(line) <= width or text.startswith("ordercheck "):
        return line
    indent = line[: len(line) - len(text)]
    further = indent + ("    " if text.startswith("- ") else "  ")
    return "\n".join(trace.wrap(text, width, indent, further))


def _rich(table: _Table, width: int) -> object:
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in table.head:
        shown.add_column(name, overflow="fold")
    others = [max(map(len, column)) + 2 for column in zip(table.head, *table.rows, strict=True)][1:]
    room = max(width - sum(others) - 2, MIN_NAME)
    for name, *cells in table.rows:
        shown.add_row(
            Text(_broken(name, room)), *(Text(cell, STYLES.get(cell.split(" ")[0], "")) for cell in cells)
        )
    return shown


def _broken(name: str, width: int) -> str:
    """A name in lines of at most `width` columns where it can be; paths are broken after a slash."""
    lines = [""]
    for piece in re.findall(r"[^/ ]*(?:[/ ]+|$)", name):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _parts(report: Report) -> list[str | _Table]:
    parts: list[str | _Table] = []
    if report.results:
        parts += [*_verdicts(report.results), *_evidence(report.results)]
    if report.drains:
        parts += ["", "Which drain is needed where:", "", _drains(report.drains)]
        parts += without.lines(report.drains)
    parts += _contracts(report.results)
    for found in report.results:
        if found.verdict.status is Status.REFUTED:
            parts += ["", *_refuted(found)]
    parts += _unknowns(report)
    parts += _limited(report.results)
    parts += _benign(report.results)
    parts += _notes(report.results)
    return [*parts, "", *_mismatches(report), total(report)]


def _verdicts(results: Sequence[Result]) -> list[str | _Table]:
    """Subjects as sections, properties as rows, models as columns."""
    parts: list[str | _Table] = []
    models = list(dict.fromkeys(r.verdict.model for r in results))
    cells = {(r.title, r.verdict.property, r.verdict.model): _cell(r) for r in results}
    subjects = {r.title: r for r in results}
    properties = list(dict.fromkeys(r.verdict.property for r in results))
    many = len(subjects) > 1
    rows = []
    for key, found in subjects.items():
        for prop in properties:
            row = [cells.get((key, prop, model), "") for model in models]
            name = (found.verdict.variant or found.verdict.program) if _only_variants(results) else key
            rows.append([name, prop, *row] if many else [prop, *row])
    first = next(iter(subjects.values()))
    title = (
        first.verdict.program if many and _only_variants(results) else "" if many else next(iter(subjects))
    )
    if not many and first.description:
        title += f" ({first.description})"
    if title:
        parts += [title, ""]
    return [
        *parts,
        _Table([*(["variant" if title else "program"] if many else []), "property", *models], rows),
    ]


def _evidence(results: Sequence[Result]) -> list[str | _Table]:
    """What the proofs rest on, in one line."""
    proofs = [r.verdict.evidence for r in results if r.verdict.status is Status.PROVED]
    invariants = sum(len(e.get("invariants", ())) for e in proofs)
    queries = sum(e.get("rechecked", 0) for e in proofs)
    if not queries:
        return []
    sizes = "" if any(r.fixed for r in results) else " for every size"
    text = f"Proved{sizes}: {invariants} loop invariants, re-checked by {queries} queries"
    second = {e["cross_check"]["solver"] for e in proofs if isinstance(e.get("cross_check"), dict)}
    text += f", again by {', '.join(sorted(second))}" if second else ""
    folders = {str(PurePath(e["certificate"]).parent) for e in proofs if "certificate" in e}
    if folders:
        text += f"; certificates in {', '.join(sorted(folders))}"
    elif not any(UNWRITTEN in e for e in proofs):
        text += " (--certificate DIR writes them)"
    return ["", text + "."]


def _only_variants(results: Sequence[Result]) -> bool:
    plain = all(not (r.assume or r.options or r.fixed or r.without) for r in results)
    return plain and len({r.verdict.program for r in results}) == 1


def _cell(found: Result) -> str:
    verdict = found.verdict
    if found.empty and verdict.status is Status.PROVED:
        return NOTHING
    # the rounds, or the passes: the line below the table says of what
    bound = f" to {' '.join(limit(verdict).split()[:2])}" if cut(verdict) else ""
    return f"{verdict.status}{bound}"


def _drains(drains: Sequence[DrainResult]) -> _Table:
    models = list(dict.fromkeys(d.drain.model for d in drains))
    rows = list(dict.fromkeys((d.drain.program, d.variant, d.drain.drain) for d in drains))
    cells = {(d.drain.program, d.variant, d.drain.drain, d.drain.model): _status(d) for d in drains}
    named = len({(program, variant) for program, variant, _ in rows}) > 1
    return _Table(
        [*(["program", "variant"] if named else []), "drain", *models],
        [[*(row[:2] if named else ()), row[2], *(cells.get((*row, m), "") for m in models)] for row in rows],
    )


def _status(found: DrainResult) -> str:
    drain = found.drain
    if drain.status == "conditional":
        return f"required only when {drain.condition}"
    return drain.status


def _refuted(found: Result) -> list[str | _Table]:
    verdict = found.verdict
    lines = [f"refuted: {found.title}, {verdict.property}, {verdict.model}", f"  {verdict.reason}"]
    if given := trace.values(verdict):
        lines.append(f"  with {given}")
    if found.statement and verdict.property == CONDITION:
        lines.append(f"  {found.statement}")
    if verdict.trace is not None and (graph := verdict.trace.graph) is not None and graph.allowed:
        lines.append(f"  final state: {graph.state}")
    return [*lines, f"  {trace.again(found)}"]


def _contracts(results: Sequence[Result]) -> list[str | _Table]:
    """What functions leave to their callers, a line for each."""
    said: dict[tuple[str, str], list[str]] = {}
    for found in results:
        text = found.verdict.evidence.get("contract")
        if text:
            said.setdefault((found.title, text), []).append(found.verdict.model)
    if not said:
        return []
    lines = [f"  - {title}: {text} ({', '.join(models)})" for (title, text), models in said.items()]
    return ["", "Inferred contracts, which callers have to keep:", *lines]


def _unknowns(report: Report) -> list[str | _Table]:
    """One line for each reason, with what it is said of."""
    reasons: dict[str, list[str]] = {}
    for found in report.results:
        if found.verdict.status is Status.UNKNOWN:
            what = f"{found.title}, {found.verdict.property}, {found.verdict.model}"
            reasons.setdefault(found.verdict.reason, []).append(what)
    for drain in report.drains:
        if drain.drain.status == "unknown":
            what = f"{drain.drain.program}, drain {drain.drain.drain}, {drain.drain.model}"
            reasons.setdefault(drain.drain.condition, []).append(what)
    lines: list[str | _Table] = []
    for reason, said_of in reasons.items():
        more = [f"and {len(said_of) - MAX_LINES} more"] if len(said_of) > MAX_LINES else []
        shown = said_of[:MAX_LINES] + more
        lines += ["", f"unknown: {reason}", *(f"  {what}" for what in shown)]
    return lines


def _limited(results: Sequence[Result]) -> list[str | _Table]:
    """Why what holds was not proved, with what it is said of."""
    lines: list[str | _Table] = []
    for found in results:
        reason = limited(found.verdict)
        if reason:
            what = f"{found.title}, {found.verdict.property}, {found.verdict.model}"
            lines += ["", f"{why_not(found.verdict)}: {what}", f"  {reason}"]
            lines += [f"  it holds up to {limit(found.verdict)}; {LATER}"] if cut(found.verdict) else []
    plain = (r.verdict for r in results if cut(r.verdict) and not limited(r.verdict))
    said = dict.fromkeys(limit(verdict) for verdict in plain)
    return [*lines, *(line for each in said for line in ("", f"holds up to {each}; {LATER}"))]


def _benign(results: Sequence[Result]) -> list[str | _Table]:
    lines: dict[str, None] = {}
    for found in results:
        if found.verdict.benign:
            labels = ", ".join(found.verdict.benign)
            lines[f"  {found.title}, {found.verdict.model}: {labels}"] = None
    return ["", "Benign (can be lost, with the same value stored again):", *lines] if lines else []


def _notes(results: Sequence[Result]) -> list[str | _Table]:
    notes = dict.fromkeys(note for r in results for note in r.verdict.assumptions)
    return ["", "Assumed, not checked:", *(f"  - {note}" for note in notes)] if notes else []


def _mismatches(report: Report) -> list[str | _Table]:
    if report.mismatches is None:
        return []
    if not report.mismatches:
        return ["As expected."]
    return ["Not as expected:", *(f"  {line}" for line in report.mismatches), ""]


def total(report: Report) -> str:
    """How many verdicts of each kind, in which time, in one line; of what nothing is stated about, none."""
    asked = [r for r in report.results if not (r.empty and r.verdict.status is Status.PROVED)]
    counts = [(status, sum(r.verdict.status is status for r in asked)) for status in Status]
    text = ", ".join(f"{count} {status}" for status, count in counts if count)
    if not text and report.results and not report.drains:
        text = "nothing is stated"
    said = [part for part in (report.interruption, text) if part] or ["nothing was decided"]
    return f"{'; '.join(said)}; {report.seconds:.2f} s (ordercheck {__version__})"
