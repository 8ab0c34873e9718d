"""Where an instruction comes from: debug locations, by their metadata nodes (LangRef, "DILocation")."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from ordercheck.frontends.llvm.ir import Parameter
from ordercheck.frontends.llvm.tokens import SYMBOL, name_of, unescaped
from ordercheck.program.ir import NOWHERE, Source

_FIELD = re.compile(r'(\w+): ("[^"]*"|![0-9]+|[^,)]+)')
_NODE = re.compile(r"![0-9]+|null")
_DESCRIBES = r"#dbg_(?:value|declare|declare_value|assign)"
_ASSIGNED = r"(?:!\d+, [^!]+, !DIExpression\(\), )?"
_RECORD = re.compile(rf"{_DESCRIBES}\([^\s%!]+ (%{SYMBOL}), (!\d+), !DIExpression\(\), {_ASSIGNED}(!\d+)\)")
_VARIABLE = re.compile(rf"{_DESCRIBES}\(.*?, (!\d+), !DIExpression\(")
MAX_CALLS = 64
"""So many inlined calls are followed."""
MAX_SCOPES = 1000


class Variable(NamedTuple):
    """A variable of the source: its name, and the node of its type."""

    name: str
    type: str = ""


class Debug:
    """Reads the nodes of one module on demand. nodes: gives the text of each `!N`."""

    def __init__(self, nodes: Callable[[], Mapping[str, str]]) -> None:
        self._load = nodes
        self._nodes: Mapping[str, str] | None = None
        self._fields: dict[str, dict[str, str]] = {}
        self._sources: dict[str, Source] = {}
        self._scopes: dict[str, tuple[str, str]] = {}

    @property
    def nodes(self) -> Mapping[str, str]:
        """The text of each node."""
        if self._nodes is None:
            self._nodes = self._load()
        return self._nodes

    def text_of(self, node: str) -> str:
        """The text of a node, "" where there is none."""
        return self.nodes.get(node, "")

    def of(self, node: str) -> dict[str, str]:
        """The fields of a node, as text; under "" what kind of node it is."""
        found = self._fields.get(node)
        if found is None:
            text = self.text_of(node)
            found = {key: value.strip() for key, value in _FIELD.findall(text)}
            found[""] = text.removeprefix("distinct ").partition("(")[0]
            self._fields[node] = found
        return found

    def source(self, node: str) -> Source:
        """The place that a DILocation says, with the calls that were inlined there."""
        chain: list[str] = []
        while node and node not in self._sources and len(chain) < MAX_CALLS:
            location = self.of(node)
            if location[""] != "!DILocation":
                break
            chain.append(node)
            node = location.get("inlinedAt", "")
        found = self._sources.get(node)
        for here in reversed(chain):
            location = self.of(here)
            file, function = self._scope(location.get("scope", ""))
            line, column = as_number(location.get("line")), as_number(location.get("column"))
            found = self._sources[here] = Source(file, line, function, "", column, found)
        return found or NOWHERE

    def subprogram(self, node: str) -> Source:
        """Where a function is defined."""
        found = self.of(node)
        return Source(
            self._file(found.get("file", "")), as_number(found.get("line")), as_text(found.get("name"))
        )

    def _scope(self, node: str) -> tuple[str, str]:
        """The file and the function of a lexical scope."""
        known = self._scopes.get(node)
        if known is None:
            known = self._scopes[node] = self._climb(node)
        return known

    def _climb(self, node: str) -> tuple[str, str]:
        file = ""
        for _ in range(MAX_SCOPES):
            scope = self.of(node)
            if not file and "file" in scope:
                file = self._file(scope["file"])
            if scope[""] == "!DISubprogram":
                return file, as_text(scope.get("name"))
            if "scope" not in scope:
                break
            node = scope["scope"]
        return file, ""

    def _file(self, node: str) -> str:
        """The path of a DIFile: relative to the current folder where it lies within, else as it is stated.

        A relative name stays so where its directory is relative, too.
        """
        found = self.of(node)
        name, folder = as_text(found.get("filename")), as_text(found.get("directory"))
        path = os.path.normpath(PurePath(folder, name)) if name else ""
        return path.removeprefix(_here()) if path.startswith("/") else path

    # the names of arguments

    def arguments(self, subprogram: str, text: str, params: Sequence[Parameter]) -> dict[str, Variable]:
        """The source's variables that the parameters of a function are, by the names in the IR, where known.

        text: of its body. A record that describes a parameter itself says it. Those that have a
        mere number go by the numbers of the source's variables, unless the compiler passes
        other parameters than the source has.
        """
        described: dict[str, Variable] = {}
        for value, variable, location in _RECORD.findall(text):
            argument = self._argument(variable, subprogram)
            if argument is not None and "inlinedAt" not in self.of(location):
                described[name_of(value)] = argument[1]
        plain = [p.name for p in params if "sret" not in p.attributes]
        if len(plain) != self._count(subprogram):
            return described
        numbered = self._numbered(subprogram, text)
        found = {name: numbered[i] for i, name in enumerate(plain, 1) if i in numbered and name.isdigit()}
        if any(found.get(name, called) != called for name, called in described.items()):
            return described
        return {**found, **described}

    def _numbered(self, subprogram: str, text: str) -> dict[int, Variable]:
        nodes = set(_VARIABLE.findall(text))
        nodes.update(_NODE.findall(self.text_of(self.of(subprogram).get("retainedNodes", ""))))
        found = (self._argument(node, subprogram) for node in nodes)
        return dict(argument for argument in found if argument is not None)

    def _argument(self, node: str, subprogram: str) -> tuple[int, Variable] | None:
        """The number (from 1) of the argument of that function that a DILocalVariable is."""
        found = self.of(node)
        if found[""] != "!DILocalVariable" or found.get("scope") != subprogram:
            return None
        number, name = as_number(found.get("arg")), as_text(found.get("name"))
        return (number, Variable(name, found.get("type", ""))) if number and name else None

    def _count(self, subprogram: str) -> int:
        """How many parameters the source says that the function has; -1 where it does not say."""
        signature = self.of(self.of(subprogram).get("type", ""))
        types = _NODE.findall(self.text_of(signature.get("types", "")))
        # what stands for further arguments comes last
        return len(types) - (2 if types[1:] and types[-1] == "null" else 1)


def _here() -> str:
    """The current folder with a slash at its end; "" where paths are not to be made relative."""
    try:
        here = os.getcwd()  # noqa: PTH109  # compared as text
    except OSError:
        # it is gone
        return ""
    return "" if here == "/" else here + "/"


def as_number(text: str | None) -> int:
    """A field that is a number, 0 where it is none."""
    return int(text) if text is not None and text.isdigit() else 0


def as_text(text: str | None) -> str:
    """A field that is quoted."""
    return "" if text is None else unescaped(text.strip('"'))
