"""Programs with loops that several tests share, and what must come of a check."""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.engines import inductive
from ordercheck.engines.inductive import Counterexample, Proof
from ordercheck.errors import Deadline
from ordercheck.program import Program, ProgramBuilder, ThreadBuilder
from ordercheck.program.expr import evaluate
from ordercheck.program.thread import Pointer
from ordercheck.verdict import TRANSPARENCY
from tests.engines.inductive.orders import ORDERS

SECONDS = 30.0
WEAK = ("x86-nt", "nt-contract")


def check(program: Program, model: str, prop: str = TRANSPARENCY) -> Proof | Counterexample:
    found = inductive.check(program, ORDERS[model](), prop, Deadline(SECONDS))
    if isinstance(found, Counterexample):
        assert all(evaluate(a, found.params) for a in program.assumptions)
        assert set(found.params) == {p.name for p in program.params}
    return found


def proved(program: Program, model: str, prop: str = TRANSPARENCY) -> Proof:
    found = check(program, model, prop)
    assert isinstance(found, Proof), found
    return found


def refuted(program: Program, model: str, hazard: str, prop: str = TRANSPARENCY) -> Counterexample:
    found = check(program, model, prop)
    assert isinstance(found, Counterexample)
    assert found.hazard == hazard
    return found


def append(drain: Callable[[ThreadBuilder], None] | None, where: str = "after") -> Program:
    """A log of n words, filled by non-temporal stores, then handed over."""
    p = ProgramBuilder("log append")
    n = p.param("n", 1, 1 << 40)
    log = p.object("log")
    with p.thread("writer") as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(log + 8 * i, 8, i, label="word")
            if drain is not None and where == "inside":
                drain(t)
        if drain is not None and where == "after":
            drain(t)
        t.publish("return")
    return p.build()


def nested(d1: str = "", d2: str = "", d3: str = "", metadata: bool = True) -> Program:
    """Compounds of `order` pages: each page copied, then the first one's first word stored again.

    d1, d2, d3: the drain after a single page, after a compound, at the end - "" for none,
    "if" for one that depends on `fast`, as the copies do.
    """
    p = ProgramBuilder("nested")
    pages = p.param("pages", 1, 1 << 40)
    size = p.param("size", 1, 1 << 20)
    fast = p.bool_param("fast")
    word = p.param("word", 0, (1 << 64) - 1)
    memory = p.object("memory")

    def copy(t: ThreadBuilder, to: Pointer) -> None:
        with t.if_(fast):
            t.nt_store(to, 8, word)
            t.nt_store(to + 8, 8, 7)
        with t.else_():
            t.store(to, 8, word)
            t.store(to + 8, 8, 7)

    def drain(t: ThreadBuilder, how: str, label: str) -> None:
        if how:
            with t.if_(fast):
                t.sfence(label)

    with p.thread() as t:
        with t.for_("head", 0, pages, size) as head:
            copy(t, memory + 16 * head)
            drain(t, d1, "D1")
            with t.if_(size == 1):
                t.continue_()
            with t.for_("k", 1, size) as k:
                copy(t, memory + 16 * (head + k))
            drain(t, d2, "D2")
            if metadata:
                flags = t.load(memory + 16 * head, 8, expect=word)
                t.store(memory + 16 * head, 8, flags | 64, label="flags", lasting=True)
        drain(t, d3, "D3")
        t.publish()
    return p.build()
