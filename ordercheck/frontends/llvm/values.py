"""The values of a function: numbers, truth values, pointers, and things that are not followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from ordercheck.frontends.llvm import numbers, wraps
from ordercheck.frontends.llvm.assumptions import Assumptions
from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.counters import counters
from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.flat import Flat, Key, Ref
from ordercheck.frontends.llvm.ir import (
    Aggregate,
    Constant,
    ConstantExpr,
    GlobalRef,
    Int,
    IntType,
    Local,
    PtrType,
    StructType,
    Type,
    Value,
)
from ordercheck.frontends.llvm.kinds import TRUE, Made, Parts, Pointer, Way, distance, resized
from ordercheck.frontends.llvm.numbering import Numbering
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.places import COMPUTED, NULL, UNKNOWN_OFFSET, Base, Places
from ordercheck.frontends.llvm.poison import Poison
from ordercheck.frontends.llvm.signs import COUNT, Signs
from ordercheck.frontends.llvm.slots import slots
from ordercheck.frontends.llvm.symbols import may_be_absent
from ordercheck.program.expr import Expr, apply, const, ite
from ordercheck.program.ir import Unmodelled

ADDRESS_BITS = 64


class Values:
    """Values by where they are made; `made` grows step by step, in order."""

    def __init__(self, flat: Flat, code: Code, bases: Bases, emit: Emitter, assumptions: Assumptions) -> None:
        self.flat, self.code, self.bases, self.emit = flat, code, bases, emit
        self.assumptions = assumptions
        self.signs = Signs(flat)
        self.counters = counters(flat)
        self.wrapping = wraps.tested(flat, self.signs, bases)
        self.numbering = Numbering(flat)
        self.slots = slots(flat)
        self.poison = Poison(flat, self.slots.keys())
        self.made: dict[Key, Made] = {}
        self.doubtful: set[Key] = set()
        """Pointers that are elsewhere than `bases` says, or not followed here."""
        self.addresses: dict[Base, Expr] = {}
        self._arguments: dict[str, Made] = {}
        self.rules = numbers.Rules(
            defined=lambda: assumptions.use("defined"),
            wraps="overflow" in assumptions.refused,
            assume=self._assume,
        )

    def _assume(self, condition: Expr) -> None:
        if condition.op != "const":
            self.assumptions.use("overflow")
        self.emit.assume(condition, optional=True, guards=True)

    # asking

    def of(self, ref: Ref) -> Made:
        """Any value."""
        ref = self.flat.resolve(ref)
        value = ref.value
        match value:
            case Local():
                found = self.made.get(ref.key)
                if found is not None:
                    return found
                if ref.frame.caller is None and any(p.name == value.name for p in ref.frame.function.params):
                    return self._argument(ref, value)
                # a value that no path defines, in code that cannot be reached
                return self.unknown(value.type, value.name)
            case Int():
                return (
                    const(bool(value.value))
                    if value.type.bits == 1
                    else Num(value.type.bits, const(value.value))
                )
            case GlobalRef():
                places = self.bases.of(ref).places
                return Pointer(tuple(Way(TRUE, b, const(k or 0)) for b, k in places.items()))
            case ConstantExpr():
                return self._constant_expression(ref, value)
            case Constant(kind="null"):
                return Pointer((Way(TRUE, NULL, const(0)),))
            case Constant(kind="zeroinitializer"):
                return self._zero(ref, value.type)
            case Aggregate() if isinstance(value.type, StructType):
                return Parts(tuple(self.of(Ref(ref.frame, e)) for e in value.elements))
            case Aggregate():
                return self._packed(ref, value)
            case _:
                return self.unknown(value.type, "any")

    def number(self, ref: Ref) -> Num:
        """A value as a number: a pointer as its address, a truth value as 0 or 1."""
        return self.as_number(self.of(ref), self.bits(ref))

    def as_number(self, made: Made, bits: int) -> Num:
        """The same of a value at hand."""
        if isinstance(made, Num):
            return made
        if isinstance(made, Pointer):
            return Num(ADDRESS_BITS, self.address(made))
        if isinstance(made, Parts):
            return Num(bits, self.emit.any("any", bits))
        return Num(1, ite(made, 1, 0), top=1)

    def truth(self, ref: Ref) -> Expr:
        """An i1."""
        made = self.of(ref)
        if isinstance(made, Expr):
            return made
        return apply("!=", self.as_number(made, 1).unsigned, 0)

    def pointer(self, ref: Ref) -> Pointer:
        """A pointer."""
        made = self.of(ref)
        found = self.agreed(ref, made if isinstance(made, Pointer) else Pointer(()))
        places = self.bases.of(ref).places
        return Pointer(tuple(self._placed(way, places) for way in found.ways))

    def agreed(self, ref: Ref, pointer: Pointer) -> Pointer:
        """A pointer to access memory by, where `bases` has it in the same blocks; else it is doubtful."""
        places = self.bases.of(ref).places
        if COMPUTED in places:
            return Pointer(())
        if pointer.ways and all(way.base is NULL or way.base in places for way in pointer.ways):
            return pointer
        if places:
            ref = self.flat.resolve(ref)
            if isinstance(ref.value, Local):
                self.doubtful.add(ref.key)
            else:
                self.emit.add(Unmodelled("an address that is a constant expression", self.emit.source))
        return Pointer(())

    def _placed(self, way: Way, places: Places) -> Way:
        """A way whose offset is a constant just where it is one to `bases`: what is loaded from there
        must lie in the same block of memory to both.
        """
        offset = places.get(way.base, UNKNOWN_OFFSET)
        if offset is not UNKNOWN_OFFSET:
            return Way(way.guard, way.base, const(offset))
        if way.offset.op != "const" or way.base not in places or way.base is NULL:
            return way
        register = self.emit.register("offset")
        self.emit.set(register, way.offset)
        return Way(way.guard, way.base, register)

    def address(self, pointer: Pointer) -> Expr:
        """Where a pointer points, as a number."""
        result: Expr | None = None
        for way in reversed(pointer.ways):
            here = apply("+", self.address_of(way.base), way.offset)
            result = here if result is None else ite(way.guard, here, result)
        return self.emit.any("address", ADDRESS_BITS) if result is None else result

    def apart(self, bases: Iterable[Base]) -> None:
        """Blocks of different names begin at different addresses: what compares these may rely on it."""
        for one, other in combinations([self.address_of(base) for base in bases], 2):
            self.emit.assume(apply("!=", one, other), optional=True)

    def address_of(self, base: Base) -> Expr:
        """The address of a base: a parameter."""
        if base is NULL:
            return const(0)
        if base not in self.addresses:
            named = base.kind in ("global", "local")
            low = 1 if named and not may_be_absent(self.code, base.name) else 0
            high = self.rules.highest(ADDRESS_BITS)
            self.addresses[base] = self.emit.param(f"&{base.name}", low, high, address=True)
        return self.addresses[base]

    def bits(self, ref: Ref) -> int:
        """How many bits a value has."""
        return self.bits_of(ref, getattr(ref.value, "type", PtrType()))

    def bits_of(self, ref: Ref, of: Type) -> int:
        """How many bits a value of that type has."""
        if isinstance(of, IntType):
            return of.bits
        return 8 * ref.frame.module.layout.size(of)

    def unknown(self, of: Type, name: str) -> Made:
        """A value that is not followed: any of its type, chosen each time that control passes here."""
        if isinstance(of, PtrType):
            return Pointer(())
        if isinstance(of, IntType):
            return self.emit.any(name, 1) if of.bits == 1 else Num(of.bits, self.emit.any(name, of.bits))
        if isinstance(of, StructType):
            return Parts(tuple(self.unknown(t, name) for t in of.fields or ()))
        bits = 8 * self.flat.entry.module.layout.size(of)
        return Num(bits, self.emit.any(name, bits))

    def decide(self, ref: Ref) -> None:
        """A value decides where control goes, or what is accessed: it is no poison."""
        for holds in self.poison.deciding(ref):
            if self.rules.defined():
                self.emit.assume(holds, optional=True, guards=True)

    # constants and arguments

    @property
    def arguments(self) -> Mapping[str, Made]:
        """The arguments that were asked for, by their names in the IR."""
        return self._arguments

    def _argument(self, ref: Ref, value: Local) -> Made:
        if value.name not in self._arguments:
            made = self._arguments[value.name] = self._new_argument(ref, value)
            self.loosened(made, ref.key)
        return self._arguments[value.name]

    def _new_argument(self, ref: Ref, value: Local) -> Made:
        called = ref.frame.function.called(value.name)
        if isinstance(value.type, PtrType):
            return Pointer(tuple(Way(TRUE, b, const(0)) for b in self.bases.of(ref).places))
        if value.type == IntType(1):
            return self.emit.param(called, None, None, "bool")
        bits = self.bits(ref)
        for base in self.bases.of(ref).weak & self.bases.chosen:
            return Num(bits, self.address_of(base))
        return Num(bits, self.emit.param(called, 0, self.rules.highest(bits)))

    def _zero(self, ref: Ref, of: Type) -> Made:
        if isinstance(of, StructType):
            return Parts(tuple(self._zero(ref, t) for t in of.fields or ()))
        if isinstance(of, PtrType):
            return Pointer((Way(TRUE, NULL, const(0)),))
        return Num(self.bits_of(ref, of), const(0))

    def _packed(self, ref: Ref, value: Aggregate) -> Made:
        """A constant vector or array as its bits, little-endian."""
        total, shift = 0, 0
        for element in value.elements:
            width = self.bits_of(ref, element.type)
            number = self.number(Ref(ref.frame, element)).constant if isinstance(element, Int) else None
            if isinstance(element, Constant) and element.kind in ("null", "zeroinitializer"):
                number = 0
            if number is None:
                return self.unknown(value.type, "vector")
            total |= number << shift
            shift += width
        return Num(max(shift, 1), const(total))

    def _constant_expression(self, ref: Ref, value: ConstantExpr) -> Made:
        operands = [Ref(ref.frame, v) for v in value.operands]
        if value.op == "getelementptr" and value.source_type is not None:
            return self.moved(operands[0], value.source_type, value.operands[1:])
        if value.op in ("bitcast", "addrspacecast"):
            return self.of(operands[0])
        if value.op in ("ptrtoint", "ptrtoaddr"):
            return resized(self.number(operands[0]), self.bits(ref))
        if value.op == "inttoptr":
            return self.from_number(ref, operands[0])
        if value.op == "trunc":
            return resized(self.number(operands[0]), self.bits(ref))
        if len(operands) == 2:
            a, b = map(self.number, operands)
            found = self.rules.binary(value.op, a, b, frozenset())
            if found is not None:
                return found
        return self.unknown(value.type, "constant")

    # addresses

    def moved(self, start: Ref, source: Type, indices: tuple[Value, ...]) -> Made:
        """Where a pointer points after steps by these indices through a type."""
        pointer = self.pointer(start)
        constant, rest = self.code.steps(start.frame.module, source, indices)
        distance: Expr = const(constant)
        for index, stride in rest:
            distance = apply("+", self._index(Ref(start.frame, index), stride), distance)
        moved = [Way(w.guard, w.base, apply("+", w.offset, distance)) for w in pointer.ways]
        if rest and "overflow" in self.assumptions.refused:
            # the address wraps, wherever its block begins
            moved = [Way(w.guard, w.base, apply("sext", w.offset, ADDRESS_BITS)) for w in moved]
        return Pointer(tuple(moved))

    def _index(self, index: Ref, stride: int) -> Expr:
        number = self.number(index)
        half = 1 << (ADDRESS_BITS - 1)
        if number.has_signed or number.bits != ADDRESS_BITS or "overflow" in self.assumptions.refused:
            return apply("*", number.signed, stride)
        if number.meant is not None:
            self._assume(apply("<", number.meant, half))
            self._assume(apply(">=", number.meant, -half))
            return apply("*", number.meant, stride)
        if self.signs.of(index) is not COUNT:
            fits = apply("<", number.unsigned, 1 << ADDRESS_BITS)
            if number.unsigned.op == "var":
                self.emit.bound(number.unsigned, ADDRESS_BITS)
            else:
                self._assume(fits)
            return apply("*", number.signed, stride)
        self._assume(apply("<", number.unsigned, half))
        return apply("*", number.unsigned, stride)

    def loosened(self, made: Made, key: Key) -> None:
        """Notes of a number where it may be the unsigned form of a negative one: nobody counts with it."""
        if isinstance(made, Num) and made.bits == ADDRESS_BITS and made.has_unsigned and made.meant is None:
            made.loose = self.signs.at(key) is not COUNT
            if made.loose:
                self.emit.bound(made.unsigned, ADDRESS_BITS)

    def counted(self, one: Num, other: Num) -> Num:
        """The sum of a counter and a step, which has room for it."""
        value = apply("+", one.unsigned, other.unsigned)
        self._assume(apply("<", value, 1 << one.bits))
        return Num(one.bits, value)

    def from_number(self, pointer: Ref, number: Ref) -> Made:
        """A number as the pointer that it is converted to."""
        if isinstance(pointer.value, ConstantExpr):
            return self._absolute(number)
        places = [b for b in self.bases.of(pointer).places if b is not NULL]
        if len(places) != 1 or places[0] == COMPUTED:
            return self._absolute(number)
        base = places[0]
        value = self.number(number).unsigned
        return Pointer((Way(TRUE, base, distance(value, self.address_of(base))),))

    def _absolute(self, number: Ref) -> Made:
        made = self.of(number)
        if isinstance(made, Num) and made.constant == 0:
            return Pointer((Way(TRUE, NULL, const(0)),))
        return Pointer(())
