"""Where pointers point and what is stored where: each rests on the other, so both are found in turns.

Where pointers point is found as if memory kept what is in it; what is stored where then says
which loads that was wrong of, and one looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import partial

from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.flat import Flat
from ordercheck.frontends.llvm.ir import PtrType
from ordercheck.frontends.llvm.origins import origins
from ordercheck.frontends.llvm.places import POINTER, Base, Doubts, Places
from ordercheck.frontends.llvm.plan import Plan, plan
from ordercheck.frontends.llvm.pointing import pointing


def look(
    flat: Flat,
    code: Code,
    called: Mapping[int, Called],
    doubts: Doubts,
    kept: bool,
    alone: Callable[[Bases, Base], bool],
    stable: Callable[[Plan], bool],
    later: Set[int],
) -> tuple[Bases, Plan]:
    """Bases and plan that agree. doubts: what is known to be doubtful; more is added.

    kept, alone: as `plan` takes them; stable: whether memory may be taken to keep its content at all;
    later: the steps, by their ids, before which something unknown was called.
    """
    known = -1
    while known < len(doubts):
        known = len(doubts)
        bases = pointing(flat, code, origins(called), doubts)
        planned = plan(flat, bases, called, kept, partial(alone, bases))
        _doubt(flat, bases, planned, doubts, stable(planned), later)
    return bases, planned


def _doubt(flat: Flat, bases: Bases, planned: Plan, doubts: Doubts, stable: bool, later: Set[int]) -> None:
    slots = {base: key for key, base in bases.locals.items()}
    for step in flat.steps():
        if step.instr.op != "load":
            continue
        plain = not step.instr.watched
        still = stable and plain and id(step) not in later
        places = bases.of(step.ref(step.instr.operands[0])).places
        if not isinstance(step.instr.type, PtrType):
            # a number may be an address, or a part of one
            doubts.blurred |= {slots[b] for b in places if b in slots and b in planned.blurred}
            if _changes(bases, planned, places, stable and plain, still):
                doubts.moving.add(step.key)
            continue
        for base, offset in places.items():
            if base in slots:
                if base in planned.blurred:
                    doubts.blurred.add(slots[base])
            elif base in planned.copied and planned.copied[base].meets(offset, POINTER):
                doubts.unfollowed.add(step.key)
            elif offset is None or not still or not planned.stable(base, offset, POINTER):
                doubts.moving.add(step.key)


def _changes(bases: Bases, planned: Plan, places: Places, plain: bool, still: bool) -> bool:
    """Whether a number that becomes a pointer may be another one each time that it is loaded.

    still: whether nothing unknown was called before; what that may have made of a global (the start of an
    area, which is set once) is a doubt about the number, not another area.
    """
    for base, offset in places.items():
        if base.kind in ("local", "null") or bases.loaded(base, offset) not in bases.chosen:
            continue
        kept = still or (plain and base.kind == "global")
        if offset is None or not kept or not planned.stable(base, offset, POINTER):
            return True
    return False
