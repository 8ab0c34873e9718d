"""What this engine makes of a program before it looks at it: memory and products become registers."""

from __future__ import annotations

from ordercheck.engines.inductive.private import promoted
from ordercheck.engines.inductive.strides import strided
from ordercheck.engines.order import Order
from ordercheck.program.ir import Program


def prepared(program: Program, order: Order) -> Program:
    """A program that can do all that this one can; the same one where there is nothing to make of it."""
    return strided(promoted(program, order))
