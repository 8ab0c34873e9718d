"""Types as far as assembly is concerned with them: sizes."""

from __future__ import annotations

from typing import NamedTuple

from ordercheck.frontends.llvm.ir import (
    ArrayType,
    FloatType,
    IntType,
    PtrType,
    StructType,
    Type,
    VectorType,
)


class Shape(NamedTuple):
    """A type as far as it matters here. size: in bytes, 0 where it is not known; number: an integer
    or a pointer; pointer: a pointer.
    """

    size: int
    number: bool = False
    pointer: bool = False


NO_SHAPE = Shape(0)


_POINTER = 8


def shape(kind: Type | None) -> Shape:
    """Of a type; None: of a value that has none."""
    match kind:
        case IntType():
            return Shape((kind.bits + 7) // 8, True)
        case PtrType():
            return Shape(_POINTER, True, True)
        case None:
            return NO_SHAPE
        case _:
            return Shape(_size(kind)[0])


def _size(kind: Type, depth: int = 0) -> tuple[int, int]:
    """Size and alignment in memory, in bytes (System V psABI, 3.1.2); size 0 where that is not known."""
    if depth > 20:
        return 0, 1
    match kind:
        case IntType():
            size = (kind.bits + 7) // 8
            align = 1 << (size - 1).bit_length() if size else 1
            return -(-size // align) * align, min(align, 16)
        case PtrType():
            return _POINTER, _POINTER
        case FloatType():
            return kind.size, kind.size
        case VectorType():
            size = _size(kind.element, depth + 1)[0] * kind.count
            return size, max(size, 1)
        case ArrayType():
            size, align = _size(kind.element, depth + 1)
            return size * kind.count, align
        case StructType() if kind.fields is not None:
            return _struct(kind, depth)
        case _:
            return 0, 1


def _struct(kind: StructType, depth: int) -> tuple[int, int]:
    at, most = 0, 1
    for one in kind.fields or ():
        size, align = _size(one, depth + 1)
        align = 1 if kind.packed else align
        at = -(-at // align) * align + size
        most = max(most, align)
    return -(-at // most) * most, most
