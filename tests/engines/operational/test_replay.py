"""Refutations that the machine shows, in words and again from their token."""

from __future__ import annotations

import pytest

from ordercheck.engines.operational import MachineConfig, machine_of
from ordercheck.engines.operational.replay import refute, replay
from ordercheck.errors import Deadline, InputError
from ordercheck.frontends.python import load
from ordercheck.program import Program, ProgramBuilder, Visibility
from ordercheck.program.expr import Value
from ordercheck.program.transform import fix_params
from ordercheck.shipped import memory_models
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY

NT = MachineConfig("buffered", "buffered")
CONTRACT = MachineConfig("contract", "buffered")


def zone_device(variant: str, pages: int = 4, compound: int = 4) -> Program:
    values: dict[str, Value] = {
        "start_pfn": 0,
        "nr_pages": pages,
        "pfns_per_compound": compound,
        "use_template": True,
        "debug_vm": False,
        "vmemmap_optimized": False,
    }
    return fix_params(load("zone_device").build(variant), values)


@pytest.mark.parametrize("name", ["x86-tso", "x86-nt", "nt-contract"])
def test_the_patch_is_not_refuted(name: str) -> None:
    config = machine_of(memory_models()[name])
    assert config is not None
    for prop in (TRANSPARENCY, ASSERTIONS):
        assert refute(zone_device("seed"), config, prop, Deadline()) is None


@pytest.mark.parametrize(
    ("variant", "compound", "config", "prop", "hazard"),
    [
        ("no-d3", 1, NT, TRANSPARENCY, "escape"),
        ("no-d3", 1, CONTRACT, TRANSPARENCY, "escape"),
        ("no-d1", 4, CONTRACT, TRANSPARENCY, "overtake"),
        ("no-d2", 4, CONTRACT, TRANSPARENCY, "overtake"),
        ("fixup-after-copy", 4, CONTRACT, ASSERTIONS, "assertion"),
        ("prep-early", 4, NT, ASSERTIONS, "assertion"),
        ("smp-wmb", 4, NT, TRANSPARENCY, "escape"),
    ],
)
def test_every_refutation_replays_to_the_same_trace(
    variant: str, compound: int, config: MachineConfig, prop: str, hazard: str
) -> None:
    program = zone_device(variant, 4, compound)
    shown = refute(program, config, prop, Deadline())
    assert shown is not None
    assert shown.trace.hazard == hazard
    assert shown.trace.lost
    assert len(shown.trace.steps) <= 45
    assert replay(program, config, shown.trace.token) == shown.trace


def test_what_is_lost_without_a_difference_is_benign() -> None:
    shown = refute(zone_device("no-d2"), CONTRACT, TRANSPARENCY, Deadline())
    assert shown is not None
    assert shown.benign == ("_mm_ids", "_nr_pages_mapped")


def test_program_order_that_is_wrong_is_no_matter_of_drains() -> None:
    shown = refute(zone_device("prep-early"), NT, ASSERTIONS, Deadline())
    assert shown is not None
    assert "_deferred_list" in " ".join(shown.trace.lost)
    assert "no drain" in shown.trace.prevented_by


def flag(early: bool) -> Program:
    """An ordinary store, and a non-temporal one as the flag for it."""
    p = ProgramBuilder("flag")
    data, ready = p.object("data", 8, fill=0x5A), p.object("ready", 8, Visibility.SHARED)
    with p.thread() as t:
        t.store(data, 8, 1)
        if not early:
            t.sfence()
        t.nt_store(ready, 8, 1)
    return p.build()


def test_a_non_temporal_flag_is_early() -> None:
    shown = refute(flag(early=True), NT, TRANSPARENCY, Deadline())
    assert shown is not None
    assert shown.trace.hazard == "early"
    assert refute(flag(early=False), NT, TRANSPARENCY, Deadline()) is None


def threads(fence: bool) -> Program:
    p = ProgramBuilder("mp")
    x, y = p.object("x", 8, Visibility.SHARED), p.object("y", 8, Visibility.SHARED)
    with p.thread() as t:
        t.nt_store(x, 8, 1)
        if fence:
            t.sfence()
        t.store(y, 8, 1)
    with p.thread() as t:
        t.load(y, 8, into="a")
        t.load(x, 8, into="b")
    return p.build()


def test_several_threads_are_compared_with_their_twin() -> None:
    shown = refute(threads(fence=False), NT, TRANSPARENCY, Deadline())
    assert shown is not None
    assert "a=1" in shown.trace.summary
    assert "b=0" in shown.trace.summary
    assert replay(threads(fence=False), NT, shown.trace.token) == shown.trace
    assert refute(threads(fence=True), NT, TRANSPARENCY, Deadline()) is None


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "delay",
        "delay:x:0:transparency",
        "delay:1:0:colour",
        "steps:transparency:",
        "steps:transparency:q1.1",
        "steps:transparency:x9.0",
        "steps:transparency:d0.7",
        "steps:transparency:x0.9",
        "delay:99:0:transparency",
    ],
)
def test_a_schedule_that_does_not_fit_is_bad_input(schedule: str) -> None:
    with pytest.raises(InputError):
        replay(threads(fence=False), NT, schedule)
