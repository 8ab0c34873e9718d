"""The unbounded engine's hazards, against what an observer can see at small sizes."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from ordercheck.engines import axiomatic
from ordercheck.engines.setting import load_model
from ordercheck.errors import Deadline
from ordercheck.program import Program
from ordercheck.program.show import show
from ordercheck.program.transform import fix_params
from ordercheck.shipped import memory_models
from ordercheck.testing import compare
from ordercheck.testing.observers import observed_by
from ordercheck.testing.single_thread import single_thread_programs
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY
from tests.properties.search import efforts, search

SECONDS = 20.0
models = pytest.mark.parametrize("name", memory_models())
properties = pytest.mark.parametrize("prop", [TRANSPARENCY, ASSERTIONS])
WEAK = ("x86-nt", "nt-contract")


@efforts
@properties
@models
def test_unbounded_verdicts_are_the_exhaustive_ones(name: str, prop: str, effort: int) -> None:
    setting = load_model(name)

    def difference(program: Program) -> str:
        return compare.inductive_and_exhaustive(program, setting, prop, Deadline(SECONDS))

    examples = (60 if name in WEAK else 15) * effort
    search(difference, show, single_thread_programs(aligned=True), examples=examples)


@efforts
@properties
@pytest.mark.parametrize("name", WEAK)
def test_what_is_proved_holds_with_partial_overlaps_too(name: str, prop: str, effort: int) -> None:
    setting = load_model(name)

    def difference(program: Program) -> str:
        return compare.inductive_and_exhaustive(program, setting, prop, Deadline(SECONDS), exact=False)

    search(difference, show, single_thread_programs(), examples=40 * effort)


@efforts
@pytest.mark.parametrize("name", WEAK)
def test_without_a_hazard_no_observer_sees_more_than_of_the_twin(name: str, effort: int) -> None:
    setting = load_model(name)

    def difference(program: Program, data: st.DataObject) -> str:
        fixed = fix_params(program, data.draw(st.sampled_from(list(compare.valuations(program)))))
        watched = observed_by(fixed, data.draw)
        if axiomatic.check(fixed, setting.model, TRANSPARENCY, Deadline(SECONDS)).violation is not None:
            return ""
        return compare.transparent_and_twin(watched, setting, Deadline(SECONDS))

    search(difference, show, single_thread_programs(), st.data(), examples=60 * effort)


@efforts
@properties
@models
def test_every_violation_has_a_schedule_and_every_schedule_replays(name: str, prop: str, effort: int) -> None:
    setting = load_model(name)

    def difference(program: Program, data: st.DataObject) -> str:
        fixed = fix_params(program, data.draw(st.sampled_from(list(compare.valuations(program)))))
        return compare.machine_and_exhaustive(fixed, setting, prop, Deadline(SECONDS))

    search(difference, show, single_thread_programs(), st.data(), examples=40 * effort)
