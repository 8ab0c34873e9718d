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
_FLOATS = {"half": 2, "bfloat": 2, "float": 4, "double": 8, "x86_fp80": 10, "fp128": 16, "ppc_fp128": 16}
_PLAIN = {"null", "undef", "poison", "zeroinitializer", "none"}
_EXPRESSIONS = frozenset(
    {"getelementptr", "ptrtoint", "inttoptr", "ptrtoaddr", "bitcast", "addrspacecast", "trunc"}
    | {"add", "sub", "mul", "xor", "shl", "extractelement", "insertelement", "shufflevector"}
)
_INTEGER = re.compile(r"[-+]?\d+")
_CLOSING = {"[": "]", "{": "}", "<": ">"}
PARAMETER_WORDS = frozenset(
    {
        "zeroext",
        "signext",
        "inreg",
        "noalias",
        "nocapture",
        "nofree",
        "nest",
        "returned",
        "nonnull",
        "noundef",
    }
    | {
        "swiftself",
        "swiftasync",
        "swifterror",
        "immarg",
        "align",
        "dereferenceable",
        "byval",
        "byref",
        "sret",
    }
    | {
        "preallocated",
        "inalloca",
        "elementtype",
        "readonly",
        "readnone",
        "writeonly",
        "allocalign",
        "captures",
    }
    | {"allocptr", "range", "nofpclass", "initializes", "dead_on_unwind", "writable", "dead_on_return"}
    | {"dereferenceable_or_null", "nocf_check", "inline_history"}
)


class Reader:
    """Reads types and values of one module. named: the bodies of its named structures, as text."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._named, self._types = named, dict[str, StructType]()

    # types

    def type(self, words: Words) -> Type:
        """A type."""
        found = self._base(words)
        while True:
            if words.peek() == "addrspace":
                words.next()
                found = PtrType(int(words.group()[1:-1]))
            elif words.peek() == "(":
                found = self._function(found, words)
            else:
                return found

    def _function(self, returns: Type, words: Words) -> Type:
        words.need("(")
        params: list[Type] = []
        vararg = False
        while not words.eat(")"):
            if words.eat("..."):
                vararg = True
            else:
                params.append(self.type(words))
                self.attributes(words)
            words.eat(",")
        return FunctionType(returns, tuple(params), vararg)

    def _base(self, words: Words) -> Type:
        word = words.next()
        if word == "ptr":
            return PTR
        if word[0] == "i" and word[1:].isdigit():
            return IntType(int(word[1:]))
        if word in _FLOATS:
            return FloatType(word, _FLOATS[word])
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
        if word == "target":
            return OtherType(word + words.group())
        if not word[0].isalpha():
            raise UnreadableError(f"expected a type, found {word}")
        return OtherType(word)

    def _fields(self, words: Words) -> tuple[Type, ...]:
        fields = []
        while not words.eat("}"):
            fields.append(self.type(words))
            words.eat(",")
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
        """The structure of that name."""
        if name not in self._types:
            self._types[name] = StructType(None, False, name)
            body = self._named.get(name, "opaque")
            if body != "opaque":
                found = self.type(Words(body))
                assert isinstance(found, StructType)
                self._types[name] = StructType(found.fields, found.packed, name)
        return self._types[name]

    def attributes(self, words: Words) -> dict[str, str]:
        """The attributes of a parameter or result that come: each word with what is in its brackets."""
        found: dict[str, str] = {}
        while words.peek() in PARAMETER_WORDS or (words.peek()[:1] == '"' and words.peek()):
            word = words.next()
            found[word] = words.group()
            if word == "align" and not found[word]:
                found[word] = words.next()
            if word[0] == '"' and words.eat("="):
                words.next()
        return found

    # values

    def typed(self, words: Words) -> Value:
        """A type and a value."""
        return self.value(words, self.type(words))

    def value(self, words: Words, of: Type) -> Value:
        """A value of that type."""
        word = words.peek()
        if word[:1] == "%":
            return Local(name_of(words.next()), of)
        if word[:1] == "@":
            return GlobalRef(name_of(words.next()), of)
        if word in ("true", "false") and isinstance(of, IntType):
            words.next()
            return Int(int(word == "true"), of)
        if isinstance(of, IntType) and _INTEGER.fullmatch(word):
            return Int(words.number() % (1 << of.bits), of)
        if word in _PLAIN:
            return Constant(words.next(), of)
        if word[:2] == 'c"':
            return _string(octets(words.next()[2:-1]), of)
        if word == "asm":
            return _assembly(words)
        if word == "splat":
            return self._splat(words, of)
        if word in _EXPRESSIONS:
            return self._expression(words, of)
        if word in _CLOSING:
            return self._aggregate(words, of)
        if isinstance(of, FloatType):
            return Constant("float", of, words.next() + (words.next() if words.peek()[:1] == "x" else ""))
        return _opaque(words, of)

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
        operands = []
        while not words.eat(")"):
            operands.append(self.typed(words))
            if words.eat("to"):
                self.type(words)
            words.eat(",")
        return ConstantExpr(op, tuple(operands), of, source)

    def _aggregate(self, words: Words, of: Type) -> Value:
        opening = words.next()
        closing = _CLOSING[opening]
        packed = opening == "<" and words.eat("{")
        if packed:
            closing = "}"
        elements = []
        while not words.eat(closing):
            elements.append(self.typed(words))
            words.eat(",")
        if packed:
            words.need(">")
        return Aggregate(tuple(elements), of)


def _string(data: bytes, of: Type) -> Value:
    if len(data) > MAX_ELEMENTS:
        return OpaqueValue("a long string", of)
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
    return InlineAsm(text, constraints, "sideeffect" in flags, "inteldialect" in flags)


def _opaque(words: Words, of: Type) -> OpaqueValue:
    text = words.next()
    if text in (",", ")", "]"):
        raise UnreadableError(f"expected a value, found {text}")
    if text == "!" or words.peek() in ("!", "@"):
        text += words.next()
    return OpaqueValue(text + words.group(), of)
