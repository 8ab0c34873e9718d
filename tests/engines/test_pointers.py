"""Computed pointers, marks and kinds of read-modify-write: understood, or said to be not; never skipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from ordercheck.engines import axiomatic, inductive
from ordercheck.engines.operational import explore
from ordercheck.engines.operational.replay import refute
from ordercheck.engines.setting import Setting, load_model
from ordercheck.engines.verify import Limits, verify
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program.expr import Expr, apply, const, var
from ordercheck.program.ir import (
    ANYWHERE,
    LOCKED,
    NO_TAGS,
    NT,
    Address,
    Block,
    Branch,
    Exit,
    Fence,
    Instr,
    Load,
    Mark,
    MemObject,
    MemoryAt,
    Program,
    RegisterOf,
    Rmw,
    Source,
    Store,
    Thread,
    Unmodelled,
    Visibility,
)
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY, Status

X, Y, P = 0x5E000000, 0x5E010000, 0x5E020000
HERE = Source("test.litmus", 7)
MODELS = ["sc", "x86-tso", "x86-nt", "nt-contract"]


@cache
def setting(name: str) -> Setting:
    return load_model(name)


def program(*threads: tuple[Instr, ...], condition: Expr | None = None) -> Program:
    """Threads over x=1, y=2 and p, which points to x; registers r and s."""
    objects = tuple(
        MemObject(name, 8, Visibility.SHARED, init={0: (8, value)}, address=address)
        for name, address, value in (("x", X, 1), ("y", Y, 2), ("p", P, X))
    )
    made = tuple(
        Thread(f"P{n}", (Block(body, Exit()),), {"r": "int", "s": "int"}) for n, body in enumerate(threads)
    )
    observe = tuple(RegisterOf(n, name) for n in range(len(threads)) for name in "rs")
    return Program("pointers", made, objects, observe=(*observe, MemoryAt("x", 0, 8), MemoryAt("y", 0, 8)))


def at(offset: Expr | int, name: str = ANYWHERE) -> Address:
    return Address(name, offset if isinstance(offset, Expr) else const(offset))


def load(dst: str, address: Address) -> Load:
    return Load(dst, address, 8, source=HERE)


def store(address: Address, value: int, *tags: str) -> Store:
    return Store(address, 8, const(value), frozenset(tags), source=HERE)


CHASE = (load("r", at(0, "p")), load("s", at(var("r"))))
CHASING = {
    "a store behind a pointer": program((store(at(0, "x"), 7), store(at(0, "p"), Y)), CHASE),
    "a non-temporal one": program((store(at(0, "y"), 7, NT), store(at(0, "p"), Y)), CHASE),
    "a fence between": program(
        (store(at(0, "y"), 7, NT), Fence(frozenset({"SFENCE"})), store(at(0, "p"), Y)), CHASE
    ),
    "through the pointer": program((load("r", at(0, "p")), store(at(var("r")), 7, NT), load("s", at(X)))),
    "inside an object": program(
        (load("r", at(0, "p")), Store(at(apply("+", var("r"), 4)), 4, const(3), source=HERE)),
        (load("s", at(0, "x")),),
    ),
    "an exchange": program(
        (load("r", at(0, "p")), Rmw("s", at(var("r")), 8, const(9), source=HERE)),
        (store(at(0, "p"), Y), load("r", at(0, "x"))),
    ),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("what", CHASING)
def test_the_machine_follows_pointers_as_the_bounded_engine_does(what: str, name: str) -> None:
    config = setting(name).machine
    assert config is not None
    found = explore.outcomes(CHASING[what], config, Deadline(30))
    assert found == axiomatic.outcomes(CHASING[what], setting(name).model, Deadline(30)).states


@pytest.mark.parametrize("address", [0, X - 1, X + 8, X + 4, 1 << 200])
def test_a_pointer_to_nowhere_is_an_error_at_its_line(address: int) -> None:
    config = setting("x86-nt").machine
    assert config is not None
    for instr in (
        load("r", at(address)),
        store(at(address), 1),
        Rmw("r", at(address), 8, const(1), source=HERE),
    ):
        with pytest.raises(InputError, match=r"test.litmus:7: error: .*(lies in no object|lie outside)"):
            explore.outcomes(program((instr,)), config, Deadline(10))


def test_a_hazard_behind_a_pointer_is_found_and_replayed() -> None:
    own = program((load("r", at(0, "p")), store(at(var("r")), 7, NT), load("s", at(0, "x"))))
    verdict = verify(own, setting("nt-contract"), TRANSPARENCY, Limits(), Deadline(30))
    assert (verdict.status, verdict.engine) == (Status.REFUTED, "operational")
    assert verdict.evidence["replayed"] == "reference machine"
    assert verdict.trace is not None
    assert verdict.trace.hazard == "overtake"
    assert {(step.file, step.line) for step in verdict.trace.steps if step.file} == {("test.litmus", 7)}
    assert verify(own, setting("x86-nt"), TRANSPARENCY, Limits(), Deadline(30)).status is Status.HOLDS


def test_a_pointer_that_may_be_wild_is_never_passed_over() -> None:
    wild = program((load("r", at(0, "y")), store(at(var("r")), 7, NT), load("s", at(0, "x"))))
    for engine in ("auto", "axiomatic", "inductive"):
        verdict = verify(wild, setting("nt-contract"), TRANSPARENCY, Limits(engine=engine), Deadline(30))
        assert verdict.status is Status.UNKNOWN
        assert "test.litmus:7" in verdict.reason


MARK = Mark(frozenset({"LKW"}), at(0, "x"), source=HERE)
ODD: dict[str, tuple[Instr, str]] = {
    "a pointer": (load("s", at(var("r"))), "does not follow the pointer"),
    "a store through one": (store(at(var("r")), 1), "does not follow the pointer"),
    "an exchange through one": (
        Rmw("s", at(var("r")), 8, const(1), source=HERE),
        "does not follow the pointer",
    ),
    "a mark": (MARK, "LKW"),
    "an unlocked rmw": (Rmw("s", at(0, "x"), 8, const(1), tags=NO_TAGS, source=HERE), "not locked"),
    "an rmw of two kinds": (
        Rmw("s", at(0, "x"), 8, const(1), write_tags=frozenset({"Release"}), source=HERE),
        "not locked",
    ),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("prop", [TRANSPARENCY, ASSERTIONS])
def test_the_unbounded_engine_names_what_it_does_not_know(what: str, prop: str) -> None:
    instr, reason = ODD[what]
    order = setting("x86-nt").order
    other = program((store(at(0, "y"), 1, NT), instr))
    with pytest.raises(GaveOut, match=reason) as gave_out:
        inductive.check(other, order, prop, Deadline(10))
    assert "test.litmus:7" in str(gave_out.value)


@pytest.mark.parametrize("what", ODD)
def test_a_program_without_non_temporal_stores_is_its_own_twin(what: str) -> None:
    found = inductive.check(program((ODD[what][0],)), setting("x86-nt").order, TRANSPARENCY, Deadline(10))
    assert isinstance(found, inductive.Proof)


def test_nothing_is_passed_over_where_something_unmodelled_may_be_reached() -> None:
    both = program((store(at(var("r")), 1), Unmodelled("asm", HERE)))
    with pytest.raises(GaveOut, match="does not follow the pointer"):
        inductive.check(both, setting("x86-nt").order, TRANSPARENCY, Deadline(10))


@pytest.mark.parametrize("what", ["a mark", "an unlocked rmw", "an rmw of two kinds"])
def test_the_machine_names_what_it_does_not_know(what: str) -> None:
    instr, _ = ODD[what]
    config = setting("x86-nt").machine
    assert config is not None
    runs: list[Callable[[], object]] = [
        lambda: explore.outcomes(program((instr,)), config, Deadline(10)),
        lambda: refute(program((store(at(0, "y"), 1, NT), instr)), config, TRANSPARENCY, Deadline(10)),
    ]
    for run in runs:
        with pytest.raises(GaveOut, match=r"test.litmus:7: not modelled by the reference machine"):
            run()


def test_a_locked_rmw_may_say_so_of_both_halves() -> None:
    config = setting("x86-tso").machine
    assert config is not None
    both = Rmw("r", at(0, "x"), 8, const(5), write_tags=frozenset({LOCKED}), source=HERE)
    assert explore.outcomes(program((both,)), config, Deadline(10)) == {(1, 0, 5, 2)}


def test_a_mark_that_the_model_says_nothing_about_makes_it_unknown() -> None:
    marked = program((store(at(0, "y"), 1, NT), MARK))
    for engine in ("auto", "axiomatic", "operational"):
        verdict = verify(marked, setting("nt-contract"), TRANSPARENCY, Limits(engine=engine), Deadline(10))
        assert verdict.status is Status.UNKNOWN
        assert "LKW" in verdict.reason


def test_a_fence_that_the_model_says_nothing_about_makes_it_unknown() -> None:
    fenced = program((store(at(0, "y"), 1, NT), Fence(frozenset({"Mb"}), source=HERE), load("r", at(0, "x"))))
    verdict = verify(fenced, setting("x86-nt"), TRANSPARENCY, Limits(), Deadline(10))
    assert verdict.status is Status.UNKNOWN
    assert verdict.reason == "test.litmus:7: the model x86-nt says nothing about the fence Mb"


def test_where_a_control_dependency_ends_changes_no_schedule() -> None:
    def branching(join: int) -> Program:
        first = Block((load("r", at(0, "x")),), Branch(var("r") == 1, 1, 2, HERE, join))
        then = Block((store(at(0, "y"), 7),), Exit())
        whole = program((), (load("s", at(0, "y")),))
        thread = replace(whole.threads[0], blocks=(first, then, Block((), Exit())))
        return replace(whole, threads=(thread, whole.threads[1]))

    for name in MODELS:
        config = setting(name).machine
        assert config is not None
        found = [explore.outcomes(branching(join), config, Deadline(10)) for join in (-1, 2)]
        assert found[0] == found[1]
