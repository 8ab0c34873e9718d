"""Small programs with loops: transparency proved or refuted, for every size."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ordercheck.engines.inductive.benign import benign
from ordercheck.engines.inductive.encode import encode
from ordercheck.engines.inductive.split import tasks
from ordercheck.errors import Deadline
from ordercheck.program import Program, ProgramBuilder, ThreadBuilder, Visibility
from ordercheck.program.expr import ite, var
from ordercheck.program.ir import NT
from ordercheck.program.transform import assuming
from ordercheck.verdict import TRANSPARENCY
from tests.engines.inductive.orders import ORDERS
from tests.engines.inductive.programs import WEAK, append, nested, proved, refuted


@pytest.mark.parametrize("model", ORDERS)
@pytest.mark.parametrize("where", ["after", "inside"])
def test_a_drain_after_or_in_the_loop_suffices(model: str, where: str) -> None:
    proved(append(lambda t: t.sfence("drain"), where), model)


@pytest.mark.parametrize("model", WEAK)
@pytest.mark.parametrize("drain", [None, lambda t: t.smp_wmb("drain"), lambda t: t.lfence("drain")])
def test_without_a_drain_the_publication_escapes(
    model: str, drain: Callable[[ThreadBuilder], None] | None
) -> None:
    found = refuted(append(drain), model, "escape")
    assert (found.object, found.params, found.thread) == ("log", {"n": 1}, 0)
    assert found.where.text == 't.publish("return")'


@pytest.mark.parametrize("model", ["sc", "x86-tso"])
def test_ordinary_stores_need_no_drain(model: str) -> None:
    assert proved(append(None), model).obligations == 0


@pytest.mark.parametrize("model", WEAK)
def test_a_locked_operation_drains_and_publishes(model: str) -> None:
    p = ProgramBuilder("unlock")
    n = p.param("n", 0)
    log, lock = p.object("log"), p.object("lock", 4, Visibility.SHARED)
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(log + 8 * i, 8, i)
        t.xchg(lock, 4, 1)
    proved(p.build(), model)


def test_conditional_drains_are_followed() -> None:
    proof = proved(nested(d2="if", d3="if"), "nt-contract")
    texts = [i.text for i in proof.invariants]
    assert any("pending implies" in text and "fast" in text for text in texts), texts
    proved(nested(d3="if"), "x86-nt")
    proved(nested(d1="if", d2="if"), "x86-nt")


def test_the_drain_before_the_store_is_what_the_contract_needs() -> None:
    found = refuted(nested(d3="if"), "nt-contract", "overtake")
    assert found.params["fast"] is True
    assert found.params["size"] == 2


def test_the_last_drain_is_needed_for_single_pages_only() -> None:
    found = refuted(nested(d2="if"), "x86-nt", "escape")
    assert found.params["size"] == 1
    p = nested(d2="if")
    larger = assuming(p, var("size") > 1)
    proved(larger, "x86-nt")
    proved(larger, "nt-contract")


def test_a_condition_sampled_again_is_another_condition() -> None:
    p = ProgramBuilder("resampled")
    n = p.param("n", 1)
    memory = p.object("memory")
    with p.thread() as t:
        first = t.havoc("first", sort="bool")
        with t.for_("i", 0, n) as i, t.if_(first):
            t.nt_store(memory + 8 * i, 8, 1)
        second = t.havoc("second", sort="bool")
        with t.if_(second):
            t.sfence("drain")
        t.publish()
    refuted(p.build(), "x86-nt", "escape")


@pytest.mark.parametrize("same", [True, False])
def test_a_lost_store_of_the_same_value_is_benign(same: bool) -> None:
    p = ProgramBuilder("benign")
    n = p.param("n", 1)
    value = p.param("value", 0, 1 << 30)
    memory = p.object("memory")
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(memory + 8 * i, 8, value)
            t.store(memory + 8 * i, 4, value if same else value + 1, label="again")
        t.sfence("drain")
        t.publish()
    program = p.build()
    assert proved(program, "x86-nt").benign == ()
    if same:
        assert proved(program, "nt-contract").benign == ("again",)
    else:
        assert refuted(program, "nt-contract", "overtake").label == "again"


def several(drained: tuple[int, ...]) -> Program:
    """A word is filled and stored to again, four times a round; a drain in front of some second stores."""
    p = ProgramBuilder("several")
    n, value = p.param("n", 1), p.param("value", 0, 1 << 30)
    memory = p.object("memory")
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            for number in range(4):
                t.nt_store(memory + 32 * i + 8 * number, 8, value)
                if number in drained:
                    t.sfence(f"drain {number}")
                t.store(memory + 32 * i + 8 * number, 8, value, label=f"again {number}")
        t.sfence("drain")
        t.publish()
    return p.build()


@pytest.mark.parametrize("drained", [(), (0, 1), (0, 3), (1, 2, 3)])
def test_those_of_several_that_can_be_lost(drained: tuple[int, ...]) -> None:
    expected = tuple(f"again {n}" for n in range(4) if n not in drained)
    assert proved(several(drained), "nt-contract").benign == expected


def test_where_the_time_is_over_those_that_may_be_lost_are_listed() -> None:
    program = several((0, 1))
    (task, profile), *_ = tasks(program, ORDERS["nt-contract"](), TRANSPARENCY)
    system = encode(program, task, profile)
    expected = {"again 2", "again 3"}
    assert expected == set(benign(system, program.params, Deadline(60.0)))
    assert expected <= set(benign(system, program.params, Deadline(0.0)))


@pytest.mark.parametrize("zero", [True, False])
@pytest.mark.parametrize("place", [0, 4])
def test_zero_may_be_stored_again_where_it_was_chosen_before(zero: bool, place: int) -> None:
    p = ProgramBuilder("chosen")
    n, kind = p.param("n", 1), p.param("kind", 0, 9)
    memory = p.object("memory")
    with p.thread() as t:
        late = t.havoc("late", sort="bool")
        chosen = t.reg("chosen", ite(late & (kind != 2), 1, 0 if zero else 1 << 8 * place))
        with t.for_("i", 0, n) as i:
            t.nt_store(memory + 8 * i, 8, chosen)
            with t.if_(kind == 2):
                t.store(memory + 8 * i + place, 4, 0, label="again")
        t.sfence("drain")
        t.publish()
    program = p.build()
    if zero:
        assert proved(program, "nt-contract").benign == ("again",)
    else:
        assert refuted(program, "nt-contract", "overtake").label == "again"


def test_a_load_of_pending_bytes_is_never_benign() -> None:
    p = ProgramBuilder("stale")
    memory = p.object("memory", 8)
    with p.thread() as t:
        t.nt_store(memory, 8, 0)
        t.load(memory, 8)
        t.sfence()
        t.publish()
    refuted(p.build(), "nt-contract", "overtake")
    proved(p.build(), "x86-nt")


@pytest.mark.parametrize("model", WEAK)
@pytest.mark.parametrize("drain", [True, False])
@pytest.mark.parametrize("data", ["ordinary", "nt"])
def test_a_non_temporal_flag_may_land_early(model: str, drain: bool, data: str) -> None:
    p = ProgramBuilder("flag")
    n = p.param("n", 1)
    box, flag = p.object("box"), p.object("flag", 4, Visibility.SHARED)
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            t.store(box + 8 * i, 8, i, tags=frozenset({NT} if data == "nt" else ()))
        if drain:
            t.sfence()
        t.nt_store(flag, 4, 1, label="flag")
    if drain:
        proved(p.build(), model)
    else:
        found = refuted(p.build(), model, "early")
        assert (found.object, found.label) == ("box", "flag")


@pytest.mark.parametrize("model", WEAK)
def test_private_memory_does_not_escape(model: str) -> None:
    p = ProgramBuilder("stack")
    own = p.object("own", 64, Visibility.PRIVATE)
    with p.thread() as t:
        t.nt_store(own, 8, 1)
        t.publish()
    proved(p.build(), model)


def test_shared_memory_filled_by_nt_stores_is_seen_out_of_order() -> None:
    p = ProgramBuilder("shared log")
    n = p.param("n", 1)
    log = p.object("log", visibility=Visibility.SHARED)
    with p.thread() as t, t.for_("i", 0, n) as i:
        t.nt_store(log + 8 * i, 8, i)
    assert refuted(p.build(), "x86-nt", "early").params == {"n": 2}


def test_an_object_is_visible_from_its_publication_on() -> None:
    p = ProgramBuilder("after")
    again = p.bool_param("again")
    box = p.object("box", 16)
    with p.thread() as t:
        t.nt_store(box, 8, 1)
        t.nt_store(box + 8, 8, 1)
        t.sfence()
        t.publish("first")
        with t.if_(again):
            t.nt_store(box, 8, 2)
            t.nt_store(box + 8, 8, 2, label="late")
            t.sfence()
    found = refuted(p.build(), "x86-nt", "early")
    assert (found.label, found.params) == ("late", {"again": True})


def test_a_store_to_shared_memory_hands_over_what_came_before_it_only() -> None:
    p = ProgramBuilder("handover")
    box, flag = p.object("box", 16), p.object("flag", 4, Visibility.SHARED)
    with p.thread() as t:
        t.store(flag, 4, 1)
        t.nt_store(box, 8, 1)
        t.nt_store(box + 8, 8, 1)
        t.sfence()
        t.store(flag, 4, 2)
    proved(p.build(), "x86-nt")


def test_a_store_that_hands_nothing_over_publishes_nothing() -> None:
    p = ProgramBuilder("counter")
    counter, box = p.object("counter", 8, Visibility.SHARED), p.object("box", 8)
    with p.thread() as t:
        t.nt_store(box, 8, 1)
        t.store(counter, 8, 1, publishes=False)
        t.sfence()
        t.publish()
    proved(p.build(), "x86-nt")


@pytest.mark.parametrize("stride", [64, 96])
def test_rows_of_a_table_of_which_a_part_is_pending(stride: int) -> None:
    """The pending bytes and the bytes loaded differ in their place within a row."""
    p = ProgramBuilder("rows")
    n, m = p.param("n", 1), p.param("m", 1)
    table = p.object("table")
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            t.store(table + stride * i, 8, 1)
            t.nt_store(table + stride * i + 8, 8, 1)
        with t.for_("k", 0, m) as k:
            t.load(table + stride * (64 + k % 64), 8)
        t.sfence()
        t.publish()
    proof = proved(p.build(), "nt-contract")
    assert any(f"offset % {stride} >= 8" in i.text for i in proof.invariants)
