"""The text of a function's body, as instructions and labels, each on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ordercheck.frontends.llvm.tokens import SYMBOL, name_of

_LABEL = re.compile(rf"({SYMBOL}):")
_OP = re.compile(rf"(?:%{SYMBOL} = )?(?:(?:tail|musttail|notail) )?(\w+)")
_DEFINE = re.compile(rf'^define\b(?:[^"@\n]|"[^"\n]*")*(@{SYMBOL})[^\n]*\{{[ \t]*(?:;[^\n]*)?$', re.MULTILINE)


def joined(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Instructions and labels with the number of the line they begin on; without comments and debug records.

    What LLVM prints has the rest of a switch, an invoke or a landing pad on lines of their own,
    deeper than the two columns of an instruction.
    """
    held, at = "", 0
    for number, line in enumerate(lines):
        text = line.lstrip()
        if not text or text[0] == ";" or text.startswith("#dbg_"):
            continue
        # the rest of a switch, an invoke or a landing pad has a deeper indent than two
        if held and (line.startswith("   ") or text[0] == "]"):
            held += " " + text
            continue
        if held:
            yield at, held
        held, at = (line, number) if line[0] == " " else ("", number)
        if not held:
            yield number, line
    if held:
        yield at, held


def label_of(line: str) -> str | None:
    """The label that a line states; None: it is an instruction."""
    match = None if line[0] == " " else _LABEL.match(line)
    return None if match is None else name_of("%" + match[1])


class Positions:
    """Where the instructions of a file stand that has no debug information, as far as LLVM's text tells.

    text: of the file, as its author wrote it. LLVM prints instructions in their order, so that
    they are found where as many of the same kind stand in the file, each on a line of its own.
    """

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._starts: dict[str, int] | None = None

    def of(self, name: str, ops: list[str]) -> list[tuple[int, int]]:
        """Line and column of each instruction of a function, by what they do; empty: they are not found."""
        if self._starts is None:
            self._starts = {name_of(m[1]): m.end() for m in _DEFINE.finditer(self._text)}
        start = self._starts.get(name)
        if start is None:
            return []
        end = self._text.find("\n}", start)
        first = self._text.count("\n", 0, start) + 1
        found, seen = [], []
        for number, line in joined(self._text[start:end].split("\n")):
            text = line.strip()
            if label_of(line) is not None or "@llvm.dbg." in text:
                continue
            match = _OP.match(text)
            seen.append(match[1] if match else "")
            found.append((first + number, len(line) - len(line.lstrip()) + 1))
        return found if seen == ops else []
