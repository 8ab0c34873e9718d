"""The machine registers of x86-64 by all their names (SDM vol. 1, 3.4 and 3.7.2)."""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """A register as an instruction names it. whole: the name of the widest register that it is part of
    (`rax` for `al`, `xmm0` for `zmm0`); size: in bytes; high: bits 8 to 15 (`ah`).
    kind: gpr, vector, mmx, mask, x87, segment, control, debug, bound, rip.
    """

    whole: str
    size: int
    kind: str
    high: bool = False


def _general() -> dict[str, Name]:
    found: dict[str, Name] = {}
    for letter in "abcd":
        whole = f"r{letter}x"
        found[whole] = Name(whole, 8, "gpr")
        found[f"e{letter}x"] = Name(whole, 4, "gpr")
        found[f"{letter}x"] = Name(whole, 2, "gpr")
        found[f"{letter}l"] = Name(whole, 1, "gpr")
        found[f"{letter}h"] = Name(whole, 1, "gpr", True)
    for short in ("si", "di", "bp", "sp"):
        whole = f"r{short}"
        found[whole] = Name(whole, 8, "gpr")
        found[f"e{short}"] = Name(whole, 4, "gpr")
        found[short] = Name(whole, 2, "gpr")
        found[f"{short}l"] = Name(whole, 1, "gpr")
    for number in range(8, 32):
        whole = f"r{number}"
        found[whole] = Name(whole, 8, "gpr")
        for suffix, size in (("d", 4), ("w", 2), ("b", 1)):
            found[whole + suffix] = Name(whole, size, "gpr")
    return found


def _others() -> dict[str, Name]:
    found: dict[str, Name] = {"rip": Name("rip", 8, "rip"), "eip": Name("rip", 4, "rip")}
    for number in range(32):
        for letter, size in (("x", 16), ("y", 32), ("z", 64)):
            found[f"{letter}mm{number}"] = Name(f"xmm{number}", size, "vector")
    for number in range(16):
        found[f"cr{number}"] = Name(f"cr{number}", 8, "control")
        found[f"dr{number}"] = found[f"db{number}"] = Name(f"dr{number}", 8, "debug")
    for number in range(8):
        found[f"mm{number}"] = Name(f"mm{number}", 8, "mmx")
        found[f"k{number}"] = Name(f"k{number}", 8, "mask")
        found[f"st({number})"] = Name(f"st{number}", 10, "x87")
    for number in range(4):
        found[f"bnd{number}"] = Name(f"bnd{number}", 16, "bound")
    found["st"] = Name("st0", 10, "x87")
    for segment in ("cs", "ds", "es", "fs", "gs", "ss"):
        found[segment] = Name(segment, 2, "segment")
    return found


REGISTERS: dict[str, Name] = _general() | _others()
"""Every name, without the % of AT&T."""

LETTERS = {"a": "rax", "b": "rbx", "c": "rcx", "d": "rdx", "S": "rsi", "D": "rdi"}
"""The constraint letters that stand for one register."""

CALLER_SAVED = ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")
"""What a called function may change (System V psABI, 3.2.1), besides all vector registers."""

VECTORS = ("vector", "mmx")
"""The kinds of registers that vector instructions work on."""
