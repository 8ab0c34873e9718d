"""The values of a function: numbers, truth values, pointers, and things that are not followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ordercheck.frontends.llvm import numbers
from ordercheck.frontends.llvm.assumptions import Assumptions
from ordercheck.frontends.llvm.bases import COMPUTED, NULL, UNKNOWN_OFFSET, Base, Bases, Places
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.flat import Flat, Key, Phi, Ref, Step
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
    VectorType,
)
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.program.expr import Expr, apply, const, ite
from ordercheck.record import record

ADDRESS_BITS = 64
TRUE, FALSE = const(True), const(False)


@record(frozen=True, slots=True)
class Way:
    """Where a pointer points where `guard` holds: `offset` bytes into `base`."""

    guard: Expr
    base: Base
    offset: Expr


@record(frozen=True, slots=True)
class Pointer:
    """A pointer: the first way whose guard holds; none: an address that is not followed."""

    ways: tuple[Way, ...]


@record(frozen=True, slots=True)
class Parts:
    """A structure, element by element."""

    elements: tuple[Made, ...]


Made = Num | Expr | Pointer | Parts
"""A value: a number (also of vectors and floats, as their bits), a truth value, a pointer, a structure."""


@dataclass(frozen=True, slots=True)
class PhiRegisters:
    """The registers of a phi: its value, and for a pointer of several bases which of them."""

    value: Expr
    which: Expr | None
    bases: tuple[Base, ...]
    signed: bool


class Values:
    """Values by where they are made. `define` is called once for each step, in order."""

    def __init__(self, flat: Flat, code: Code, bases: Bases, emit: Emitter, assumptions: Assumptions) -> None:
        self.flat, self.code, self.bases, self.emit = flat, code, bases, emit
        self.assumptions = assumptions
        self.made: dict[Key, Made] = {}
        self.phis: dict[Key, PhiRegisters] = {}
        self._addresses: dict[Base, Expr] = {}
        self._arguments: dict[str, Made] = {}
        self.rules = numbers.Rules(
            flags="defined" not in assumptions.refused,
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
                found = self.made.get((ref.frame.number, value.name))
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
        if not isinstance(made, Pointer):
            return Pointer(())
        places = self.bases.of(ref).places
        return Pointer(tuple(self._placed(way, places) for way in made.ways))

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

    def address_of(self, base: Base) -> Expr:
        """The address of a base: a parameter."""
        if base is NULL:
            return const(0)
        if base not in self._addresses:
            low = 1 if base.kind in ("global", "local") else 0
            self._addresses[base] = self.emit.param(f"&{base.name}", low, self.rules.highest(ADDRESS_BITS))
        return self._addresses[base]

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

    # constants and arguments

    def _argument(self, ref: Ref, value: Local) -> Made:
        if value.name not in self._arguments:
            self._arguments[value.name] = self._new_argument(ref, value)
        return self._arguments[value.name]

    def _new_argument(self, ref: Ref, value: Local) -> Made:
        called = next(p.called or p.name for p in ref.frame.function.params if p.name == value.name)
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
            return self._moved(operands[0], value.source_type, value.operands[1:])
        if value.op in ("bitcast", "addrspacecast"):
            return self.of(operands[0])
        if value.op in ("ptrtoint", "ptrtoaddr"):
            return self._resized(self.number(operands[0]), self.bits(ref))
        if value.op == "inttoptr":
            return self._from_number(ref, operands[0])
        if value.op == "trunc":
            return self._resized(self.number(operands[0]), self.bits(ref))
        if len(operands) == 2:
            a, b = map(self.number, operands)
            found = self.rules.binary(value.op, a, b, frozenset())
            if found is not None:
                return found
        return self.unknown(value.type, "constant")

    # instructions

    def define(self, step: Step) -> bool:
        """Makes the value of a step that touches no memory; False where it is not one of those."""
        maker = _MAKERS.get(step.instr.op)
        if maker is None and step.instr.op not in _OPAQUE:
            return False
        made = None if maker is None else maker(self, step)
        if made is None:
            made = self.unknown(step.instr.type, step.instr.name)
        self.made[step.key] = made
        return True

    def _binary(self, step: Step) -> Made | None:
        one, other = (step.ref(v) for v in step.instr.operands)
        op, of = step.instr.op, step.instr.type
        if of == IntType(1):
            a, b = self.truth(one), self.truth(other)
            if op in ("and", "mul"):
                return apply("and", a, b)
            if op == "or":
                return apply("or", a, b)
            if op not in ("xor", "add", "sub"):
                return None
            for truth, rest in ((a, b), (b, a)):
                if truth.op == "const":
                    return apply("not", rest) if truth.value else rest
            return apply("!=", ite(a, 1, 0), ite(b, 1, 0))
        if not isinstance(of, IntType):
            return None
        return self.rules.binary(op, self.number(one), self.number(other), step.instr.flags)

    def _icmp(self, step: Step) -> Made | None:
        one, other = (step.ref(v) for v in step.instr.operands)
        if isinstance(step.instr.type, VectorType):
            return None
        left, right = self.of(one), self.of(other)
        same = self._same_base(left, right)
        if same is not None and step.instr.predicate[0] != "s":
            a, b = same
            if step.instr.predicate in ("eq", "ne"):
                return apply("==" if step.instr.predicate == "eq" else "!=", a, b)
            op = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}[step.instr.predicate[1:]]
            return apply(op, a, b)
        return numbers.compare(step.instr.predicate, self.number(one), self.number(other))

    @staticmethod
    def _same_base(left: Made, right: Made) -> tuple[Expr, Expr] | None:
        """The offsets of two pointers into one base."""
        if not isinstance(left, Pointer) or not isinstance(right, Pointer):
            return None
        if len(left.ways) != 1 or len(right.ways) != 1 or left.ways[0].base != right.ways[0].base:
            return None
        return left.ways[0].offset, right.ways[0].offset

    def _select(self, step: Step) -> Made | None:
        condition, then, other = (step.ref(v) for v in step.instr.operands)
        if not isinstance(getattr(condition.value, "type", None), IntType):
            return None
        return self.chosen(self.truth(condition), self.of(then), self.of(other))

    def chosen(self, condition: Expr, then: Made, other: Made) -> Made | None:
        """One or the other value; None where they are of different kinds."""
        if isinstance(then, Num) and isinstance(other, Num):
            top = max(then.top, other.top)
            if then.has_unsigned and other.has_unsigned:
                return Num(then.bits, ite(condition, then.unsigned, other.unsigned), top=top)
            return Num(then.bits, None, ite(condition, then.signed, other.signed), top)
        if isinstance(then, Pointer) and isinstance(other, Pointer):
            if not then.ways or not other.ways:
                return Pointer(())
            return self._merged_ways(condition, then, other)
        if isinstance(then, Expr) and isinstance(other, Expr):
            return ite(condition, then, other)
        return None

    @staticmethod
    def _merged_ways(condition: Expr, then: Pointer, other: Pointer) -> Pointer:
        if len(then.ways) == 1 and len(other.ways) == 1 and then.ways[0].base == other.ways[0].base:
            offset = ite(condition, then.ways[0].offset, other.ways[0].offset)
            return Pointer((Way(TRUE, then.ways[0].base, offset),))
        ways = [Way(apply("and", condition, w.guard), w.base, w.offset) for w in then.ways]
        return Pointer((*ways, *other.ways))

    def _gep(self, step: Step) -> Made | None:
        instr = step.instr
        if instr.source_type is None or isinstance(instr.type, VectorType):
            return None
        return self._moved(step.ref(instr.operands[0]), instr.source_type, instr.operands[1:])

    def _moved(self, start: Ref, source: Type, indices: tuple[Value, ...]) -> Made:
        pointer = self.pointer(start)
        constant, rest = self.code.steps(start.frame.module, source, indices)
        distance: Expr = const(constant)
        for index, stride in rest:
            distance = apply("+", self._index(Ref(start.frame, index), stride), distance)
        return Pointer(tuple(Way(w.guard, w.base, apply("+", w.offset, distance)) for w in pointer.ways))

    def _index(self, index: Ref, stride: int) -> Expr:
        number = self.number(index)
        if number.has_signed or number.bits != ADDRESS_BITS or "overflow" in self.assumptions.refused:
            return apply("*", number.signed, stride)
        self._assume(apply("<", number.unsigned, 1 << (ADDRESS_BITS - 1)))
        return apply("*", number.unsigned, stride)

    def _cast(self, step: Step) -> Made | None:
        return self.of(step.ref(step.instr.operands[0]))

    def _bitcast(self, step: Step) -> Made | None:
        made = self.of(step.ref(step.instr.operands[0]))
        to = step.instr.type
        if isinstance(made, Pointer) or isinstance(to, PtrType):
            return made if isinstance(made, Pointer) and isinstance(to, PtrType) else None
        if isinstance(to, IntType) and to.bits == 1:
            return None
        return self.as_number(made, self.bits_of(step.ref(step.instr.operands[0]), to))

    def _widen(self, step: Step) -> Made | None:
        of = step.instr.type
        if not isinstance(of, IntType):
            return None
        return numbers.widened(step.instr.op, self._wide(step), of.bits)

    def _wide(self, step: Step) -> Num:
        made = self.of(step.ref(step.instr.operands[0]))
        if isinstance(made, Expr) and step.instr.op == "sext":
            return Num(1, None, ite(made, -1, 0))
        return self.as_number(made, self.bits(step.ref(step.instr.operands[0])))

    def _trunc(self, step: Step) -> Made | None:
        of = step.instr.type
        if not isinstance(of, IntType):
            return None
        number = self.number(step.ref(step.instr.operands[0]))
        if of.bits == 1:
            return apply("!=", apply("%", number.unsigned, 2), 0)
        if number.has_signed and not number.has_unsigned and "nsw" in step.instr.flags:
            return Num(of.bits, None, number.signed)
        if "nuw" in step.instr.flags and self.rules.flags:
            return Num(of.bits, number.unsigned)
        return numbers.narrowed(number, of.bits)

    def _ptrtoint(self, step: Step) -> Made | None:
        of = step.instr.type
        if not isinstance(of, IntType):
            return None
        return self._resized(self.number(step.ref(step.instr.operands[0])), of.bits)

    @staticmethod
    def _resized(number: Num, bits: int) -> Made:
        if bits == 1:
            return apply("!=", apply("%", number.unsigned, 2), 0)
        return (
            numbers.narrowed(number, bits)
            if bits < number.bits
            else Num(bits, number.unsigned, top=number.top)
        )

    def _inttoptr(self, step: Step) -> Made | None:
        return self._from_number(
            Ref(step.frame, Local(step.instr.name, step.instr.type)), step.ref(step.instr.operands[0])
        )

    def _from_number(self, pointer: Ref, number: Ref) -> Made:
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

    def _extract(self, step: Step) -> Made | None:
        made: Made = self.of(step.ref(step.instr.operands[0]))
        for index in step.instr.indices:
            if not isinstance(made, Parts) or index >= len(made.elements):
                return None
            made = made.elements[index]
        return made

    def _insert(self, step: Step) -> Made | None:
        whole, part = (step.ref(v) for v in step.instr.operands)
        if len(step.instr.indices) != 1 or not isinstance(step.instr.type, StructType):
            return None
        made = self.of(whole)
        if not isinstance(made, Parts):
            return None
        elements = list(made.elements)
        elements[step.instr.indices[0]] = self.of(part)
        return Parts(tuple(elements))

    # phis

    def declare(self, phi: Phi) -> None:
        """Makes the registers of a phi."""
        of, name = phi.like.type, phi.like.name
        if isinstance(of, StructType):
            return
        signed = isinstance(of, IntType) and any(self._may_be_negative(r) for r in phi.incoming.values())
        registers, made = self.variable(name, of, tuple(self.bases.at(phi.key).places))
        if isinstance(made, Num) and registers is not None:
            if signed:
                registers, made = replace(registers, signed=True), Num(made.bits, None, registers.value)
            else:
                made = Num(made.bits, registers.value, top=self._top(phi))
        self.made[phi.key] = made
        if registers is not None:
            self.phis[phi.key] = registers

    def _pointer_registers(self, name: str, bases: tuple[Base, ...]) -> tuple[PhiRegisters | None, Made]:
        if not bases or COMPUTED in bases:
            return None, Pointer(())
        register = self.emit.register(name)
        if len(bases) == 1:
            return PhiRegisters(register, None, bases, False), Pointer((Way(TRUE, bases[0], register),))
        which = self.emit.register(f"{name}.base")
        ways = tuple(Way(apply("==", which, i), b, register) for i, b in enumerate(bases))
        return PhiRegisters(register, which, bases, False), Pointer(ways)

    def _may_be_negative(self, ref: Ref) -> bool:
        """Whether a value is better kept in its signed form (a matter of form, not of truth)."""
        ref = self.flat.resolve(ref)
        value = ref.value
        if isinstance(value, Int):
            return value.type.bits > 1 and bool(value.value >> (value.type.bits - 1))
        found = self._definition(ref)
        if found is None:
            return False
        flags = found.instr.flags
        if found.instr.op in ("add", "sub", "mul", "shl"):
            return "nsw" in flags and "nuw" not in flags
        return found.instr.op in ("sext", "ashr", "sdiv", "srem")

    def _definition(self, ref: Ref) -> Step | None:
        if not isinstance(ref.value, Local):
            return None
        if not hasattr(self, "_steps"):
            self._steps = {s.key: s for s in self.flat.steps() if s.instr.name}
        return self._steps.get((ref.frame.number, ref.value.name))

    def _top(self, phi: Phi) -> int | None:
        """An upper bound from constants alone."""
        tops = [
            r.value.value if isinstance(r.value, Int) else None
            for r in map(self.flat.resolve, phi.incoming.values())
        ]
        return None if None in tops else max(t for t in tops if t is not None)

    def variable(self, name: str, of: Type, bases: tuple[Base, ...]) -> tuple[PhiRegisters | None, Made]:
        """Registers that hold a value of that type, and the value that they hold."""
        if isinstance(of, PtrType):
            return self._pointer_registers(name, bases)
        if of == IntType(1):
            register = self.emit.register(name, "bool")
            return PhiRegisters(register, None, (), False), register
        bits = of.bits if isinstance(of, IntType) else 8 * self.flat.entry.module.layout.size(of)
        register = self.emit.register(name)
        return PhiRegisters(register, None, (), False), Num(bits, register)

    def put(self, registers: PhiRegisters, made: Made, bits: int) -> list[tuple[Expr, Expr]]:
        """What registers become when they are to hold a value."""
        if registers.bases:
            return self._pointer_assignments(registers, made)
        if registers.value.sort == "bool":
            return [(registers.value, made if isinstance(made, Expr) else self.emit.any("any", 1))]
        number = self.as_number(made, bits)
        return [(registers.value, number.signed if registers.signed else number.unsigned)]

    def assignments(self, phi: Phi, block: int) -> list[tuple[Expr, Expr]]:
        """What the registers of a phi become where control comes from that block."""
        registers, ref = self.phis.get(phi.key), phi.incoming.get(block)
        if registers is None or ref is None:
            return []
        kind = self.made[phi.key]
        return self.put(registers, self.of(ref), kind.bits if isinstance(kind, Num) else ADDRESS_BITS)

    def _pointer_assignments(self, registers: PhiRegisters, made: Made) -> list[tuple[Expr, Expr]]:
        if not isinstance(made, Pointer) or not made.ways:
            found = [(registers.value, self.emit.anywhere("any"))]
            if registers.which is not None:
                found.append((registers.which, self.emit.one_of("any", len(registers.bases))))
            return found
        offset = which_one = None
        for way in reversed(made.ways):
            index = const(registers.bases.index(way.base) if way.base in registers.bases else 0)
            offset = way.offset if offset is None else ite(way.guard, way.offset, offset)
            which_one = index if which_one is None else ite(way.guard, index, which_one)
        assert offset is not None and which_one is not None
        found = [(registers.value, offset)]
        if registers.which is not None:
            found.append((registers.which, which_one))
        return found


def distance(value: Expr, start: Expr) -> Expr:
    """value - start, where start is one of the terms of a sum without a difference."""
    if value is start:
        return const(0)
    if value.op == "+":
        for one, other in (value.args, value.args[::-1]):
            rest = distance(one, start)
            if rest.op != "-" or rest.args[1] is not start:
                return apply("+", rest, other)
    return apply("-", value, start)


_BINARY = ("add", "sub", "mul", "shl", "lshr", "ashr", "udiv", "urem", "sdiv", "srem", "and", "or", "xor")
_MAKERS: dict[str, Callable[[Values, Step], Made | None]] = {
    **dict.fromkeys(_BINARY, Values._binary),
    "icmp": Values._icmp,
    "select": Values._select,
    "getelementptr": Values._gep,
    "freeze": Values._cast,
    "addrspacecast": Values._cast,
    "bitcast": Values._bitcast,
    "zext": Values._widen,
    "sext": Values._widen,
    "trunc": Values._trunc,
    "ptrtoint": Values._ptrtoint,
    "ptrtoaddr": Values._ptrtoint,
    "inttoptr": Values._inttoptr,
    "extractvalue": Values._extract,
    "insertvalue": Values._insert,
}
_OPAQUE = frozenset(
    (
        *("fadd", "fsub", "fmul", "fdiv", "frem", "fneg", "fcmp", "fptrunc", "fpext", "fptoui", "fptosi"),
        *("uitofp", "sitofp", "extractelement", "insertelement", "shufflevector", "landingpad"),
    )
)
"""What touches no memory and whose result is not followed."""
