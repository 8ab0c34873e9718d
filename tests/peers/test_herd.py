"""Complete outcome sets against herd7's, for the suites of NT stores, overlaps and mixed sizes.

The tests and herd7's answers are not part of this project: they are looked for beside
the checkout, in `../shared/corpora`, and without them there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ordercheck.cat import load
from ordercheck.engines.axiomatic import outcomes
from ordercheck.engines.operational import explore, machine_of
from ordercheck.errors import Deadline
from ordercheck.program import Program
from ordercheck.program.expr import evaluate
from ordercheck.program.ir import Outcome
from ordercheck.relations.acyclicity import clocks
from ordercheck.shipped import memory_models
from tests.peers.litmus_reader import Litmus, Truth, read, truths

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
SUITES = [
    (suite, model)
    for suite, models in {
        "overlap": ("x86-nt", "nt-contract"),
        "mixed": ("x86-nt", "nt-contract"),
        "nt": ("x86-nt", "nt-contract", "x86-tso"),
    }.items()
    for model in models
]
SECONDS = 60.0
Engine = Callable[[Program, Path], frozenset[Outcome]]

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason=f"herd7's answers are not here: no folder {CORPORA}"
)


def axiomatic(program: Program, model: Path) -> frozenset[Outcome]:
    return outcomes(program, load(model), Deadline(SECONDS)).states


def solver(program: Program, model: Path) -> frozenset[Outcome]:
    return outcomes(program, load(model), Deadline(SECONDS), few=0).states


def solver_with_clocks(program: Program, model: Path) -> frozenset[Outcome]:
    return outcomes(program, load(model), Deadline(SECONDS), acyclic=clocks, few=0).states


def machine(program: Program, model: Path) -> frozenset[Outcome]:
    config = machine_of(model)
    assert config is not None
    return explore.outcomes(program, config, Deadline(SECONDS))


ENGINES = (axiomatic, solver, solver_with_clocks, machine)


def differences(suite: str, model: str, engine: Engine, step: int) -> list[str]:
    """What every step-th test of the suite gets wrong; empty where all is as herd7 says."""
    folder = CORPORA / suite
    found = []
    for truth in list(truths(folder / f"truth.{model}.jsonl"))[::step]:
        litmus = read(folder / "tests" / truth.test)
        states = engine(litmus.program, memory_models()[model])
        found += [f"{suite}/{truth.test} on {model}: {text}" for text in against(litmus, truth, states)]
    return found


def against(litmus: Litmus, truth: Truth, states: frozenset[Outcome]) -> list[str]:
    """How the outcomes differ from herd7's, and the answer from its answer."""
    wanted = {litmus.outcome(text) for text in truth.states}
    found = []
    if extra := sorted(states - wanted):
        found.append(
            f"{len(extra)} outcomes that herd7 lacks, as {dict(zip(litmus.names, extra[0], strict=True))}"
        )
    if missing := sorted(wanted - states):
        found.append(
            f"{len(missing)} outcomes of herd7 missing, as {dict(zip(litmus.names, missing[0], strict=True))}"
        )
    if answer(litmus, states) != (truth.validation, truth.observation):
        found.append(f"{answer(litmus, states)} where herd7 says {truth.validation}, {truth.observation}")
    return found


def answer(litmus: Litmus, states: frozenset[Outcome]) -> tuple[str, str]:
    """Ok or No, and Never, Sometimes or Always."""
    condition = litmus.program.condition
    assert condition is not None
    names = list(map(str, litmus.program.observe))
    hits = sum(bool(evaluate(condition.expr, dict(zip(names, s, strict=True)))) for s in states)
    holds = {"exists": hits > 0, "~exists": hits == 0, "forall": hits == len(states)}[condition.quantifier]
    observation = "Never" if hits == 0 else "Always" if hits == len(states) else "Sometimes"
    return "Ok" if holds else "No", observation


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("suite", "model"), SUITES)
def test_every_twelfth_test_is_as_herd7_says(suite: str, model: str, engine: Engine) -> None:
    assert differences(suite, model, engine, 12) == []


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("suite", "model"), SUITES)
def test_every_test_is_as_herd7_says(suite: str, model: str, engine: Engine) -> None:
    assert differences(suite, model, engine, 1) == []
