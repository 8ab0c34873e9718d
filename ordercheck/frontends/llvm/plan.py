"""What a function does to each block of memory, found before it is translated.

It tells which blocks are filled by non-temporal stores, which are never stored to (their
content is a parameter), and which stack slots nobody else can reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ordercheck.frontends.llvm.asm.effects import (
    AsmCall,
    AsmChoice,
    AsmEffect,
    AsmRange,
    AsmRmw,
    AsmStore,
    AsmUnknown,
    Input,
    Place,
)
from ordercheck.frontends.llvm.bases import COMPUTED, NULL, Base, Bases
from ordercheck.frontends.llvm.calls import Called
from ordercheck.frontends.llvm.flat import Flat, Ref, Step
from ordercheck.frontends.llvm.ir import PtrType, Value


@dataclass(slots=True)
class Stored:
    """Stores to a base: places of constant offset (start, stop), or anywhere."""

    places: set[tuple[int, int]] = field(default_factory=set)
    anywhere: bool = False

    def meets(self, offset: int, size: int) -> bool:
        """Whether some store can overlap those bytes."""
        return self.anywhere or any(start < offset + size and offset < stop for start, stop in self.places)


@dataclass(slots=True)
class Plan:
    """nt: bases with non-temporal stores; stored: with any; escaped: local ones that others may reach.

    lost: steps that store through an address that is not followed. blurred: bases that something
    but a plain store of a value stores to, so that a pointer may come from elsewhere.
    """

    nt: set[Base] = field(default_factory=set)
    stored: dict[Base, Stored] = field(default_factory=dict)
    escaped: set[Base] = field(default_factory=set)
    lost: list[Step] = field(default_factory=list)
    blurred: set[Base] = field(default_factory=set)

    def stable(self, base: Base, offset: int, size: int) -> bool:
        """Whether nothing here stores to those bytes."""
        found = self.stored.get(base)
        return not self.lost and (found is None or not found.meets(offset, size))


def plan(flat: Flat, bases: Bases, called: Mapping[int, Called]) -> Plan:
    """Looks at every step. called: what each call or asm comes to, by the id of its step."""
    return _Planner(flat, bases, called).run()


class _Planner:
    def __init__(self, flat: Flat, bases: Bases, called: Mapping[int, Called]) -> None:
        self.flat, self.bases, self.called = flat, bases, called
        self.plan = Plan()

    def run(self) -> Plan:
        for step in self.flat.steps():
            self._step(step)
        return self.plan

    def _step(self, step: Step) -> None:
        instr = step.instr
        if instr.op == "store":
            size = step.frame.module.layout.store_size(_type(instr.operands[0]))
            self._store(step, step.ref(instr.operands[1]), 0, size, "nontemporal" in instr.flags)
            self._escape(step.ref(instr.operands[0]))
        elif instr.op in ("cmpxchg", "atomicrmw"):
            size = step.frame.module.layout.store_size(_type(instr.operands[1]))
            self._store(step, step.ref(instr.operands[0]), 0, size, False)
            for value in instr.operands[1:]:
                self._escape(step.ref(value))
        elif instr.op in ("call", "invoke", "callbr"):
            self._call(step, self.called[id(step)])
        elif instr.op in ("ret", "resume"):
            for value in instr.operands:
                self._escape(step.ref(value))
        elif instr.op in ("va_arg", "unreadable"):
            self.plan.lost.append(step)

    def _call(self, step: Step, called: Called) -> None:
        for touch in called.touches:
            if touch.stores:
                self._store(step, step.ref(step.instr.operands[touch.argument]), 0, touch.size, touch.nt)
        if called.escapes:
            for value in step.instr.operands:
                self._escape(step.ref(value))
        if called.loses:
            self.plan.lost.append(step)
        for effect in _all(called.effects):
            match effect:
                case AsmStore():
                    if isinstance(effect.value, Input):
                        self._escape(step.ref(step.instr.operands[effect.value.index]))
                    self._place(step, effect.place, effect.size, effect.nt)
                case AsmRmw():
                    self._place(step, effect.place, effect.size, False)
                case AsmRange() if effect.stores:
                    self._place(step, effect.place, None, effect.nt)
                case AsmUnknown() | AsmCall():
                    for value in step.instr.operands:
                        self._escape(step.ref(value))
                case _:
                    pass

    def _place(self, step: Step, place: Place, size: int | None, nt: bool) -> None:
        if place.segment or place.symbol:
            return
        if not isinstance(place.base, Input):
            self.plan.lost.append(step)
            return
        shift = self.flat.shift(step, place)
        address = step.ref(step.instr.operands[place.base.index])
        self._store(step, address, shift or 0, None if shift is None else size, nt)

    def _store(self, step: Step, address: Ref, displacement: int, size: int | None, nt: bool) -> None:
        places = self.bases.of(address).places
        if not places or COMPUTED in places:
            self.plan.lost.append(step)
        for base, offset in places.items():
            if base is NULL or base == COMPUTED:
                continue
            if step.instr.op != "store":
                self.plan.blurred.add(base)
            stored = self.plan.stored.setdefault(base, Stored())
            if offset is None or size is None:
                stored.anywhere = True
            else:
                stored.places.add((offset + displacement, offset + displacement + size))
            if nt:
                self.plan.nt.add(base)

    def _escape(self, ref: Ref) -> None:
        for base in self.bases.of(ref).places:
            if base.kind == "local":
                self.plan.escaped.add(base)


def _type(value: Value) -> PtrType:
    found = getattr(value, "type", None)
    return PtrType() if found is None else found


def _all(effects: tuple[AsmEffect, ...]) -> Iterator[AsmEffect]:
    for effect in effects:
        if isinstance(effect, AsmChoice):
            for way in effect.ways:
                yield from _all(way)
        else:
            yield effect
