"""The tokens of initial states and conditions, with their places."""

from __future__ import annotations

import re
from typing import NamedTuple

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.sections import Span

# digits of a number: more are no machine word
MAX_DIGITS = 40
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+)|(?P<newline>\n)|(?P<comment>\(\*|//[^\n]*|/\*)
      | (?P<number>-?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)(?![A-Za-z_]))
      | (?P<register>%[A-Za-z_]\w*|\$[A-Za-z0-9_]+)
      | (?P<name>[A-Za-z_][\w.']*)
      | (?P<symbol>/\\|\\/|=>|==|!=|<>|[(){}\[\]~=:;,&*+])
    """,
    re.VERBOSE,
)
_COMMENT_PART = re.compile(r"\(\*|\*\)")


class Token(NamedTuple):
    """kind: "number", "register" (with % or $), "name", "end", or the symbol itself."""

    kind: str
    text: str
    line: int
    column: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end of it"
        return f"'{self.text}'" if len(self.text) <= 40 else f"'{self.text[:37]}...'"


def tokens(span: Span, file: str, what: str) -> list[Token]:
    """The tokens of a span, the last one of kind "end"; `what` the span is, for errors."""
    found: list[Token] = []
    text, position, line = span.text, 0, span.line
    start = 1 - span.column
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            message = f"{text[position]!r} has no meaning in {what}"
            raise InputError(message, file, line, position - start + 1)
        kind = match.lastgroup
        if kind == "newline":
            line, start = line + 1, match.end()
        elif kind == "comment":
            end = _comment_end(text, match, file, line, position - start + 1)
            newlines = text.count("\n", position, end)
            if newlines:
                line, start = line + newlines, text.rindex("\n", position, end) + 1
            position = end
            continue
        elif kind != "space":
            word = match.group()
            if kind == "number" and len(word) > MAX_DIGITS:
                raise InputError("a number of too many digits", file, line, position - start + 1)
            found.append(Token(word if kind == "symbol" else str(kind), word, line, position - start + 1))
        position = match.end()
    found.append(Token("end", "", line, position - start + 1))
    return found


def _comment_end(text: str, opening: re.Match[str], file: str, line: int, column: int) -> int:
    if opening.group().startswith("//"):
        return opening.end()
    if opening.group() == "/*":
        end = text.find("*/", opening.end())
        if end >= 0:
            return end + 2
    else:
        depth = 0
        for part in _COMMENT_PART.finditer(text, opening.start()):
            depth += 1 if part.group() == "(*" else -1
            if depth == 0:
                return part.end()
    raise InputError("the comment that starts here does not end", file, line, column)


def number(token: Token) -> int:
    """The value of a number: decimal, 0x or 0b, perhaps with a sign."""
    text = token.text.lower()
    negative = text.startswith("-")
    digits = text.lstrip("-")
    base = 16 if digits.startswith("0x") else 2 if digits.startswith("0b") else 10
    value = int(digits, base)
    return -value if negative else value


class Reader:
    """A position in tokens. The base class of the readers of initial states and conditions."""

    def __init__(self, span: Span, file: str, what: str) -> None:
        self.file, self.what = file, what
        self._tokens = tokens(span, file, what)
        self._position = 0
        self.token = self._tokens[0]

    def next(self) -> Token:
        """The token here; goes on to the one after it."""
        token = self.token
        if token.kind != "end":
            self._position += 1
            self.token = self._tokens[self._position]
        return token

    def peek(self, ahead: int = 1) -> Token:
        """The token so many after this one."""
        return self._tokens[min(self._position + ahead, len(self._tokens) - 1)]

    def at(self, *kinds: str) -> bool:
        """Whether the token here is of one of these kinds."""
        return self.token.kind in kinds

    def take(self, *kinds: str) -> bool:
        """Goes on where the token here is of one of these kinds."""
        if self.token.kind in kinds:
            self.next()
            return True
        return False

    def word(self, *words: str) -> bool:
        """Goes on where the token here is one of these names."""
        if self.token.kind == "name" and self.token.text in words:
            self.next()
            return True
        return False

    def expect(self, kind: str, expected: str = "") -> Token:
        """The token here, which must be of this kind."""
        if self.token.kind != kind:
            raise self.unexpected(expected or f"'{kind}'")
        return self.next()

    def unexpected(self, expected: str) -> InputError:
        """The error for the token here."""
        return self.error(f"expected {expected} in {self.what}, found {self.token}", self.token)

    def error(self, message: str, token: Token) -> InputError:
        """An error at a token."""
        return InputError(message, self.file, token.line, token.column)
