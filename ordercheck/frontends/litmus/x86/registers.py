"""The registers of x86 in both its widths: what part of which whole each name stands for."""

from __future__ import annotations

from typing import NamedTuple

_LETTERED = ("ax", "bx", "cx", "dx", "si", "di", "bp", "sp")
VECTOR_BITS = 512
FLAGS = ("ZF", "SF", "CF", "OF")
# whole registers in the order in which herd7 prints them
ORDER_64 = ("rip", "cs", *(f"r{name}" for name in _LETTERED), *(f"r{n}" for n in range(8, 16)), *FLAGS)
ORDER_32 = (*(f"E{name.upper()}" for name in _LETTERED), "EIP", *FLAGS)
_SEGMENTS = ("cs", "ds", "es", "ss")


class Part(NamedTuple):
    """Bits [shift, shift + bits) of the register `whole`."""

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
        if name.endswith("x"):
            found[f"{name[0]}l"] = Part(whole, 8)
            found[f"{name[0]}h"] = Part(whole, 8, 8)
        elif wide:
            found[f"{name}l"] = Part(whole, 8)
    for n in range(8, 16) if wide else ():
        whole = f"r{n}"
        found[whole] = Part(whole, 64)
        for suffix, bits in (("d", 32), ("w", 16), ("b", 8)):
            found[whole + suffix] = Part(whole, bits)
    for n in range(32 if wide else 8):
        for prefix, bits in (("x", 128), ("y", 256), ("z", VECTOR_BITS)):
            found[f"{prefix}mm{n}"] = Part(f"zmm{n}", bits)
    found["rip" if wide else "eip"] = Part("rip" if wide else "EIP", 64 if wide else 32)
    # as wide as any other to herd7
    found["cs"] = Part("cs", 64 if wide else 32)
    found.update((flag.lower(), Part(flag, 1)) for flag in FLAGS)
    return found


_PARTS = {True: _parts(True), False: _parts(False)}


def part(name: str, wide: bool) -> Part | None:
    """What a name stands for, with or without %, in either case; wide: in 64-bit mode."""
    return _PARTS[wide].get(name.removeprefix("%").lower())


def operand(name: str, wide: bool) -> Part | None:
    """The register that a name means in an instruction; None where it is none.

    `%` before any other name makes it symbolic; herd7 has no other use for it in 32-bit mode.
    """
    found = part(name, wide)
    if name.startswith("%") and (found is None or not wide):
        return symbolic(name, wide)
    return found


def symbolic(name: str, wide: bool) -> Part:
    """The register that herd7 is to choose for a name such as `%tmp`."""
    return Part(name, 64 if wide else 32)


def is_symbolic(register: Part) -> bool:
    """Whether herd7 is to choose it."""
    return register.whole.startswith("%")


def is_segment(name: str) -> bool:
    """Whether it names a segment that starts at address 0, as all but FS and GS do in 64-bit mode."""
    return name.removeprefix("%").lower() in _SEGMENTS


def is_general(register: Part) -> bool:
    """Whether it is all or a part of a general register: no flag, no vector, not rip, no segment."""
    return 8 <= register.bits <= 64 and register.whole not in ("rip", "EIP", "cs")


def is_pointer(register: Part) -> bool:
    """Whether it can hold an address."""
    return is_general(register) and register.shift == 0 and register.bits >= 32


def is_instruction_pointer(register: Part) -> bool:
    """Whether it is rip or eip: its value is not modelled, for addresses relative to it name a location."""
    return register.whole in ("rip", "EIP")


def is_vector(operand: object) -> bool:
    """Whether it is an xmm, ymm or zmm register."""
    return isinstance(operand, Part) and operand.bits >= 128


def free(taken: set[str], wide: bool) -> list[str]:
    """The registers that herd7 may choose for symbolic ones, in its order."""
    order = [name for name in ORDER_64 if name not in ("rip", "cs", *FLAGS)] if wide else ORDER_32[:6]
    return [name for name in order if name not in taken]
