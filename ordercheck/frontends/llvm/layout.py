"""Sizes, alignments and offsets, in bytes, as a module's data layout has them (LangRef, "Data Layout")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ordercheck.errors import GaveOut, InputError
from ordercheck.frontends.llvm.ir import (
    PTR,
    Aggregate,
    ArrayType,
    ConstantExpr,
    FloatType,
    IntType,
    OpaqueValue,
    OtherType,
    PtrType,
    StructType,
    Type,
    Value,
    VectorType,
)

X86_64 = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
"""The layout of modules that state none (System V ABI, as LLVM puts it since version 18)."""
_DEFAULTS = "p:64:64-i1:8-i8:8-i16:16-i32:32-i64:32-f16:16-f32:32-f64:64-f128:128-v64:64-v128:128-a:0:64"
_SPEC = re.compile(r"(p)[a-z]*(\d*):(\d+):(\d+).*|([ifva])(\d*):(\d+).*", re.DOTALL)
_AMX = 1024
_WITHOUT_SIZE = frozenset(("void", "label", "token", "metadata"))


class Layout:
    """Sizes of types. text: the data layout; where it is empty, x86-64's is meant.

    Raises InputError for big-endian memory; asking for the size of a type that has none known
    here (scalable vectors, target types, opaque structures) raises GaveOut.
    """

    def __init__(self, text: str = X86_64, file: str = "") -> None:
        self._abi: dict[str, dict[int, int]] = {kind: {} for kind in "ifva"}
        self._pointers: dict[int, tuple[int, int]] = {}
        for spec in (*_DEFAULTS.split("-"), *(text or X86_64).split("-")):
            if spec == "E":
                raise InputError("not modelled: big-endian memory", file)
            self._spec(spec)
        self._named: dict[int, tuple[StructType, list[int], int]] = {}

    def _spec(self, spec: str) -> None:
        match = _SPEC.fullmatch(spec)
        if match is None:
            return
        if match[1]:
            self._pointers[int(match[2] or 0)] = int(match[3]) // 8, int(match[4]) // 8
        else:
            self._abi[match[5]][int(match[6] or 0)] = max(1, int(match[7]) // 8)

    def size(self, of: Type) -> int:
        """From one element to the next in an array of these."""
        if isinstance(of, StructType):
            return self._fields(of)[0][-1]
        return _up(self.store_size(of), self.align(of))

    def store_size(self, of: Type) -> int:
        """The bytes that a store of such a value touches; 0 for void, labels, tokens and metadata."""
        match of:
            case IntType():
                return (of.bits + 7) // 8
            case PtrType():
                return self._pointer(of)[0]
            case FloatType():
                return of.size
            case ArrayType():
                return of.count * self.size(of.element)
            case VectorType() if not of.scalable:
                return (of.count * self._bits(of.element) + 7) // 8
            case StructType() if of.fields is not None:
                return self.size(of)
            case OtherType(name="x86_amx"):
                return _AMX
            case OtherType() if of.name in _WITHOUT_SIZE:
                return 0
        raise GaveOut(f"not modelled: the size of {_said(of)}")

    def _bits(self, of: Type) -> int:
        return of.bits if isinstance(of, IntType) else 8 * self.store_size(of)

    def _pointer(self, of: PtrType) -> tuple[int, int]:
        return self._pointers.get(of.space) or self._pointers[0]

    def align(self, of: Type) -> int:
        """The alignment that the ABI gives it."""
        match of:
            case IntType():
                known = self._abi["i"]
                return known[min((n for n in known if n >= of.bits), default=max(known))]
            case PtrType():
                return self._pointer(of)[1]
            case FloatType():
                return self._abi["f"].get(8 * of.size) or _power(of.size)
            case ArrayType():
                return self.align(of.element)
            case VectorType():
                size = self.store_size(of)
                return self._abi["v"].get(of.count * self._bits(of.element)) or _power(size)
            case StructType():
                return self._fields(of)[1]
            case OtherType(name="x86_amx"):
                return 64
        return 1

    def offset(self, of: StructType, index: int) -> int:
        """Where a field lies."""
        return self._fields(of)[0][index]

    def _fields(self, of: StructType) -> tuple[list[int], int]:
        """Where each field lies, and where the last one ends with its padding; the alignment."""
        # by identity, for the hash of a type goes through all that it is made of
        known = self._named.get(id(of))
        if known is not None:
            return known[1], known[2]
        if of.fields is None:
            raise GaveOut(f"not modelled: the size of {_said(of)}")
        at, widest, found = 0, self._abi["a"][0], list[int]()
        for field in of.fields:
            align = 1 if of.packed else self.align(field)
            at, widest = _up(at, align), max(widest, align)
            found.append(at)
            at += self.size(field)
        if of.packed:
            widest = 1
        found.append(_up(at, widest))
        if of.name:
            self._named[id(of)] = of, found, widest
        return found, widest


def _up(value: int, to: int) -> int:
    return (value + to - 1) // to * to


def _power(size: int) -> int:
    return 1 << (max(1, size) - 1).bit_length()


def _said(of: Type) -> str:
    match of:
        case VectorType():
            return "a vector of scalable length"
        case StructType():
            return f"the opaque type {of.name}"
        case OtherType():
            return of.name
    return "a function"


def pointers(layout: Layout, value: Value, of: Type, start: int = 0) -> Iterator[tuple[int, Value]]:
    """The pointers in an initialiser of that type, each with its offset in bytes."""
    if isinstance(of, PtrType):
        yield start, value
    elif isinstance(value, Aggregate) and isinstance(of, StructType):
        for number, element in enumerate(value.elements):
            yield from pointers(layout, element, (of.fields or ())[number], start + layout.offset(of, number))
    elif isinstance(value, Aggregate) and isinstance(of, ArrayType | VectorType):
        for number, element in enumerate(value.elements):
            yield from pointers(layout, element, of.element, start + number * layout.size(of.element))
    elif isinstance(value, OpaqueValue | ConstantExpr):
        yield start, OpaqueValue("a value that is not looked into", PTR)
