"""Small programs with loops: each proved or refuted, for every size."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ordercheck.engines import inductive
from ordercheck.engines.inductive import Counterexample, Proof
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program import Program, ProgramBuilder, ThreadBuilder, Visibility
from ordercheck.program.builder import Pointer
from ordercheck.program.expr import evaluate, var
from ordercheck.program.ir import NT
from ordercheck.program.transform import assuming
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY
from tests.engines.inductive.orders import ORDERS, nt_contract, x86_nt

SECONDS = 30.0
WEAK = ("x86-nt", "nt-contract")


def check(program: Program, model: str, prop: str = TRANSPARENCY) -> Proof | Counterexample:
    found = inductive.check(program, ORDERS[model](), prop, Deadline(SECONDS))
    if isinstance(found, Counterexample):
        assert all(evaluate(a, found.params) for a in program.assumptions)
        assert set(found.params) == {p.name for p in program.params}
    return found


def proved(program: Program, model: str, prop: str = TRANSPARENCY) -> Proof:
    found = check(program, model, prop)
    assert isinstance(found, Proof), found
    return found


def refuted(program: Program, model: str, hazard: str, prop: str = TRANSPARENCY) -> Counterexample:
    found = check(program, model, prop)
    assert isinstance(found, Counterexample)
    assert found.hazard == hazard
    return found


def append(drain: Callable[[ThreadBuilder], None] | None, where: str = "after") -> Program:
    """A log of n words, filled by non-temporal stores, then handed over."""
    p = ProgramBuilder("log append")
    n = p.param("n", 1, 1 << 40)
    log = p.object("log")
    with p.thread("writer") as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(log + 8 * i, 8, i, label="word")
            if drain is not None and where == "inside":
                drain(t)
        if drain is not None and where == "after":
            drain(t)
        t.publish("return")
    return p.build()


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


def nested(d1: str = "", d2: str = "", d3: str = "", metadata: bool = True) -> Program:
    """Compounds of `order` pages: each page copied, then the first one's first word stored again.

    d1, d2, d3: the drain after a single page, after a compound, at the end - "" for none,
    "if" for one that depends on `fast`, as the copies do.
    """
    p = ProgramBuilder("nested")
    pages = p.param("pages", 1, 1 << 40)
    size = p.param("size", 1, 1 << 20)
    fast = p.bool_param("fast")
    word = p.param("word", 0, (1 << 64) - 1)
    memory = p.object("memory")

    def copy(t: ThreadBuilder, to: Pointer) -> None:
        with t.if_(fast):
            t.nt_store(to, 8, word)
            t.nt_store(to + 8, 8, 7)
        with t.else_():
            t.store(to, 8, word)
            t.store(to + 8, 8, 7)

    def drain(t: ThreadBuilder, how: str, label: str) -> None:
        if how:
            with t.if_(fast):
                t.sfence(label)

    with p.thread() as t:
        with t.for_("head", 0, pages, size) as head:
            copy(t, memory + 16 * head)
            drain(t, d1, "D1")
            with t.if_(size == 1):
                t.continue_()
            with t.for_("k", 1, size) as k:
                copy(t, memory + 16 * (head + k))
            drain(t, d2, "D2")
            if metadata:
                flags = t.load(memory + 16 * head, 8, expect=word)
                t.store(memory + 16 * head, 8, flags | 64, label="flags", lasting=True)
        drain(t, d3, "D3")
        t.publish()
    return p.build()


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


@pytest.mark.parametrize("model", ORDERS)
def test_assertions_of_the_nested_loops(model: str) -> None:
    proved(nested(d2="if", d3="if"), model, ASSERTIONS)


def test_a_lost_store_breaks_the_assertion() -> None:
    proved(nested(d3="if"), "x86-nt", ASSERTIONS)
    found = check(nested(d3="if"), "nt-contract", ASSERTIONS)
    assert isinstance(found, Counterexample)
    assert found.hazard in ("lasting", "expect")


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


def test_a_store_that_hands_nothing_over_publishes_nothing() -> None:
    p = ProgramBuilder("counter")
    counter, box = p.object("counter", 8, Visibility.SHARED), p.object("box", 8)
    with p.thread() as t:
        t.nt_store(box, 8, 1)
        t.store(counter, 8, 1, publishes=False)
        t.sfence()
        t.publish()
    proved(p.build(), "x86-nt")


@pytest.mark.parametrize("model", ORDERS)
def test_lasting_bytes_lost_by_ordinary_code(model: str) -> None:
    p = ProgramBuilder("prep early")
    n = p.param("n", 1)
    order = p.param("order", 1, 1 << 10)
    memory = p.object("memory")
    with p.thread() as t:
        with t.for_("head", 0, n, order) as head:
            t.store(memory + 8 * head, 8, 1, label="list", lasting=True)
            with t.for_("k", 0, order) as k:
                t.store(memory + 8 * (head + k), 8, 2)
        t.publish()
    found = refuted(p.build(), model, "lasting", ASSERTIONS)
    assert found.params == {"n": 1, "order": 1}
    proved(p.build(), model)


def test_a_lasting_store_may_be_overwritten_by_the_same_value() -> None:
    p = ProgramBuilder("same")
    value = p.param("value", 0, 255)
    memory = p.object("memory", 8)
    with p.thread() as t:
        t.store(memory, 8, value, lasting=True)
        t.store(memory, 4, value)
        t.publish()
    proved(p.build(), "x86-nt", ASSERTIONS)


@pytest.mark.parametrize("fill", [0, 90])
def test_expected_loads_know_the_initial_bytes(fill: int) -> None:
    p = ProgramBuilder("initial")
    memory = p.object("memory", 16, fill=fill, init={8: (4, 0x01020304)})
    with p.thread() as t:
        t.load(memory, 4, expect=0)
        t.load(memory + 8, 4, expect=0x01020304)
    if fill:
        found = refuted(p.build(), "sc", "expect", ASSERTIONS)
        assert found.offset in range(4)
    else:
        proved(p.build(), "sc", ASSERTIONS)


def test_expected_loads_see_parts_of_wider_stores() -> None:
    p = ProgramBuilder("parts")
    value = p.param("value", 0, (1 << 64) - 1)
    memory = p.object("memory", 16)
    with p.thread() as t:
        t.store(memory, 8, value)
        t.load(memory + 4, 4, expect=value >> 32)
        t.load(memory + 2, 2, expect=(value >> 16) & 0xFFFF)
        t.load(memory + 6, 2, expect=value >> 48)
        t.load(memory, 4, expect=value >> 32)
    found = refuted(p.build(), "sc", "expect", ASSERTIONS)
    assert found.where.text.startswith("t.load(memory, 4")


@pytest.mark.parametrize("limit", [10, 9])
def test_assertions_about_registers(limit: int) -> None:
    p = ProgramBuilder("sum")
    n = p.param("n", 0, 10)
    with p.thread() as t:
        total = t.reg("total", 0)
        with t.for_("i", 0, n):
            t.set(total, total + 1)
        t.assert_(total <= limit, "few")
    if limit == 10:
        proved(p.build(), "sc", ASSERTIONS)
    else:
        found = refuted(p.build(), "sc", "assert", ASSERTIONS)
        assert (found.label, found.params, found.object) == ("few", {"n": 10}, "")


def test_loaded_data_may_be_anything_unless_stated() -> None:
    def program(stated: int | None) -> Program:
        p = ProgramBuilder("loaded")
        memory = p.object("memory", 8)
        with p.thread() as t:
            value = t.load(memory, 1, expect=stated)
            t.assert_(value < 256, "byte")
            t.assert_(value == 0, "zero")
        return p.build()

    refuted(program(None), "sc", "assert", ASSERTIONS)
    proved(program(0), "sc", ASSERTIONS)


def test_what_nobody_modelled_makes_it_unknown_where_it_can_be_reached() -> None:
    def program(reachable: bool) -> Program:
        p = ProgramBuilder("asm")
        n = p.param("n", 0, 5)
        with p.thread() as t, t.if_(n > (4 if reachable else 5)):
            t.unmodelled("inline assembly")
        return p.build()

    proved(program(False), "x86-nt")
    with pytest.raises(GaveOut, match="inline assembly"):
        check(program(True), "x86-nt")


def test_a_hazard_is_found_in_spite_of_what_nobody_modelled() -> None:
    p = ProgramBuilder("both")
    flag = p.bool_param("flag")
    memory = p.object("memory", 8)
    with p.thread() as t:
        with t.if_(flag):
            t.unmodelled("a call")
        t.nt_store(memory, 8, 1)
        t.publish()
    assert refuted(p.build(), "x86-nt", "escape").params == {"flag": False}


def test_assertions_about_memory_that_others_store_to_are_given_up() -> None:
    p = ProgramBuilder("shared")
    memory = p.object("memory", 8, Visibility.SHARED)
    with p.thread("one") as t:
        t.load(memory, 8, expect=0)
    with p.thread("two") as t:
        t.store(memory, 8, 1)
    with pytest.raises(GaveOut, match="thread two stores to it"):
        check(p.build(), "sc", ASSERTIONS)


def test_nonlinear_addresses_are_abstracted_and_named() -> None:
    def program(drain: bool) -> Program:
        p = ProgramBuilder("stride")
        n, stride = p.param("n", 1), p.param("stride", 1)
        memory = p.object("memory")
        with p.thread() as t:
            with t.for_("i", 0, n) as i:
                t.nt_store(memory + i * stride, 8, 1)
            if drain:
                t.sfence()
            t.publish()
        return p.build()

    proof = proved(program(True), "x86-nt")
    assert len(proof.abstracted) == 1
    assert proof.abstracted[0].startswith("i * stride (")
    found = refuted(program(False), "x86-nt", "escape")
    assert found.abstracted == proof.abstracted


def test_products_of_parameters_are_parameters() -> None:
    p = ProgramBuilder("product")
    n, size = p.param("n", 1, 1 << 20), p.param("size", 8, 1 << 20)
    memory = p.object("memory")
    with p.thread() as t:
        with t.for_("at", 0, n * size, size) as at:
            t.store(memory + at, 8, 1, lasting=True)
        t.store(memory + n * size, 8, 2)
        t.publish()
    # `at` may pass n * size unless it is known to be a multiple of size.
    found = check(p.build(), "sc", ASSERTIONS)
    assert not isinstance(found, Proof) or not found.abstracted


def test_bounds_by_division_and_bit_masks() -> None:
    p = ProgramBuilder("masks")
    n = p.param("n", 0, 1 << 40)
    memory = p.object("memory", 64)
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(memory + ((i & 7) << 3), 8, 1)
            t.assert_((i % 8) * 8 <= 56, "inside")
        t.sfence()
        t.publish()
    proved(p.build(), "x86-nt")
    proved(p.build(), "x86-nt", ASSERTIONS)


def test_contradictory_assumptions_leave_nothing_to_show() -> None:
    p = ProgramBuilder("never")
    n = p.param("n", 0, 3)
    p.assume(n > 5)
    memory = p.object("memory", 8)
    with p.thread() as t:
        t.nt_store(memory, 8, n)
        t.publish()
    with pytest.raises(GaveOut, match="no parameter values meet the assumptions"):
        check(p.build(), "x86-nt")


def test_names_that_smt_reserves() -> None:
    p = ProgramBuilder("names")
    n = p.param("let", 1)
    other = p.param("offset", 0, 3)
    memory = p.object("pending", 8)
    with p.thread() as t:
        with t.for_("a.b|c\\", 0, n) as i:
            t.nt_store(memory + other, 1, i)
        t.sfence()
        t.publish()
    refuted(p.build(), "nt-contract", "overtake")
    proved(p.build(), "x86-nt")


def test_a_hundred_stores_in_a_loop_body() -> None:
    p = ProgramBuilder("long body")
    n = p.param("n", 1, 1 << 40)
    words = [p.param(f"w{k}", 0, (1 << 64) - 1) for k in range(100)]
    memory = p.object("memory")
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            for k, word in enumerate(words):
                t.nt_store(memory + 800 * i + 8 * k, 8, word)
        t.sfence()
        t.load(memory, 8, expect=words[0])
        t.publish()
    program = p.build()
    proved(program, "nt-contract")
    proved(program, "nt-contract", ASSERTIONS)


def test_every_thread_is_looked_at() -> None:
    p = ProgramBuilder("two")
    a, b = p.object("a", 8, Visibility.SHARED), p.object("b", 8, Visibility.SHARED)
    with p.thread() as t:
        t.store(a, 8, 1)
    with p.thread() as t:
        t.nt_store(b, 8, 1)
        t.store(a, 8, 1)
    assert refuted(p.build(), "x86-nt", "escape").thread == 1


def test_another_property_is_bad_input() -> None:
    with pytest.raises(InputError, match="decides transparency and assertions"):
        check(append(None), "sc", "liveness")


def test_time_out() -> None:
    with pytest.raises(GaveOut, match="time-out"):
        inductive.check(append(None), x86_nt(), TRANSPARENCY, Deadline(0.0))


def test_memo_key_is_equal_where_the_program_cannot_tell() -> None:
    ordinary = nested(d2="if", d3="if")
    keys = {name: inductive.memo_key(ordinary, make(), TRANSPARENCY) for name, make in ORDERS.items()}
    assert keys["sc"] == keys["x86-tso"]
    assert len(set(keys.values())) == 3
    assert inductive.memo_key(append(None), nt_contract(), TRANSPARENCY) == inductive.memo_key(
        append(None), nt_contract(), TRANSPARENCY
    )


def test_counterexamples_store_telling_values() -> None:
    found = check(nested(d3="if"), "nt-contract")
    assert isinstance(found, Counterexample)
    word = found.params["word"]
    assert len(set(int(word).to_bytes(8, "little"))) == 8
