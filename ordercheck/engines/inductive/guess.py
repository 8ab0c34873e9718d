"""Likely invariants, read off the clauses, and the part of them that is inductive.

The loops of this kind of code need few facts, of few shapes: a flag implies a condition
on the parameters, or that the witness lies behind the loop's cursor; a counter does not
fall below its start. Such facts are guessed, those that do not survive every rule are
dropped (Houdini: Flanagan and Leino, FME 2001), and what stays either decides the system
or gives the Horn solver a start.
"""

from __future__ import annotations

from ordercheck.engines import solver
from ordercheck.engines.inductive.arith import either, negation
from ordercheck.engines.inductive.smt import SORTS, Text, symbol
from ordercheck.engines.inductive.task import Rule, System
from ordercheck.errors import Deadline
from ordercheck.program.expr import Expr, substitute, variables, walk

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
MAX_ENDS = 6
"""Of one base address, so many ends of accesses are tried as bounds of the witness."""

Candidates = dict[int, list[Expr]]


def inductive_part(system: System, candidates: Candidates, deadline: Deadline) -> Candidates:
    """The largest part of the candidates that holds from the start and survives every rule.

    Raises GaveOut where the time is over.
    """
    alive = {head: dict(enumerate(exprs)) for head, exprs in candidates.items()}
    steps = [_Step(system, rule, candidates) for rule in system.rules if rule.after is not None]
    work = list(steps)
    while work:
        step = work.pop(0)
        after = step.rule.after
        assert after is not None
        failing = step.failing(alive, deadline)
        if failing:
            for index in failing:
                del alive[after][index]
            work += [s for s in steps if s not in work and (s is step or s.rule.before == after)]
    return {head: list(exprs.values()) for head, exprs in alive.items()}


class _Step:
    """One rule: which candidates at its end can fail, given those at its beginning."""

    def __init__(self, system: System, rule: Rule, candidates: Candidates) -> None:
        assert rule.after is not None
        self.rule = rule
        state = system.predicates[rule.after].state
        into = {v.name: arg for v, arg in zip(state, rule.args, strict=True)}
        given = candidates[rule.before] if rule.before is not None else []
        then = [substitute(c, into) for c in candidates[rule.after]]
        text = Text([*system.background, rule.body, *given, *then])
        lines = [f"(declare-const {symbol(n)} {SORTS[v.sort]})" for n, v in text.variables.items()]
        lines += text.definitions
        lines += [f"(assert {text.of(part)})" for part in (*system.background, rule.body)]
        for i, expr in enumerate(given):
            lines += [f"(declare-const given!{i} Bool)", f"(assert (=> given!{i} {text.of(expr)}))"]
        for i, expr in enumerate(then):
            lines += [f"(declare-const fails!{i} Bool)", f"(assert (= fails!{i} (not {text.of(expr)})))"]
        self._query = solver.Implications("\n".join(lines))

    def failing(self, alive: dict[int, dict[int, Expr]], deadline: Deadline) -> list[int]:
        """The living candidates that fail in some state after the rule; none if all survive it."""
        before, after = self.rule.before, self.rule.after
        assert after is not None
        given = [f"given!{i}" for i in alive[before]] if before is not None else []
        fails = {f"fails!{i}": i for i in alive[after]}
        return [fails[name] for name in self._query.some(given, list(fails), deadline)] if fails else []


def candidates(system: System) -> Candidates:
    """For each loop head, facts that may hold there."""
    atoms = _atoms(system)
    found: Candidates = {}
    constants = {c.name for c in system.constants}
    for i, predicate in enumerate(system.predicates):
        names = constants | {v.name for v in predicate.state}
        here = [a for a in atoms if names.issuperset(variables(a))]
        flags = [v for v in predicate.state if v.sort == "bool"]
        own = {v.name for v in predicate.state}
        shared = [a for a in here if not own & set(variables(a))]
        ends = [a for a in _ends(system, atoms) if names.issuperset(variables(a))]
        facts: dict[Expr, None] = dict.fromkeys(_literals(here))
        facts |= dict.fromkeys(_starts(system, i))
        facts |= dict.fromkeys(negation(f) for f in flags)
        for flag in flags:
            conditions = [
                *_literals(shared),
                *ends,
                *(x for f in flags if f is not flag for x in (f, negation(f))),
            ]
            facts |= dict.fromkeys(either(negation(flag), c) for c in conditions)
        for hint in system.hints:
            if names.issuperset(variables(hint)):
                facts[hint] = None
                facts |= dict.fromkeys(either(negation(e), hint) for e in ends)
        found[i] = [f for f in facts if f.op != "const"]
    return found


def _atoms(system: System) -> list[Expr]:
    """The comparisons and truth values that the rules' conditions mention."""
    found: dict[Expr, None] = {}
    for rule in system.rules:
        for node in walk(rule.body):
            if node.sort == "bool" and (node.op in COMPARISONS or node.op == "var"):
                if node.op == "var" or node.args[0].sort == "int":
                    found[node] = None
    return list(found)
