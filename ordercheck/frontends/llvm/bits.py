"""Which bits of a word a store leaves as they are: those of the other fields, where bit-fields share a word.

A compiler stores to a bit-field by a load of the whole word, a mask, and a store of the whole word. The
load and the store that are taken for such a pair have one address by one name: with no phi between them,
both are of the same round of a loop.

Source: LLVM Language Reference, "Bitwise Binary Operations", "Conversion Operations".
"""

from __future__ import annotations

from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.frontends.llvm.ir import Int, IntType, Local

MAX_DEPTH = 12
_NONE = 0


class Bits:
    """Looks at what stores of integers store."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._made: dict[Key, Step] = {s.key: s for s in flat.steps() if isinstance(s.instr.type, IntType)}

    def changed(self, step: Step, size: int) -> int:
        """The bits that a store may change, of so many bytes."""
        value, address = (self._flat.resolve(step.ref(v)) for v in step.instr.operands)
        return full(8 * size) & ~self._kept(value, address, 0)

    def _kept(self, ref: Ref, address: Ref, depth: int) -> int:
        """The bits of a value that are those which were loaded from that address."""
        step = self._step(ref, depth)
        if step is None:
            return _NONE
        operands = [self._flat.resolve(step.ref(v)) for v in step.instr.operands]
        depth += 1
        match step.instr.op:
            case "load":
                return _width(step) if operands[0] == address else _NONE
            case "and":
                one, other = operands
                kept = self._kept(one, address, depth) & self._ones(other)
                return kept | self._kept(other, address, depth) & self._ones(one)
            case "or" | "xor":
                one, other = operands
                kept = self._kept(one, address, depth) & self._zeros(other, depth)
                return kept | self._kept(other, address, depth) & self._zeros(one, depth)
            case "select":
                return self._kept(operands[1], address, depth) & self._kept(operands[2], address, depth)
            case "zext" | "trunc" | "freeze":
                return self._kept(operands[0], address, depth) & _width(step)
        return _NONE

    def _zeros(self, ref: Ref, depth: int) -> int:
        """The bits of a value that are known to be zero; there is no end of them above its width."""
        if isinstance(ref.value, Int):
            return ~ref.value.value
        of = getattr(ref.value, "type", None)
        if not isinstance(of, IntType):
            return _NONE
        above = ~full(of.bits)
        step = self._step(ref, depth)
        if step is None:
            return above
        operands = [self._flat.resolve(step.ref(v)) for v in step.instr.operands]
        depth += 1
        match step.instr.op:
            case "and":
                return self._zeros(operands[0], depth) | self._zeros(operands[1], depth)
            case "or" | "xor":
                return self._zeros(operands[0], depth) & self._zeros(operands[1], depth)
            case "select":
                return self._zeros(operands[1], depth) & self._zeros(operands[2], depth)
            case "zext" | "trunc" | "freeze":
                return self._zeros(operands[0], depth) | above
            case "shl" if isinstance(operands[1].value, Int) and operands[1].value.value < of.bits:
                shift = operands[1].value.value
                return self._zeros(operands[0], depth) << shift | full(shift) | above
        return above

    @staticmethod
    def _ones(ref: Ref) -> int:
        return ref.value.value if isinstance(ref.value, Int) else _NONE

    def _step(self, ref: Ref, depth: int) -> Step | None:
        if depth > MAX_DEPTH or not isinstance(ref.value, Local):
            return None
        return self._made.get((ref.frame.number, ref.value.name))


def full(bits: int) -> int:
    """So many ones."""
    return (1 << bits) - 1


def _width(step: Step) -> int:
    assert isinstance(step.instr.type, IntType)
    return full(step.instr.type.bits)
