"""The same question for a bounded number of rounds, where no proof for all of them was found.

The Horn clauses are unrolled: every way through the thread that comes to at most so many
loop heads, of all loops together, for every parameter value: a loop that is come to counts,
and so does each further round of it. What is found may be refuted; that nothing is found
holds up to the bound.
"""

from __future__ import annotations

from dataclasses import replace

from ordercheck.engines import solver
from ordercheck.engines.inductive.encode import encode
from ordercheck.engines.inductive.hunt import Unrolled
from ordercheck.engines.inductive.prepare import prepared
from ordercheck.engines.inductive.profile import Profile
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.inductive.refute import counterexample
from ordercheck.engines.inductive.result import Bounded, Counterexample
from ordercheck.engines.inductive.split import reachability, tasks
from ordercheck.engines.inductive.task import Aim, Task
from ordercheck.engines.order import Order
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.ir import Program

ROUNDS = 6


def rounds(program: Program, order: Order, property: str, bound: int, deadline: Deadline) -> Bounded:
    """A bad state that is reached after at most `bound` loop heads, and the number of loop heads (at
    most `bound`) up to which there is none: fewer where the time is over.

    Raises GaveOut where there is no such number from 1, or something nobody modelled is reached within it.
    """
    program = prepared(program, order)
    searches = []
    for task, profile in [
        *tasks(program, order, property),
        *((t, Profile({})) for t in reachability(program)),
    ]:
        deadline.check()
        searches.append(_Search(program, task, profile))
    done = -1
    for depth in range(bound + 1):
        try:
            for search in searches:
                found = search.at(depth, deadline)
                if found is None:
                    continue
                if search.task.aim is Aim.REACH:
                    raise GaveOut(f"not modelled: {found.label} ({found.where})")
                return Bounded(done, found)
        except GaveOut:
            if done < 1:
                raise
            return Bounded(done)
        done = depth
    return Bounded(done)


class _Search:
    """One task, followed from loop head to loop head."""

    def __init__(self, program: Program, task: Task, profile: Profile) -> None:
        self.program, self.task, self.profile = program, task, profile
        self._begin(task)

    def _begin(self, task: Task) -> None:
        self.system = encode(self.program, task, self.profile)
        self.unrolled = Unrolled(self.system)
        self.search = solver.Search()
        self.search.add("\n".join(self.unrolled.declarations))
        self.depth = 0

    def at(self, depth: int, deadline: Deadline) -> Counterexample | None:
        """A bad state after that many loop heads; all fewer were asked about before."""
        found = self._reached(depth, deadline)
        if found is not None and self.task.object and not self.system.task.values:
            # a store that is lost to one of the same value counts for nothing
            self._begin(replace(self.task, values=True))
            found = self._reached(depth, deadline)
        return None if found is None else counterexample(self.program, self.system, found, deadline)

    def _reached(self, depth: int, deadline: Deadline) -> Reached | None:
        if all(rule.after is not None for rule in self.system.rules):
            return None
        while self.depth <= depth and (self.system.predicates or not self.depth):
            step, self.depth = self.depth, self.depth + 1
            self.search.add("\n".join(self.unrolled.step(step)))
            found = self.search.values(self.unrolled.names(step), [f"bad!{step}"], deadline)
            if found is not None:
                return self.unrolled.reached(step, found)
        return None
