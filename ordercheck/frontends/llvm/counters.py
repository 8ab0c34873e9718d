"""Counters of loops that have fewer bits than what they are compared with.

`for (unsigned int i = 1; i < nr; i++)` with an `nr` of 64 bits never ends where nr is 2**32 or more. That
it ends is taken for granted with the other sums that do not overflow.
"""

from __future__ import annotations

from collections.abc import Iterator

from ordercheck.frontends.llvm.flat import Flat, Key, Phi, Step
from ordercheck.frontends.llvm.ir import Int, IntType

_ADDRESS_BITS = 64
_TESTS = ("icmp", "lshr")
"""Of `i < 1ul << shift`, LLVM makes `i >> shift == 0`."""


def counters(flat: Flat) -> set[Key]:
    """The sums that count: of what goes round in a loop and a constant, compared when they are widened."""
    phis = {phi.key: phi for block in flat.blocks for phi in block.phis}
    sums = {step.key: phi for step in flat.steps() if (phi := _counts(flat, step, phis)) is not None}
    widened = dict(_widened(flat, {**{k: k for k in sums}, **{p.key: k for k, p in sums.items()}}))
    found: set[Key] = set()
    for step in flat.steps():
        operands = step.instr.operands
        if step.instr.op not in _TESTS or any(isinstance(v, Int) for v in operands):
            continue
        found |= {widened[key] for v in operands if (key := flat.resolve(step.ref(v)).key) in widened}
    return found


def _counts(flat: Flat, step: Step, phis: dict[Key, Phi]) -> Phi | None:
    """What a sum counts on, if it does."""
    instr = step.instr
    if instr.op != "add" or not isinstance(instr.type, IntType) or instr.type.bits >= _ADDRESS_BITS:
        return None
    by = next((v for v in instr.operands if isinstance(v, Int)), None)
    if by is None or not 0 < by.value < 1 << (instr.type.bits - 1):
        return None
    phi = next((phis[k] for v in instr.operands if (k := flat.resolve(step.ref(v)).key) in phis), None)
    if phi is None:
        return None
    # what goes on where it was left off, such as a position in a ring, may wrap
    starts = [ref for ref in phi.incoming.values() if flat.resolve(ref).key != step.key]
    counts = len(starts) < len(phi.incoming) and all(isinstance(flat.resolve(r).value, Int) for r in starts)
    return phi if counts else None


def _widened(flat: Flat, of: dict[Key, Key]) -> Iterator[tuple[Key, Key]]:
    """The zexts of these, with what each stands for."""
    for step in flat.steps():
        if step.instr.op == "zext" and (key := flat.resolve(step.ref(step.instr.operands[0])).key) in of:
            yield step.key, of[key]
