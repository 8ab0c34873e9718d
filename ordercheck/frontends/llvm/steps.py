"""Instructions that touch memory, order or control: loads, stores, atomics, fences, calls, assembly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ordercheck.frontends.llvm.annotations import annotate
from ordercheck.frontends.llvm.asm.effects import (
    Anything,
    AsmCall,
    AsmChoice,
    AsmEffect,
    AsmFence,
    AsmJump,
    AsmLoad,
    AsmRange,
    AsmRmw,
    AsmSet,
    AsmStop,
    AsmStore,
    AsmUnknown,
    Input,
    Number,
    Operand,
    Place,
    Register,
)
from ordercheck.frontends.llvm.assumptions import Assumptions
from ordercheck.frontends.llvm.calls import Called, Find, Touch, named
from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.flat import Key, Ref, Step
from ordercheck.frontends.llvm.intrinsics import intrinsic
from ordercheck.frontends.llvm.ir import Int, IntType, PtrType, StructType, Type
from ordercheck.frontends.llvm.kinds import TRUE, Made, Parts, Pointer, Way, distance
from ordercheck.frontends.llvm.memory import Memory
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.operations import define
from ordercheck.frontends.llvm.registers import Registers, put, variable
from ordercheck.frontends.llvm.slots import slots
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import Expr, apply, const
from ordercheck.program.ir import (
    MFENCE,
    NO_TAGS,
    Fence,
    Publish,
    Store,
    Unmodelled,
    Visibility,
)

PERCPU = "per-CPU memory"


class Steps:
    """Emits what steps do. unknown: what was taken as the worst it could be, for people."""

    def __init__(
        self,
        emit: Emitter,
        values: Values,
        memory: Memory,
        assumptions: Assumptions,
        called: Mapping[int, Called],
        publish: tuple[str, ...],
        find: Find,
    ) -> None:
        self.emit, self.values, self.memory, self.find = emit, values, memory, find
        self.assumptions, self.called, self.publish = assumptions, called, publish
        self.unknown: list[str] = []
        self.slots = slots(values.flat)
        self._held: dict[Key, tuple[Registers | None, Made]] = {}

    def step(self, step: Step) -> None:
        """Any step but a terminator."""
        maker = _STEPS.get(step.instr.op)
        if maker is not None:
            maker(self, step)
        elif not define(self.values, step):
            self._not_modelled(step, f"the instruction {step.instr.op}")

    def _not_modelled(self, step: Step, what: str) -> None:
        self.emit.add(Unmodelled(what, self.emit.source))
        if step.instr.name:
            self.values.made[step.key] = self.values.unknown(step.instr.type, step.instr.name)

    def note(self, text: str) -> None:
        """Says once what was taken as the worst it could be."""
        if text not in self.unknown:
            self.unknown.append(text)

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
        self.values.made[step.key] = Pointer((Way(TRUE, base, const(0)),))

    def load(self, step: Step) -> None:
        """load, atomic or not: an ordinary load on x86."""
        instr = step.instr
        held = self._slot(step.ref(instr.operands[0]))
        if held is not None:
            self._copy(step, *held)
            return
        bits = self._bits(step, instr.type)
        volatile = bool(instr.ordering) or "volatile" in instr.flags
        pointer = self.values.pointer(step.ref(instr.operands[0]))
        self.memory.aligned(pointer, instr.align)
        if isinstance(instr.type, StructType):
            self.memory.range(pointer, None, False, False, bits // 8)
            self.values.made[step.key] = self.values.unknown(instr.type, instr.name)
            return
        self.values.made[step.key] = self.memory.load(pointer, instr.type, bits, instr.name, volatile)

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
        pointer = self.values.pointer(address)
        self.memory.aligned(pointer, instr.align)
        made = self.values.of(value)
        if isinstance(made, Parts):
            self.memory.range(pointer, None, True, "nontemporal" in instr.flags, size)
            return
        number = self.values.as_number(made, 8 * size).unsigned
        if instr.ordering == "seq_cst":
            self.memory.rmw(pointer, size, lambda _: number, 8 * size, "xchg")
            return
        self.memory.store(pointer, size, number, "nontemporal" in instr.flags)
        if instr.ordering == "release" and not self.publish:
            self.memory.hand_over(pointer)

    def _slot(self, address: Ref) -> tuple[Registers | None, Made] | None:
        ref = self.values.flat.resolve(address)
        return self._held.get((ref.frame.number, getattr(ref.value, "name", "")))

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
        self.values.made[step.key] = copy

    def fence(self, step: Step) -> None:
        """fence: MFENCE or a locked operation where it is sequentially consistent, else nothing on x86."""
        strong = step.instr.ordering == "seq_cst" and "singlethread" not in step.instr.flags
        self._fence(MFENCE if strong else "", f"fence {step.instr.ordering}")

    def _fence(self, tag: str, text: str) -> None:
        label = self.memory.named()
        if not label and tag:
            # by the call in the function that is asked about: a helper may drain at many places
            outer = self.emit.source
            while outer.inlined_at is not None:
                outer = outer.inlined_at
            label = f"{tag.lower()} {place(outer)}".strip()
        self.emit.add(Fence(frozenset({tag}) if tag else NO_TAGS, label, self.emit.source))

    def cmpxchg(self, step: Step) -> None:
        """cmpxchg: a locked operation, whether it stores or not."""
        instr = step.instr
        of = getattr(instr.operands[1], "type", PtrType())
        bits = self._bits(step, of)
        self.memory.rmw(
            self.values.pointer(step.ref(instr.operands[0])), bits // 8, lambda _: None, bits, instr.name
        )
        old = self.values.unknown(of, instr.name)
        self.values.made[step.key] = Parts((old, self.emit.any(f"{instr.name}.success", 1)))

    def atomicrmw(self, step: Step) -> None:
        """atomicrmw: a locked operation."""
        instr = step.instr
        bits = self._bits(step, instr.type)
        operand = self.values.as_number(self.values.of(step.ref(instr.operands[1])), bits).unsigned

        def result(old: Expr) -> Expr | None:
            if instr.predicate == "xchg":
                return operand
            return apply("trunc", apply("+", old, operand), bits) if instr.predicate == "add" else None

        pointer = self.values.pointer(step.ref(instr.operands[0]))
        self.memory.rmw(pointer, bits // 8, result, bits, instr.name or "old")
        if instr.name:
            self.values.made[step.key] = self.values.unknown(instr.type, instr.name)

    # calls

    def call(self, step: Step) -> None:
        """A call that was not put in place."""
        called = self.called[id(step)]
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
        for touch in called.touches:
            self._touch(step, touch)
        self._effects(step, called.effects, [], {})
        self._hand_over(step, called)
        if called.stops and step.instr.op != "invoke":
            self.emit.cut()
        if step.instr.name:
            self._result(step, called)

    def _touch(self, step: Step, touch: Touch) -> None:
        if touch.quiet:
            return
        pointer = self.values.pointer(step.ref(step.instr.operands[touch.argument]))
        length: Expr | None = None
        if touch.length is not None:
            number = self.values.number(step.ref(step.instr.operands[touch.length]))
            length = apply("*", number.unsigned, touch.scale)
        self.memory.range(pointer, length, touch.stores, touch.nt, touch.size)

    def _hand_over(self, step: Step, called: Called) -> None:
        name = called.name
        if called.kind == "unknown":
            why = "is not in the modules and has no summary: taken to hand over all memory"
            more = "and to leave no non-temporal store pending"
            self.note(f"the call of {name} ({place(self.emit.source)}) {why}, {more}")
        if called.summary is not None and called.summary.assumes:
            self.note(f"{name}: {called.summary.assumes}")
        if called.looks or called.loses:
            self.memory.look_anywhere()
        if called.loses:
            self.memory.lose()
            self.note(f"the call of {name} ({place(self.emit.source)}) may store to any memory it can reach")
        if called.sleeps:
            self.assumptions.use("sleep", name)
        if called.publishes or name in self.publish:
            if name in self.publish or not self.assumptions.use("after-call", name):
                self.emit.add(Publish(f"call of {name}", self.emit.source))
                return
            flag = self.memory.hidden(f"call of {name}")
            label = f"call of {name}"
            self.emit.add(Store(flag, 1, const(1), NO_TAGS, label, source=self.emit.source))

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
                offset = const(0) if called.allocates else self.emit.anywhere(instr.name)
                self.values.made[step.key] = Pointer((Way(TRUE, found[0], offset),))
                return
        self.values.made[step.key] = self.values.unknown(instr.type, instr.name)

    # assembly

    def assembly(self, step: Step, targets: Sequence[int]) -> None:
        """Inline assembly; targets: where a callbr may go, the fall-through first."""
        called = self.called[id(step)]
        registers: dict[str, Expr] = {}
        self._effects(step, called.effects, targets, registers)
        if step.instr.name:
            self.values.made[step.key] = self._outputs(step, called)

    def _outputs(self, step: Step, called: Called) -> Made:
        instr = step.instr
        outputs = called.outputs
        if len(outputs) == 1 and isinstance(outputs[0], Input) and not isinstance(instr.type, StructType):
            operand = step.ref(instr.operands[outputs[0].index])
            if getattr(operand.value, "type", None) == instr.type:
                return self.values.of(operand)
        return self.values.unknown(instr.type, instr.name)

    def _effects(
        self,
        step: Step,
        effects: Sequence[AsmEffect],
        targets: Sequence[int],
        registers: dict[str, Expr],
    ) -> None:
        for effect in effects:
            if self.emit.ended:
                return
            self._effect(step, effect, targets, registers)

    def _effect(
        self, step: Step, effect: AsmEffect, targets: Sequence[int], registers: dict[str, Expr]
    ) -> None:
        match effect:
            case AsmLoad():
                self._asm_load(step, effect, registers)
            case AsmStore():
                value = self._operand(step, effect.value, 8 * effect.size, registers)
                pointer = self._pointer(step, effect.place, registers)
                if pointer is not None:
                    self.memory.store(pointer, effect.size, value, effect.nt)
            case AsmRmw():
                self._asm_rmw(step, effect, registers)
            case AsmRange():
                pointer = self._pointer(step, effect.place, registers)
                if pointer is not None:
                    self._asm_range(pointer, effect)
            case AsmFence():
                self._fence(effect.tag, effect.text)
            case AsmSet():
                registers[effect.register] = self._operand(step, effect.value, 64, registers)
            case AsmJump():
                self._jump(effect, targets)
            case AsmCall():
                self._asm_call(step, effect)
            case AsmChoice():
                self._choice(step, effect, targets, registers)
            case AsmStop():
                self.emit.cut()
            case AsmUnknown():
                text = " ".join(effect.text.split())[:80]
                self.emit.add(Unmodelled(f"asm `{text}`: {effect.why}", self.emit.source))

    def _asm_load(self, step: Step, effect: AsmLoad, registers: dict[str, Expr]) -> None:
        pointer = self._pointer(step, effect.place, registers)
        bits = 8 * effect.size
        value = self.emit.any("asm", bits) if pointer is None else None
        if pointer is not None:
            made = self.memory.load(pointer, IntType(bits), bits, "asm", False)
            value = self.values.as_number(made, bits).unsigned
        if effect.register and value is not None:
            registers[effect.register] = value

    def _asm_rmw(self, step: Step, effect: AsmRmw, registers: dict[str, Expr]) -> None:
        pointer = self._pointer(step, effect.place, registers)
        if pointer is None:
            if effect.locked:
                self.emit.add(Fence(frozenset({MFENCE}), "", self.emit.source))
            return
        bits = 8 * effect.size
        if effect.locked:
            self.memory.rmw(pointer, effect.size, lambda _: None, bits, "asm")
            return
        with self.emit.when(self.emit.maybe() if effect.maybe else TRUE):
            self.memory.load(pointer, IntType(bits), bits, "asm", False)
            self.memory.store(pointer, effect.size, self.emit.any("asm", bits), False)

    def _asm_range(self, pointer: Pointer, effect: AsmRange) -> None:
        # downwards too: the byte may lie on either side of where it begins
        place = self.emit.anywhere("byte")
        moved = Pointer(tuple(Way(w.guard, w.base, apply("+", w.offset, place)) for w in pointer.ways))
        with self.emit.when(self.emit.maybe()):
            self.memory.range(moved, None, effect.stores, effect.nt, 1)

    def _jump(self, effect: AsmJump, targets: Sequence[int]) -> None:
        target = targets[effect.label + 1] if effect.label + 1 < len(targets) else None
        if target is None:
            self.emit.add(Unmodelled("a jump out of an asm statement", self.emit.source))
            return
        if effect.always:
            self.emit.goto(target)
            return
        rest = self.emit.new("else")
        self.emit.branch(self.emit.maybe("jump"), target, rest)
        self.emit.go_on(rest)

    def _asm_call(self, step: Step, effect: AsmCall) -> None:
        name = effect.symbol
        if effect.target is not None and not name:
            ref = self.values.flat.resolve(step.ref(step.instr.operands[effect.target.index]))
            name = getattr(ref.value, "name", "")
        elif effect.target is not None:
            # __get_user_ and the number of bytes
            size = self.values.flat.resolve(step.ref(step.instr.operands[effect.target.index])).value
            name += str(size.value) if isinstance(size, Int) else ""
        name = name or "what an asm statement calls"
        called = named(name, self.find)
        self._effects(step, called.effects, [], {})
        self._hand_over(step, called)
        if called.stops:
            self.emit.cut()

    def _choice(
        self, step: Step, effect: AsmChoice, targets: Sequence[int], registers: dict[str, Expr]
    ) -> None:
        after = self.emit.new("after")
        starts = [self.emit.new("way") for _ in effect.ways]
        self.emit.choose(starts)
        touched: set[str] = set()
        for start, way in zip(starts, effect.ways, strict=True):
            self.emit.go_on(start)
            local = dict(registers)
            self._effects(step, way, targets, local)
            self.emit.goto(after)
            touched |= {r for r, v in local.items() if registers.get(r) is not v}
        self.emit.go_on(after)
        for register in touched:
            registers.pop(register, None)

    def _operand(self, step: Step, operand: Operand, bits: int, registers: dict[str, Expr]) -> Expr:
        match operand:
            case Input():
                ref = step.ref(step.instr.operands[operand.index])
                number = self.values.number(ref)
                if number.bits > bits:
                    return apply("trunc", number.unsigned, bits)
                return number.unsigned
            case Number():
                return const(operand.value % (1 << bits))
            case Register() if operand.name in registers:
                return registers[operand.name]
            case Register() | Anything():
                return self.emit.any("asm", bits)

    def _pointer(self, step: Step, at: Place, registers: dict[str, Expr]) -> Pointer | None:
        """Where an asm operand lies; None: memory of this CPU or thread, which nobody else looks at."""
        if at.segment and self.assumptions.use("percpu"):
            return None
        if at.segment:
            self.memory.hidden(PERCPU, Visibility.SHARED)
            base = self.values.bases.base("global", PERCPU)
            return Pointer((Way(TRUE, base, self.emit.anywhere("offset")),))
        if not isinstance(at.base, Input) or at.symbol:
            return Pointer(())
        ref = step.ref(step.instr.operands[at.base.index])
        made = self.values.of(ref)
        known = self.values.flat.shift(step, at)
        shift = self.emit.anywhere("index") if known is None else const(known)
        pointer = made if isinstance(made, Pointer) else self._from_number(ref, made)
        return Pointer(tuple(Way(w.guard, w.base, apply("+", w.offset, shift)) for w in pointer.ways))

    def _from_number(self, ref: Ref, made: Made) -> Pointer:
        """An address that is passed as a number: of the pointers that it was made from."""
        places = list(self.values.bases.of(ref).places)
        if len(places) != 1 or not isinstance(made, Num):
            return Pointer(())
        offset = distance(made.unsigned, self.values.address_of(places[0]))
        return Pointer((Way(TRUE, places[0], offset),))


def place(source: object) -> str:
    """A position in few words: the file's name and the line."""
    file = str(getattr(source, "file", "")).rsplit("/", 1)[-1]
    line = getattr(source, "line", 0)
    return f"{file}:{line}" if file else ""


_STEPS: dict[str, Callable[[Steps, Step], None]] = {
    "alloca": Steps.alloca,
    "load": Steps.load,
    "store": Steps.store,
    "fence": Steps.fence,
    "cmpxchg": Steps.cmpxchg,
    "atomicrmw": Steps.atomicrmw,
    "call": Steps.call,
}
