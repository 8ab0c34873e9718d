r"""Conditions, filters and listed locations, and how herd7 prints them."""

from __future__ import annotations

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.condition import Content, Equal, Join, Tail, read_tail, show_condition
from ordercheck.frontends.litmus.init import ANY_THREAD, Cell, Register
from ordercheck.frontends.litmus.sections import Span

X, Y = Cell("x"), Cell("y")


def tail(text: str, symbolic: bool = False) -> Tail:
    return read_tail(Span(text, 7, 1), "t.litmus", symbolic)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # as herd7 7.58 prints them
        ("exists x=1 /\\ y=2", "exists ([x]=1 /\\ [y]=2)"),
        ("~exists x=1", "~exists ([x]=1)"),
        ("~ exists x=1", "~exists ([x]=1)"),
        ("not exists x=1", "~exists ([x]=1)"),
        ("forall (x=1 /\\ (y=2 \\/ y=1) \\/ x=2)", "forall ([x]=1 /\\ ([y]=2 \\/ [y]=1) \\/ [x]=2)"),
        ("exists x=1 \\/ (y=2 \\/ x=3)", "exists ([x]=1 \\/ [y]=2 \\/ [x]=3)"),
        ("exists (x=1 /\\ y=2) => x=2", "exists (([x]=1 /\\ [y]=2) => [x]=2)"),
        ("exists x=1 => (x=2 \\/ y=1) => x=1", "exists ([x]=1 => ([x]=2 \\/ [y]=1) => [x]=1)"),
        ("exists x=1 /\\ y=1 => x=2", "exists ([x]=1 /\\ ([y]=1 => [x]=2))"),
        ("exists ~x=1 /\\ not (y=1 /\\ x=1)", "exists (not ([x]=1) /\\ not ([y]=1 /\\ [x]=1))"),
        ("exists x!=3 \\/ [y]<>2", "exists (not ([x]=3) \\/ not ([y]=2))"),
        ("exists true /\\ false \\/ ~true", "exists (true /\\ false \\/ not (true))"),
        ("exists [x]=[y] /\\ x=*y /\\ 0:rax=*x", "exists ([x]=[y] /\\ [x]=[y] /\\ 0:rax=[x])"),
        ("exists 0:rax=x /\\ 1:%rbx=&y", "exists (0:rax=x /\\ 1:%rbx=y)"),
        ("exists a[1]=7 /\\ p=a[2] /\\ q=a[0]", "exists (a[1]=7 /\\ [p]=a+2 /\\ [q]=a)"),
        ("exists a={1,-1,x}", "exists ([a]={1,-1,x})"),
        ("exists x=0x10 /\\ y=0xffffffffffffffff", "exists ([x]=16 /\\ [y]=-1)"),
        ("final P0:rax=1", "exists (0:rax=1)"),
        ("(x=1)", "exists ([x]=1)"),
        ("exists x==1;", "exists ([x]=1)"),
        ("observed x=1; y=2; and x=2; y=1;", "exists ([x]=1 /\\ [y]=2 \\/ [x]=2 /\\ [y]=1)"),
        ("exists x=1 with tso: exists; sc: ~exists;", "exists ([x]=1)"),
        ("exists (* (* *) *) x=1 // \\/", "exists ([x]=1)"),
        ("", "forall (true)"),
    ],
)
def test_the_condition_is_shown_as_herd7_prints_it(text: str, shown: str) -> None:
    assert show_condition(tail(text)) == shown


def test_numbers_are_signed_ones_of_the_machine() -> None:
    found = tail("exists x=0xffffffff \\/ x=2147483647")
    assert show_condition(found, bits=32) == "exists ([x]=-1 \\/ [x]=2147483647)"
    assert show_condition(found, {X: "a b"}) == "exists (a b=4294967295 \\/ a b=2147483647)"


def test_what_stands_before_it() -> None:
    found = tail("locations [x; 0:rax int*; a[1] ;y *] filter (x=1) exists x=2")
    assert found.locations == (X, Register(0, "rax"), Cell("a", 1), Y)
    assert found.filter == Equal(X, 1, 7, 46)
    assert found.places[Register(0, "rax")] == (7, 15)
    assert tail("locations []").locations == ()


def test_values() -> None:
    found = tail("exists x=1 /\\ x=y /\\ x=*y /\\ x=0:rax /\\ x={1,y}").proposition
    assert isinstance(found, Join)
    values = [part.value for part in found.parts if isinstance(part, Equal)]
    assert values == [1, Y, Content(Y), Content(Register(0, "rax")), (1, Y)]


def test_a_symbolic_register_where_the_language_has_them() -> None:
    assert tail("exists %tmp=1", symbolic=True).proposition == Equal(Register(ANY_THREAD, "%tmp"), 1, 7, 8)
    with pytest.raises(InputError, match="expected a location or a register"):
        tail("exists %tmp=1")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("exists", "7:7: expected a location or a register in the condition, found the end of it"),
        ("exists x", "7:9: expected '=' in the condition, found the end of it"),
        ("exists x=", "7:10: expected a location or a register in the condition, found the end of it"),
        ("exists x=1 y=2", "7:12: expected an operator, or nothing more in the condition, found 'y'"),
        ("exists (x=1", "7:12: expected an operator or ')' in the condition, found the end of it"),
        ("exists x=1 /\\", "7:14: expected a location or a register in the condition, found the end of it"),
        ("exists forall=1", "7:8: expected a location or a register in the condition, found 'forall'"),
        ("~forall x=1", "7:2: expected 'exists' in the condition, found 'forall'"),
        ("locations [x y=1] exists x=1", "7:15: expected ';' or ']' in the condition, found '='"),
        ("locations x", "7:11: expected '[' in the condition, found 'x'"),
        ("x=1", "7:1: expected exists, ~exists or forall in the condition, found 'x'"),
        ("exists 0:=1", "7:10: expected a register in the condition, found '='"),
        ("exists x={1", "7:12: expected ',' or '}' in the condition, found the end of it"),
        ("exists\n x=1 ?", "8:6: '?' has no meaning in the condition"),
        ("exists " + "(" * 61, "7:69: nested more than 60 deep"),
        ("exists " + "~" * 61 + "x=1", "7:69: nested more than 60 deep"),
        ("exists " + "x=1=>" * 61 + "x=1", "7:313: nested more than 60 deep"),
    ],
)
def test_errors(text: str, error: str) -> None:
    with pytest.raises(InputError) as caught:
        tail(text)
    assert str(caught.value) == f"t.litmus:{error}".replace(": ", ": error: ", 1)


def test_a_condition_of_too_many_equations() -> None:
    with pytest.raises(InputError, match="more than 20000 equations"):
        tail("exists " + "x=1 \\/ " * 20_000 + "x=1")
