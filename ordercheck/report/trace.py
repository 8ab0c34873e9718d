"""What happens in one execution, step by step, as plain lines."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ordercheck.report import execution, places
from ordercheck.report.data import Result
from ordercheck.verdict import CONDITION, Place, Step, Trace, Verdict

TEXT_WIDTH = 110
KINDS = {
    "schedule": "a schedule of the reference machine",
    "execution": "an execution of the model (no reference machine is described for it)",
}


def command(found: Result) -> list[str]:
    """The arguments of `ordercheck` that show this counterexample again without a token."""
    verdict = found.verdict
    words = ["trace", verdict.program]
    if verdict.variant:
        words += ["--variant", verdict.variant]
    words += ["--model", found.model or verdict.model]
    words += found.sources
    words += ["--outcome", found.outcome] if found.outcome else ["--property", verdict.property]
    for label in found.without:
        words += ["--without", label]
    for name, value in {**found.options, **verdict.params}.items():
        words += ["--param", f"{name}={str(value).lower()}"]
    return words


def again(found: Result) -> str:
    """The command, on one line, that shows this counterexample again: by its token where it has one."""
    trace = found.verdict.trace
    if trace is not None and trace.token:
        return f"ordercheck trace --replay {trace.token}"
    return shlex.join(["ordercheck", *command(found)])


def command_lines(found: Result, width: int, indent: str = "    ") -> list[str]:
    """`command` as a shell takes it, continued over lines of at most `width` columns where it can be."""
    words = ["ordercheck", *map(shlex.quote, command(found))]
    pieces = [" ".join(words[:2])]
    rest = words[2:]
    while rest:
        take = 2 if rest[0].startswith("--") else 1
        pieces.append(" ".join(rest[:take]))
        rest = rest[take:]
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(indent) + len(lines[-1]) + len(piece) + 3 > width:
            lines[-1] += " \\"
            lines.append("  " + piece)
        else:
            lines[-1] += " " + piece
    return [indent + line for line in lines]


def page(found: Result) -> str:
    """What `ordercheck trace` prints: whose execution it is, the trace, and how to replay it."""
    verdict = found.verdict
    lines = [f"{found.title}: {verdict.property} {verdict.status} under {verdict.model}"]
    if found.statement and verdict.property == CONDITION:
        lines += wrap(found.statement, TEXT_WIDTH)
    return "\n".join([*lines, "", render(found, TEXT_WIDTH), again(found), ""])


def render(found: Result, width: int, code: bool = True) -> str:
    """The trace of a verdict that has one, wrapped to `width` columns; ends in a newline."""
    assert found.verdict.trace is not None
    # a picture reads the lines that it shows itself
    trace = replace(places.with_text(found.verdict.trace), graph=found.verdict.trace.graph)
    lines = wrap(trace.summary, width)
    if given := values(found.verdict):
        lines += ["", *wrap("with " + given, width)]
    if trace.graph is not None:
        lines += ["", *execution.render(trace.graph, min(width, execution.WIDTH)).splitlines()]
    if trace.steps and (trace.graph is None or trace.kind == "schedule"):
        lines += ["", KINDS.get(trace.kind, trace.kind) + ":", ""]
        lines += _steps(trace.steps, width, code)
    for note in trace.notes:
        lines += ["", *wrap(note, width)]
    return "\n".join(lines + _ending(found, trace, width)) + "\n"


def _ending(found: Result, trace: Trace, width: int) -> list[str]:
    lines = []
    if trace.lost:
        lines += ["", "stale or lost:"]
        lines += [piece for text in trace.lost for piece in wrap(text, width, "  ")]
    if found.verdict.benign:
        text = ", ".join(found.verdict.benign)
        lines += ["", *wrap(f"benign (lost, with the same value stored again): {text}", width)]
    if trace.prevented_by:
        lines += ["", *wrap(f"prevented by: {trace.prevented_by}", width)]
    return lines


def _steps(steps: Sequence[Step], width: int, code: bool) -> Iterator[str]:
    """Callers that are those of the step before are not listed again."""
    listed: Step | None = None
    for step in steps:
        same = listed if listed is not None and listed.inlined_at == step.inlined_at else None
        yield from _step(step, width, code, same)
        if step.file and same is None:
            listed = step


def _step(step: Step, width: int, code: bool, same: Step | None) -> list[str]:
    indent = " " * 6
    lines = wrap(f"cpu {step.cpu}: {step.text}", width, indent)
    lines[0] = f"{step.number:4}. " + lines[0].lstrip()
    if step.file:
        further = indent + "    "
        lines += wrap(places.shown(step.place, width - len(further)), width, indent + "at  ", further)
        if code and step.code:
            lines += wrap(step.code, width, indent + "    | ")
        lines += _callers(step.inlined_at, width, further, same)
    if step.buffered and step.action != "merged":
        lines += wrap("; ".join(step.buffered), width, indent + "buffered: ", indent + "  ")
    if step.memory:
        lines += wrap("; ".join(step.memory), width, indent + "memory:   ", indent + "  ")
    return lines


def _callers(callers: Sequence[Place], width: int, indent: str, same: Step | None) -> list[str]:
    if callers and same is not None:
        return [f"{indent}inlined as in step {same.number}"]
    lines = places.inlined(callers, width - len(indent))
    return [piece for line in lines for piece in wrap(line, width, indent, indent + "  ")]


def values(verdict: Verdict) -> str:
    """NAME=VALUE, ...: the parameters of a counterexample; where memory lies says nothing, unless at 0."""
    shown = {n: v for n, v in verdict.params.items() if n not in verdict.addresses or v == 0}
    return ", ".join(f"{name}={str(value).lower()}" for name, value in shown.items())


def wrap(text: str, width: int, first: str = "", following: str | None = None) -> list[str]:
    """Lines of at most `width` columns (also where one word is longer), at least one."""
    rest = first if following is None else following
    lines = textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return lines or [first.rstrip()]
