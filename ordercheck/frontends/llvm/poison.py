"""Shifts by more than there are bits: their result is poison, and what is done with that matters.

Compilers shift in the open, and choose behind it whether the result is used. What is undefined is a branch
on poison, and an access by it, not the shift: so no more is taken for granted.

Source: LLVM Language Reference, "Poison Values", "shl", "select", "freeze".
"""

from __future__ import annotations

from collections.abc import Collection

from ordercheck.frontends.llvm import no_ops
from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.program.expr import Expr

_HANDS_ON = frozenset(
    (
        *("add", "sub", "mul", "shl", "lshr", "ashr", "and", "or", "xor", "udiv", "sdiv", "urem", "srem"),
        *("icmp", "trunc", "zext", "sext", "getelementptr", "ptrtoint", "inttoptr", "bitcast", "select"),
    )
)
"""Operations whose result is poison where an operand is; of select: the first."""
MAX_VALUES = 64
MAX_BLOCKS = 16


class Poison:
    """Finds where a value decides where control goes, or what is accessed."""

    def __init__(self, flat: Flat, slots: Collection[Key]) -> None:
        """slots: the stack slots that are mere variables."""
        self._flat, self._slots = flat, slots
        self._stores: dict[Key, list[Step]] = {}
        for step in flat.steps():
            if step.instr.op == "store" and self._key(step, 1) in slots:
                self._stores.setdefault(self._key(step, 1), []).append(step)
        self.doubted: dict[Key, Expr] = {}
        """Shifts that may be by too much, with what holds where they are not."""

    def decides(self, step: Step) -> bool:
        """Whether control comes from a step to where its result decides, with nothing on the way that
        others could see, and no choice.
        """
        block = self._flat.place[id(step)]
        found = {step.key}
        steps = self._flat.blocks[block].steps
        rest = steps[steps.index(step) + 1 :]
        for _ in range(MAX_BLOCKS):
            for each in rest:
                decided = self._passed(each, found)
                if decided is not None:
                    return decided
            after = self._flat.blocks[block]
            if after.end is not None and after.end.instr.op in ("br", "switch") and len(after.targets) > 1:
                return self._key(after.end, 0) in found
            if len(after.targets) != 1 or (after.end is not None and after.end.instr.op != "br"):
                return False
            before, block = block, after.targets[0]
            phis = self._flat.blocks[block].phis
            new = {p.key for p in phis if before in p.incoming and self._of(p.incoming[before]) in found}
            found = found - {p.key for p in phis} | new
            rest = self._flat.blocks[block].steps
        return False

    def _passed(self, step: Step, found: set[Key]) -> bool | None:
        """Whether a step is undefined as one of these is poison; False: others may see something there."""
        op = step.instr.op
        slot = self._key(step, 0 if op == "load" else 1) if op in ("load", "store") else None
        if slot is not None and slot in self._slots:
            made, used = (step.key, slot) if op == "load" else (slot, self._key(step, 0))
            found.discard(made)
            found.update({made} if used in found else ())
            return None
        if op == "load" and not step.instr.watched:
            return True if self._key(step, 0) in found else None
        if op in _HANDS_ON:
            operands = [0] if op == "select" else range(len(step.instr.operands))
            if any(self._key(step, n) in found for n in operands):
                found.add(step.key)
            return None
        if op == "store" and slot in found:
            return True
        quiet = op in ("alloca", "freeze", "phi", "extractvalue", "insertvalue", "addrspacecast")
        return None if quiet or no_ops.is_no_op(step.instr.callee_name) else False

    def deciding(self, ref: Ref) -> list[Expr]:
        """What holds where a value decides where control goes, or what is accessed, and that is defined."""
        found: list[Expr] = []
        work, seen = [ref] if self.doubted else [], set[Key]()
        while work and len(seen) < MAX_VALUES:
            step = self._flat.definition(work.pop())
            if step is None or step.key in seen:
                continue
            seen.add(step.key)
            if step.key in self.doubted:
                found.append(self.doubted[step.key])
            if step.instr.op in _HANDS_ON:
                operands = self._flat.operands(step)
                work += operands[:1] if step.instr.op == "select" else operands
            elif step.instr.op == "load":
                work += self._stored(step)
        return found

    def _stored(self, load: Step) -> list[Ref]:
        """What a variable holds that is assigned once, and before."""
        stores = self._stores.get(self._key(load, 0), [])
        if len(stores) != 1:
            return []
        first, then = self._flat.place[id(stores[0])], self._flat.place[id(load)]
        if first == then or not self._flat.dominators.above(first, then):
            return []
        return self._flat.operands(stores[0])[:1]

    def _key(self, step: Step, operand: int) -> Key:
        return self._of(step.ref(step.instr.operands[operand]))

    def _of(self, ref: Ref) -> Key:
        return self._flat.resolve(ref).key
