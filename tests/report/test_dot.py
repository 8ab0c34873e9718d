"""Executions as DOT: that graphviz takes it, whatever a test calls things, and what is in it."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.report import dot
from ordercheck.verdict import INITIAL, Edge, Graph, Node
from tests.report.test_execution import ALLOWED, FORBIDDEN

GRAPHVIZ = shutil.which("dot")
_NODE = re.compile(r'    (n\d+) \[label="((?:[^"\\]|\\.)*)"\];')
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def edges(text: str) -> list[tuple[str, str, str]]:
    found = re.findall(r'^  (n\d+) -> (n\d+) \[label="([^"]*)", color="(\w+)"', text, re.M)
    return [(label, colour, f"{a}>{b}") for a, b, label, colour in found]


def test_every_thread_is_a_cluster_and_every_event_a_node() -> None:
    text = dot.render(FORBIDDEN)
    assert re.findall(r"subgraph (\w+)", text) == ["cluster_initial", "cluster_0", "cluster_1"]
    assert [label for _, label in _NODE.findall(text)] == [
        "W x=0",
        "W y=0",
        "a: W x=1 NT\\nmovnti %rax,(x)  :7",
        "b: SFENCE\\nsfence  :8",
        "c: W y=1\\nmovq $1,(y)  :9",
        "d: R y=1\\nmovq (y),%rax  :7",
        "e: R x=0\\nmovq (x),%rbx  :8",
    ]


def test_relations_have_their_colours() -> None:
    found = edges(dot.render(FORBIDDEN))
    assert ("rf", "red", "n4>n5") in found
    assert ("co", "blue", "n0>n2") in found
    assert ("fr", "darkorange3", "n6>n2") in found
    assert ("fence, ppo", "indigo", "n2>n4") in found


def test_program_order_is_drawn_to_the_next_event_only() -> None:
    graph = Graph(
        "po", "m", ("P0", "P1"), FORBIDDEN.nodes, (), (Edge("a", "b", ("po",)), Edge("b", "c", ("po",)))
    )
    assert edges(dot.render(graph)) == [("po", "black", "n2>n3"), ("po", "black", "n3>n4")]


def test_the_cycle_is_bold_and_no_edge_is_drawn_twice() -> None:
    text = dot.render(FORBIDDEN)
    assert len(re.findall("penwidth", text)) == 4
    assert len(edges(text)) == len(set(edges(text))) == 6


def test_title_and_final_state_are_in_the_label() -> None:
    assert 'label="MP: forbidden by external of x86-nt\\n1:rax=1; 1:rbx=0;";' in dot.render(FORBIDDEN)
    assert 'label="MP: allowed by x86-nt";' in dot.render(ALLOWED)


def test_the_same_graph_gives_the_same_text() -> None:
    assert dot.render(FORBIDDEN) == dot.render(FORBIDDEN)


def evil(name: str) -> Graph:
    nodes = (
        Node("init", INITIAL, f"W {name}=0"),
        Node("a", 0, f"W {name}=1", name, 3, name),
        Node("b", 1, name),
    )
    edge = Edge("a", "b", (name,))
    return Graph(
        name, name, (name, name), nodes, (edge,), state=name, check=name, test="acyclic", cycle=(edge,)
    )


@settings(max_examples=200, derandomize=True)
@given(st.text(max_size=40))
def test_names_cannot_leave_their_quotes(name: str) -> None:
    text = dot.render(evil(name))
    outside = _STRING.sub("", text)
    assert '"' not in outside
    assert re.fullmatch(r"[\w\s{}\[\]=,;.\->]*", outside)


@pytest.mark.skipif(GRAPHVIZ is None, reason="graphviz is not here")
@pytest.mark.parametrize(
    "graph",
    [
        ALLOWED,
        FORBIDDEN,
        Graph("empty", "m", (), (), ()),
        evil('x" ]; } evil [label="'),
        evil("a\\"),
        evil("&lt;b&gt; \\N \\G <br/> \x00 \n é"),
    ],
)
def test_graphviz_takes_it(graph: Graph) -> None:
    assert GRAPHVIZ is not None
    done = subprocess.run(
        [GRAPHVIZ, "-Tplain"],
        input=dot.render(graph),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\nnode ") == len(graph.nodes)
