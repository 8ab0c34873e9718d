"""Random programs of several threads: all engines give the same outcomes."""

from __future__ import annotations

import pytest

from ordercheck.engines.verify import load_model
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program import Program
from ordercheck.program.show import show
from ordercheck.shipped import memory_models
from ordercheck.testing import compare
from ordercheck.testing.strategies import programs
from tests.properties.search import efforts, search

SECONDS = 20.0
models = pytest.mark.parametrize("name", memory_models())


@efforts
@models
def test_the_machine_and_the_axiomatic_engine_give_the_same_outcomes(name: str, effort: int) -> None:
    setting = load_model(name)

    def agree(program: Program) -> None:
        try:
            difference = compare.machine_and_axiomatic(program, setting, Deadline(SECONDS))
        except GaveOut:
            return
        assert not difference, f"{difference}\n{show(program)}"

    search(agree, programs(), examples=120 * effort)


@efforts
@models
def test_narrow_and_wide_accesses_of_one_object(name: str, effort: int) -> None:
    setting = load_model(name)

    def agree(program: Program) -> None:
        try:
            difference = compare.machine_and_axiomatic(program, setting, Deadline(SECONDS))
        except GaveOut:
            return
        assert not difference, f"{difference}\n{show(program)}"

    small = programs(threads=(1, 2), objects=1, kinds=("store", "load", "nt", "sfence", "xchg"))
    search(agree, small, examples=80 * effort)


@efforts
@models
def test_enumeration_and_solver_give_the_same_outcomes(name: str, effort: int) -> None:
    setting = load_model(name)

    def agree(program: Program) -> None:
        try:
            difference = compare.explicit_and_symbolic(program, setting, Deadline(SECONDS))
        except GaveOut:
            return
        assert not difference, f"{difference}\n{show(program)}"

    search(agree, programs(total=7), examples=60 * effort)
