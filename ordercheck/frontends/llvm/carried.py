"""Which values may have the address of a stack slot or a global in them, in whatever form.

`bases` says where a pointer points, as long as it is followed. An address also travels as a
number, in a vector or a structure, through assembly and through memory: who gets hold of such
a value may reach the block. Here every operation hands on what went into it, but for those
that leave no address: comparisons, and results of fewer than 32 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ordercheck.frontends.llvm.asm.effects import (
    AsmChoice,
    AsmEffect,
    AsmLoad,
    AsmRange,
    AsmRmw,
    AsmSet,
    AsmStore,
    Input,
    Number,
    Operand,
    Place,
    Register,
    every,
)
from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.frontends.llvm.ir import (
    Aggregate,
    ConstantExpr,
    GlobalRef,
    Int,
    Local,
    PtrType,
)
from ordercheck.frontends.llvm.places import COMPUTED, MASK, Base, narrow

NAMED = frozenset({"local", "global"})
"""Kinds of bases that have their name, and their address, from this code."""
Named = frozenset[Base]
NONE: Named = frozenset()


class Carried:
    """What each value of a function carries."""

    def __init__(self, flat: Flat, bases: Bases, called: Mapping[int, Called]) -> None:
        self._flat, self._bases, self._called = flat, bases, called
        self._found: dict[Key, Named] = {}
        self._within: dict[Base, Named] = {}
        """What is stored in a block."""
        self._changed = True
        while self._changed:
            self._changed = False
            for block in flat.blocks:
                for phi in block.phis:
                    self._put(phi.key, self._all(phi.incoming.values()))
            for step in flat.steps():
                self._step(step)

    def of(self, ref: Ref) -> Named:
        """What a value carries."""
        ref = self._flat.resolve(ref)
        value = ref.value
        match value:
            case Local():
                return self._found.get((ref.frame.number, value.name), NONE)
            case GlobalRef():
                return frozenset(b for b in self._bases.of(ref).places if b.kind in NAMED)
            case ConstantExpr():
                return self._all(Ref(ref.frame, v) for v in value.operands)
            case Aggregate():
                return self._all(Ref(ref.frame, v) for v in value.elements)
            case _:
                return NONE

    def stored(self, step: Step) -> Iterator[tuple[Named, Place]]:
        """What a call or an asm statement stores by instructions of its own, and where."""
        yield from self._assembly(step, self._called[id(step)].effects, {})

    def copied(self, step: Step, called: Called) -> Named:
        """What is in the memory that a call reads, and so may be in what it writes."""
        reads = [t for t in called.touches if not t.stores]
        sources = [self._behind(step.ref(step.instr.operands[t.argument])) for t in reads]
        return self._contents(b for places in sources for b in places)

    def _all(self, refs: Iterable[Ref]) -> Named:
        return NONE.union(*map(self.of, refs))

    def _operands(self, step: Step) -> Named:
        return self._all(map(step.ref, step.instr.operands))

    def _put(self, key: Key, carried: Named) -> None:
        old = self._found.get(key, NONE)
        if not carried <= old:
            self._found[key] = old | carried
            self._changed = True

    def _hold(self, where: Iterable[Base], carried: Named) -> None:
        for base in where:
            old = self._within.get(base, NONE)
            if not carried <= old:
                self._within[base] = old | carried
                self._changed = True

    def _contents(self, where: Iterable[Base]) -> Named:
        return NONE.union(*(self._within.get(base, NONE) for base in where))

    def _places(self, ref: Ref) -> tuple[Base, ...]:
        return tuple(self._bases.of(ref).places)

    def _behind(self, ref: Ref) -> Iterable[Base]:
        """What may lie at an address, followed or not."""
        return {*self._places(ref), *self.of(ref)}

    def _followed(self, step: Step) -> bool:
        places = self._bases.at(step.key).places
        return isinstance(step.instr.type, PtrType) and bool(places) and COMPUTED not in places

    def _step(self, step: Step) -> None:
        instr = step.instr
        operands = instr.operands
        found = NONE
        match instr.op:
            case "store":
                self._hold(self._places(step.ref(operands[1])), self.of(step.ref(operands[0])))
            case "alloca":
                found = frozenset({self._bases.local(step)})
            case "load" if self._followed(step):
                found = frozenset(b for b in self._bases.at(step.key).places if b.kind in NAMED)
            case "load" | "cmpxchg" | "atomicrmw":
                found = self._contents(self._behind(step.ref(operands[0])))
            case "icmp" | "fcmp":
                pass
            case "call" | "invoke" | "callbr":
                found = self._call(step, self._called[id(step)])
            case "sub":
                one, other = (self.of(step.ref(v)) for v in operands)
                # a difference within one block is a length
                found = NONE if one == other and len(one) == 1 else one | other
            case "and" if any(isinstance(v, Int) and v.value < MASK for v in operands):
                pass
            case _ if instr.name:
                found = self._operands(step)
        if instr.name and found and not narrow(instr.type):
            self._put(step.key, found)

    def _call(self, step: Step, called: Called) -> Named:
        copied = self.copied(step, called)
        for touch in called.touches:
            if touch.stores and copied:
                self._hold(self._places(step.ref(step.instr.operands[touch.argument])), copied)
        if called.effects:
            for carried, place in self.stored(step):
                if isinstance(place.base, Input) and not place.symbol:
                    self._hold(self._places(step.ref(step.instr.operands[place.base.index])), carried)
        if called.kind != "summary":
            return self._operands(step) | self._loaded(step, called)
        # what a summary says nothing of: any pointer that was passed
        which = called.returns if called.returns is not None else called.within
        if which is not None and which < len(step.instr.operands):
            return self.of(step.ref(step.instr.operands[which]))
        return self._operands(step) if isinstance(step.instr.type, PtrType) and not called.allocates else NONE

    def _loaded(self, step: Step, called: Called) -> Named:
        """What an asm statement loads."""
        places = [e.place for e in every(called.effects) if isinstance(e, AsmLoad | AsmRange | AsmRmw)]
        return NONE.union(*(self._at(step, place) for place in places))

    def _at(self, step: Step, place: Place) -> Named:
        if not isinstance(place.base, Input) or place.symbol:
            return NONE
        return self._contents(self._behind(step.ref(step.instr.operands[place.base.index])))

    def _assembly(
        self, step: Step, effects: Sequence[AsmEffect], registers: dict[str, Named]
    ) -> Iterator[tuple[Named, Place]]:
        """The stores, in order. registers: what they carry, where that is known."""

        def value(operand: Operand) -> Named:
            if isinstance(operand, Input):
                return self.of(step.ref(step.instr.operands[operand.index]))
            if isinstance(operand, Register) and operand.name in registers:
                return registers[operand.name]
            return NONE if isinstance(operand, Number) else self._operands(step)

        def value_at(place: Place) -> Named:
            return value(place.base) if isinstance(place.base, Input) else NONE

        for effect in effects:
            match effect:
                case AsmLoad():
                    registers[effect.register] = self._at(step, effect.place)
                case AsmSet():
                    registers[effect.register] = value(effect.value)
                case AsmStore():
                    yield value(effect.value), effect.place
                case AsmRmw():
                    yield self._operands(step) - value_at(effect.place), effect.place
                case AsmRange() if effect.stores:
                    copies = any(isinstance(e, AsmRange) and not e.stores for e in effects)
                    carried = self._loaded(step, self._called[id(step)])
                    yield (carried if copies else self._operands(step) - value_at(effect.place)), effect.place
                case AsmChoice():
                    ways = [dict(registers) for _ in effect.ways]
                    for way, own_registers in zip(effect.ways, ways, strict=True):
                        yield from self._assembly(step, way, own_registers)
                    for name in {n for own_registers in ways for n in own_registers}:
                        registers[name] = NONE.union(*(w.get(name, self._operands(step)) for w in ways))
                case _:
                    pass
