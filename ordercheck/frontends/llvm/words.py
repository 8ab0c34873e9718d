"""Values that have bits of a word in memory which no store changes: these are the same each time."""

from __future__ import annotations

from collections.abc import Set

from ordercheck.frontends.llvm.bits import Bits
from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.frontends.llvm.ir import IntType, Local
from ordercheck.frontends.llvm.kinds import Made
from ordercheck.frontends.llvm.memory import Memory
from ordercheck.frontends.llvm.num import Num
from ordercheck.program.expr import apply

MASKED = frozenset({"and", "or", "xor", "select"})
_MADE_OF = MASKED | {"add", "sub", "zext", "trunc", "freeze"}
MAX_VALUES = 64
"""Values that are looked at on the way to the loads."""


class Words:
    """Asks what was loaded, and from where. later: the steps before which memory may have changed."""

    def __init__(self, flat: Flat, memory: Memory, later: Set[int]) -> None:
        self._flat, self._memory, self._later = flat, memory, later
        self._bits = Bits(flat, self._plain)
        self._partial = memory.plan.partial

    def look(self, made: Made, ref: Ref, block: int) -> None:
        """Says of a number which of its bits last. block: where it is made."""
        if not isinstance(made, Num) or not self._partial:
            return
        for address, of in self._loaded(ref).items():
            mask = self._bits.kept(ref, address, block)
            found = mask and self._memory.lasting_bits(self._memory.values.pointer(address), of)
            if found:
                lasting, number = found
                same = number if of.bits <= made.bits else apply("trunc", number, made.bits)
                made.lasting = lasting & mask, same
                return

    def _loaded(self, ref: Ref) -> dict[Ref, IntType]:
        """The addresses of one place each from which came what a value may be made of, and of what type."""
        found: dict[Ref, IntType] = {}
        work, seen = [ref], set[Key]()
        while work and len(seen) < MAX_VALUES:
            ref = work.pop()
            key = ref.key
            if not isinstance(ref.value, Local) or key in seen:
                continue
            seen.add(key)
            if key in self._flat.joins:
                work += map(self._flat.resolve, self._flat.joins[key][1].incoming.values())
                continue
            step = self._flat.definition(ref)
            if step is None or not isinstance(step.instr.type, IntType):
                continue
            if step.instr.op in _MADE_OF:
                work += self._flat.operands(step)
            elif step.instr.op == "load" and self._one_place(address := self._flat.operands(step)[0]):
                found[address] = step.instr.type
        return found

    def _one_place(self, address: Ref) -> bool:
        places = list(self._memory.bases.of(address).places.items())
        return len(places) == 1 and places[0][0].kind not in ("local", "null") and places[0][1] is not None

    def _plain(self, step: Step) -> bool:
        """Whether a load returns what is there as long as nothing here stores to it."""
        return not step.instr.watched and id(step) not in self._later
