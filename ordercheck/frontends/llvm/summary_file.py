"""The files that hold summaries: TOML, one table for each function name or glob.

    [function."memcpy"]
    also = ["memmove"]
    writes = [{ arg = 0, size = "arg2" }]
    reads = [{ arg = 1, size = "arg2" }]
    returns = "arg0"
    keeps = false
    source = "C11 7.24.2"

A size is a number of bytes, "argN", "argN*K", or "any". `arg = "all"` is each pointer that is
passed. `*`, `?` and `[...]` make a name a glob, as in a shell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ordercheck.errors import InputError
from ordercheck.frontends.llvm.summary import Access, Summary

MAX_BYTES = 1 << 20
"""A longer file is refused: reading one of this size takes about a second."""
MAX_ARGUMENT = 255
MAX_SIZE = 1 << 62

_HEADER = re.compile(
    r"""^[ \t]*\[[ \t]*function[ \t]*\.[ \t]*(?:"([^"\\\n]+)"|'([^'\n]+)'|([\w-]+))[ \t]*\]""", re.M
)
_LENGTH = re.compile(r"arg(\d{1,3})(?:\*([1-9]\d{0,8}))?")
_ARGUMENT = re.compile(r"arg(\d{1,3})")


def read(path: Path) -> dict[str, Summary]:
    """The summaries of a file, by name or glob; names of one table share one, which bears the table's name.

    Raises InputError where it cannot be read or something in it is not understood.
    """
    return parse(_text(path), str(path))


def parse(text: str, file: str) -> dict[str, Summary]:
    """The same of a file's text; `file` is what errors and summaries name."""
    try:
        top = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(str(error), file) from error
    except (RecursionError, ValueError) as error:
        raise InputError("malformed: nested too deep, or a number too long", file) from error
    for key in top:
        if key != "function":
            raise InputError(f'"{key}" is not known here; summaries are tables [function."NAME"]', file)
    tables = top.get("function", {})
    if not isinstance(tables, dict):
        raise InputError('summaries are tables [function."NAME"]', file)
    lines = _lines(text)
    found: dict[str, Summary] = {}
    for name, table in tables.items():
        read_table = _Table(name, table, text, file, lines.get(name, 0))
        summary = read_table.summary()
        for each in read_table.names():
            if each in found:
                raise InputError(f"a second summary of {each}", file, summary.line)
            found[each] = summary
    return found


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read summaries: {error.strerror or error}", str(path)) from error
    if len(raw) > MAX_BYTES:
        raise InputError(f"more than {MAX_BYTES} bytes of summaries", str(path))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError("this is not UTF-8", str(path), line) from error


def _malformed(message: str, file: str) -> InputError:
    """tomllib ends its messages with the place."""
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if place is None:
        return InputError(f"malformed: {message}", file)
    return InputError(f"malformed: {message[: place.start()]}", file, int(place[1]), int(place[2]))


def _lines(text: str) -> dict[str, int]:
    """The lines of the tables' headers, as far as they are written in the usual way."""
    found: dict[str, int] = {}
    line, at = 1, 0
    for match in _HEADER.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        found.setdefault(match[1] or match[2] or match[3], line)
    return found


class _Table:
    """One table; what is wrong with it is said with its name and line."""

    def __init__(self, name: str, table: object, text: str, file: str, line: int) -> None:
        self.name, self.file, self.line, self.text = name, file, line, text
        if not isinstance(table, dict):
            raise self._wrong("this is no table")
        self.table: dict[str, Any] = table

    def summary(self) -> Summary:
        """What the table says."""
        fields: dict[str, Any] = {}
        for key, value in self.table.items():
            if key in _FIELDS:
                fields |= _FIELDS[key](self, key, value)
            elif key != "also":
                known = ", ".join(("also", *_FIELDS))
                raise self._wrong(f'there is no field "{key}"; there are {known}', key)
        self._check(fields)
        return Summary(self.name, self.file, self.line, **fields)

    def names(self) -> tuple[str, ...]:
        """The names and globs that it says it of."""
        also = self.table.get("also", [])
        if not isinstance(also, list) or not all(isinstance(name, str) for name in also):
            raise self._wrong("also is a list of names", "also")
        names = (self.name, *also)
        if not all(name and name.isprintable() for name in names):
            raise self._wrong("a name is empty, or cannot be printed")
        return names

    def _check(self, fields: dict[str, Any]) -> None:
        """That something is stated, and nothing against it."""
        stated = [key for key in self.table if fields.get(key) and key in _EFFECTS]
        if not stated:
            raise self._wrong("it says nothing about what the function does; pure = true says: nothing")
        for only in ("unknown", "pure"):
            against = [key for key in stated if key != only and (only == "unknown" or key in _ORDERED)]
            if fields.get(only) and against:
                raise self._wrong(f"{only} = true and {against[0]} contradict each other", against[0])
        if fields.get("allocates") and (
            fields.get("returns") is not None or fields.get("within") is not None
        ):
            raise self._wrong("it returns memory of its own, or an argument, not both", "returns")
        writes = any(fields.get(key) for key in ("writes", "changes", "writes_any", "publishes"))
        fields.setdefault("keeps", writes)

    def flag(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, bool):
            raise self._wrong(f"{key} is true or false", key)
        return {key: value}

    def line_of_text(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(f"{key} is a text", key)
        return {key: " ".join(value.split())}

    def drain(self, key: str, value: object) -> dict[str, Any]:
        if value not in ("sfence", "mfence", "locked"):
            raise self._wrong('drains is "sfence", "mfence" or "locked"', key)
        return {key: value}

    def returned(self, key: str, value: object) -> dict[str, Any]:
        text = value if isinstance(value, str) else ""
        inside, argument = text.startswith("in "), _ARGUMENT.fullmatch(text.removeprefix("in "))
        if argument is None:
            raise self._wrong('returns is "argN", or "in argN" for an address in its memory', key)
        return {"within" if inside else "returns": self._argument(int(argument[1]), key)}

    def accesses(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, list) or not value:
            raise self._wrong(f"{key} is a list of {{ arg = N, size = ... }}", key)
        return {key: tuple(self._access(key, entry) for entry in value)}

    def _access(self, key: str, entry: object) -> Access:
        allowed = ("arg", "size", "nt") if key == "writes" else ("arg", "size")
        if not isinstance(entry, dict) or "arg" not in entry or "size" not in entry:
            raise self._wrong(f"an entry of {key} is {{ arg = N, size = ... }}", key)
        for field in entry:
            if field not in allowed:
                raise self._wrong(f'an entry of {key} has no "{field}"; it has {", ".join(allowed)}', key)
        argument = None if entry["arg"] == "all" else self._argument(entry["arg"], key)
        nt = entry.get("nt", False)
        if not isinstance(nt, bool):
            raise self._wrong("nt is true or false", key)
        size, length, scale = self._size(entry["size"], key)
        return Access(argument, size, length, scale, nt)

    def _argument(self, value: object, key: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ARGUMENT:
            raise self._wrong(f"arguments of {key} are numbered from 0 to {MAX_ARGUMENT}", key)
        return value

    def _size(self, value: object, key: str) -> tuple[int | None, int | None, int]:
        """size, length and scale of an Access."""
        if value == "any":
            return None, None, 1
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_SIZE:
            return value, None, 1
        length = _LENGTH.fullmatch(value) if isinstance(value, str) else None
        if length is None:
            raise self._wrong('a size is a number of bytes, "argN", "argN*K" or "any"', key)
        return None, self._argument(int(length[1]), key), int(length[2] or 1)

    def _wrong(self, message: str, key: str = "") -> InputError:
        """The error, at the line of the field where that is found, else of the table."""
        line = self.line
        if line and key:
            following = self.text.split("\n")[line:]
            for number, text in enumerate(following, line + 1):
                if text.lstrip().startswith("["):
                    break
                if re.match(rf"\s*{re.escape(key)}\s*=", text):
                    line = number
                    break
        return InputError(f'[function."{self.name}"]: {message}', self.file, line)


_FIELDS: dict[str, Callable[[_Table, str, Any], dict[str, Any]]] = {
    "pure": _Table.flag,
    "reads": _Table.accesses,
    "writes": _Table.accesses,
    "changes": _Table.accesses,
    "reads_any": _Table.flag,
    "writes_any": _Table.flag,
    "keeps": _Table.flag,
    "drains": _Table.drain,
    "publishes": _Table.flag,
    "sleeps": _Table.flag,
    "allocates": _Table.flag,
    "per_thread": _Table.flag,
    "noreturn": _Table.flag,
    "throws": _Table.flag,
    "returns": _Table.returned,
    "assumes": _Table.line_of_text,
    "source": _Table.line_of_text,
    "unknown": _Table.flag,
}
# what `pure` rules out, and what counts as saying something
_ORDERED = frozenset(
    ("reads", "writes", "changes", "reads_any", "writes_any", "keeps", "drains", "publishes", "sleeps")
)
_EFFECTS = _ORDERED | {"pure", "unknown", "allocates", "noreturn", "throws"}
