"""Calls and what ends a block, in LLVM's printed form (LangRef, "Instruction Reference"), and phi."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ordercheck.frontends.llvm.ir import PTR, FunctionType, Int, OtherType, Type, Value
from ordercheck.frontends.llvm.operations_text import Fields, Maker
from ordercheck.frontends.llvm.tokens import UnreadableError, Words, name_of, unescaped
from ordercheck.frontends.llvm.values_text import METADATA, Reader

_TOKEN = OtherType("token")
_WITH_TYPE = ("elementtype", "byval", "sret", "byref", "inalloca", "preallocated")
_NUMBER = re.compile(r"\d+")


def call(reader: Reader, groups: Mapping[str, frozenset[str]], words: Words) -> Fields:
    """The fields of a call, from its calling convention to its labels.

    An operand bundle "x" is the attribute `bundle(x)`: its values are left out.
    """
    head(reader, words)
    of = reader.type(words)
    callee = reader.value(words, PTR)
    operands, element_types, byval = _arguments(reader, words)
    called = of if isinstance(of, FunctionType) else FunctionType(of, tuple(v.type for v in operands))
    attributes: set[str] = set()
    while words.peek()[:1] == "#":
        attributes |= groups.get(words.next(), frozenset())
    return {
        "type": called.returns,
        "operands": tuple(operands),
        "callee": callee,
        "source_type": called,
        "element_types": element_types,
        "byval": byval,
        "attributes": frozenset(attributes | _bundles(words)),
        "labels": _successors(words),
    }


def head(reader: Reader, words: Words) -> list[str]:
    """The words before the type that a function returns: linkage, calling convention, attributes, ..."""
    found = []
    while not reader.starts_type(words):
        found.append(words.next())
        words.group()
        if _NUMBER.fullmatch(words.peek()):
            # align 8, cc 10
            words.next()
    return found


def _label(words: Words) -> str:
    """A label."""
    words.need("label")
    return name_of(words.next())


def _labels(words: Words) -> tuple[str, ...]:
    """Labels within brackets."""
    words.need("[")
    found = []
    while words.more("]"):
        found.append(_label(words))
    return tuple(found)


def _arguments(reader: Reader, words: Words) -> tuple[list[Value], dict[int, Type], frozenset[int]]:
    words.need("(")
    operands: list[Value] = []
    elements: dict[int, Type] = {}
    byval: set[int] = set()
    while words.more(")"):
        if words.eat("..."):
            # musttail: whatever else this function was called with
            continue
        of = reader.type(words)
        if of != METADATA:
            for word, inside in reader.attributes(words).items():
                if word in _WITH_TYPE:
                    elements[len(operands)] = reader.type(Words(inside[1:-1]))
                if word == "byval":
                    byval.add(len(operands))
        operands.append(reader.value(words, of))
    return operands, elements, frozenset(byval)


def _bundles(words: Words) -> set[str]:
    found: set[str] = set()
    if words.eat("["):
        while words.more("]"):
            tag = words.next()
            if tag[0] != '"':
                raise UnreadableError(f"expected a bundle, found {tag}")
            found.add(f"bundle({unescaped(tag[1:-1])})")
            words.group()
    return found


def _successors(words: Words) -> tuple[str, ...]:
    if not words.eat("to"):
        return ()
    normal = _label(words)
    return (normal, _label(words)) if words.eat("unwind") else (normal, *_labels(words))


def _br(reader: Reader, words: Words, flags: set[str]) -> Fields:
    if words.peek() == "label":
        return {"labels": (_label(words),)}
    condition = reader.typed(words)
    words.need(",")
    then = _label(words)
    words.need(",")
    return {"operands": (condition,), "labels": (then, _label(words))}


def _switch(reader: Reader, words: Words, flags: set[str]) -> Fields:
    value = reader.typed(words)
    words.need(",")
    labels, cases = [_label(words)], []
    words.need("[")
    while not words.eat("]"):
        case = reader.typed(words)
        if not isinstance(case, Int):
            raise UnreadableError("expected an integer")
        cases.append(case.value)
        words.need(",")
        labels.append(_label(words))
    return {"operands": (value,), "labels": tuple(labels), "cases": tuple(cases)}


def _indirectbr(reader: Reader, words: Words, flags: set[str]) -> Fields:
    address = reader.typed(words)
    words.need(",")
    return {"operands": (address,), "labels": _labels(words)}


def _phi(reader: Reader, words: Words, flags: set[str]) -> Fields:
    of = reader.type(words)
    values, labels = [], []
    while words.eat("["):
        values.append(reader.value(words, of))
        words.need(",")
        labels.append(name_of(words.next()))
        words.need("]")
        if not words.eat(","):
            break
    return {"type": of, "operands": tuple(values), "labels": tuple(labels)}


def _ret(reader: Reader, words: Words, flags: set[str]) -> Fields:
    return {} if words.eat("void") else {"operands": (reader.typed(words),)}


def _nothing(reader: Reader, words: Words, flags: set[str]) -> Fields:
    return {}


def _landingpad(reader: Reader, words: Words, flags: set[str]) -> Fields:
    of = reader.type(words)
    if words.eat("cleanup"):
        flags.add("cleanup")
    clauses = []
    while words.peek() in ("catch", "filter"):
        words.next()
        clauses.append(reader.typed(words))
    return {"type": of, "operands": tuple(clauses)}


def _pad(reader: Reader, words: Words, flags: set[str]) -> Fields:
    """catchpad, cleanuppad: of the pad that they are within, with arguments."""
    words.need("within")
    operands = [reader.value(words, _TOKEN)]
    words.need("[")
    while words.more("]"):
        operands.append(reader.typed(words))
    return {"type": _TOKEN, "operands": tuple(operands)}


def _catchswitch(reader: Reader, words: Words, flags: set[str]) -> Fields:
    words.need("within")
    parent = reader.value(words, _TOKEN)
    found, further = _labels(words), _unwind(words)
    if not further:
        flags.add("to caller")
    return {"type": _TOKEN, "operands": (parent,), "labels": (*found, *further)}


def _catchret(reader: Reader, words: Words, flags: set[str]) -> Fields:
    words.need("from")
    pad = reader.value(words, _TOKEN)
    words.need("to")
    return {"operands": (pad,), "labels": (_label(words),)}


def _cleanupret(reader: Reader, words: Words, flags: set[str]) -> Fields:
    words.need("from")
    return {"operands": (reader.value(words, _TOKEN),), "labels": _unwind(words)}


def _unwind(words: Words) -> tuple[str, ...]:
    words.need("unwind")
    if words.eat("to"):
        words.need("caller")
        return ()
    return (_label(words),)


MAKERS: dict[str, Maker] = {
    "br": _br,
    "switch": _switch,
    "indirectbr": _indirectbr,
    "phi": _phi,
    **dict.fromkeys(("ret", "resume"), _ret),
    "unreachable": _nothing,
    "landingpad": _landingpad,
    **dict.fromkeys(("catchpad", "cleanuppad"), _pad),
    "catchswitch": _catchswitch,
    "catchret": _catchret,
    "cleanupret": _cleanupret,
}
