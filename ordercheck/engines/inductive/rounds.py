"""The same question for a bounded number of rounds, where no proof for all of them was found.

The Horn clauses are unrolled: every way through the thread that comes to at most so many
loop heads, for every parameter value. What is found may be refuted; that nothing is found
holds up to the bound.
"""

from __future__ import annotations

from dataclasses import replace

from ordercheck.engines import solver
from ordercheck.engines.inductive.encode import encode
from ordercheck.engines.inductive.hunt import Unrolled
from ordercheck.engines.inductive.private import promoted
from ordercheck.engines.inductive.profile import Profile
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.inductive.refute import counterexample
from ordercheck.engines.inductive.result import Counterexample
from ordercheck.engines.inductive.split import reachability, tasks
from ordercheck.engines.inductive.task import System
from ordercheck.engines.order import Order
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.ir import Program

ROUNDS = 6


def rounds(
    program: Program, order: Order, property: str, bound: int, deadline: Deadline
) -> Counterexample | None:
    """A bad state that is reached after at most `bound` loop heads; None: there is none.

    Raises GaveOut where the time is over, or something nobody modelled is reached within the bound.
    """
    program = promoted(program, order)
    for task, profile in tasks(program, order, property):
        system = encode(program, task, profile)
        found = _reached(system, bound, deadline)
        if found is not None and task.object and not task.values:
            # a store that is lost to one of the same value counts for nothing
            system = encode(program, replace(task, values=True), profile)
            found = _reached(system, bound, deadline)
        if found is not None:
            return counterexample(program, system, found, deadline)
    for task in reachability(program):
        system = encode(program, task, Profile({}))
        found = _reached(system, bound, deadline)
        if found is not None:
            what = counterexample(program, system, found, deadline)
            raise GaveOut(f"not modelled: {what.label} ({what.where})")
    return None


def _reached(system: System, bound: int, deadline: Deadline) -> Reached | None:
    if all(rule.after is not None for rule in system.rules):
        return None
    unrolled = Unrolled(system)
    search = solver.Search()
    search.add("\n".join(unrolled.declarations))
    for depth in range(bound + 1):
        search.add("\n".join(unrolled.step(depth)))
        found = search.values(unrolled.names(depth), [f"bad!{depth}"], deadline)
        if found is not None:
            return unrolled.reached(depth, found)
        if not system.predicates:
            return None
    return None
