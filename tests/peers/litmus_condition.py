r"""The final conditions of litmus tests: equations, `/\`, `\/`, `~` and brackets."""

from __future__ import annotations

import re
from collections.abc import Callable

from ordercheck.program import Expr, var

_TOKEN = re.compile(r"\s*(/\\|\\/|[()~=]|\d+:\w+|\[\w+\]|-?\w+)")


def parse(text: str, bits: Callable[[str], int]) -> tuple[Expr, list[str]]:
    """The condition over variables called as herd7 calls them, and those names.

    bits: the width in bits of what a name stands for; numbers are taken modulo 2 ^ bits.
    Raises ValueError where `text` is anything else.
    """
    parser = _Parser(text, bits)
    return parser.whole(), parser.names


def herd_name(text: str) -> str:
    """The name that herd7 prints in a state: `[x]` for the location that a test may call x."""
    return text if ":" in text or text.startswith("[") else f"[{text}]"


class _Parser:
    def __init__(self, text: str, bits: Callable[[str], int]) -> None:
        self.tokens = _TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise ValueError(f"unknown condition {text!r}")
        self.bits = bits
        self.at = 0
        self.names: list[str] = []

    def whole(self) -> Expr:
        found = self._either()
        if self.at != len(self.tokens):
            raise ValueError(f"{self.tokens[self.at]!r} after the condition")
        return found

    def _take(self, *wanted: str) -> str:
        """The next token, if there is one and it is wanted; else the empty string."""
        if self.at < len(self.tokens) and (not wanted or self.tokens[self.at] in wanted):
            self.at += 1
            return str(self.tokens[self.at - 1])
        return ""

    def _either(self) -> Expr:
        found = self._both()
        while self._take("\\/"):
            found = found | self._both()
        return found

    def _both(self) -> Expr:
        found = self._atom()
        while self._take("/\\"):
            found = found & self._atom()
        return found

    def _atom(self) -> Expr:
        if self._take("~"):
            return ~self._atom()
        if self._take("("):
            found = self._either()
            if not self._take(")"):
                raise ValueError("a bracket is not closed")
            return found
        left, equals, right = self._take(), self._take("="), self._take()
        if not equals or not re.fullmatch(r"-?\d+", right):
            raise ValueError("an equation was expected in the condition")
        name = herd_name(left)
        self.names.append(name)
        return var(name) == int(right) % (1 << self.bits(name))
