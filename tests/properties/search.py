"""How long the property tests search, and where from.

By default a test looks at a fixed number of examples, the same ones every time (so that
a change that turns it red is the change's doing). `ORDERCHECK_SEED=fresh` searches
elsewhere in every run, `ORDERCHECK_SEED=NUMBER` from there; `-m long` searches longer.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordercheck.errors import GaveOut

# examples of a `long` test for each one of a quick test
LONGER = 40
efforts = pytest.mark.parametrize(
    "effort", [pytest.param(1, id="quick"), pytest.param(LONGER, id="long", marks=pytest.mark.long)]
)


def search(
    difference: Callable[..., str],
    show: Callable[[Any], str],
    strategy: st.SearchStrategy[Any],
    *others: st.SearchStrategy[Any],
    examples: int,
) -> None:
    """Fails with the smallest example for which `difference` is not empty, shown by `show`.

    Where an engine gives out, the example says nothing; most must say something.
    """
    answered = skipped = 0

    def check(drawn: tuple[Any, ...]) -> None:
        nonlocal answered, skipped
        try:
            found = difference(*drawn)
        except GaveOut:
            skipped += 1
            return
        answered += 1
        assert not found, f"{found}\n{show(drawn[0])}"

    _run(given(st.tuples(strategy, *others))(check), examples)
    assert answered > 4 * skipped, f"engines gave out on {skipped} of {answered + skipped} examples"


def _run(test: Callable[[], None], examples: int) -> None:
    seed = os.environ.get("ORDERCHECK_SEED", "")
    if seed:
        number = random.SystemRandom().getrandbits(32) if seed == "fresh" else int(seed)
        print(f"ORDERCHECK_SEED={number}")
        test = hypothesis.seed(number)(test)
    settings(
        max_examples=examples,
        derandomize=not seed,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )(test)()
