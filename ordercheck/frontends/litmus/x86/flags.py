"""The flags: what instructions make of them, and the conditions that read them (SDM 1, B.1).

A flag is a register that holds 0 or 1. herd7 differs from the processor here, in what its own
sources call open: its SF says "greater", so `js`, `jns` and `jlt` take the other way, its CF is
always 0, and it compares a 32-bit register with -1 as if it had 64 bits. Ours is the manual's.
"""

from __future__ import annotations

from ordercheck.frontends.litmus.x86.code import Code
from ordercheck.program.expr import Expr, apply, const

# the flags that decide, and whether they must be set
CONDITIONS: dict[str, tuple[str, bool]] = {}
for _names, _kind, _sense in (
    ("e z", "z", True),
    ("ne nz", "z", False),
    ("s", "s", True),
    ("ns", "s", False),
    ("c b nae", "c", True),
    ("nc nb ae", "c", False),
    ("o", "o", True),
    ("no", "o", False),
    ("be na", "be", True),
    ("nbe a", "be", False),
    # lt and gt are herd7's names
    ("l lt nge", "l", True),
    ("nl ge", "l", False),
    ("le ng", "le", True),
    ("nle g gt", "le", False),
):
    CONDITIONS.update((name, (_kind, _sense)) for name in _names.split())
_SIMPLE = {"z": "ZF", "s": "SF", "c": "CF", "o": "OF"}


def holds(code: Code, condition: str) -> Expr:
    """A condition by its name, such as "ne"."""
    kind, sense = CONDITIONS[condition]
    if kind in _SIMPLE:
        found = code.flag(_SIMPLE[kind])
    elif kind == "be":
        found = code.flag("CF") | code.flag("ZF")
    else:
        found = apply("!=", code.flag("SF"), code.flag("OF"))
        if kind == "le":
            found = found | code.flag("ZF")
    return found if sense else ~found


def result(code: Code, value: Expr, bits: int) -> None:
    """ZF and SF from a result of so many bits."""
    if code.flags:
        code.set_flag("ZF", value == 0)
        code.set_flag("SF", apply(">>", value, bits - 1) != 0)


def logic(code: Code, value: Expr, bits: int) -> None:
    """All of them after and, or, xor or test."""
    if code.flags:
        result(code, value, bits)
        code.set_flag("CF", const(False))
        code.set_flag("OF", const(False))


def added(code: Code, old: Expr, value: Expr, new: Expr, bits: int, carry: Expr | None = None) -> None:
    """All of them after new = old + value + carry (0 or 1) in so many bits."""
    if code.flags:
        more = const(0) if carry is None else carry
        result(code, new, bits)
        overflow = _signed(old, bits) + _signed(value, bits) + more != _signed(new, bits)
        carried = old + value + more != new
        code.set_flag("OF", overflow)
        code.set_flag("CF", carried)


def subtracted(code: Code, old: Expr, value: Expr, bits: int, borrow: Expr | None = None) -> None:
    """All of them after old - value - borrow (0 or 1) in so many bits."""
    if code.flags:
        less = const(0) if borrow is None else borrow
        new = apply("trunc", old - value - less, bits)
        result(code, new, bits)
        overflow = _signed(old, bits) - _signed(value, bits) - less != _signed(new, bits)
        borrowed = old < value + less
        code.set_flag("OF", overflow)
        code.set_flag("CF", borrowed)


def _signed(value: Expr, bits: int) -> Expr:
    return apply("sext", value, bits)
