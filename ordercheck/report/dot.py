"""An execution as a graph for graphviz: a cluster for each thread, edges coloured by relation.

Everything that comes from a test is quoted: names are whatever their author wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ordercheck.report import execution, places
from ordercheck.verdict import INITIAL, Edge, Graph, Node

if TYPE_CHECKING:
    from ordercheck.cat.terms import Model
    from ordercheck.engines.axiomatic.encode import Execution
    from ordercheck.frontends.litmus.test import Litmus

COLOURS = {"rf": "red", "co": "blue", "fr": "darkorange3", "po": "black"}
OTHER = "indigo"


def dot(litmus: Litmus, execution: Execution, model: Model) -> str:
    """The graph of one execution of a test under a model, as text that `dot` takes."""
    from ordercheck.engines.axiomatic.picture import picture

    found = picture(execution, model)
    return render(replace(found, name=litmus.name, state=state(litmus, found)))


def state(litmus: Litmus, graph: Graph) -> str:
    """What the test observes of the graph's final state, as herd7 prints it.

    What the execution does not tell is `?`.
    """
    seen = [(shown, graph.outcome.get(str(shown.what))) for shown in litmus.shown]
    return " ".join(f"{s.name}={'?' if value is None else litmus.value(s, value)};" for s, value in seen)


def render(graph: Graph) -> str:
    """The graph as text that `dot` takes, always the same for the same graph; ends in a newline."""
    return "\n".join(_lines(places.for_picture(graph))) + "\n"


def quoted(text: str) -> str:
    """Any text as a label, in quotes. Line breaks and others that are not printed are escaped."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    # graphviz reads entities and escapes in labels
    safe = safe.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'


def _lines(graph: Graph) -> Iterator[str]:
    number = {node.name: f"n{i}" for i, node in enumerate(graph.nodes)}
    yield "digraph execution {"
    yield f"  label={_joined([_title(graph), graph.state])};"
    yield '  labelloc="t"; newrank=true; nodesep=0.5; ranksep=0.6;'
    yield '  node [shape=box, style=rounded, fontname="monospace", fontsize=11];'
    yield '  edge [fontname="monospace", fontsize=10];'
    yield from _clusters(graph, number)
    yield from _places(graph, number)
    for edge in graph.po:
        yield f"  {number[edge.source]} -> {number[edge.target]} [{_style(edge)}, weight=10];"
    cycle = {(edge.source, edge.target) for edge in graph.cycle}
    for edge in (*graph.edges, *_further(graph)):
        width = ", penwidth=2.5" if (edge.source, edge.target) in cycle else ""
        yield f"  {number[edge.source]} -> {number[edge.target]} [{_style(edge)}, constraint=false{width}];"
    yield "}"


def _clusters(graph: Graph, number: Mapping[str, str]) -> Iterator[str]:
    """The nodes, thread by thread."""
    files = execution.several_files(graph)
    for thread in sorted({node.thread for node in graph.nodes}):
        if thread == INITIAL:
            yield "  subgraph cluster_initial {"
            yield '    label="Initially"; style=dotted;'
        else:
            name = graph.threads[thread] if thread < len(graph.threads) else f"P{thread} (observer)"
            yield f"  subgraph cluster_{thread} {{"
            yield f"    label={quoted(name)};"
        mine = [node for node in graph.nodes if node.thread == thread]
        yield from (f"    {number[n.name]} [label={_label(n, files)}];" for n in mine)
        yield "  }"


def _places(graph: Graph, number: Mapping[str, str]) -> Iterator[str]:
    """Initial writes on top, the threads side by side in their order."""
    initial = [number[node.name] for node in graph.nodes if node.thread == INITIAL]
    first: dict[int, str] = {}
    for node in graph.nodes:
        if node.thread != INITIAL:
            first.setdefault(node.thread, number[node.name])
    for row in (initial, list(first.values())):
        if len(row) > 1:
            yield f"  {{ rank=same; {' -> '.join(row)} [style=invis]; }}"
    if initial:
        yield from (f"  {initial[0]} -> {node} [style=invis];" for node in first.values())


def _further(graph: Graph) -> list[Edge]:
    """The edges of the cycle that are not among the others."""
    known = {(edge.source, edge.target, label) for edge in graph.edges for label in edge.labels}
    return [
        edge
        for edge in dict.fromkeys(graph.cycle)
        if any((edge.source, edge.target, label) not in known for label in edge.labels)
    ]


def _title(graph: Graph) -> str:
    if graph.allowed:
        return f"{graph.name}: allowed by {graph.model}"
    return f"{graph.name}: forbidden by {graph.check} of {graph.model}"


def _joined(lines: list[str]) -> str:
    """The lines as one label."""
    return '"' + "\\n".join(quoted(line)[1:-1] for line in lines if line) + '"'


def _label(node: Node, files: bool) -> str:
    if node.thread == INITIAL:
        return quoted(node.text)
    place = "  ".join(filter(None, [node.code, execution.position(node, files)]))
    return _joined([f"{node.name}: {node.text}", place, *execution.inlined(node)])


def _style(edge: Edge) -> str:
    colour = next((COLOURS[label] for label in edge.labels if label in COLOURS), OTHER)
    return f'label={quoted(", ".join(edge.labels))}, color="{colour}", fontcolor="{colour}"'
