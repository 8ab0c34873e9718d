"""String instructions (SDM vol. 2, MOVS, STOS, LODS, SCAS, CMPS, REP)."""

from __future__ import annotations

import re

from ordercheck.frontends.llvm.asm.access import Access
from ordercheck.frontends.llvm.asm.given import OddError
from ordercheck.frontends.llvm.asm.operands import Mem, Parsed, Reg
from ordercheck.frontends.llvm.asm.registers import REGISTERS

STRING = re.compile(r"(movs|stos|lods|scas|cmps|ins|outs)([bwlqd]?)")
_SIZES = {"b": 1, "w": 2, "l": 4, "d": 4, "q": 8}
_FROM, _TO = Mem(base=Reg(REGISTERS["rsi"])), Mem(base=Reg(REGISTERS["rdi"]))
_USES = {
    "movs": (_FROM, _TO),
    "stos": (None, _TO),
    "lods": (_FROM, None),
    "scas": (_TO, None),
    "cmps": (_FROM, None),
    "ins": (None, _TO),
    "outs": (_FROM, None),
}


def string(access: Access, name: str, suffix: int) -> None:
    """One string instruction, repeated or not. The direction flag is not followed."""
    found = STRING.fullmatch(name)
    if found is None:
        raise OddError("two memory operands")
    kind = found[1]
    size = _SIZES[found[2]] if found[2] else access.size(0)
    source, target = _USES[kind]
    if not all(_implied(operand) for operand in access.operands):
        raise OddError("operands that are not understood")
    if kind in ("ins", "outs"):
        # I/O drains what was stored before (SDM vol. 3, 11.10)
        access.drain()
    segment = next((p for p in access.instruction.prefixes if p in ("fs", "gs")), "")
    if source is not None and segment:
        source = Mem(base=source.base, segment=segment)
    for place in (source, _TO if kind == "cmps" else None):
        if place is not None:
            if access.instruction.repeated:
                access.span(place, False)
            else:
                access.load(place, size)
    if target is not None:
        if access.instruction.repeated:
            access.span(target, True)
        else:
            access.store(target, size)
    _advance(access, kind)


def _implied(operand: Parsed) -> bool:
    """Whether it only names what the instruction works on anyway."""
    if isinstance(operand, Mem):
        return operand.base in (_FROM.base, _TO.base) and operand.index is None and not operand.displacement
    return isinstance(operand, Reg) and operand.name.whole in ("rax", "rdx")


def _advance(access: Access, kind: str) -> None:
    moved = {"movs": ("rsi", "rdi"), "cmps": ("rsi", "rdi"), "lods": ("rsi",), "outs": ("rsi",)}
    for register in moved.get(kind, ("rdi",)):
        held = access.state.read(register)
        if held.kind in ("input", "stack"):
            access.state.write(register, held._replace(offset=None), 8)
        else:
            access.state.forget(register)
    if kind == "lods":
        access.state.forget("rax")
    if access.instruction.repeated:
        access.state.forget("rcx")
