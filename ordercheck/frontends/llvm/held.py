"""What memory holds that this code does not follow: the same each time where nothing changes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ordercheck.frontends.llvm.ir import IntType, PtrType, Type
from ordercheck.frontends.llvm.kinds import TRUE, Made, Pointer, Way, chosen, distance
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.places import COMPUTED, NULL, Base
from ordercheck.frontends.llvm.plan import Plan
from ordercheck.frontends.llvm.unfollowed import Unfollowed
from ordercheck.frontends.llvm.values import ADDRESS_BITS, Values
from ordercheck.program.expr import Expr, apply, const, ite
from ordercheck.program.ir import Visibility

MAX_LISTED = 64
"""Of a longer table, any may be the one that is loaded."""


class Held(Unfollowed):
    """The content of memory as values; `contents` are those that are parameters."""

    def __init__(
        self,
        values: Values,
        plan: Plan,
        visible: Callable[[Base, bool], Visibility],
        lasting: Callable[[Base], str],
    ) -> None:
        """visible: as `Objects` takes it. lasting: by which assumption a block keeps its content at all
        times, if by any.
        """
        super().__init__(values, plan, visible)
        self._lasting = lasting
        self.contents: dict[tuple[Base, int, int], Expr] = {}
        self.changed = False
        """Whether a call that may have stored anywhere came before."""
        self.changers = "something unknown"
        """Which calls these are, of all that there are."""

    def _perhaps(self, way: Way, of: Type, bits: int, name: str, value: Expr | None) -> Made:
        """A value of memory that something unknown may have changed, or not. value: what is there if not."""
        now = self._content(way, of, bits, name, True)
        if "stable" in self.assumptions.refused:
            return now
        before = self._unchanged(way, of, bits, now, value)
        found = None if before is None else chosen(self.emit.doubt("changed", self.changers), now, before)
        return now if found is None else found

    def _unchanged(self, way: Way, of: Type, bits: int, now: Made, value: Expr | None) -> Made | None:
        """What is there if nothing changed it; now: any value; value: as this code stored it."""
        if not self._steady(way, bits):
            return None if value is None else self._typed(of, bits, value, way)
        offset = int(way.offset.value)
        if not isinstance(now, Pointer):
            return self._held_before(way.base, offset, of, bits)
        if len(now.ways) != 1 or now.ways[0].base is NULL:
            return None
        at = self.bases.through(way.base, offset)[now.ways[0].base]
        return Pointer((Way(TRUE, now.ways[0].base, const(at or 0)),))

    def _steady(self, way: Way, bits: int) -> bool:
        """Whether nothing here stores to those bytes of memory that others have too."""
        return self._shared(way) and self.plan.stable(way.base, int(way.offset.value), bits // 8)

    def _shared(self, way: Way) -> bool:
        """Whether that is one place, in memory that others have too."""
        return way.offset.op == "const" and way.base.kind not in ("local", "null") and not self.merged

    def _lasts(self, way: Way, of: Type, bits: int) -> bool:
        """Whether nobody else stores to that number either."""
        if isinstance(of, PtrType) or not self._steady(way, bits):
            return False
        kind = self._lasting(way.base)
        return bool(kind) and self.assumptions.use(kind, way.base.name)

    def lasting_bits(self, pointer: Pointer, of: IntType) -> tuple[int, Expr] | None:
        """The bits of a word that nothing stores to, though something does to others of it; and a number
        that has them. For loads that nothing unknown comes before, and that are not volatile.
        """
        if len(pointer.ways) != 1 or not self._shared(pointer.ways[0]):
            return None
        way, size = pointer.ways[0], -(-of.bits // 8)
        offset = int(way.offset.value)
        mask = self.plan.stable_bits(way.base, offset, size)
        if not mask or self.plan.stable(way.base, offset, size) or not self.assumptions.use("stable"):
            return None
        made = self._parameter(way.base, offset, of, 8 * size)
        return (mask, made.unsigned) if isinstance(made, Num) else None

    def _typed(self, of: Type, bits: int, value: Expr, way: Way) -> Made:
        if isinstance(of, PtrType):
            found = self.bases.through(way.base, _constant(way))
            if len(found) > 1 and self.bases.unchanging(found) and way.base not in self.plan.blurred:
                return self.one_of(value, list(found))
            places = [b for b in found if b is not NULL]
            if len(places) != 1 or places[0] == COMPUTED or way.base in self.plan.blurred:
                return Pointer(())
            return Pointer((Way(TRUE, places[0], distance(value, self.values.address_of(places[0]))),))
        return self.number(value, of, bits)

    @staticmethod
    def number(value: Expr, of: Type, bits: int) -> Made:
        """A number in memory as a value of that type."""
        if of == IntType(1):
            return apply("!=", apply("%", value, 2), 0)
        if isinstance(of, IntType) and of.bits < bits:
            return Num(of.bits, apply("trunc", value, of.bits))
        return Num(bits, value)

    def _targets(self, way: Way) -> list[Base]:
        return list(self.bases.through(way.base, _constant(way)))

    def _content(self, way: Way, of: Type, bits: int, name: str, volatile: bool) -> Made:
        """A value of memory that is not followed: the same each time where nothing changes it."""
        offset = _constant(way)
        fixed = not volatile and self._steady(way, bits) and self.assumptions.use("stable")
        if isinstance(of, PtrType):
            listed = self._listed(way) if offset is None else None
            if listed is not None:
                return listed
            places = {} if way.base.kind == "local" else self.bases.through(way.base, offset)
            if len(places) != 1:
                return self._one_of(list(places), name)
            (target, at), *_ = places.items()
            if target is NULL or target == COMPUTED:
                return Pointer((Way(TRUE, NULL, const(0)),) if target is NULL else ())
            where = const(at) if fixed and at is not None else self.emit.anywhere(name)
            return Pointer((Way(TRUE, target, where),))
        if not fixed or offset is None:
            return self.unknown(of, bits, name)
        return self._held_before(way.base, offset, of, bits)

    def one_of(self, value: Expr, bases: Sequence[Base]) -> Pointer:
        """A number as the address of one of these, which begin at different ones."""
        self.values.apart(bases)
        addresses = [self.values.address_of(base) for base in bases]
        ways = zip(bases, addresses, strict=True)
        return Pointer(tuple(Way(_equal(value, here, addresses), base, const(0)) for base, here in ways))

    def _listed(self, way: Way) -> Pointer | None:
        """What a constant table of functions and the like has there; None where it is none, or a long one."""
        constant = self.bases.constant(way.base)
        found = [] if constant is None else self.bases.entries(*constant)
        if constant is None or not 0 < len(found) <= MAX_LISTED:
            return None
        outside = self.values.flat.outside
        wheres = [(at, self.bases.of(outside(constant[0], value)).places) for at, value in found]
        if not all(len(places) == 1 and self.bases.unchanging(places) for _, places in wheres):
            return None
        ways = [Way(apply("==", way.offset, at), b, const(0)) for at, places in wheres for b in places]
        ways = [w for w in ways if w.guard.op != "const" or w.guard.value]
        return Pointer(tuple(ways)) if ways else None

    def _each(self, pointer: Pointer) -> Pointer | None:
        """What constant variables hold there, whichever of them it is that the pointer is to."""
        found: list[Way] = []
        for way in pointer.ways:
            if way.base is NULL:
                continue
            held = self._listed(way)
            if held is None:
                return None
            found += (replace(w, guard=apply("and", way.guard, w.guard)) for w in held.ways)
        return Pointer(tuple(found)) if found else None

    def _held_before(self, base: Base, offset: int, of: Type, bits: int) -> Made:
        """The number that is there as long as nothing changes it."""
        target = self.bases.loaded(base, offset)
        if target in self.bases.chosen and bits <= ADDRESS_BITS:
            address = self.values.address_of(target)
            return self.number(address if bits == ADDRESS_BITS else apply("trunc", address, bits), of, bits)
        return self._parameter(base, offset, of, bits)

    def _parameter(self, base: Base, offset: int, of: Type, bits: int) -> Made:
        key = (base, offset, bits)
        if key not in self.contents:
            called = self.bases.loaded(base, offset).name.split("#")[0]
            self.contents[key] = self.emit.param(called, 0, self.values.rules.highest(bits))
        return self.number(self.contents[key], of, bits)

    def unknown(self, of: Type, bits: int, name: str) -> Made:
        """Any value of that type."""
        if isinstance(of, PtrType):
            return Pointer(())
        if isinstance(of, IntType):
            return self.emit.any(name, 1) if of.bits == 1 else Num(of.bits, self.emit.any(name, of.bits))
        return Num(bits, self.emit.any(name, bits))

    def _one_of(self, targets: list[Base], name: str) -> Made:
        """A pointer into one of these, nobody knows which."""
        found = [t for t in targets if t is not NULL]
        if not found or COMPUTED in found:
            return Pointer(())
        which = self.emit.one_of(f"{name}.base", len(found))
        offset = self.emit.anywhere(name)
        if len(found) == 1:
            return Pointer((Way(TRUE, found[0], offset),))
        return Pointer(tuple(Way(apply("==", which, i), b, offset) for i, b in enumerate(found)))


def _constant(way: Way) -> int | None:
    return int(way.offset.value) if way.offset.op == "const" else None


def _equal(value: Expr, address: Expr, addresses: Sequence[Expr]) -> Expr:
    """Whether a number is that address, where these are different ones."""
    if value.op == "ite":
        condition, then, other = value.args
        return ite(condition, _equal(then, address, addresses), _equal(other, address, addresses))
    if any(value is known for known in addresses):
        return const(value is address)
    return apply("==", value, address)
