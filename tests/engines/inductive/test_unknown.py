"""What the engine abstracts, gives up, or takes only because nothing stands in the way."""

from __future__ import annotations

import pytest

from ordercheck.engines import inductive
from ordercheck.engines.inductive import Counterexample, Proof
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program import Program, ProgramBuilder, Visibility
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY
from tests.engines.inductive.orders import ORDERS, nt_contract, x86_nt
from tests.engines.inductive.programs import append, check, nested, proved, refuted


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


def test_nonlinear_addresses_are_abstracted_and_named() -> None:
    def program(drain: bool) -> Program:
        p = ProgramBuilder("stride")
        n = p.param("n", 1)
        memory, table = p.object("memory"), p.object("table", 8)
        with p.thread() as t:
            with t.for_("i", 0, n) as i:
                stride = t.load(table, 8, into="stride")
                t.nt_store(memory + i * stride, 8, 1)
            if drain:
                t.sfence()
            t.publish()
        return p.build()

    proof = proved(program(True), "x86-nt")
    assert len(proof.abstracted) == 1
    assert proof.abstracted[0].startswith("i * stride_any")
    found = refuted(program(False), "x86-nt", "escape")
    assert len(found.abstracted) == 1


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
