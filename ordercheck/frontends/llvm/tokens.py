"""The words of LLVM's printed form, and a reader that goes through those of one line."""

from __future__ import annotations

import re

WORD = re.compile(
    r'\s*(c?"[^"]*"|[%@$][-a-zA-Z$._0-9]+|[%@$]"[^"]*"|[!#][-a-zA-Z$._0-9]*|[-+]?\d+(?:\.\d+(?:e[-+]?\d+)?)?'
    r"|[a-zA-Z_][-a-zA-Z0-9_.$]*|\.\.\.|\S)"
)
_ESCAPE = re.compile(r"\\(\\|[0-9A-Fa-f]{2})")


class UnreadableError(Exception):
    """The text is not what was expected of it."""


class Words:
    """The words of a text, one after the other."""

    __slots__ = ("_at", "_words")

    def __init__(self, text: str) -> None:
        self._words = WORD.findall(text)
        self._at = 0

    def peek(self, ahead: int = 0) -> str:
        """The word that comes, empty at the end."""
        at = self._at + ahead
        return self._words[at] if at < len(self._words) else ""

    def next(self) -> str:
        """Takes a word."""
        if self._at >= len(self._words):
            raise UnreadableError("the line ends early")
        self._at += 1
        return str(self._words[self._at - 1])

    def eat(self, word: str) -> bool:
        """Takes a word if it is this one."""
        if self.peek() == word:
            self._at += 1
            return True
        return False

    def need(self, word: str) -> None:
        """Takes a word that must be this one."""
        if not self.eat(word):
            raise UnreadableError(f"expected {word}, found {self.peek() or 'the end'}")

    def number(self) -> int:
        """Takes an integer."""
        word = self.next()
        try:
            return int(word)
        except ValueError as error:
            raise UnreadableError(f"expected a number, found {word}") from error

    def group(self) -> str:
        """Takes what stands between brackets, with them; nothing where no bracket comes."""
        if self.peek() != "(":
            return ""
        taken, depth = "", 0
        while True:
            word = self.next()
            taken += " " + word if taken[-1:].isalnum() and word[0].isalnum() else word
            depth += (word == "(") - (word == ")")
            if not depth:
                return taken


def name_of(word: str) -> str:
    """The name in %name, @name, %"a name"."""
    text = word[1:]
    return unescaped(text[1:-1]) if text.startswith('"') else text


def unescaped(text: str) -> str:
    r"""Text with LLVM's \xx and \\ undone."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: "\\" if m[1] == "\\" else chr(int(m[1], 16)), text)


def octets(text: str) -> bytes:
    r"""The bytes of a c"..." constant, its text given."""
    raw = text.encode("utf-8", "surrogateescape")
    return re.sub(
        rb"\\(\\|[0-9A-Fa-f]{2})", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1], 16)]), raw
    )
