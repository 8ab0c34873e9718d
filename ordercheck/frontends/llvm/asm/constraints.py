"""Constraint strings: what each operand of an inline assembly statement may be.

Source: the LLVM Language Reference, "Inline Asm Constraint String".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ordercheck.frontends.llvm.asm.registers import LETTERS, REGISTERS
from ordercheck.frontends.llvm.asm.shapes import NO_SHAPE, Shape


class Constraint(NamedTuple):
    """One operand, `$N` in the text.

    codes: the letters and `{registers}`. argument: the call's argument that it takes; result: the output
    that it makes; tied: the output whose register it shares; label: the goto label that it is.
    indirect: the argument is the address of a memory operand, element: what lies there.
    """

    codes: tuple[str, ...]
    output: bool = False
    indirect: bool = False
    early: bool = False
    tied: int | None = None
    label: int | None = None
    argument: int | None = None
    result: int | None = None
    shape: Shape = NO_SHAPE
    element: Shape = NO_SHAPE

    @property
    def register(self) -> str:
        """The one machine register that it must be in, or empty."""
        if len(self.codes) != 1:
            return ""
        code = self.codes[0]
        if code in LETTERS:
            return LETTERS[code]
        if code.startswith("{") and code[1:-1] in REGISTERS:
            return REGISTERS[code[1:-1]].whole
        return ""

    @property
    def flag(self) -> bool:
        """A condition code (`=@ccz`), not a register of the text."""
        return any("@cc" in code for code in self.codes)

    @property
    def memory(self) -> bool:
        """A place in memory whose address is the argument."""
        return self.indirect or (not self.output and self.codes == ("p",))

    @property
    def immediate(self) -> bool:
        """A constant, printed into the text."""
        return bool(self.codes) and set(self.codes) <= _IMMEDIATE

    @property
    def may_be_register(self) -> bool:
        """Whether the compiler may choose a register for it."""
        return any(code in _REGISTER or code.startswith(("{", "^Y", "Y")) for code in self.codes)


_IMMEDIATE = frozenset("inseZIJKLMNOEF") | {"^Ws"}
_REGISTER = frozenset("rqQRlabcdSDAfxvkytugX")


class Constraints(NamedTuple):
    """All operands by their number in the text, and the clobbers: registers by their whole names."""

    operands: tuple[Constraint, ...]
    clobbers: frozenset[str]
    memory: bool


def read(
    text: str,
    arguments: Sequence[Shape],
    results: Sequence[Shape],
    elements: Sequence[tuple[int, Shape]],
) -> Constraints | None:
    """The operands of a constraint string; None where it does not fit the call."""
    places = dict(elements)
    operands: list[Constraint] = []
    clobbers: set[str] = set()
    memory = False
    argument = result = label = 0
    for item in _split(text):
        if item.startswith("~"):
            name = item[1:].strip("{}")
            memory |= name == "memory"
            clobbers.add(REGISTERS[name].whole if name in REGISTERS else name)
            continue
        if item.startswith("!"):
            operands.append(Constraint(tuple(_codes(item[1:])), label=label))
            label += 1
            continue
        made = _operand(item)
        if made is None:
            return None
        if made.output and not made.indirect:
            if result >= len(results):
                return None
            made = made._replace(result=result, shape=results[result])
            result += 1
        else:
            if argument >= len(arguments):
                return None
            element = places.get(argument, NO_SHAPE)
            made = made._replace(argument=argument, shape=arguments[argument], element=element)
            argument += 1
        if made.tied is not None and not (made.tied < len(operands) and operands[made.tied].output):
            return None
        operands.append(made)
    return Constraints(tuple(operands), frozenset(clobbers), memory)


def _operand(item: str) -> Constraint | None:
    output = item.startswith("=")
    rest = item[1:] if output or item.startswith("+") else item
    early = indirect = False
    while rest and rest[0] in "*&%#":
        indirect |= rest[0] == "*"
        early |= rest[0] == "&"
        rest = rest[1:]
    codes = _codes(rest)
    if not codes:
        return None
    tied = next((int(code) for code in codes if code.isdigit()), None)
    return Constraint(tuple(codes), output, indirect, early, tied)


def _split(text: str) -> list[str]:
    """At the commas outside of braces."""
    items: list[str] = []
    item = ""
    inside = False
    for char in text:
        if char == "," and not inside:
            items.append(item)
            item = ""
            continue
        inside = char == "{" or (inside and char != "}")
        item += char
    items.append(item)
    return [stripped for item in items if (stripped := item.strip())]


def _codes(text: str) -> list[str]:
    """Letters, numbers, `{registers}`, `^xy` and `Yx`; alternatives (`|`) are put together."""
    codes: list[str] = []
    i = 0
    while i < len(text):
        char = text[i]
        if char == "{":
            end = text.find("}", i)
            end = len(text) - 1 if end < 0 else end
        elif char == "^":
            end = min(i + 2, len(text) - 1)
        elif char == "Y":
            end = min(i + 1, len(text) - 1)
        elif char in "0123456789":
            end = i
            while end + 1 < min(len(text), i + 4) and text[end + 1] in "0123456789":
                end += 1
        else:
            end = i
        if char not in "|?!*&%#":
            codes.append(text[i : end + 1])
        i = end + 1
    return codes
