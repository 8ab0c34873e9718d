"""Operands in AT&T syntax.

Source: the manual of the GNU assembler, "80386 Dependent Features".
"""

from __future__ import annotations

import re
from dataclasses import replace

from ordercheck.frontends.llvm.asm.expressions import evaluate
from ordercheck.frontends.llvm.asm.operands import Mem, Parsed, Ref, Reg, Star
from ordercheck.frontends.llvm.asm.pieces import displaced, immediate, register, unmasked
from ordercheck.frontends.llvm.asm.template import MARK

_AT_REGISTER = re.compile(r"%\s*([a-zA-Z]\w*(?:\s*\(\s*\d\s*\))?)\s*")

_THUNK = re.compile(r"__x86_indirect_(?:call_|jump_)?thunk_(\x01[^\x02]*\x02|\w+)(?:@PLT)?")
"""Linux calls what a register holds through functions of these names."""

_NUMBERED = re.compile(r"([A-Za-z_][\w.]*)\x01(\d+):([Pc])\x02(?:@PLT)?")
"""A name that ends in a constant operand."""


def att(text: str) -> Parsed | None:
    """One operand; None where it is not understood."""
    text, masked = unmasked(text)
    thunk = _THUNK.fullmatch(text)
    if thunk is not None:
        return att("*" + (thunk[1] if thunk[1].startswith("\x01") else f"%{thunk[1]}"))
    numbered = _NUMBERED.fullmatch(text)
    if numbered is not None:
        return Mem(symbol=numbered[1], added=Ref(int(numbered[2]), numbered[3]))
    if text.startswith("*"):
        inner = att(text[1:])
        return None if inner is None or isinstance(inner, Star) else Star(inner)
    mark = MARK.fullmatch(text)
    if mark is not None:
        return Ref(int(mark[1]), mark[2], masked)
    if text.startswith("$"):
        return immediate(text[1:])
    if text.startswith("%"):
        found = _AT_REGISTER.match(text)
        name = register(found[1]) if found is not None else None
        if found is None or name is None:
            return None
        rest = text[found.end() :]
        if not rest:
            return Reg(name, masked)
        if not rest.startswith(":") or name.kind != "segment":
            return None
        place = _att_memory(rest[1:].strip())
        return None if place is None else replace(place, segment=name.whole, masked=masked)
    memory = _att_memory(text)
    return None if memory is None else replace(memory, masked=masked)


def _att_memory(text: str) -> Mem | None:
    before, inside = text, ""
    if text.endswith(")"):
        opening = _matching(text)
        # an expression in brackets, (8*4)(%rax) or just (8*4), is no base
        if opening >= 0 and _is_base(text[opening + 1 : -1]):
            before, inside = text[:opening].strip(), text[opening + 1 : -1]
    made = Mem()
    if inside:
        based = _base(inside)
        if based is None:
            return None
        made = based
    elif not before:
        return None
    if not before:
        return made
    value = evaluate(before)
    return None if value is None else displaced(made, value)


def _matching(text: str) -> int:
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            return at
    return -1


def _is_base(inside: str) -> bool:
    """What stands in the brackets of an address: a register, an operand, or one after a comma."""
    return "%" in inside or "," in inside or MARK.fullmatch(inside.strip()) is not None


def _base(inside: str) -> Mem | None:
    parts = [part.strip() for part in inside.split(",")]
    if len(parts) > 3:
        return None
    base = _address_register(parts[0])
    index = _address_register(parts[1]) if len(parts) > 1 else None
    if (parts[0] and base is None) or (len(parts) > 1 and parts[1] and index is None):
        return None
    scale = 1
    if len(parts) > 2 and parts[2]:
        value = evaluate(parts[2])
        if value is None or not value.constant or value.number not in (1, 2, 4, 8):
            return None
        scale = value.number
    if isinstance(base, Reg) and base.name.kind == "rip":
        return Mem(relative=True) if index is None else None
    return Mem(base=base, index=index, scale=scale)


def _address_register(text: str) -> Reg | Ref | None:
    mark = MARK.fullmatch(text)
    if mark is not None:
        return Ref(int(mark[1]), mark[2])
    name = register(text[1:].strip()) if text.startswith("%") else None
    return None if name is None else Reg(name)
