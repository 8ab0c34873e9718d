"""What is not known on one model, and refuted on another."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.command import tokens
from ordercheck.command.questions import Answers, Question, ask, models
from ordercheck.command.replaying import try_elsewhere
from ordercheck.command.subjects import families, subject
from ordercheck.engines.verify import Limits
from ordercheck.errors import Deadline
from ordercheck.verdict import TRANSPARENCY, Status, Verdict
from tests.command.command_line import APPEND

NAMES = ("x86-nt", "nt-contract", "x86-tso")
MEMORY = 4 << 30


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    """A refutation on x86-nt; of the others the engines know nothing."""
    (tmp_path / "append.py").write_text(APPEND, encoding="utf-8")
    [family] = families([f"{tmp_path}/append.py:append"])
    wrong = subject(family, "wrong", {})
    right = subject(family, "right", {})
    nt, contract, tso = models(NAMES)
    asked = [Question(wrong, model, TRANSPARENCY) for model in (nt, contract, tso)]
    asked.append(Question(right, contract, TRANSPARENCY))
    first = Answers(asked[:1])
    ask(first, Limits(), Deadline(60), 1, MEMORY)
    unknown = {n: each.unknown("time-out") for n, each in enumerate(asked) if n}
    return Answers(asked, {**first.found, **unknown})


def test_a_schedule_that_refutes_on_one_model_is_tried_on_the_others(answers: Answers) -> None:
    try_elsewhere(answers)
    found = [answer for _, answer in answers.all() if isinstance(answer, Verdict)]
    assert [f.status for f in found[:2]] == [Status.REFUTED, Status.REFUTED]
    refuted, shown = found[:2]
    assert shown.evidence == {"replayed": "reference machine", "same_schedule_as": "x86-nt"}
    assert (shown.model, shown.property, shown.params) == ("nt-contract", TRANSPARENCY, refuted.params)
    assert shown.trace is not None
    assert tokens.decode(shown.trace.token).model == "nt-contract"


def test_where_the_machine_does_not_do_that_it_stays_unknown(answers: Answers) -> None:
    try_elsewhere(answers)
    for _, each in list(answers.all())[2:]:
        assert isinstance(each, Verdict)
        assert each.status is Status.UNKNOWN
        assert each.reason == "time-out"
