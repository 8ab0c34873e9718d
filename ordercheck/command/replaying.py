"""Refutations that are shown once more: by their token, or on another model.

What one model refutes, another may too: its schedule is tried where the engines came to nothing.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from ordercheck.command import questions as q
from ordercheck.command import tokens
from ordercheck.command.sources import Sources
from ordercheck.command.subjects import Subject, families, subject
from ordercheck.engines.operational.replay import OUTCOME
from ordercheck.engines.showing import replay, replayed_on
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.verdict import ASSERTIONS, CONDITION, TRANSPARENCY, Status, Verdict


def replayed(token: str) -> tuple[Subject, Verdict, q.Model]:
    """What a token stands for, shown once more: subject, verdict, memory model.

    Raises InputError where the token is malformed or no longer fits the program.
    """
    return _shown(tokens.decode(token))


def _shown(wanted: tokens.Replay) -> tuple[Subject, Verdict, q.Model]:
    sources = Sources(wanted.conf, tuple(wanted.include.split("\n")) if wanted.include else ())
    found = sources.found()
    family = families([wanted.program], found.macros)[0]
    without = [label for label in wanted.without.split(",") if label]
    target = subject(family, wanted.variant, {**wanted.options, **wanted.params}, without=without)
    if target.program.params:
        names = ", ".join(p.name for p in target.program.params)
        raise InputError(f"the token gives no value for {names}")
    model = q.Model(wanted.model, q.setting(wanted.model, found), sources)
    setting = model.setting
    trace = replay(target.program, setting, wanted.schedule, Deadline())
    prop = next((p for p in (ASSERTIONS, CONDITION) if p in wanted.schedule), TRANSPARENCY)
    # a schedule to a final state refutes nothing by itself
    reached = wanted.schedule.startswith(f"steps:{OUTCOME}:")
    verdict = Verdict(
        target.spec,
        target.variant,
        setting.name,
        CONDITION if reached else prop,
        Status.HOLDS if reached else Status.REFUTED,
        "axiomatic" if setting.machine is None else "operational",
        reason=trace.summary,
        evidence={"replayed": replayed_on(setting)},
        trace=trace,
        assumptions=target.program.notes,
    )
    return target, q.finished(verdict, target, model), model


def try_elsewhere(answers: q.Answers) -> None:
    """Replays each refutation on the machines of the models that left the same question unknown.

    Where a machine shows it, that is the answer; `same_schedule_as` in its evidence names the model that it
    was found on.
    """
    for number, question in enumerate(answers.questions):
        unknown = answers.found.get(number)
        if not isinstance(unknown, Verdict) or unknown.status is not Status.UNKNOWN:
            continue
        for other, answer in answers.all():
            if other.subject is question.subject and other.property == question.property:
                shown = _replayed(answer, question.model) if isinstance(answer, Verdict) else None
                if shown is not None:
                    answers.found[number] = replace(shown, seconds=unknown.seconds)
                    break


def _replayed(answer: Verdict, model: q.Model) -> Verdict | None:
    """The refutation on another model; None where it is none, or needs what that one does not allow."""
    if answer.status is not Status.REFUTED or answer.trace is None or not answer.trace.token:
        return None
    wanted = replace(tokens.decode(answer.trace.token), model=model.spec)
    with suppress(InputError, GaveOut):
        _, verdict, _ = _shown(wanted)
        evidence = {**verdict.evidence, "same_schedule_as": answer.model}
        return replace(verdict, params=answer.params, addresses=answer.addresses, evidence=evidence)
    return None
