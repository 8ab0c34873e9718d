"""What is proved by looking at less, and that looking at less never loses a way."""

from __future__ import annotations

import pytest

from ordercheck.engines.inductive import check as check_
from ordercheck.engines.inductive.coarse import NOTE, coarse
from ordercheck.engines.inductive.result import Counterexample, Proof
from ordercheck.errors import Deadline
from ordercheck.program import Program, ProgramBuilder, Visibility
from ordercheck.program.ir import Load, Rmw, Store
from ordercheck.verdict import TRANSPARENCY
from tests.engines.inductive.orders import x86_nt


def crooked(drained: bool, sampled: bool = False) -> Program:
    """Many copies to places that no linear form reaches; sampled: a parameter says whether, twice."""
    p = ProgramBuilder("crooked")
    n = p.param("n", 0)
    on = p.bool_param("on")
    memory = p.object("m")
    flag = p.object("flag", 8, Visibility.SHARED)
    with p.thread() as t:
        for k in range(60):
            with t.if_(on) if sampled else t.if_((n * n) % 7 == k):
                t.nt_store(memory + (n * n) % (k + 3), 8, k)
        if drained:
            with t.if_(on) if sampled else t.if_(n >= 0):
                t.sfence()
        t.store(flag, 8, 1)
        t.publish()
    return p.build()


@pytest.mark.parametrize("sampled", [True, False])
def test_what_always_drains_is_proved_without_its_addresses(sampled: bool) -> None:
    program = crooked(drained=True, sampled=sampled)
    found = check_(program, x86_nt(), TRANSPARENCY, Deadline(20))
    assert isinstance(found, Proof)
    assert NOTE in found.abstracted


@pytest.mark.parametrize("sampled", [True, False])
def test_what_does_not_drain_is_not(sampled: bool) -> None:
    found = check_(crooked(drained=False, sampled=sampled), x86_nt(), TRANSPARENCY, Deadline(20))
    assert isinstance(found, Counterexample)


def test_every_access_stays() -> None:
    program = crooked(drained=True)
    kinds = (Load, Store, Rmw)
    before = [type(i) for _, _, _, i in program.instructions() if isinstance(i, kinds)]
    after = [type(i) for _, _, _, i in coarse(program).instructions() if isinstance(i, kinds)]
    assert before == after
