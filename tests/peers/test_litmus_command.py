"""`ordercheck litmus` against herd7: its answers in `../shared/corpora`, and herd7 itself if it is on PATH.

Compared are names, conditions, complete final states in herd7's order, counts, verdicts and
flags. The tests of the Linux kernel need its memory model: the environment variable
ORDERCHECK_LKMM names its folder, `tools/memory-model` of a kernel's source.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ordercheck.command.litmus_inputs import expand
from ordercheck.command.litmus_models import Models
from ordercheck.command.litmus_options import Settings
from ordercheck.command.litmus_run import Run
from ordercheck.report.herd import block
from ordercheck.report.litmus_result import LitmusResult
from tests.command import litmus_tests

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
LKMM = Path(os.environ.get("ORDERCHECK_LKMM", ""))
SECONDS = 60.0
SUITES = [
    *(("nt", model) for model in ("x86-nt", "nt-contract", "x86-tso")),
    *((suite, model) for suite in ("overlap", "mixed") for model in ("x86-nt", "nt-contract")),
    *((suite, "x86-tso") for suite in ("x86", "x86_64")),
]
# it may read a non-temporal store byte by byte: herd7 counts executions of whole accesses
TEARS = "nt-contract"
WORDS = {"ok": "Ok", "no": "No", "unknown": "unknown", "error": "error"}

here = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"herd7's answers are not here: no folder {CORPORA}")
lkmm = pytest.mark.skipif(
    not os.environ.get("ORDERCHECK_LKMM"), reason="ORDERCHECK_LKMM does not name a tools/memory-model"
)
herd7 = pytest.mark.skipif(shutil.which("herd7") is None, reason="herd7 is not on PATH")


def truths(suite: str, model: str, step: int) -> list[dict[str, Any]]:
    lines = (CORPORA / suite / f"truth.{model}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines[::step]]


def differences(suite: str, model: str, settings: Settings, step: int) -> list[str]:
    """What every step-th test of the suite gets otherwise than herd7."""
    wanted = truths(suite, model, step)
    tests = expand([str(CORPORA / suite / "tests" / truth["test"]) for truth in wanted])
    found = Run(Models(settings)).results(tests)
    return [
        f"{truth['test']} on {model}: {name}: {got!r} where herd7 has {want!r}"
        for truth, result in zip(wanted, found, strict=True)
        for name, got, want in compared(result, truth, model)
        if got != want
    ]


def compared(found: LitmusResult, truth: dict[str, Any], model: str) -> Iterator[tuple[str, Any, Any]]:
    """What is compared: its name, ours, and herd7's."""
    yield "verdict", WORDS[found.verdict] + found.reason, truth["validation"].removeprefix("Loop ")
    if found.decided:
        yield "name", found.name, truth["name"]
        yield "condition", found.condition, truth["condition"]
        yield "states", list(found.states or ()), truth["states"]
        yield "observation", found.observation, truth["observation"]
        yield "flags", sorted(found.flags), sorted(truth.get("flags", ()))
        if found.counted and model != TEARS:
            yield "counts", found.witnesses, (truth["positive"], truth["negative"])


@here
@pytest.mark.parametrize(("suite", "model"), SUITES)
def test_every_twelfth_test_is_as_herd7_says(suite: str, model: str) -> None:
    assert differences(suite, model, Settings((), model=model, seconds=SECONDS), 12) == []


@here
@pytest.mark.long
@pytest.mark.parametrize(("suite", "model"), SUITES)
def test_every_test_is_as_herd7_says(suite: str, model: str) -> None:
    assert differences(suite, model, Settings((), model=model, seconds=SECONDS), 1) == []


@here
@lkmm
@pytest.mark.parametrize("step", [60, pytest.param(1, marks=pytest.mark.long)])
def test_tests_of_the_kernel_are_as_herd7_says(step: int) -> None:
    settings = Settings((), conf=str(LKMM / "linux-kernel.cfg"), seconds=SECONDS)
    assert differences("lkmm", "lkmm", settings, step) == []


@lkmm
def test_the_kernels_own_tests_have_the_results_that_they_say() -> None:
    settings = Settings((), conf=str(LKMM / "linux-kernel.cfg"), seconds=SECONDS)
    found = list(Run(Models(settings)).results(expand([str(LKMM / "litmus-tests")])))
    assert len(found) > 30
    assert all(result.compared for result in found)
    assert [f"{result.name}: {result.surprise}" for result in found if result.surprise] == []


@herd7
def test_logs_are_herd7s_but_for_time_and_hash(tmp_path: Path) -> None:
    folder = litmus_tests.write(tmp_path, {"loop.litmus": litmus_tests.LOOP, **litmus_tests.ALL})
    names = ["MP.litmus", "SB.litmus", "loop.litmus", "sub/SB+mfences.litmus"]
    done = subprocess.run(
        ["herd7", "-model", "x86tso.cat", "-archcheck", "false", *names],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    settings = Settings((), model="x86-tso")
    found = Run(Models(settings)).results(expand([str(folder / name) for name in names]))
    ours = "".join(map(block, found))
    assert _plain(ours) == _plain(done.stdout)


def _plain(log: str) -> list[str]:
    return [line for line in log.splitlines() if not line.startswith(("Time ", "Hash="))]
