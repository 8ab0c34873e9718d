"""Products of counters and parameters: counted along, what they are is unchanged, and verdicts follow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ordercheck.engines import axiomatic
from ordercheck.engines.inductive import strides
from ordercheck.engines.inductive.strides import strided
from ordercheck.engines.setting import load_model
from ordercheck.errors import Deadline
from ordercheck.program import MemoryAt, Program, ProgramBuilder, ThreadBuilder
from ordercheck.program.expr import Expr
from ordercheck.program.ir import Havoc
from ordercheck.program.transform import fix_params
from tests.engines.inductive.programs import proved, refuted

SIZE = 64
Body = Callable[[ThreadBuilder, ProgramBuilder], None]


def rows(t: ThreadBuilder, p: ProgramBuilder) -> None:
    n, stride, memory = p.param("n", 0, 3), p.param("stride", 1, 3), p.object("m", SIZE)
    with t.for_("i", 0, n) as i:
        t.store(memory + i * stride, 1, i + 1)


def columns(t: ThreadBuilder, p: ProgramBuilder) -> None:
    n, stride, memory = p.param("n", 0, 3), p.param("stride", 1, 3), p.object("m", SIZE)
    with t.for_("i", 0, n) as i, t.for_("k", 0, stride) as k:
        t.store(memory + (stride * 2 * i + 3) + k, 1, i * stride + k + 1)


def backwards(t: ThreadBuilder, p: ProgramBuilder) -> None:
    n, stride, memory = p.param("n", 0, 3), p.param("stride", 1, 3), p.object("m", SIZE)
    row = t.reg("row", n)
    with t.while_(row * stride > 0):
        t.set(row, row - 1)
        t.store(memory + row * (stride + 1), 1, row + 1)


def swapped(t: ThreadBuilder, p: ProgramBuilder) -> None:
    n, stride, memory = p.param("n", 0, 3), p.param("stride", 1, 3), p.object("m", SIZE)
    one, other = t.reg("one", 1), t.reg("other", 2)
    with t.for_("i", 0, n):
        t.store(memory + one * stride * n, 1, other * stride)
        kept = t.reg("kept", one)
        t.set(kept, one)
        t.set(one, other + n)
        t.set(other, kept)


def chosen(t: ThreadBuilder, p: ProgramBuilder) -> None:
    n, stride, memory = p.param("n", 0, 3), p.param("stride", 1, 3), p.object("m", SIZE)
    with t.for_("i", 0, n):
        at = t.havoc("at", 1, 1)
        t.set(at, at * 2 % 5)
        t.store(memory + at * stride, 1, 7)


BODIES: list[Body] = [rows, columns, backwards, swapped, chosen]


def made(body: Body) -> Program:
    p = ProgramBuilder(body.__name__)
    with p.thread() as t:
        body(t, p)
    p.observe(*(MemoryAt("m", k, 1) for k in range(SIZE)))
    return p.build()


def outcomes(program: Program, n: int, stride: int) -> object:
    fixed = fix_params(program, {"n": n, "stride": stride})
    return axiomatic.outcomes(fixed, load_model("sc").model, Deadline(60), 6).states


def same(body: Body) -> bool:
    program = made(body)
    less = strided(program)
    assert less is not program
    return all(outcomes(program, n, s) == outcomes(less, n, s) for n in range(4) for s in range(1, 4))


@pytest.mark.parametrize("body", BODIES[:4], ids=lambda b: b.__name__)
def test_products_are_what_they_were(body: Body) -> None:
    assert same(body)


def test_what_is_no_sum_may_become_anything() -> None:
    program = strided(made(chosen))
    free = {i.dst for _, _, _, i in program.instructions() if isinstance(i, Havoc)}
    assert free == {"at", "at * stride"}


@pytest.mark.parametrize("mistake", ["start", "step"])
def test_mistakes_show(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: strides._Thread, factor: Expr, value: Expr) -> Expr | None:
        found = right(self, factor, value)
        is_start = value.op == "const"
        return found + 1 if found is not None and is_start == (mistake == "start") else found

    right = strides._Thread._product
    monkeypatch.setattr(strides._Thread, "_product", wrong)
    assert not all(map(same, BODIES[:4]))


@pytest.mark.parametrize("drain", [False, True], ids=["no drain", "drain"])
@pytest.mark.parametrize(
    ("place", "overlaps"),
    # the last of the two words of the row before begins 56 bytes before this one, where rows are 64 long
    [(0, True), (8, True), (16, False), (-40, False), (-56, True)],
)
def test_rows_are_apart_by_their_stride(place: int, overlaps: bool, drain: bool) -> None:
    p = ProgramBuilder("image")
    n, stride = p.param("n", 0), p.param("stride", 64)
    memory = p.object("m")
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(memory + i * stride, 8, 1)
            t.nt_store(memory + i * stride + 8, 8, 1)
            if drain:
                t.sfence()
            t.store(memory + i * stride + place, 8, 2)
        t.sfence()
        t.publish()
    program = p.build()
    if overlaps and not drain:
        refuted(program, "nt-contract", "overtake")
    else:
        assert proved(program, "nt-contract").abstracted == ()
