"""What computes and what accesses memory, in LLVM's printed form (LangRef, "Instruction Reference")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ordercheck.frontends.llvm.ir import (
    PTR,
    ArrayType,
    Int,
    IntType,
    PtrType,
    StructType,
    Type,
    Value,
    VectorType,
)
from ordercheck.frontends.llvm.tokens import UnreadableError, Words
from ordercheck.frontends.llvm.values_text import Reader, space

Fields = dict[str, Any]
"""Fields of an Instruction by their names."""
Maker = Callable[[Reader, Words, set[str]], Fields]
"""Reads what follows the name of an instruction and its flags; may add to the flags."""
_ORDERINGS = frozenset({"unordered", "monotonic", "acquire", "release", "acq_rel", "seq_cst"})


def _binary(reader: Reader, words: Words, flags: set[str]) -> Fields:
    of = reader.type(words)
    first = reader.value(words, of)
    words.need(",")
    return {"type": of, "operands": (first, reader.value(words, of))}


def _cast(reader: Reader, words: Words, flags: set[str]) -> Fields:
    operand = reader.typed(words)
    words.need("to")
    return {"type": reader.type(words), "operands": (operand,)}


def _same(reader: Reader, words: Words, flags: set[str]) -> Fields:
    operand = reader.typed(words)
    return {"type": operand.type, "operands": (operand,)}


def _compare(reader: Reader, words: Words, flags: set[str]) -> Fields:
    predicate = words.next()
    found = _binary(reader, words, flags)
    return {**found, "type": _like(found["type"], IntType(1)), "predicate": predicate}


def _values(reader: Reader, words: Words) -> list[Value]:
    """One or more values; what stands behind them, such as an alignment, is left."""
    found = [reader.typed(words)]
    while words.peek() == "," and words.after() != "align":
        words.next()
        found.append(reader.typed(words))
    return found


def _exactly(reader: Reader, number: int, words: Words) -> list[Value]:
    values = _values(reader, words)
    if len(values) != number:
        raise UnreadableError(f"expected {number} operands, found {len(values)}")
    return values


def _select(reader: Reader, words: Words, flags: set[str]) -> Fields:
    values = _exactly(reader, 3, words)
    return {"type": values[1].type, "operands": tuple(values)}


def _gep(reader: Reader, words: Words, flags: set[str]) -> Fields:
    source = reader.type(words)
    words.need(",")
    values = _values(reader, words)
    base = values[0].type
    vectors = [v.type for v in values if isinstance(v.type, VectorType)]
    result = base if isinstance(base, VectorType) or not vectors else _like(vectors[0], base)
    return {"type": result, "operands": tuple(values), "source_type": source}


def _alloca(reader: Reader, words: Words, flags: set[str]) -> Fields:
    source = reader.type(words)
    operands: tuple[Value, ...] = ()
    align = address_space = 0
    while words.eat(","):
        if words.eat("align"):
            align = words.number()
        elif words.eat("addrspace"):
            address_space = space(words)
        else:
            count = reader.typed(words)
            one = isinstance(count, Int) and count.value == 1
            # a number of elements comes second, as in other uses of a list of operands
            operands = () if one else (count, count)
    of = PtrType(address_space) if address_space else PTR
    return {"type": of, "operands": operands, "source_type": source, "align": align}


def _atomic(words: Words, flags: set[str]) -> Fields:
    """What follows the operands of an access or a fence: scope, orderings, alignment."""
    found: Fields = {}
    if words.eat("syncscope"):
        scope = words.group()
        if scope != '("")':
            flags.add("singlethread" if scope == '("singlethread")' else "syncscope")
    for key in ("ordering", "failure_ordering"):
        if words.peek() in _ORDERINGS:
            found[key] = words.next()
    if words.eat(","):
        words.need("align")
        found["align"] = words.number()
    return found


def _fence(reader: Reader, words: Words, flags: set[str]) -> Fields:
    found = _atomic(words, flags)
    if list(found) != ["ordering"]:
        raise UnreadableError("expected an ordering")
    return found


def _load(reader: Reader, words: Words, flags: set[str]) -> Fields:
    of = reader.type(words)
    words.need(",")
    return {"type": of, "operands": (reader.typed(words),), **_atomic(words, flags)}


def _store(reader: Reader, words: Words, flags: set[str]) -> Fields:
    return {"operands": tuple(_exactly(reader, 2, words)), **_atomic(words, flags)}


def _cmpxchg(reader: Reader, words: Words, flags: set[str]) -> Fields:
    values = _exactly(reader, 3, words)
    result = StructType((values[1].type, IntType(1)))
    return {"type": result, "operands": tuple(values), **_atomic(words, flags)}


def _atomicrmw(reader: Reader, words: Words, flags: set[str]) -> Fields:
    predicate = words.next()
    values = _exactly(reader, 2, words)
    found = {"type": values[1].type, "operands": tuple(values), "predicate": predicate}
    return {**found, **_atomic(words, flags)}


def _indices(words: Words) -> tuple[int, ...]:
    found = []
    while words.eat(","):
        found.append(words.number())
    return tuple(found)


def _extractvalue(reader: Reader, words: Words, flags: set[str]) -> Fields:
    whole = reader.typed(words)
    indices = _indices(words)
    of = whole.type
    for index in indices:
        of = _inside(of, index)
    return {"type": of, "operands": (whole,), "indices": indices}


def _insertvalue(reader: Reader, words: Words, flags: set[str]) -> Fields:
    whole = reader.typed(words)
    words.need(",")
    part = reader.typed(words)
    return {"type": whole.type, "operands": (whole, part), "indices": _indices(words)}


def _extractelement(reader: Reader, words: Words, flags: set[str]) -> Fields:
    values = _exactly(reader, 2, words)
    return {"type": _vector(values[0]).element, "operands": tuple(values)}


def _insertelement(reader: Reader, words: Words, flags: set[str]) -> Fields:
    values = _exactly(reader, 3, words)
    return {"type": _vector(values[0]), "operands": tuple(values)}


def _shuffle(reader: Reader, words: Words, flags: set[str]) -> Fields:
    values = _exactly(reader, 3, words)
    mask = _vector(values[2])
    return {"type": _like(mask, _vector(values[0]).element), "operands": tuple(values)}


def _va_arg(reader: Reader, words: Words, flags: set[str]) -> Fields:
    value = reader.typed(words)
    words.need(",")
    return {"type": reader.type(words), "operands": (value,)}


def _like(of: Type, element: Type) -> Type:
    """The element, or as many of them as a vector has."""
    return VectorType(of.count, element, of.scalable) if isinstance(of, VectorType) else element


def _vector(value: Value) -> VectorType:
    if not isinstance(value.type, VectorType):
        raise UnreadableError("expected a vector")
    return value.type


def _inside(of: Type, index: int) -> Type:
    if isinstance(of, StructType) and of.fields is not None and index < len(of.fields):
        return of.fields[index]
    if isinstance(of, ArrayType):
        return of.element
    raise UnreadableError("expected a structure or an array")


_BINARY = ("add", "sub", "mul", "udiv", "sdiv", "urem", "srem", "shl", "lshr", "ashr", "and", "or", "xor")
_FLOATING = ("fadd", "fsub", "fmul", "fdiv", "frem")
_CASTS = (
    *("trunc", "zext", "sext", "fptrunc", "fpext", "fptoui", "fptosi", "uitofp", "sitofp", "ptrtoint"),
    *("inttoptr", "ptrtoaddr", "bitcast", "addrspacecast"),
)
MAKERS: dict[str, Maker] = {
    **dict.fromkeys((*_BINARY, *_FLOATING), _binary),
    **dict.fromkeys(_CASTS, _cast),
    **dict.fromkeys(("freeze", "fneg"), _same),
    **dict.fromkeys(("icmp", "fcmp"), _compare),
    "select": _select,
    "getelementptr": _gep,
    "alloca": _alloca,
    "load": _load,
    "store": _store,
    "cmpxchg": _cmpxchg,
    "atomicrmw": _atomicrmw,
    "fence": _fence,
    "extractvalue": _extractvalue,
    "insertvalue": _insertvalue,
    "extractelement": _extractelement,
    "insertelement": _insertelement,
    "shufflevector": _shuffle,
    "va_arg": _va_arg,
}
