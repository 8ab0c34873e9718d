"""Finds where the pointers of a function point: looks at every step until nothing new is found."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.errors import GaveOut
from ordercheck.frontends.llvm.bases import MAX_CHAIN, Bases
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.computed import computed
from ordercheck.frontends.llvm.flat import Flat, Step, looping
from ordercheck.frontends.llvm.ir import IntType, Local, PtrType
from ordercheck.frontends.llvm.origins import Origins
from ordercheck.frontends.llvm.places import (
    COMPUTED,
    LOST,
    NOWHERE,
    NULL,
    POINTER,
    Doubts,
    Places,
    Where,
    anywhere,
    blended,
    merged,
)

MAX_PASSES = 200


def pointing(flat: Flat, code: Code, origins: Origins, doubts: Doubts) -> Bases:
    """The bases of the values of a function. Raises GaveOut where that takes too long.

    origins: what is known of the results of calls; doubts: what an earlier look got wrong.
    """
    bases = Bases(flat, code, doubts)
    finder = _Finder(flat, code, origins, doubts, bases)
    finder.settle()
    # what nothing was found of is not followed, and so is what may be that or another
    bases.settled = True
    finder.settle()
    return bases


class _Finder:
    def __init__(self, flat: Flat, code: Code, origins: Origins, doubts: Doubts, bases: Bases) -> None:
        self._flat, self._code, self._origins, self._doubts = flat, code, origins, doubts
        self._bases = bases
        self._looping = looping(flat)
        self._changed = False

    def settle(self) -> None:
        """Looks again as long as something new is found."""
        for _ in range(MAX_PASSES):
            self._changed = False
            self._pass()
            if not self._changed:
                return
        raise GaveOut("where its pointers point takes too long to find out")

    def _pass(self) -> None:
        for number, block in enumerate(self._flat.blocks):
            loops = number in self._looping
            for phi in block.phis:
                for ref in phi.incoming.values():
                    self._changed |= self._bases.put(phi.key, self._bases.of(ref))
            for step in block.whole:
                self._step(step, loops)

    def _put(self, step: Step, where: Where) -> None:
        self._changed |= self._bases.put(step.key, where)

    def _of(self, step: Step, operand: int) -> Where:
        return self._bases.of(step.ref(step.instr.operands[operand]))

    def _step(self, step: Step, loops: bool) -> None:
        """loops: whether its block is part of a loop."""
        op = step.instr.op
        if op == "store":
            self._store(step)
        elif not step.instr.name:
            return
        elif op == "alloca":
            self._put(step, self._slot(step, loops))
        elif op == "load":
            self._load(step)
        elif op in ("call", "invoke", "callbr"):
            self._call(step, loops)
        elif op in ("atomicrmw", "cmpxchg"):
            self._put(step, blended([self._held(step)]))
        else:
            where = computed(step, self._bases, self._code)
            if where is not None:
                self._put(step, where)

    def _slot(self, step: Step, loops: bool) -> Where:
        """A slot of the stack; of alloca() in a loop there is another one in each round."""
        base = self._bases.local(step)
        own = step.frame.function.blocks[0].instructions
        if not loops or any(i is step.instr for i in own):
            return Where({base: 0})
        self._bases.moving.add(base)
        return Where({base: None})

    # memory

    def _load(self, step: Step) -> None:
        instr = step.instr
        pointer = isinstance(instr.type, PtrType)
        if not pointer and not (isinstance(instr.type, IntType) and instr.type.bits == 64):
            self._put(step, blended([self._held(step)]))
            return
        for base, offset in self._of(step, 0).places.items():
            if base is NULL:
                continue
            if base == COMPUTED:
                self._put(step, LOST if pointer else Where(lost=frozenset({COMPUTED})))
                continue
            kept = self._bases.kept(base, offset)
            found = kept.places
            if step.key in self._doubts.moving or base.depth >= MAX_CHAIN:
                self._bases.moving.update(b for b in found if b.kind == "loaded")
                found = {b: None if b.kind == "loaded" else k for b, k in found.items()}
            if pointer or base.kind == "local":
                self._put(step, replace(kept, places=found))
            elif COMPUTED in found:
                self._put(step, Where(lost=frozenset({COMPUTED})))
            else:
                self._put(step, Where(weak=frozenset(found)))

    def _held(self, step: Step) -> Where:
        """What is in memory that is not loaded as a pointer: pointers that this code stored there."""
        found = NOWHERE
        for base in self._of(step, 0).places:
            if base is not NULL and base != COMPUTED:
                kept = self._bases.kept(base, None)
                held: Places = {b: None for b in kept.places if b.kind != "loaded"}
                parts = frozenset(b for b in kept.places if b.kind == "loaded")
                found = merged(found, replace(kept, places=held, mixed=kept.mixed | parts))
            elif base == COMPUTED:
                found = merged(found, LOST)
        return found

    def _store(self, step: Step) -> None:
        value = step.instr.operands[0]
        where = self._of(step, 0)
        size = step.frame.module.layout.store_size(getattr(value, "type", PtrType()))
        if not where.places and not where.weak:
            if not self._bases.settled or not isinstance(value, Local) or size < POINTER:
                return
            # pointers may be in it, whatever its type
            where = LOST
        for base, offset in self._of(step, 1).places.items():
            if base.kind != "local":
                where = Where({**where.places, COMPUTED: None} if where.lost else where.places)
            at = offset if size == POINTER else None
            self._changed |= self._bases.stored.put(base, at, where)

    # calls

    def _call(self, step: Step, loops: bool) -> None:
        which = self._origins.returns.get(id(step))
        if which is not None and which < len(step.instr.operands):
            self._put(step, self._of(step, which))
            return
        inside = self._origins.within.get(id(step))
        if inside is not None and inside < len(step.instr.operands):
            self._put(step, anywhere(self._of(step, inside)))
            return
        name = step.instr.callee_name or "call"
        found = [self._bases.of(step.ref(value)) for value in step.instr.operands]
        if id(step) in self._origins.mixed and any(found):
            self._put(step, LOST)
            return
        if name.startswith("llvm."):
            # min, max, masks of pointers and the like: of their operands
            for where in found:
                self._put(step, anywhere(where))
            if self._bases.at(step.key).places:
                return
        if isinstance(step.instr.type, PtrType | IntType):
            self._put(step, self._returned(step, f"{name}()", loops))
        else:
            # a part of it may be an address
            part = Where(weak=frozenset({self._bases.base("result", f"{name}()", step.key)}))
            self._put(step, blended([part]))

    def _returned(self, step: Step, what: str, loops: bool) -> Where:
        """A block that a call returns; in a loop another one each time."""
        base = self._bases.base("result", what, step.key)
        if loops:
            self._bases.moving.add(base)
        if not isinstance(step.instr.type, PtrType):
            return Where(weak=frozenset({base}))
        return Where({base: None if loops else 0})
