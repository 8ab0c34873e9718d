"""Operands in Intel syntax.

Source: the manual of the GNU assembler, "80386 Dependent Features"; SDM vol. 1, 1.3.2.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ordercheck.frontends.llvm.asm.expressions import evaluate
from ordercheck.frontends.llvm.asm.operands import Imm, Mem, Parsed, Ref, Reg
from ordercheck.frontends.llvm.asm.pieces import displaced, immediate, register, unmasked
from ordercheck.frontends.llvm.asm.template import MARK
from ordercheck.frontends.llvm.asm.text import split

_SIZES = {
    "byte": 1,
    "word": 2,
    "dword": 4,
    "fword": 6,
    "qword": 8,
    "mmword": 8,
    "tbyte": 10,
    "tword": 10,
    "oword": 16,
    "xmmword": 16,
    "ymmword": 32,
    "zmmword": 64,
}
_SIZE = re.compile(r"(\w+)\s+ptr\b\s*(.*)", re.IGNORECASE | re.DOTALL)
_SEGMENT = re.compile(r"([c-gs]s)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_OFFSET = re.compile(r"offset\s+(.*)", re.IGNORECASE | re.DOTALL)
_BRACKETS = re.compile(r"([^\[\]]*)\[([^\[\]]*)\]\s*(?:\[([^\[\]]*)\])?([^\[\]]*)", re.DOTALL)


def intel(text: str) -> Parsed | None:
    """One operand; None where it is not understood."""
    text, masked = unmasked(text)
    size = 0
    sized = _SIZE.fullmatch(text)
    if sized is not None:
        size = _SIZES.get(sized[1].lower(), 0)
        if not size:
            return None
        text = sized[2].strip()
    segment = ""
    prefixed = _SEGMENT.fullmatch(text)
    if prefixed is not None:
        segment, text = prefixed[1].lower(), prefixed[2].strip()
    mark = MARK.fullmatch(text)
    if mark is not None:
        ref = Ref(int(mark[1]), mark[2], masked)
        return Mem(whole=ref, size=size, segment=segment, masked=masked) if size or segment else ref
    name = register(text)
    if name is not None and not segment:
        return Reg(name, masked)
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        return immediate(offset[1])
    brackets = _BRACKETS.fullmatch(text)
    if brackets is not None:
        place = _intel_address(brackets)
        if place is None:
            return None
        return replace(place, size=size, segment=segment or place.segment, masked=masked)
    value = evaluate(text)
    if value is None:
        return None
    if value.constant and not (size or segment):
        return Imm(value.number)
    place = displaced(Mem(), value)
    return None if place is None else replace(place, size=size, segment=segment)


def _intel_address(brackets: re.Match[str]) -> Mem | None:
    """[base + index * scale + displacement], with what stands before the brackets added."""
    inside = " + ".join(part for part in brackets.groups() if part and part.strip())
    segment = ""
    prefixed = _SEGMENT.fullmatch(inside.strip())
    if prefixed is not None:
        segment, inside = prefixed[1].lower(), prefixed[2]
    place = Mem(segment=segment)
    constants: list[str] = []
    for sign, term in _terms(inside):
        found = _address_term(term)
        if found is None:
            constants.append(f"{sign} ({term})")
            continue
        register, scale = found
        if sign == "-":
            return None
        if isinstance(register, Reg) and register.name.kind == "rip":
            place = replace(place, relative=True)
        elif scale == 1 and place.base is None:
            place = replace(place, base=register)
        elif place.index is None:
            place = replace(place, index=register, scale=scale)
        elif place.base is None and place.scale == 1:
            place = replace(place, base=place.index, index=register, scale=scale)
        else:
            return None
    if not constants:
        return place
    value = evaluate(" ".join(constants))
    return None if value is None else displaced(place, value)


def _terms(text: str) -> list[tuple[str, str]]:
    """The summands of an address, with their signs."""
    found: list[tuple[str, str]] = []
    for plus in split(text, "+"):
        for number, minus in enumerate(split(plus, "-")):
            if minus:
                found.append(("-" if number else "+", minus))
    return found


def _address_term(term: str) -> tuple[Reg | Ref, int] | None:
    """A register, times a scale; None: something constant."""
    factors = split(term, "*")
    registers = [r for r in map(_plain_register, factors) if r is not None]
    if len(registers) != 1 or len(factors) > 2:
        return None
    if len(factors) == 1:
        return registers[0], 1
    other = next(f for f in factors if _plain_register(f) is None)
    value = evaluate(other)
    if value is None or not value.constant or value.number not in (1, 2, 4, 8):
        return None
    return registers[0], value.number


def _plain_register(text: str) -> Reg | Ref | None:
    mark = MARK.fullmatch(text)
    if mark is not None:
        return Ref(int(mark[1]), mark[2])
    name = register(text)
    return None if name is None else Reg(name)
