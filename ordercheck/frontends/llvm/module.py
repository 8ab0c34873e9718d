"""One module: an index of its text, whose parts are read when somebody asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ordercheck.errors import InputError
from ordercheck.frontends.llvm.debug import Debug
from ordercheck.frontends.llvm.instructions import Lines
from ordercheck.frontends.llvm.ir import (
    BasicBlock,
    Function,
    FunctionType,
    GlobalVariable,
    Instruction,
    OpaqueValue,
    Parameter,
    Value,
)
from ordercheck.frontends.llvm.layout import Layout
from ordercheck.frontends.llvm.parse import canonical
from ordercheck.frontends.llvm.tokens import UnreadableError, Words, name_of
from ordercheck.frontends.llvm.values_text import PARAMETER_WORDS, Reader

_SYMBOL = re.compile(r'@([-a-zA-Z$._0-9]+|"[^"]*")')
_LABEL = re.compile(r'([-a-zA-Z$._0-9]+|"[^"]*"):')
_WORD = re.compile(r'[a-z_]+(?:\([^)]*\))?|"[^"]*"(?:="[^"]*")?')
_VARIABLE = re.compile(r"!\d+")
_LINKAGE = re.compile(
    r"\b(private|internal|available_externally|linkonce|weak|common|appending|extern_weak|linkonce_odr|weak_odr"
    r"|external)\b"
)
_ARGUMENT = re.compile(r"#dbg_(?:value|declare)\([^!]*, (!\d+), ")
_HEAD = re.compile(r"(global|constant|alias|ifunc)\b")
_NEAR = {"linkonce_odr": "linkonce", "weak_odr": "weak"}


class _Lazy(Mapping[str, Function]):
    def __init__(self, module: Module, texts: Mapping[str, Sequence[str]]) -> None:
        self._module, self._texts = module, texts
        self._read: dict[str, Function] = {}

    def __getitem__(self, name: str) -> Function:
        if name not in self._read:
            self._read[name] = self._module._function(name, self._texts[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, name: object) -> bool:
        return name in self._texts


class Module:
    """A module. Functions are read when asked for; every name is without its sigil.

    functions: also those that are declared only. holds() looks at their text alone.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.triple = ""
        self.kernel = False
        self._texts: dict[str, list[str]] = {}
        self._variables: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._globals: dict[str, GlobalVariable] = {}
        self._groups: dict[str, frozenset[str]] = {}
        named: dict[str, str] = {}
        nodes: dict[str, str] = {}
        self._index(text, named, nodes)
        self._reader = Reader(named)
        self._debug = Debug(nodes)
        self._lines = Lines(self._reader, self._groups, self._debug.source)
        self.layout = Layout()
        self.functions: Mapping[str, Function] = _Lazy(self, self._texts)
        self.aliases = {name: self._alias(text) for name, text in self._aliases.items()}

    def _index(self, text: str, named: dict[str, str], nodes: dict[str, str]) -> None:
        lines = text.split("\n")
        number = 0
        while number < len(lines):
            line = lines[number]
            start = line[:1]
            if start == "!":
                name, _, rest = line.partition(" = ")
                nodes[name] = rest
                # the kernel alone is built for the top 2 GiB of the address space
                self.kernel |= '!"Code Model", i32 2' in rest
            elif start == "%":
                name, _, rest = line.partition(" = type ")
                named[name_of(name)] = rest
            elif start == "@":
                self._symbol(line)
            elif line.startswith("declare "):
                self._texts[_called(line)] = [line]
            elif line.startswith("define "):
                end = lines.index("}", number)
                self._texts[_called(line)] = lines[number:end]
                number = end
            elif line.startswith("attributes "):
                name, _, rest = line.removeprefix("attributes ").partition(" = ")
                self._groups[name] = frozenset(w.strip('"') for w in _WORD.findall(rest))
            elif line.startswith("target triple"):
                self.triple = line.split('"')[1]
            number += 1

    def _symbol(self, line: str) -> None:
        name, _, rest = line.partition(" = ")
        head = _HEAD.search(rest)
        if head is not None and head[1] in ("alias", "ifunc"):
            self._aliases[name_of(name)] = rest[head.end() :] if head[1] == "alias" else ""
        else:
            self._variables[name_of(name)] = rest

    def _alias(self, text: str) -> Value:
        try:
            words = Words(text)
            self._reader.type(words)
            words.need(",")
            return self._reader.typed(words)
        except (UnreadableError, IndexError, AttributeError):
            # an ifunc: what it resolves to is known at run time only
            return OpaqueValue("ifunc", self._reader.type(Words("ptr")))

    def defined(self) -> list[str]:
        """The names of the functions that have a body here."""
        return [name for name, lines in self._texts.items() if len(lines) > 1]

    def holds(self, name: str, words: Sequence[str]) -> bool:
        """Whether the text of a function has one of these in it."""
        return any(word in line for line in self._texts[name] for word in words)

    def variable(self, name: str) -> GlobalVariable | None:
        """The global variable of that name; None: there is none here."""
        if name not in self._globals and name in self._variables:
            self._globals[name] = self._global(name, self._variables[name])
        return self._globals.get(name)

    def _global(self, name: str, text: str) -> GlobalVariable:
        head = _HEAD.search(text)
        before = text[: head.start()] if head else ""
        linkage = _linkage(before)
        words = Words(text[head.end() :] if head else text)
        of = self._reader.type(words)
        initializer = None
        if words.peek() not in ("", ",") and linkage != "external":
            try:
                initializer = self._reader.value(words, of)
            except (UnreadableError, IndexError, RecursionError):
                initializer = OpaqueValue("a constant", of)
        constant = head is not None and head[1] == "constant"
        return GlobalVariable(name, of, constant, initializer, "thread_local" in before, linkage)

    def _function(self, name: str, lines: Sequence[str]) -> Function:
        head = lines[0]
        at = _SYMBOL.search(head)
        assert at is not None
        words = Words(head[at.end() :])
        params, vararg = self._parameters(words)
        attributes: set[str] = set()
        subprogram = ""
        while words.peek():
            word = words.next()
            attributes |= self._groups.get(word, frozenset())
            if word == "!dbg":
                subprogram = words.next()
        if subprogram:
            params = self._with_names(params, lines, subprogram)
        returns = self._reader.type(Words(_result(head[: at.start()])))
        blocks = self._blocks(lines[1:], len(params))
        return Function(
            name,
            FunctionType(returns, tuple(p.type for p in params), vararg),
            tuple(params),
            blocks,
            frozenset(attributes),
            _linkage(head[: at.start()]),
            self._debug.subprogram(subprogram),
        )

    def _parameters(self, words: Words) -> tuple[list[Parameter], bool]:
        words.need("(")
        found: list[Parameter] = []
        vararg = False
        while not words.eat(")"):
            if words.eat("..."):
                vararg = True
                continue
            of = self._reader.type(words)
            attributes = frozenset(self._reader.attributes(words))
            name = name_of(words.next()) if words.peek()[:1] == "%" else str(len(found))
            found.append(Parameter(name, of, name, attributes))
            words.eat(",")
        return found, vararg

    def _with_names(self, params: list[Parameter], lines: Sequence[str], subprogram: str) -> list[Parameter]:
        """The parameters as the source calls them, where debug records say so."""
        names: dict[int, str] = {}
        for line in lines:
            if "#dbg_" in line:
                match = _ARGUMENT.search(line)
                found = self._debug.argument(match[1]) if match else None
                if match and found is not None and self._debug.owner(match[1]) == subprogram:
                    names.setdefault(found[0], found[1])
        if len(names) > len(params) or any(n > len(params) for n in names):
            # the compiler changed the parameters: numbers no longer fit
            return params
        return [
            Parameter(p.name, p.type, names.get(i, p.called), p.attributes) for i, p in enumerate(params, 1)
        ]

    def _blocks(self, lines: Sequence[str], params: int) -> tuple[BasicBlock, ...]:
        blocks: list[BasicBlock] = []
        label, body = str(params), list[Instruction]()
        for line in _joined(lines):
            match = _LABEL.match(line)
            if match is None:
                body.append(self._lines.read(line))
                continue
            if body:
                blocks.append(BasicBlock(label, tuple(body)))
            label, body = name_of("%" + match[1]), []
        if body:
            blocks.append(BasicBlock(label, tuple(body)))
        return tuple(blocks)


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """The instructions and labels, each on one line; without comments and debug records."""
    held = ""
    for line in lines:
        text = line.lstrip()
        if not text or text[0] == ";" or text.startswith("#dbg_"):
            continue
        # the rest of a switch, an invoke or a landing pad has a deeper indent than two
        if held and (line.startswith(("   ", "  ]")) or text == "]"):
            held += " " + text
            continue
        if held:
            yield held
        held = line if line.startswith(" ") else ""
        if not held:
            yield line
    if held:
        yield held


def _called(line: str) -> str:
    match = _SYMBOL.search(line)
    return name_of("@" + match[1]) if match else ""


def _linkage(text: str) -> str:
    match = _LINKAGE.search(text)
    return _NEAR.get(match[1], match[1]) if match else ""


def _result(head: str) -> str:
    """The type that a function returns: what is left of its head without the words before it."""
    words = head.replace("define ", "").replace("declare ", "").split()
    for start in range(len(words)):
        word = words[start].split("(")[0]
        if word[:1] in "%{<[" or word in ("void", "ptr", "float", "double", "half", "fp128", "x86_fp80"):
            return " ".join(words[start:])
        if word[:1] == "i" and word[1:].isdigit() and word not in PARAMETER_WORDS:
            return " ".join(words[start:])
    return "void"


def load(path: Path) -> Module:
    """The module in a file, text or bitcode.

    Raises InputError where there is none, or where it is not for x86-64.
    """
    module = Module(path, canonical(path))
    if module.triple and not module.triple.startswith("x86_64"):
        raise InputError(f"the module is for {module.triple}: expected x86-64", str(path))
    return module
