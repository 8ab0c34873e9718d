"""The words of litmus C and of macro files, in one pass of one regular expression."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from string import ascii_letters

from ordercheck.errors import InputError

MAX_TOKENS = 100_000
# The space and comments before a token, and the token; at the end of the text the empty one. A
# comment that never ends reaches to the end: looking for the end of each anew would take for ever.
_SKIPPED = r"\s+|//[^\n]*|/\*.*?(?:\*/|\Z)"
_WORDS = re.compile(
    rf"((?:{_SKIPPED})*)(%?[A-Za-z_]\w*|\d\w*|==|!=|<=|>=|&&|\|\||<<|>>|.|\Z)",
    re.DOTALL | re.ASCII,
)
_FIRST = frozenset("%_-+*/&|^~!<>=?:;,(){}[]0123456789" + ascii_letters)
END = ""


class Tokens:
    """The tokens of a stretch of text, and where each one starts.

    texts ends with END; starts[i] is the offset of texts[i] in the whole text. Raises
    InputError for a character that C has no use for and for more than MAX_TOKENS tokens.
    """

    __slots__ = ("_line", "_lines", "file", "starts", "text", "texts")

    def __init__(self, text: str, file: str, start: int = 0, end: int | None = None) -> None:
        self.text, self.file = text, file
        self._lines: list[int] | None = None
        self._line = (0, "")
        stop = len(text) if end is None else end
        found = _WORDS.findall(text, start, stop)
        if len(found) > 1 and not found[-2][1]:
            # space before the end makes an end of its own
            found.pop()
        self.texts: list[str] = [token for _, token in found]
        lengths = accumulate((len(space) + len(token) for space, token in found), initial=start)
        self.starts: list[int] = [
            before + len(space) for before, (space, _) in zip(lengths, found, strict=False)
        ]
        if len(self.texts) > MAX_TOKENS:
            raise self.error(f"more than {MAX_TOKENS} tokens", self.starts[MAX_TOKENS])
        if not {token[:1] for token in self.texts[:-1]} <= _FIRST:
            self._reject()
        self._check_comment(found[-1][0])

    def _reject(self) -> None:
        for token, at in zip(self.texts, self.starts, strict=True):
            if token[:1] not in _FIRST:
                raise self.error(f"unexpected character {token!r}", at)

    def _check_comment(self, space: str) -> None:
        """The space before the end may hold a comment that never ends."""
        if "/*" not in space:
            return
        comments = [m for m in re.finditer(_SKIPPED, space, re.DOTALL) if m[0].startswith("/*")]
        if comments and (len(comments[-1][0]) < 4 or not comments[-1][0].endswith("*/")):
            at = self.starts[-1] - len(space) + comments[-1].start()
            raise self.error("this comment never ends: expected `*/`", at)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at offset `at`."""
        lines = self._lines
        if lines is None:
            lines = self._lines = [0, *(m.end() for m in re.finditer("\n", self.text))]
        line = bisect_right(lines, at)
        return line, at - lines[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, without the space around it."""
        if number != self._line[0]:
            lines = self._lines or [0]
            end = lines[number] if number < len(lines) else len(self.text)
            self._line = (number, self.text[lines[number - 1] : end].strip())
        return self._line[1]

    def error(self, message: str, at: int) -> InputError:
        """An InputError at offset `at`."""
        return InputError(message, self.file, *self.place(at))
