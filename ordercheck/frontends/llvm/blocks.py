"""Copies and fillings of a few bytes whose values are known: of constants, and of what is on the stack."""

from __future__ import annotations

from itertools import pairwise

from ordercheck.frontends.llvm.block_calls import COPIES, FILL, is_volatile
from ordercheck.frontends.llvm.flat import Step
from ordercheck.frontends.llvm.initial import Octets, number
from ordercheck.frontends.llvm.ir import Int
from ordercheck.frontends.llvm.kinds import TRUE, Pointer, Way
from ordercheck.frontends.llvm.memory import Memory
from ordercheck.frontends.llvm.places import Base
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import Expr, apply, const

LARGEST = 256
MAX_PARTS = 64
"""A copy of more parts is one of bytes of which nothing is known."""
_WORD = 8


def block(memory: Memory, values: Values, step: Step) -> bool:
    """Whether a call is a memset, memcpy or memmove of which it is known what it stores; emits it then."""
    instr = step.instr
    if instr.intrinsic not in (FILL, *COPIES):
        return False
    length = instr.operands[2]
    if not isinstance(length, Int) or not 0 < length.value <= LARGEST or is_volatile(instr):
        return False
    target = values.pointer(step.ref(instr.operands[0]))
    nt = "nontemporal" in instr.flags
    if instr.intrinsic == FILL:
        filled = values.number(step.ref(instr.operands[1])).constant
        if filled is None:
            return False
        memory.store(
            target, length.value, const(int.from_bytes(bytes([filled]) * length.value, "little")), nt
        )
        return True
    source = values.pointer(step.ref(instr.operands[1]))
    return len(source.ways) == 1 and _copied(memory, target, source.ways[0], length.value, nt)


def _copied(memory: Memory, target: Pointer, source: Way, size: int, nt: bool) -> bool:
    data = memory.held(source, size)
    runs = [] if data is None else _runs(data)
    if data is not None and len(runs) <= MAX_PARTS:
        memory.bytes(Pointer((source,)), size, False, False)
        for start, stop in runs:
            known = number(data[start:stop])
            part = memory.emit.any("bytes", 8 * (stop - start)) if known is None else const(known)
            memory.store(_moved(target, start), stop - start, part, nt)
        return True
    way = target.ways[0] if len(target.ways) == 1 else None
    if nt or way is None or not all(_plain(memory, w.base) for w in (source, way)):
        return False
    cuts = _cuts(memory, (source, way), size)
    if len(cuts) > MAX_PARTS:
        return False
    # all is loaded before any of it is stored: a memmove may overlap
    loaded = [memory.part(_at(source, start), 8 * (stop - start)) for start, stop in pairwise(cuts)]
    for (start, stop), value in zip(pairwise(cuts), loaded, strict=True):
        memory.store(Pointer((_at(way, start),)), stop - start, value, False)
    return True


def _plain(memory: Memory, base: Base) -> bool:
    """Whether what is in a block is what ordinary stores put there, in their order."""
    return memory.followed(base) and base not in memory.plan.nt


def _runs(data: Octets) -> list[tuple[int, int]]:
    """The bytes in pieces of which all is known, or nothing."""
    ends = [0, *(n for n in range(1, len(data)) if (data[n] is None) != (data[n - 1] is None)), len(data)]
    return list(pairwise(ends))


def _cuts(memory: Memory, ways: tuple[Way, ...], size: int) -> list[int]:
    """Where words begin and end, and what is stored to either block, so that no number is cut in two."""
    found = {*range(0, size, _WORD), size}
    for way in ways:
        found |= _edges(memory, way.base, way.offset, size)
    return sorted(found)


def _edges(memory: Memory, base: Base, offset: Expr, size: int) -> set[int]:
    stored = memory.plan.stored.get(base)
    if stored is None or offset.op != "const":
        return set()
    edges = {edge - int(offset.value) for place in stored.places for edge in place}
    return {edge for edge in edges if 0 < edge < size}


def _at(way: Way, by: int) -> Way:
    return Way(TRUE, way.base, apply("+", way.offset, by))


def _moved(pointer: Pointer, by: int) -> Pointer:
    return Pointer(tuple(Way(w.guard, w.base, apply("+", w.offset, by)) for w in pointer.ways))
