"""Accesses: to which object, what is loaded, what is stored, who may look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ordercheck.frontends.llvm.alignment import Saying
from ordercheck.frontends.llvm.held import Held
from ordercheck.frontends.llvm.initial import number
from ordercheck.frontends.llvm.ir import PtrType, Type
from ordercheck.frontends.llvm.kinds import TRUE, Made, Pointer, Way
from ordercheck.frontends.llvm.objects import ELSEWHERE
from ordercheck.frontends.llvm.places import NULL, Base
from ordercheck.frontends.llvm.plan import Plan
from ordercheck.frontends.llvm.symbols import is_constant
from ordercheck.frontends.llvm.unfollowed import WIDEST, WORD
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import Expr, apply, const
from ordercheck.program.ir import (
    DOUBT,
    LOCKED,
    NO_TAGS,
    NT,
    Load,
    Rmw,
    Store,
    Unmodelled,
    Visibility,
)


class Memory(Held):
    """The accesses of a program to its objects."""

    def __init__(
        self,
        values: Values,
        plan: Plan,
        visible: Callable[[Base, bool], Visibility],
        lasting: Callable[[Base], str],
    ) -> None:
        """As `Objects` and `Held` take them."""
        super().__init__(values, plan, visible, lasting)
        self.said: list[Saying] = []
        self.label = ""
        """What the next access or fence is called."""
        self._doubting = False

    def named(self) -> str:
        """The label that was given to the next access, which this one takes."""
        label, self.label = self.label, ""
        return DOUBT if self._doubting else label

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """What is accessed meanwhile lies nobody knows where in its block."""
        before, self._doubting = self._doubting, True
        yield
        self._doubting = before

    def aligned(self, pointer: Pointer, align: int) -> None:
        """An access there states that its address is a multiple of so many bytes."""
        if align > 1 and len(pointer.ways) == 1 and pointer.ways[0].base is not NULL:
            way = pointer.ways[0]
            address, lasting = self.values.address_of(way.base), self.bases.lasting(way.base)
            self.said.append(Saying(self.emit.here, address, way.offset, align, lasting))

    # going through the ways of a pointer

    def each(self, pointer: Pointer) -> Iterator[Way]:
        """The ways that lead to memory; what is emitted for one happens where its guard holds."""
        ways = [w for w in pointer.ways if w.base is not NULL]
        if len(ways) < len(pointer.ways) and not self.assumptions.use("defined"):
            with self.emit.when(self._null(pointer)):
                self.emit.add(Unmodelled("an access by a pointer that may be null", self.emit.source))
        if len(ways) == 1:
            yield ways[0]
            return
        after = self.emit.new("join")
        for way in ways[:-1]:
            here, rest = self.emit.new("here"), self.emit.new("else")
            self.emit.branch(way.guard, here, rest)
            self.emit.go_on(here)
            yield way
            self.emit.goto(after)
            self.emit.go_on(rest)
        if ways:
            yield ways[-1]
        self.emit.goto(after)
        self.emit.go_on(after)

    def _null(self, pointer: Pointer) -> Expr:
        """Where the first way whose guard holds leads to no memory."""
        found, before = const(False), TRUE
        for way in pointer.ways:
            if way.base is NULL:
                found = apply("or", found, apply("and", before, way.guard))
            before = apply("and", before, apply("not", way.guard))
        return found

    # loads

    def load(self, pointer: Pointer, of: Type, bits: int, name: str, volatile: bool) -> Made:
        """What a load returns; its event too, where a store of this function may be seen by it."""
        if bits > 8 * WIDEST:
            self.bytes(pointer, bits // 8, False, False)
            return self.unknown(of, bits, name)
        if not pointer.ways:
            self.load_anything(bits // 8, name)
            return self.unknown(of, bits, name)
        if len(pointer.ways) > 1:
            for way in self.each(pointer):
                self._load_event(way, bits, name)
            return self._loaded_from_many(pointer, of, bits, name)
        way = pointer.ways[0]
        if way.base is NULL:
            return self.unknown(of, bits, name)
        lasts = (volatile or self.changed) and self._lasts(way, of, bits)
        volatile = volatile and not lasts
        held = None if volatile or isinstance(of, PtrType) else self.held(way, bits // 8)
        constant = None if held is None else number(held)
        if constant is not None:
            self._load_event(way, bits, name)
            return self.number(const(constant), of, bits)
        local = self.followed(way.base)
        changed = self.changed and not (local or lasts or is_constant(self.values.code, way.base))
        filled = way.base in self.plan.nt or (local and way.base in self.plan.stored)
        value = self._load_event(way, bits, name)
        moving = local and way.base in self.bases.moving
        if moving or (filled and way.base in self.plan.nt & self.plan.changed):
            # no event says what is there now
            return self.unknown(of, bits, name)
        followed = (filled or local) and not (volatile or changed) and not self._steady(way, bits)
        if value is not None and followed:
            return self._typed(of, bits, value, way)
        if changed and not volatile:
            return self._perhaps(way, of, bits, name, value if self.whole(way.base) else None)
        return self._content(way, of, bits, name, volatile)

    def part(self, way: Way, bits: int) -> Expr:
        """A load of a part of what is on the stack, as it is copied."""
        register = self._load_event(way, bits, "part")
        return self.emit.any("part", bits) if register is None else register

    def _load_event(self, way: Way, bits: int, name: str) -> Expr | None:
        self.accessed.setdefault(way.base)
        if self.reachable(way.base):
            self.beside(False)
        if not self.matters(way.base):
            return None
        register = self.emit.register(name)
        label = self.named()
        self.emit.add(
            Load(register.name, self.address(way), bits // 8, NO_TAGS, label, source=self.emit.source)
        )
        return register

    def _loaded_from_many(self, pointer: Pointer, of: Type, bits: int, name: str) -> Made:
        if not isinstance(of, PtrType) or any(way.base in self.plan.blurred for way in pointer.ways):
            return self.unknown(of, bits, name)
        found = self._each(pointer)
        if found is not None:
            return found
        targets: dict[Base, None] = {}
        for way in pointer.ways:
            if way.base is not NULL:
                targets.update(dict.fromkeys(self._targets(way)))
        return self._one_of(list(targets), name)

    # stores

    def store(self, pointer: Pointer, size: int, value: Expr, nt: bool) -> None:
        """A store of any number of bytes that is known; a wide non-temporal one is independent words."""
        label = self.named()
        if not pointer.ways:
            self.store_anything(min(size, WIDEST), value, nt)
            return
        for way in self.each(pointer):
            self.accessed.setdefault(way.base)
            step, tags = WORD if nt else WIDEST, frozenset({NT}) if nt else NO_TAGS
            if self.reachable(way.base):
                self.beside(True)
            seen = self.merged and self._visibility(way.base) is Visibility.SHARED
            if seen and nt:
                # who sees it has seen what was stored before it, and not yet more
                self._hand_over(way.base, "store", tags)
            for start in range(0, size, step):
                width = min(step, size - start)
                part = value
                if size > step:
                    part = apply("trunc", apply(">>", value, 8 * start), 8 * width)
                at = Way(TRUE, way.base, apply("+", way.offset, start))
                self.emit.add(Store(self.address(at), width, part, tags, label, source=self.emit.source))
            if seen and not nt:
                self._hand_over(way.base, "store")
            if not nt and way.base in self.bases.moving and way.base in self.plan.nt:
                # it may be another block than the one that is being filled
                with self.emit.when(self.emit.maybe()):
                    self.seen_elsewhere()

    def hand_over(self, pointer: Pointer) -> None:
        """A release store took effect: whoever sees it may look at what was stored before."""
        for way in self.each(pointer):
            self._hand_over(way.base, "release store")

    def _hand_over(self, base: Base, what: str, tags: frozenset[str] = NO_TAGS) -> None:
        """A store to memory that is visible says so itself; one to what is being filled does not."""
        name = self.object(base)
        if self.objects[name].visibility is Visibility.OWNED:
            label = f"{what} to {base.name}"
            self.emit.add(Store(self.hidden(label), 1, const(1), tags, label, source=self.emit.source))

    def look_anywhere(self) -> None:
        """Something may load any memory that others can reach."""
        self.load_anything(1, "look")

    def lose(self) -> None:
        """Something may store to any memory that others can reach."""
        self.store_anything(1, self.emit.any("any", 8), False)

    def rmw(
        self, pointer: Pointer, size: int, value: Callable[[Expr], Expr | None], bits: int, name: str
    ) -> Expr:
        """A locked read-modify-write; what it returns is any value."""
        label = self.named()
        if not pointer.ways:
            pointer = Pointer((Way(TRUE, self.bases.base("result", ELSEWHERE), const(0)),))
            label = label or DOUBT
        for way in self.each(pointer):
            old = self.emit.register(f"{name}.old")
            stored = value(old)
            if stored is None:
                stored = self.emit.any(f"{name}.new", bits)
            self.emit.add(
                Rmw(
                    old.name,
                    self.address(way),
                    min(size, WIDEST),
                    stored,
                    None,
                    frozenset({LOCKED}),
                    label,
                    self.emit.source,
                )
            )
        return self.emit.any(name, bits) if bits > 1 else self.emit.any(name, 8)

    # bytes

    def seen(self, pointer: Pointer) -> bool:
        """Whether others see at once what is stored there."""
        bases = [w.base for w in pointer.ways if w.base is not NULL]
        if not pointer.ways:
            return self.visible(self.bases.base("result", ELSEWHERE), True) is Visibility.SHARED
        return any(self.objects[self.object(b)].visibility is Visibility.SHARED for b in bases)

    def bytes(self, pointer: Pointer, size: int, stores: bool, nt: bool) -> None:
        """That many from a pointer on."""
        if stores:
            value = self.emit.any("bytes", 8 * size) if size else const(0)
            if size:
                self.store(pointer, size, value, nt)
            return
        for start in range(0, size, WIDEST):
            width = min(WIDEST, size - start)
            if not pointer.ways:
                self.load_anything(width, "bytes")
                return
            for way in self.each(pointer):
                at = Way(TRUE, way.base, apply("+", way.offset, start))
                self._load_event(at, 8 * width, "bytes")
