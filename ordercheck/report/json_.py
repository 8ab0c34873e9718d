"""Schema 1: what scripts read. Keys may be added; what is there keeps its name and meaning."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ordercheck import __version__
from ordercheck.report import places
from ordercheck.report.data import DrainResult, Report, Result
from ordercheck.report.findings import finding

SCHEMA = 1


def render(report: Report) -> str:
    """The report as one JSON object, ending in a newline."""
    whole: dict[str, Any] = {
        "schema": SCHEMA,
        "ordercheck": __version__,
        "results": [result(r) for r in report.results],
        "drains": [_drain(d) for d in report.drains],
        "interrupted": bool(report.interruption),
        "seconds": round(report.seconds, 4),
    }
    if report.mismatches is not None:
        whole["mismatches"] = list(report.mismatches)
    return json.dumps(whole, indent=2) + "\n"


def result(found: Result) -> dict[str, Any]:
    """One entry of `results`."""
    verdict = found.verdict
    further: dict[str, Any] = {"statement": found.statement} if found.statement else {}
    at = finding(found).at
    if at is not None and at.column:
        further["place"] = asdict(at)
    return {
        "program": verdict.program,
        "variant": verdict.variant,
        "model": verdict.model,
        "property": verdict.property,
        "params": verdict.params,
        "verdict": str(verdict.status),
        "bound": verdict.bound,
        "engine": verdict.engine,
        "seconds": verdict.seconds,
        "reason": verdict.reason,
        "benign": list(verdict.benign),
        "evidence": verdict.evidence,
        "trace": None if verdict.trace is None else asdict(places.with_text(verdict.trace)),
        "options": dict(found.options),
        "assume": list(found.assume),
        "without": list(found.without),
        "notes": list(verdict.assumptions),
        **further,
    }


def _drain(found: DrainResult) -> dict[str, Any]:
    drain = found.drain
    return {
        "program": drain.program,
        "model": drain.model,
        "drain": drain.drain,
        "status": drain.status,
        "condition": drain.condition,
        "variant": found.variant,
        "refutation": None if found.refuted is None else result(found.refuted),
    }
