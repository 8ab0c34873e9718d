"""Where an instruction comes from: debug locations, by their metadata nodes (LangRef, "DILocation")."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ordercheck.frontends.llvm.tokens import unescaped
from ordercheck.program.ir import NOWHERE, Source

_FIELD = re.compile(r'(\w+): ("(?:[^"\\]|\\.)*"|![0-9]+|[^,)]+)')
MAX_CALLS = 64
"""So many inlined calls are followed."""


class Debug:
    """Reads the nodes of one module on demand. nodes: the text of each `!N`."""

    def __init__(self, nodes: Mapping[str, str]) -> None:
        self._nodes = nodes
        self._fields: dict[str, dict[str, str]] = {}
        self._sources: dict[str, Source] = {}

    def _of(self, node: str) -> dict[str, str]:
        found = self._fields.get(node)
        if found is None:
            text = self._nodes.get(node, "")
            found = {key: value.strip() for key, value in _FIELD.findall(text)}
            found[""] = text.removeprefix("distinct ").partition("(")[0]
            self._fields[node] = found
        return found

    def source(self, node: str, depth: int = 0) -> Source:
        """The place that a DILocation says, with the calls that were inlined there."""
        found = self._sources.get(node)
        if found is not None:
            return found
        location = self._of(node)
        if location[""] != "!DILocation" or depth > MAX_CALLS:
            return NOWHERE
        file, function = self._scope(location.get("scope", ""))
        outer = location.get("inlinedAt")
        found = Source(
            file,
            _number(location.get("line")),
            function,
            "",
            _number(location.get("column")),
            self.source(outer, depth + 1) if outer else None,
        )
        self._sources[node] = found
        return found

    def subprogram(self, node: str) -> Source:
        """Where a function is defined."""
        found = self._of(node)
        return Source(self._file(found.get("file", "")), _number(found.get("line")), _text(found.get("name")))

    def _scope(self, node: str) -> tuple[str, str]:
        """The file and the function of a lexical scope."""
        file = ""
        for _ in range(1000):
            scope = self._of(node)
            if not file and "file" in scope:
                file = self._file(scope["file"])
            if scope[""] == "!DISubprogram":
                return file, _text(scope.get("name"))
            if "scope" not in scope:
                break
            node = scope["scope"]
        return file, ""

    def _file(self, node: str) -> str:
        found = self._of(node)
        name, folder = _text(found.get("filename")), _text(found.get("directory"))
        if name.startswith("/") or not folder.startswith("/"):
            return name if name.startswith("/") or folder in ("", ".") else f"{folder}/{name}"
        return name

    def argument(self, node: str) -> tuple[int, str] | None:
        """The number (from 1) and name of the argument that a DILocalVariable is; None: it is none."""
        found = self._of(node)
        if found[""] != "!DILocalVariable" or "arg" not in found:
            return None
        return _number(found["arg"]), _text(found.get("name"))

    def owner(self, node: str) -> str:
        """The subprogram whose variable that is."""
        return self._of(node).get("scope", "")


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0


def _text(text: str | None) -> str:
    return "" if text is None else unescaped(text.strip('"'))
