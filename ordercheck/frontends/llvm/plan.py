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
    but a plain store of a value stores to, so that a pointer may come from elsewhere. held: local
    ones that did not escape, though their address is stored in the stack or in what is being filled.
    """

    nt: set[Base] = field(default_factory=set)
    stored: dict[Base, Stored] = field(default_factory=dict)
    escaped: set[Base] = field(default_factory=set)
    lost: list[Step] = field(default_factory=list)
    blurred: set[Base] = field(default_factory=set)
    held: set[Base] = field(default_factory=set)

    def stable(self, base: Base, offset: int, size: int) -> bool:
        """Whether nothing here stores to those bytes."""
        found = self.stored.get(base)
        return not self.lost and (found is None or not found.meets(offset, size))


def plan(flat: Flat, bases: Bases, called: Mapping[int, Called], kept: bool) -> Plan:
    """Looks at every step. called: what each call or asm comes to, by the id of its step.

    kept: an address that is stored in the stack, or in what is being filled, is no way for others
    to the slot itself (the list head of a template points to itself, and is copied).
    """
    return _Planner(flat, bases, called, kept).run()


class _Planner:
    def __init__(self, flat: Flat, bases: Bases, called: Mapping[int, Called], kept: bool) -> None:
        self.flat, self.bases, self.called, self.kept = flat, bases, called, kept
        self.plan = Plan()
        self._held: list[tuple[Base, frozenset[Base]]] = []
        """Slots whose address is stored, and where."""

    def run(self) -> Plan:
        for step in self.flat.steps():
            self._step(step)
        escaped = self.plan.escaped
        changed = True
        while changed:
            before = len(escaped)
            escaped.update(base for base, where in self._held if not self._within(base, where))
            changed = len(escaped) > before
        self.plan.held = {base for base, _ in self._held} - escaped
        return self.plan

    def _within(self, base: Base, where: frozenset[Base]) -> bool:
        """Whether the address of a slot that is stored there stays with us."""
        if not self.kept or base in self.plan.nt or not where:
            return False
        return all(b in self.plan.nt or (b.kind == "local" and b not in self.plan.escaped) for b in where)

    def _step(self, step: Step) -> None:
        instr = step.instr
        if instr.op == "store":
            size = step.frame.module.layout.store_size(_type(instr.operands[0]))
            self._store(step, step.ref(instr.operands[1]), 0, size, "nontemporal" in instr.flags)
            self._hold(step.ref(instr.operands[0]), step.ref(instr.operands[1]))
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
                    if isinstance(effect.value, Input) and isinstance(effect.place.base, Input):
                        operands = step.instr.operands
                        address = operands[effect.place.base.index]
                        self._hold(step.ref(operands[effect.value.index]), step.ref(address))
                    elif isinstance(effect.value, Input):
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

    def _hold(self, value: Ref, address: Ref) -> None:
        """A value is stored at an address."""
        where = frozenset(self.bases.of(address).places)
        self._held += [(base, where) for base in self.bases.of(value).places if base.kind == "local"]

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
