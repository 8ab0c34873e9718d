"""herd7's configuration files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordercheck.command.conf import Conf, find, read
from ordercheck.errors import InputError

KERNEL = """# a comment
macros some.def
bell some.bell
model some.cat
graph columns
squished true
showevents noregs

edgeattr hb,color,indigo
pad 0.1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("some.def", "some.bell", "some.cat"):
        (tmp_path / name).write_text("")
    return tmp_path


def conf(folder: Path, text: str) -> Conf:
    (folder / "a.cfg").write_text(text)
    return read(str(folder / "a.cfg"))


def test_files_are_found_beside_the_configuration(folder: Path) -> None:
    found = conf(folder, KERNEL)
    assert (found.macros, found.bell) == (folder / "some.def", folder / "some.bell")
    assert found.model == str(folder / "some.cat")
    assert (found.variants, found.bound, found.timeout) == ([], None, None)


def test_files_are_found_in_the_folders_given(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.cfg").write_text("model some.cat\n")
    assert read("a.cfg", [elsewhere, folder]).model == str(folder / "some.cat")
    (elsewhere / "a.cfg").write_text("include ..\nmodel some.cat\n")
    assert Path(read("a.cfg", [elsewhere]).model).resolve() == (folder / "some.cat").resolve()


def test_a_model_may_be_a_shipped_one(folder: Path) -> None:
    assert conf(folder, "model x86-tso").model == "x86-tso"
    assert conf(folder, "cat = x86-tso.cat").model.endswith("memory/x86-tso.cat")


def test_values_are_as_herd7_writes_them(folder: Path) -> None:
    found = conf(folder, "variant Mixed,cos-opt\nvariant foo bar\nunroll = 4\r\ntimeout 2.5\n")
    assert found.variants == ["mixed", "cos-opt", "foo", "bar"]
    assert found.bound == 5  # rounds: one more than jumps back
    assert found.timeout == 2.5


def test_files_may_name_others_and_the_last_word_wins(folder: Path) -> None:
    (folder / "b.cfg").write_text("unroll 7\ntimeout 1\n")
    found = conf(folder, "unroll 1\nlocal-conf b.cfg\ntimeout 3\n")
    assert (found.bound, found.timeout) == (8, 3)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("unrol 3", 1, "unknown key unrol"),
        ("# fine\n\nmodel none.cat", 3, "no file none.cat in "),
        ("macros none.def", 1, "no file none.def in "),
        ("unroll many", 1, "expected a number from 0"),
        ("unroll 99999999999999999999", 1, "expected a number from 0"),
        ("timeout nan", 1, "expected a number of seconds"),
        ("skipchecks uniproc", 1, "not modelled"),
        ("through all", 1, "not modelled"),
        ("model", 1, "expected a key"),
        ("  model some.cat", 1, "expected a key"),
        ("conf a.cfg", 1, "deep"),
        ("\x00\xff\x01", 1, "expected a key"),
    ],
)
def test_what_is_not_understood_is_an_error_at_its_line(
    folder: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        conf(folder, text)
    assert (caught.value.file, caught.value.line) == (str(folder / "a.cfg"), line)


def test_defaults_of_herd7_change_nothing(folder: Path) -> None:
    assert conf(folder, "through none\nspeedcheck false\narchcheck true\n") == Conf()


def test_a_missing_configuration_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no configuration file none\.cfg in \., "):
        read("none.cfg", [tmp_path])


def test_a_configuration_is_not_read_without_end(tmp_path: Path) -> None:
    (tmp_path / "long.cfg").write_bytes(b"#" * (1 << 20) + b"\n")
    with pytest.raises(InputError, match="longer than"):
        read(str(tmp_path / "long.cfg"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.builds(
                "{} {}".format, st.sampled_from(["model", "unroll", "conf", "variant"]), st.text(max_size=9)
            ),
        ),
        max_size=5,
    )
)
def test_whatever_a_configuration_holds_it_is_read_or_is_an_error(folder: Path, lines: list[str]) -> None:
    (folder / "a.cfg").write_bytes("\n".join(lines).encode(errors="surrogatepass"))
    try:
        read(str(folder / "a.cfg"))
    except InputError as error:
        assert error.line


def test_a_path_that_says_where_it_is_is_looked_for_nowhere_else(folder: Path) -> None:
    assert find("./some.cat", [folder]) is None
    assert find("some.cat", [folder]) == folder / "some.cat"
    assert find("a\0b", [folder]) is None
