"""Outcomes: an execution and a schedule to it where the model allows one, else what forbids it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from ordercheck import cat
from ordercheck.engines import axiomatic
from ordercheck.engines.axiomatic.final import final
from ordercheck.engines.follow import Guide
from ordercheck.engines.operational import explore
from ordercheck.engines.operational.machine import Machine, State
from ordercheck.engines.operational.replay import reach, replay
from ordercheck.engines.outcome import Outcome, look_for
from ordercheck.engines.setting import Setting, load_model
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program import Expr, MemoryAt, Program, ProgramBuilder, RegisterOf, Visibility, conj, var
from ordercheck.program.expr import const
from ordercheck.testing.strategies import observing_everything, programs

MODELS = ["sc", "x86-tso", "x86-nt", "nt-contract"]


@cache
def setting(name: str) -> Setting:
    return load_model(name)


def ask(program: Program, name: str, wanted: Expr) -> Outcome:
    found = setting(name)
    return look_for(program, found.model, found.machine, wanted, Deadline(60), 4)


def store_buffers(threads: int, fence: bool = False) -> Program:
    """Each thread stores to its own object and loads the next one's."""
    p = ProgramBuilder("ring")
    objects = [p.object(f"x{n}", 8, Visibility.SHARED) for n in range(threads)]
    for n in range(threads):
        with p.thread() as t:
            t.store(objects[n], 8, 1)
            if fence:
                t.mfence()
            t.load(objects[(n + 1) % threads], 8, into="r")
    p.observe(*(RegisterOf(n, "r") for n in range(threads)))
    return p.build()


def all_zero(threads: int) -> Expr:
    return conj(*(var(f"{n}:r") == 0 for n in range(threads)))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(programs(), st.sampled_from(MODELS), st.integers(0, 1000))
def test_every_outcome_has_a_schedule_that_does_as_its_execution(
    program: Program, name: str, pick: int
) -> None:
    program = observing_everything(program)
    config = setting(name).machine
    assert config is not None
    try:
        states = sorted(axiomatic.outcomes(program, setting(name).model, Deadline(60)).states)
    except GaveOut:
        reject()  # a load of too many possible values
    wanted_state = states[pick % len(states)]
    wanted = conj(*(var(str(o)) == v for o, v in zip(program.observe, wanted_state, strict=True)))
    found = ask(program, name, wanted)
    assert found.execution is not None

    def ended(machine: Machine, state: State) -> bool:
        return explore.finished(state) and explore.outcome(machine, state) == wanted_state

    # the machine can be led along the very execution that is shown
    guide = Guide(found.execution, setting(name).model)
    assert reach(program, config, ended, Deadline(60), guide=guide) is not None
    trace = found.explain()
    assert (trace.kind, trace.notes) == ("schedule", ())
    assert replay(program, config, trace.token).steps == trace.steps
    assert trace.graph is not None
    assert tuple(trace.graph.outcome.values()) == wanted_state


def test_the_schedule_to_one_of_many_states_is_found_without_a_search() -> None:
    # some million states without a guide
    trace = ask(store_buffers(9), "x86-tso", all_zero(9)).explain()
    assert trace.kind == "schedule"
    assert len(trace.steps) == 27


@pytest.mark.parametrize("name", MODELS)
def test_what_fences_forbid_has_a_cycle_through_all_threads(name: str) -> None:
    found = ask(store_buffers(5, fence=True), name, all_zero(5))
    assert not found.allowed
    trace = found.explain()
    assert (trace.kind, trace.steps, trace.token) == ("forbidden", (), "")
    assert trace.graph is not None
    assert len(trace.graph.cycle) == 10
    assert "fails `external`" in trace.summary


def test_coherence_is_told_by_what_a_load_overlooks() -> None:
    p = ProgramBuilder("coherence")
    x = p.object("x", 8, Visibility.SHARED)
    with p.thread() as t:
        for value in (1, 2, 3):
            t.store(x, 8, value)
    with p.thread() as t:
        t.load(x, 8, into="a")
        t.load(x, 8, into="b")
    p.observe(RegisterOf(1, "a"), RegisterOf(1, "b"))
    graph = ask(p.build(), "x86-tso", (var("1:a") == 2) & (var("1:b") == 1)).explain().graph
    assert graph is not None
    assert graph.check == "internal"
    # not by a coherence order against the text of the first thread
    assert {label for edge in graph.cycle for label in edge.labels} == {"rf", "po-loc", "fr"}


def test_a_state_that_no_store_makes_has_no_execution_at_all() -> None:
    trace = ask(store_buffers(2), "sc", var("0:r") == 7).explain()
    assert (trace.kind, trace.graph) == ("forbidden", None)
    assert "no such final state comes about" in trace.summary


def test_a_model_without_a_machine_is_said_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "any.cat"
    path.write_text('include "cos.cat"\nacyclic po-loc | rf | co | fr as coherence\n', encoding="utf-8")
    found = look_for(store_buffers(2), cat.load(path), None, all_zero(2), Deadline(10), 4)
    trace = found.explain()
    assert trace.kind == "execution"
    assert trace.notes == ("no reference machine is described for any: there is no schedule",)
    assert [step.action for step in trace.steps].count("load") == 2


def test_a_machine_that_gives_out_leaves_the_execution() -> None:
    p = ProgramBuilder("fence")
    x = p.object("x", 8, Visibility.SHARED)
    with p.thread() as t:
        t.fence("Unknown")
        t.load(x, 8, into="r")
    p.observe(RegisterOf(0, "r"))
    trace = ask(p.build(), "x86-tso", var("0:r") == 0).explain()
    assert trace.kind == "execution"
    assert trace.notes[0].startswith("no schedule of the reference machine: ")


def test_the_final_state_of_an_execution_is_all_of_it() -> None:
    p = ProgramBuilder("bytes")
    x = p.object("x", 8, Visibility.SHARED)
    with p.thread() as t:
        t.store(x, 4, 0x11223344)
        t.store(x + 2, 4, 0x55667788)
        t.load(x, 8, into="r")
    p.observe(MemoryAt("x", 0, 8), RegisterOf(0, "r"))
    program = p.build()
    execution = axiomatic.find(program, setting("x86-tso").model, const(True))
    assert execution is not None
    found = final(execution)
    assert found.value(program.observe[0]) == found.value(program.observe[1]) == 0x556677883344
    assert found.value(MemoryAt("x", 6, 4)) is None


def test_time_is_a_limit() -> None:
    with pytest.raises(GaveOut, match="time-out"):
        found = setting("x86-tso")
        look_for(store_buffers(4), found.model, found.machine, all_zero(4), Deadline(0.0), 4)
