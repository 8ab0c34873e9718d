"""Constant expressions of the assembler: sums of numbers, symbols and operands."""

from __future__ import annotations

import re
from typing import NamedTuple

from ordercheck.frontends.llvm.asm.template import MARK

_TOKEN = re.compile(
    r"\s*(?:(\x01\d+:[^\x02]*\x02)|(0[xX][0-9a-fA-F]+|0[bB][01]+(?![\w.])|\d[0-9a-fA-F]*[hH](?!\w)|\d+[bf](?!\w)|\d+)"
    r"|([A-Za-z_.$][\w.$@]*|\"[^\"]*\")|'(\\?.)'?|(<<|>>|<=|>=|==|!=|<>|&&|\|\||.))",
    re.DOTALL,
)
_DEPTH = 40


class Sum(NamedTuple):
    """number + the sum of times * symbol. A symbol: a name, `.`, a reference to a numeric label (`661b`), or
    the mark of an operand.
    """

    number: int = 0
    symbols: tuple[tuple[str, int], ...] = ()

    @property
    def constant(self) -> bool:
        """Whether it is just a number."""
        return not self.symbols

    @property
    def symbol(self) -> str:
        """The one symbol that it is, without a number; empty otherwise."""
        if self.number == 0 and len(self.symbols) == 1 and self.symbols[0][1] == 1:
            return self.symbols[0][0]
        return ""


def evaluate(text: str) -> Sum | None:
    """The value of an expression; None where it is not read, or is no sum."""
    tokens = _tokens(text)
    if not tokens:
        return None
    parser = _Parser(tokens)
    found = parser.binary(0, 0)
    return found if parser.at == len(tokens) else None


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return []
        tokens.append("'" + found[4] if found[4] else found[0].strip())
        at = found.end()
    return tokens


_PRIORITY = {"|": 1, "^": 1, "&": 1, "+": 2, "-": 2, "*": 3, "/": 3, "<<": 3, ">>": 3, "%": 3}


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def binary(self, least: int, depth: int) -> Sum | None:
        left = self.unary(depth)
        while left is not None and self.at < len(self.tokens):
            operator = self.tokens[self.at]
            priority = _PRIORITY.get(operator, -1)
            if priority < max(least, 1):
                return left
            self.at += 1
            right = self.binary(priority + 1, depth + 1)
            left = None if right is None else _apply(operator, left, right)
        return left

    def unary(self, depth: int) -> Sum | None:
        if self.at >= len(self.tokens) or depth > _DEPTH:
            return None
        token = self.tokens[self.at]
        self.at += 1
        if token == "(":
            inner = self.binary(0, depth + 1)
            if inner is None or self.at >= len(self.tokens) or self.tokens[self.at] != ")":
                return None
            self.at += 1
            return inner
        if token in ("-", "+", "~"):
            inner = self.unary(depth + 1)
            if inner is None or (token == "~" and not inner.constant):
                return None
            return inner if token == "+" else _scaled(inner, -1) if token == "-" else Sum(~inner.number)
        return _atom(token)


def _atom(token: str) -> Sum | None:
    if token[0] in "'":
        return Sum(ord(token[-1]))
    if MARK.fullmatch(token) or token[0].isalpha() or token[0] in '_.$"':
        return Sum(0, ((token.strip('"'), 1),))
    if not token[0].isdigit():
        return None
    lower = token.lower()
    if lower.startswith("0x"):
        return Sum(int(lower, 16))
    if lower.startswith("0b") and len(lower) > 2:
        return Sum(int(lower, 2))
    if lower.endswith("h"):
        return Sum(int(lower[:-1], 16))
    if lower[-1] in "bf":
        return Sum(0, ((lower, 1),))
    if len(lower) > 1 and lower[0] == "0":
        return Sum(int(lower, 8)) if set(lower) <= set("01234567") else None
    return Sum(int(lower)) if len(lower) < 40 else None


def _scaled(value: Sum, times: int) -> Sum:
    return Sum(value.number * times, tuple((s, n * times) for s, n in value.symbols) if times else ())


def _apply(operator: str, left: Sum, right: Sum) -> Sum | None:
    if operator in ("+", "-"):
        return _add(left, right if operator == "+" else _scaled(right, -1))
    if operator == "*" and (left.constant or right.constant):
        return _scaled(right, left.number) if left.constant else _scaled(left, right.number)
    if not (left.constant and right.constant):
        return None
    a, b = left.number, right.number
    if operator in ("<<", ">>"):
        if not 0 <= b < 64:
            return None
        return Sum((a << b) & (1 << 64) - 1 if operator == "<<" else a >> b)
    if operator in ("/", "%"):
        if b == 0:
            return None
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return Sum(quotient if operator == "/" else a - quotient * b)
    return Sum({"|": a | b, "&": a & b, "^": a ^ b}[operator])


def _add(left: Sum, right: Sum) -> Sum:
    count = dict(left.symbols)
    for symbol, times in right.symbols:
        count[symbol] = count.get(symbol, 0) + times
    return Sum(left.number + right.number, tuple((s, n) for s, n in count.items() if n))
