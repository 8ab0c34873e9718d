"""A loop in a loop, where the outer one fills as well and drains at once: what is pending lies beyond."""

from __future__ import annotations

import pytest

from ordercheck.engines import inductive
from ordercheck.engines.inductive.encode import encode
from ordercheck.engines.inductive.guess import guesses
from ordercheck.engines.inductive.houdini import Houdini
from ordercheck.engines.inductive.prepare import prepared
from ordercheck.engines.inductive.split import tasks
from ordercheck.engines.setting import load_model
from ordercheck.errors import Deadline
from ordercheck.program import ProgramBuilder, Visibility
from ordercheck.program.expr import ite
from ordercheck.program.ir import Program
from ordercheck.verdict import TRANSPARENCY

SECONDS = 10.0


def compounds(first: int, met: int, choice: bool) -> Program:
    """Copies heads, drained at once, and tails from the number `first` on, and then stores to number `met`.

    choice: how many tails there are differs, and comes to no more than there are pages of a compound.
    """
    p = ProgramBuilder("compounds")
    n, size = p.param("n", 1, 1 << 40), p.param("size", 2, 1 << 30)
    pages = p.object("pages", visibility=Visibility.OWNED)
    with p.thread("writer") as t:
        page = t.reg("page", 0)
        with t.while_(page < n):
            t.nt_store(pages + 64 * page, 8, 1)
            t.sfence()
            t.store(pages + 64 * page, 8, 2)
            less = t.havoc("less", sort="bool")
            count = t.reg("count", ite(less & (size >= 128), 128, size) if choice else size)
            tail = t.reg("tail", page + first)
            with t.while_(tail < page + count):
                t.nt_store(pages + 64 * tail, 8, 1)
                t.set(tail, tail + 1)
            t.store(pages + 64 * page + 64 * met, 8, 3)
            t.set(page, page + size)
        t.sfence()
        t.publish("return")
    return p.build()


@pytest.mark.parametrize("choice", [False, True])
def test_what_is_stored_before_the_tails_meets_none(choice: bool) -> None:
    order = load_model("nt-contract").order
    found = inductive.check(compounds(2, 1, choice), order, TRANSPARENCY, Deadline(SECONDS))
    assert isinstance(found, inductive.Proof)


@pytest.mark.parametrize("choice", [False, True])
def test_its_invariants_are_guessed(choice: bool) -> None:
    """In large code the Horn solver does not find them."""
    order = load_model("nt-contract").order
    program = prepared(compounds(2, 1, choice), order)
    (task, profile), *_ = tasks(program, order, TRANSPARENCY)
    system = encode(program, task, profile)
    assert Houdini(system, guesses(system, True), Deadline(SECONDS)).proof() is not None


@pytest.mark.parametrize("choice", [False, True])
def test_what_is_stored_to_the_first_tail_meets_it(choice: bool) -> None:
    order = load_model("nt-contract").order
    found = inductive.check(compounds(1, 1, choice), order, TRANSPARENCY, Deadline(SECONDS))
    assert isinstance(found, inductive.Counterexample)
