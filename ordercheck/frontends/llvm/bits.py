"""Which bits of a word a store leaves as they are: those of the other fields, where bit-fields share a word.

A compiler stores to a bit-field by a load of the whole word, a mask, and a store of the whole word. The
load and the store that are taken for such a pair have one address by one name: with no phi between them,
both are of the same round of a loop.

Source: LLVM Language Reference, "Bitwise Binary Operations", "Conversion Operations".
"""

from __future__ import annotations

from ordercheck.frontends.llvm.flat import Flat, Ref, Step
from ordercheck.frontends.llvm.ir import Int, IntType
from ordercheck.frontends.llvm.tested import Tested

MAX_DEPTH = 12
_NONE = 0


class Bits:
    """Looks at what stores of integers store."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._known: Tested | None = None

    def changed(self, step: Step, size: int) -> int:
        """The bits that a store may change, of so many bytes."""
        value, address = self._flat.operands(step)
        return full(8 * size) & ~self._kept(value, address, step, 0)

    def _kept(self, ref: Ref, address: Ref, at: Step, depth: int) -> int:
        """The bits of a value that are those which were loaded from that address, where a step is come to."""
        op, bits, operands = self._made(ref, depth)
        depth += 1
        match op:
            case "load":
                return full(bits) if operands[0] == address else _NONE
            case "and":
                one, other = operands
                off, _ = self._tested(one, at)
                kept = self._kept(one, address, at, depth) & (self._ones(other) | off)
                off, _ = self._tested(other, at)
                return kept | self._kept(other, address, at, depth) & (self._ones(one) | off)
            case "or" | "xor":
                one, other = operands
                here, there = (self._tested(v, at)[1] if op == "or" else 0 for v in operands)
                kept = self._kept(one, address, at, depth) & (self._zeros(other, depth) | here)
                return kept | self._kept(other, address, at, depth) & (self._zeros(one, depth) | there)
            case "select":
                found = [self._kept(v, address, at, depth) for v in operands[1:]]
                return found[0] & found[1]
            case "zext" | "trunc" | "freeze":
                return self._kept(operands[0], address, at, depth) & full(bits)
        return _NONE

    def _tested(self, ref: Ref, at: Step) -> tuple[int, int]:
        """The bits of a value that a test has shown to be 0, and those that one has shown to be 1."""
        if self._known is None:
            self._known = Tested(self._flat)
        return self._known.known(ref, at)

    def _zeros(self, ref: Ref, depth: int) -> int:
        """The bits of a value that are known to be zero; there is no end of them above its width."""
        if isinstance(ref.value, Int):
            return ~ref.value.value
        of = getattr(ref.value, "type", None)
        if not isinstance(of, IntType):
            return _NONE
        above = ~full(of.bits)
        op, _, operands = self._made(ref, depth)
        depth += 1
        match op:
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

    def _made(self, ref: Ref, depth: int) -> tuple[str, int, list[Ref]]:
        """How an integer is made: the operation, its bits, the operands; "" where that is not looked at."""
        step = self._flat.definition(ref) if depth <= MAX_DEPTH else None
        if step is None or not isinstance(step.instr.type, IntType):
            return "", 0, []
        return step.instr.op, step.instr.type.bits, self._flat.operands(step)


def full(bits: int) -> int:
    """So many ones."""
    return (1 << bits) - 1
