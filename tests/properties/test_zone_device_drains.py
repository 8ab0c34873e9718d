"""zone_device with any drains, options and sizes: the unbounded verdict is the exhaustive one."""

from __future__ import annotations

import pytest

from ordercheck.engines.setting import load_model
from ordercheck.errors import Deadline
from ordercheck.testing import compare
from ordercheck.testing.zone_device import Case, zone_device_variants
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY
from tests.properties.search import efforts, search

SECONDS = 60.0
models = pytest.mark.parametrize("name", ["x86-nt", "nt-contract"])


@efforts
@models
@pytest.mark.parametrize(("prop", "examples"), [(TRANSPARENCY, 8), (ASSERTIONS, 3)])
def test_unbounded_verdicts_are_the_exhaustive_ones(name: str, prop: str, examples: int, effort: int) -> None:
    setting = load_model(name)

    def difference(case: Case) -> str:
        return compare.inductive_and_exhaustive(case.program, setting, prop, Deadline(SECONDS), case.sizes)

    search(difference, str, zone_device_variants(), examples=examples * effort)
