"""The instructions of x86 by name."""

from __future__ import annotations

from ordercheck.frontends.litmus.x86 import arithmetic, exchange, flow, moves, vectors
from ordercheck.frontends.litmus.x86.instruction import Opcode

_SIZES = {"b": 1, "w": 2, "l": 4, "q": 8}
_OPCODES = {**moves.TABLE, **arithmetic.TABLE, **exchange.TABLE, **vectors.TABLE, **flow.TABLE}


def opcode(mnemonic: str) -> Opcode | None:
    """What a name in lower case means, with or without a size; None for one that is not modelled."""
    found = _OPCODES.get(mnemonic)
    if found is None and mnemonic[-1:] in _SIZES:
        found = _OPCODES.get(mnemonic[:-1])
        if found is None or not found.suffixed:
            return None
        found = found._replace(size=_SIZES[mnemonic[-1]])
    return found
