"""The registers of x86 in both its widths: what part of which whole each name stands for."""

from __future__ import annotations

from dataclasses import dataclass

_LETTERED = ("ax", "bx", "cx", "dx", "si", "di", "bp", "sp")
FLAGS = ("ZF", "SF", "CF", "OF")
# whole registers in the order in which herd7 prints them
ORDER_64 = (*(f"r{name}" for name in _LETTERED), *(f"r{n}" for n in range(8, 16)), "rip", *FLAGS)
ORDER_32 = (*(f"E{name.upper()}" for name in _LETTERED), "EIP", *FLAGS)


@dataclass(frozen=True, slots=True)
class Part:
    """Bits [shift, shift + bits) of the register `whole`; a vector register is a whole of its own."""

    whole: str
    bits: int
    shift: int = 0

    @property
    def size(self) -> int:
        """In bytes."""
        return self.bits // 8


def _parts(wide: bool) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for name in _LETTERED:
        whole = f"r{name}" if wide else f"E{name.upper()}"
        if wide:
            found[f"r{name}"] = Part(whole, 64)
        found[f"e{name}"] = Part(whole, 32)
        found[name] = Part(whole, 16)
        low = f"{name[0]}l" if name.endswith("x") else f"{name}l"
        found[low] = Part(whole, 8)
        if name.endswith("x"):
            found[f"{name[0]}h"] = Part(whole, 8, 8)
    for n in range(8, 16) if wide else ():
        whole = f"r{n}"
        found[whole] = Part(whole, 64)
        for suffix, bits in (("d", 32), ("w", 16), ("b", 8)):
            found[whole + suffix] = Part(whole, bits)
    for n in range(16):
        found[f"xmm{n}"] = Part(f"xmm{n}", 128)
        found[f"ymm{n}"] = Part(f"ymm{n}", 256)
        found[f"zmm{n}"] = Part(f"zmm{n}", 512)
    found["rip" if wide else "eip"] = Part("rip" if wide else "EIP", 64 if wide else 32)
    found.update((flag.lower(), Part(flag, 1)) for flag in FLAGS)
    return found


_PARTS = {True: _parts(True), False: _parts(False)}


def part(name: str, wide: bool) -> Part | None:
    """What a name stands for, with or without %, in either case; wide: in 64-bit mode."""
    return _PARTS[wide].get(name.removeprefix("%").lower())
