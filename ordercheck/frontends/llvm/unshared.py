"""Memory that a call has just allocated: as long as nobody else has its address, a store there tells nobody.

The address may be compared, kept in a variable and accessed by, also with an offset. Whatever else
is done with it gives it away: from there on, and also in another round of the same loop.
"""

from __future__ import annotations

from collections.abc import Mapping

from ordercheck.frontends.llvm import no_ops
from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.block_calls import COPIES, FILL
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.changes import after
from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.frontends.llvm.ir import Local
from ordercheck.frontends.llvm.places import Base
from ordercheck.frontends.llvm.slots import slots

MAX_BLOCKS = 32
"""Of a function that allocates more blocks, the others are taken to be shared."""
_MOVES = ("bitcast", "addrspacecast", "freeze", "select")


class Unshared:
    """The blocks that are allocated, and the steps at which they may have been given away."""

    def __init__(self, flat: Flat, bases: Bases, called: Mapping[int, Called]) -> None:
        self._flat = flat
        self._given: dict[Base, set[int]] = {}
        allocations = [s for s in flat.steps() if id(s) in called and called[id(s)].allocates]
        if not allocations:
            return
        self._slots = slots(flat)
        for step in allocations[:MAX_BLOCKS]:
            places = list(bases.at(step.key).places)
            if len(places) == 1 and places[0].kind == "result":
                sites = self._sites(step)
                self._given[places[0]] = after(flat, sites) | sites

    def at(self, step: Step) -> frozenset[Base]:
        """The blocks that nobody else has when control comes to a step."""
        return frozenset(base for base, given in self._given.items() if id(step) not in given)

    def _sites(self, allocation: Step) -> set[int]:
        """The steps that do more with the address than it is kept for."""
        held = {allocation.key}
        """The values that are the address, and the variables that it is in."""
        sites = set[int]()
        known = 0
        while known < len(held):
            known = len(held)
            for block in self._flat.blocks:
                held |= {
                    phi.key for phi in block.phis if any(self._key(r) in held for r in phi.incoming.values())
                }
            for step in self._flat.steps():
                keys = [self._key(step.ref(v)) for v in step.instr.operands]
                uses = [number for number, key in enumerate(keys) if key in held]
                if not uses:
                    continue
                to = self._goes_to(step, keys, uses)
                if to is None:
                    sites.add(id(step))
                elif to:
                    held.add(to[0])
        return sites

    def _goes_to(self, step: Step, keys: list[Key | None], uses: list[int]) -> tuple[Key, ...] | None:
        """What holds the address too, after a step that uses it; None where it is given away."""
        instr = step.instr
        slot = [key for key in keys if key in self._slots]
        if instr.op == "load":
            return (step.key,) if slot else ()
        if instr.op == "store":
            if uses == [1] and not slot:
                return ()
            address = keys[1]
            return (address,) if address is not None and address in self._slots else None
        if instr.op == "icmp":
            return ()
        if instr.op in _MOVES or (instr.op == "getelementptr" and uses == [0]):
            return (step.key,)
        if instr.op == "call" and no_ops.is_no_op(instr.callee_name):
            return (step.key,) if instr.name else ()
        if instr.op == "call" and (instr.intrinsic == FILL or instr.intrinsic in COPIES) and max(uses) < 2:
            return ()
        return None

    def _key(self, ref: Ref) -> Key | None:
        ref = self._flat.resolve(ref)
        return (ref.frame.number, ref.value.name) if isinstance(ref.value, Local) else None
