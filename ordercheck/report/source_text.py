"""Lines of source files, read when a report shows them.

Compiled code names its source by path and line, and that is all it has. What it names is
not trusted: only regular files of moderate size whose names end as source code does are
read, and a line that cannot be had is the empty text.
"""

from __future__ import annotations

import os
import re
import stat
from functools import lru_cache
from pathlib import PurePath

MAX_FILE = 8 << 20
MAX_LINE = 300
_SUFFIXES = re.compile(
    r"\.(c|h|cc|hh|cpp|hpp|cxx|hxx|inc|inl|def|s|asm|ll|rs|zig|swift|go|d|m|mm|f90)", re.IGNORECASE
)


def line(file: str, number: int) -> str:
    """Line `number` (from 1) of a file, without the white space around it; "" where it cannot be had.

    A relative path is tried against the current folder. What a terminal does not print is
    escaped, and the end of a very long line is cut off.
    """
    if not file or number < 1 or not _SUFFIXES.fullmatch(PurePath(file).suffix):
        return ""
    return _line(os.path.abspath(file), number)  # noqa: PTH100  # the folder of now, links kept


@lru_cache(maxsize=4096)
def _line(file: str, number: int) -> str:
    data = _read(file)
    start = 0
    for _ in range(number - 1):
        start = data.find(b"\n", start) + 1
        if start == 0:
            return ""
    end = data.find(b"\n", start)
    raw = data[start : len(data) if end < 0 else end]
    text = raw[: 4 * MAX_LINE].decode("utf-8", "replace").strip()
    text = "".join(c if c.isprintable() else " " if c == "\t" else _escaped(c) for c in text)
    return text if len(text) <= MAX_LINE else text[: MAX_LINE - 3] + "..."


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


@lru_cache(maxsize=8)
def _read(file: str) -> bytes:
    """What is in a regular file of at most MAX_FILE bytes; nothing of any other."""
    try:
        # what is no regular file must neither block nor be waited for
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return b""
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_FILE:
            return b""
        with os.fdopen(os.dup(handle), "rb") as stream:
            data = stream.read(MAX_FILE + 1)
        return data if len(data) <= MAX_FILE else b""
    except OSError:
        return b""
    finally:
        os.close(handle)
