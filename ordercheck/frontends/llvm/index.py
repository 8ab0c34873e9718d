"""The text of a module, taken apart into its definitions, none of which is read yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ordercheck.frontends.llvm.tokens import SYMBOL, name_of, unescaped

_FUNCTION = re.compile(rf'(?:[^"@\n]|"[^"\n]*")*(@{SYMBOL})')
_NAMED = re.compile(rf"([%@]{SYMBOL}) = (.*)")
_TYPE = "type "
_ASM = "module asm "
_GROUP = re.compile(r"attributes (#\d+) = \{(.*)\}")
_ATTRIBUTE = re.compile(r'("[^"]*")(?:=("[^"]*"))?|([a-z_]\w*(?:\((?:[^()]|\([^()]*\))*\)|=\d+)?)')
_KIND = re.compile(r"\b(?:global|constant|alias|ifunc) ")
_NODE = re.compile(r"^(!\d+) = (.*)$", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]*)"')
KERNEL = '!"Code Model", i32 2}'
"""The kernel alone is built for the top 2 GiB of the address space."""


@dataclass(frozen=True, slots=True)
class Span:
    """A function: from where its head goes on behind define or declare, over its name, to its end."""

    start: int
    name_at: int
    name_end: int
    head_end: int
    end: int

    @property
    def defined(self) -> bool:
        """Whether it has a body here."""
        return self.end > self.head_end


@dataclass(slots=True)
class Index:
    """What a module defines, by names without sigils: where its text says so, or what."""

    text: str
    functions: dict[str, Span] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    source_filename: str = ""
    layout: str = ""
    triple: str = ""
    module_asm: list[str] = field(default_factory=list)
    metadata_at: int = -1

    def nodes(self) -> dict[str, str]:
        """The text of each numbered metadata node."""
        return dict(_NODE.findall(self.text, self.metadata_at)) if self.metadata_at >= 0 else {}

    @property
    def kernel(self) -> bool:
        """Whether this is code of the Linux kernel."""
        return self.metadata_at >= 0 and self.text.find(KERNEL, self.metadata_at) >= 0

    def has_debug(self) -> bool:
        """Whether anything says where it comes from."""
        return self.metadata_at >= 0 and self.text.find("!DILocation(", self.metadata_at) >= 0

    def holds(self, name: str, words: Sequence[str]) -> bool:
        """Whether the text of that function's body has one of these in it."""
        span = self.functions[name]
        return any(self.text.find(word, span.head_end, span.end) >= 0 for word in words)

    @property
    def assembly(self) -> list[str]:
        """The lines of the assembly outside of functions."""
        return [
            line for text in self.module_asm for line in unescaped(text.removeprefix(_ASM)[1:-1]).split("\n")
        ]

    def mentions(self, names: Sequence[str]) -> list[str]:
        """The functions with a body that has one of these symbols in it."""
        symbols = [self.symbol(name) for name in names]
        whole = re.compile("|".join(rf"{re.escape(s)}(?![-\w$.])" for s in symbols))
        bodies = ((f, s) for f, s in self.functions.items() if s.defined and self.holds(f, symbols))
        return [f for f, span in bodies if whole.search(self.text, span.head_end, span.end)]

    def symbol(self, name: str) -> str:
        """The name of a function as the text has it, with its sigil."""
        span = self.functions.get(name)
        return f"@{name}" if span is None else self.text[span.name_at : span.name_end]


def index(text: str) -> Index:
    """The index of what LLVM printed: one pass over the lines that begin something."""
    found = Index(text)
    at, size = 0, len(text)
    while at < size:
        end = text.find("\n", at)
        end = size if end < 0 else end
        start = text[at]
        if start == "!":
            # LLVM prints metadata last
            found.metadata_at = at
            break
        if start == "d":
            end = _function(found, at, end)
        elif start in "@%":
            _symbol(found, text[at:end])
        elif start not in ";\n$":
            _line(found, text[at:end])
        at = end + 1
    return found


def _function(found: Index, at: int, end: int) -> int:
    """Takes a function; where it ends."""
    text = found.text
    body = text.startswith("define ", at)
    head = at + len("define " if body else "declare ")
    match = _FUNCTION.match(text, head, end)
    if match is None:
        return end
    last = text.find("\n}", end) if body else end
    last = len(text) if last < 0 else last
    found.functions[name_of(match[1])] = Span(head, match.start(1), match.end(1), end, last)
    return last + 2 if body else last


def _symbol(found: Index, line: str) -> None:
    match = _NAMED.fullmatch(line)
    if match is None:
        return
    name, rest = name_of(match[1]), match[2]
    if line[0] == "%":
        found.types[name] = rest.removeprefix(_TYPE)
        return
    kind = _KIND.search(rest)
    aliased = kind is not None and kind[0] in ("alias ", "ifunc ")
    (found.aliases if aliased else found.variables)[name] = rest


def _line(found: Index, line: str) -> None:
    if line.startswith("attributes "):
        match = _GROUP.match(line)
        if match is not None:
            found.groups[match[1]] = frozenset(map(_attribute, _ATTRIBUTE.findall(match[2])))
    elif line.startswith(_ASM):
        found.module_asm.append(line)
    else:
        match = _QUOTED.search(line)
        said = unescaped(match[1]) if match else ""
        if line.startswith("source_filename"):
            found.source_filename = said
        elif line.startswith("target datalayout"):
            found.layout = said
        elif line.startswith("target triple"):
            found.triple = said


def _attribute(parts: tuple[str, str, str]) -> str:
    """An attribute by its word, `word(...)`, `key` or `key=value`."""
    key, value, word = parts
    if not key:
        return word
    key = unescaped(key[1:-1])
    return f"{key}={unescaped(value[1:-1])}" if value else key
