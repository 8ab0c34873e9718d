"""Programs on which engines once differed: found by the searches beside this file, kept for good."""

from __future__ import annotations

import pytest

from ordercheck.engines.setting import load_model
from ordercheck.errors import Deadline
from ordercheck.program import Program
from ordercheck.program.show import show
from ordercheck.program.transform import fix_params
from ordercheck.shipped import memory_models
from ordercheck.testing import compare
from ordercheck.testing.single_thread import Step
from ordercheck.testing.single_thread import build as build_one
from ordercheck.testing.strategies import Op, build
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY

MINE, BOX, LOG = 0, 1, 2
LASTING = 1
SECONDS = 20.0
models = pytest.mark.parametrize("name", memory_models())

MANY_THREADS = {
    "a load torn inside a pending store": [
        [Op("store", 1, 4), Op("nt", size=2), Op("nt", 1, size=2), Op("load", size=8)]
    ],
    "increments of one counter": [[Op("xadd")], [Op("xadd")], [Op("xadd"), Op("load")]],
    "values that are handed round": [[Op("load"), Op("copy", 1)], [Op("load", 1), Op("copy")]],
}

ONE_THREAD = {
    "a publication whose bytes another store splits": [
        Step("nt", LOG, 4, 8),
        Step("store", LOG, 8, 8),
    ],
    "a publication over the store that is late": [
        Step("publish"),
        Step("store", LOG, 4, 8, choice=LASTING),
        Step("loop", body=(Step("nt", LOG, 0, 4), Step("nt", LOG, 0, 4))),
    ],
    "a publication over lasting bytes": [
        Step("store", LOG, 0, 8, choice=LASTING),
        Step("loop", body=(Step("store", LOG, 0, 8),)),
        Step("store", LOG, 0, 8, choice=LASTING),
    ],
    "owned memory between two that are private": [
        Step("nt", MINE, 0, 8),
        Step("nt", BOX, 0, 8),
        Step("nt", MINE, 8, 8),
    ],
    "lasting bytes between two that are not": [
        Step("nt", BOX, 0, 8),
        Step("nt", LOG, 0, 8, choice=LASTING),
        Step("nt", BOX, 8, 8),
    ],
    "owned memory after a store to shared memory": [
        Step("store", LOG, 8, 8, choice=LASTING),
        Step("nt", BOX, 16, 8),
        Step("xchg", MINE, 8, 8),
    ],
    "a violation just before a full fence": [
        Step("if", body=(Step("nt", MINE, 0, 4, 4),)),
        Step("if", body=(Step("store", LOG, 8, 4), Step("nt", MINE, 0, 4, 8))),
        Step("if", body=(Step("sfence"), Step("nt", BOX, 0, 8))),
    ],
}


@models
@pytest.mark.parametrize("case", MANY_THREADS)
def test_outcomes_agree(case: str, name: str) -> None:
    program, setting = build(MANY_THREADS[case]), load_model(name)
    assert not compare.machine_and_axiomatic(program, setting, Deadline(SECONDS)), show(program)
    assert not compare.explicit_and_symbolic(program, setting, Deadline(SECONDS)), show(program)


@models
@pytest.mark.parametrize("prop", [TRANSPARENCY, ASSERTIONS])
@pytest.mark.parametrize("case", ONE_THREAD)
def test_verdicts_agree(case: str, prop: str, name: str) -> None:
    program, setting = build_one(ONE_THREAD[case]), load_model(name)
    exact = _aligned(program)
    difference = compare.inductive_and_exhaustive(program, setting, prop, Deadline(SECONDS), exact=exact)
    assert not difference, show(program)
    for values in compare.valuations(program):
        fixed = fix_params(program, values)
        assert not compare.machine_and_exhaustive(fixed, setting, prop, Deadline(SECONDS)), show(fixed)


def _aligned(program: Program) -> bool:
    """No two accesses overlap in a part: the unbounded engine is then exact."""
    return "[4:" not in show(program) and ":4]" not in show(program)
