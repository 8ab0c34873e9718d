"""Sizes, alignments and offsets, in bytes, as x86-64 has them (System V ABI; LangRef, "Data Layout")."""

from __future__ import annotations

from ordercheck.frontends.llvm.ir import (
    ArrayType,
    FloatType,
    IntType,
    PtrType,
    StructType,
    Type,
    VectorType,
)

WIDEST_INTEGER = 16


class Layout:
    """Little-endian, pointers of 8 bytes; i128_align: 16 since LLVM 18, 8 before."""

    def __init__(self, i128_align: int = 16) -> None:
        self._i128 = i128_align
        self._sizes: dict[Type, int] = {}

    def size(self, of: Type) -> int:
        """From one element to the next in an array of these."""
        found = self._sizes.get(of)
        if found is None:
            found = self._sizes[of] = _up(self.store_size(of), self.align(of))
        return found

    def store_size(self, of: Type) -> int:
        """The bytes that a store of such a value touches."""
        match of:
            case IntType():
                return (of.bits + 7) // 8
            case PtrType():
                return 8
            case FloatType():
                return of.size
            case ArrayType():
                return of.count * self.size(of.element)
            case VectorType():
                return (of.count * self._bits(of.element) + 7) // 8
            case StructType():
                return self._fields(of)[-1]
            case _:
                return 0

    def _bits(self, of: Type) -> int:
        return of.bits if isinstance(of, IntType) else 8 * self.size(of)

    def align(self, of: Type) -> int:
        """The alignment that the ABI gives it."""
        match of:
            case IntType():
                if of.bits > 64:
                    return self._i128
                return next(n for n in (1, 2, 4, 8) if of.bits <= 8 * n)
            case PtrType():
                return 8
            case FloatType():
                return 16 if of.size > 8 else of.size
            case ArrayType():
                return self.align(of.element)
            case VectorType():
                size = max(1, self.store_size(of))
                return 1 << (size - 1).bit_length()
            case StructType():
                return 1 if of.packed else max((self.align(f) for f in of.fields or ()), default=1)
            case _:
                return 1

    def offset(self, of: StructType, index: int) -> int:
        """Where a field lies."""
        return self._fields(of)[index]

    def _fields(self, of: StructType) -> list[int]:
        """Where each field lies, and where the last one ends."""
        at, found = 0, []
        for field in of.fields or ():
            if not of.packed:
                at = _up(at, self.align(field))
            found.append(at)
            at += self.size(field)
        if not of.packed:
            at = _up(at, self.align(of))
        return [*found, at]


def _up(value: int, to: int) -> int:
    return (value + to - 1) // to * to
