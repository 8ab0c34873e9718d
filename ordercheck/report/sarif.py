"""A report as SARIF 2.1.0, the form that code scanning and editors take.

Source: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS Standard.
What is refuted is an error, what is unknown a warning (a result that is `open` may have no
level there, and would be overlooked), what holds has the kind `pass`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from ordercheck import __version__
from ordercheck.report import sarif_places, trace
from ordercheck.report.data import Report, Result
from ordercheck.report.findings import DRAIN, UNKNOWN, Finding, findings, how_to_see, subject
from ordercheck.report.rules import RULES
from ordercheck.report.sarif_places import Json, message
from ordercheck.verdict import Status

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
EXITS = {
    0: "everything asked holds",
    1: "something is refuted",
    3: "something is unknown",
}


def render(report: Report) -> str:
    """The whole log with its one run, ending in a newline; also for a run that was interrupted."""
    run = {
        "tool": {"driver": _driver()},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(finding) for finding in findings(report)],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver() -> Json:
    rules = [
        {
            "id": key,
            "name": rule.name,
            "shortDescription": message(rule.short),
            "fullDescription": message(f"{rule.short} {rule.help}"),
            "help": message(rule.help),
            "defaultConfiguration": {"level": _default_level(key)},
            "properties": {"tags": ["correctness", "memory-ordering"]},
        }
        for key, rule in RULES.items()
    ]
    return {"name": "ordercheck", "version": __version__, "semanticVersion": __version__, "rules": rules}


def _default_level(key: str) -> str:
    return {UNKNOWN: "warning", DRAIN: "note"}.get(key, "error")


def _invocation(report: Report) -> Json:
    found: Json = {
        "executionSuccessful": True,
        "exitCode": report.exit_status,
        "exitCodeDescription": EXITS[report.exit_status],
    }
    if report.interruption:
        found["executionSuccessful"] = False
        text = report.interruption
        found["toolExecutionNotifications"] = [{"level": "error", "message": message(text)}]
    return found


def _result(finding: Finding) -> Json:
    found: Json = {
        "ruleId": finding.rule,
        "ruleIndex": list(RULES).index(finding.rule),
        "kind": _kind(finding),
        "level": finding.level,
        "message": message(_text(finding)),
    }
    if finding.at is not None:
        found["locations"] = [sarif_places.location(finding.at)]
        whole = finding.shows or finding.at
        if whole.inlined_at:
            found["stacks"] = [sarif_places.stack(whole, "inlined calls")]
    related = sarif_places.related(finding.at, finding.notes)
    if related:
        found["relatedLocations"] = related
    shown = finding.drain.refuted if finding.drain is not None else finding.found
    if shown is not None and shown.verdict.trace is not None and shown.verdict.trace.steps:
        found["codeFlows"] = [sarif_places.code_flow(shown.verdict.trace)]
    found["partialFingerprints"] = {"ordercheck/v1": _fingerprint(finding)}
    if finding.found is not None and finding.found.expected and finding.level == "error":
        why = "the verdicts recorded beside the program expect this"
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    found["properties"] = _properties(finding)
    return found


def _kind(finding: Finding) -> str:
    if finding.level != "none":
        return "fail"
    return "informational" if finding.rule == DRAIN else "pass"


def _text(finding: Finding) -> str:
    """What is wrong, of what, and on which model; of a refutation also the details and how to see it."""
    if finding.found is None:
        on = "" if finding.drain is None else f" ({finding.drain.drain.program}, {finding.drain.drain.model})"
        return f"{finding.message}{on}."
    verdict = finding.found.verdict
    text = f"{finding.message} ({subject(finding.found)}, {verdict.model})."
    if verdict.status is not Status.REFUTED:
        return text
    details = f" {verdict.reason}." if verdict.reason != finding.message else ""
    return f"{text}{details} {how_to_see(finding.found)}"


def _fingerprint(finding: Finding) -> str:
    """What stays the same when lines move: what was asked, and where in words."""
    parts = [finding.rule, *_asked(finding)]
    shows = finding.shows or finding.at
    if shows is not None:
        for place in (shows, *shows.inlined_at):
            parts += [place.function, " ".join(place.code.split())]
    if finding.found is None and finding.drain is None:
        parts.append(finding.message)
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:32]


def _asked(finding: Finding) -> Iterator[str]:
    if finding.found is not None:
        verdict = finding.found.verdict
        yield from (subject(finding.found), verdict.model, verdict.property, finding.found.outcome)
    elif finding.drain is not None:
        drain = finding.drain.drain
        yield from (drain.program, finding.drain.variant, drain.model, drain.drain)


def _properties(finding: Finding) -> Json:
    if finding.found is not None:
        return _of_result(finding.found)
    if finding.drain is None:
        return {}
    drain = finding.drain.drain
    found: Json = {
        "program": drain.program,
        "variant": finding.drain.variant,
        "model": drain.model,
        "drain": drain.drain,
        "status": drain.status,
        "condition": drain.condition,
    }
    if finding.drain.refuted is not None:
        found["replay"] = trace.again(finding.drain.refuted)
    return found


def _of_result(asked: Result) -> Json:
    verdict = asked.verdict
    found: Json = {
        "program": verdict.program,
        "variant": verdict.variant,
        "model": verdict.model,
        "property": verdict.property,
        "verdict": str(verdict.status),
        "engine": verdict.engine,
        "params": verdict.params,
        "options": dict(asked.options),
        "without": list(asked.without),
        "assume": list(asked.assume),
        "assumptions": list(verdict.assumptions),
    }
    if verdict.bound is not None:
        found["bound"] = verdict.bound
    if verdict.benign:
        found["benign"] = list(verdict.benign)
    if verdict.trace is not None:
        found["hazard"] = verdict.trace.hazard
        found["lost"] = list(verdict.trace.lost)
        found["preventedBy"] = verdict.trace.prevented_by
        found["replay"] = trace.again(asked)
    return found
