"""Loops as compilers leave them: the test at the bottom, for equality; conditions kept in memory."""

from __future__ import annotations

from typing import NoReturn

import pytest

from ordercheck.engines import solver
from ordercheck.engines.inductive.arith import EXACT_SHIFTS
from ordercheck.engines.inductive.hunt import DEPTH
from ordercheck.engines.inductive.private import promoted
from ordercheck.engines.order import Order, Pair, table
from ordercheck.errors import GaveOut
from ordercheck.program import Program, ProgramBuilder, Visibility, const, ite
from ordercheck.program.expr import apply
from ordercheck.program.ir import DOUBT, Load
from ordercheck.verdict import ASSERTIONS
from tests.engines.inductive.orders import ORDERS, x86_nt
from tests.engines.inductive.programs import WEAK, proved, refuted


@pytest.fixture(autouse=True)
def no_horn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is guessed and what is hunted must do: the Horn solver is lucky at times."""

    def gives_up(*_: object) -> NoReturn:
        raise GaveOut("not asked")

    monkeypatch.setattr(solver, "solve_horn", gives_up)


def compounds(assumed: bool, sooner: bool = False, carried: bool = False) -> Program:
    """Compounds of `size` pages, of which all or 8 are filled, then the last one of those is marked.

    sooner: it may stop after any page. carried: the inner loop has a register that stays 0.
    """
    p = ProgramBuilder("compounds")
    pages = p.param("pages", 1, 1 << 40)
    size = p.param("size", 2, 1 << 20)
    short = p.bool_param("short")
    memory = p.object("memory")
    count = ite(short, 8, size)
    with p.thread() as t:
        if assumed:
            t.assume((size > 8) | (ite(short, 1, 0) != 1))
        head, k, offset = t.reg("head", 0), t.reg("k", 0), t.reg("offset", 0)
        with t.while_(const(True)):
            t.store(memory + 16 * head, 16, 0)
            t.set(k, 1)
            t.set(offset, 0)
            with t.while_(const(True)):
                t.store(memory + 16 * (head + k) + (offset if carried else 0), 16, 0)
                if sooner:
                    with t.if_(t.havoc("stop", sort="bool")):
                        t.break_()
                with t.if_(k + 1 == count):
                    t.break_()
                t.set(k, k + 1)
            t.store(memory + 16 * (head + k) + (offset if carried else 0), 8, 1, lasting=True)
            t.set(head, head + size)
            with t.if_(head >= pages):
                t.break_()
        t.publish()
    return p.build()


@pytest.mark.parametrize("model", ORDERS)
def test_an_assumption_that_is_a_choice_is_kept_in_mind(model: str) -> None:
    proved(compounds(assumed=True), model, ASSERTIONS)


def test_without_the_assumption_the_next_compound_overwrites_the_mark() -> None:
    found = refuted(compounds(assumed=False), "x86-nt", "lasting", ASSERTIONS)
    assert found.params["short"] is True


@pytest.mark.parametrize("model", ORDERS)
def test_a_loop_that_ends_at_equality_comes_from_below(model: str) -> None:
    """Where it may end sooner, it is behind what the equality says."""
    proved(compounds(assumed=True, sooner=True), model, ASSERTIONS)


@pytest.mark.parametrize("model", WEAK)
def test_a_loop_under_a_condition_knows_it(model: str) -> None:
    p = ProgramBuilder("under a condition")
    rows = p.param("rows", 1)
    log = p.object("log")
    with p.thread() as t:
        fast = t.havoc("fast", sort="bool")
        at, word = t.reg("at", 0), t.reg("word", 0)
        with t.for_("row", 0, rows), t.if_(fast):
            t.set(word, 0)
            with t.while_(word != 8):
                t.nt_store(log + 8 * at, 8, word)
                t.set(at, at + 1)
                t.set(word, word + 1)
        with t.if_(fast):
            t.sfence()
        t.publish()
    proved(p.build(), model)


@pytest.mark.parametrize("model", ORDERS)
def test_what_never_changes_stays_at_its_start(model: str) -> None:
    """A pointer that is one of several comes with its own offset."""
    proved(compounds(assumed=True, carried=True), model, ASSERTIONS)


def flag_in_memory(visibility: Visibility, early: bool = True, crowded: bool = False) -> Program:
    """crowded: the structure holds much else, and was cleared as a whole.

    Whether there is something to drain is looked up in a structure, in a loop that is copied out."""
    p = ProgramBuilder("flag in memory")
    n = p.param("n", 1, 1 << 40)
    nt = p.param("nt", 0, 255)
    state = p.object("state", 64, visibility=visibility)
    log = p.object("log")
    with p.thread() as t:
        t.store(state + 16, 8, 0)
        if crowded:
            t.store(state, 64, 0)
            for k in range(0, 64, 2):
                if k != 20:
                    t.store(state + k, 2, k)
                    t.load(state + max(k - 1, 0), 3)
        if early:
            t.store(state + 20, 1, nt)
        i = t.reg("i", 0)
        with t.while_(const(True)):
            with t.if_(t.load(state + 20, 1) % 2 != 0):
                t.nt_store(log + 8 * i, 8, i)
            with t.else_():
                t.store(log + 8 * i, 8, i)
            t.set(i, i + 1)
            with t.if_(i == n):
                t.break_()
        with t.if_(t.load(state + 20, 1) % 2 != 0):
            t.sfence()
        t.publish()
    return p.build()


@pytest.mark.parametrize("model", WEAK)
@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("crowded", [True, False])
def test_a_condition_in_private_memory_is_as_good_as_a_register(
    model: str, early: bool, crowded: bool
) -> None:
    proved(flag_in_memory(Visibility.PRIVATE, early, crowded), model)


@pytest.mark.parametrize("model", WEAK)
def test_a_condition_that_others_may_change_is_not(model: str) -> None:
    refuted(flag_in_memory(Visibility.SHARED), model, "escape")


def _loads(program: Program) -> int:
    return sum(isinstance(i, Load) for _, _, _, i in program.instructions())


def test_private_memory_stays_memory_where_a_model_loses_stores() -> None:
    program = flag_in_memory(Visibility.PRIVATE)

    def kept(pair: Pair) -> bool:
        return pair != Pair("W", "R", True)

    forgetful: Order = table(kept)
    assert promoted(program, forgetful) is program
    assert _loads(promoted(program, x86_nt())) == 0


@pytest.mark.parametrize("what", ["nt", "lasting", "anywhere", "rmw", "doubt"])
def test_what_keeps_private_memory_in_memory(what: str) -> None:
    p = ProgramBuilder(what)
    n = p.param("n", 0, 7)
    state = p.object("state", 64, visibility=Visibility.PRIVATE)
    with p.thread() as t:
        t.store(state, 8, n)
        if what == "nt":
            t.nt_store(state, 8, 1)
        elif what == "lasting":
            t.store(state, 8, 1, lasting=True)
        elif what == "anywhere":
            t.store(state + n, 1, 1)
        elif what == "doubt":
            t.store(state, 8, 1, label=DOUBT)
        elif what == "rmw":
            t.xchg(state, 8, 1)
        with t.if_(t.load(state, 8) == 1):
            t.publish()
    program = p.build()
    assert promoted(program, x86_nt()) is program


@pytest.mark.parametrize(("expected", "holds"), [(0x220144335566, True), (0x110144335566, False)])
def test_parts_of_values_are_put_together(expected: int, holds: bool) -> None:
    p = ProgramBuilder("parts")
    low = p.param("low", 0, 255)
    state = p.object("state", 64, visibility=Visibility.PRIVATE)
    with p.thread() as t:
        t.assume(low == 1)
        t.store(state + 8, 8, 0x1122334455667788)
        t.store(state + 12, 3, low * 256 * 256 + 0x5533)
        t.store(state + 13, 1, 0x144)
        t.store(state + 15, 1, 0x1122)
        value = t.load(state + 10, 6)
        with t.if_(value > 0):
            t.assert_(value == expected, "parts")
    if holds:
        proved(p.build(), "x86-nt", ASSERTIONS)
    else:
        refuted(p.build(), "x86-nt", "assert", ASSERTIONS)


def test_what_was_not_stored_may_be_anything() -> None:
    p = ProgramBuilder("unset")
    state = p.object("state", 8, visibility=Visibility.PRIVATE)
    with p.thread() as t:
        value = t.load(state, 2)
        with t.if_(value > 5):
            t.assert_(value == 6, "six")
        t.assert_(value < 1 << 16, "two bytes")
    refuted(p.build(), "x86-nt", "assert", ASSERTIONS)


@pytest.mark.parametrize("model", WEAK)
def test_a_bad_state_behind_many_copied_words_is_found(model: str) -> None:
    """Two objects are copied word by word before the harm is done."""
    p = ProgramBuilder("words")
    order = p.param("order", 0, 31)
    log = p.object("log")
    with p.thread() as t:
        for number in range(2):
            word = t.reg(f"word{number}", 0)
            with t.while_(word != DEPTH - 2):
                t.nt_store(log + 8 * DEPTH * number + 8 * word, 8, word)
                t.set(word, word + 1)
        t.assert_(order < 31, "order")
        t.publish()
    refuted(p.build(), model, "escape")


@pytest.mark.parametrize("order", [*range(EXACT_SHIFTS + 2), 40])
def test_small_powers_of_two_are_told_exactly(order: int) -> None:
    p = ProgramBuilder("powers")
    shift = p.param("shift", 0, 63)
    with p.thread() as t:
        with t.if_(shift == order):
            t.assert_(apply("<<", 1, shift) >= min(1 << order, 1 << EXACT_SHIFTS), "least")
            if order < EXACT_SHIFTS:
                t.assert_(apply("<<", 1, shift) <= 1 << order, "most")
        t.publish()
    proved(p.build(), "sc", ASSERTIONS)
