"""Random programs of several threads: all engines give the same outcomes."""

from __future__ import annotations

import random

import pytest

from ordercheck.engines.setting import load_model
from ordercheck.errors import Deadline
from ordercheck.program import Program
from ordercheck.program.show import show
from ordercheck.shipped import memory_models
from ordercheck.testing import compare
from ordercheck.testing.fuzz import choices
from ordercheck.testing.strategies import programs
from tests.properties.search import efforts, search

SECONDS = 2.0
models = pytest.mark.parametrize("name", memory_models())


@efforts
@models
def test_the_machine_and_the_axiomatic_engine_give_the_same_outcomes(name: str, effort: int) -> None:
    setting = load_model(name)

    def difference(program: Program) -> str:
        return compare.machine_and_axiomatic(program, setting, Deadline(SECONDS))

    search(difference, show, programs(), examples=100 * effort)


@efforts
@models
def test_overlaps_of_different_sizes_in_one_object(name: str, effort: int) -> None:
    setting = load_model(name)

    def difference(program: Program) -> str:
        return compare.machine_and_axiomatic(program, setting, Deadline(SECONDS))

    kinds = ("store", "load", "nt", "sfence", "xchg")
    small = programs(threads=(1, 2), objects=1, kinds=kinds, sizes=(1, 2, 4), object_size=4)
    search(difference, show, small, examples=80 * effort)


@efforts
@models
def test_random_schedules_end_in_outcomes_of_the_axiomatic_engine(name: str, effort: int) -> None:
    setting = load_model(name)

    def difference(program: Program, choose: random.Random) -> str:
        return compare.schedules_and_axiomatic(program, setting, Deadline(SECONDS), choose)

    search(difference, show, programs(), choices(), examples=30 * effort)


@efforts
@models
def test_enumeration_and_solver_give_the_same_outcomes(name: str, effort: int) -> None:
    setting = load_model(name)

    def difference(program: Program) -> str:
        return compare.explicit_and_symbolic(program, setting, Deadline(SECONDS))

    search(difference, show, programs(total=7), examples=60 * effort)
