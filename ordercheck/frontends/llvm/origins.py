"""Where the pointers that calls return come from."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from ordercheck.frontends.llvm import no_ops
from ordercheck.frontends.llvm.asm.effects import Anything, AsmCall, AsmRmw
from ordercheck.frontends.llvm.called import Called


@dataclass(frozen=True, slots=True)
class Origins:
    """By the ids of the steps.

    returns: the argument that is returned; within: the one into whose memory the result points;
    mixed: the result may be made of the operands.
    """

    returns: Mapping[int, int]
    within: Mapping[int, int]
    mixed: Set[int]


def origins(called: Mapping[int, Called]) -> Origins:
    """What the calls of a function say of their results."""
    returns = {i: c.returns for i, c in called.items() if c.returns is not None}
    returns |= {i: 0 for i, c in called.items() if no_ops.hands_on_pointer(c.name)}
    within = {i: c.within for i, c in called.items() if c.within is not None}
    mixed = {i for i, c in called.items() if _mixed(c)}
    return Origins(returns, within, mixed)


def _mixed(called: Called) -> bool:
    """Where there is a locked operation or a call, what is not followed is taken for what that returned.

    What a call that touches no memory returns is made of what was passed.
    """
    if called.kind == "pure":
        return called.returns is None
    others = any(isinstance(e, AsmRmw | AsmCall) for e in called.effects)
    return not others and any(isinstance(o, Anything) for o in called.outputs)
