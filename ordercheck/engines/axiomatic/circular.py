"""Values that depend on themselves: a store of what a load returned that read from it.

Every shipped model forbids that. Where a model does not, such a value could be anything,
and the bounded engine gives up instead of guessing.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordercheck.engines.axiomatic.candidates import Candidate
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import variables
from ordercheck.relations.acyclicity import Graph, components
from ordercheck.relations.cnf import Cnf

RfMay = Mapping[int, list[int]]


def forbid_circular_values(
    cnf: Cnf, candidate: Candidate, rf_may: RfMay, rf: Mapping[tuple[int, int], int], deadline: Deadline
) -> None:
    """Does nothing but make sure: raises GaveOut where the clauses allow a value that depends on itself."""
    graph = _dependencies(candidate, rf_may, rf)
    found = components(graph)
    if not found:
        return
    from ordercheck.engines.solver import Sat

    clauses, variable = list(cnf.lines), cnf.variables

    def fresh() -> int:
        nonlocal variable
        variable += 1
        return variable

    # There is a cycle exactly where some non-empty set of vertices has, for each of its
    # members, an edge to a member.
    member = {v: fresh() for component in found for v in component}
    clauses.append(" ".join(map(str, (*member.values(), 0))))
    for v, mine in member.items():
        chosen = []
        for w, literal in graph[v].items():
            if w in member:
                edge = fresh()
                chosen.append(edge)
                clauses += [f"-{edge} {literal} 0", f"-{edge} {member[w]} 0"]
        clauses.append(" ".join(map(str, (-mine, *chosen, 0))))
    if Sat(variable, clauses, cnf.orders).solve(deadline):
        raise GaveOut("a value depends on itself")


def _dependencies(candidate: Candidate, rf_may: RfMay, rf: Mapping[tuple[int, int], int]) -> Graph:
    """From each read to the writes whose value it determines, from each write to its readers."""
    graph: Graph = {}
    for writers in candidate.writers.values():
        for w in writers:
            value = candidate.events[w].value
            if value.op == "const":
                continue
            graph[w] = {r: rf[w, r] for r, sources in rf_may.items() if w in sources}
            for name in variables(value):
                for r in candidate.parts.get(name, ()):
                    graph.setdefault(r, {})[w] = 1
    for edges in list(graph.values()):
        for v in edges:
            graph.setdefault(v, {})
    return graph
