"""Bits of values that are known where control has come by a test of them.

A compiler that knows of a bit that it is 0 or 1 need not leave it alone in a mask: what clears it then
changes nothing.
"""

from __future__ import annotations

from collections import Counter

from ordercheck.frontends.llvm.flat import Flat, Key, Ref
from ordercheck.frontends.llvm.ir import Int, IntType
from ordercheck.frontends.llvm.numbers import deciding


class Tested:
    """Looks at the branches of a function."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._facts: dict[Key, list[tuple[int, int, int]]] = {}
        """By value: behind which block, the bits that are 0, those that are 1."""
        into = Counter(target for block in flat.blocks for target in block.targets)
        for block in flat.blocks:
            if block.end is not None and block.end.instr.op == "br" and len(block.targets) == 2:
                for target, holds in zip(block.targets, (True, False), strict=True):
                    if into[target] == 1:
                        self._note(block.end.ref(block.end.instr.operands[0]), target, holds)

    def known(self, ref: Ref, block: int) -> tuple[int, int]:
        """The bits of a value that are 0 where control comes to a block, and those that are 1."""
        zeros = ones = 0
        for first, off, on in self._facts.get(ref.key, ()):
            if self._flat.dominators.above(first, block):
                zeros, ones = zeros | off, ones | on
        return zeros, ones

    def _note(self, condition: Ref, target: int, holds: bool) -> None:
        step = self._flat.definition(condition)
        if step is None:
            return
        operands = self._flat.operands(step)
        if step.instr.op == "trunc":
            self._bits(operands[0], 1, 1 if holds else 0, target)
        elif step.instr.op == "icmp" and isinstance(operands[1].value, Int):
            self._compared(step.instr.predicate, operands[0], operands[1].value, target, holds)

    def _compared(self, predicate: str, value: Ref, limit: Int, target: int, holds: bool) -> None:
        bits = limit.type.bits
        mask = deciding(predicate, bits, limit.value)
        if predicate in ("eq", "ne"):
            if holds == (predicate == "eq"):
                self._bits(value, (1 << bits) - 1, limit.value, target)
            elif limit.value == 0 and self._one_bit(value):
                self._bits(value, self._one_bit(value), self._one_bit(value), target)
        elif mask is None:
            return
        elif holds == (predicate in ("sgt", "ult")):
            self._bits(value, mask, 0, target)
        elif predicate[0] == "s":
            self._bits(value, mask, mask, target)

    def _one_bit(self, value: Ref) -> int:
        """The bit, where that is all that a value may have; else 0."""
        mask = self._mask(value)
        return mask if mask & (mask - 1) == 0 else 0

    def _mask(self, value: Ref) -> int:
        step = self._flat.definition(value)
        if step is None or step.instr.op != "and":
            return 0
        other = self._flat.operands(step)[1].value
        return other.value if isinstance(other, Int) else 0

    def _bits(self, value: Ref, mask: int, content: int, target: int) -> None:
        """Behind a block, what those bits of a value are; and of what it was masked from."""
        self._facts.setdefault(value.key, []).append((target, mask & ~content, mask & content))
        step = self._flat.definition(value)
        if step is not None and step.instr.op in ("and", "trunc", "zext", "freeze"):
            source = self._flat.operands(step)[0]
            if step.instr.op == "and":
                mask &= self._mask(value)
            elif isinstance(of := getattr(source.value, "type", None), IntType):
                mask &= (1 << of.bits) - 1
            self._bits(source, mask, content & mask, target)
