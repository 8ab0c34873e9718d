"""Text of a cat file to tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from ordercheck.errors import InputError

# fmt: off
KEYWORDS = frozenset({
    "let", "rec", "and", "when", "acyclic", "irreflexive", "show", "unshow", "empty", "subset", "as",
    "fun", "in", "undefined_unless", "flag", "assert", "include", "variant", "begin", "end",
    "procedure", "call", "enum", "debug", "match", "with", "forall", "from", "do", "try", "if",
    "then", "else", "catdep", "instructions", "default", "not",
})
# fmt: on

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|//[^\n]*|\#[^\n]*)
      | (?P<newline>\n)
      | (?P<comment>\(\*)
      | (?P<name>_?[A-Za-z](?:[A-Za-z0-9_.]|-(?!>))*'?)
      | (?P<string>"[^"]*")
      | (?P<tag>'_?[A-Za-z](?:[A-Za-z0-9_.]|-(?!>))*'?)
      | (?P<symbol>\|\||\+\+|&&|->|-1|[(){}\[\]_0|&*~+^\\?=;,])
    """,
    re.VERBOSE,
)
_COMMENT_PART = re.compile(r"\(\*|\*\)")


class Token(NamedTuple):
    """kind: "name", "string" (text without quotes), "tag", "end of file", or the keyword or symbol itself."""

    kind: str
    text: str
    line: int
    column: int

    def __str__(self) -> str:
        if self.kind == "end of file":
            return "the end of the file"
        text = self.text if len(self.text) <= 40 else self.text[:37] + "..."
        return f'the string "{text}"' if self.kind == "string" else f"'{text}'"


def tokens(text: str, file: str) -> list[Token]:
    """All tokens, the last one of kind "end of file".

    Comments are (* ... *), which nest, and // or # to the end of the line.
    Raises InputError with the place of a character that starts no token, or of a comment
    or string that does not end.
    """
    found: list[Token] = []
    position, line, start = 0, 1, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        column = position - start + 1
        if match is None:
            what = "a string that does not end" if text[position] == '"' else repr(text[position])
            raise InputError(f"expected a cat token, found {what}", file, line, column)
        kind, word = str(match.lastgroup), match.group()
        position = match.end()
        if kind == "newline":
            line, start = line + 1, position
        elif kind == "comment":
            position = _comment_end(text, match.start(), file, line, column)
            line, start = _advance(text, match.start(), position, line, start)
        elif kind == "string":
            found.append(Token("string", word[1:-1], line, column))
            line, start = _advance(text, match.start(), position, line, start)
        elif kind == "name":
            found.append(Token(word if word in KEYWORDS else "name", word, line, column))
        elif kind != "space":
            found.append(Token("tag" if kind == "tag" else word, word, line, column))
    found.append(Token("end of file", "", line, position - start + 1))
    return found


def _comment_end(text: str, position: int, file: str, line: int, column: int) -> int:
    depth = 0
    for match in _COMMENT_PART.finditer(text, position):
        depth += 1 if match.group() == "(*" else -1
        if depth == 0:
            return match.end()
    raise InputError("the comment that starts here does not end", file, line, column)


def _advance(text: str, first: int, end: int, line: int, start: int) -> tuple[int, int]:
    """The line and the offset of its start after text[first:end]."""
    newlines = text.count("\n", first, end)
    return (line + newlines, text.rindex("\n", first, end) + 1) if newlines else (line, start)
