"""Terms of which it matters that they do not wrap.

Sums and products are exact here, and of 64 bits in the code. That makes no difference where
their low bits count alone: in what is stored, under a mask, in a remainder by a power of two.
"""

from __future__ import annotations

from ordercheck.program.expr import Expr
from ordercheck.program.ir import Instr, Rmw, Store
from ordercheck.program.wellformed import expressions

_RING = ("+", "-", "*")
_WORD = 1 << 64


class Exact:
    """Collects such terms, from the instructions and conditions that matter."""

    def __init__(self) -> None:
        self.terms: set[Expr] = set()
        self._seen: set[tuple[Expr, bool]] = set()

    def instruction(self, instr: Instr) -> None:
        """Notes what an instruction mentions."""
        for expr in expressions(instr):
            self.term(expr, isinstance(instr, Store | Rmw) and expr is instr.value)

    def term(self, expr: Expr, modular: bool = False) -> None:
        """Notes a term and what is in it. modular: its value modulo 2**64 is enough."""
        stack = [(expr, modular)]
        while stack:
            found = stack.pop()
            if found in self._seen:
                continue
            self._seen.add(found)
            node, loose = found
            ring = node.op in _RING
            if not (loose and (ring or node.op == "ite")):
                self.terms.add(node)
            if node.op == "ite":
                stack += [(node.args[0], False), (node.args[1], loose), (node.args[2], loose)]
            elif _takes_low_bits(node):
                stack.append((node.args[0], True))
            else:
                stack += [(a, loose and ring) for a in node.args]


def _takes_low_bits(node: Expr) -> bool:
    if len(node.args) != 2 or node.args[1].op != "const":
        return False
    number = int(node.args[1].value)
    if node.op == "%":
        return 0 < number <= _WORD and number & (number - 1) == 0
    if node.op == "&":
        return 0 <= number < _WORD
    return node.op in ("trunc", "sext") and number <= 64
