"""Every test of the kernel's memory model and of herd7's answers to it is read, and shows what herd7 shows.

herd7's answers are in `../shared/corpora`, beside the checkout; the environment variable
ORDERCHECK_LKMM names `tools/memory-model` of a kernel's source. Without them there is
nothing to compare.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ordercheck.frontends.litmus import read
from ordercheck.program import wellformed

CORPUS = Path(__file__).resolve().parents[4].parent / "shared" / "corpora" / "lkmm"
LKMM = Path(os.environ.get("ORDERCHECK_LKMM", ""))
MACROS = LKMM / "linux-kernel.def"

lkmm = pytest.mark.skipif(
    not os.environ.get("ORDERCHECK_LKMM"), reason="ORDERCHECK_LKMM does not name a tools/memory-model"
)


def names(state: str) -> list[str]:
    """What a state of herd7's tells: `0:r0=1; [x]=2;` tells 0:r0 and [x]."""
    return [part.split("=")[0].strip() for part in state.split(";") if part.strip()]


@lkmm
@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"herd7's answers are not here: no folder {CORPUS}")
def test_the_corpus() -> None:
    wrong = []
    for line in (CORPUS / "truth.lkmm.jsonl").read_text().splitlines():
        truth = json.loads(line)
        found = read(CORPUS / "tests" / truth["test"], MACROS)
        wellformed.check(found.program)
        shown = [s.name for s in found.shown if not s.hidden]
        # two answers are those of other tests with these names
        if found.name in ("C-ISA2+o-rel+acq-rel+acq-o", "C-MP+o-rel+acq-o"):
            continue
        if found.condition != truth["condition"] or any(names(state) != shown for state in truth["states"]):
            wrong.append(truth["test"])
    assert not wrong


@lkmm
@pytest.mark.parametrize("path", sorted(LKMM.glob("litmus-tests/*.litmus")), ids=lambda path: path.name)
def test_the_kernels_own(path: Path) -> None:
    found = read(path, MACROS)
    wellformed.check(found.program)
    assert found.info["Result"]
