"""Complete outcome sets against herd7's, for its suites of x86 tests.

The tests and herd7's answers are not part of this project: they are looked for beside
the checkout, in `../shared/corpora`, and without them there is nothing to compare.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from ordercheck.cat import Model, load
from ordercheck.engines.axiomatic import outcomes
from ordercheck.engines.operational import explore, machine_of
from ordercheck.errors import Deadline
from ordercheck.frontends.litmus import Litmus, read
from ordercheck.program import Expr, Program
from ordercheck.program.expr import evaluate
from ordercheck.program.ir import Outcome
from ordercheck.relations.acyclicity import clocks
from ordercheck.shipped import memory_models

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
SUITES = [
    (suite, model)
    for suite, models in {
        "overlap": ("x86-nt", "nt-contract"),
        "mixed": ("x86-nt", "nt-contract"),
        "nt": ("x86-nt", "nt-contract", "x86-tso"),
        "x86": ("x86-tso",),
        "x86_64": ("x86-tso",),
    }.items()
    for model in models
]
SECONDS = 60.0
Engine = Callable[[Program, Path], frozenset[Outcome]]

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason=f"herd7's answers are not here: no folder {CORPORA}"
)


@dataclass(frozen=True)
class Truth:
    """What herd7 answered about one test."""

    test: str
    name: str
    states: frozenset[str]
    validation: str
    observation: str
    condition: str


def truths(path: Path) -> Iterator[Truth]:
    """The lines of a truth file."""
    for line in path.read_text().splitlines():
        found = json.loads(line)
        states = frozenset(found["states"])
        yield Truth(
            found["test"],
            found["name"],
            states,
            found["validation"],
            found["observation"],
            found["condition"],
        )


@lru_cache
def model_at(path: Path) -> Model:
    """A model; reading it takes longer than most tests."""
    return load(path)


def axiomatic(program: Program, model: Path) -> frozenset[Outcome]:
    return outcomes(program, model_at(model), Deadline(SECONDS)).states


def solver(program: Program, model: Path) -> frozenset[Outcome]:
    return outcomes(program, model_at(model), Deadline(SECONDS), few=0).states


def solver_with_clocks(program: Program, model: Path) -> frozenset[Outcome]:
    return outcomes(program, model_at(model), Deadline(SECONDS), acyclic=clocks, few=0).states


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
    """How the final states differ from herd7's, and the answer from its answer."""
    states = frozenset(
        state for state in states if litmus.filter is None or holds(litmus, litmus.filter, state)
    )
    shown = {litmus.state(state) for state in states}
    found = []
    if extra := sorted(shown - truth.states):
        found.append(f"{len(extra)} states that herd7 lacks, as {extra[0]}")
    if missing := sorted(truth.states - shown):
        found.append(f"{len(missing)} states of herd7 missing, as {missing[0]}")
    ours = (litmus.name, litmus.condition, *answer(litmus, states))
    if ours != (truth.name, truth.condition, truth.validation, truth.observation):
        found.append(f"{ours} where herd7 says {truth}")
    return found


def holds(litmus: Litmus, statement: Expr, state: Outcome) -> bool:
    """Whether a statement about final states is true of one."""
    names = map(str, litmus.program.observe)
    return bool(evaluate(statement, dict(zip(names, state, strict=True))))


def answer(litmus: Litmus, states: frozenset[Outcome]) -> tuple[str, str]:
    """Ok or No, and Never, Sometimes or Always."""
    condition = litmus.program.condition
    assert condition is not None
    hits = sum(holds(litmus, condition.expr, state) for state in states)
    ok = {"exists": hits > 0, "~exists": hits == 0, "forall": hits == len(states)}[condition.quantifier]
    observation = "Never" if hits == 0 else "Always" if hits == len(states) else "Sometimes"
    return "Ok" if ok else "No", observation


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("suite", "model"), SUITES)
def test_every_twelfth_test_is_as_herd7_says(suite: str, model: str, engine: Engine) -> None:
    assert differences(suite, model, engine, 12) == []


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("suite", "model"), SUITES)
def test_every_test_is_as_herd7_says(suite: str, model: str, engine: Engine) -> None:
    assert differences(suite, model, engine, 1) == []
