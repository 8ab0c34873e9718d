"""Schema 1 of `ordercheck litmus --format json`. Keys may be added; what is there keeps its meaning."""

from __future__ import annotations

import json
from typing import Any

from ordercheck import __version__
from ordercheck.report.litmus_result import LitmusResult, Printer, Summary

SCHEMA = 1


class Json(Printer):
    """One JSON object, when all is done.

    model: the model's name where there is one for the whole run; check_expected: `mismatch` is
    asked for.
    """

    def __init__(self, model: str | None = None, check_expected: bool = False) -> None:
        self._model, self._check_expected = model, check_expected
        self._results: list[dict[str, Any]] = []

    def one(self, tested: LitmusResult) -> str:
        """Nothing yet."""
        mismatch = tested.surprise if self._check_expected else ""
        self._results.append({**result(tested), "mismatch": mismatch})
        return ""

    def end(self, summary: Summary) -> str:
        """The whole object, ending in a newline."""
        whole: dict[str, Any] = {
            "schema": SCHEMA,
            "ordercheck": __version__,
            "model": self._model,
            "results": self._results,
            "counts": summary.counts,
            "interrupted": summary.interrupted,
            "seconds": round(summary.seconds, 4),
        }
        if summary.check_expected:
            whole["mismatches"] = [
                f"{r['file']}: {r['mismatch']}, found {r['observation']}"
                for r in self._results
                if r["mismatch"]
            ]
        return json.dumps(whole, indent=2) + "\n"


def result(tested: LitmusResult) -> dict[str, Any]:
    """One entry of `results`.

    positive, negative: as herd7's line of that name (null: only the verdict was asked for);
    where counted is false they count final states, not executions.
    """
    known = tested.decided and tested.states is not None
    positive, negative = tested.witnesses if known else (None, None)
    return {
        "test": tested.test,
        "file": tested.file,
        "name": tested.name,
        "arch": tested.arch,
        "model": tested.model,
        "kind": tested.kind,
        "verdict": tested.verdict,
        "observation": tested.observation,
        "positive": positive,
        "negative": negative,
        "counted": known and tested.counted,
        "states": None if tested.states is None else list(tested.states),
        "condition": tested.condition,
        "flags": list(tested.flags),
        "cut": bool(tested.cut),
        "loops": list(tested.cut),
        "seconds": round(tested.seconds, 6),
        "reason": tested.reason,
        "expected": tested.expected,
        "resumed": tested.resumed,
    }
