"""Lines of source files: what is read, and above all what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.report import source_text


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    source_text._line.cache_clear()
    source_text._read.cache_clear()


def test_a_line_is_shown_without_its_indentation(tmp_path: Path) -> None:
    file = tmp_path / "a.c"
    file.write_text("int x;\n\tmemcpy_nt(a,\tb);  \n\nlast", encoding="utf-8")
    shown = [source_text.line(str(file), n) for n in range(6)]
    assert shown == ["", "int x;", "memcpy_nt(a, b);", "", "last", ""]


def test_a_relative_path_is_below_the_folder_of_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mm").mkdir()
    (tmp_path / "mm" / "x.h").write_text("one\n", encoding="utf-8")
    assert source_text.line("mm/x.h", 1) == ""
    monkeypatch.chdir(tmp_path)
    assert source_text.line("mm/x.h", 1) == "one"


@pytest.mark.parametrize("name", ["passwd", "x.txt", ".c", "x.c.key", "x.py"])
def test_only_source_code_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("secret\n", encoding="utf-8")
    assert source_text.line(str(tmp_path / name), 1) == ""


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.c")
    assert source_text.line(str(tmp_path / "pipe.c"), 1) == ""


def test_nothing_is_taken_out_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.c")
    end = os.open(tmp_path / "pipe.c", os.O_RDWR)
    os.write(end, b"for somebody else\n")
    assert source_text.line(str(tmp_path / "pipe.c"), 1) == ""
    assert os.read(end, 100) == b"for somebody else\n"
    os.close(end)


def test_folders_missing_files_and_impossible_names_are_empty(tmp_path: Path) -> None:
    (tmp_path / "folder.c").mkdir()
    for name in (tmp_path / "folder.c", tmp_path / "none.c", "a\0b.c", f"{'x' * 5000}.c", "\udc80.c"):
        assert source_text.line(str(name), 1) == ""


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_text, "MAX_FILE", 10)
    (tmp_path / "small.c").write_text("123456789\n", encoding="utf-8")
    (tmp_path / "large.c").write_text("1234567890\n", encoding="utf-8")
    assert source_text.line(str(tmp_path / "small.c"), 1) == "123456789"
    assert source_text.line(str(tmp_path / "large.c"), 1) == ""


def test_a_long_line_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("x" * 1000, encoding="utf-8")
    shown = source_text.line(str(tmp_path / "a.c"), 1)
    assert (len(shown), shown[-4:]) == (source_text.MAX_LINE, "x...")


@settings(derandomize=True, max_examples=60)
@given(content=st.binary(max_size=60), number=st.integers(-1, 10**9))
def test_whatever_is_in_a_file_can_be_printed(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, number: int
) -> None:
    file = tmp_path_factory.mktemp("source") / "a.c"
    file.write_bytes(content)
    assert source_text.line(str(file), number).isprintable()
    for line in range(1, content.count(b"\n") + 2):
        assert source_text.line(str(file), line).isprintable()
