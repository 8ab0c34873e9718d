"""The classic shapes on the reference machine, as SEMANTICS says they come out."""

from __future__ import annotations

import random

import pytest

from ordercheck.engines.operational import MachineConfig, explore
from ordercheck.engines.operational.replay import refute
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program import MemoryAt, Program, ProgramBuilder, RegisterOf, Visibility
from ordercheck.program.expr import apply
from ordercheck.verdict import TRANSPARENCY

SC = MachineConfig("ordinary", "direct")
TSO = MachineConfig("ordinary", "buffered")
NT = MachineConfig("buffered", "buffered")
CONTRACT = MachineConfig("contract", "buffered")
ALL = [SC, TSO, NT, CONTRACT]


def message_passing(between: str, nt: bool = True) -> Program:
    p = ProgramBuilder("mp")
    x, y = p.object("x", 8, Visibility.SHARED), p.object("y", 8, Visibility.SHARED)
    with p.thread() as t:
        if nt:
            t.nt_store(x, 8, 1)
        else:
            t.store(x, 8, 1)
        if between == "xchg":
            t.xchg(p.object("z", 8, Visibility.SHARED), 8, 1)
        elif between:
            t.fence(between)
        t.store(y, 8, 1)
    with p.thread() as t:
        t.load(y, 8, into="a")
        t.load(x, 8, into="b")
    p.observe(RegisterOf(1, "a"), RegisterOf(1, "b"))
    return p.build()


@pytest.mark.parametrize("config", ALL)
@pytest.mark.parametrize("between", ["", "LFENCE", "SFENCE", "MFENCE", "xchg"])
def test_message_passing_with_a_non_temporal_store(config: MachineConfig, between: str) -> None:
    stale = (1, 0) in explore.outcomes(message_passing(between), config)
    assert stale == (config in (NT, CONTRACT) and between in ("", "LFENCE"))


@pytest.mark.parametrize("config", ALL)
def test_message_passing_with_ordinary_stores(config: MachineConfig) -> None:
    assert explore.outcomes(message_passing("", nt=False), config) == {(0, 0), (0, 1), (1, 1)}


@pytest.mark.parametrize("config", ALL)
@pytest.mark.parametrize("fence", ["", "SFENCE", "LFENCE", "MFENCE"])
def test_store_buffering(config: MachineConfig, fence: str) -> None:
    p = ProgramBuilder("sb")
    x, y = p.object("x", 8, Visibility.SHARED), p.object("y", 8, Visibility.SHARED)
    for mine, other in ((x, y), (y, x)):
        with p.thread() as t:
            t.store(mine, 8, 1)
            if fence:
                t.fence(fence)
            t.load(other, 8, into="r")
    p.observe(RegisterOf(0, "r"), RegisterOf(1, "r"))
    both_old = (0, 0) in explore.outcomes(p.build(), config)
    assert both_old == (config != SC and fence != "MFENCE")


def overlapping(fence: str) -> Program:
    """A non-temporal store of 8 bytes, an ordinary one over its high half, a load of all."""
    p = ProgramBuilder("overlap")
    x = p.object("x", 8, fill=0)
    with p.thread() as t:
        t.nt_store(x, 8, 0x1111111111111111)
        if fence:
            t.fence(fence)
        t.store(x + 4, 4, 0x22222222)
        t.load(x, 8, into="r")
    p.observe(RegisterOf(0, "r"), MemoryAt("x", 0, 8))
    return p.build()


NEWEST = 0x2222222211111111


@pytest.mark.parametrize("config", [SC, TSO, NT])
@pytest.mark.parametrize("fence", ["", "SFENCE"])
def test_x86_keeps_overlapping_stores_in_order(config: MachineConfig, fence: str) -> None:
    assert explore.outcomes(overlapping(fence), config) == {(NEWEST, NEWEST)}


def test_the_contract_keeps_them_only_behind_a_drain() -> None:
    assert explore.outcomes(overlapping("SFENCE"), CONTRACT) == {(NEWEST, NEWEST)}
    loose = explore.outcomes(overlapping(""), CONTRACT)
    assert {final for _, final in loose} == {NEWEST, 0x1111111111111111}
    # old bytes of the low half may be read before the copy lands
    assert any(seen & 0xFFFFFFFF == 0 for seen, _ in loose)


@pytest.mark.parametrize("config", ALL)
def test_a_locked_exchange_is_atomic(config: MachineConfig) -> None:
    p = ProgramBuilder("add")
    x = p.object("x", 4, Visibility.SHARED)
    for _ in range(3):
        with p.thread() as t:
            t.fetch_add(x, 4, 1, into="old")
    p.observe(MemoryAt("x", 0, 4), *(RegisterOf(i, "old") for i in range(3)))
    states = explore.outcomes(p.build(), config)
    assert {s[0] for s in states} == {3}
    assert {tuple(sorted(s[1:])) for s in states} == {(0, 1, 2)}


def test_a_compare_and_exchange_that_fails_stores_nothing_and_drains() -> None:
    p = ProgramBuilder("cas")
    x, y = p.object("x", 8, Visibility.SHARED), p.object("y", 8, Visibility.SHARED)
    with p.thread() as t:
        t.nt_store(x, 8, 1)
        t.cmpxchg(y, 8, 5, 7, into="old")
        t.store(y, 8, 2)
    with p.thread() as t:
        t.load(y, 8, into="a")
        t.load(x, 8, into="b")
    p.observe(RegisterOf(1, "a"), RegisterOf(1, "b"), MemoryAt("y", 0, 8))
    states = explore.outcomes(p.build(), NT)
    assert (2, 0, 2) not in states
    assert {s[2] for s in states} == {2}


@pytest.mark.parametrize("config", ALL)
def test_the_reduction_loses_no_outcome(config: MachineConfig) -> None:
    for between in ("", "SFENCE"):
        program = message_passing(between)
        assert explore.outcomes(program, config) == explore.outcomes(program, config, reduce=False)


@pytest.mark.parametrize("config", ALL)
def test_a_random_run_ends_in_an_outcome_of_the_exploration(config: MachineConfig) -> None:
    program = message_passing("")
    every = explore.outcomes(program, config)
    for seed in range(50):
        _, outcome = explore.random_run(program, config, random.Random(seed))
        assert outcome in every


def test_loops_that_come_back_to_a_state_end() -> None:
    p = ProgramBuilder("spin")
    x = p.object("x", 4, Visibility.SHARED)
    with p.thread() as t:
        seen = t.reg("seen", 0)
        with t.while_(seen == 0):
            t.load(x, 4, into="seen")
    with p.thread() as t:
        t.nt_store(x, 4, 1)
    p.observe(RegisterOf(0, "seen"))
    for config in ALL:
        assert explore.outcomes(p.build(), config) == {(1,)}


def test_limits_and_bad_programs() -> None:
    with pytest.raises(GaveOut, match="states"):
        explore.outcomes(message_passing(""), NT, max_states=3)
    p = ProgramBuilder("bad")
    n = p.param("n", 0, 4)
    x = p.object("x", 8)
    with p.thread() as t:
        t.store(x + n, 8, 1)
    with pytest.raises(InputError, match="needs a value"):
        explore.outcomes(p.build(), NT)
    q = ProgramBuilder("outside")
    y = q.object("y", 8)
    with q.thread() as t:
        t.store(y + 4, 8, 1)
    with pytest.raises(InputError, match="outside") as error:
        explore.outcomes(q.build(), NT)
    assert error.value.line > 0
    r = ProgramBuilder("fence")
    with r.thread() as t:
        t.fence("DMB")
    with pytest.raises(GaveOut, match="DMB"):
        explore.outcomes(r.build(), NT, Deadline(5))


@pytest.mark.parametrize("config", ALL)
def test_what_is_assumed_away_needs_no_value(config: MachineConfig) -> None:
    """Memory holds more than what a shift can be by, and control would depend on that shift."""
    p = ProgramBuilder("shift")
    memory = p.object("m", 16, fill=0x5A)
    with p.thread() as t:
        by = t.load(memory, 8)
        t.assume(by < 5)
        with t.if_(apply("<<", 1, by) > 1):
            t.store(memory + 8, 8, 1)
    program = p.build()
    assert explore.outcomes(program, config) == set()
    assert explore.random_run(program, config, random.Random(1))[1] is None
    assert refute(program, config, TRANSPARENCY, Deadline(10.0)) is None
