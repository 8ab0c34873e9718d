"""Accesses of different sizes, byte by byte."""

from __future__ import annotations

import pytest

from ordercheck.program import Pointer
from ordercheck.program.thread import ThreadBuilder
from tests.engines.axiomatic.shapes import MODELS, WAYS, Way, program, states

ways = pytest.mark.parametrize("way", WAYS)
models = pytest.mark.parametrize("name", MODELS)


@ways
@models
def test_a_wide_load_combines_two_narrow_stores(name: str, way: Way) -> None:
    def writer(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.store(x, 4, 0x11111111)
        t.store(x + 4, 4, 0x22222222)

    found = states(program(writer, lambda t, x, y: _load(t, x, 8)), name, way)
    assert found == {(0,), (0x11111111,), (0x2222222211111111,)}


@ways
@models
def test_a_wide_store_takes_effect_at_once(name: str, way: Way) -> None:
    def reader(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.load(x + 4, 4, into="high")
        t.load(x, 4, into="low")

    found = states(program(lambda t, x, y: t.nt_store(x, 8, 0x2_0000_0001), reader), name, way)
    assert found == {(0, 0), (0, 1), (2, 1)}


@models
def test_a_non_temporal_store_of_16_bytes_is_two_in_no_order(name: str) -> None:
    def reader(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.load(x + 8, 8, into="high")
        t.load(x, 8, into="low")

    test = program(lambda t, x, y: t.nt_store(x, 16, 2 << 64 | 1), reader, size=16)
    assert ((2, 0) in states(test, name)) == (name in ("x86-nt", "nt-contract"))


@ways
@models
def test_own_load_takes_bytes_from_the_buffer_and_from_memory(name: str, way: Way) -> None:
    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.store(x + 2, 2, 0xBBBB)
        t.load(x, 8, into="r")

    test = program(thread, lambda t, x, y: t.store(x, 2, 0xAAAA))
    assert states(test, name, way) == {(0xBBBB0000,), (0xBBBBAAAA,)}


@models
def test_unaligned_overlap_is_exact_to_the_byte(name: str) -> None:
    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.store(x, 4, 0x11111111)
        t.store(x + 3, 2, 0x2222)
        t.store(x + 1, 1, 0x33)

    assert {s[0] for s in states(program(thread, memory=True), name)} == {0x2222113311}


@models
def test_values_are_cut_to_the_size(name: str) -> None:
    def thread(t: ThreadBuilder, x: Pointer, _: Pointer) -> None:
        t.store(x, 2, 0x12345)
        old = t.fetch_add(x, 1, 0xFF, into="old")
        t.store(x + 4, 1, old + 0x100)
        t.load(x, 8, into="r")

    assert states(program(thread), name) == {(0x45, 0x4500002344)}


def _load(t: ThreadBuilder, at: Pointer, size: int) -> None:
    t.load(at, size, into="r")
