"""A property of a program as tasks: which thread, which object the witness byte lies in."""

from __future__ import annotations

from collections.abc import Iterator

from ordercheck.engines.inductive.profile import Profile, accesses_of, assertion_profile, transparency_profile
from ordercheck.engines.inductive.task import Aim, Task
from ordercheck.engines.order import Order
from ordercheck.errors import GaveOut, InputError
from ordercheck.program.ir import (
    ANYWHERE,
    LOCKED,
    NT,
    Accesses,
    Assert,
    Instr,
    Load,
    Mark,
    MemObject,
    Program,
    Publish,
    Rmw,
    Store,
    Thread,
    Unmodelled,
    Visibility,
)
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY


def tasks(program: Program, order: Order, property: str) -> Iterator[tuple[Task, Profile]]:
    """The tasks that together decide the property, each with what it needs of the model.

    Raises GaveOut where the engine cannot decide it, InputError for another property.
    """
    if property not in (TRANSPARENCY, ASSERTIONS):
        raise InputError(f"the unbounded engine decides {TRANSPARENCY} and {ASSERTIONS}, not {property}")
    if property == TRANSPARENCY and not _has_non_temporal(program):
        # it is its own twin, whatever else it does
        return
    _check_modelled(program)
    split = _hazards if property == TRANSPARENCY else _assertions
    for number in range(len(program.threads)):
        yield from split(program, number, order)


def _has_non_temporal(program: Program) -> bool:
    return any(isinstance(i, Store) and NT in i.tags for _, _, _, i in program.instructions())


def _check_modelled(program: Program) -> None:
    """Raises GaveOut, naming it, for what this engine has no clauses for."""
    for _, _, _, instr in program.instructions():
        if isinstance(instr, Mark):
            raise GaveOut(f"{instr.source}: not modelled by this engine: {', '.join(sorted(instr.tags))}")
        if isinstance(instr, Accesses) and instr.address.object == ANYWHERE:
            raise GaveOut(f"{instr.source}: the unbounded engine does not follow the pointer {instr.address}")
        if isinstance(instr, Rmw) and not _is_locked(instr):
            raise GaveOut(
                f"{instr.source}: not modelled by this engine: a read-modify-write that is not locked"
            )


def _is_locked(instr: Rmw) -> bool:
    return LOCKED in instr.tags and (instr.write_tags is None or LOCKED in instr.write_tags)


def reachability(program: Program) -> Iterator[Task]:
    """The tasks that ask whether something nobody modelled can be reached."""
    for number, thread in enumerate(program.threads):
        if any(isinstance(i, Unmodelled) for i in _instructions(thread)):
            _check_modelled(program)
            yield Task(number, Aim.REACH)


def _instructions(thread: Thread) -> list[Instr]:
    return [i for block in thread.blocks for i in block.body]


def _stored(thread: Thread) -> list[str]:
    """The objects that the thread stores to, each once."""
    found: dict[str, None] = {}
    for instr in _instructions(thread):
        if isinstance(instr, Publish):
            found[instr.flag] = None
        elif isinstance(instr, Store | Rmw):
            found[instr.address.object] = None
    return list(found)


def _hazards(program: Program, number: int, order: Order) -> Iterator[tuple[Task, Profile]]:
    thread = program.threads[number]
    profile = transparency_profile(accesses_of(program, thread), order)
    if not profile.cures:
        return
    nt = {i.address.object for i in _instructions(thread) if isinstance(i, Store) and NT in i.tags}
    early = profile.cure("W", "NT", False) is not None
    for name in _stored(thread):
        # An ordinary store matters where a non-temporal store to visible memory may overtake it.
        private = program.object(name).visibility is Visibility.PRIVATE
        if name in nt or (early and not private and _may_be_seen(program, nt)):
            yield Task(number, Aim.HAZARDS, name), profile


def _may_be_seen(program: Program, names: set[str]) -> bool:
    return any(program.object(n).visibility is not Visibility.PRIVATE for n in names)


def _assertions(program: Program, number: int, order: Order) -> Iterator[tuple[Task, Profile]]:
    thread = program.threads[number]
    instructions = _instructions(thread)
    lasting = [i.address.object for i in instructions if isinstance(i, Store) and i.lasting]
    expect = [i.address.object for i in instructions if isinstance(i, Load) and i.expect is not None]
    for name in dict.fromkeys(lasting + expect):
        _check_not_foreign(program, number, program.object(name))
    if lasting or expect:
        accesses = accesses_of(program, thread)
        for name in dict.fromkeys(lasting):
            yield Task(number, Aim.LASTING, name), assertion_profile(accesses, order, published=True)
        for name in dict.fromkeys(expect):
            yield Task(number, Aim.EXPECT, name), assertion_profile(accesses, order, published=False)
    if any(isinstance(i, Assert) for i in instructions):
        yield Task(number, Aim.ASSERT), Profile({})


def _check_not_foreign(program: Program, number: int, obj: MemObject) -> None:
    for other, thread in enumerate(program.threads):
        if other != number and obj.name in _stored(thread):
            raise GaveOut(
                f"{obj.name} has an assertion about its bytes in thread {program.threads[number].name}, "
                f"and thread {thread.name} stores to it: the unbounded engine takes each thread by itself"
            )
