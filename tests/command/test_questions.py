"""How the time is shared among questions."""

from __future__ import annotations

import pytest

from ordercheck.command import questions
from ordercheck.command.questions import Answer, Answers, Question, ask, models
from ordercheck.command.subjects import families, subject
from ordercheck.engines.verify import PROPERTIES, Limits
from ordercheck.errors import Deadline
from ordercheck.verdict import Verdict


@pytest.mark.parametrize("limited", [True, False])
@pytest.mark.parametrize("workers", [1, 2])
def test_what_waits_has_its_share_of_the_time(
    limited: bool, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(question: Question, limits: Limits, deadline: Deadline) -> Answer:
        left = deadline.left()
        return question.unknown("no limit" if left is None else str(round(left, -1)))

    monkeypatch.setattr(questions, "_remembered", told)
    [family] = families(["zone_device"])
    seed = subject(family, "seed", {})
    asked = [Question(seed, m, p) for m in models(["x86-nt"]) for p in (*PROPERTIES, *PROPERTIES)]
    answers = Answers(asked)
    ask(answers, Limits(), Deadline(1000.0) if limited else Deadline(None), workers, 4 << 30)
    said = [a.reason for _, a in answers.all() if isinstance(a, Verdict)]
    last = ["1000.0"] * workers
    assert said == (["500.0"] * (4 - workers) + last if limited else ["no limit"] * 4)
