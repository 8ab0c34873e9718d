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

# examples of a `long` test for each one of a quick test
LONGER = 40
efforts = pytest.mark.parametrize(
    "effort", [pytest.param(1, id="quick"), pytest.param(LONGER, id="long", marks=pytest.mark.long)]
)


def search(test: Callable[..., None], *strategies: st.SearchStrategy[Any], examples: int) -> None:
    """Runs `test` on that many examples; a failure is shrunk."""
    seed = os.environ.get("ORDERCHECK_SEED", "")
    run = given(*strategies)(test)
    run = settings(
        max_examples=examples,
        derandomize=not seed,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )(run)
    if seed:
        number = random.SystemRandom().getrandbits(32) if seed == "fresh" else int(seed)
        print(f"ORDERCHECK_SEED={number}")
        run = hypothesis.seed(number)(run)
    run()
