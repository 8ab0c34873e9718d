"""Instructions given as bytes: `.byte 0x66, 0x0f, 0xae, 0x38`.

Source: SDM vol. 2, chapter 2 (formats), appendix A (opcode maps), and the pages of the instructions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ordercheck.frontends.llvm.asm.instruction import Instruction
from ordercheck.frontends.llvm.asm.operands import Mem, Parsed, Reg
from ordercheck.frontends.llvm.asm.registers import REGISTERS, Name
from ordercheck.frontends.llvm.asm.words import words

_PREFIXES = {
    0xF0: "lock",
    0xF2: "repne",
    0xF3: "rep",
    0x66: "data16",
    0x67: "addr32",
    0x2E: "cs",
    0x36: "ss",
    0x3E: "ds",
    0x26: "es",
    0x64: "fs",
    0x65: "gs",
}
_NUMBERED = ("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", *(f"r{n}" for n in range(8, 16)))

_WHOLE = {
    "90": "nop",
    "f4": "hlt",
    "fa": "cli",
    "fb": "sti",
    "9c": "pushf",
    "9d": "popf",
    "0f0b": "ud2",
    "0f31": "rdtsc",
    "0f01f9": "rdtscp",
    "0fa2": "cpuid",
    "0f01ca": "clac",
    "0f01cb": "stac",
    "0f01c8": "monitor",
    "0f01c9": "mwait",
    "0f01fa": "monitorx",
    "0f01fb": "mwaitx",
    "0f01fc": "clzero",
    "0f01c1": "vmcall",
    "0f01d9": "vmmcall",
    "0f01d0": "xgetbv",
    "0f01d1": "xsetbv",
    "0f01d5": "xend",
    "0f01d6": "xtest",
    "0f01e8": "serialize",
    "0f01ee": "rdpkru",
    "0f01ef": "wrpkru",
    "0f05": "syscall",
    "f3 0f1efa": "endbr64",
    "f3 0f01e8": "setssbsy",
    "f2 0f01e8": "xsusldtrk",
    "f2 0f01e9": "xresldtrk",
    "0f01cf": "encls",
    "0f01d7": "enclu",
    # a mark for Xen, which then emulates the next instruction
    "0f0b78656e": "nop",
    "c4e27849c0": "tilerelease",
}
"""Instructions without operands: mandatory prefix, opcode."""

_GROUPS = {
    "0fae": words("fxsave fxrstor ldmxcsr stmxcsr xsave xrstor xsaveopt clflush"),
    "66 0fae": ["", "", "", "", "", "", "clwb", "clflushopt"],
    "0fc7": ["", "cmpxchg8b", "", "xrstors", "xsavec", "xsaves", "", ""],
    "0f18": words("prefetchnta prefetcht0 prefetcht1 prefetcht2 nopw nopw nopw nopw"),
    "0f0d": ["prefetch", "prefetchw", "prefetchwt1", *["prefetch"] * 5],
    "0f1c": ["cldemote", *["nopl"] * 7],
    "0f1f": ["nopl"] * 8,
}
"""Opcodes whose operand is in memory; the instruction is told by the middle field of ModR/M."""

_HINTS = ("0f18", "0f0d", "0f1c", "0f1f")
"""Those that do nothing to memory, with whatever prefix."""

_ON_REGISTERS = {
    "0fae": {5: "lfence", 6: "mfence", 7: "sfence"},
    "66 0fae": {6: "tpause"},
    "f2 0fae": {6: "umwait"},
    "f3 0fae": {0: "rdfsbase", 1: "rdgsbase", 2: "wrfsbase", 3: "wrgsbase", 6: "umonitor"},
}
"""The same with a register operand, which fences do not look at."""

_WITH_REGISTER = {
    "66 0f38f8": ("movdir64b", True),
    "f2 0f38f8": ("enqcmd", True),
    "f3 0f38f8": ("enqcmds", True),
    "0f38f9": ("movdiri", False),
    "0fc3": ("movnti", False),
}
"""A register and a memory operand; whether the register is the destination."""


class Decoded(NamedTuple):
    """instructions: what was read; prefixes: those at the end, which belong to the next statement;
    rest: what is not understood."""

    instructions: tuple[Instruction, ...]
    prefixes: tuple[str, ...]
    rest: tuple[int, ...]


def decode(data: Sequence[int], text: str) -> Decoded:
    """The instructions that bytes encode."""
    found: list[Instruction] = []
    at = 0
    while at < len(data):
        prefixes, rex, opcode = _prefixes(data, at)
        if opcode == len(data):
            names = (*prefixes, *(("rex64",) if rex & 8 else ()))
            return Decoded(tuple(found), names, ())
        one = _one(data, opcode, prefixes, rex, text)
        if one is None:
            return Decoded(tuple(found), (), tuple(data[at:]))
        found.append(one[0])
        at = one[1]
    return Decoded(tuple(found), (), ())


def _prefixes(data: Sequence[int], at: int) -> tuple[tuple[str, ...], int, int]:
    names: list[str] = []
    while at < len(data) and data[at] in _PREFIXES and len(names) < 14:
        names.append(_PREFIXES[data[at]])
        at += 1
    rex = 0
    if at < len(data) and 0x40 <= data[at] <= 0x4F:
        rex = data[at]
        at += 1
    return tuple(names), rex, at


def _one(
    data: Sequence[int], at: int, prefixes: tuple[str, ...], rex: int, text: str
) -> tuple[Instruction, int] | None:
    """The instruction whose opcode is at `at`, and where it ends."""
    mandatory = "f3 " if "rep" in prefixes else "f2 " if "repne" in prefixes else ""
    mandatory = mandatory or ("66 " if "data16" in prefixes else "")
    for length in (5, 3, 2, 1):
        if at + length > len(data):
            continue
        key = "".join(f"{byte:02x}" for byte in data[at : at + length])
        end = at + length
        name = _WHOLE.get(mandatory + key) or (
            _WHOLE.get(key) if mandatory in ("", "66 ") or key == "90" else None
        )
        if name is not None:
            return Instruction(name, (), prefixes, text=text), end
        opcode = key if key in _HINTS else mandatory + key
        if opcode in _GROUPS or opcode in _WITH_REGISTER or opcode in _ON_REGISTERS:
            return _with_operands(data, end, opcode, prefixes, rex, text)
    return None


def _with_operands(
    data: Sequence[int], at: int, key: str, prefixes: tuple[str, ...], rex: int, text: str
) -> tuple[Instruction, int] | None:
    if at >= len(data):
        return None
    field = data[at] >> 3 & 7
    if data[at] >> 6 == 3:
        name = _ON_REGISTERS.get(key, {}).get(field, "")
        whole = _NUMBERED[(data[at] & 7) + 8 * (rex & 1)]
        given: tuple[Parsed, ...] = () if name.endswith("fence") else (Reg(REGISTERS[whole]),)
        return (Instruction(name, given, (), text=text), at + 1) if name else None
    if key not in _GROUPS and key not in _WITH_REGISTER:
        return None
    address = _address(data, at, rex, prefixes)
    if address is None:
        return None
    place, end = address
    operands: tuple[Parsed, ...] = (place,)
    if key in _WITH_REGISTER:
        name, destination = _WITH_REGISTER[key]
        whole = _NUMBERED[field + 8 * (rex >> 2 & 1)]
        register = Reg(_sized(whole, 8 if destination or rex & 8 else 4))
        operands = (place, register) if destination else (register, place)
    else:
        name = _GROUPS[key][field]
        if not name:
            return None
        if name == "cmpxchg8b" and rex & 8:
            name = "cmpxchg16b"
    # the mandatory prefix is part of the opcode
    kept = tuple(p for p in prefixes if p in ("lock", "fs", "gs", "ds", "cs", "es", "ss"))
    return Instruction(name, operands, kept, text=text), end


def _sized(whole: str, size: int) -> Name:
    return next(n for n in REGISTERS.values() if n.whole == whole and n.size == size)


def _address(data: Sequence[int], at: int, rex: int, prefixes: tuple[str, ...]) -> tuple[Mem, int] | None:
    """The memory operand of the ModR/M byte at `at`, and where it ends."""
    mode, low = data[at] >> 6, data[at] & 7
    at += 1
    if "addr32" in prefixes:
        return None
    segment = "gs" if "gs" in prefixes else "fs" if "fs" in prefixes else ""
    index: Reg | None = None
    scale = 1
    if low == 4:
        if at >= len(data):
            return None
        sib = data[at]
        at += 1
        scale, number, low = 1 << (sib >> 6), (sib >> 3 & 7) + 8 * (rex >> 1 & 1), sib & 7
        index = None if number == 4 else Reg(REGISTERS[_NUMBERED[number]])
        if low == 5 and mode == 0:
            return None
    elif low == 5 and mode == 0:
        return None
    width = (0, 1, 4)[mode]
    if at + width > len(data):
        return None
    shift = int.from_bytes(bytes(data[at : at + width]), "little", signed=True)
    base = Reg(REGISTERS[_NUMBERED[low + 8 * (rex & 1)]])
    return Mem(base, index, scale, shift, segment=segment), at + width
