"""SARIF logs: that the standard's schema takes them, and what a reader finds in them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck import __version__
from ordercheck.engines.drains import Drain
from ordercheck.report import sarif, sarif_places
from ordercheck.report.data import DrainResult, Report, Result
from ordercheck.report.rules import RULES
from ordercheck.verdict import INTERRUPTED, Place, Status, Step, Trace, Verdict
from tests.report.compiled import write
from tests.report.official_sarif import errors
from tests.report.sarif_rules import problems

CALLERS = (Place("mm/init.c", 1, 5, "init_page"), Place("mm/init.c", 4, 9, "init_pages"))
LATE = Place("include/nt.h", 3, 2, "memcpy_nt", "", CALLERS)
AT = Place("mm/init.c", 7, 1, "init_pages")
STEPS = (
    Step(1, 0, "execute", "store", "include/nt.h", 3, "memcpy_nt", "", ("NT x",), (), 2, CALLERS),
    Step(2, 1, "execute", "load", "mm/init.c", 5, "reader"),
    Step(3, 0, "merged", "... 3 further instructions"),
    Step(4, 0, "drain", "reaches memory", "mm/init.c", 7, "init_pages", "", (), ("x = 1",), 1),
)
TRACE = Trace(
    "schedule", "escape", "escape: {a} summary [see](1)", STEPS, ("x: 0x0",), "a drain", "oc1:abc",
    headline="escape: store still pending", at=AT, late=LATE,
)  # fmt: skip


def result(status: Status, reason: str = "why", trace: Trace | None = None) -> Result:
    shown = TRACE if status is Status.REFUTED and trace is None else trace
    verdict = Verdict(
        "p.py:f", "v", "x86-nt", "transparency", status, "e", {"n": 1}, reason=reason, trace=shown,
        assumptions=("no overflow",),
    )  # fmt: skip
    return Result(verdict, place=Place("mm/init.c", 2, 3, "init_pages"))


def log(*results: Result, **more: Any) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(sarif.render(Report(results, **more)))
    return written


def results(*given: Result, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log(*given, **more)["runs"][0]["results"]
    return found


EVERYTHING = Report(
    tuple(map(result, Status)),
    (
        DrainResult(Drain("p", "m", "D", "conditional", "n == 1"), "v", result(Status.REFUTED), AT),
        DrainResult(Drain("p", "m", "E", "unknown", "time-out")),
    ),
    ("p, v: expected proved, found refuted",),
)


def test_the_official_schema_takes_everything() -> None:
    whole = json.loads(sarif.render(EVERYTHING))
    assert errors(whole) == []
    assert problems(whole) == []


def test_the_official_schema_takes_a_run_that_decided_nothing() -> None:
    whole = log()
    assert errors(whole) == []
    (invocation,) = whole["runs"][0]["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)


def test_the_schema_and_the_rules_refuse_what_is_wrong() -> None:
    whole = json.loads(sarif.render(EVERYTHING))
    assert errors({**whole, "version": "2.2"})
    whole["runs"][0]["results"][0]["level"] = "warning"
    whole["runs"][0]["results"][1]["message"]["text"] = "{0}"
    whole["runs"][0]["results"][2]["ruleIndex"] = 0
    assert len(problems(whole)) == 3


def test_who_says_it() -> None:
    driver = log()["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("ordercheck", __version__)
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in driver["rules"])


def test_a_verdict_is_a_result() -> None:
    found = [(r["ruleId"], r["kind"], r["level"]) for r in results(*map(result, Status))]
    assert found == [
        ("transparency", "pass", "none"),
        ("transparency", "pass", "none"),
        ("escape", "fail", "error"),
        ("unknown", "fail", "warning"),
    ]


def test_a_rule_is_the_hazard_or_the_property() -> None:
    found = result(Status.REFUTED, trace=replace(TRACE, hazard="outcome"))
    condition = replace(found, verdict=replace(found.verdict, property="condition"))
    bare = result(Status.REFUTED, trace=replace(TRACE, hazard=""))
    assertions = replace(bare, verdict=replace(bare.verdict, property="assertions"))
    given = [found, condition, bare, assertions]
    assert [r["ruleId"] for r in results(*given)] == ["outcome", "condition", "transparency", "assertion"]


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path))
    (refuted,) = results(result(Status.REFUTED))
    (at,) = refuted["locations"]
    assert at["physicalLocation"] == {
        "artifactLocation": {"uri": "mm/init.c", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 1, "snippet": {"text": "}"}},
    }
    assert at["logicalLocations"] == [{"name": "init_pages", "kind": "function"}]
    said = [(place_of(p), p["message"]["text"]) for p in refuted["relatedLocations"]]
    assert said == [
        ("include/nt.h:3:2", "stored here"),
        ("mm/init.c:1:5", "memcpy_nt is inlined here"),
        ("mm/init.c:4:9", "init_page is inlined here"),
        ("include/nt.h:3:2", "prevented by: a drain"),
    ]


def place_of(location: dict[str, Any]) -> str:
    physical = location["physicalLocation"]
    region = physical["region"]
    return f"{physical['artifactLocation']['uri']}:{region['startLine']}:{region['startColumn']}"


def test_calls_that_were_inlined_are_a_stack() -> None:
    (refuted,) = results(result(Status.REFUTED, trace=replace(TRACE, at=LATE)))
    (stack,) = refuted["stacks"]
    assert [place_of(frame["location"]) for frame in stack["frames"]] == [
        "include/nt.h:3:2",
        "mm/init.c:1:5",
        "mm/init.c:4:9",
    ]
    assert "stacks" not in results(result(Status.REFUTED))[0]


def test_the_steps_are_a_flow_for_each_processor() -> None:
    (flow,) = results(result(Status.REFUTED))[0]["codeFlows"]
    threads = {thread["id"]: thread["locations"] for thread in flow["threadFlows"]}
    assert {name: [step["executionOrder"] for step in steps] for name, steps in threads.items()} == {
        "cpu 0": [1, 3, 4],
        "cpu 1": [2],
    }
    first, merged, last = threads["cpu 0"]
    assert (first["nestingLevel"], len(first["stack"]["frames"])) == (2, 3)
    assert first["state"] == {"buffered": {"text": "NT x"}}
    assert "physicalLocation" not in merged["location"]
    assert last["state"] == {"memory": {"text": "x = 1"}}
    assert [step["importance"] for step in (first, merged, last)] == ["essential", "unimportant", "essential"]
    assert threads["cpu 1"][0]["importance"] == "important"


def test_messages_have_no_placeholders_and_no_links() -> None:
    text = results(result(Status.REFUTED, "a {0} [b](1)", replace(TRACE, headline="")))[0]["message"]["text"]
    assert text.startswith("a {{0}} [b\\](1) (p.py:f/v, x86-nt).")


def test_what_was_asked_is_in_the_properties() -> None:
    found = replace(result(Status.REFUTED), options={"o": "3"}, assume=("n > 1",), without=("D",))
    properties = results(found)[0]["properties"]
    assert {**properties, "lost": 0, "preventedBy": 0} == {
        "program": "p.py:f", "variant": "v", "model": "x86-nt", "property": "transparency",
        "verdict": "refuted", "engine": "e", "params": {"n": 1}, "options": {"o": "3"}, "without": ["D"],
        "assume": ["n > 1"], "assumptions": ["no overflow"], "hazard": "escape", "lost": 0, "preventedBy": 0,
        "replay": "ordercheck trace --replay oc1:abc",
    }  # fmt: skip


def fingerprint(found: Result) -> str:
    print_: str = results(found)[0]["partialFingerprints"]["ordercheck/v1"]
    return print_


def test_fingerprints_stay_when_lines_move_and_differ_where_something_else_is_said() -> None:
    first = result(Status.REFUTED)
    moved = replace(TRACE, at=replace(AT, line=99, column=8), token="oc1:other", summary="elsewhere")
    params = replace(first.verdict, params={"n": 2}, trace=moved, seconds=1.0, reason="elsewhere")
    assert fingerprint(first) == fingerprint(replace(first, verdict=params))
    others = [
        replace(first, verdict=replace(first.verdict, model="sc")),
        replace(first, verdict=replace(first.verdict, variant="w")),
        replace(first, without=("D",)),
        result(Status.REFUTED, trace=replace(TRACE, at=replace(AT, function="other"))),
        result(Status.REFUTED, trace=replace(TRACE, hazard="overtake")),
        result(Status.UNKNOWN),
    ]
    assert len({fingerprint(found) for found in (first, *others)}) == len(others) + 1


def test_an_interruption_is_no_success_and_says_what_is_left() -> None:
    left = [result(Status.UNKNOWN, INTERRUPTED)] * 2
    (invocation,) = log(result(Status.PROVED), *left)["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    (notice,) = invocation["toolExecutionNotifications"]
    assert notice["message"]["text"] == "interrupted: 2 questions have no answer"
    (timed_out,) = log(result(Status.UNKNOWN, "time-out after 1 s"))["runs"][0]["invocations"]
    assert (timed_out["executionSuccessful"], timed_out["exitCode"]) == (True, 3)


def test_an_expected_refutation_is_suppressed() -> None:
    assert "suppressions" in results(replace(result(Status.REFUTED), expected=True))[0]
    assert "suppressions" not in results(replace(result(Status.REFUTED), expected=False))[0]
    assert "suppressions" not in results(result(Status.REFUTED))[0]


def test_a_drain_is_information_with_what_goes_wrong_without_it() -> None:
    known, unknown = results(drains=EVERYTHING.drains)
    assert (known["ruleId"], known["kind"], known["level"]) == ("drain", "informational", "none")
    assert place_of(known["locations"][0]) == "mm/init.c:7:1"
    assert known["codeFlows"]
    assert known["properties"]["replay"] == "ordercheck trace --replay oc1:abc"
    assert (unknown["ruleId"], unknown["level"]) == ("unknown", "warning")


def test_files_below_the_current_folder_are_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sarif_places.artifact(str(tmp_path / "a b" / "x+.c"))["uri"] == "a%20b/x%2B.c"
    assert sarif_places.artifact("/usr/include/x.h") == {"uri": "file:///usr/include/x.h"}
    assert sarif_places.artifact("c:d.c")["uri"] == "c%3Ad.c"


NASTY = st.text(st.characters(), max_size=12)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(text=NASTY, file=NASTY, function=NASTY, line=st.integers(0, 9), status=st.sampled_from(list(Status)))
def test_whatever_texts_hold_the_log_is_valid(
    text: str, file: str, function: str, line: int, status: Status
) -> None:
    place = Place(file, line, line, function, text, (Place(file, line, 1, function),))
    step = Step(1, 0, "execute", text, file, line, function, text, (text,), (text,), 1, (place,))
    trace = replace(
        TRACE, steps=(step,), at=place, late=place, summary=text, headline=text, prevented_by=text
    )
    whole = log(replace(result(status, text, trace), place=place))
    assert errors(whole) == []
    assert problems(whole) == []
