"""Which steps come after others: behind a call that may have stored anywhere, what memory held is past."""

from __future__ import annotations

from collections.abc import Mapping

from ordercheck.frontends.llvm.asm.effects import AsmCall, every
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.calls import Find, named
from ordercheck.frontends.llvm.effects import callee
from ordercheck.frontends.llvm.flat import Flat, FlatBlock, Step

MAX_NAMED = 4


def after_unknown(flat: Flat, called: Mapping[int, Called], find: Find) -> set[int]:
    """The ids of the steps that some way leads to from a call of which nobody says what it does."""
    return after(flat, {id(s) for s in flat.steps() if _unknown(flat, s, called, find)})


def after(flat: Flat, steps: set[int]) -> set[int]:
    """The ids of the steps that some way leads to from one of these."""
    found: set[int] = set()
    work = [n for n, block in enumerate(flat.blocks) if _through(block, False, steps, found)]
    seen = set[int]()
    while work:
        for target in flat.blocks[work.pop()].targets:
            if target not in seen:
                seen.add(target)
                work.append(target)
                _through(flat.blocks[target], True, steps, found)
    return found


def changers(flat: Flat, called: Mapping[int, Called], find: Find) -> str:
    """What these calls are of, for people."""
    names: dict[str, None] = {}
    for step in flat.steps():
        what = called.get(id(step))
        if what is not None and what.kind == "unknown":
            names[what.name] = None
        elif what is not None:
            calls = (callee(flat, step, e) for e in every(what.effects) if isinstance(e, AsmCall))
            names |= dict.fromkeys(n for n in calls if named(n, find).kind == "unknown")
    found = list(names)
    more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
    return ", ".join(found[:MAX_NAMED]) + more


def _through(block: FlatBlock, passed: bool, steps: set[int], found: set[int]) -> bool:
    """Whether one of the steps was passed before the end of the block."""
    for step in block.whole:
        if passed:
            found.add(id(step))
        passed = passed or id(step) in steps
    return passed


def _unknown(flat: Flat, step: Step, called: Mapping[int, Called], find: Find) -> bool:
    what = called.get(id(step))
    if what is None or what.kind == "unknown":
        return what is not None
    calls = (e for e in every(what.effects) if isinstance(e, AsmCall))
    return any(named(callee(flat, step, e), find).kind == "unknown" for e in calls)
