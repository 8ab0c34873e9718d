"""Which bits of a word a value leaves as they are: those of the other fields, where bit-fields share a word.

A compiler stores to a bit-field by a load of the whole word, a mask, and a store of the whole word. The
load and the store that are taken for such a pair have one address by one name. Control has passed the
load whenever it comes to the store, and what makes the address whenever it comes to the load: so both
are of the same round of a loop. So it is where the value comes by phis, if on each way into them it was
loaded from that address: then control has passed what makes the address before it comes to any of them.

Source: LLVM Language Reference, "Bitwise Binary Operations", "Conversion Operations", "phi".
"""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.llvm.flat import Flat, Key, Phi, Ref, Step
from ordercheck.frontends.llvm.ir import Int, IntType
from ordercheck.frontends.llvm.tested import Tested

MAX_DEPTH = 12
MAX_PHIS = 32
_NONE = 0


class Bits:
    """Looks at what integers are made of. counts: which loads are taken for one of such a pair."""

    def __init__(self, flat: Flat, counts: Callable[[Step], bool] = lambda _: True) -> None:
        self._flat, self._counts = flat, counts
        self._known: Tested | None = None
        self._joined: dict[Key, int] = {}
        """What phis keep, as far as nothing speaks against it."""

    def changed(self, step: Step, size: int) -> int:
        """The bits that a store may change, of so many bytes."""
        value, address = self._flat.operands(step)
        return full(8 * size) & ~self.kept(value, address, self._flat.place[id(step)])

    def kept(self, ref: Ref, address: Ref, block: int) -> int:
        """The bits of a value that are those which were loaded from that address, used in a block."""
        self._joined = {}
        while True:
            before = dict(self._joined)
            found = self._kept(ref, address, block, 0)
            for key in list(self._joined):
                self._joined[key] &= self._incoming(self._flat.joins[key][1], address)
            if self._joined == before or not found:
                return found
            if len(self._joined) > MAX_PHIS:
                return _NONE

    def _incoming(self, phi: Phi, address: Ref) -> int:
        found = full(getattr(phi.like.type, "bits", 0))
        for block, ref in phi.incoming.items():
            found &= found and self._kept(self._flat.resolve(ref), address, block, 0)
        return found

    def _phi(self, ref: Ref, address: Ref) -> int | None:
        """What a phi keeps; None: that is no phi."""
        key = ref.key
        if key not in self._flat.joins:
            return None
        if key not in self._joined:
            block, phi = self._flat.joins[key]
            of, whole = phi.like.type, phi.incoming.keys() >= self._flat.before[block]
            self._joined[key] = full(of.bits) if whole and isinstance(of, IntType) else _NONE
        return self._joined[key]

    def _kept(self, ref: Ref, address: Ref, at: int, depth: int) -> int:
        """As `kept`, as far as is known of phis."""
        joined = self._phi(ref, address)
        if joined is not None:
            return joined
        op, bits, operands = self._made(ref, depth)
        depth += 1
        match op:
            case "load":
                step = self._flat.definition(ref)
                counts = operands[0] == address and step is not None and self._counts(step)
                return full(bits) if counts else _NONE
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
            case "add" | "sub":
                one, other = operands
                kept = self._kept(one, address, at, depth) & _lowest(self._zeros(other, depth))
                if op == "sub":
                    return kept
                return kept | self._kept(other, address, at, depth) & _lowest(self._zeros(one, depth))
            case "select":
                found = [self._kept(v, address, at, depth) for v in operands[1:]]
                return found[0] & found[1]
            case "zext" | "trunc" | "freeze":
                return self._kept(operands[0], address, at, depth) & full(bits)
        return _NONE

    def _tested(self, ref: Ref, at: int) -> tuple[int, int]:
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


def _lowest(mask: int) -> int:
    """The ones below the lowest zero of a mask: where a number is 0 there, a sum has the other's bits."""
    return mask & ~(mask + 1)


def full(bits: int) -> int:
    """So many ones."""
    return (1 << bits) - 1
