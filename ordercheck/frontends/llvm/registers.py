"""Registers that hold a value of any kind."""

from __future__ import annotations

from dataclasses import dataclass

from ordercheck.frontends.llvm.ir import IntType, PtrType, Type
from ordercheck.frontends.llvm.kinds import TRUE, Made, Pointer, Way
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.places import COMPUTED, Base
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import Expr, apply, const, ite


@dataclass(frozen=True, slots=True)
class Registers:
    """What holds a value: the value, and for a pointer of several bases which of them."""

    value: Expr
    which: Expr | None
    bases: tuple[Base, ...]
    signed: bool


def variable(values: Values, name: str, of: Type, bases: tuple[Base, ...]) -> tuple[Registers | None, Made]:
    """Registers that hold a value of that type, and the value that they hold."""
    if isinstance(of, PtrType):
        return _pointer_registers(values, name, bases)
    if of == IntType(1):
        register = values.emit.register(name, "bool")
        return Registers(register, None, (), False), register
    bits = of.bits if isinstance(of, IntType) else 8 * values.flat.entry.module.layout.size(of)
    register = values.emit.register(name)
    return Registers(register, None, (), False), Num(bits, register)


def _pointer_registers(values: Values, name: str, bases: tuple[Base, ...]) -> tuple[Registers | None, Made]:
    if not bases or COMPUTED in bases:
        return None, Pointer(())
    register = values.emit.register(name)
    if len(bases) == 1:
        return Registers(register, None, bases, False), Pointer((Way(TRUE, bases[0], register),))
    which = values.emit.register(f"{name}.base")
    ways = tuple(Way(apply("==", which, i), b, register) for i, b in enumerate(bases))
    return Registers(register, which, bases, False), Pointer(ways)


def put(values: Values, registers: Registers, made: Made, bits: int) -> list[tuple[Expr, Expr]]:
    """What registers become when they are to hold a value."""
    if registers.bases:
        return _pointer_assignments(values, registers, made)
    if registers.value.sort == "bool":
        return [(registers.value, made if isinstance(made, Expr) else values.emit.any("any", 1))]
    number = values.as_number(made, bits)
    return [(registers.value, number.signed if registers.signed else number.unsigned)]


def _pointer_assignments(values: Values, registers: Registers, made: Made) -> list[tuple[Expr, Expr]]:
    if not isinstance(made, Pointer) or not made.ways:
        found = [(registers.value, values.emit.anywhere("any"))]
        if registers.which is not None:
            found.append((registers.which, values.emit.one_of("any", len(registers.bases))))
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
