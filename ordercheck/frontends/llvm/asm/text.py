"""Expanded text as statements: labels, directives, instructions.

Source: the manual of the GNU assembler, "Syntax", with the x86 comment characters.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Statement(NamedTuple):
    """kind: label, directive, instruction. name: of the label, directive or instruction (prefixes too are
    instructions); rest: its operands.
    """

    kind: str
    name: str
    rest: str

    @property
    def text(self) -> str:
        """The whole of it."""
        return f"{self.name} {self.rest}".strip()


_LABEL = re.compile(r"\s*([\w.$]+)\s*:(?!:)")
_ASSIGNMENT = re.compile(r"([A-Za-z_.][\w.]*)\s*={1,2}(.*)", re.DOTALL)
_WORD = re.compile(r"(\.?[A-Za-z_][\w.]*(?:\x01[^\x02]*\x02)?)\s*/?\s*(.*)", re.DOTALL)
_PSEUDO_PREFIX = re.compile(r"\{\s*[a-z0-9]+\s*\}\s*")


def statements(text: str) -> list[Statement]:
    """What the text consists of, in order. What has no name is an instruction without a name."""
    found: list[Statement] = []
    for piece in _pieces(text):
        at = 0
        while (label := _LABEL.match(piece, at)) is not None:
            found.append(Statement("label", label[1], ""))
            at = label.end()
        rest = piece[at:].strip()
        if rest:
            found.append(_statement(rest))
    return found


def _statement(text: str) -> Statement:
    assigned = _ASSIGNMENT.fullmatch(text)
    if assigned is not None:
        return Statement("directive", ".set", text)
    while (prefix := _PSEUDO_PREFIX.match(text)) is not None:
        text = text[prefix.end() :]
    word = _WORD.fullmatch(text)
    if word is None:
        return Statement("instruction", "", text)
    kind = "directive" if word[1].startswith(".") else "instruction"
    return Statement(kind, word[1].lower() if "\x01" not in word[1] else word[1], word[2].strip())


def _pieces(text: str) -> list[str]:
    """Split at line ends and semicolons; strings are kept whole, comments left out."""
    text = text.replace("\r", "\n")
    pieces: list[str] = []
    start = at = 0
    made: list[str] = []
    while at < len(text):
        char = text[at]
        if char == '"':
            at = _string_end(text, at)
            continue
        comment = _comment_end(text, at)
        if comment > at:
            made.append(text[start:at])
            made.append(" ")
            start = at = comment
            continue
        if char in ";\n":
            made.append(text[start:at])
            pieces.append("".join(made))
            made = []
            start = at + 1
        at += 1
    made.append(text[start:])
    pieces.append("".join(made))
    return pieces


def _string_end(text: str, at: int) -> int:
    at += 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _comment_end(text: str, at: int) -> int:
    """Where the comment that begins here ends (a line end stays outside); at where none does."""
    if text.startswith("/*", at):
        end = text.find("*/", at + 2)
        return len(text) if end < 0 else end + 2
    if text[at] == "#" or text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    return at


def split(text: str, separator: str = ",") -> list[str]:
    """At the separators that are in no brackets and no string."""
    pieces: list[str] = []
    depth = start = at = 0
    while at < len(text):
        char = text[at]
        if char == '"':
            at = _string_end(text, at)
            continue
        if char in "([{\x01":
            depth += 1
        elif char in ")]}\x02":
            depth -= 1
        elif char == separator and depth == 0:
            pieces.append(text[start:at].strip())
            start = at + 1
        at += 1
    pieces.append(text[start:].strip())
    return [] if pieces == [""] else pieces
