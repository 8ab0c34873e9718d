"""Decides a property of a program for every size."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from contextlib import suppress
from dataclasses import replace

from ordercheck.engines.inductive.benign import benign
from ordercheck.engines.inductive.coarse import NOTE, coarse
from ordercheck.engines.inductive.encode import encode
from ordercheck.engines.inductive.hunt import hunt
from ordercheck.engines.inductive.prepare import prepared
from ordercheck.engines.inductive.profile import Profile
from ordercheck.engines.inductive.prove import Solved, guessed, solve
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.inductive.refute import counterexample
from ordercheck.engines.inductive.result import Counterexample, Proof
from ordercheck.engines.inductive.split import reachability, tasks
from ordercheck.engines.inductive.task import Aim, Check, System
from ordercheck.engines.order import Order
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.ir import Program
from ordercheck.verdict import TRANSPARENCY

LARGE = 150
"""Programs of fewer instructions are decided as they are."""
NAMED = 4
"""So many loops or terms are named where something gave out."""
SOON, SHARE = 3.0, 0.1
"""Seconds, and the share of the time that is left, for a proof that looks at less."""


def check(
    program: Program, order: Order, property: str, deadline: Deadline, small: bool = True
) -> Proof | Counterexample:
    """Whether "transparency" or "assertions" holds of each thread, for every parameter value.

    small: a counterexample is to have small parameters, which takes a moment.
    Each thread is taken by itself; what others store to memory that it loads may be
    anything. Raises GaveOut (the verdict is UNKNOWN) where the time is over, the solver
    gives up, or something nobody modelled can be reached; InputError for another property.
    """
    program = prepared(program, order)
    parts = _coarsely(program, order, property, deadline)
    if parts is not None:
        return _proof(program, property, parts)
    parts = []
    for task, profile in tasks(program, order, property):
        system = encode(program, task, profile)
        try:
            found = _decide(program, system, profile, deadline, small)
        except GaveOut as reason:
            raise GaveOut(f"{reason}, on {hard(system)}") from reason
        if isinstance(found, Counterexample):
            return found
        parts.append(found)
    for task in reachability(program):
        system = encode(program, task, Profile({}))
        try:
            solved = solve(system, program.params, deadline)
        except GaveOut as reason:
            raise GaveOut(f"{reason}, on {hard(system)}") from reason
        if isinstance(solved, Reached):
            what = counterexample(program, system, solved, deadline)
            raise GaveOut(f"not modelled: {what.label} ({what.where})")
        parts.append(_Part(solved, system, ()))
    return _proof(program, property, parts)


def _coarsely(program: Program, order: Order, property: str, deadline: Deadline) -> list[_Part] | None:
    """A proof that needs neither addresses nor sums, where there is one."""
    size = sum(len(b.body) + 1 for t in program.threads for b in t.blocks)
    if property != TRANSPARENCY or size < LARGE or any(reachability(program)):
        return None
    less = coarse(program)
    parts = []
    soon = deadline.part(SHARE, SOON)
    with suppress(GaveOut):
        for task, profile in tasks(less, order, property):
            system = encode(less, task, profile)
            solved = guessed(system, soon)
            if solved is None:
                return None
            parts.append(_Part(solved, replace(system, abstracted=(*system.abstracted, NOTE)), ()))
        return parts
    return None


def search(program: Program, order: Order, property: str, deadline: Deadline) -> Counterexample | None:
    """What `check` may find, by a short search alone, without a proof; None where it finds nothing.

    Raises GaveOut where the time is over.
    """
    program = prepared(program, order)
    for task, profile in tasks(program, order, property):
        system = encode(program, replace(task, values=bool(task.object)), profile)
        found = hunt(system, program.params, deadline)
        if found is not None:
            return counterexample(program, system, found, deadline)
    return None


def memo_key(program: Program, order: Order, property: str) -> Hashable:
    """Equal for two orders that `check` cannot tell apart on this program.

    Raises what `check` raises where it does not even begin.
    """
    seen = prepared(program, order)
    return seen is program, *((task, profile.key) for task, profile in tasks(seen, order, property))


class _Part:
    """What one task came to, where it holds."""

    def __init__(self, solved: Solved, system: System, benign: Iterable[str]) -> None:
        self.solved, self.system, self.benign = solved, system, tuple(benign)


def hard(system: System) -> str:
    """What a system is about: the object, the loops, what has no linear form; a few of each."""
    task = system.task
    about = [f"a byte of {task.object}"] if task.object else [task.aim.value]
    loops = dict.fromkeys(str(p.source) for p in system.predicates)
    if loops:
        about.append(f"the loops at {some(loops)}")
    if system.abstracted:
        about.append(f"what has no linear form: {some(system.abstracted)}")
    return ", ".join(about)


def some(names: Collection[str]) -> str:
    """A few of them, and how many more there are."""
    more = len(names) - NAMED
    return "; ".join(list(names)[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _decide(
    program: Program, system: System, profile: Profile, deadline: Deadline, small: bool
) -> _Part | Counterexample:
    task = system.task
    answer = solve(system, program.params, deadline)
    if isinstance(answer, Solved):
        return _Part(answer, system, ())
    first = counterexample(program, system, answer, deadline, small)
    if not _values_may_help(first, system):
        return first
    # It may be that what is lost is stored again with the same value: follow the values.
    finer = encode(program, replace(task, values=True), profile)
    try:
        answer = solve(finer, program.params, deadline, suspect=True)
    except GaveOut:
        return first
    if isinstance(answer, Reached):
        return counterexample(program, finer, answer, deadline, small)
    return _Part(answer, finer, benign(system, program.params, deadline) if task.aim is Aim.HAZARDS else ())


def _values_may_help(found: Counterexample, system: System) -> bool:
    if system.task.aim is Aim.HAZARDS:
        overtaken = [c for checks in system.checks.values() for c in checks if c.hazard == "overtake"]
        return found.hazard == "overtake" and any(_about(c, found) and c.store for c in overtaken)
    return system.task.aim in (Aim.LASTING, Aim.EXPECT)


def _about(check: Check, found: Counterexample) -> bool:
    return any(part.source is found.where for part in check.parts)


def _proof(program: Program, property: str, parts: list[_Part]) -> Proof:
    header = [
        f"; {property} of {_one_line(program.name)} {_one_line(program.variant)}".rstrip(),
        "; every (check-sat) must answer unsat",
        "(set-logic QF_LIA)",
    ]
    return Proof(
        invariants=tuple(i for part in parts for i in part.solved.invariants),
        certificate="\n".join([*header, *(p.solved.certificate for p in parts)]) + "\n",
        obligations=sum(p.solved.obligations for p in parts),
        benign=tuple(dict.fromkeys(label for p in parts for label in p.benign)),
        abstracted=tuple(dict.fromkeys(a for p in parts for a in p.system.abstracted)),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
