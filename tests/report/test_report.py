"""Reports from verdicts made by hand: what must be in them, and how wide they are."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from ordercheck.engines.drains import Drain
from ordercheck.report import json_, mail, text, trace
from ordercheck.report.data import DrainResult, Report, Result
from ordercheck.verdict import Status, Step, Trace, Verdict

LONG = "a very long line of text that has to be folded " * 4
STEPS = (
    Step(1, 0, "execute", f"non-temporal store {LONG}", "a/b.py", 3, "f", "t.nt_store(x, 8, 1)", ("NT x",)),
    Step(2, 1, "execute", "load of x returns 0", memory=("x = 1",)),
)
TRACE = Trace("schedule", "escape", f"escape: {LONG}", STEPS, ("x+0..7: 0x0",), "a drain", "oc1:abc")


def verdict(status: Status, model: str = "x86-nt", prop: str = "transparency", reason: str = "") -> Verdict:
    shown = TRACE if status is Status.REFUTED else None
    params = {"n": 1, "b": True} if shown else {}
    return Verdict(
        "p",
        "v",
        model,
        prop,
        status,
        "inductive",
        params,
        reason=reason,
        trace=shown,
        assumptions=("[a note]",),
    )


def report(*statuses: Status) -> Report:
    return Report(tuple(Result(verdict(s, f"m{i}", reason="why")) for i, s in enumerate(statuses)))


def test_exit_status() -> None:
    assert report(Status.PROVED, Status.HOLDS).exit_status == 0
    assert report(Status.PROVED, Status.UNKNOWN).exit_status == 3
    assert report(Status.UNKNOWN, Status.REFUTED).exit_status == 1
    assert Report(()).exit_status == 3
    assert Report(report(Status.PROVED).results, interrupted=True).exit_status == 3
    unknown = DrainResult(Drain("p", "m", "D", "unknown", "time"))
    assert Report(report(Status.PROVED).results, (unknown,)).exit_status == 3
    assert Report(report(Status.REFUTED).results, mismatches=()).exit_status == 0
    assert Report(report(Status.PROVED).results, mismatches=("x",)).exit_status == 1


def test_text_holds_everything() -> None:
    drains = (
        DrainResult(Drain("p", "m0", "D1", "conditional", "n == 1")),
        DrainResult(Drain("p", "m1", "D1", "redundant")),
    )
    whole = Report(report(Status.PROVED, Status.REFUTED, Status.UNKNOWN).results, drains, seconds=1.5)
    plain = text.render(whole, terminal=False)
    for part in ("required only when n == 1", "--replay oc1:abc", "unknown: why", "n=1, b=true", "[a note]"):
        assert part in plain
    assert "1 proved, 1 refuted, 1 unknown; 1.50 s" in plain
    assert "\x1b" not in plain
    assert "\x1b[" in text.render(whole, terminal=True)


def test_where_memory_lies_is_not_said_but_of_null() -> None:
    params = {"n": 1, "p": 65536, "q": 0}
    found = Result(replace(verdict(Status.REFUTED), params=params, addresses=frozenset(("p", "q"))))
    assert "\n  with n=1, q=0\n" in text.render(Report((found,)), terminal=False)
    assert "\nwith n=1, q=0\n" in trace.render(found, 100)
    # a script may want to know
    assert json.loads(json_.render(Report((found,))))["results"][0]["params"] == params
    alone = Result(replace(found.verdict, params={"p": 65536}))
    assert "with" not in text.render(Report((alone,)), terminal=False)


def test_the_columns_are_models() -> None:
    lines = text.render(report(Status.PROVED, Status.REFUTED), terminal=False).splitlines()
    assert lines[2].split() == ["property", "m0", "m1"]
    assert lines[3].split() == ["transparency", "proved", "refuted"]


def test_a_terminal_gets_lines_that_fit_and_names_broken_at_slashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    deep = "drivers/net/ethernet/mellanox/mlx5/core/steering/dr_send.ll:dr_post"
    shown = [
        Result(replace(verdict(s, m, reason=f"escape: {LONG}"), program=name, variant=""))
        for name in (deep, "p")
        for m, s in (("x86-nt", Status.REFUTED), ("nt-contract", Status.UNKNOWN))
    ]
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text.render(Report(tuple(shown)), terminal=True)).splitlines()
    assert [line.rstrip() for line in lines[:5]] == [
        "program                         property      x86-nt   nt-contract",
        "drivers/net/ethernet/mellanox/  transparency  refuted  unknown",
        "mlx5/core/steering/",
        "dr_send.ll:dr_post",
        "p                               transparency  refuted  unknown",
    ]
    assert max(len(line) for line in lines if not line.startswith("  ordercheck ")) <= 70
    plain = text.render(Report(tuple(shown)), terminal=False).splitlines()
    assert f"  escape: {LONG}".rstrip() in plain
    assert plain[1].startswith(f"{deep}  transparency  refuted")


def test_a_command_is_not_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    token = f"oc1:{'x' * 100}"
    found = replace(verdict(Status.REFUTED), trace=replace(TRACE, token=token))
    assert f"  ordercheck trace --replay {token}" in text.render(Report((Result(found),)), terminal=True)


def test_a_mail_has_72_columns_and_says_how_to_see_it_again() -> None:
    written = mail.render(Result(verdict(Status.REFUTED), "a description " * 9, {"o": "3"}, {}, (), "m.cat"))
    assert max(map(len, written.splitlines())) <= mail.WIDTH
    joined = " ".join(written.replace("\\\n", " ").split())
    assert "ordercheck trace p --variant v --model m.cat --property transparency" in joined
    assert "--param o=3 --param n=1 --param b=true" in joined


def test_steps_name_cpu_place_and_buffers() -> None:
    lines = trace.render(Result(verdict(Status.REFUTED)), 80)
    for part in ("cpu 1: load of x", "a/b.py:3 in f", "| t.nt_store", "buffered: NT x", "memory:   x = 1"):
        assert part in lines


def test_json_is_one_object() -> None:
    whole = json.loads(json_.render(report(Status.REFUTED)))
    assert whole["results"][0]["trace"]["steps"][0]["buffered"] == ["NT x"]
    assert "mismatches" not in whole
