"""Answers of the engines as entries of a report: with what the user asked."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.command import questions as q
from ordercheck.command import subjects as s
from ordercheck.command.contract import INFER
from ordercheck.engines.drains import Drain
from ordercheck.program.transform import has_loop
from ordercheck.report.data import DrainResult, Result
from ordercheck.verdict import CUT, WHOLE, Verdict


def result(subject: s.Subject, verdict: Verdict, model: q.Model) -> Result:
    """A verdict, and what was asked."""
    if verdict.evidence.get("exact") == CUT and not any(map(has_loop, subject.program.threads)):
        # where nothing goes round, a bound cuts nothing off
        evidence = {key: value for key, value in verdict.evidence.items() if key != "counts"}
        verdict = replace(verdict, evidence={**evidence, "exact": WHOLE})
    return Result(
        verdict,
        subject.description,
        {name: text for name, text in subject.options.items() if text != INFER},
        subject.params,
        subject.assume,
        model.spec,
        subject.without,
        subject.statement,
        subject.outcome,
        model.sources.words,
        q.beginning(subject),
        empty=q.states_nothing(subject.program, verdict.property),
    )


def drain_result(subject: s.Subject, drain: Drain, model: q.Model) -> DrainResult:
    """What a drain is needed for, and where it is."""
    place = q.drain_place(subject, drain.drain)
    if drain.refutation is None:
        return DrainResult(drain, subject.variant, None, place)
    refuted = result(subject.lacking(drain.drain), drain.refutation, model)
    return DrainResult(drain, subject.variant, refuted, place)
