"""What a killed run leaves, and what a later one takes from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ordercheck.command.litmus_inputs import Input
from ordercheck.command.litmus_journal import HEADER, Journal
from ordercheck.errors import InputError
from ordercheck.report.litmus_result import ERROR, NO, OK, UNKNOWN, LitmusResult

FOUND = LitmusResult(
    "",
    "",
    OK,
    "SB",
    "X86",
    "x86-tso",
    "exists",
    "exists (x=1)",
    ("[x]=0;", "[x]=1;"),
    1,
    1,
    flags=("data-race",),
    cut=("SB:3",),
    seconds=0.25,
)


@pytest.fixture
def tests(tmp_path: Path) -> list[Input]:
    found = []
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(f"test {name}")
        found.append(Input(str(tmp_path / name), name))
    return found


def told(given: Input, what: LitmusResult = FOUND) -> LitmusResult:
    return replace(what, file=given.path, test=given.test)


def written(path: Path, tests: list[Input], what: LitmusResult = FOUND) -> None:
    with Journal(str(path), "options", None) as journal:
        for given in tests:
            journal.add(given, told(given, what))


def known(
    path: Path, tests: list[Input], options: str = "options", seconds: float | None = None
) -> list[bool]:
    with Journal(str(path), options, seconds) as journal:
        return [journal.known(given) is not None for given in tests]


def test_what_was_decided_is_known_again(tmp_path: Path, tests: list[Input]) -> None:
    path = tmp_path / "journal"
    written(path, tests[:2])
    with Journal(str(path), "options", None) as journal:
        assert journal.known(tests[1]) == replace(told(tests[1]), resumed=True)
        assert journal.known(tests[2]) is None
        journal.add(tests[2], told(tests[2]))
    assert known(path, tests) == [True, True, True]


def test_other_content_or_options_are_other_tests(tmp_path: Path, tests: list[Input]) -> None:
    path = tmp_path / "journal"
    written(path, tests)
    Path(tests[0].path).write_text("changed")
    assert known(path, tests) == [False, True, True]
    assert known(path, tests, "other options") == [False, False, False]


def test_the_same_test_elsewhere_is_known(tmp_path: Path, tests: list[Input]) -> None:
    path = tmp_path / "journal"
    written(path, tests[:1])
    moved = tmp_path / "moved"
    moved.write_text("test a")
    with Journal(str(path), "options", None) as journal:
        found = journal.known(Input(str(moved), "moved"))
    assert found is not None
    assert (found.file, found.test, found.name) == (str(moved), "moved", "SB")


def test_what_is_unknown_is_tried_again_with_another_time_out(tmp_path: Path, tests: list[Input]) -> None:
    path = tmp_path / "journal"
    written(path, tests, replace(FOUND, verdict=UNKNOWN, states=None, reason="time-out"))
    assert known(path, tests) == [True, True, True]
    assert known(path, tests, seconds=10) == [False, False, False]
    written(path, tests[:1], replace(FOUND, verdict=NO))
    assert known(path, tests, seconds=10) == [True, False, False]


def test_what_could_not_be_read_is_not_written_down(tmp_path: Path, tests: list[Input]) -> None:
    path = tmp_path / "journal"
    written(path, tests, replace(FOUND, verdict=ERROR))
    assert path.read_bytes() == HEADER


@pytest.mark.parametrize("lost", [1, 10, 200])
def test_a_torn_last_line_is_left_out(tmp_path: Path, tests: list[Input], lost: int) -> None:
    path = tmp_path / "journal"
    written(path, tests)
    whole = path.read_bytes()
    path.write_bytes(whole[:-lost])
    assert known(path, tests) == [True, True, False]
    written(path, tests[2:])
    assert path.read_bytes() == whole


@pytest.mark.parametrize("begun", [0, 1, len(HEADER) - 1])
def test_a_torn_first_line_is_written_again(tmp_path: Path, tests: list[Input], begun: int) -> None:
    path = tmp_path / "journal"
    path.write_bytes(HEADER[:begun])
    written(path, tests)
    assert known(path, tests) == [True, True, True]


@pytest.mark.parametrize("content", [b"my notes\n", b"\n", b"{}\n", HEADER[:5] + b"x", HEADER[:-1] + b" \n"])
def test_a_foreign_file_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a journal"):
        Journal(str(path), "options", None)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b'"key"', b"\xff", b'{"key":1,"timeout":null,"result":{}}', b"[" * 5000]
)
def test_a_damaged_line_is_an_error_at_its_line(tmp_path: Path, tests: list[Input], line: bytes) -> None:
    path = tmp_path / "journal"
    written(path, tests)
    lines = path.read_bytes().split(b"\n")
    lines[2] = line
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(InputError, match="damaged") as caught:
        Journal(str(path), "options", None)
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"holds":1', b'"holds":"1"'),
        (b'"verdict":"ok"', b'"verdict":"error"'),
        (b'"flags":[', b'"flags":5,"x":['),
    ],
)
def test_a_line_that_was_changed_is_an_error(
    tmp_path: Path, tests: list[Input], before: bytes, after: bytes
) -> None:
    path = tmp_path / "journal"
    written(path, tests)
    path.write_bytes(path.read_bytes().replace(before, after))
    with pytest.raises(InputError, match="damaged"):
        Journal(str(path), "options", None)


def test_two_runs_do_not_share_a_journal(tmp_path: Path) -> None:
    path = str(tmp_path / "journal")
    with Journal(path, "", None), pytest.raises(InputError, match="in use"):
        Journal(path, "", None)


def test_where_a_journal_cannot_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a regular file"):
        Journal(str(tmp_path), "", None)
    with pytest.raises(InputError, match="No such file"):
        Journal(str(tmp_path / "none" / "journal"), "", None)
