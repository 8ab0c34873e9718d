"""The tokens of initial states and conditions, with their places."""

from __future__ import annotations

import re
from typing import NamedTuple

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.sections import Span, without_comments

# digits of a number: more are no machine word
MAX_DIGITS = 40
# tokens that a reader looks ahead
MAX_AHEAD = 2
_TOKEN = re.compile(
    r"""[ \t\r]*+(?:(?P<newline>\n)|(?P<comment>//[^\n]*|/\*(?:.*?\*/|.*)|\(\*)
      | (?P<number>-?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)(?![A-Za-z_]))
      | (?P<register>%[A-Za-z_]\w*|\$[A-Za-z0-9_]+)
      | (?P<name>[A-Za-z_.][\w.'-]*(?:/(?![/*])[\w.'-]*)*)
      | (?P<symbol>/\\|\\/|=>|==|!=|<>|[(){}\[\]~=:;,&*+])
      | (?P<end>\Z) | (?P<bad>.))
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """kind: "number", "register" (with % or $), "name", "end", or the symbol itself."""

    kind: str
    text: str
    line: int
    column: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end of it"
        return f"'{brief(self.text)}'"


def brief(text: str) -> str:
    """What an error says of a piece of a test: no more than 40 characters."""
    return text if len(text) <= 40 else f"{text[:37]}..."


def tokens(span: Span, file: str, what: str) -> list[Token]:
    """The tokens of a span, the last one of kind "end"; `what` the span is, for errors."""
    found: list[Token] = []
    text, line, start = without_comments(span.text), span.line, 1 - span.column
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        word = match[kind]
        column = match.start(kind) - start + 1
        if kind == "newline":
            line, start = line + 1, match.end()
        elif kind == "end":
            break
        elif kind == "comment":
            _check_ends(word, file, line, column)
            if "\n" in word:
                line, start = line + word.count("\n"), match.start(kind) + word.rindex("\n") + 1
        elif kind == "bad":
            raise InputError(f"{word!r} has no meaning in {what}", file, line, column)
        elif kind == "number" and len(word) > MAX_DIGITS:
            raise InputError("a number of too many digits", file, line, column)
        else:
            found.append(Token(word if kind == "symbol" else kind, word, line, column))
    found.append(Token("end", "", line, len(text) - start + 1))
    return found


def _check_ends(comment: str, file: str, line: int, column: int) -> None:
    ends = comment.endswith("*/") and len(comment) > 3
    if not (ends or comment.startswith("//")):
        raise InputError("the comment that starts here does not end", file, line, column)


def number(token: Token) -> int:
    """The value of a number: decimal, 0x or 0b, perhaps with a sign."""
    text = token.text
    if text.isdigit():
        return int(text)
    text = text.lower()
    digits = text.removeprefix("-")
    base = 16 if digits.startswith("0x") else 2 if digits.startswith("0b") else 10
    value = int(digits, base)
    return -value if text.startswith("-") else value


class Reader:
    """A position in tokens. The base class of the readers of initial states and conditions."""

    def __init__(self, span: Span, file: str, what: str) -> None:
        self.file, self.what = file, what
        self._tokens = tokens(span, file, what)
        self._tokens += self._tokens[-1:] * MAX_AHEAD
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
        """The token so many, up to MAX_AHEAD, after this one."""
        return self._tokens[self._position + ahead]

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
