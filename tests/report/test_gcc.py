"""Findings as one line each: what editors and scripts find in them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.engines.drains import Drain
from ordercheck.report import gcc
from ordercheck.report.data import DrainResult, Report, Result
from ordercheck.verdict import Place, Status, Step, Trace, Verdict

# `%f:%l:%c:%m` and `%f:%l:%m`, of vim's default 'errorformat'
LINE = re.compile(r"(?P<file>[^:\n]+):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<level>\w+): (?P<text>.+)")
CALLERS = (Place("mm/init.c", 4, 9, "init_pages"),)
LATE = Place("include/nt.h", 3, 2, "memcpy_nt", "", CALLERS)
AT = Place("mm/init.c", 7, 1, "init_pages")
TRACE = Trace(
    "schedule", "escape", "escape: a summary", (Step(1, 0, "execute", "store", "include/nt.h", 3),),
    prevented_by="a drain", token="oc1:abc", headline="escape: store still pending", at=AT, late=LATE,
)  # fmt: skip
VIM = shutil.which("vim")


def result(
    status: Status, reason: str = "", trace: Trace | None = None, prop: str = "transparency"
) -> Result:
    params = {"n": 1} if trace else {}
    verdict = Verdict("p.py:f", "v", "x86-nt", prop, status, "e", params, reason=reason, trace=trace)
    return Result(verdict, place=Place("mm/init.c", 2, 3, "init_pages"))


def lines(
    *results: Result, drains: tuple[DrainResult, ...] = (), mismatches: tuple[str, ...] | None = None
) -> list[str]:
    return gcc.render(Report(results, drains, mismatches)).splitlines()


def test_a_refutation_and_its_notes() -> None:
    assert lines(result(Status.REFUTED, "escape: a summary", TRACE)) == [
        "mm/init.c:7:1: error: escape: store still pending [x86-nt, p.py:f/v]",
        "include/nt.h:3:2: note: stored here",
        "mm/init.c:4:9: note: memcpy_nt is inlined here into init_pages",
        "include/nt.h:3:2: note: prevented by: a drain",
        "mm/init.c:7:1: note: with n=1: ordercheck trace --replay oc1:abc",
    ]


def test_what_holds_is_not_mentioned() -> None:
    assert lines(result(Status.PROVED), result(Status.HOLDS)) == []


def test_unknown_is_a_warning_where_its_reason_is_or_where_the_program_begins() -> None:
    assert lines(result(Status.UNKNOWN, "lib/a.c:12:5: loop"), result(Status.UNKNOWN, "time-out")) == [
        "lib/a.c:12:5: warning: transparency unknown: loop [x86-nt, p.py:f/v]",
        "mm/init.c:2:3: warning: transparency unknown: time-out [x86-nt, p.py:f/v]",
    ]


def test_a_program_without_positions_is_named() -> None:
    nowhere = replace(result(Status.UNKNOWN, "time-out"), place=None)
    assert lines(nowhere) == ["p.py: warning: transparency unknown: time-out [x86-nt, p.py:f/v]"]
    modules = replace(nowhere, verdict=replace(nowhere.verdict, program="a/b.ll,c.ll:f"))
    assert lines(modules)[0].startswith("a/b.ll: warning: ")
    bare = replace(TRACE, steps=(), at=Place(), late=Place(), headline="", prevented_by="")
    without_lines = replace(modules, verdict=replace(result(Status.REFUTED, "e", bare).verdict, program="x"))
    assert lines(without_lines) == [
        "ordercheck: error: e [x86-nt, x/v]",
        "ordercheck: note: with n=1: ordercheck trace --replay oc1:abc",
    ]


def test_what_was_chosen_stands_in_the_brackets() -> None:
    chosen = replace(
        result(Status.UNKNOWN, "why"),
        without=("D",),
        options={"o": "3"},
        fixed={"b": True},
        assume=("n > 1",),
    )
    assert lines(chosen)[0].endswith("[x86-nt, p.py:f/v, without D, o=3, b=true, assuming n > 1]")


def test_several_processors_are_shown_step_by_step() -> None:
    steps = tuple(Step(n, n % 2, "execute", f"text {n}", "a.c", n, column=1) for n in range(1, 30))
    trace = replace(TRACE, steps=steps, at=None, late=None, prevented_by="", headline="")
    found = lines(result(Status.REFUTED, "outcome", trace))
    assert found[0] == "a.c:29:1: error: outcome [x86-nt, p.py:f/v]"
    assert found[1] == "a.c:1:1: note: step 1, cpu 1: text 1"
    assert len(found) == 14


def test_a_position_in_the_reason_is_that_of_its_step() -> None:
    steps = (Step(1, 0, "execute", "x", "a.c", 4, column=7), Step(2, 1, "execute", "y", "b.c", 5))
    trace = replace(TRACE, steps=steps, at=None, late=LATE, headline="")
    assert lines(result(Status.REFUTED, "a.c:4: fails", trace))[0].startswith("a.c:4:7: error: ")
    assert lines(result(Status.REFUTED, "fails", trace))[0].startswith("mm/init.c:4:9: error: ")
    assert lines(result(Status.REFUTED, "fails", replace(trace, late=None)))[0].startswith("b.c:5: error: ")


def test_where_a_store_is_late_itself_it_is_not_pointed_at_again() -> None:
    found = lines(result(Status.REFUTED, "early", replace(TRACE, at=LATE)))
    assert found[0].startswith("mm/init.c:4:9: error: ")
    assert not [line for line in found if "stored here" in line]


def test_what_was_inlined_is_shown_in_the_file_that_was_asked_about() -> None:
    """An annotation of a header is never shown with a change of mm/init.c."""
    found = lines(result(Status.REFUTED, "early", replace(TRACE, at=LATE)))
    assert [line.split(" [")[0] for line in found[:3]] == [
        "mm/init.c:4:9: error: escape: store still pending",
        "include/nt.h:3:2: note: in memcpy_nt, which is inlined there",
        "mm/init.c:4:9: note: memcpy_nt is inlined here into init_pages",
    ]
    assert len(set(found)) == len(found)


def test_a_condition_is_quoted() -> None:
    verdict = result(Status.REFUTED, "the condition fails", TRACE, "condition")
    found = lines(replace(verdict, statement="exists (x=1)"))
    assert found[0] == "mm/init.c:7:1: error: the condition fails: exists (x=1) [x86-nt, p.py:f/v]"


def test_expected_refutations_are_no_errors_but_surprises_are() -> None:
    expected = replace(result(Status.REFUTED, "escape", TRACE), expected=True)
    assert lines(expected, mismatches=()) == []
    assert lines(expected, mismatches=("p, v: expected proved, found refuted",)) == [
        "ordercheck: error: not as expected: p, v: expected proved, found refuted"
    ]
    assert "error" in lines(replace(expected, expected=False), mismatches=())[0]


def test_drains() -> None:
    at = Place("a.c", 6, 2)
    drains = (
        DrainResult(Drain("p", "m", "D", "conditional", "n == 1"), "v", None, at),
        DrainResult(Drain("p", "m", "E", "unknown", "time-out"), "", None, at),
    )
    assert lines(drains=drains) == [
        "a.c:6:2: note: the drain D is required only when n == 1 [m, p/v]",
        "a.c:6:2: warning: what the drain E is needed for is unknown: time-out [m, p]",
    ]


@settings(derandomize=True, max_examples=80)
@given(text=st.text(), status=st.sampled_from([Status.REFUTED, Status.UNKNOWN]), traced=st.booleans())
def test_every_line_is_one_line_whatever_is_in_it(text: str, status: Status, traced: bool) -> None:
    trace = replace(TRACE, headline=text, prevented_by=text) if traced else None
    for line in lines(result(status, text, trace)):
        assert LINE.fullmatch(line)


@pytest.mark.skipif(VIM is None, reason="vim is not installed")
def test_vim_reads_it_without_being_told_how(tmp_path: Path) -> None:
    (tmp_path / "errors").write_text(
        gcc.render(Report((result(Status.REFUTED, "escape", TRACE),))), encoding="utf-8"
    )
    entry = "v:val.valid . bufname(v:val.bufnr) . v:val.lnum . ':' . v:val.col"
    script = f'call writefile(map(getqflist(), "{entry}"), "found")'
    (tmp_path / "script.vim").write_text(f"cgetfile errors\n{script}\nqa!\n", encoding="utf-8")
    subprocess.run(
        [str(VIM), "-u", "NONE", "-N", "-es", "-S", "script.vim"], cwd=tmp_path, stdin=subprocess.DEVNULL,
        timeout=20, check=False,
    )  # fmt: skip
    assert (tmp_path / "found").read_text(encoding="utf-8").splitlines() == [
        "1mm/init.c7:1",
        "1include/nt.h3:2",
        "1mm/init.c4:9",
        "1include/nt.h3:2",
        "1mm/init.c7:1",
    ]
