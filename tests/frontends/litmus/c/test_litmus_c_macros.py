"""Files of macros."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.litmus import read, read_text
from ordercheck.frontends.litmus.c.macros import Macros, load, parse
from tests.frontends.litmus.c.litmus_c_helper import lines, litmus, refusal


def code(body: str, macros: Macros) -> list[str]:
    return lines(litmus(body, macros=macros).program.threads[0])


def test_definitions_of_both_kinds() -> None:
    macros = parse("A(X) X + 1\nB() { ; }\n/* two */ C(X,Y) { *X = Y; } // end", "m.def")
    assert set(macros.expressions) == {"A"}
    assert set(macros.statements) == {"B", "C"}
    assert macros.statements["C"].formals == ("X", "Y")


def test_arguments_are_put_in_unevaluated() -> None:
    macros = parse("TWICE(X) X + X", "m.def")
    assert "r0 = trunc(@3 + @4, 32)" in code("r0 = TWICE(*x);", macros)


def test_arguments_belong_to_the_caller() -> None:
    macros = parse("INNER(X,Y) X - Y OUTER(Y,X) INNER(Y,X)", "m.def")
    assert code("r0 = OUTER(7, 2);", macros) == ["r0 = 5"]
    macros = parse("A(X) B(X + 1) B(Y) Y * X", "m.def")
    assert code("X = 3; r0 = A(4);", macros)[-1] == "r0 = 15"


def test_a_later_definition_counts() -> None:
    assert code("r0 = A();", parse("A() 1 A() 2", "m.def")) == ["r0 = 2"]


def test_the_macros_by_which_srcu_events_come() -> None:
    macros = parse("E(S) __srcu{srcu-lock}(S) F(S) E(S) G(S) S", "m.def")
    assert macros.srcu == {"__srcu", "E", "F"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("LOAD(x, y);", "1: macro LOAD takes 1 arguments, not 2"),
        ("r0 = LOAD(x, y);", "6: macro LOAD takes 1 arguments, not 2"),
        ("NOPE(x);", "1: no macro NOPE: kernel.def does not define it"),
        ("r0 = 1 + NOPE(x);", "10: no macro NOPE: kernel.def does not define it"),
        ("r0 = LOC(x);", "10: __load takes a location, such as `*x`"),
        ("SETLOC(x, 1);", "8: __store takes a location, such as `*x`"),
    ],
)
def test_errors_are_at_the_call(body: str, message: str) -> None:
    assert refusal(body) == message


def test_without_a_file_the_error_says_which_one() -> None:
    message = refusal("r0 = READ_ONCE(*x);", macros=None)
    assert message.startswith("6: unknown function READ_ONCE: ")
    assert "linux-kernel.def" in message


def test_an_argument_that_is_no_register_is_not_assigned() -> None:
    assert "is assigned, and is no register" in refusal("SET(3);", macros=parse("SET(R) { R = 1; }", "m.def"))


def test_macros_that_call_themselves() -> None:
    assert "does a macro call itself?" in refusal("r0 = A(1);", macros=parse("A(X) A(X)", "m.def"))
    assert "does a macro call itself?" in refusal("A();", macros=parse("A() { B(); } B() { A(); }", "m.def"))


def test_macros_that_explode() -> None:
    text = "D0(X) X + X " + " ".join(f"D{k + 1}(X) D{k}(X) + D{k}(X)" for k in range(30))
    assert "more than 200000 expressions" in refusal("r0 = D30(1);", macros=parse(text, "m.def"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A(X) X\nB(X) )", "m.def:2:6: error: expected an expression, found `)`"),
        ("A(X,X) X", "m.def:1:5: error: two parameters are called X"),
        ("A X", "m.def:1:3: error: expected `(`, found `X`"),
        ("A() {", "m.def:1:6: error: expected an expression, found the end"),
        ("A(1) 2", "m.def:1:3: error: expected the name of a macro's parameter, found `1`"),
        ("#define A 1", "m.def:1:1: error: unexpected character '#'"),
        ("A() 1 /* B", "m.def:1:7: error: this comment never ends: expected `*/`"),
        (
            "A() __load{}(X)",
            "m.def:1:12: error: expected an annotation, such as `once` or `rcu-lock`, found `}`",
        ),
        ("if() 1", "m.def:1:1: error: expected the name of a macro, found `if`"),
    ],
)
def test_errors_in_the_file(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "m.def")
    assert str(caught.value) == message


def test_files_are_read_again_where_they_have_changed(tmp_path: Path) -> None:
    path = tmp_path / "my.def"
    path.write_text("A() 1")
    first = load(path)
    assert load(path) is first
    path.write_text("A() 22")
    os.utime(path, ns=(1, 1))
    assert load(path) is not first


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read this file of macros"):
        load(tmp_path / "none.def")
    with pytest.raises(InputError, match="cannot read this file of macros"):
        load(tmp_path)


def test_reading_a_test_with_a_file_of_macros(tmp_path: Path) -> None:
    macros, path = tmp_path / "my.def", tmp_path / "t.litmus"
    macros.write_text("SET(P,V) { __store{once}(*P,V); }")
    path.write_text("C t\n{}\nP0(int *x) { SET(x, 1); }\nexists (x=1)\n")
    assert lines(read(path, macros).program.threads[0]) == ["W[Once] x = 1"]
    with pytest.raises(InputError, match="unknown function SET"):
        read_text(path.read_text())
