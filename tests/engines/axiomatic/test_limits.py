"""What is beyond the bound or the limits is said, never guessed."""

from __future__ import annotations

import pytest

from ordercheck.cat import parse_text
from ordercheck.engines.axiomatic import outcomes, reachable
from ordercheck.engines.axiomatic.property import check
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program import Condition, Pointer, Program, ProgramBuilder, RegisterOf, Visibility, var
from ordercheck.program.expr import const
from ordercheck.program.thread import ThreadBuilder
from ordercheck.verdict import ASSERTIONS
from tests.engines.axiomatic.shapes import model, program, states


def spin(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
    """Waits for the flag y, then reads x."""
    flag = t.reg("flag", 0)
    with t.while_(flag == 0):
        t.load(y, 8, into="flag")
    t.load(x, 8, into="data")


def send(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
    t.store(x, 8, 7)
    t.store(y, 8, 1)


def test_a_loop_that_waits_is_cut_at_the_bound() -> None:
    found = outcomes(program(send, spin), model("x86-tso"), bound=3)
    assert found.cut
    assert found.states == {(1, 7)}


@pytest.mark.parametrize("counted", [True, False])
def test_a_loop_without_an_end_is_given_up(counted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ordercheck.engines.axiomatic.unroll.MAX_STEPS", 1000)

    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.store(x, 8, 7)
        i = t.reg("i", 0)
        with t.while_(i >= 0 if counted else const(True)):
            t.set(i, i + 1)

    with pytest.raises(GaveOut, match="this loop runs too long"):
        outcomes(program(thread), model("x86-tso"))


def test_a_loop_of_known_length_is_not_cut() -> None:
    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        with t.for_("i", 0, 20):
            t.fetch_add(x, 8, 1)

    found = outcomes(program(thread, memory=True), model("x86-tso"), bound=1)
    assert not found.cut
    assert {state[0] for state in found.states} == {20}


def test_a_conditional_takes_both_ways() -> None:
    def thread(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        r = t.load(x, 8, into="r")
        with t.if_(r == 0):
            t.store(y, 8, 1)
        with t.else_():
            t.store(y, 8, 2)

    found = states(program(thread, lambda t, x, y: t.store(x, 8, 5), memory=True), "x86-tso")
    assert found == {(5, 1, 0), (5, 2, 5)}


def test_an_assumption_leaves_executions_out() -> None:
    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        r = t.load(x, 8, into="r")
        t.assume(r != 0)

    assert states(program(thread, lambda t, x, y: t.store(x, 8, 5)), "sc") == {(5,)}


@pytest.mark.parametrize("way", ["explicit", "solver"])
def test_anything_means_every_value(way: str) -> None:
    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        value = t.havoc("any", 1, 3)
        t.store(x, 8, value * 2)
        t.load(x, 8, into="r")

    few = 10**6 if way == "explicit" else 0
    assert outcomes(program(thread), model("sc"), few=few).states == {(1, 2), (2, 4), (3, 6)}


def _growing() -> Program:
    def copy(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        r = t.load(x, 8, into="r")
        t.store(y, 8, r + 1)

    return program(copy, lambda t, x, y: copy(t, y, x))


@pytest.mark.parametrize("few", [0, 10**6])
def test_a_value_that_depends_on_itself_is_left_out_where_the_model_forbids_it(few: int) -> None:
    assert outcomes(_growing(), model("x86-tso"), few=few).states == {(0, 0), (0, 1), (1, 0)}


@pytest.mark.parametrize("few", [0, 10**6])
def test_a_value_that_depends_on_itself_is_unknown_where_the_model_allows_it(few: int) -> None:
    lax = parse_text('"coherence alone" include "cos.cat" acyclic po-loc | rf | co | fr as coherent')
    with pytest.raises(GaveOut, match="depends on itself"):
        outcomes(_growing(), lax, few=few)


def test_time_gives_out() -> None:
    def thread(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        t.store(x, 8, 1)

    with pytest.raises(GaveOut, match="time-out"):
        outcomes(program(thread, thread), model("sc"), Deadline(-1.0))


def test_what_is_not_modelled_is_unknown() -> None:
    with pytest.raises(GaveOut, match="cpuid"):
        outcomes(program(lambda t, x, y: t.unmodelled("cpuid")), model("sc"))


def test_an_address_that_was_loaded_is_unknown() -> None:
    def thread(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        r = t.load(x, 8, into="r")
        t.store(y + r, 1, 1)

    other = program(thread, lambda t, x, y: t.store(x, 8, 1))
    with pytest.raises(GaveOut, match="depends on what was loaded"):
        outcomes(other, model("sc"))


def test_an_access_outside_its_object_is_an_error() -> None:
    with pytest.raises(InputError, match="outside"):
        outcomes(program(lambda t, x, y: t.store(x + 4, 8, 1)), model("sc"))


def test_a_free_parameter_is_an_error() -> None:
    builder = ProgramBuilder("free")
    builder.param("n", 0, 3)
    with builder.thread():
        pass
    with pytest.raises(InputError, match="n"):
        outcomes(builder.build(), model("sc"))


@pytest.mark.parametrize(("wanted", "name"), [(True, "x86-tso"), (False, "sc")])
def test_reachable(wanted: bool, name: str) -> None:
    builder = ProgramBuilder("sb")
    x, y = builder.object("x", 8, Visibility.SHARED), builder.object("y", 8, Visibility.SHARED)
    for mine, other in ((x, y), (y, x)):
        with builder.thread() as t:
            t.store(mine, 8, 1)
            t.load(other, 8, into="r")
    builder.observe(RegisterOf(0, "r"), RegisterOf(1, "r"))
    builder.condition(Condition("exists", (var("0:r") == 0) & (var("1:r") == 0)))
    assert reachable(builder.build(), model(name)) == wanted


@pytest.mark.parametrize(("value", "fails"), [(7, False), (0, True)])
def test_an_assertion_of_a_thread(value: int, fails: bool) -> None:
    def receive(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        flag = t.load(y, 8, into="flag")
        data = t.load(x, 8, into="data")
        t.assert_((flag == 0) | (data == value), "data is there")

    answer = check(program(send, receive), model("x86-tso"), ASSERTIONS)
    assert (answer.violation is not None) == fails


def test_an_assertion_fails_under_the_weaker_model_only() -> None:
    def send_nt(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        t.nt_store(x, 8, 7)
        t.store(y, 8, 1)

    def receive(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        flag = t.load(y, 8, into="flag")
        data = t.load(x, 8, into="data")
        t.assert_((flag == 0) | (data == 7))

    test = program(send_nt, receive)
    assert check(test, model("x86-tso"), ASSERTIONS).violation is None
    assert check(test, model("x86-nt"), ASSERTIONS).violation is not None
