"""One module: an index of its text, whose parts are read when somebody asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from ordercheck.errors import InputError
from ordercheck.frontends.llvm.bodies import Positions
from ordercheck.frontends.llvm.debug import Debug
from ordercheck.frontends.llvm.fields import Fields
from ordercheck.frontends.llvm.functions import Functions, linkage
from ordercheck.frontends.llvm.index import Index, index
from ordercheck.frontends.llvm.ir import (
    PTR,
    Function,
    GlobalRef,
    GlobalVariable,
    Instruction,
    OpaqueValue,
    OtherType,
    StructType,
    Value,
)
from ordercheck.frontends.llvm.layout import Layout
from ordercheck.frontends.llvm.parse import BITCODE, LIMITS, Limits, canonical, contents
from ordercheck.frontends.llvm.taken import accessing, holding, is_taken, mentions
from ordercheck.frontends.llvm.tokens import UnreadableError, Words, unescaped
from ordercheck.frontends.llvm.values_text import Reader

T = TypeVar("T")
MAX_INITIALIZER = 1 << 22
"""Initialisers with more characters than this are not looked into."""
POINTER = 8
_DEBUG = re.compile(r"!dbg (![0-9]+)")
_KINDS = ("global", "constant", "alias", "ifunc")


class Lazy(Mapping[str, T]):
    """What is read when it is asked for the first time."""

    def __init__(self, names: Mapping[str, object], read: Callable[[str], T]) -> None:
        self._names, self._read = names, read
        self._known: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._known:
            if name not in self._names:
                raise KeyError(name)
            self._known[name] = self._read(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


class Module:
    """A module. Functions, globals and types are read when asked for; every name is without its sigil.

    functions: also those that are declared only; asking for one whose head is not understood
    raises InputError. aliases: what each stands for, an OpaqueValue for an ifunc. kernel: whether
    this is code of the Linux kernel. has_module_asm: whether there is assembly outside of functions.
    Instructions without debug information have the function's name for their source, in a module
    without any also the file's, with lines and columns if it is text and they are found in it.
    """

    def __init__(self, path: Path, text: str, written: str = "") -> None:
        """text: as LLVM prints it; written: as the author wrote it, where that is text."""
        self.path = path
        self._index: Index = index(text)
        self.triple = self._index.triple
        self.source_filename = self._index.source_filename
        self.has_module_asm = bool(self._index.module_asm)
        self.kernel = self._index.kernel
        self.layout = Layout(self._index.layout, str(path))
        self._reader = Reader(self._index.types)
        positions = Positions(written) if written and not self._index.has_debug() else None
        debug = Debug(self._index.nodes)
        self.fields = Fields(debug)
        self._functions = Functions(self._reader, self._index.groups, debug, str(path), positions)
        self.functions: Mapping[str, Function] = Lazy(self._index.functions, self._function)
        self.globals: Mapping[str, GlobalVariable] = Lazy(self._index.variables, self._global)
        self.aliases: Mapping[str, Value] = Lazy(self._index.aliases, self._alias)
        self.types: Mapping[str, StructType] = Lazy(self._index.types, self._type)

    def defined(self) -> list[str]:
        """The names of the functions that have a body here."""
        return [name for name, span in self._index.functions.items() if span.defined]

    def holds(self, name: str, words: Sequence[str]) -> bool:
        """Whether the text of a function's body has one of these in it."""
        return self._index.holds(name, words)

    def users(self, name: str) -> set[str] | None:
        """The functions whose bodies mention that name, or a longer one; None: it is not in them alone."""
        index = self._index
        words = f"@{name}", f'@"{name}'
        others = [*index.variables.values(), *index.aliases.values()]
        elsewhere = any(w in o for o in others for w in words) or any(name in a for a in index.module_asm)
        if '"' in name or "\\" in name or elsewhere:
            return None
        return {f for f, span in index.functions.items() if span.defined and index.holds(f, words)}

    def takes(self, name: str) -> bool:
        """Whether the address of a function is used here, for more than a call by that name."""
        return is_taken(self._index, [name, *self._aliased(name)])

    def holding(self, name: str) -> list[str]:
        """The variables whose initialisers have the address of a function in them, or of such a variable."""
        return holding(self._index, [name, *self._aliased(name)])

    def accessing(self, name: str) -> list[str] | None:
        """The functions that use the address of a variable; None where something else does, too."""
        return accessing(self._index, name)

    def using(self, name: str) -> list[tuple[Instruction, list[int]]] | None:
        """The instructions with the address of a variable in their operands, and in which; None where it is
        used elsewhere, too, or is called, or where one of its users cannot be read.
        """
        users = self.accessing(name)
        if users is None:
            return None
        steps = [i for user in users for block in self.functions[user].blocks for i in block.instructions]
        if any(i.op == "unreadable" or mentions(i.callee, name) for i in steps):
            return None
        found = [(i, [n for n, value in enumerate(i.operands) if mentions(value, name)]) for i in steps]
        return [(instr, uses) for instr, uses in found if uses]

    def mentions(self, name: str) -> list[str]:
        """The functions whose bodies have that name in them, or that of an alias of it."""
        return self._index.mentions([name, *self._aliased(name)])

    def _aliased(self, name: str) -> list[str]:
        return [a for a, value in self.aliases.items() if isinstance(value, GlobalRef) and value.name == name]

    @property
    def assembly(self) -> list[str]:
        """The lines of the assembly outside of functions."""
        return self._index.assembly

    def knows(self, name: str) -> bool:
        """Whether it is the name of anything that can be stored to or called here, in asm as well."""
        if name in self.functions or name in self.globals or name in self.aliases:
            return True
        called = re.compile(rf"\basm .*{re.escape(name)}(?![\w.$])")
        return name in self._index.text and called.search(self._index.text) is not None

    def text_of(self, name: str) -> str:
        """The text of a function's body."""
        span = self._index.functions[name]
        return self._index.text[span.head_end : span.end]

    def variable(self, name: str) -> GlobalVariable | None:
        """The global variable of that name; None: there is none here."""
        return self.globals.get(name)

    def declared(self, name: str) -> str:
        """The debug information's node of the type of a global in the source, "" where that is not said."""
        match = _DEBUG.search(self._index.variables.get(name, ""))
        return "" if match is None else self.fields.of_global(match[1])

    def linkage(self, alias: str) -> str:
        """The linkage of an alias or ifunc, "" where it is the ordinary one."""
        return linkage(_head(Words(self._index.aliases[alias])))

    def _function(self, name: str) -> Function:
        span, text = self._index.functions[name], self._index.text
        before, after = text[span.start : span.name_at], text[span.name_end : span.head_end]
        try:
            return self._functions.read(name, before, after, text[span.head_end : span.end])
        except (UnreadableError, RecursionError) as error:
            raise self._unread(f"function {name}", error) from error

    def _type(self, name: str) -> StructType:
        try:
            return self._reader.named(name)
        except (UnreadableError, RecursionError) as error:
            raise self._unread(f"type {name}", error) from error

    def _unread(self, what: str, error: Exception) -> InputError:
        return InputError(f"cannot read the head of {what}: {error}"[:300], str(self.path))

    def _alias(self, name: str) -> Value:
        words = Words(self._index.aliases[name])
        if "ifunc" in _head(words):
            # what it resolves to is known at run time only
            return OpaqueValue("ifunc", PTR)
        try:
            self._reader.type(words)
            words.need(",")
            # no type stands before an expression
            starts = self._reader.starts_type(words)
            return self._reader.typed(words) if starts else self._reader.value(words, PTR)
        except (UnreadableError, RecursionError):
            return OpaqueValue("alias", PTR)

    def _global(self, name: str) -> GlobalVariable:
        text = self._index.variables[name]
        large = len(text) > MAX_INITIALIZER
        words = Words(text[: MAX_INITIALIZER >> 6] if large else text)
        head = _head(words)
        stated = linkage(head)
        # what initialises it from outside knows better than the initialiser
        constant = head[-1:] == ["constant"] and "externally_initialized" not in head
        thread_local = "thread_local" in head
        try:
            of = self._reader.type(words)
        except (UnreadableError, RecursionError):
            unknown = OtherType("unreadable")
            value = OpaqueValue("a value that cannot be read", unknown)
            return GlobalVariable(name, unknown, constant, value, thread_local, stated)
        initializer: Value | None = None
        if large:
            initializer = OpaqueValue("a large value", of)
        elif words.peek() not in ("", ","):
            try:
                initializer = self._reader.value(words, of)
            except (UnreadableError, ValueError, RecursionError):
                initializer = OpaqueValue("a value that cannot be read", of)
        rest = words.rest()
        section = unescaped(rest[rest.index("section") + 1][1:-1]) if "section" in rest[:-1] else ""
        return GlobalVariable(name, of, constant, initializer, thread_local, stated, section)


def _head(words: Words) -> list[str]:
    """Takes the words of a global up to the one that says what it is."""
    found: list[str] = []
    while words.peek() and (not found or found[-1] not in _KINDS):
        found.append(words.next())
    return found


def load(path: Path, limits: Limits = LIMITS) -> Module:
    """The module in a file, text or bitcode.

    Raises InputError where there is none, or where it is not for x86-64 with its pointers of 8 bytes.
    """
    data = contents(path, limits)
    text = canonical(data, str(path), limits)
    module = Module(path, text, "" if data.startswith(BITCODE) else data.decode("utf-8"))
    if module.triple and not module.triple.startswith("x86_64"):
        raise InputError(f"the module is for {module.triple}: expected x86-64", str(path))
    if module.layout.size(PTR) != POINTER:
        raise InputError(f"not modelled: pointers of {module.layout.size(PTR)} bytes", str(path))
    return module
