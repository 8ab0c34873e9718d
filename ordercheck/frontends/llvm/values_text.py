"""Types and values in LLVM's printed form (LangRef, "Type System", "Constants")."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ordercheck.frontends.llvm.ir import (
    PTR,
    Aggregate,
    ArrayType,
    Constant,
    ConstantExpr,
    FloatType,
    FunctionType,
    GlobalRef,
    InlineAsm,
    Int,
    IntType,
    Local,
    OpaqueValue,
    OtherType,
    PtrType,
    StructType,
    Type,
    Value,
    VectorType,
)
from ordercheck.frontends.llvm.tokens import UnreadableError, Words, name_of, octets, unescaped

MAX_ELEMENTS = 4096
"""Constants with more elements than this are not looked into."""
METADATA = OtherType("metadata")
_FLOATS = {"half": 2, "bfloat": 2, "float": 4, "double": 8, "x86_fp80": 10, "fp128": 16, "ppc_fp128": 16}
_OTHERS = ("void", "label", "token", "metadata", "x86_amx")
_SIMPLE: dict[str, Type] = {
    "ptr": PTR,
    **{f"i{n}": IntType(n) for n in (1, 8, 16, 32, 64, 128)},
    **{name: FloatType(name, size) for name, size in _FLOATS.items()},
    **{name: OtherType(name) for name in _OTHERS},
}
_PLAIN = frozenset({"null", "undef", "poison", "zeroinitializer", "none"})
_EXPRESSIONS = frozenset(
    {"getelementptr", "ptrtoint", "inttoptr", "ptrtoaddr", "bitcast", "addrspacecast", "trunc"}
    | {"add", "sub", "mul", "xor", "shl", "extractelement", "insertelement", "shufflevector"}
)
_OPAQUE = frozenset({"blockaddress", "dso_local_equivalent", "no_cfi", "ptrauth"})
_VALUES = _PLAIN | _EXPRESSIONS | _OPAQUE | {"true", "false", "asm", "splat"}
_FLOAT = re.compile(r"0x[KLMHR]?[0-9A-Fa-f]+|[-+]?\d+\.\d*(?:[eE][-+]?\d+)?")
_INTEGER = re.compile(r"[-+]?\d+")
_WIDTH = re.compile(r"i\d+")
_WORD = re.compile(r'"[^"]*"|[a-z_][a-z_0-9]*')
_CLOSING = {"[": "]", "{": "}", "<": ">"}
_TYPE_STARTS = frozenset("%[{<")


class Reader:
    """Reads types and values of one module. named: the bodies of its named structures, as text."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._named, self._types = named, dict[str, StructType]()

    # types

    def type(self, words: Words) -> Type:
        """A type."""
        found = self._base(words)
        while True:
            word = words.peek()
            if word == "(":
                found = self._function(found, words)
            elif word == "addrspace":
                words.next()
                found = PtrType(space(words))
            else:
                return found

    def _function(self, returns: Type, words: Words) -> Type:
        words.need("(")
        params: list[Type] = []
        vararg = False
        while words.more(")"):
            if words.eat("..."):
                vararg = True
            else:
                params.append(self.type(words))
        return FunctionType(returns, tuple(params), vararg)

    def _base(self, words: Words) -> Type:
        word = words.next()
        simple = _SIMPLE.get(word)
        if simple is not None:
            return simple
        if word[0] == "%":
            return self.named(name_of(word))
        if word == "[":
            count = words.number()
            words.need("x")
            element = self.type(words)
            words.need("]")
            return ArrayType(count, element)
        if word == "{":
            return StructType(self._fields(words))
        if word == "<":
            return self._vector(words)
        if _WIDTH.fullmatch(word):
            return IntType(int(word[1:]))
        if word == "target":
            return OtherType(word + words.group())
        raise UnreadableError(f"expected a type, found {word}")

    def _fields(self, words: Words) -> tuple[Type, ...]:
        fields = []
        while words.more("}"):
            fields.append(self.type(words))
        return tuple(fields)

    def _vector(self, words: Words) -> Type:
        if words.eat("{"):
            fields = self._fields(words)
            words.need(">")
            return StructType(fields, True)
        scalable = words.eat("vscale")
        if scalable:
            words.need("x")
        count = words.number()
        words.need("x")
        element = self.type(words)
        words.need(">")
        return VectorType(count, element, scalable)

    def named(self, name: str) -> StructType:
        """The structure of that name; the same object each time."""
        found = self._types.get(name)
        if found is None:
            body = self._named.get(name, "opaque")
            found = StructType(None, False, name)
            if body != "opaque":
                # what LLVM accepts does not contain itself; the entry ends the search if it does
                self._types[name] = found
                try:
                    read = self.type(Words(body))
                finally:
                    del self._types[name]
                if not isinstance(read, StructType):
                    raise UnreadableError(f"expected a structure for %{name}")
                found = StructType(read.fields, read.packed, name)
            self._types[name] = found
        return found

    def starts_type(self, words: Words) -> bool:
        """Whether a type comes."""
        word = words.peek()
        return word in _SIMPLE or word[:1] in _TYPE_STARTS or bool(_WIDTH.fullmatch(word)) or word == "target"

    def attributes(self, words: Words) -> dict[str, str]:
        """The attributes of a parameter or argument that come: each word with what is in its brackets.

        Any word that is no value and no type is taken for one, for new ones are made each year.
        """
        found: dict[str, str] = {}
        while _WORD.fullmatch(words.peek()) and words.peek() not in _VALUES and not self.starts_type(words):
            word = words.next()
            if word[0] == '"':
                found[unescaped(word[1:-1])] = words.next() if words.eat("=") else ""
                continue
            found[word] = words.group()
            if word == "align" and not found[word]:
                found[word] = str(words.number())
        return found

    # values

    def typed(self, words: Words) -> Value:
        """A type and a value."""
        return self.value(words, self.type(words))

    def value(self, words: Words, of: Type) -> Value:
        """A value of that type."""
        word = words.peek()
        first = word[:1]
        if first == "%":
            return Local(name_of(words.next()), of)
        if first == "@":
            return GlobalRef(name_of(words.next()), of)
        if isinstance(of, IntType):
            if _INTEGER.fullmatch(word):
                return Int(words.number() % (1 << of.bits), of)
            if word in ("true", "false"):
                return Int(int(words.next() == "true"), of)
        if of == METADATA:
            return _metadata(words)
        if word in _PLAIN:
            return Constant(words.next(), of)
        if word in _EXPRESSIONS:
            return self._expression(words, of)
        if first in _CLOSING:
            return self._aggregate(words, of)
        if word[:2] == 'c"':
            return _string(octets(words.next()[2:-1]), of)
        if word == "asm":
            return _assembly(words)
        if word == "splat":
            return self._splat(words, of)
        if isinstance(of, FloatType) and _FLOAT.fullmatch(word):
            return Constant("float", of, words.next())
        if word in _OPAQUE:
            words.next()
            text = words.group() or " " + words.next()
            return OpaqueValue(word + text, of)
        raise UnreadableError(f"expected a value, found {word or 'the end'}")

    def _splat(self, words: Words, of: Type) -> Value:
        words.next()
        words.need("(")
        element = self.typed(words)
        words.need(")")
        if isinstance(of, VectorType) and not of.scalable and of.count <= MAX_ELEMENTS:
            return Aggregate((element,) * of.count, of)
        return OpaqueValue("splat", of)

    def _expression(self, words: Words, of: Type) -> Value:
        op = words.next()
        while words.peek() != "(":
            if words.next() == "inrange":
                words.group()
        words.need("(")
        source = None
        if op == "getelementptr":
            source = self.type(words)
            words.need(",")
        operands = [self.typed(words)]
        if words.eat("to"):
            self.type(words)
        while words.more(")"):
            operands.append(self.typed(words))
        return ConstantExpr(op, tuple(operands), of, source)

    def _aggregate(self, words: Words, of: Type) -> Value:
        if isinstance(of, ArrayType | VectorType) and of.count > MAX_ELEMENTS:
            words.group("[<")
            return OpaqueValue(f"{of.count} elements", of)
        opening = words.next()
        closing = _CLOSING[opening]
        packed = opening == "<" and words.eat("{")
        if packed:
            closing = "}"
        elements = []
        while words.more(closing):
            elements.append(self.typed(words))
        if packed:
            words.need(">")
        return Aggregate(tuple(elements), of)


def space(words: Words) -> int:
    """The number of an address space, with brackets around it."""
    words.need("(")
    number = words.number()
    words.need(")")
    return number


def _string(data: bytes, of: Type) -> Value:
    if len(data) > MAX_ELEMENTS:
        return OpaqueValue(f"{len(data)} elements", of)
    byte = IntType(8)
    return Aggregate(tuple(Int(b, byte) for b in data), of)


def _assembly(words: Words) -> InlineAsm:
    words.next()
    flags = set()
    while words.peek()[:1] != '"':
        flags.add(words.next())
    text = unescaped(words.next()[1:-1])
    words.need(",")
    constraints = unescaped(words.next()[1:-1])
    return InlineAsm(
        text, constraints, "sideeffect" in flags, "inteldialect" in flags, unwinds="unwind" in flags
    )


def _metadata(words: Words) -> OpaqueValue:
    """Metadata as an operand: up to the comma or bracket after it."""
    text = ""
    while words.peek() not in (",", ")"):
        text += (words.group("({[<") or words.next()) + " "
    return OpaqueValue(text.strip(), METADATA)
