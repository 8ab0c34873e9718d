"""Executions as graphs: what is in them, why they are allowed, and what forbids them."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordercheck import cat, shipped
from ordercheck.engines.axiomatic import find, outcomes
from ordercheck.engines.axiomatic.final import final
from ordercheck.engines.axiomatic.forbidden import nearest
from ordercheck.engines.axiomatic.picture import picture
from ordercheck.errors import Deadline
from ordercheck.program import (
    Expr,
    MemoryAt,
    Program,
    ProgramBuilder,
    RegisterOf,
    Visibility,
    conj,
    const,
    var,
)
from ordercheck.program.ir import NT
from ordercheck.testing.strategies import observing_everything, programs
from ordercheck.verdict import INITIAL, Edge, Graph


@cache
def model(name: str) -> cat.Model:
    return cat.load(shipped.memory_models()[name])


def message_passing(non_temporal: bool = True, drain: str = "") -> Program:
    p = ProgramBuilder("mp")
    x, y = (p.object(name, 8, Visibility.SHARED) for name in "xy")
    with p.thread() as t:
        t.store(x, 8, 1, tags=frozenset({NT} if non_temporal else ()))
        if drain:
            t.fence(drain)
        t.store(y, 8, 1)
    with p.thread() as t:
        t.load(y, 8, into="a")
        t.load(x, 8, into="b")
    p.observe(RegisterOf(1, "a"), RegisterOf(1, "b"))
    return p.build()


STALE = (var("1:a") == 1) & (var("1:b") == 0)


def allowed(program: Program, name: str, wanted: Expr) -> Graph:
    execution = find(program, model(name), wanted)
    assert execution is not None
    return picture(execution, model(name))


def forbidden(program: Program, name: str, wanted: Expr) -> Graph:
    assert find(program, model(name), wanted) is None
    found = nearest(program, model(name), wanted, Deadline(20), 4)
    assert found is not None
    return picture(found.execution, model(name))


def edges(graph: Graph, label: str) -> set[tuple[str, str]]:
    return {(e.source, e.target) for e in graph.edges if label in e.labels}


def test_events_are_named_thread_by_thread() -> None:
    graph = allowed(message_passing(), "x86-nt", STALE)
    assert [(n.name, n.thread, n.text) for n in graph.nodes] == [
        ("init(x)", INITIAL, "W x=0"),
        ("init(y)", INITIAL, "W y=0"),
        ("a", 0, "W x=1 NT"),
        ("b", 0, "W y=1"),
        ("c", 1, "R y=1"),
        ("d", 1, "R x=0"),
    ]
    assert all(n.file == __file__ and n.line and n.code for n in graph.nodes if n.thread != INITIAL)
    assert (graph.outcome, graph.state) == ({"1:a": 1, "1:b": 0}, "1:a=1; 1:b=0;")


def test_edges_of_an_allowed_execution() -> None:
    graph = allowed(message_passing(), "x86-nt", STALE)
    assert edges(graph, "rf") == {("b", "c"), ("init(x)", "d")}
    assert edges(graph, "co") == {("init(x)", "a"), ("init(y)", "b")}
    assert edges(graph, "fr") == {("d", "a")}
    assert edges(graph, "ppo") == {("c", "d")}
    assert graph.po == (Edge("a", "b", ("po",)), Edge("c", "d", ("po",)))
    assert graph.allowed
    assert not graph.cycle


def test_an_allowed_execution_has_an_order_of_its_accesses() -> None:
    graph = allowed(message_passing(), "x86-nt", STALE)
    (order,) = graph.orders
    assert set(order.checks) == {"internal", "external"}
    # the store of the flag, then its reader, then the store that is late
    assert order.nodes == ("b", "c", "d", "a")


@pytest.mark.parametrize(("drain", "label"), [("SFENCE", "fence"), ("MFENCE", "fence")])
def test_the_cycle_that_forbids_names_what_orders(drain: str, label: str) -> None:
    graph = forbidden(message_passing(drain=drain), "x86-nt", STALE)
    assert (graph.check, graph.test, graph.orders) == ("external", "acyclic", ())
    assert graph.place.endswith("x86-nt.cat:29")
    assert graph.cycle == (
        Edge("a", "c", (label,)),
        Edge("c", "d", ("rf",)),
        Edge("d", "e", ("ppo",)),
        Edge("e", "a", ("fr",)),
    )


def test_an_unnamed_relation_is_shown_as_its_text(tmp_path: Path) -> None:
    path = tmp_path / "own.cat"
    path.write_text(
        'include "cos.cat"\nacyclic [W]; po; [SFENCE]; po; [W] | [R]; po; [R] | rfe | fr | co as mine\n',
        encoding="utf-8",
    )
    own = cat.load(path)
    found = nearest(message_passing(drain="SFENCE"), own, STALE, Deadline(20), 4)
    assert found is not None
    labels = {label for edge in picture(found.execution, own).cycle for label in edge.labels}
    assert labels == {"[W]; po; [SFENCE]; po; [W]", "[R]; po; [R]", "rf", "fr"}


def test_empty_and_irreflexive_checks_show_their_edges(tmp_path: Path) -> None:
    path = tmp_path / "own.cat"
    path.write_text('include "cos.cat"\nirreflexive fre; po; rfe; po as once\n', encoding="utf-8")
    found = nearest(message_passing(), cat.load(path), STALE, Deadline(20), 4)
    assert found is not None
    graph = picture(found.execution, cat.load(path))
    assert (graph.test, [e.labels for e in graph.cycle]) == (
        "irreflexive",
        [("fr",), ("po",), ("rf",), ("po",)],
    )
    assert all(a.target == b.source for a, b in pairwise(graph.cycle))


def test_a_lost_update_is_told_by_the_atomicity_of_the_access() -> None:
    p = ProgramBuilder("xchg")
    x = p.object("x", 8, Visibility.SHARED)
    for value in (1, 2):
        with p.thread() as t:
            t.xchg(x, 8, value, into="old")
    p.observe(RegisterOf(0, "old"), RegisterOf(1, "old"))
    graph = forbidden(p.build(), "x86-tso", (var("0:old") == 0) & (var("1:old") == 0))
    assert (graph.check, graph.test) == ("atomic", "empty")
    assert [e.labels for e in graph.cycle] == [("rmw",), ("fr",), ("co",)]


def test_the_kept_order_is_reduced() -> None:
    p = ProgramBuilder("reads")
    x = p.object("x", 8, Visibility.SHARED)
    with p.thread() as t:
        for name in "abcdef":
            t.load(x, 8, into=name)
    p.observe(RegisterOf(0, "a"))
    graph = allowed(p.build(), "x86-nt", var("0:a") == 0)
    inside = [e for e in graph.edges if not {"rf", "co", "fr"} & set(e.labels)]
    assert [(e.source, e.target) for e in inside] == [*pairwise("abcdef")]


def test_values_are_signed_and_addresses_have_names() -> None:
    from dataclasses import replace

    p = ProgramBuilder("values")
    x, q = (p.object(name, 4, Visibility.SHARED) for name in "xq")
    with p.thread() as t:
        t.store(x, 4, -1)
        t.store(q, 4, 0x5000)
    p.observe(MemoryAt("x", 0, 4), MemoryAt("q", 0, 4))
    program = p.build()
    placed = tuple(replace(o, address=0x5000 if o.name == "x" else 0x6000) for o in program.objects)
    graph = allowed(replace(program, objects=placed), "sc", var("[x+0:4]") != 0)
    assert [n.text for n in graph.nodes if n.thread == 0] == ["W x=-1", "W q=x"]
    assert [*graph.outcome.values()] == [0xFFFFFFFF, 0x5000]


def test_parts_of_an_access_say_which_bytes() -> None:
    p = ProgramBuilder("parts")
    x = p.object("x", 8, Visibility.SHARED)
    with p.thread() as t:
        t.store(x, 8, 0x2_00000001)
    with p.thread() as t:
        t.load(x + 4, 4, into="r")
    p.observe(RegisterOf(1, "r"))
    graph = allowed(p.build(), "x86-tso", var("1:r") == 2)
    assert [n.text for n in graph.nodes if n.thread == 0] == ["W x+0..3=1", "W x+4..7=2"]


def test_more_than_twenty_six_events_have_names_of_their_own() -> None:
    p = ProgramBuilder("many")
    x = p.object("x", 8, Visibility.SHARED)
    with p.thread() as t:
        for number in range(30):
            t.store(x, 8, number)
    p.observe(MemoryAt("x", 0, 8))
    names = [n.name for n in allowed(p.build(), "sc", var("[x+0:8]") == 29).nodes if n.thread == 0]
    assert names[24:29] == ["y", "z", "aa", "ab", "ac"]
    assert len(set(names)) == 30


MODELS = st.sampled_from(["sc", "x86-tso", "x86-nt", "nt-contract"])
RANDOM = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@RANDOM
@given(programs(), MODELS)
def test_every_order_leads_forward_along_what_its_checks_are_about(program: Program, name: str) -> None:
    program = observing_everything(program)
    execution = find(program, model(name), const(True))
    assert execution is not None
    graph = picture(execution, model(name))
    known = {node.name: node for node in graph.nodes}
    assert {end for e in graph.edges for end in (e.source, e.target)} <= set(known)
    for order in graph.orders:
        place = {node: i for i, node in enumerate(order.nodes)}
        for edge in graph.edges:
            # own stores are forwarded: rf inside a thread orders nothing for the others
            across = known[edge.source].thread != known[edge.target].thread
            ordering = {"co", "fr", "rf"} if across else {"co", "fr"}
            if ordering & set(edge.labels) and edge.source in place and "external" in order.checks:
                assert place[edge.source] < place[edge.target]
    state = final(execution)
    assert [*graph.outcome.values()] == [state.value(what) for what in program.observe]


@RANDOM
@given(programs())
def test_what_the_weakest_model_allows_and_the_strongest_forbids_has_a_cycle(program: Program) -> None:
    program = observing_everything(program)
    extra = outcomes(program, model("nt-contract")).states - outcomes(program, model("sc")).states
    for state in sorted(extra)[:2]:
        names = map(str, program.observe)
        wanted = conj(*(var(n) == v for n, v in zip(names, state, strict=True)))
        graph = forbidden(program, "sc", wanted)
        assert tuple(graph.outcome.values()) == state
        if graph.test == "acyclic":
            ring = [*graph.cycle, graph.cycle[0]]
            assert all(a.target == b.source for a, b in pairwise(ring))
            assert {label for e in graph.cycle for label in e.labels} <= {
                "rf",
                "co",
                "fr",
                "po",
                "po-loc",
                "rmw",
                "si",
            }
