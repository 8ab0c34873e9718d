"""Initial states, and their tokens."""

from __future__ import annotations

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.init import ANY_THREAD, Cell, Entry, Location, Register, read_init
from ordercheck.frontends.litmus.lexer import Token, number, tokens
from ordercheck.frontends.litmus.sections import Span

Short = tuple[Location, str, bool, object]


def entries(text: str, symbolic: bool = False) -> list[Entry]:
    return read_init(Span(text, 3, 2), "t.litmus", symbolic)


def short(text: str) -> Short:
    (entry,) = entries(text)
    value = entry.value if entry.cells is None else entry.cells
    return entry.location, entry.type, entry.pointer, value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x", (Cell("x"), "", False, None)),
        ("x=1", (Cell("x"), "", False, 1)),
        ("x = -0x10", (Cell("x"), "", False, -16)),
        ("x==0b101", (Cell("x"), "", False, 5)),
        ("[x]=1;", (Cell("x"), "", False, 1)),
        ("int x", (Cell("x"), "int", False, None)),
        ("unsigned long x=3", (Cell("x"), "unsigned long", False, 3)),
        ("uint64_t [x] = 7", (Cell("x"), "uint64_t", False, 7)),
        ("_Atomic int x=2", (Cell("x"), "int", False, 2)),
        ("atomic_t x = ATOMIC_INIT(4)", (Cell("x"), "atomic_t", False, 4)),
        ("int *p=x", (Cell("p"), "int", True, Cell("x"))),
        ("int **p = &x", (Cell("p"), "int", True, Cell("x"))),
        ("*p=x", (Cell("p"), "", True, Cell("x"))),
        ("p=(y)", (Cell("p"), "", False, Cell("y"))),
        ("p=a[2]", (Cell("p"), "", False, Cell("a", 2))),
        ("0:rax=x", (Register(0, "rax"), "", False, Cell("x"))),
        ("P1:%rax=1", (Register(1, "%rax"), "", False, 1)),
        ("12:EAX", (Register(12, "EAX"), "", False, None)),
        ("int64_t 0:rax=-1", (Register(0, "rax"), "int64_t", False, -1)),
        ("int *0:rax=x", (Register(0, "rax"), "int", True, Cell("x"))),
        ("int a[2]", (Cell("a"), "int", False, (0, 0))),
        ("int a[3]={1,-2,x}", (Cell("a"), "int", False, (1, -2, Cell("x")))),
        ("a[1]={5}", (Cell("a"), "", False, (5,))),
        ("P1_r0=1", (Cell("P1_r0"), "", False, 1)),
        ("x.y/z-1=1", (Cell("x.y/z-1"), "", False, 1)),
        ("x-=-1", (Cell("x-"), "", False, -1)),
        ("x/* */=1", (Cell("x"), "", False, 1)),
    ],
)
def test_an_initialisation(text: str, wanted: Short) -> None:
    assert short(text) == wanted


def test_many_with_comments() -> None:
    found = entries("x=1; (* y=2; (* *) *)\n ; // z\n 0:rax=y; /* a\n b */ int q;")
    assert [(str(e.location), e.line, e.column) for e in found] == [
        ("x", 3, 2),
        ("0:rax", 5, 2),
        ("q", 6, 7),
    ]


def test_a_symbolic_register_where_the_language_has_them() -> None:
    (entry,) = entries("%tmp=1", symbolic=True)
    assert entry.location == Register(ANY_THREAD, "%tmp")
    assert str(entry.location) == "%tmp"
    with pytest.raises(InputError, match="expected a location or a register"):
        entries("%tmp=1")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("x=", "3:4: expected a number or a location in the initial state, found the end of it"),
        ("x 1", "3:4: expected ';' in the initial state, found '1'"),
        ("int", None),
        ("x=1 y=2", "3:6: expected ';' in the initial state, found 'y'"),
        ("x=1;\n{", "4:1: expected a location or a register in the initial state, found '{'"),
        ("x=1; @", "3:7: '@' has no meaning in the initial state"),
        ("x=1 (* ", "3:6: the comment that starts here does not end"),
        ("x=1 /*/", "3:6: the comment that starts here does not end"),
        ("0:=1", "3:4: expected a register in the initial state, found '='"),
        ("a[2]=1", "3:7: expected '{' in the initial state, found '1'"),
        ("a[2]", "3:6: expected '=' and the values of the array in the initial state, found the end of it"),
        ("int a[2]={1}", "3:11: expected 2 values for this array, found 1"),
        ("int a[2]={1,}", "3:14: expected a number or a location in the initial state, found '}'"),
        ("int a[0]", "3:2: an array of 0 cells (1 to 4096 are supported)"),
        ("int a[-1]", "3:2: an array of -1 cells (1 to 4096 are supported)"),
        (f"x={'9' * 41}", "3:4: a number of too many digits"),
        (f"x y{'y' * 50}=1 2", "3:58: expected ';' in the initial state, found '2'"),
        ("1x=1", "3:2: '1' has no meaning in the initial state"),
    ],
)
def test_errors(text: str, error: str | None) -> None:
    if error is None:
        assert entries(text)[0].location == Cell("int")
        return
    with pytest.raises(InputError) as caught:
        entries(text)
    assert str(caught.value) == f"t.litmus:{error}".replace(": ", ": error: ", 1)


def test_there_are_limits() -> None:
    with pytest.raises(InputError, match="more than 4096 initial values"):
        entries("x;" * 4097)
    with pytest.raises(InputError, match="more than 65536 cells in all"):
        entries("".join(f"int a{n}[4096];" for n in range(17)))


def test_tokens() -> None:
    found = tokens(Span("a1 /\\ %r \\/\n  $7=>-0x1f ", 5, 3), "f", "it")
    assert found == [
        Token("name", "a1", 5, 3),
        Token("/\\", "/\\", 5, 6),
        Token("register", "%r", 5, 9),
        Token("\\/", "\\/", 5, 12),
        Token("register", "$7", 6, 3),
        Token("=>", "=>", 6, 5),
        Token("number", "-0x1f", 6, 7),
        Token("end", "", 6, 13),
    ]
    assert number(found[6]) == -31
    assert str(Token("name", "n" * 50, 1, 1)) == f"'{'n' * 37}...'"
