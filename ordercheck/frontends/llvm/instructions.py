"""Instructions in LLVM's printed form (LangRef, "Instruction Reference"), one line each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ordercheck.frontends.llvm.ir import (
    PTR,
    ArrayType,
    FunctionType,
    Instruction,
    Int,
    IntType,
    OpaqueValue,
    OtherType,
    StructType,
    Type,
    Value,
    VectorType,
)
from ordercheck.frontends.llvm.tokens import UnreadableError, Words, name_of
from ordercheck.frontends.llvm.values_text import Reader
from ordercheck.program.ir import NOWHERE, Source

_METADATA = re.compile(r", !([-a-zA-Z._$0-9]+) (![0-9]+|!\{[^}]*\}|![A-Z]\w*\([^)]*\))")
_NAME = re.compile(r'\s*(%(?:[-a-zA-Z$._0-9]+|"[^"]*")) = (.*)', re.DOTALL)
_COMMENT = re.compile(r'^((?:[^";]|"[^"]*")*);.*$', re.DOTALL)
_FLAGS = frozenset(
    {"nuw", "nsw", "exact", "disjoint", "nneg", "samesign", "inbounds", "nusw", "volatile", "atomic", "weak"}
    | {
        "fast",
        "nnan",
        "ninf",
        "nsz",
        "arcp",
        "contract",
        "afn",
        "reassoc",
        "inalloca",
        "swifterror",
        "cleanup",
    }
)
_ORDERINGS = frozenset({"unordered", "monotonic", "acquire", "release", "acq_rel", "seq_cst"})
_BINARY = frozenset(
    {"add", "sub", "mul", "udiv", "sdiv", "urem", "srem", "shl", "lshr", "ashr", "and", "or", "xor"}
    | {"fadd", "fsub", "fmul", "fdiv", "frem"}
)
_CASTS = frozenset(
    {"trunc", "zext", "sext", "fptrunc", "fpext", "fptoui", "fptosi", "uitofp", "sitofp", "ptrtoint"}
    | {"inttoptr", "ptrtoaddr", "bitcast", "addrspacecast"}
)
_CONVENTIONS = re.compile(r"(cc|ccc|\w+cc|\w+_cc\w*|cc\d+|cfguard_checkcc|\w+call\w*|tailcc|swiftcc)")
_ATTRIBUTE_GROUP = re.compile(r"#\d+")
Fields = dict[str, Any]


class Lines:
    """Reads the instructions of one module.

    groups: the attributes of each `#N`; locate: the source of a `!N`; says: the kinds of metadata
    that are passed on as flags.
    """

    def __init__(
        self, reader: Reader, groups: Mapping[str, frozenset[str]], locate: Callable[[str], Source]
    ) -> None:
        self.reader, self.groups, self.locate = reader, groups, locate

    def read(self, line: str) -> Instruction:
        """The instruction; `unreadable`, with its text, where it is not understood."""
        comment = _COMMENT.match(line) if ";" in line else None
        text = (comment[1] if comment else line).strip()
        metadata: dict[str, str] = dict(_METADATA.findall(text)) if ", !" in text else {}
        source = self.locate(metadata["dbg"]) if "dbg" in metadata else NOWHERE
        named = _NAME.match(text)
        name, rest = (name_of(named[1]), named[2]) if named else ("", text)
        if metadata:
            rest = _METADATA.sub("", rest)
        try:
            words = Words(rest)
            flags: set[str] = {"nontemporal"} if "nontemporal" in metadata else set()
            while words.peek() in ("tail", "musttail", "notail"):
                flags.add(words.next())
            op = words.next()
            while words.peek() in _FLAGS:
                flags.add(words.next())
            fields = self._fields(op, words, flags)
            return Instruction(op, name, flags=frozenset(flags), source=source, text=text, **fields)
        except (UnreadableError, IndexError, AttributeError, ValueError, RecursionError, AssertionError):
            return Instruction("unreadable", name, source=source, text=text)

    def _fields(self, op: str, words: Words, flags: set[str]) -> Fields:
        if op in _BINARY:
            return self._binary(words)
        if op in _CASTS:
            operand = self.reader.typed(words)
            words.need("to")
            return {"type": self.reader.type(words), "operands": (operand,)}
        maker = _MAKERS.get(op)
        if maker is None:
            raise UnreadableError(op)
        return maker(self, words, flags)

    def _binary(self, words: Words) -> Fields:
        of = self.reader.type(words)
        first = self.reader.value(words, of)
        words.need(",")
        return {"type": of, "operands": (first, self.reader.value(words, of))}

    def _same(self, words: Words, flags: set[str]) -> Fields:
        operand = self.reader.typed(words)
        return {"type": _type(operand), "operands": (operand,)}

    def _compare(self, words: Words, flags: set[str]) -> Fields:
        predicate = words.next()
        found = self._binary(words)
        of = found["type"]
        truth = IntType(1)
        result = VectorType(of.count, truth, of.scalable) if isinstance(of, VectorType) else truth
        return {"type": result, "operands": found["operands"], "predicate": predicate}

    def _values(self, words: Words) -> list[Value]:
        found = [self.reader.typed(words)]
        while words.peek() == "," and words.peek(1) not in ("align", "addrspace", ""):
            words.next()
            found.append(self.reader.typed(words))
        return found

    def _select(self, words: Words, flags: set[str]) -> Fields:
        values = self._values(words)
        return {"type": _type(values[1]), "operands": tuple(values)}

    def _gep(self, words: Words, flags: set[str]) -> Fields:
        if words.eat("inrange"):
            words.group()
        source = self.reader.type(words)
        words.need(",")
        values = self._values(words)
        vectors = [t for t in map(_type, values) if isinstance(t, VectorType)]
        result: Type = VectorType(vectors[0].count, PTR, vectors[0].scalable) if vectors else _type(values[0])
        return {"type": result, "operands": tuple(values), "source_type": source}

    def _alloca(self, words: Words, flags: set[str]) -> Fields:
        source = self.reader.type(words)
        operands: tuple[Value, ...] = ()
        align = 0
        while words.eat(","):
            if words.eat("align"):
                align = words.number()
            elif words.eat("addrspace"):
                words.group()
            else:
                count = self.reader.typed(words)
                one = isinstance(count, Int) and count.value == 1
                operands = () if one else (count,)
        # a number of elements comes second, as in other uses of a list of operands
        if operands:
            return {"type": PTR, "operands": (*operands, *operands), "source_type": source, "align": align}
        return {"type": PTR, "source_type": source, "align": align}

    def _atomic(self, words: Words, flags: set[str]) -> Fields:
        """What follows the operands of a load or store: scope, ordering, alignment."""
        found: Fields = {}
        while words.peek():
            word = words.next()
            if word == "syncscope":
                flags.add("singlethread" if "singlethread" in words.group() else "syncscope")
            elif word in _ORDERINGS:
                found["failure_ordering" if "ordering" in found else "ordering"] = word
            elif word == "align":
                found["align"] = words.number()
        return found

    def _load(self, words: Words, flags: set[str]) -> Fields:
        of = self.reader.type(words)
        words.need(",")
        return {"type": of, "operands": (self.reader.typed(words),), **self._atomic(words, flags)}

    def _store(self, words: Words, flags: set[str]) -> Fields:
        value = self.reader.typed(words)
        words.need(",")
        address = self.reader.typed(words)
        return {"operands": (value, address), **self._atomic(words, flags)}

    def _cmpxchg(self, words: Words, flags: set[str]) -> Fields:
        values = self._values(words)
        result = StructType((_type(values[1]), IntType(1)))
        return {"type": result, "operands": tuple(values), **self._atomic(words, flags)}

    def _atomicrmw(self, words: Words, flags: set[str]) -> Fields:
        predicate = words.next()
        values = self._values(words)
        found = {"type": _type(values[1]), "operands": tuple(values), "predicate": predicate}
        return {**found, **self._atomic(words, flags)}

    def _fence(self, words: Words, flags: set[str]) -> Fields:
        return self._atomic(words, flags)

    def _label(self, words: Words) -> str:
        words.need("label")
        return name_of(words.next())

    def _br(self, words: Words, flags: set[str]) -> Fields:
        if words.peek() == "label":
            return {"labels": (self._label(words),)}
        condition = self.reader.typed(words)
        words.need(",")
        then = self._label(words)
        words.need(",")
        return {"operands": (condition,), "labels": (then, self._label(words))}

    def _switch(self, words: Words, flags: set[str]) -> Fields:
        value = self.reader.typed(words)
        words.need(",")
        labels, cases = [self._label(words)], []
        words.need("[")
        while not words.eat("]"):
            case = self.reader.typed(words)
            assert isinstance(case, Int)
            cases.append(case.value)
            words.need(",")
            labels.append(self._label(words))
        return {"operands": (value,), "labels": tuple(labels), "cases": tuple(cases)}

    def _indirectbr(self, words: Words, flags: set[str]) -> Fields:
        address = self.reader.typed(words)
        words.need(",")
        return {"operands": (address,), "labels": self._labels(words)}

    def _labels(self, words: Words) -> tuple[str, ...]:
        words.need("[")
        found = []
        while not words.eat("]"):
            found.append(self._label(words))
            words.eat(",")
        return tuple(found)

    def _phi(self, words: Words, flags: set[str]) -> Fields:
        of = self.reader.type(words)
        values, labels = [], []
        while words.eat("["):
            values.append(self.reader.value(words, of))
            words.need(",")
            labels.append(name_of(words.next()))
            words.need("]")
            words.eat(",")
        return {"type": of, "operands": tuple(values), "labels": tuple(labels)}

    def _ret(self, words: Words, flags: set[str]) -> Fields:
        return {} if words.eat("void") else {"operands": (self.reader.typed(words),)}

    def _nothing(self, words: Words, flags: set[str]) -> Fields:
        return {}

    def _call(self, words: Words, flags: set[str]) -> Fields:
        while _CONVENTIONS.fullmatch(words.peek()):
            if words.next() == "cc":
                words.next()
        self.reader.attributes(words)
        if words.eat("addrspace"):
            words.group()
        of = self.reader.type(words)
        callee = self.reader.value(words, PTR)
        operands, element_types = self._arguments(words)
        result = of.returns if isinstance(of, FunctionType) else of
        types = tuple(_type(v) for v in operands)
        called = of if isinstance(of, FunctionType) else FunctionType(of, types)
        return {
            "type": result,
            "operands": tuple(operands),
            "callee": callee,
            "source_type": called,
            "element_types": element_types,
            **self._rest(words),
        }

    def _arguments(self, words: Words) -> tuple[list[Value], dict[int, Type]]:
        words.need("(")
        operands: list[Value] = []
        elements: dict[int, Type] = {}
        while not words.eat(")"):
            of = self.reader.type(words)
            if of == OtherType("metadata"):
                operands.append(OpaqueValue(_metadata(words), of))
            else:
                for word, inside in self.reader.attributes(words).items():
                    if word in ("elementtype", "byval", "sret", "byref", "inalloca") and inside:
                        elements[len(operands)] = self.reader.type(Words(inside[1:-1]))
                operands.append(self.reader.value(words, of))
            words.eat(",")
        return operands, elements

    def _rest(self, words: Words) -> Fields:
        """What follows the arguments: attributes, bundles, labels."""
        attributes: set[str] = set()
        labels: list[str] = []
        while words.peek():
            word = words.next()
            if _ATTRIBUTE_GROUP.fullmatch(word):
                attributes |= self.groups.get(word, frozenset())
            elif word == "label":
                labels.append(name_of(words.next()))
            elif word[0].isalpha() and word not in ("to", "unwind"):
                attributes.add(word + words.group())
        return {"attributes": frozenset(attributes), "labels": tuple(labels)}

    def _extractvalue(self, words: Words, flags: set[str]) -> Fields:
        whole = self.reader.typed(words)
        of: Type = _type(whole)
        indices = []
        while words.eat(","):
            indices.append(words.number())
            of = _inside(of, indices[-1])
        return {"type": of, "operands": (whole,), "indices": tuple(indices)}

    def _insertvalue(self, words: Words, flags: set[str]) -> Fields:
        whole = self.reader.typed(words)
        words.need(",")
        part = self.reader.typed(words)
        indices = []
        while words.eat(","):
            indices.append(words.number())
        return {"type": _type(whole), "operands": (whole, part), "indices": tuple(indices)}

    def _element(self, words: Words, flags: set[str]) -> Fields:
        values = self._values(words)
        of = _type(values[0])
        assert isinstance(of, VectorType)
        return {"type": of.element if len(values) == 2 else of, "operands": tuple(values)}

    def _shuffle(self, words: Words, flags: set[str]) -> Fields:
        values = self._values(words)
        of, mask = _type(values[0]), _type(values[2])
        assert isinstance(of, VectorType) and isinstance(mask, VectorType)
        return {"type": VectorType(mask.count, of.element, mask.scalable), "operands": tuple(values)}

    def _va_arg(self, words: Words, flags: set[str]) -> Fields:
        value = self.reader.typed(words)
        words.need(",")
        return {"type": self.reader.type(words), "operands": (value,)}

    def _landingpad(self, words: Words, flags: set[str]) -> Fields:
        return {"type": self.reader.type(words)}

    def _pad(self, words: Words, flags: set[str]) -> Fields:
        """catchpad, cleanuppad, catchswitch, catchret, cleanupret: where they lead matters alone."""
        labels = []
        while words.peek():
            if words.next() == "label":
                labels.append(name_of(words.next()))
        return {"type": OtherType("token"), "labels": tuple(labels)}


def _metadata(words: Words) -> str:
    text, depth = "", 0
    while depth or words.peek() not in (",", ")"):
        word = words.next()
        depth += (word in "({") - (word in ")}")
        text += word + " "
    return text.strip()


def _type(value: Value) -> Type:
    found: Type = getattr(value, "type", PTR)
    return found


def _inside(of: Type, index: int) -> Type:
    if isinstance(of, StructType):
        assert of.fields is not None
        return of.fields[index]
    assert isinstance(of, ArrayType)
    return of.element


_MAKERS: dict[str, Callable[[Lines, Words, set[str]], Fields]] = {
    **dict.fromkeys(("freeze", "fneg"), Lines._same),
    **dict.fromkeys(("icmp", "fcmp"), Lines._compare),
    "select": Lines._select,
    "getelementptr": Lines._gep,
    "alloca": Lines._alloca,
    "load": Lines._load,
    "store": Lines._store,
    "cmpxchg": Lines._cmpxchg,
    "atomicrmw": Lines._atomicrmw,
    "fence": Lines._fence,
    "br": Lines._br,
    "switch": Lines._switch,
    "indirectbr": Lines._indirectbr,
    "phi": Lines._phi,
    "ret": Lines._ret,
    "resume": Lines._ret,
    "unreachable": Lines._nothing,
    **dict.fromkeys(("call", "invoke", "callbr"), Lines._call),
    "extractvalue": Lines._extractvalue,
    "insertvalue": Lines._insertvalue,
    **dict.fromkeys(("extractelement", "insertelement"), Lines._element),
    "shufflevector": Lines._shuffle,
    "va_arg": Lines._va_arg,
    "landingpad": Lines._landingpad,
    **dict.fromkeys(("catchpad", "cleanuppad", "catchswitch", "catchret", "cleanupret"), Lines._pad),
}
