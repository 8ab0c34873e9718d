"""Whether a function may return with non-temporal stores pending, by its control flow alone.

Cheap, and careful: a drain counts where it is a fence that every way passes, whatever was stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ordercheck.frontends.llvm.asm.effects import (
    AsmCall,
    AsmChoice,
    AsmEffect,
    AsmFence,
    AsmJump,
    AsmRange,
    AsmStore,
    AsmUnknown,
    every,
)
from ordercheck.frontends.llvm.atomics import is_drain
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.flat import Flat, FlatBlock, Step

_DRAINS = frozenset({"SFENCE", "MFENCE"})
Leaves = Callable[[Step, Called], bool]


def may_leave(flat: Flat, called: Mapping[int, Called], leaves: Leaves) -> bool:
    """Whether one of the ways to the end of the function has a non-temporal store, and no drain behind it.

    leaves: whether a call that was not put in place may do that too.
    """
    after = dict.fromkeys(range(len(flat.blocks)), False)
    work = [*after]
    while work:
        number = work.pop()
        block = flat.blocks[number]
        pending = any(after[n] for n in flat.before[number])
        for step in block.whole:
            pending = _behind(step, called, leaves, pending)
        if pending and not after[number]:
            after[number] = True
            work += block.targets
    return any(after[n] for n, block in enumerate(flat.blocks) if _is_end(block))


def _is_end(block: FlatBlock) -> bool:
    return not block.targets and (block.end is None or block.end.instr.op != "unreachable")


def _behind(step: Step, called: Mapping[int, Called], leaves: Leaves, pending: bool) -> bool:
    """Whether something is pending behind a step, where it was before it or was not."""
    instr = step.instr
    if instr.op not in ("call", "invoke", "callbr"):
        if instr.op == "fence" and is_drain(instr):
            return False
        return pending or "nontemporal" in instr.flags
    what = called[id(step)]
    if what.unmodelled or leaves(step, what) or any(touch.nt for touch in what.touches):
        pending = True
    if step.instr.op == "callbr" and any(isinstance(e, AsmJump) for e in every(what.effects)):
        # a jump may come before the drain
        return pending or any(map(_streams, every(what.effects)))
    return _run(what.effects, pending)


def _run(effects: Sequence[AsmEffect], pending: bool) -> bool:
    for effect in effects:
        if isinstance(effect, AsmChoice):
            pending = any(_run(way, pending) for way in effect.ways)
        elif isinstance(effect, AsmFence) and effect.tag in _DRAINS:
            pending = False
        else:
            pending = pending or _streams(effect)
    return pending


def _streams(effect: AsmEffect) -> bool:
    """Whether an effect may be a non-temporal store; nobody knows what is called from within assembly."""
    if isinstance(effect, AsmStore | AsmRange):
        return effect.nt
    return isinstance(effect, AsmCall | AsmUnknown)
