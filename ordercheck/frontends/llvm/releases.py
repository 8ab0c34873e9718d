"""Which stores are meant as a release, though LLVM does not call them so.

C11 7.17.4 has a release fence make every later atomic store one. The Linux kernel on x86
writes smp_store_release() and smp_wmb() as a barrier of the compiler alone, with a volatile
store behind it (arch/x86/include/asm/barrier.h): that is one where no other store is between.
"""

from __future__ import annotations

from ordercheck.frontends.llvm.asm import executes_nothing
from ordercheck.frontends.llvm.flat import Flat, FlatBlock, Step
from ordercheck.frontends.llvm.ir import GlobalRef, InlineAsm

_NOTHING, _FENCE, _BARRIER = 0, 1, 2
"""What lies before: a release fence at any distance, a barrier with no store since."""


def releases(flat: Flat) -> set[int]:
    """The ids of the steps that store with such a fence or barrier before, on some way there."""
    begins: dict[int, int] = {0: _NOTHING}
    work = [0]
    found: set[int] = set()
    while work:
        number = work.pop()
        ends = _through(flat.blocks[number], begins[number], found)
        for target in flat.blocks[number].targets:
            known = begins.get(target)
            if known is None or ends | known != known:
                begins[target] = ends | (known or _NOTHING)
                work.append(target)
    return found


def _through(block: FlatBlock, before: int, found: set[int]) -> int:
    for step in (*block.steps, *([block.end] if block.end is not None else [])):
        before = _after(step, before, found)
    return before


def _after(step: Step, before: int, found: set[int]) -> int:
    instr = step.instr
    match instr.op:
        case "fence" if instr.ordering != "acquire":
            return before | _FENCE | _BARRIER
        case "store":
            ordered = "volatile" in instr.flags or bool(instr.ordering)
            if (ordered and before & _BARRIER) or (instr.ordering and before & _FENCE):
                found.add(id(step))
            return before & ~_BARRIER
        case "call" if isinstance(instr.callee, InlineAsm):
            asm = instr.callee
            nothing = "~{memory}" in asm.constraints and executes_nothing(asm.text, asm.intel)
            return before | _BARRIER if nothing else before & ~_BARRIER
        case "call" if not (isinstance(instr.callee, GlobalRef) and instr.callee.name.startswith("llvm.")):
            return before & ~_BARRIER
    return before
