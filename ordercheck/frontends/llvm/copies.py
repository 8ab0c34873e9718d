"""Arguments that are passed by value in memory (LangRef, `byval`): the callee works on a copy of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ordercheck.frontends.llvm.ir import (
    PTR,
    ArrayType,
    FloatType,
    Function,
    FunctionType,
    GlobalRef,
    Instruction,
    Int,
    IntType,
    Local,
    PtrType,
    StructType,
    Type,
    Value,
    VectorType,
)
from ordercheck.frontends.llvm.layout import Layout
from ordercheck.program.ir import Source

MAX_PARTS = 32
"""A copy of more parts is made byte by byte: what it holds is not known then."""
_BYTE, _WORD = IntType(8), IntType(64)


def copied(function: Function, name: str, of: Type, layout: Layout, source: Source) -> list[Instruction]:
    """A stack slot of that name, and its filling from where `passed` points to.

    Part by part, so that pointers and numbers stay known; what lies between parts is copied as well.
    """
    slot, start = Local(name, PTR), Local(passed(function, name), PTR)
    made = [Instruction("alloca", name, PTR, source_type=of, source=source)]
    parts = list(islice(_covering(of, layout), MAX_PARTS + 1))
    if len(parts) > MAX_PARTS:
        values: tuple[Value, ...] = (slot, start, Int(layout.size(of), _WORD), Int(0, IntType(1)))
        copy = GlobalRef("llvm.memcpy.p0.p0.i64")
        called = FunctionType(PTR, tuple(v.type for v in values))
        call = Instruction("call", operands=values, callee=copy, source_type=called, source=source)
        return [*made, call]
    for number, (offset, part) in enumerate(parts):
        places = []
        for kind, pointer in (("from", start), ("to", slot)):
            place = Local(f"{start.name}.{kind}{number}", PTR)
            moved = (pointer, Int(offset, _WORD))
            made.append(
                Instruction("getelementptr", place.name, PTR, moved, source_type=_BYTE, source=source)
            )
            places.append(place)
        value = Local(f"{start.name}.{number}", part)
        made.append(Instruction("load", value.name, part, (places[0],), source=source))
        made.append(Instruction("store", operands=(value, places[1]), source=source))
    return made


def passed(function: Function, name: str) -> str:
    """A name that no value of the function has, or begins with: of the address that a caller passes."""
    taken = {i.name for b in function.blocks for i in b.instructions} | {p.name for p in function.params}
    found = f"{name}.passed"
    while any(each.startswith(found) for each in taken):
        found += "_"
    return found


def _covering(of: Type, layout: Layout) -> Iterator[tuple[int, Type]]:
    """Parts that have values, with their offsets, and integers for what lies between them."""
    at = 0
    for offset, part in _parts(of, layout, 0):
        yield from _between(at, offset)
        yield offset, part
        at = offset + layout.store_size(part)
    yield from _between(at, layout.size(of))


def _between(start: int, stop: int) -> Iterator[tuple[int, Type]]:
    for at in range(start, stop, 8):
        yield at, IntType(8 * min(8, stop - at))


def _parts(of: Type, layout: Layout, start: int) -> Iterator[tuple[int, Type]]:
    if isinstance(of, StructType) and of.fields is not None:
        for number, field in enumerate(of.fields):
            yield from _parts(field, layout, start + layout.offset(of, number))
    elif isinstance(of, ArrayType):
        for number in range(min(of.count, MAX_PARTS + 1)):
            yield from _parts(of.element, layout, start + number * layout.size(of.element))
    elif isinstance(of, IntType | PtrType | FloatType | VectorType):
        yield start, of
