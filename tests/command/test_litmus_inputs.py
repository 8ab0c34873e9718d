"""Which tests `ordercheck litmus` is about."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from ordercheck.command import litmus_inputs
from ordercheck.command.litmus_inputs import expand
from ordercheck.errors import InputError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("t/b.litmus", "t/a.litmus", "t/c/z.litmus", "t/c/notes.txt", "t/README"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def paths(*names: str) -> list[str]:
    found = expand(names)
    assert not any(each.error for each in found)
    return [each.path for each in found]


def error(*names: str) -> str:
    (found,) = (each.error for each in expand(names) if each.error)
    return str(found)


def test_a_folder_stands_for_all_tests_below_it_sorted(folder: Path) -> None:
    assert paths("t") == ["t/a.litmus", "t/b.litmus", "t/c/z.litmus"]
    assert [each.test for each in expand(["t/"])] == ["a.litmus", "b.litmus", "c/z.litmus"]
    assert paths(str(folder / "t")) == [f"{folder}/{path}" for path in paths("t")]


def test_files_are_taken_as_they_are_named(folder: Path) -> None:
    assert paths("t/b.litmus", "t/README", "t/b.litmus", "missing") == [
        "t/b.litmus",
        "t/README",
        "t/b.litmus",
        "missing",
    ]


def test_names_in_a_list_are_relative_to_it(folder: Path) -> None:
    (folder / "t/@all").write_text("# a comment\nb.litmus\r\n\nc\n../t/a.litmus\n")
    assert paths("t/@all") == ["t/b.litmus", "t/c/z.litmus", "t/../t/a.litmus"]


def test_the_at_sign_need_not_be_in_the_lists_name(folder: Path) -> None:
    (folder / "all").write_text("t/a.litmus\n")
    assert paths("@all") == ["t/a.litmus"]


def test_lists_may_name_lists(folder: Path) -> None:
    (folder / "@all").write_text("t/@some\n")
    (folder / "t/@some").write_text(f"a.litmus\n{folder}/t/b.litmus\n")
    assert paths("@all") == ["t/a.litmus", f"{folder}/t/b.litmus"]


def test_a_list_that_names_itself_is_an_error_and_the_rest_is_taken(folder: Path) -> None:
    (folder / "@all").write_text("t/a.litmus\n@all\nt/b.litmus\n")
    found = expand(["@all"])
    assert [each.path for each in found if not each.error] == ["t/a.litmus", "t/b.litmus"]
    assert "names itself" in error("@all")


def test_names_come_from_stdin_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"t/a.litmus\n# no\nt/c\n")))
    assert paths("-") == ["t/a.litmus", "t/c/z.litmus"]


def test_what_is_not_there_is_said(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert "no .litmus file in this folder" in error("empty")
    assert "cannot read this list of tests" in error("@none")
    (folder / "@odd").write_bytes(b"a\0b\n\xff\n")
    assert [each.path for each in expand(["@odd"])] == ["a\0b", "\udcff"]


def test_lists_that_grow_beyond_all_bounds_are_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        (folder / f"@{number}").write_text(f"@{number + 1}\n" * 2)
    (folder / "@30").write_text("t/a.litmus\n")
    monkeypatch.setattr(litmus_inputs, "MAX_TESTS", 1000)
    with pytest.raises(InputError, match="more than 1000 tests"):
        expand(["@0"])
