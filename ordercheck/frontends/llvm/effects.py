"""What assembly and summarised calls do, emitted: accesses, fences, jumps, publication."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from ordercheck.frontends.llvm import ranges
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
from ordercheck.frontends.llvm.called import INDIRECT, Called
from ordercheck.frontends.llvm.calls import Find, named
from ordercheck.frontends.llvm.flat import Flat, Ref, Step
from ordercheck.frontends.llvm.ir import GlobalRef, Int, IntType
from ordercheck.frontends.llvm.kinds import TRUE, Made, Pointer, Way, distance
from ordercheck.frontends.llvm.memory import Memory
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.unfollowed import WIDEST
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import Expr, apply, const
from ordercheck.program.ir import MFENCE, NO_TAGS, Fence, Publish, Store, Unmodelled, Visibility

PERCPU = "per-CPU memory"
UNNAMED = "what an asm statement calls"
"""The name of a call by a pointer from within assembly."""


class Effects:
    """Emits what is done out of sight of LLVM. unknown: what was taken as the worst, for people."""

    def __init__(
        self,
        values: Values,
        memory: Memory,
        publish: tuple[str, ...],
        find: Find,
        doubt: Callable[[Step, str], str],
    ) -> None:
        """doubt: why the call of that name by the asm of a step is not modelled; "" where it is."""
        self.values, self.memory = values, memory
        self.emit, self.assumptions = values.emit, values.assumptions
        self.publish, self.find, self.doubt = publish, find, doubt
        self.unknown: list[str] = []
        self.releases = False
        """Whether what assembly stores now is meant as a release."""
        self.unnamed: dict[int, Fence] = {}
        """The drains that the program does not name, by identity."""

    def note(self, text: str) -> None:
        """Says once what was taken as the worst it could be."""
        if text not in self.unknown:
            self.unknown.append(text)

    # order and publication

    def fence(self, tag: str, text: str) -> None:
        """A fence of that tag (none: of the compiler alone); text: what it is written as."""
        label = self.memory.named()
        fence = Fence(frozenset({tag}) if tag else NO_TAGS, label, self.emit.source)
        if tag and not label:
            self.unnamed[id(fence)] = fence
        self.emit.add(fence)

    def hand_over(self, called: Called) -> None:
        """What else a call does: publish, sleep, store anywhere."""
        name = called.name
        if called.kind == "unknown":
            why = "taken to hand over all memory, and to leave no non-temporal store pending"
            what = (
                f"the call of {name} ({place(self.emit.source)}) is not in the modules and has no summary: "
            )
            if name == INDIRECT:
                what = f"the indirect call ({place(self.emit.source)}) comes to what is not known: "
            self.note(what + why)
        if called.summary is not None and called.summary.assumes:
            self.note(f"{name}: {called.summary.assumes}")
        if called.looks or called.loses:
            self.memory.look_anywhere()
        if called.loses:
            self.memory.lose()
            self.note(f"the call of {name} ({place(self.emit.source)}) may store to any memory it can reach")
        if called.sleeps and not self.assumptions.use("sleep", name):
            # no drain of ours reaches what the other CPU still holds back: as if it were handed over here
            self._seen(f"switch of the CPU in {name}")
        if called.publishes or name in self.publish:
            if name in self.publish or not self.assumptions.use("after-call", name):
                self.emit.add(Publish(f"call of {name}", self.emit.source))
                return
            self._seen(f"call of {name}")

    def _seen(self, what: str) -> None:
        """Others may look from here on at what was stored before."""
        flag = self.memory.hidden(what)
        self.emit.add(Store(flag, 1, const(1), NO_TAGS, what, source=self.emit.source))

    # effects

    def run(
        self,
        step: Step,
        effects: Sequence[AsmEffect],
        targets: Sequence[int],
        registers: dict[str, Expr],
    ) -> None:
        """Effects in order. targets: where a callbr may go; registers: what registers of the CPU hold."""
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
                pointer = self._pointer(step, effect.place)
                if pointer is not None:
                    self.memory.store(pointer, effect.size, value, effect.nt)
                    self._released(pointer, effect.nt)
            case AsmRmw():
                self._asm_rmw(step, effect)
            case AsmRange():
                pointer = self._pointer(step, effect.place)
                if pointer is not None:
                    self._asm_range(pointer, effect)
            case AsmFence():
                self.fence(effect.tag, effect.text)
            case AsmSet():
                registers[effect.register] = self._operand(step, effect.value, 64, registers)
            case AsmJump():
                self._jump(effect, targets)
            case AsmCall():
                self._asm_call(step, effect)
            case AsmChoice():
                self._choice(step, effect, targets, registers)
            case AsmStop():
                self.emit.stop()
            case AsmUnknown():
                text = " ".join(effect.text.split())[:80]
                self.emit.add(Unmodelled(f"asm `{text}`: {effect.why}", self.emit.source))

    def _asm_load(self, step: Step, effect: AsmLoad, registers: dict[str, Expr]) -> None:
        pointer = self._pointer(step, effect.place)
        bits = 8 * effect.size
        value = self.emit.any("asm", bits) if pointer is None else None
        if pointer is not None:
            made = self.memory.load(pointer, IntType(bits), bits, "asm", False)
            value = self.values.as_number(made, bits).unsigned
        if effect.register and value is not None:
            registers[effect.register] = value

    def _asm_rmw(self, step: Step, effect: AsmRmw) -> None:
        pointer = self._pointer(step, effect.place)
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
            self._released(pointer)

    def _released(self, pointer: Pointer, nt: bool = False) -> None:
        if self.releases and not nt and not self.publish:
            self.memory.hand_over(pointer)

    def _asm_range(self, pointer: Pointer, effect: AsmRange) -> None:
        bases = [way.base for way in pointer.ways]
        filled = any(base in self.memory.plan.nt for base in bases)
        with self.emit.when(self.emit.maybe()):
            # downwards too: the byte may lie on either side of where it begins
            with self.memory.doubting() if filled else nullcontext():
                ranges.scattered(self.memory, pointer, None, None, effect.stores, effect.nt)
            if effect.nt and any(map(self.memory.reachable, bases)):
                self.memory.fill_somewhere(WIDEST if self.memory.seen(pointer) else 1)

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
        name = callee(self.values.flat, step, effect)
        why = self.doubt(step, name)
        if why:
            self.emit.add(Unmodelled(why, self.emit.source))
        called = named(name, self.find)
        self.run(step, called.effects, [], {})
        self.hand_over(called)
        if called.stops:
            self.emit.stop()

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
            self.run(step, way, targets, local)
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

    def _pointer(self, step: Step, at: Place) -> Pointer | None:
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
        pointer = self.values.agreed(ref, pointer)
        return Pointer(tuple(Way(w.guard, w.base, apply("+", w.offset, shift)) for w in pointer.ways))

    def _from_number(self, ref: Ref, made: Made) -> Pointer:
        """An address that is passed as a number: of the pointers that it was made from."""
        places = list(self.values.bases.of(ref).places)
        if len(places) != 1 or not isinstance(made, Num):
            return Pointer(())
        offset = distance(made.unsigned, self.values.address_of(places[0]))
        return Pointer((Way(TRUE, places[0], offset),))


def callee(flat: Flat, step: Step, effect: AsmCall) -> str:
    """The name of what an asm statement calls."""
    name = effect.symbol
    if effect.target is not None and not name:
        ref = flat.resolve(step.ref(step.instr.operands[effect.target.index]))
        name = ref.value.name if isinstance(ref.value, GlobalRef) else ""
    elif effect.target is not None:
        # __get_user_ and the number of bytes
        size = flat.resolve(step.ref(step.instr.operands[effect.target.index])).value
        name += str(size.value) if isinstance(size, Int) else ""
    return name or UNNAMED


def place(source: object) -> str:
    """A position in few words: the file's name and the line."""
    file = str(getattr(source, "file", "")).rsplit("/", 1)[-1]
    line = getattr(source, "line", 0)
    return f"{file}:{line}" if file else ""
