"""Which instruction a mnemonic is: what does it, and the operand size in its suffix."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ordercheck.frontends.llvm.asm import atomics, integer, moves, strings, system, vector
from ordercheck.frontends.llvm.asm.integer import Handler

_SUFFIXES = {"b": 1, "w": 2, "l": 4, "q": 8}
_LONGEST = 32

_NAMED: dict[str, Handler] = {
    **dict.fromkeys(system.NAMES, system.system),
    **dict.fromkeys(integer.GENERAL, integer.general),
    **dict.fromkeys(("add", "sub", "inc", "dec", "and", "or", "xor"), moves.arithmetic),
    **dict.fromkeys(("mov", "movabs", "movd", "movq"), moves.move),
    "lea": moves.address,
    "xchg": atomics.exchange,
    **dict.fromkeys(("cmpxchg", "cmpxchg8b", "cmpxchg16b"), atomics.compare_exchange),
    **dict.fromkeys(("bt", "bts", "btr", "btc"), atomics.bits),
    **dict.fromkeys(("push", "pop", "pushf", "popf"), moves.stack),
    **dict.fromkeys(("pushfq", "popfq", "pushfw", "popfw"), moves.stack),
    "xsaveopt": system.write_back,
    "xsaveopt64": system.write_back,
}
"""By the name without a suffix."""

_UNSIZED = (system.NAMES - {"in", "out"}) | {
    "movd",
    "movq",
    "cmpxchg8b",
    "cmpxchg16b",
    "xsaveopt",
    "xsaveopt64",
}
"""Those that take no suffix."""

_PATTERNS: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (moves.SET, moves.condition),
    (moves.MOVE_IF, moves.conditional_move),
    (moves.EXTENDING, moves.extend),
    (vector.STREAMING, vector.streaming),
    (vector.DIRECT, vector.direct),
    (vector.MASKED, vector.masked),
    (vector.WHOLE, vector.whole),
    (vector.PART, vector.part),
    (vector.PICKING, vector.picking),
    (vector.READING, vector.reading),
    (system.X87, system.x87),
)


class Meaning(NamedTuple):
    """What does the instruction; name: without the suffix; suffix: its size, 0 for none."""

    does: Handler
    name: str
    suffix: int


@lru_cache(maxsize=4096)
def meaning(mnemonic: str, intel: bool, operands: bool) -> Meaning | None:
    """What a mnemonic means; operands: whether it has any. None: nobody modelled it."""
    if len(mnemonic) > _LONGEST:
        return None
    if not operands and strings.STRING.fullmatch(mnemonic):
        return Meaning(strings.string, mnemonic, 0)
    if mnemonic in _NAMED:
        return Meaning(_NAMED[mnemonic], mnemonic, 0)
    stem, suffix = mnemonic[:-1], _SUFFIXES.get(mnemonic[-1:], 0)
    if suffix and not intel and stem in _NAMED and stem not in _UNSIZED:
        return Meaning(_NAMED[stem], stem, suffix)
    if stem in ("movnti", "movdiri") and suffix in (4, 8):
        return Meaning(vector.streaming if stem == "movnti" else vector.direct, stem, suffix)
    for pattern, does in _PATTERNS:
        if pattern.fullmatch(mnemonic):
            return Meaning(does, mnemonic, 0)
    if strings.STRING.fullmatch(mnemonic):
        return Meaning(strings.string, mnemonic, 0)
    return None
