"""What this code stored, and loads again with nothing in between that could have changed it.

A compiler takes the value of the store for that of the load, and so does this: of the stack and
of static variables that nobody else can reach; of memory of others up to the next step by which
one CPU can learn that another has stored there too (a call, an atomic or volatile load, assembly
with a memory clobber). What else others store meanwhile races with the load (C11 5.1.2.4).

A block is cut where a store begins or ends. Which pieces are known where is what every way brings
with it: a forward analysis, in which a store makes its pieces known and what may change them ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from ordercheck.frontends.llvm import no_ops
from ordercheck.frontends.llvm.asm.effects import (
    AsmFence,
    AsmJump,
    AsmLoad,
    AsmRmw,
    AsmSet,
    AsmStop,
    AsmStore,
    Input,
    every,
)
from ordercheck.frontends.llvm.assumptions import Assumptions
from ordercheck.frontends.llvm.bases import MAX_CHAIN, Bases
from ordercheck.frontends.llvm.block_calls import COPIES, FILL, filled, is_volatile
from ordercheck.frontends.llvm.called import Called, harmless
from ordercheck.frontends.llvm.flat import Flat, FlatBlock, Step
from ordercheck.frontends.llvm.ir import InlineAsm, Instruction, Int, PtrType, StructType, Value
from ordercheck.frontends.llvm.per_thread import in_segment
from ordercheck.frontends.llvm.pieces import Piece, Spot, end, meets
from ordercheck.frontends.llvm.places import COMPUTED, NULL, Base
from ordercheck.frontends.llvm.plan import Plan

MAX_PIECES = 64
"""A block that is stored to in more pieces is not looked at."""
LARGEST = 256
_ACCESS = ("load", "store")
_STORES_NOTHING = (AsmLoad, AsmFence, AsmSet, AsmJump, AsmStop)


class Kept:
    """Pieces of memory whose content is known, by the steps that load and store them."""

    def __init__(
        self, flat: Flat, bases: Bases, plan: Plan, called: Mapping[int, Called], assumptions: Assumptions
    ) -> None:
        self._flat, self._bases, self._plan, self._called = flat, bases, plan, called
        self._assumptions = assumptions
        self._merged = "distinct" in assumptions.refused and len(plan.nt) > 0
        self._astray = any(map(self._leads_away, flat.steps()))
        places = ((step, self._place(step)) for step in flat.steps())
        self._spots = {id(step): spot for step, spot in places if spot is not None}
        self._pieces: dict[Base, list[Piece]] = {}
        self._by_bit: list[Piece] = []
        self._cut()
        self._known = self._analysed() if self._by_bit else {}
        self.wanted = {p.bit for step in flat.steps() for p in self._found(step)} if self._known else set()
        """The pieces, by their bits, that some load finds."""

    def stored(self, step: Step) -> list[Piece]:
        """The pieces that a store fills."""
        return [p for p in self._covered(step) if p.bit in self.wanted] if self.wanted else []

    def offset(self, step: Step) -> int:
        """Where in its block a load or store of pieces begins."""
        spot = self._spot(step)
        assert spot is not None
        return spot.offset

    def loaded(self, step: Step) -> list[Piece]:
        """The pieces that a load finds as they were stored; none where it may find something else."""
        found = self._found(step)
        if found and not self._own(found[0].spot.base) and not self._assumptions.use("stable"):
            return []
        return found

    def _found(self, step: Step) -> list[Piece]:
        known = self._known.get(id(step), 0)
        spot = self._spot(step) if known else None
        if spot is None:
            return []
        found = self._covered(step)
        whole = found and found[0].spot.offset <= spot.offset and end(found[-1].spot) >= end(spot)
        return found if whole and all(known >> p.bit & 1 for p in found) else []

    # where accesses go

    def _spot(self, step: Step) -> Spot | None:
        return self._spots.get(id(step))

    def _place(self, step: Step) -> Spot | None:
        """Where an access goes, where that is one place in one block that is looked at."""
        found = self._access(step)
        if found is None or in_segment(found[0]):
            return None
        address, size = found
        places = self._bases.of(step.ref(address)).places
        if len(places) != 1:
            return None
        ((base, offset),) = places.items()
        if offset is None or not 0 < size <= LARGEST or not self._looked_at(base):
            return None
        return Spot(base, offset, size)

    def _access(self, step: Step) -> tuple[Value, int] | None:
        """The address and the size of a load, a store or a memset of what is known."""
        instr = step.instr
        if instr.op == "call":
            byte = self.cleared(step)
            length = instr.operands[2] if byte is not None else None
            return (instr.operands[0], length.value) if isinstance(length, Int) else None
        if instr.op not in _ACCESS:
            return None
        of = instr.type if instr.op == "load" else getattr(instr.operands[0], "type", None)
        if of is None or isinstance(of, StructType):
            return None
        return instr.operands[1 if instr.op == "store" else 0], step.frame.module.layout.store_size(of)

    def cleared(self, step: Step) -> int | None:
        """The byte that a call fills memory with, where it is a constant that the compiler may know too."""
        byte = filled(self._flat, step)
        return None if byte is None or is_volatile(step.instr) else byte

    def _looked_at(self, base: Base) -> bool:
        """Whether what is in a block is what ordinary stores in sight put there."""
        if base in (NULL, COMPUTED) or base in self._plan.nt or base in self._plan.changed:
            return False
        if base in self._bases.moving or base.depth >= MAX_CHAIN:
            # another block each time
            return False
        if base.kind == "local":
            return self._local(base)
        return self._own(base) or not (self._plan.lost or self._merged or self._astray)

    def _leads_away(self, step: Step) -> bool:
        """Whether an address is computed with an index that has another address in it."""
        if step.instr.op != "getelementptr":
            return False
        indices = (self._bases.of(step.ref(v)) for v in step.instr.operands[1:])
        return any(where.places or where.lost for where in indices)

    def _own(self, base: Base) -> bool:
        """Whether nobody else can reach it."""
        if self._local(base):
            return True
        return base in self._plan.statics and self._assumptions.use("static", base.name)

    def _local(self, base: Base) -> bool:
        return base.kind == "local" and base not in self._plan.escaped

    def _cut(self) -> None:
        wanted = set[Base]()
        stores = list[Step]()
        for step in self._flat.steps():
            spot = self._spot(step)
            if spot is not None and step.instr.op != "load":
                stores.append(step)
            elif spot is not None and self._plain(step):
                wanted.add(spot.base)
        edges: dict[Base, set[int]] = {}
        for spot in map(self._spot, stores):
            if spot is not None and spot.base in wanted:
                edges.setdefault(spot.base, set()).update((spot.offset, end(spot)))
        for base, found in edges.items():
            if len(found) <= MAX_PIECES:
                self._pieces[base] = []
                for start, stop in pairwise(sorted(found)):
                    piece = Piece(Spot(base, start, stop - start), len(self._by_bit))
                    self._pieces[base].append(piece)
                    self._by_bit.append(piece)
        for step in stores:
            for piece in self._covered(step):
                piece.stores.append(step)

    def _covered(self, step: Step) -> list[Piece]:
        spot = self._spot(step)
        if spot is None:
            return []
        return [p for p in self._pieces.get(spot.base, ()) if meets(p.spot, spot.offset, end(spot))]

    def _plain(self, step: Step) -> bool:
        """Whether a load is of a number, or of which of several functions (or constants) is meant, and of
        memory that the compiler takes for its own.
        """
        if isinstance(step.instr.type, PtrType):
            places = self._bases.at(step.key).places
            return _unseen(step) and len(places) > 1 and self._bases.unchanging(places)
        return _unseen(step) and not isinstance(step.instr.type, StructType)

    # what is known where

    def _analysed(self) -> dict[int, int]:
        """For each plain load the pieces that are known there, as a set of bits."""
        blocks = self._flat.blocks
        self._shared = sum(1 << p.bit for p in self._by_bit if not self._own(p.spot.base))
        self._outside = sum(1 << p.bit for p in self._by_bit if not self._local(p.spot.base))
        steps = [self._changes(block) for block in blocks]
        everything = (1 << len(self._by_bit)) - 1
        start = {0: 0}
        work = [0]
        while work:
            number = work.pop()
            known = start[number]
            for _, kills, makes in steps[number]:
                known = known & ~kills | makes
            for target in blocks[number].targets:
                new = known & start.get(target, everything)
                if start.get(target) != new:
                    start[target] = new
                    work.append(target)
        found = dict[int, int]()
        for number, known in start.items():
            for step, kills, makes in steps[number]:
                if step.instr.op == "load" and self._plain(step):
                    found[id(step)] = known
                known = known & ~kills | makes
        return found

    def _changes(self, block: FlatBlock) -> list[tuple[Step, int, int]]:
        return [(step, *self._change(step)) for step in block.whole]

    def _change(self, step: Step) -> tuple[int, int]:
        """What a step may change, and what it makes known."""
        op = step.instr.op
        if op == "load":
            return (0 if _unseen(step) else self._shared), 0
        if self._spot(step) is not None:
            return 0, sum(1 << piece.bit for piece in self._covered(step))
        if op == "store":
            return self._reached(step, step.instr.operands[1:2]), 0
        if op == "alloca":
            # the same slot in the next round of a loop is another one
            return sum(1 << p.bit for p in self._pieces.get(self._bases.local(step), ())), 0
        if op in ("cmpxchg", "atomicrmw", "fence", "publish"):
            return self._shared | self._reached(step, step.instr.operands), 0
        called = self._called.get(id(step))
        if called is None:
            return 0, 0
        return self._stored_by(step, called) | self._learnt(step, called), 0

    def _reached(self, step: Step, values: tuple[Value, ...]) -> int:
        """All of the blocks that these values point to."""
        found = 0
        for value in values:
            where = self._bases.of(step.ref(value))
            for base in where.places.keys() | where.lost | where.weak | where.mixed:
                found |= sum(1 << p.bit for p in self._pieces.get(base, ()))
        return found

    def _stored_by(self, step: Step, called: Called) -> int:
        """What a call may store to by its arguments; where it is said where, no more than that."""
        if step.instr.intrinsic in (FILL, *COPIES):
            length = step.instr.operands[2]
            return self._meeting(
                step, step.instr.operands[0], 0, length.value if isinstance(length, Int) else None
            )
        if called.kind == "summary" and not called.loses:
            return self._reached(
                step, tuple(step.instr.operands[t.argument] for t in called.touches if t.stores)
            )
        found = 0
        for effect in every(called.effects):
            if isinstance(effect, AsmStore | AsmRmw) and isinstance(effect.place.base, Input):
                address = step.instr.operands[effect.place.base.index]
                shift = None if effect.place.segment else self._flat.shift(step, effect.place)
                found |= self._meeting(step, address, shift, effect.size)
            elif not isinstance(effect, _STORES_NOTHING):
                return self._reached(step, step.instr.operands)
        return found if called.kind == "asm" else self._reached(step, step.instr.operands)

    def _meeting(self, step: Step, address: Value, shift: int | None, size: int | None) -> int:
        """What lies so many bytes beyond an address; None: anywhere, or any number of bytes."""
        where = self._bases.of(step.ref(address))
        followed = len(where.places) == 1 and not (where.lost or where.weak or where.mixed)
        if followed and shift is not None and size is not None:
            ((base, offset),) = where.places.items()
            if offset is not None:
                start, stop = offset + shift, offset + shift + size
                return sum(1 << p.bit for p in self._pieces.get(base, ()) if meets(p.spot, start, stop))
        return self._reached(step, (address,))

    def _learnt(self, step: Step, called: Called) -> int:
        """What others may have changed by the time that a call is over."""
        if called.kind == "pure" or (called.kind == "intrinsic" and (harmless(step) or _quiet(step.instr))):
            return 0
        callee = step.instr.callee
        effects = list(every(called.effects))
        if called.kind == "asm" and isinstance(callee, InlineAsm):
            silent = "memory" not in callee.constraints
            if silent and all(isinstance(e, AsmStore | AsmFence) for e in effects):
                return 0
            known = not any(type(e).__name__ in ("AsmCall", "AsmUnknown") for e in effects)
            return self._shared if known else self._outside
        told = called.kind == "intrinsic" or (called.kind == "summary" and not called.loses)
        return self._shared if told else self._outside


def _unseen(step: Step) -> bool:
    """Whether what others stored need not be seen by a load and what comes after it."""
    return not step.instr.watched


def _quiet(instr: Instruction) -> bool:
    """Whether an intrinsic does no more than what its operands say, and tells nothing of what others do."""
    return no_ops.tells_nothing(instr.callee_name) or instr.intrinsic in (FILL, *COPIES)
