"""What became of litmus tests, as herd7's text, as lines for people, as JSON and as JUnit XML."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from ordercheck.report.herd import Herd
from ordercheck.report.junit import JUnit
from ordercheck.report.litmus_json import Json
from ordercheck.report.litmus_result import ERROR, NO, OK, UNKNOWN, LitmusResult, Printer, Summary, verdict
from ordercheck.report.litmus_text import Text

SB = LitmusResult(
    "tests/SB.litmus",
    "SB.litmus",
    OK,
    "SB",
    "X86_64",
    "x86-tso",
    "exists",
    "exists (0:rax=0 /\\ 1:rax=0)",
    ("0:rax=0; 1:rax=0;", "0:rax=0; 1:rax=1;", "0:rax=1; 1:rax=0;", "0:rax=1; 1:rax=1;"),
    1,
    3,
    seconds=0.0312,
)
BAD = LitmusResult(
    "tests/bad.litmus", "bad.litmus", ERROR, reason="tests/bad.litmus:3:2: error: expected a brace"
)
SLOW = replace(SB, file="slow.litmus", name="slow", verdict=UNKNOWN, states=None, reason="time-out after 1 s")


def page(printer: Printer, *found: LitmusResult, check_expected: bool = False, herd: bool = False) -> str:
    summary = Summary(len(found), check_expected, herd)
    text = printer.begin([tested.test for tested in found])
    for tested in found:
        summary.add(tested)
        text += printer.one(tested)
    return text + printer.end(summary)


def status(*found: LitmusResult, check_expected: bool = False, herd: bool = False) -> int:
    summary = Summary(len(found), check_expected, herd)
    for tested in found:
        summary.add(tested)
    return summary.exit_status


def test_herd_prints_what_herd7_prints() -> None:
    assert page(Herd(), SB) == (
        "Test SB Allowed\n"
        "States 4\n"
        "0:rax=0; 1:rax=0;\n"
        "0:rax=0; 1:rax=1;\n"
        "0:rax=1; 1:rax=0;\n"
        "0:rax=1; 1:rax=1;\n"
        "Ok\n"
        "Witnesses\n"
        "Positive: 1 Negative: 3\n"
        "Condition exists (0:rax=0 /\\ 1:rax=0)\n"
        "Observation SB Sometimes 1 3\n"
        "Time SB 0.03\n"
        "\n"
    )


def test_herd_turns_the_witnesses_of_a_negated_condition_round() -> None:
    text = page(Herd(), replace(SB, quantifier="~exists", verdict=NO))
    assert text.startswith("Test SB Forbidden\n")
    assert "\nNo\nWitnesses\nPositive: 3 Negative: 1\n" in text
    assert "\nObservation SB Sometimes 1 3\n" in text


def test_herd_says_what_was_flagged_and_cut_off() -> None:
    text = page(Herd(), replace(SB, flags=("mixed", "data-race"), cut=("SB.litmus:7",), quantifier="forall"))
    assert text.startswith("Test SB Required\n")
    assert "\nLoop Ok\n" in text
    assert "\nPositive: 1 Negative: 3\nFlag data-race\nFlag mixed\nCondition " in text


def test_herd_prints_a_state_without_anything_in_it_as_an_empty_line() -> None:
    assert "States 1\n\nOk\n" in page(Herd(), replace(SB, states=("",), holds=1, fails=0))
    assert "States 0\nNo\n" in page(Herd(), replace(SB, verdict=NO, states=(), holds=0, fails=0))


def test_herd_leaves_the_counts_out_of_a_verdict_alone() -> None:
    assert page(Herd(), replace(SB, states=None, holds=1, fails=1)) == (
        "Test SB Allowed\nOk\nCondition exists (0:rax=0 /\\ 1:rax=0)\nObservation SB Sometimes\n\n"
    )


def test_herd_prints_nothing_of_what_is_not_decided() -> None:
    assert page(Herd(), BAD, SLOW) == ""


@pytest.mark.parametrize(
    ("quantifier", "holds", "fails", "wanted"),
    [
        ("exists", 1, 0, OK),
        ("exists", 0, 3, NO),
        ("~exists", 0, 3, OK),
        ("~exists", 1, 3, NO),
        ("forall", 3, 0, OK),
        ("forall", 3, 1, NO),
        ("exists", 0, 0, NO),
        ("forall", 0, 0, OK),
    ],
)
def test_a_verdict_follows_from_the_counts(quantifier: str, holds: int, fails: int, wanted: str) -> None:
    assert verdict(quantifier, holds, fails) == wanted


@pytest.mark.parametrize(
    ("holds", "fails", "word"), [(0, 3, "Never"), (1, 3, "Sometimes"), (3, 0, "Always"), (0, 0, "Never")]
)
def test_an_observation_follows_from_the_counts(holds: int, fails: int, word: str) -> None:
    assert replace(SB, holds=holds, fails=fails).observation == word


@pytest.mark.parametrize(
    ("expected", "flags", "holds", "fails", "surprise"),
    [
        ("Sometimes", (), 1, 3, ""),
        ("Never", (), 1, 3, "expected Never"),
        ("Maybe", (), 1, 3, ""),
        ("DEADLOCK", (), 0, 0, ""),
        ("DEADLOCK", (), 0, 1, "expected a deadlock"),
        ("Sometimes DATARACE", ("data-race",), 1, 3, ""),
        ("Sometimes DATARACE", (), 1, 3, "expected a data race"),
        ("DATARACE", ("data-race",), 1, 3, ""),
        ("Sometimes", ("data-race",), 1, 3, "a data race was not expected"),
        ("Free choice.", (), 1, 3, ""),
        ("", (), 1, 3, ""),
    ],
)
def test_result_lines_are_the_kernels(
    expected: str, flags: tuple[str, ...], holds: int, fails: int, surprise: str
) -> None:
    assert replace(SB, expected=expected, flags=flags, holds=holds, fails=fails).surprise == surprise


def test_text_is_a_line_for_each_test_and_a_total() -> None:
    head, first, second, third, empty, total = page(Text(), SB, SLOW, BAD).splitlines()
    assert head.split() == ["test", "model", "kind", "observation", "states", "seconds"]
    assert first.split() == ["SB", "x86-tso", "Allowed", "Ok", "Sometimes", "4", "0.031"]
    assert second.split(maxsplit=4) == ["slow", "x86-tso", "Allowed", "Unknown", "time-out after 1 s"]
    assert third.split(maxsplit=2) == ["bad.litmus", "Error", BAD.reason]
    assert empty == ""
    assert total.startswith("1 Ok, 1 Unknown, 1 Error; ")
    assert first.index("Ok") == second.index("Unknown") == third.index("Error")


def test_text_lists_the_states_where_they_are_asked_for() -> None:
    assert "\n  0:rax=1; 1:rax=1;\n" in page(Text(states=True), SB)


def test_text_has_colours_only_where_asked_for() -> None:
    assert "\x1b[" not in page(Text(), SB)
    assert "\x1b[32mOk" in page(Text(colour=True), SB)


def test_text_shows_no_control_characters_of_a_test() -> None:
    text = page(Text(), replace(BAD, test="a\x1b[2Jb\n", reason="\x07x"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert len(text.splitlines()) == 4


def test_text_says_what_is_not_as_expected() -> None:
    text = page(Text(check_expected=True), SB, replace(SB, expected="Never"), check_expected=True)
    assert "Not as expected: 1 of 1 tests (1 without a Result: line):\n" in text
    assert "\n  tests/SB.litmus: expected Never, found Sometimes\n" in text
    good = page(Text(check_expected=True), replace(SB, expected="Sometimes"), check_expected=True)
    assert "\nAs expected: 1 tests.\n" in good


def test_json_has_stable_keys() -> None:
    whole = json.loads(page(Json("x86-tso"), SB, BAD))
    assert whole["schema"] == 1
    assert whole["model"] == "x86-tso"
    first, second = whole["results"]
    assert first["test"] == "SB.litmus"
    assert (first["file"], first["name"], first["arch"]) == ("tests/SB.litmus", "SB", "X86_64")
    assert (first["kind"], first["verdict"], first["observation"]) == ("Allowed", "ok", "Sometimes")
    assert (first["positive"], first["negative"], len(first["states"])) == (1, 3, 4)
    assert (first["flags"], first["cut"], first["reason"]) == ([], False, "")
    assert (second["verdict"], second["reason"], second["states"]) == ("error", BAD.reason, None)
    assert "mismatches" not in whole


def test_json_counts_nothing_where_only_the_verdict_was_asked_for() -> None:
    (found,) = json.loads(page(Json(), replace(SB, states=None)))["results"]
    assert (found["positive"], found["negative"], found["states"]) == (None, None, None)
    assert found["observation"] == "Sometimes"


def test_json_says_what_is_not_as_expected() -> None:
    whole = json.loads(page(Json(check_expected=True), replace(SB, expected="Never"), check_expected=True))
    assert whole["results"][0]["mismatch"] == "expected Never"
    assert whole["mismatches"] == ["tests/SB.litmus: expected Never, found Sometimes"]


def test_junit_has_failures_and_errors() -> None:
    root = fromstring(page(JUnit(), SB, replace(SB, name="no", verdict=NO), SLOW, BAD))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "2")
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["SB", "no", "slow", "bad.litmus"]
    assert [[child.tag for child in case] for case in cases] == [[], ["failure"], ["error"], ["error"]]
    assert cases[3][0].get("message") == BAD.reason


def test_junit_holds_whatever_a_test_is_called() -> None:
    root = fromstring(page(JUnit(), replace(SB, name='<&"\x00\x1b\ud800é]]>')))
    found = root.find("testsuite/testcase")
    assert found is not None
    assert found.get("name") == '<&"\N{REPLACEMENT CHARACTER}' + "\N{REPLACEMENT CHARACTER}" * 2 + "é]]>"


def test_junit_takes_result_lines_where_they_decide() -> None:
    met = replace(SB, verdict=NO, expected="Sometimes")
    root = fromstring(
        page(JUnit(check_expected=True), met, replace(met, expected="Never"), check_expected=True)
    )
    assert root.get("failures") == "1"


def test_the_exit_status_says_the_worst() -> None:
    no = replace(SB, verdict=NO)
    assert status(SB) == 0
    assert status(SB, no) == 1
    assert status(SB, SLOW) == 3
    assert status(SB, SLOW, no) == 1
    assert status(SB, SLOW, no, BAD) == 2


def test_herd7_does_not_mind_a_no() -> None:
    no = replace(SB, verdict=NO)
    assert status(no, herd=True) == 0
    assert status(no, SLOW, herd=True) == 3
    assert status(no, BAD, herd=True) == 2


def test_with_result_lines_it_is_they_that_count() -> None:
    no = replace(SB, verdict=NO)
    assert status(no, check_expected=True) == 0
    assert status(replace(SB, expected="Never"), check_expected=True) == 1
    assert status(replace(SB, expected="Sometimes"), SLOW, check_expected=True) == 3
