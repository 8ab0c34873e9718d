"""The format apart from the languages: header, metadata, comments, where the parts are."""

from __future__ import annotations

import pytest

from ordercheck.frontends.litmus import sections
from tests.frontends.litmus.litmus_helper import error_of

CODE = "{ x=1; }\n P0 ;\n movl $1,(x) ;\nexists x=1\n"


def split(text: str) -> sections.Sections:
    return sections.split(text, "t.litmus")


@pytest.mark.parametrize(
    ("header", "name", "doc"),
    [
        ("X86_64 MP+po-x.y/z", "MP+po-x.y/z", ""),
        ('X86_64 MP "Rfe PodWW"', "MP", "Rfe PodWW"),
        ('X86_64 MP\n"Rfe PodWW"', "MP", "Rfe PodWW"),
        ('X86_64 MP (tex) "two\nlines";', "MP", "two\nlines"),
        ("X86_64\tMP.litmus", "MP", ""),
        ("X86_64 a[1]:2\r", "a[1]:2", ""),
    ],
)
def test_the_header(header: str, name: str, doc: str) -> None:
    found = split(f"{header}\n{CODE}")
    assert (found.arch, found.name, found.doc) == ("X86_64", name, doc)
    assert found.init.text == " x=1; "


def test_metadata() -> None:
    keys = "Cycle=Rfe {odd}\nCom = Rf Fr \r\nsome words\n Key=no\n(* Key=no *)\n"
    assert split(f"X86 T\n{keys}{CODE}").info == {"Cycle": "Rfe {odd}", "Com": "Rf Fr"}


def test_a_comment_that_does_not_end_is_a_line_like_any_other_to_herd7() -> None:
    found = split(f"X86 T (* unclosed (* *)\nA=1\n(* B=1\n{CODE}")
    assert found.info == {"A": "1"}
    assert found.init.line == 4


@pytest.mark.parametrize(
    ("comment", "result"),
    [
        ("(* Result: Never *)", "Never"),
        ("(*\n * Result: Sometimes DATARACE\n *)", "Sometimes DATARACE"),
        ("(* the Result: Never *)", None),
    ],
)
def test_the_result_that_the_kernel_writes_in_a_comment(comment: str, result: str | None) -> None:
    assert split(f"X86 T\n{comment}\n{CODE}").info.get("Result") == result


def test_where_the_parts_are() -> None:
    found = split(f"X86 T\n{CODE}")
    for span in (found.init, found.code, found.tail):
        assert found.text[span.start :].startswith(span.text)
    assert (found.init.line, found.init.column) == (2, 2)
    assert (found.code.line, found.code.column) == (2, 9)
    assert (found.tail.line, found.tail.column) == (5, 1)
    assert found.tail.text == "exists x=1\n"


@pytest.mark.parametrize(
    "between",
    [
        "(* exists (* forall *) filter *)",
        '"exists"',
        "existsx: forall_1: ",
        "-exists.",
    ],
)
def test_what_is_no_condition(between: str) -> None:
    found = split(f"X86 T\n{{}}\n P0 ;\n {between} ;\nexists x=1\n")
    assert found.tail.line == 5


@pytest.mark.parametrize(
    "key", ["forall", "exists", "~exists", "~  exists", "final", "locations", "filter", "observed"]
)
def test_where_the_condition_starts(key: str) -> None:
    found = split(f"X86 T\n{{}}\n P0 ;\n nop ;\n {key} x=1\n")
    assert found.tail.text == f"{key} x=1\n"


def test_in_c_a_comment_starts_with_a_slash() -> None:
    code = "P0() { f(*x); /* exists */ // forall\n }\n"
    found = split(f"C T\n{{}}\n{code}exists (*x=1 /\\ 0:r0=1)\n")
    assert found.code.text == f"\n{code}"


def test_without_a_condition() -> None:
    assert split("X86 T\n{}\n P0 ;\n nop ;\n").tail.text == ""


def test_what_comes_after_two_angle_brackets_is_no_part_of_the_test() -> None:
    assert split("X86 T\n{}\n P0 ;\nexists x=1\n<< anything | ; {\n").tail.text == "exists x=1\n"


def test_comments_become_blanks() -> None:
    text = "a (* b\n (* c *) d *) e (* open"
    assert sections.without_comments(text) == "a     \n" + " " * 14 + "e (* open"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "1:1: expected an architecture and a name, such as 'X86_64 MP'"),
        ("\n\n!", "3:1: expected an architecture and a name, such as 'X86_64 MP'"),
        ("ARM MP\n{}\n", "1:1: tests of the architecture ARM are not supported (only X86, X86_64, C)"),
        ("X86 T\nA=1\n", "3:1: expected '{' and the initial state, found the end of the test"),
        ("X86 T\nA=1\nHash=1\nHash=2\nA=1\n{}\n", "5:1: a second value of A"),
        ("X86 T\n { x=1;\n", "2:2: the initial state that starts here does not end"),
        ("X86 T\n{}\n P0 ;\n nop (* ;\nexists x=1", "4:6: the comment that starts here does not end"),
    ],
)
def test_errors(text: str, error: str) -> None:
    assert error_of(text) == error


def test_a_test_of_too_many_bytes() -> None:
    assert error_of(" " * (sections.MAX_TEST + 1)).endswith("a litmus test of more than 1048576 bytes")
