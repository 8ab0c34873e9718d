"""Instructions that touch memory or order: loads, stores, atomics, fences, calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from ordercheck.frontends.llvm import ranges
from ordercheck.frontends.llvm.annotations import annotate
from ordercheck.frontends.llvm.atomics import changes_nothing, is_drain, is_library_call
from ordercheck.frontends.llvm.blocks import block
from ordercheck.frontends.llvm.called import Called, Touch
from ordercheck.frontends.llvm.contents import Contents
from ordercheck.frontends.llvm.effects import Effects, place
from ordercheck.frontends.llvm.flat import Key, Ref, Step
from ordercheck.frontends.llvm.inline import PUBLISH
from ordercheck.frontends.llvm.intrinsics import intrinsic
from ordercheck.frontends.llvm.ir import IntType, Local, PtrType, StructType, Type, Value
from ordercheck.frontends.llvm.kept import Kept
from ordercheck.frontends.llvm.kinds import TRUE, Made, Parts, Pointer, Way
from ordercheck.frontends.llvm.memory import Memory
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.opaque import opaque
from ordercheck.frontends.llvm.operations import define
from ordercheck.frontends.llvm.per_thread import in_segment
from ordercheck.frontends.llvm.places import Base
from ordercheck.frontends.llvm.registers import Registers, put, variable
from ordercheck.frontends.llvm.releases import releases
from ordercheck.frontends.llvm.unshared import Unshared
from ordercheck.frontends.llvm.values import Values
from ordercheck.frontends.llvm.words import MASKED, Words
from ordercheck.program.expr import Expr, apply, const
from ordercheck.program.ir import MFENCE, Publish, Unmodelled


class Steps:
    """Emits what steps do."""

    def __init__(
        self,
        values: Values,
        memory: Memory,
        called: Mapping[int, Called],
        effects: Effects,
        later: Set[int],
        unshared: Unshared | None,
    ) -> None:
        """called: what calls and asm come to, by the ids of their steps; later: the steps before which
        something unknown was called; unshared: None where every store is to be seen.
        """
        self.values, self.memory = values, memory
        self.emit, self.assumptions = values.emit, values.assumptions
        self.called, self.effects = called, effects
        self.slots = values.slots
        self.releases = releases(values.flat, called)
        self.later, self.unshared = later, unshared
        kept = Kept(values.flat, values.bases, memory.plan, called, values.assumptions)
        self.contents = Contents(values.emit, kept)
        self.words = Words(values.flat, memory, later)
        self._held: dict[Key, tuple[Registers | None, Made]] = {}

    def step(self, step: Step) -> None:
        """Any step but a terminator."""
        self._come_to(step)
        maker = _STEPS.get(step.instr.op)
        if maker is not None:
            maker(self, step)
        elif not define(self.values, step):
            self._not_modelled(step, f"the instruction {step.instr.op}")
        elif step.instr.op in MASKED:
            result = step.ref(Local(step.instr.name, step.instr.type))
            self.words.look(self.values.made[step.key], result, self.values.flat.place[id(step)])

    def _come_to(self, step: Step) -> None:
        """What is known of memory there."""
        self.memory.changed = id(step) in self.later
        if self.unshared is not None:
            self.memory.unshared = self.unshared.at(step)

    def _not_modelled(self, step: Step, what: str) -> None:
        self.emit.add(Unmodelled(what, self.emit.source))
        if step.instr.name:
            self.values.made[step.key] = self.values.unknown(step.instr.type, step.instr.name)

    # accesses

    def _bits(self, step: Step, of: Type) -> int:
        return 8 * step.frame.module.layout.store_size(of)

    def alloca(self, step: Step) -> None:
        """A stack slot: a block of memory, or registers where it is a mere variable."""
        of = self.slots.get(step.key)
        if of is not None:
            bases = tuple(self.values.bases.through(self.values.bases.local(step), 0))
            registers, made = variable(self.values, step.instr.name, of, bases)
            self._held[step.key] = registers, made
            return
        base = self.values.bases.local(step)
        moving = base in self.values.bases.moving
        offset = self.emit.anywhere(step.instr.name) if moving else const(0)
        self.values.made[step.key] = Pointer((Way(TRUE, base, offset),))

    def load(self, step: Step) -> None:
        """load, atomic or not: an ordinary load on x86."""
        instr = step.instr
        held = self._slot(step.ref(instr.operands[0]))
        if held is not None:
            self._copy(step, *held)
            return
        bits = self._bits(step, instr.type)
        volatile = instr.watched
        self.values.decide(step.ref(instr.operands[0]))
        pointer = self.values.pointer(step.ref(instr.operands[0]))
        if self._aside(instr.operands[0], pointer):
            self.values.made[step.key] = self.values.unknown(instr.type, instr.name)
            return
        self.memory.aligned(pointer, instr.align)
        if isinstance(instr.type, StructType):
            ranges.access(self.memory, pointer, None, False, False, bits // 8)
            self.values.made[step.key] = self.values.unknown(instr.type, instr.name)
            return
        made = self.memory.load(pointer, instr.type, bits, instr.name, volatile)
        found = self.contents.load(step, bits // 8)
        if found is not None and isinstance(instr.type, PtrType):
            made = self.memory.one_of(found, list(self.values.bases.at(step.key).places))
        elif found is not None:
            made = self.memory.number(found, instr.type, bits)
        if (
            isinstance(made, Num)
            and isinstance(instr.type, IntType)
            and not (volatile or self.memory.changed)
        ):
            made.lasting = self.memory.lasting_bits(pointer, instr.type)
        self.values.loosened(made, step.key)
        self.values.made[step.key] = made

    def store(self, step: Step) -> None:
        """store; a sequentially consistent one is an exchange on x86."""
        instr = step.instr
        value, address = (step.ref(v) for v in instr.operands)
        held = self._slot(address)
        if held is not None:
            if held[0] is not None:
                for register, new in put(
                    self.values, held[0], self.values.of(value), self.values.bits(value)
                ):
                    self.emit.set(register, new)
            return
        size = self._bits(step, getattr(value.value, "type", PtrType())) // 8
        self.values.decide(address)
        pointer = self.values.pointer(address)
        if self._aside(instr.operands[1], pointer):
            if instr.ordering == "seq_cst":
                self.effects.fence(MFENCE, "store seq_cst")
            return
        self.memory.aligned(pointer, instr.align)
        made = self.values.of(value)
        if isinstance(made, Parts):
            ranges.access(self.memory, pointer, None, True, "nontemporal" in instr.flags, size)
            return
        number = self.values.as_number(made, 8 * size).unsigned
        if instr.ordering == "seq_cst":
            self._locked(step, pointer, lambda _: number, 8 * size, "xchg")
            self.contents.store(step, number, size)
            return
        self.memory.store(pointer, size, number, "nontemporal" in instr.flags)
        self.contents.store(step, number, size)
        releases = instr.ordering == "release" or id(step) in self.releases
        if releases and not self.effects.publish:
            self.memory.hand_over(pointer)

    def _aside(self, address: Value, pointer: Pointer) -> bool:
        """Whether an access is to memory of this CPU or thread, where nothing is filled."""
        if not in_segment(address) or any(w.base in self.memory.plan.nt for w in pointer.ways):
            return False
        return self.assumptions.use("percpu")

    def _slot(self, address: Ref) -> tuple[Registers | None, Made] | None:
        return self._held.get(self.values.flat.resolve(address).key)

    def _copy(self, step: Step, registers: Registers | None, made: Made) -> None:
        """The value of a slot now: what it holds later is another."""
        instr = step.instr
        if registers is None:
            self.values.made[step.key] = made
            return
        copies, copy = variable(self.values, instr.name, instr.type, registers.bases)
        assert copies is not None
        bits = made.bits if isinstance(made, Num) else 64
        for register, value in put(self.values, copies, made, bits):
            self.emit.set(register, value)
        self.values.loosened(copy, step.key)
        self.values.made[step.key] = copy

    def fence(self, step: Step) -> None:
        """fence: MFENCE or a locked operation where it is sequentially consistent, else nothing on x86."""
        self.effects.fence(MFENCE if is_drain(step.instr) else "", f"fence {step.instr.ordering}")

    def _locked(
        self, step: Step, pointer: Pointer, value: Callable[[Expr], Expr | None], bits: int, name: str
    ) -> None:
        """A locked read-modify-write, where it is one instruction."""
        if is_library_call(step.instr, bits // 8):
            what = f"{bits // 8} bytes, aligned to {step.instr.align}"
            self.emit.add(Unmodelled(f"an atomic operation that a library does ({what})", self.emit.source))
            return
        self.memory.rmw(pointer, bits // 8, value, bits, name)

    def cmpxchg(self, step: Step) -> None:
        """cmpxchg: a locked operation, whether it stores or not."""
        instr = step.instr
        of = getattr(instr.operands[1], "type", PtrType())
        bits = self._bits(step, of)
        self._locked(step, self.values.pointer(step.ref(instr.operands[0])), lambda _: None, bits, instr.name)
        old = self.values.unknown(of, instr.name)
        self.values.made[step.key] = Parts((old, self.emit.any(f"{instr.name}.success", 1)))

    def atomicrmw(self, step: Step) -> None:
        """atomicrmw: a locked operation, or what LLVM makes of one that changes nothing."""
        instr = step.instr
        bits = self._bits(step, instr.type)
        number = self.values.as_number(self.values.of(step.ref(instr.operands[1])), bits)
        if changes_nothing(instr, number) and not is_library_call(instr, bits // 8):
            self._only_loads(step, bits)
            return
        operand = number.unsigned

        def result(old: Expr) -> Expr | None:
            if instr.predicate == "xchg":
                return operand
            return apply("trunc", apply("+", old, operand), bits) if instr.predicate == "add" else None

        pointer = self.values.pointer(step.ref(instr.operands[0]))
        self._locked(step, pointer, result, bits, instr.name or "old")
        if instr.name:
            self.values.made[step.key] = self.values.unknown(instr.type, instr.name)

    def _only_loads(self, step: Step, bits: int) -> None:
        """A read-modify-write that stores what was there."""
        instr = step.instr
        if is_drain(instr):
            self.effects.fence(MFENCE, f"atomicrmw {instr.predicate}")
        pointer = self.values.pointer(step.ref(instr.operands[0]))
        found = self.memory.load(pointer, instr.type, bits, instr.name or "old", True)
        if instr.name:
            self.values.made[step.key] = found

    # calls

    def plain_call(self, step: Step) -> None:
        """A call that was not put in place, and by which no exception leaves."""
        self.call(step)
        if self.called[id(step)].stops:
            self.emit.stop()

    def call(self, step: Step) -> None:
        """A call that was not put in place; where control goes on is not said here."""
        called = self.called[id(step)]
        self._come_to(step)
        if called.kind == "asm":
            self.assembly(step, [])
            return
        if called.kind == "annotation":
            annotate(self.emit, self.values, self.memory, step)
            return
        if called.unmodelled:
            self._not_modelled(step, called.unmodelled)
            return
        if called.kind == "intrinsic" and intrinsic(self.values, step):
            return
        if not block(self.memory, self.values, step):
            for touch in called.touches:
                self._touch(step, touch)
        self.contents.clear(step)
        self.effects.run(step, called.effects, [], {})
        self.effects.hand_over(called)
        if step.instr.name:
            self._result(step, called)
            self.values.loosened(self.values.made[step.key], step.key)

    def _followed(self, base: Base) -> bool:
        """Whether what is in a block is known from the stores to it, and in no other order."""
        return base.kind == "local" and base not in self.memory.plan.nt

    def _touch(self, step: Step, touch: Touch) -> None:
        pointer = self.values.pointer(step.ref(step.instr.operands[touch.argument]))
        if touch.quiet:
            # the order of such accesses is the callee's business; what is there then is not
            pointer = Pointer(tuple(w for w in pointer.ways if self._followed(w.base)))
            if not pointer.ways:
                return
        length: Expr | None = None
        if touch.length is not None:
            number = self.values.number(step.ref(step.instr.operands[touch.length]))
            length = apply("*", number.unsigned, touch.scale)
        if not touch.masked or touch.size is None:
            ranges.access(self.memory, pointer, length, touch.stores, touch.nt, touch.size)
            return
        with self.emit.when(self.emit.maybe()):
            ranges.scattered(self.memory, pointer, 0, const(touch.size), touch.stores, touch.nt)

    def _result(self, step: Step, called: Called) -> None:
        instr = step.instr
        if called.returns is not None and called.returns < len(instr.operands):
            self.values.made[step.key] = self.values.of(step.ref(instr.operands[called.returns]))
            return
        if isinstance(instr.type, PtrType):
            found = list(self.values.bases.at(step.key).places)
            if called.within is not None and called.within < len(instr.operands):
                inside = self.values.pointer(step.ref(instr.operands[called.within]))
                offset = self.emit.anywhere(instr.name)
                ways = tuple(Way(w.guard, w.base, offset) for w in inside.ways)
                self.values.made[step.key] = Pointer(ways)
                return
            if len(found) == 1:
                once = called.allocates and found[0] not in self.values.bases.moving
                offset = const(0) if once else self.emit.anywhere(instr.name)
                self.values.made[step.key] = Pointer((Way(TRUE, found[0], offset),))
                return
        self.values.made[step.key] = opaque(self.values, step)

    def publish(self, step: Step) -> None:
        """The end of a call that was put in place, and that lets others look."""
        self.emit.add(Publish(f"call of {step.instr.text}", self.emit.source))

    # assembly

    def assembly(self, step: Step, targets: Sequence[int]) -> None:
        """Inline assembly; targets: where a callbr may go, the fall-through first."""
        called = self.called[id(step)]
        self._come_to(step)
        registers: dict[str, Expr] = {}
        self.effects.releases = id(step) in self.releases
        self.effects.run(step, called.effects, targets, registers)
        self.effects.releases = False
        if called.movable:
            what = f"asm `{' '.join(called.name.split())}` ({place(self.emit.source)})"
            self.effects.note(f'{what} has no "memory" clobber: another build may have it elsewhere')
        if step.instr.name:
            self._result(step, called)
            self.values.loosened(self.values.made[step.key], step.key)


_STEPS: dict[str, Callable[[Steps, Step], None]] = {
    "alloca": Steps.alloca,
    "load": Steps.load,
    "store": Steps.store,
    "fence": Steps.fence,
    "cmpxchg": Steps.cmpxchg,
    "atomicrmw": Steps.atomicrmw,
    "call": Steps.plain_call,
    PUBLISH: Steps.publish,
}
