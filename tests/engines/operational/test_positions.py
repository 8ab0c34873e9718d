"""Where a line says that an instruction is, with the functions on the way, and where bytes are."""

from __future__ import annotations

import pytest

from ordercheck.engines.operational.narrate import HALF, at, place
from ordercheck.program.ir import Source

INLINED = {
    ("fill",): "init.c:1 (fill)",
    ("fill", "init"): "init.c:1 (fill, inlined at init.c:2 in init)",
    ("fill", "tails", "init"): "init.c:1 (fill, inlined at init.c:2 in tails, at init.c:3 in init)",
    (
        "fill",
        "a",
        "b",
        "init",
    ): "init.c:1 (fill, inlined at init.c:2 in a, at init.c:3 in b, at init.c:4 in init)",
    ("fill", "a", "b", "c", "init"): "init.c:1 (fill, inlined at init.c:2 in a, ..., at init.c:5 in init)",
}


@pytest.mark.parametrize("chain", INLINED)
def test_a_line_names_the_functions_on_the_way(chain: tuple[str, ...]) -> None:
    source: Source | None = None
    for line, function in sorted(enumerate(chain, 1), reverse=True):
        source = Source("init.c", line, function, inlined_at=source)
    assert source is not None
    assert at(source) == INLINED[chain]


def test_a_place_is_within_what_an_address_reaches() -> None:
    assert place("x", 8, 16) == "x+8..15"
    assert place("x", -8, -7) == "x+-8"
    assert (
        place("x", -2 * HALF + 64, -2 * HALF + 72) == place("x", 2 * HALF + 64, 2 * HALF + 72) == "x+64..71"
    )
