"""Which stores are meant as a release, though LLVM does not call them so.

C11 7.17.4 has a release fence make every later atomic store one. The Linux kernel on x86
writes smp_store_release() and smp_wmb() as a barrier of the compiler alone, with a volatile
store behind it (arch/x86/include/asm/barrier.h). What else the compiler stores meanwhile makes no
difference; a non-temporal store behind the barrier is not ordered by it. Once assembly has stored,
or a function was called, the barrier is behind: that of preempt_enable(), with the count behind it,
says nothing of what a caller stores later. Nor is it a release to change a bit in place.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordercheck.frontends.llvm.asm import executes_nothing
from ordercheck.frontends.llvm.asm.effects import AsmCall, AsmRange, AsmRmw, AsmStore, every
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.flat import Flat, FlatBlock, Step
from ordercheck.frontends.llvm.ir import InlineAsm

_NOTHING, _FENCE, _BARRIER = 0, 1, 2
"""What lies before: a release fence at any distance, a barrier with no non-temporal store since."""


def releases(flat: Flat, called: Mapping[int, Called]) -> set[int]:
    """The ids of the steps that store with such a fence or barrier before, on some way there.

    called: what calls and asm come to, by the ids of their steps.
    """
    begins: dict[int, int] = {0: _NOTHING}
    work = [0]
    found: set[int] = set()
    while work:
        number = work.pop()
        ends = _through(flat.blocks[number], begins[number], called, found)
        for target in flat.blocks[number].targets:
            known = begins.get(target)
            if known is None or ends | known != known:
                begins[target] = ends | (known or _NOTHING)
                work.append(target)
    return found


def _through(block: FlatBlock, before: int, called: Mapping[int, Called], found: set[int]) -> int:
    for step in block.whole:
        before = _after(step, before, called.get(id(step)), found)
    return before


def _after(step: Step, before: int, called: Called | None, found: set[int]) -> int:
    instr = step.instr
    if instr.op == "fence":
        return before | (_NOTHING if instr.ordering == "acquire" else _FENCE | _BARRIER)
    if instr.op == "store":
        ordered = instr.watched
        if (ordered and before & _BARRIER) or (instr.ordering and before & _FENCE):
            found.add(id(step))
        return before & ~_BARRIER if "nontemporal" in instr.flags else before
    if called is None:
        return before
    if _binds(step):
        return before | _BARRIER
    if before & _BARRIER and isinstance(instr.callee, InlineAsm) and _stores(instr.callee, called):
        found.add(id(step))
    return before & ~_BARRIER if _does_more(step, called) else before


def _binds(step: Step) -> bool:
    """Whether a call does nothing but to keep the compiler from moving accesses across it."""
    callee = step.instr.callee
    if isinstance(callee, InlineAsm):
        return "~{memory}" in callee.constraints and executes_nothing(callee.text, callee.intel)
    return step.instr.callee_name == "llvm.x86.sse2.lfence"


def _stores(asm: InlineAsm, called: Called) -> bool:
    """Whether a statement that stays where it is stores to memory."""
    stays = asm.sideeffect or "~{memory}" in asm.constraints
    return stays and any(isinstance(e, AsmStore) for e in every(called.effects))


def _does_more(step: Step, called: Called) -> bool:
    """Whether a call stores by assembly, or by what it is a call of."""
    if called.kind == "asm":
        return any(isinstance(e, AsmStore | AsmRmw | AsmRange | AsmCall) for e in every(called.effects))
    if called.kind == "intrinsic":
        return any(touch.nt for touch in called.touches)
    return called.kind not in ("pure", "annotation")
