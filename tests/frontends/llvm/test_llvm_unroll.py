"""Constants and loops laid out: nothing that the program does changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from ordercheck.errors import GaveOut
from ordercheck.frontends.llvm import constants, unroll
from ordercheck.program import Program, ProgramBuilder, Visibility
from ordercheck.program.expr import Expr, apply, const, evaluate, var
from ordercheck.program.ir import Branch, Store
from ordercheck.program.transform import has_loop
from tests.frontends.llvm.llvm_pass_helper import outcomes, programs

QUICK = settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate])
NOTHING = constants.folding({}, set())


def laid_out(program: Program, fold: constants.Fold = NOTHING) -> Program:
    """The program with its thread simplified."""
    return replace(program, threads=(unroll.simplified(program.threads[0], fold, {}),))


def reached_stores(program: Program) -> int:
    """How many stores there are in blocks that control can reach."""
    thread = program.threads[0]
    starts = constants.at_start(thread, NOTHING)
    return sum(isinstance(i, Store) for n in starts for i in thread.blocks[n].body)


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_the_same_memories_are_reached(program: Program) -> None:
    assert outcomes(laid_out(program)) == outcomes(program)


def counted(rounds: int | None) -> Program:
    """A loop that stores so many words; None: as many as a parameter says."""
    p = ProgramBuilder("counted")
    count = p.param("n", 0) if rounds is None else rounds
    memory = p.object("m", None, Visibility.SHARED)
    with p.thread("t") as t, t.for_("i", 0, count) as i:
        t.store(memory + 8 * i, 8, i)
    return p.build()


def test_a_loop_with_constant_rounds_is_laid_out() -> None:
    program = laid_out(counted(8))
    assert reached_stores(program) == 8
    offsets = sorted(
        int(i.address.offset.value)
        for n in constants.at_start(program.threads[0], NOTHING)
        for i in program.threads[0].blocks[n].body
        if isinstance(i, Store)
    )
    assert offsets == [8 * k for k in range(8)]


@pytest.mark.parametrize("rounds", [None, unroll.MAX_ROUNDS + 2])
def test_other_loops_stay(rounds: int | None) -> None:
    program = laid_out(counted(rounds))
    assert reached_stores(program) == 1
    assert has_loop(program.threads[0])


def test_loops_in_loops() -> None:
    p = ProgramBuilder("nested")
    memory = p.object("m", 64, Visibility.SHARED)
    with p.thread("t") as t, t.for_("i", 0, 2) as i, t.for_("k", 0, 3) as k:
        t.store(memory + (24 * i + 8 * k), 8, 1)
    assert reached_stores(laid_out(p.build())) == 6


def broken_common(one: constants.Known, other: constants.Known) -> constants.Known:
    """What one way knows is taken for known on the other."""
    return dict(one)


def broken_targets(end: Any, known: constants.Known, fold: constants.Fold) -> tuple[int, ...]:
    """Only one way is followed."""
    return (end.then,) if isinstance(end, Branch) else constants_targets(end, known, fold)


def broken_pass(instr: Any, known: constants.Known, fold: constants.Fold) -> None:
    """What an assignment of something unknown overwrites stays known."""
    value = getattr(instr, "value", None)
    if isinstance(value, Expr) and value.op == "const" and hasattr(instr, "dst"):
        known[instr.dst] = value


constants_targets = constants.targets


@pytest.mark.parametrize(
    ("module", "name", "broken"),
    [
        (constants, "common", broken_common),
        (constants, "targets", broken_targets),
        (constants, "_pass", broken_pass),
        (unroll, "MAX_ROUNDS", -1),
    ],
)
def test_mistakes_show(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, broken: Any) -> None:
    monkeypatch.setattr(module, name, broken)

    def differs(program: Program) -> bool:
        try:
            changed = laid_out(program)
            return outcomes(changed, 1) != outcomes(program, 1) or has_loop(changed.threads[0])
        except GaveOut:
            return True

    find(programs(), differs, settings=QUICK)


# what divides a number

X, Y = var("x"), var("y")
EXPRESSIONS = st.recursive(
    st.one_of(st.integers(-40, 40).map(const), st.sampled_from([X, Y])),
    lambda inner: (
        st.builds(lambda op, a, b: apply(op, a, b), st.sampled_from(["+", "-", "*", "|", "^"]), inner, inner)
        | st.builds(lambda a, b: apply("ite", apply("<", X, 3), a, b), inner, inner)
        | st.builds(lambda a, n: apply("<<", a, n), inner, st.integers(0, 3))
        | st.builds(
            lambda op, a, n: apply(op, a, n),
            st.sampled_from(["trunc", "sext", "%"]),
            inner,
            st.integers(1, 9),
        )
    ),
    max_leaves=8,
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(EXPRESSIONS, st.integers(-20, 20), st.integers(-20, 20))
def test_what_divides_an_expression_divides_its_value(expr: Expr, x: int, y: int) -> None:
    aligned = {"x": 8, "y": 2}
    env = {"x": 8 * x, "y": 2 * y}
    value = evaluate(expr, env)
    assert value % constants.divisor(expr, aligned) == 0
    folded = constants.folding(aligned, set())(expr)
    assert evaluate(folded, env) == value


def test_remainders_are_known_by_alignment() -> None:
    used: set[str] = set()
    fold = constants.folding({"x": 8}, used)
    assert fold(apply("==", apply("%", X + 64 * Y + 4, 8), 4)) is const(True)
    assert used == {"x", "y"}
    unknown = apply("%", X + Y, 8)
    assert fold(unknown) is unknown


def test_registers_are_as_aligned_as_all_that_is_assigned_to_them() -> None:
    p = ProgramBuilder("aligned")
    n = p.param("n", 0)
    memory = p.object("m", None, Visibility.SHARED)
    with p.thread("t") as t:
        far, odd = t.reg("far", 64 * n), t.reg("odd", 64 * n)
        with t.for_("i", 0, n):
            t.set(far, far + 16)
            t.set(odd, odd + 1)
            t.set(t.reg("loaded"), t.load(memory + far, 8))
    known = constants.alignments(p.build().threads[0], {})
    assert (known["far"], known["odd"], known["loaded"]) == (16, 1, 1)
