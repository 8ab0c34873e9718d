"""What a program may leave pending at its end, by its paths alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ordercheck.engines.pending import leaves_pending
from ordercheck.engines.setting import load_model
from ordercheck.program import ProgramBuilder
from ordercheck.program.ir import Program


def program(*steps: str) -> Program:
    """A thread that does these: nt, store, sfence, mfence, lfence, locked, maybe (the next one, or not)."""
    p = ProgramBuilder("p")
    x, y, c = p.object("x", 64), p.object("y", 64), p.param("c", 0, 1)
    with p.thread("t") as t:
        todo: dict[str, Callable[[], object]] = {
            "nt": lambda: t.nt_store(x, 8, 1),
            "store": lambda: t.store(y, 8, 1),
            "sfence": t.sfence,
            "mfence": t.mfence,
            "lfence": t.lfence,
            "locked": lambda: t.xchg(y, 8, 1),
        }
        left = list(steps)
        while left:
            step = left.pop(0)
            if step == "maybe":
                with t.if_(c == 1):
                    todo[left.pop(0)]()
            else:
                todo[step]()
    return p.build()


@pytest.mark.parametrize("model", ["x86-nt", "nt-contract"])
@pytest.mark.parametrize(
    ("steps", "leaves"),
    [
        ("store", False),
        ("nt", True),
        ("nt sfence", False),
        ("nt mfence", False),
        ("nt locked", False),
        ("nt lfence", True),
        ("nt store", True),
        ("sfence nt", True),
        ("nt sfence nt", True),
        ("nt maybe sfence", True),
        ("maybe nt sfence", False),
        ("sfence maybe nt", True),
    ],
)
def test_what_has_no_drain_behind_it_on_some_way_is_left(model: str, steps: str, leaves: bool) -> None:
    assert leaves_pending(program(*steps.split()), load_model(model).order) is leaves


@pytest.mark.parametrize("model", ["sc", "x86-tso"])
def test_where_such_stores_are_ordinary_nothing_is_left(model: str) -> None:
    assert not leaves_pending(program("nt"), load_model(model).order)


def test_a_loop_is_followed() -> None:
    p = ProgramBuilder("p")
    x, n = p.object("x", 64), p.param("n", 0, 8)
    with p.thread("t") as t, t.for_("i", 0, n):
        t.sfence()
        t.nt_store(x, 8, 1)
    assert leaves_pending(p.build(), load_model("x86-nt").order)
