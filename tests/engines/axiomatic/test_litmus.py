"""The classic tests, each with what every shipped model says of it."""

from __future__ import annotations

import pytest

from ordercheck.program import Pointer
from ordercheck.program.thread import ThreadBuilder
from tests.engines.axiomatic.shapes import MODELS, WAYS, Way, Writer, every, program, states

ways = pytest.mark.parametrize("way", WAYS)
models = pytest.mark.parametrize("name", MODELS)
NT_MODELS = ("x86-nt", "nt-contract")


def sb(*fences: str) -> tuple[Writer, Writer]:
    def left(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        t.store(x, 8, 1)
        for fence in fences:
            t.fence(fence)
        t.load(y, 8, into="r")

    return left, lambda t, x, y: left(t, y, x)


def mp(nt_data: bool, nt_flag: bool, *fences: str) -> tuple[Writer, Writer]:
    def writer(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        (t.nt_store if nt_data else t.store)(x, 8, 1)
        for fence in fences:
            t.fence(fence)
        (t.nt_store if nt_flag else t.store)(y, 8, 1)

    def reader(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        t.load(y, 8, into="flag")
        t.load(x, 8, into="data")

    return writer, reader


@ways
@models
def test_store_buffering_is_seen_but_under_sc(name: str, way: Way) -> None:
    weak = every(2, 2)
    assert states(program(*sb()), name, way) == (weak - {(0, 0)} if name == "sc" else weak)


@models
@pytest.mark.parametrize("fence", ["SFENCE", "LFENCE"])
def test_sfence_and_lfence_do_not_forbid_store_buffering(name: str, fence: str) -> None:
    assert ((0, 0) in states(program(*sb(fence)), name)) == (name != "sc")


@ways
@models
def test_mfence_forbids_store_buffering(name: str, way: Way) -> None:
    assert states(program(*sb("MFENCE")), name, way) == every(2, 2) - {(0, 0)}


@models
def test_a_locked_operation_forbids_store_buffering(name: str) -> None:
    def thread(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        t.xchg(x, 8, 1, into="old")
        t.load(y, 8, into="r")

    found = states(program(thread, lambda t, x, y: thread(t, y, x)), name)
    assert found == {(0, 1, 0, 0), (0, 0, 0, 1), (0, 1, 0, 1)}


@ways
@models
@pytest.mark.parametrize("nt_data", [False, True])
@pytest.mark.parametrize("nt_flag", [False, True])
def test_message_passing_fails_only_with_a_non_temporal_store(
    name: str, nt_data: bool, nt_flag: bool, way: Way
) -> None:
    broken = (1, 0) in states(program(*mp(nt_data, nt_flag)), name, way)
    assert broken == (name in NT_MODELS and (nt_data or nt_flag))


@models
@pytest.mark.parametrize(("fence", "cures"), [("SFENCE", True), ("MFENCE", True), ("LFENCE", False)])
def test_which_fences_mend_non_temporal_message_passing(name: str, fence: str, cures: bool) -> None:
    broken = (1, 0) in states(program(*mp(True, False, fence)), name)
    assert broken == (name in NT_MODELS and not cures)


@models
def test_load_buffering_is_never_seen(name: str) -> None:
    def thread(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        t.load(x, 8, into="r")
        t.nt_store(y, 8, 1)

    assert states(program(thread, lambda t, x, y: thread(t, y, x)), name) == every(2, 2) - {(1, 1)}


@models
def test_two_readers_agree_on_two_writers(name: str) -> None:
    def reader(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        t.load(x, 8, into="a")
        t.load(y, 8, into="b")

    test = program(
        lambda t, x, y: t.store(x, 8, 1),
        lambda t, x, y: t.nt_store(y, 8, 1),
        reader,
        lambda t, x, y: reader(t, y, x),
    )
    assert (1, 0, 1, 0) not in states(test, name)


@ways
@models
def test_one_location_is_coherent(name: str, way: Way) -> None:
    def writer(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.store(x, 8, 1)
        t.store(x, 8, 2)

    def reader(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.load(x, 8, into="a")
        t.load(x, 8, into="b")

    assert states(program(writer, reader), name, way) == {(a, b) for a, b in every(3, 2) if a <= b}


@models
def test_two_non_temporal_stores_to_one_location_keep_order_but_in_the_contract(name: str) -> None:
    def writer(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.nt_store(x, 8, 1)
        t.nt_store(x, 8, 2)

    final = {state[0] for state in states(program(writer, memory=True), name)}
    assert final == ({1, 2} if name == "nt-contract" else {2})


@models
@pytest.mark.parametrize("drained", [False, True])
def test_own_load_after_a_non_temporal_store(name: str, drained: bool) -> None:
    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.nt_store(x, 8, 1)
        if drained:
            t.sfence()
        t.load(x, 8, into="r")

    stale = (0,) in states(program(thread), name)
    assert stale == (name == "nt-contract" and not drained)


@ways
@models
def test_increments_are_not_lost(name: str, way: Way) -> None:
    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.fetch_add(x, 8, 1, into="old")

    found = states(program(thread, thread, thread, memory=True), name, way)
    assert {state[0] for state in found} == {3}
    assert {state[2:] for state in found} == {s for s in every(3, 3) if len(set(s)) == 3}


@models
def test_of_two_compare_and_exchanges_one_wins(name: str) -> None:
    def thread(value: int) -> Writer:
        def write(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
            t.cmpxchg(x, 8, 0, value, into="old")

        return write

    assert states(program(thread(1), thread(2), memory=True), name) == {(1, 0, 0, 1), (2, 0, 2, 0)}
