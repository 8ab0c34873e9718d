"""What a constant variable holds, byte by byte, as its initialiser says (LangRef, "Global Variables")."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ordercheck.frontends.llvm.ir import (
    Aggregate,
    ArrayType,
    Constant,
    FloatType,
    Int,
    StructType,
    Type,
    Value,
    VectorType,
)
from ordercheck.frontends.llvm.layout import Layout

Octets = list[int | None]
"""Bytes; None where nothing is known of one: of an address, of what lies between fields."""


def octets(layout: Layout, value: Value, of: Type, start: int, size: int) -> Octets:
    """So many bytes of an initialiser of that type."""
    found: Octets = [None] * size
    for at, data in _parts(layout, value, of, 0, start, start + size):
        for place, byte in enumerate(data, at - start):
            if 0 <= place < size:
                found[place] = byte
    return found


def number(data: Octets) -> int | None:
    """Bytes as a number, little-endian; None where one is not known."""
    known = [b for b in data if b is not None]
    return int.from_bytes(bytes(known), "little") if len(known) == len(data) else None


def _parts(
    layout: Layout, value: Value, of: Type, at: int, low: int, high: int
) -> Iterator[tuple[int, bytes]]:
    """What is known in [low, high), with where it lies; `at`: where the value does."""
    if isinstance(value, Aggregate):
        for place, element, kind in _elements(layout, value, of):
            begin = at + place
            if begin < high and begin + layout.size(kind) > low:
                yield from _parts(layout, element, kind, begin, low, high)
    elif isinstance(value, Int):
        if value.type.bits == 1 or value.type.bits % 8 == 0:
            yield at, value.value.to_bytes(layout.store_size(value.type), "little")
    elif isinstance(value, Constant) and value.kind in ("null", "zeroinitializer"):
        begin, end = max(at, low), min(at + layout.size(of), high)
        yield begin, bytes(max(0, end - begin))
    elif isinstance(value, Constant) and value.kind == "float" and isinstance(of, FloatType):
        yield from ((at, data) for data in _float(value.text, of))


def _elements(layout: Layout, value: Aggregate, of: Type) -> Iterator[tuple[int, Value, Type]]:
    if isinstance(of, StructType) and of.fields is not None:
        for index, element in enumerate(value.elements):
            yield layout.offset(of, index), element, of.fields[index]
    elif isinstance(of, ArrayType | VectorType):
        stride = layout.size(of.element)
        if layout.store_size(of) == of.count * stride:
            for index, element in enumerate(value.elements):
                yield index * stride, element, of.element


def _float(text: str, of: FloatType) -> Iterator[bytes]:
    """LLVM prints a float as the double of that value, in decimal or the bits of it."""
    form = {"double": "<d", "float": "<f"}.get(of.name)
    if form is None or text[:3] in ("0xK", "0xL", "0xM", "0xH", "0xR"):
        return
    bits = struct.pack("<Q", int(text, 16)) if text.startswith("0x") else struct.pack("<d", float(text))
    if of.name == "double":
        yield bits
        return
    value = struct.unpack("<d", bits)[0]
    if value == value:
        yield struct.pack(form, value)
