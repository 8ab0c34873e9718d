"""What operands are made of in either syntax."""

from __future__ import annotations

import re
from dataclasses import replace

from ordercheck.frontends.llvm.asm.expressions import Sum, evaluate
from ordercheck.frontends.llvm.asm.operands import Imm, Mem, Ref
from ordercheck.frontends.llvm.asm.registers import REGISTERS, Name
from ordercheck.frontends.llvm.asm.template import MARK

_MASK = re.compile(r"(.*?)((?:\{[^{}]*\}\s*)+)", re.DOTALL)


def unmasked(text: str) -> tuple[str, bool]:
    """Without the decorations of EVEX (`{%k1}{z}`, `{1to8}`); whether there was a mask."""
    found = _MASK.fullmatch(text.strip()) if text.rstrip().endswith("}") else None
    if found is None:
        return text.strip(), False
    return found[1].strip(), "k" in found[2]


def register(text: str) -> Name | None:
    return REGISTERS.get("".join(text.split()).lower())


def immediate(text: str) -> Imm | None:
    value = evaluate(text)
    if value is None:
        return None
    symbols = dict(value.symbols)
    refs = [s for s in symbols if MARK.fullmatch(s)]
    if len(symbols) > 1:
        # a difference of labels: a constant that nobody needs to know
        return None if refs else Imm(value.number, " ".join(symbols))
    if refs:
        mark = MARK.fullmatch(refs[0])
        if mark is None or symbols[refs[0]] != 1:
            return None
        return Imm(value.number, ref=Ref(int(mark[1]), mark[2]))
    return Imm(value.number, next(iter(symbols), ""))


def displaced(place: Mem, value: Sum) -> Mem | None:
    """place + value; value may hold one symbol and one operand."""
    for symbol, times in value.symbols:
        if times != 1:
            return None
        mark = MARK.fullmatch(symbol)
        if mark is None and not place.symbol:
            place = replace(place, symbol=symbol)
        elif mark is not None and place.added is None:
            place = replace(place, added=Ref(int(mark[1]), mark[2]))
        else:
            return None
    return replace(place, displacement=place.displacement + value.number)
