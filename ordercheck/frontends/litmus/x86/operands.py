"""The operands of x86 instructions, in AT&T or Intel syntax.

`$1`, `1`, `$x`, `%eax`, `EAX`; memory as `(x)`, `[x]`, `x`, `x(%rip)`, `8(%rax)`,
`4(%rax,%rbx,8)`, `[EAX+EBX*4+8]`, with a segment in front that starts at 0.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ordercheck.frontends.litmus.lexer import brief
from ordercheck.frontends.litmus.x86.registers import (
    Part,
    is_instruction_pointer,
    is_pointer,
    is_segment,
    operand,
)

# digits of a number: more are no machine word
MAX_DIGITS = 40
_TOKEN = re.compile(
    r"\s*(?:(?P<register>%[A-Za-z_]\w*)|(?P<immediate>\$?-?(?:0[xX][0-9a-fA-F]+|[0-9]+)(?![\w.]))"
    r"|(?P<symbol>\$?[A-Za-z_.][\w./-]*)|(?P<mark>[-+*(),\[\]:]))"
)
_CLOSING = {"(": ")", "[": "]"}


class Immediate(NamedTuple):
    """A constant: a number plus the address of `symbol`, if there is one."""

    value: int
    symbol: str = ""


class Memory(NamedTuple):
    """disp + symbol + base + scale * scaled, in bytes."""

    disp: int = 0
    symbol: str = ""
    base: Part | None = None
    scaled: Part | None = None
    scale: int = 1


Operand = Part | Immediate | Memory


class BadOperandError(Exception):
    """What is wrong with a text, and where in it (from 0)."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message, self.offset = message, offset


class _Word(NamedTuple):
    kind: str
    text: str
    offset: int

    def __str__(self) -> str:
        return brief(self.text)


def read_operands(text: str, wide: bool) -> tuple[Operand, ...]:
    """The operands in a text, in the order in which they stand there. Raises BadOperandError."""
    groups: list[list[_Word]] = [[]]
    depth = 0
    words = _words(text)
    for word in words:
        depth += (word.text in _CLOSING) - (word.text in ")]")
        if word.text == "," and depth == 0:
            groups.append([])
        else:
            groups[-1].append(word)
    if not words:
        return ()
    for group in groups:
        if not group:
            raise BadOperandError("expected an operand on each side of ','", words[0].offset)
    return tuple(_Operand(group, wide).read() for group in groups)


def _words(text: str) -> list[_Word]:
    found = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise BadOperandError(f"{text[start : start + 20]!r} is no operand", start)
        kind = str(match.lastgroup)
        word = _Word(kind, match[kind], match.start(kind))
        if kind == "immediate" and len(word.text) > MAX_DIGITS:
            raise BadOperandError("a number of too many digits", word.offset)
        found.append(word)
        position = match.end()
    return found


def _number(text: str) -> int:
    text = text.removeprefix("$")
    return int(text, 16) if "x" in text.lower() else int(text)


class _Operand:
    """The words of one operand."""

    def __init__(self, words: list[_Word], wide: bool) -> None:
        self.words, self.wide = words, wide
        self.disp, self.symbol = 0, ""
        self.base: Part | None = None
        self.scaled: Part | None = None
        self.scale = 1

    def error(self, message: str, word: _Word) -> BadOperandError:
        return BadOperandError(message, word.offset)

    def read(self) -> Operand:
        words = self.words
        if len(words) == 1:
            return self._plain(words[0])
        if len(words) > 2 and words[1].text == ":":
            if not is_segment(words[0].text):
                raise self.error("only segments that start at 0 are supported", words[0])
            words = words[2:]
        opening = next((k for k, word in enumerate(words) if word.text in _CLOSING), len(words))
        inside: list[_Word] = []
        if opening < len(words):
            if words[-1].text != _CLOSING[words[opening].text]:
                raise self.error("a bracket is not closed", words[opening])
            inside = words[opening + 1 : -1]
        self._sum(words[:opening], registers=False)
        if self.symbol and inside:
            self._beside(words, opening)
        if any(word.text == "," for word in inside):
            self._scaled(inside)
        else:
            self._sum(inside, registers=True)
        return Memory(self.disp, self.symbol, self.base, self.scaled, self.scale)

    def _plain(self, word: _Word) -> Operand:
        register = operand(word.text, self.wide)
        if register is not None:
            return register
        if word.kind == "immediate":
            return Immediate(_number(word.text))
        if word.kind == "symbol":
            named = word.text.startswith("$")
            return Immediate(0, word.text[1:]) if named else Memory(symbol=self._location(word))
        raise self.error(f"{word} is no operand", word)

    def _scaled(self, inside: list[_Word]) -> None:
        """base,index,scale: each may be left out, the commas before it may not."""
        fields: list[list[_Word]] = [[]]
        for word in inside:
            if word.text == ",":
                fields.append([])
            else:
                fields[-1].append(word)
        if len(fields) > 3 or any(len(field) > 1 for field in fields):
            raise self.error("expected disp(base,index,scale)", inside[0])
        if fields[0]:
            self.base = self._pointer(fields[0][0])
        if fields[1]:
            self.scaled = self._pointer(fields[1][0])
        if len(fields) == 3:
            if not fields[2] or not fields[2][0].text.isdigit():
                raise self.error("expected a scale such as 4", inside[0])
            # any factor, as in herd7; the processor has 1, 2, 4 and 8
            self.scale = int(fields[2][0].text)

    def _sum(self, words: list[_Word], registers: bool) -> None:
        """Numbers, one symbol and, inside brackets, registers, added."""
        position = 0
        while position < len(words):
            word = words[position]
            signed = word.text in ("+", "-")
            if position and not (signed or word.text.startswith("-")):
                raise self.error("expected + or - between the parts of an address", word)
            if signed:
                position += 1
                if position == len(words):
                    raise self.error(f"expected a part of an address after {word}", word)
            position += self._term(words, position, word.text == "-", registers)

    def _term(self, words: list[_Word], position: int, minus: bool, registers: bool) -> int:
        """Adds what stands there; returns how many words it has."""
        word = words[position]
        register = operand(word.text, self.wide)
        factor = self._factor(words, position)
        if word.kind == "immediate" and not word.text.startswith("$"):
            self.disp += -_number(word.text) if minus else _number(word.text)
        elif minus:
            raise self.error(f"{word} has no meaning in an address", word)
        elif register is not None and registers:
            self._add(word, factor)
            return 3 if factor else 1
        elif word.kind == "symbol" and register is None and not self.symbol and word.text[0] != "$":
            self.symbol = self._location(word)
        else:
            raise self.error(f"{word} has no meaning in an address", word)
        return 1

    def _location(self, word: _Word) -> str:
        """The name of a location. herd7 takes `eax-4` for one, which the reader of a test would not."""
        start = word.text.split("-", 1)[0]
        if start != word.text and operand(start, self.wide) is not None:
            raise self.error(f"{word}: a name of a location starts with a register", word)
        return word.text

    def _beside(self, words: list[_Word], opening: int) -> None:
        """Refuses what a bracket after a symbol could mean in two ways: `a[1]`, `x-4(%rip)`."""
        if words[opening].text == "[" and words[opening + 1].text.isdigit():
            raise self.error("cells have no numbers here: add the offset in bytes", words[opening])
        if "-" in self.symbol:
            message = f"{brief(self.symbol)}: herd7 has - in names of locations; put the number in front"
            raise self.error(message, words[0])

    def _factor(self, words: list[_Word], position: int) -> int:
        """The number in `register * number`; 0 where there is none."""
        if position + 1 >= len(words) or words[position + 1].text != "*":
            return 0
        factor = words[position + 2].text if position + 2 < len(words) else ""
        if factor not in ("1", "2", "4", "8"):
            raise self.error("expected the scale 1, 2, 4 or 8", words[position + 1])
        return int(factor)

    def _add(self, word: _Word, factor: int) -> None:
        register = operand(word.text, self.wide)
        if register is not None and is_instruction_pointer(register):
            return
        register = self._pointer(word)
        if not factor and self.base is None:
            self.base = register
        elif self.scaled is None:
            self.scaled, self.scale = register, factor or 1
        else:
            raise self.error("more than two registers in one address", word)

    def _pointer(self, word: _Word) -> Part:
        register = operand(word.text, self.wide)
        if register is None or not is_pointer(register):
            raise self.error(f"{word} holds no address", word)
        return register
