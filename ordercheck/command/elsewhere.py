"""What one model refutes, another may too: its schedule is tried where the engines came to nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from ordercheck.command import questions as q
from ordercheck.command import tokens
from ordercheck.errors import GaveOut, InputError
from ordercheck.verdict import Status, Verdict


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
    token = replace(tokens.decode(answer.trace.token), model=model.spec)
    with suppress(InputError, GaveOut):
        _, verdict, _ = q.replayed(tokens.encode(token))
        evidence = {**verdict.evidence, "same_schedule_as": answer.model}
        return replace(verdict, params=answer.params, addresses=answer.addresses, evidence=evidence)
    return None
