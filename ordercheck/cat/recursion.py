"""Recursive definitions that are transitive closures in disguise."""

from __future__ import annotations

from ordercheck.cat.graph import Graph
from ordercheck.cat.terms import Term


def closed_form(graph: Graph, hole: Term, body: Term) -> Term | None:
    """The least x with x = body, without recursion, where the body is of a known form.

    The body must be a union of: parts without x; A; x; x; C; x; x (A, C without x). With B
    the union of the first kind, the least solution is A*; B; C*, and (A*; B; C*)+ where
    x; x is among the parts: induction over the length of a derivation both ways.
    None where the body has another form. `hole` is x as it stands in the body.
    """
    base: list[Term] = []
    before: list[Term] = []
    after: list[Term] = []
    transitive = False
    for part in graph.parts(body):
        if not graph.mentions(part, hole):
            base.append(part)
            continue
        factors = graph.factors(part)
        where = [i for i, factor in enumerate(factors) if graph.mentions(factor, hole)]
        if any(factors[i] is not hole for i in where):
            return None
        if where == [0, 1] and len(factors) == 2:
            transitive = True
        elif where == [len(factors) - 1] and len(factors) > 1:
            before.append(graph.seq(*factors[:-1]))
        elif where == [0] and len(factors) > 1:
            after.append(graph.seq(*factors[1:]))
        elif part is not hole:
            return None
    if not base:
        return graph.empty("rel")
    if transitive:
        # with x; x there, e; x adds nothing where e is a part of x already
        before = [part for part in before if part not in base]
        after = [part for part in after if part not in base]
    return _solution(graph, base, before, after, transitive)


def _solution(
    graph: Graph, base: list[Term], before: list[Term], after: list[Term], transitive: bool
) -> Term:
    result = graph.union(*base)
    lead = graph.union(*before) if before else None
    tail = graph.union(*after) if after else None
    if not transitive and ((lead is result and tail is None) or (tail is result and lead is None)):
        return graph.plus(result)
    if lead is not None:
        result = graph.seq(graph.star(lead), result)
    if tail is not None:
        result = graph.seq(result, graph.star(tail))
    return graph.plus(result) if transitive else result
