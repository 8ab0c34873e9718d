"""What the unbounded engine suspects, shown on the machine: free choices, loops, products, words."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from ordercheck.engines import inductive, showing
from ordercheck.engines.setting import Setting, load_model
from ordercheck.engines.showing import Suspicion, replay
from ordercheck.engines.verify import Limits, verify
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program import Program, ProgramBuilder
from ordercheck.program.ir import NOWHERE, Havoc
from ordercheck.program.transform import fix_params
from ordercheck.verdict import TRANSPARENCY, Status, Verdict


@cache
def setting(name: str) -> Setting:
    return load_model(name)


def asked(program: Program, seconds: float = 60) -> Verdict:
    return verify(program, setting("x86-nt"), TRANSPARENCY, Limits(), Deadline(seconds))


def refuted(program: Program) -> Verdict:
    """The verdict, whose token was replayed."""
    verdict = asked(program)
    assert verdict.status is Status.REFUTED, verdict.reason
    assert verdict.trace is not None
    shown = replay(fix_params(program, verdict.params), setting("x86-nt"), verdict.trace.token, Deadline(30))
    assert shown.summary == verdict.trace.summary
    return verdict


def chooser(rounds: int) -> Program:
    """A store is late where free choices are made in one way out of very many."""
    p = ProgramBuilder("chooser")
    n = p.param("n", rounds, rounds + 1)
    memory = p.object("m", 64)
    with p.thread() as t:
        right = t.reg("right")
        for k in range(6):
            with t.if_(t.havoc(f"once{k}", 0, 1000) == 100 + k):
                t.set(right, right + 1)
        with t.for_("i", 0, n) as i, t.if_(t.havoc("each", 0, 1000) == 200 + i):
            t.set(right, right + 1)
        with t.if_(right == n + 6):
            t.nt_store(memory, 8, 1)
        t.publish()
    return p.build()


@pytest.mark.parametrize("rounds", [0, 3])
def test_the_machine_makes_the_free_choices_that_the_solver_made(rounds: int) -> None:
    refuted(chooser(rounds))


def test_without_the_solvers_choices_it_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inductive, "script", lambda *_: {})
    assert asked(chooser(3)).status is Status.UNKNOWN


def waiting(end: bool) -> Program:
    """A store is late before a loop that goes on until a choice is made that nobody would guess."""
    p = ProgramBuilder("waiting")
    memory, flag = p.object("m", 64), p.object("flag", 8)
    with p.thread() as t:
        t.nt_store(memory, 8, 1)
        with t.if_(t.havoc("first", 0, 1000) == 123):
            t.store(flag, 8, 1)
            t.publish("flag")
        t.sfence()
        going = t.reg("going", 1)
        with t.while_(going != 0):
            t.set(going, 1)
            with t.if_(t.havoc("again") == 777 if end else t.havoc("again") % 2 == 5):
                t.set(going, 0)
    return p.build()


@pytest.mark.parametrize("end", [True, False], ids=["ends", "endless"])
def test_a_run_that_is_cut_shows_what_came_before(end: bool) -> None:
    verdict = refuted(waiting(end))
    assert verdict.seconds < 30


def shared_out(prime: int) -> Program:
    """A store is late where a quotient of two free choices has a certain value."""
    p = ProgramBuilder("quotient")
    memory = p.object("m", 64)
    with p.thread() as t:
        size, block = t.havoc("size", 0), t.havoc("block", 0, 1 << 32)
        with t.if_(size // block == prime):
            t.nt_store(memory, 8, 1)
        t.publish()
    return p.build()


def test_a_quotient_is_made_by_a_small_divisor(monkeypatch: pytest.MonkeyPatch) -> None:
    refuted(shared_out(104_729))
    monkeypatch.setattr(inductive, "PINS", ())
    verdict = asked(shared_out(104_723))
    assert verdict.status is Status.UNKNOWN
    assert "size_any1 // block_any2" in verdict.reason


def test_pinning_only_takes_away() -> None:
    program = shared_out(7)
    less = inductive.pinned(program, 64)
    assert less is not None
    choices = [i for _, _, _, i in less.program.instructions() if isinstance(i, Havoc)]
    assert [(i.dst, i.low, i.high) for i in choices] == [("size", 0, None), ("block", 64, 64)]
    assert inductive.pinned(chooser(0), 64) is None


def test_no_choice_is_made_that_fits_no_word() -> None:
    p = ProgramBuilder("too large")
    memory = p.object("m", 64)
    with p.thread() as t:
        with t.if_(t.havoc("word", 0) >= 1 << 64):
            t.nt_store(memory, 8, 1)
        t.publish()
    verdict = asked(p.build())
    assert verdict.status is Status.UNKNOWN
    assert "does not replay" in verdict.reason


def test_parameters_fit_a_word_where_they_can() -> None:
    p = ProgramBuilder("sum")
    n, m = p.param("n", 0), p.param("m", 0)
    memory = p.object("m", 64)
    with p.thread() as t:
        with t.if_(n + m >= 1 << 64):
            t.nt_store(memory, 8, 1)
        t.publish()
    params = refuted(p.build()).params
    assert all(0 <= int(value) < 1 << 64 for value in params.values())
    assert int(params["n"]) + int(params["m"]) >= 1 << 64


def test_what_gave_out_is_named() -> None:
    p = ProgramBuilder("hard")
    n = p.param("n", 0)
    memory, other = p.object("m"), p.object("other")
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            at = t.load(other + 8 * i, 8, into="at")
            t.nt_store(memory + at * i, 8, 1)
        t.publish()
    verdict = asked(p.build(), 0.0)
    assert verdict.status is Status.UNKNOWN
    assert "time-out" in verdict.reason
    assert re.search(r"on a byte of m, the loops at \S*/test_showing\.py:\d+,", verdict.reason)
    assert "at_any1 * i" in verdict.reason


def squares(rest: int) -> Program:
    """Squares in a loop, and a late store after one that leaves this rest when divided by 101."""
    p = ProgramBuilder("squares")
    memory = p.object("m", 64)
    with p.thread() as t:
        square, root, going = t.reg("square", 0), t.reg("root", 0), t.reg("going", 1)
        with t.while_(going != 0):
            t.set(going, t.havoc("more", 0))
            t.set(square, square + 2 * root + 1)
            t.set(root, root + 1)
            with t.if_(square % 101 == rest):
                t.nt_store(memory, 8, 1)
        t.publish()
    return p.build()


def test_what_is_too_hard_holds_to_a_bound() -> None:
    # 2 is no square modulo 101, which is no matter of linear arithmetic
    verdict = asked(squares(2), 5)
    assert (verdict.status, verdict.bound) == (Status.HOLDS, inductive.ROUNDS)
    assert re.search(r"the loops at \S*/test_showing\.py:\d+", verdict.evidence["unbounded"])
    # 16 is, after four rounds
    assert asked(squares(16), 5).status is Status.REFUTED


def test_with_too_little_time_for_the_bound_it_is_unknown() -> None:
    program, model = squares(2), setting("x86-nt")
    limits = Limits(bound=10_000)
    verdict = verify(program, model, TRANSPARENCY, limits, Deadline(3))
    assert verdict.status is Status.UNKNOWN
    assert re.search(r"it holds up to [1-9]\d* rounds of all loops", verdict.reason)


def test_a_question_without_a_limit_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ordercheck.engines.verify.PATIENCE", 3.0)
    verdict = verify(squares(2), setting("x86-nt"), TRANSPARENCY, Limits(), Deadline())
    assert verdict.status is Status.HOLDS


def test_labels_that_take_too_long_cost_no_refutation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ordercheck.engines.operational.replay.LABELS", 0.0)
    assert refuted(chooser(0)).benign == ()


def test_near_what_the_solver_found_is_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    p = ProgramBuilder("near")
    n, old, new = p.param("n"), p.param("old", 0), p.param("new", 0)
    memory = p.object("m", 64)
    with p.thread() as t:
        with t.if_(n == 1000):
            t.nt_store(memory, 8, old)
        t.store(memory, 8, new)
        t.publish()
    # the lost store has the value of the one that is late
    found = inductive.Counterexample({"n": 1000, "old": 0, "new": 0}, "overtake", "m", 0, NOWHERE, "", 0)
    suspicion = Suspicion(p.build(), setting("nt-contract"), TRANSPARENCY, found, 1)
    shown = suspicion.shown(Deadline(30))
    assert shown is not None
    assert shown[1] == {"n": 1000, "old": 1, "new": 0}
    monkeypatch.setattr("ordercheck.engines.showing.nearby", lambda *_: ())
    assert suspicion.shown(Deadline(30)) is None


def doubled() -> Program:
    """A store is late, by a free choice, behind a loop whose rounds are two to the power of a parameter."""
    p = ProgramBuilder("doubled")
    k = p.param("k", 0, 60)
    memory, other = p.object("m", 64), p.object("other", None)
    with p.thread() as t:
        rounds = t.reg("rounds", 1)
        with t.for_("i", 0, k):
            t.set(rounds, rounds * 2)
        with t.for_("j", 0, rounds) as j:
            t.store(other + 8 * j, 8, 1)
        with t.if_(t.havoc("once", 0, 1 << 30) == 123_456):
            t.nt_store(memory, 8, 1)
        t.publish()
    return p.build()


def test_a_power_that_makes_too_many_rounds_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    program, nt = doubled(), setting("x86-nt")
    found = inductive.search(program, nt.order, TRANSPARENCY, Deadline(60))
    assert found is not None
    many = Suspicion(program, nt, TRANSPARENCY, replace(found, params={"k": 40}), 3)
    shown = many.shown(Deadline(60))
    assert shown is not None and shown[1]["k"] == 2
    monkeypatch.setattr(showing, "POWER", 0)
    with pytest.raises(GaveOut):
        many.shown(Deadline(4))
