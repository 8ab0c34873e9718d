"""Executions as text: columns, edges, reasons, and that all of it fits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.report import execution
from ordercheck.verdict import INITIAL, Edge, Graph, Node, Order

NODES = (
    Node("init(x)", INITIAL, "W x=0"),
    Node("init(y)", INITIAL, "W y=0"),
    Node("a", 0, "W x=1 NT", "mp.litmus", 7, "movnti %rax,(x)"),
    Node("b", 0, "SFENCE", "mp.litmus", 8, "sfence"),
    Node("c", 0, "W y=1", "mp.litmus", 9, "movq $1,(y)"),
    Node("d", 1, "R y=1", "mp.litmus", 7, "movq (y),%rax"),
    Node("e", 1, "R x=0", "mp.litmus", 8, "movq (x),%rbx"),
)
EDGES = (
    Edge("c", "d", ("rf",)),
    Edge("init(x)", "e", ("rf",)),
    Edge("init(x)", "a", ("co",)),
    Edge("e", "a", ("fr",)),
    Edge("a", "c", ("fence", "ppo")),
)
CYCLE = (
    Edge("a", "c", ("fence",)),
    Edge("c", "d", ("rf",)),
    Edge("d", "e", ("ppo",)),
    Edge("e", "a", ("fr",)),
)
FORBIDDEN = Graph(
    "MP", "x86-nt", ("P0", "P1"), NODES, EDGES, state="1:rax=1; 1:rbx=0;", check="external", test="acyclic",
    place="x86-nt.cat:29", cycle=CYCLE,
)  # fmt: skip
ALLOWED = Graph(
    "MP",
    "x86-nt",
    ("P0", "P1"),
    NODES,
    EDGES,
    orders=(Order(("internal", "external"), ("c", "d", "e", "a")),),
)


def test_columns_are_threads() -> None:
    assert execution.render(FORBIDDEN).splitlines()[:9] == [
        "Initially: x=0; y=0",
        "",
        "P0                     | P1",
        "a: W x=1 NT            | d: R y=1",
        "   movnti %rax,(x)  :7 |    movq (y),%rax  :7",
        "b: SFENCE              | e: R x=0",
        "   sfence  :8          |    movq (x),%rbx  :8",
        "c: W y=1               |",
        "   movq $1,(y)  :9     |",
    ]


def test_edges_are_listed_by_relation() -> None:
    lines = execution.render(FORBIDDEN).splitlines()
    at = lines.index("rf: c -> d, init(x) -> e")
    assert lines[at : at + 5] == [
        "rf: c -> d, init(x) -> e",
        "co: init(x) -> a",
        "fr: e -> a",
        "fence: a -> c",
        "ppo: a -> c",
    ]


def test_a_forbidden_execution_ends_with_its_cycle() -> None:
    assert execution.render(FORBIDDEN).splitlines()[-6:] == [
        "",
        "Forbidden by acyclic `external` of x86-nt (x86-nt.cat:29), the cycle:",
        "  a: W x=1 NT --fence--> c: W y=1",
        "  c: W y=1    --rf--> d: R y=1",
        "  d: R y=1    --ppo--> e: R x=0",
        "  e: R x=0    --fr--> a: W x=1 NT",
    ]


def test_an_allowed_execution_ends_with_an_order() -> None:
    assert execution.render(ALLOWED).splitlines()[-2:] == [
        "Allowed: this order keeps `internal` and `external`:",
        "  c: W y=1 < d: R y=1 < e: R x=0 < a: W x=1 NT",
    ]


@pytest.mark.parametrize("threads", [1, 2, 4, 5, 9])
@pytest.mark.parametrize("width", [72, 100])
def test_everything_fits(threads: int, width: int) -> None:
    nodes = tuple(
        Node(
            f"n{t}",
            t,
            f"W a_long_name_of_an_object={1 << 60} NT",
            "t.litmus",
            9,
            "movnti %rax,8(%rbx,%rcx,4)",
        )
        for t in range(threads)
    )
    edges = tuple(Edge(a.name, b.name, ("co",)) for a in nodes for b in nodes)
    graph = Graph("wide", "m", tuple(f"P{t}" for t in range(threads)), nodes, edges)
    lines = execution.render(graph, width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(any(f"n{t}: W" in line for line in lines) for t in range(threads))


def test_four_threads_stand_side_by_side_in_a_hundred_columns() -> None:
    nodes = tuple(Node(name, t, "W x=1 NT", "", 3, "movnti %rax,(x)") for t, name in enumerate("abcd"))
    lines = execution.render(Graph("four", "m", ("P0", "P1", "P2", "P3"), nodes, ())).splitlines()
    assert lines[1].split("|")[0] == "a: W x=1 NT            "
    assert [len(line) for line in lines] == [77, 86, 97]


def test_files_are_named_where_there_are_several() -> None:
    nodes = (Node("a", 0, "W x=1", "/somewhere/one.c", 3, "x = 1"), Node("b", 1, "R x=1", "two.c", 4, "x"))
    text = execution.render(Graph("two", "m", ("P0", "P1"), nodes, ()))
    assert "x = 1  one.c:3" in text
    assert "x  two.c:4" in text


def test_an_observer_has_a_column_too() -> None:
    nodes = (Node("a", 0, "W x=1"), Node("b", 1, "R x=1"))
    assert "P1 (observer)" in execution.render(Graph("one", "m", ("P0",), nodes, ()))


@settings(max_examples=200, derandomize=True)
@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_test_calls_things_stays_on_its_line(name: str, code: str) -> None:
    node = Node("a", 0, f"W {name}=1", name, 1, code)
    graph = Graph(
        name,
        name,
        (name,),
        (node,),
        (Edge("a", "a", (name,)),),
        check=name,
        test="acyclic",
        cycle=(Edge("a", "a", (name,)),),
    )
    text = execution.render(graph, 80)
    assert all(c == "\n" or c.isprintable() for c in text)
    assert max(map(len, text.split("\n"))) <= 80
