"""Decides one system of Horn clauses, and re-checks what the Horn solver found."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from ordercheck.engines import solver
from ordercheck.engines.inductive.explain import parsed, sentence
from ordercheck.engines.inductive.guess import Facts, guesses
from ordercheck.engines.inductive.houdini import Houdini, strongest
from ordercheck.engines.inductive.hunt import DEEP, DEPTH, hunt
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.inductive.result import Invariant
from ordercheck.engines.inductive.smt import SORTS, Clauses, inline, predicate_name, symbol
from ordercheck.engines.inductive.task import System
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr, conj, const
from ordercheck.program.ir import Param

SHARE = 0.3
"""So much of the time that is left may go into guessing, and into a longer search for a bad state."""
QUICK = 0.15
"""The Horn solver is given so much of it before that search, and the rest afterwards."""
SUSPECTED = 4.0
"""Seconds that it is given then at most, where there is likely to be something to find."""


@dataclass(frozen=True, slots=True)
class Solved:
    """The system has no bad state: its invariants, and the re-checked script that shows it."""

    invariants: tuple[Invariant, ...]
    certificate: str
    obligations: int


def solve(
    system: System, params: tuple[Param, ...], deadline: Deadline, suspect: bool = False
) -> Solved | Reached:
    """Whether the system's bad states can be reached.

    Guessed facts are tried first: they decide the usual loop faster than the Horn
    solver, and read better; then a short way to a bad state with small parameters (the
    other way round where there is a suspicion). The Horn solver decides what is left,
    unless a longer way to a bad state is found meanwhile.
    Raises GaveOut where the time is over, the solver gives up, or its invariants do not
    pass the re-check.
    """
    if all(rule.after is not None for rule in system.rules):
        return Solved((), "", 0)
    clauses = Clauses(system)
    if not system.predicates:
        return _certified(clauses, {}, deadline) or Reached(-1, {})
    found = hunt(system, params, deadline) if suspect else None
    if found is not None:
        return found
    # Guessing may take its time where the Horn solver would not.
    limit = deadline.part(SHARE)
    held: Facts = {}
    for more in (False, True):
        try:
            houdini = Houdini(system, guesses(system, more), limit)
            solved = _from_facts(clauses, houdini, limit)
        except GaveOut:
            break
        if solved is not None:
            return solved
        held = houdini.facts
        found = None if suspect or more else hunt(system, params, deadline)
        if found is not None:
            return found
    if deadline.left() is None:
        # a share of all the time there is would be all of it
        return horn(system, held, deadline)
    with suppress(GaveOut):
        return horn(system, held, deadline.part(QUICK, SUSPECTED if suspect else None))
    found = None
    with suppress(GaveOut):
        found = hunt(system, params, deadline.part(SHARE), DEPTH, DEEP)
    return found or horn(system, held, deadline)


def guessed(system: System, deadline: Deadline) -> Solved | None:
    """A proof by the plain guesses alone, where there is one."""
    if all(rule.after is not None for rule in system.rules):
        return Solved((), "", 0)
    clauses = Clauses(system)
    if not system.predicates:
        return _certified(clauses, {}, deadline)
    return _from_facts(clauses, Houdini(system, guesses(system, False), deadline), deadline)


def _from_facts(clauses: Clauses, houdini: Houdini, deadline: Deadline) -> Solved | None:
    facts = houdini.proof()
    if facts is None:
        return None
    return _certified(clauses, {i: conj(*exprs) for i, exprs in facts.items()}, deadline)


def horn(system: System, facts: Facts, deadline: Deadline) -> Solved | Reached:
    """The same by the Horn solver, which may use facts known to hold at loop heads."""
    clauses = Clauses(system)
    known = {i: conj(*strongest(exprs)) for i, exprs in facts.items()}
    signatures = {
        predicate_name(i): [(symbol(v.name), SORTS[v.sort]) for v in clauses.signature(i)]
        for i in range(len(system.predicates))
    }
    answer = solver.solve_horn(Clauses(with_facts(system, known)).horn(), signatures, deadline)
    if isinstance(answer, solver.Derivation):
        if not answer.facts:
            return Reached(-1, {})
        name, values = answer.facts[-1]
        index = list(signatures).index(name)
        state = {v.name: x for v, x in zip(clauses.signature(index), values, strict=True)}
        return Reached(index, state, len(answer.facts))
    formulas = {
        i: conj(parsed(formula, {symbol(v.name): v for v in clauses.signature(i)}), known.get(i, const(True)))
        for i, formula in enumerate(answer.formulas.values())
    }
    solved = _certified(clauses, formulas, deadline)
    if solved is None:
        raise GaveOut("the invariants that Spacer found did not pass the re-check")
    return solved


def with_facts(system: System, known: dict[int, Expr]) -> System:
    """The system whose rules may rely on facts known to hold at the loop heads they begin at."""
    rules = tuple(
        rule if rule.before is None else replace(rule, body=rule.body & known.get(rule.before, const(True)))
        for rule in system.rules
    )
    return replace(system, rules=rules)


def _certified(clauses: Clauses, formulas: dict[int, Expr], deadline: Deadline) -> Solved | None:
    """The proof, if z3's plain solver answers unsat to each of its obligations."""
    system = clauses.system
    texts = {i: inline(formula) for i, formula in formulas.items()}
    script, obligations = clauses.certificate(texts, describe(system))
    if solver.run_script(script, deadline) != ["unsat"] * obligations:
        return None
    invariants = tuple(
        Invariant(f"loop {system.predicates[i].source} ({describe(system)})", texts[i], sentence(formula))
        for i, formula in formulas.items()
        if any(rule.before == i for rule in system.rules)
    )
    return Solved(invariants, script, obligations)


def describe(system: System) -> str:
    """The system's question in a few words."""
    task = system.task
    about = f" of a byte of {task.object}" if task.object else ""
    return f"thread {task.thread}: {task.aim.value}{about}"
