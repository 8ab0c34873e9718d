"""Lasting stores, expected loads and asserted conditions, for every size."""

from __future__ import annotations

import pytest

from ordercheck.engines.inductive import Counterexample
from ordercheck.errors import GaveOut
from ordercheck.program import Program, ProgramBuilder, Visibility
from ordercheck.verdict import ASSERTIONS
from tests.engines.inductive.orders import ORDERS
from tests.engines.inductive.programs import check, nested, proved, refuted


@pytest.mark.parametrize("model", ORDERS)
def test_assertions_of_the_nested_loops(model: str) -> None:
    proved(nested(d2="if", d3="if"), model, ASSERTIONS)


def test_a_lost_store_breaks_the_assertion() -> None:
    proved(nested(d3="if"), "x86-nt", ASSERTIONS)
    found = check(nested(d3="if"), "nt-contract", ASSERTIONS)
    assert isinstance(found, Counterexample)
    assert found.hazard in ("lasting", "expect")


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


def test_assertions_about_memory_that_others_store_to_are_given_up() -> None:
    p = ProgramBuilder("shared")
    memory = p.object("memory", 8, Visibility.SHARED)
    with p.thread("one") as t:
        t.load(memory, 8, expect=0)
    with p.thread("two") as t:
        t.store(memory, 8, 1)
    with pytest.raises(GaveOut, match="thread two stores to it"):
        check(p.build(), "sc", ASSERTIONS)
