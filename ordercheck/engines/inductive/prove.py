"""Decides one system of Horn clauses, and re-checks what the Horn solver found."""

from __future__ import annotations

from dataclasses import dataclass

from ordercheck.engines import solver
from ordercheck.engines.inductive.explain import readable
from ordercheck.engines.inductive.result import Invariant
from ordercheck.engines.inductive.smt import SORTS, Clauses, predicate_name, symbol
from ordercheck.engines.inductive.task import System
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Value


@dataclass(frozen=True, slots=True)
class Solved:
    """The system has no bad state: its invariants, and the re-checked script that shows it."""

    invariants: tuple[Invariant, ...]
    certificate: str
    obligations: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A bad state can be reached: in the region `region` (-1: of the start), from `state`.

    state gives the constants and the variables of that loop head by name; it is empty
    for the start.
    """

    region: int
    state: dict[str, Value]


def solve(system: System, deadline: Deadline) -> Solved | Reached:
    """Whether the system's bad states can be reached.

    Raises GaveOut where the time is over, the solver gives up, or its invariants do not
    pass the re-check.
    """
    if all(rule.after is not None for rule in system.rules):
        return Solved((), "", 0)
    clauses = Clauses(system)
    if not system.predicates:
        return _certified(clauses, {}, deadline) or Reached(-1, {})
    names = {predicate_name(i): i for i in range(len(system.predicates))}
    signatures = {
        name: [(symbol(v.name), SORTS[v.sort]) for v in clauses.signature(i)] for name, i in names.items()
    }
    answer = solver.solve_horn(clauses.horn(), signatures, deadline)
    if isinstance(answer, solver.Derivation):
        if not answer.facts:
            return Reached(-1, {})
        name, values = answer.facts[-1]
        signature = clauses.signature(names[name])
        return Reached(names[name], {v.name: x for v, x in zip(signature, values, strict=True)})
    solved = _certified(clauses, {i: answer.formulas[name] for name, i in names.items()}, deadline)
    if solved is None:
        raise GaveOut("the invariants that Spacer found did not pass the re-check")
    return solved


def _certified(clauses: Clauses, formulas: dict[int, str], deadline: Deadline) -> Solved | None:
    """The proof, if z3's plain solver answers unsat to each of its obligations."""
    system = clauses.system
    script, obligations = clauses.certificate(formulas, describe(system))
    if solver.run_script(script, deadline) != ["unsat"] * obligations:
        return None
    invariants = tuple(
        Invariant(
            f"loop {system.predicates[i].source} ({describe(system)})",
            formula,
            readable(formula, {symbol(v.name): v for v in clauses.signature(i)}),
        )
        for i, formula in formulas.items()
    )
    return Solved(invariants, script, obligations)


def describe(system: System) -> str:
    """The system's question in a few words."""
    task = system.task
    about = f" of a byte of {task.object}" if task.object else ""
    return f"thread {task.thread}: {task.aim.value}{about}"
