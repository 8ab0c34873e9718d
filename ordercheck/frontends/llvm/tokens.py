"""The words of LLVM's printed form, and a reader that goes through those of one line."""

from __future__ import annotations

import re

SYMBOL = r'(?:[-a-zA-Z$._0-9]+|"[^"]*")'
"""What follows the sigil of a name. LLVM writes a quote within quotes as its number."""
WORD = re.compile(
    rf'\s*(?:/\*.*?\*/\s*)?(c?"[^"]*"|[%@$]{SYMBOL}|[!#][-a-zA-Z$._0-9\\]*|0x[KLMHR]?[0-9A-Fa-f]+'
    r"|[-+]?\d+(?:\.\d*(?:[eE][-+]?\d+)?)?|[a-zA-Z_][-a-zA-Z0-9_.$]*|\.\.\.|\S)"
)
_ESCAPE = re.compile(rb"\\(\\|[0-9A-Fa-f]{2})")
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}


class UnreadableError(Exception):
    """The text is not what was expected of it."""


class Words:
    """The words of a text, one after the other; a string with its quotes is one word."""

    __slots__ = ("_at", "_words")

    def __init__(self, text: str) -> None:
        self._words: list[str] = WORD.findall(text)
        # the end is a word, too, so that looking at it needs no test
        self._words.append("")
        self._at = 0

    def peek(self) -> str:
        """The word that comes, empty at the end."""
        return self._words[self._at]

    def after(self) -> str:
        """The word behind the one that comes, empty where there is none."""
        at = self._at + 1
        return self._words[at] if at < len(self._words) else ""

    def next(self) -> str:
        """Takes a word."""
        word = self._words[self._at]
        if not word:
            raise UnreadableError("the line ends early")
        self._at += 1
        return word

    def rest(self) -> list[str]:
        """Takes all words that are left."""
        found = self._words[self._at : -1]
        self._at = len(self._words) - 1
        return found

    def eat(self, word: str) -> bool:
        """Takes a word if it is this one."""
        if self._words[self._at] == word:
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

    def more(self, closing: str) -> bool:
        """Whether a list goes on: takes the comma before a further element, or the bracket at its end."""
        if self.eat(closing):
            return False
        if self._words[self._at - 1] not in _CLOSING:
            self.need(",")
        return True

    def group(self, opening: str = "(") -> str:
        """Takes what stands between brackets, with them; nothing where none of `opening` comes."""
        if not self.peek() or self.peek() not in opening:
            return ""
        taken, open_ones = "", list[str]()
        while True:
            word = self.next()
            taken += " " + word if taken[-1:].isalnum() and (word[0].isalnum() or word[0] in '%@"') else word
            taken += " " if word in (",", ":") else ""
            if word in _CLOSING:
                open_ones.append(_CLOSING[word])
            elif word in ")]}>" and open_ones.pop() != word:
                raise UnreadableError(f"brackets do not match at {word}")
            if not open_ones:
                return taken.strip()


def name_of(word: str) -> str:
    """The name in %name, @name, %"a name", with escapes undone.

    No two names become one: a quoted name stays as it is written, quotes and all, where it is of
    digits alone (%"0" is not %0), has a quote in it, or is not UTF-8.
    """
    text = word[1:]
    if text[:1] != '"':
        return text
    try:
        name = octets(text[1:-1]).decode("utf-8")
    except UnicodeDecodeError:
        return text
    return text if name.isdigit() or '"' in name else name


def unescaped(text: str) -> str:
    r"""Text with LLVM's \xx and \\ undone; it is taken to be UTF-8."""
    return octets(text).decode("utf-8", "backslashreplace") if "\\" in text else text


def octets(text: str) -> bytes:
    r"""The bytes that a quoted text of LLVM stands for, \xx and \\ undone."""
    raw = text.encode("utf-8", "surrogateescape")
    if b"\\" not in raw:
        return raw
    return _ESCAPE.sub(lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1], 16)]), raw)
