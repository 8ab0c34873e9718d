"""What a function does to each block of memory, found before it is translated.

It tells which blocks are filled by non-temporal stores, which are never stored to (their
content is a parameter), and which stack slots nobody else can reach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ordercheck.frontends.llvm.asm.effects import (
    AsmCall,
    AsmLoad,
    AsmRange,
    AsmRmw,
    AsmStore,
    AsmUnknown,
    Input,
    Place,
    every,
)
from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.bits import Bits, full
from ordercheck.frontends.llvm.block_calls import filled
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.carried import Carried
from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.frontends.llvm.ir import IntType, PtrType, Value
from ordercheck.frontends.llvm.places import COMPUTED, NULL, POINTER, Base
from ordercheck.frontends.llvm.stored import Stored, noted


@dataclass(slots=True)
class Plan:
    """nt: bases with non-temporal stores; stored: with any; escaped: local ones that others may reach,
    and globals whose address others may have.

    lost: steps that store through an address that is not followed; adrift: whether some of these
    stores are non-temporal. blurred: bases that something
    but a plain store of a value stores to, so that a pointer may come from elsewhere; copied: where
    that may be a pointer that was elsewhere before. held: local
    ones that did not escape, though their address is stored in the stack or in what is being filled.
    statics: templates, globals that non-temporal stores copy and that nobody else can name or reach.
    changed: what calls store to in an order that is their own business.
    """

    nt: set[Base] = field(default_factory=set)
    stored: dict[Base, Stored] = field(default_factory=dict)
    escaped: set[Base] = field(default_factory=set)
    lost: list[Step] = field(default_factory=list)
    adrift: bool = False
    blurred: set[Base] = field(default_factory=set)
    copied: dict[Base, Stored] = field(default_factory=dict)
    held: set[Base] = field(default_factory=set)
    statics: set[Base] = field(default_factory=set)
    changed: set[Base] = field(default_factory=set)

    def stable(self, base: Base, offset: int, size: int) -> bool:
        """Whether nothing here stores to those bytes."""
        found = self.stored.get(base)
        return not self.lost and (found is None or not found.meets(offset, size))

    @property
    def partial(self) -> bool:
        """Whether some store changes a part of its bits."""
        return any(stored.partial for stored in self.stored.values())

    def stable_bits(self, base: Base, offset: int, size: int) -> int:
        """The bits of those bytes that nothing here changes."""
        found = self.stored.get(base)
        changed = 0 if found is None else found.changed(offset, size)
        return 0 if self.lost else full(8 * size) & ~changed


def plan(
    flat: Flat, bases: Bases, called: Mapping[int, Called], kept: bool, alone: Callable[[Base], bool]
) -> Plan:
    """Looks at every step. called: what each call or asm comes to, by the id of its step.

    kept: an address that is stored in the stack, or in what is being filled, is no way for others
    to the slot itself (the list head of a template points to itself, and is copied). alone:
    whether nobody else can name a static variable.
    """
    return _Planner(flat, bases, called, kept, alone).run()


class _Planner:
    def __init__(
        self,
        flat: Flat,
        bases: Bases,
        called: Mapping[int, Called],
        kept: bool,
        alone: Callable[[Base], bool],
    ) -> None:
        self.flat, self.bases, self.called, self.kept, self.alone = flat, bases, called, kept, alone
        self.plan = Plan()
        self.carried = Carried(flat, bases, called)
        self.bits = Bits(flat)
        self._held: list[tuple[Base, frozenset[Base]]] = []
        """Slots whose address is stored, and where."""
        self._atomic: set[Base] = set()
        self._copied: set[Base] = set()
        """What non-temporal stores copy."""
        self._loads: dict[Key, Ref] = {}
        self._looked_at = set[Base]()
        """What loads by addresses that are not followed may be of."""

    def run(self) -> Plan:
        for step in self.flat.steps():
            if step.instr.op == "load":
                self._loads[step.key] = step.ref(step.instr.operands[0])
        for step in self.flat.steps():
            self._step(step)
            if step.instr.ordering:
                for operand in step.instr.operands:
                    self._atomic.update(self.bases.of(step.ref(operand)).places)
        escaped = self.plan.escaped
        # who looks at a slot does not change it; what is pending there is found by looking anywhere
        escaped |= self._looked_at & self.plan.nt
        changed = True
        while changed:
            before = len(escaped)
            escaped.update(base for base, where in self._held if not self._within(base, where))
            changed = len(escaped) > before
        self.plan.held = {base for base, _ in self._held if base.kind == "local"} - escaped
        templates = {b for b in self._copied & self.plan.stored.keys() if b.kind == "global"}
        taken = escaped | self.plan.nt | self._atomic
        self.plan.statics = {b for b in templates - taken if self.alone(b)}
        return self.plan

    def _within(self, base: Base, where: frozenset[Base]) -> bool:
        """Whether the address of a slot that is stored there stays with us."""
        if not self.kept or base in self.plan.nt or not where:
            return False
        return all(b in self.plan.nt or (self._own(b) and b not in self.plan.escaped) for b in where)

    def _own(self, base: Base) -> bool:
        return base.kind == "local" or (base.kind == "global" and self.alone(base))

    def _step(self, step: Step) -> None:
        instr = step.instr
        if instr.op == "store":
            size = step.frame.module.layout.store_size(_type(instr.operands[0]))
            self._store(step, step.ref(instr.operands[1]), 0, size, "nontemporal" in instr.flags)
            self._hold(step.ref(instr.operands[0]), step.ref(instr.operands[1]))
            if "nontemporal" in instr.flags:
                self._copy(step.ref(instr.operands[0]))
        elif instr.op in ("cmpxchg", "atomicrmw"):
            size = step.frame.module.layout.store_size(_type(instr.operands[1]))
            self._store(step, step.ref(instr.operands[0]), 0, size, False)
            for value in instr.operands[1:]:
                self._escape(step.ref(value))
        elif instr.op in ("call", "invoke", "callbr"):
            self._call(step, self.called[id(step)])
        elif instr.op == "load":
            self._reach(step.ref(instr.operands[0]), self._looked_at)
        elif instr.op in ("ret", "resume"):
            for value in instr.operands:
                self._escape(step.ref(value))
        elif instr.op in ("va_arg", "unreadable"):
            self.plan.lost.append(step)

    def _copy(self, ref: Ref) -> None:
        """A value is stored by a non-temporal store."""
        address = self._loads.get(self.flat.resolve(ref).key)
        if address is not None:
            self._copied.update(self.bases.of(address).places)

    def _call(self, step: Step, called: Called) -> None:
        copies = any(touch.nt for touch in called.touches)
        for touch in called.touches:
            address = step.ref(step.instr.operands[touch.argument])
            self._reach(address, self.plan.escaped if touch.stores else self._looked_at)
            if touch.stores:
                self._store(step, address, 0, touch.size, touch.nt)
                where = frozenset(self.bases.of(address).places)
                if touch.quiet:
                    self.plan.changed |= where
                self._held += [(base, where) for base in self.carried.copied(step, called)]
            elif copies:
                self._copied.update(self.bases.of(address).places)
        if called.escapes:
            for value in step.instr.operands:
                self._escape(step.ref(value))
        if called.loses:
            self.plan.lost.append(step)
        effects = list(every(called.effects))
        copies = any(isinstance(e, AsmStore | AsmRange) and e.nt for e in effects)
        for effect in effects:
            if copies and isinstance(effect, AsmLoad | AsmRange) and isinstance(effect.place.base, Input):
                source = step.ref(step.instr.operands[effect.place.base.index])
                self._copied.update(self.bases.of(source).places)
            match effect:
                case AsmLoad() if isinstance(effect.place.base, Input):
                    address = step.ref(step.instr.operands[effect.place.base.index])
                    self._reach(address, self._looked_at)
                case AsmStore():
                    if effect.nt and isinstance(effect.value, Input):
                        self._copy(step.ref(step.instr.operands[effect.value.index]))
                    self._place(step, effect.place, effect.size, effect.nt)
                case AsmRmw():
                    self._place(step, effect.place, effect.size, False)
                case AsmRange():
                    self._place(step, effect.place, None, effect.nt, effect.stores)
                case AsmUnknown() | AsmCall():
                    for value in step.instr.operands:
                        self._escape(step.ref(value))
                case _:
                    pass
        for carried, place in self.carried.stored(step):
            self._held += [(base, self._at(step, place)) for base in carried]

    def _at(self, step: Step, place: Place) -> frozenset[Base]:
        """The bases of an asm operand."""
        if place.symbol or not isinstance(place.base, Input):
            return frozenset()
        return frozenset(self.bases.of(step.ref(step.instr.operands[place.base.index])).places)

    def _place(self, step: Step, place: Place, size: int | None, nt: bool, stores: bool = True) -> None:
        if place.segment:
            return
        if place.symbol or not isinstance(place.base, Input):
            self._lose(step, nt)
            return
        shift = self.flat.shift(step, place)
        address = step.ref(step.instr.operands[place.base.index])
        self._reach(address, self.plan.escaped if stores else self._looked_at)
        if stores:
            self._store(step, address, shift or 0, None if shift is None else size, nt)

    def _lose(self, step: Step, nt: bool) -> None:
        self.plan.lost.append(step)
        self.plan.adrift = self.plan.adrift or nt

    def _store(self, step: Step, address: Ref, displacement: int, size: int | None, nt: bool) -> None:
        places = self.bases.of(address).places
        self._reach(address, self.plan.escaped)
        if not places or COMPUTED in places:
            self._lose(step, nt)
        bits = None if size is None else self._changed(step, size)
        for base, offset in places.items():
            if base is NULL or base == COMPUTED:
                continue
            # zeros are null pointers
            if step.instr.op != "store" and filled(self.flat, step) != 0:
                self.plan.blurred.add(base)
                if self._hands_on(step, size):
                    noted(self.plan.copied, base).note(offset, displacement, size)
            noted(self.plan.stored, base).note(offset, displacement, size, bits)
            if nt:
                self.plan.nt.add(base)

    def _changed(self, step: Step, size: int) -> int | None:
        """The bits that a store of so many bytes may change; None: all."""
        if step.instr.op == "store" and isinstance(getattr(step.instr.operands[0], "type", None), IntType):
            return self.bits.changed(step, size)
        return None

    def _hands_on(self, step: Step, size: int | None) -> bool:
        """Whether what is stored may be a pointer that was in memory, or in an operand, before."""
        if size is not None and size < POINTER:
            return False
        called = self.called.get(id(step))
        return called is None or called.kind == "asm" or any(not t.stores for t in called.touches)

    def _hold(self, value: Ref, address: Ref) -> None:
        """A value is stored at an address."""
        where = frozenset(self.bases.of(address).places)
        self._held += [(base, where) for base in self.carried.of(value)]

    def _escape(self, ref: Ref) -> None:
        self.plan.escaped |= self.carried.of(ref)

    def _reach(self, address: Ref, reached: set[Base]) -> None:
        """An access by an address that is not followed reaches what went into it."""
        places = self.bases.of(address).places
        if not places or COMPUTED in places:
            reached |= self.carried.of(address)
        else:
            reached |= self.carried.of(address) - places.keys()


def _type(value: Value) -> PtrType:
    found = getattr(value, "type", None)
    return PtrType() if found is None else found
