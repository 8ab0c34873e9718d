"""What a call of an intrinsic touches (LangRef, "Intrinsic Functions"; x86: the instruction of that name)."""

from __future__ import annotations

from ordercheck.frontends.llvm import no_ops
from ordercheck.frontends.llvm.asm.effects import AsmFence, AsmRange, Input, Place
from ordercheck.frontends.llvm.block_calls import COPIES, FILL
from ordercheck.frontends.llvm.called import Called, Touch, harmless
from ordercheck.frontends.llvm.flat import Step
from ordercheck.frontends.llvm.ir import Int, PtrType, Type

_FENCES = {
    "llvm.x86.sse.sfence": "SFENCE",
    "llvm.x86.sse2.mfence": "MFENCE",
    "llvm.x86.sse2.lfence": "LFENCE",
    "llvm.x86.sse2.clflush": "ClFlush",
    "llvm.x86.clflushopt": "ClFlushOpt",
    "llvm.x86.clwb": "ClWb",
    "llvm.x86.serialize": "MFENCE",
}
_VA_LIST = 24
"""Bytes of a `va_list` (System V ABI, AMD64 supplement, 3.5.7); where it is less, so many all the same."""
_LOADS = ("llvm.x86.avx.maskload.", "llvm.x86.avx2.maskload.", "llvm.x86.sse3.ldu.", "llvm.x86.avx.ldu.")
_STORES = ("llvm.x86.avx.maskstore.", "llvm.x86.avx2.maskstore.")
"""Ordinary accesses of chosen elements (SDM vol. 2, VMASKMOV, VPMASKMOV), or of all (LDDQU)."""
_MASKED = {"llvm.x86.sse2.maskmov.dqu": 16, "llvm.x86.mmx.maskmovq": 8}
"""Non-temporal stores of chosen bytes (SDM vol. 2, MASKMOVDQU, MASKMOVQ): so many."""


def intrinsic(step: Step) -> Called:
    """What it comes to; one that is not known may store anywhere."""
    name = step.instr.callee_name
    if name in _FENCES:
        return Called("intrinsic", name, effects=(AsmFence(_FENCES[name], name),))
    if step.instr.intrinsic in COPIES:
        return Called("intrinsic", name, (_touch(step, 1, False), _touch(step, 0, True)))
    if step.instr.intrinsic == FILL:
        return Called("intrinsic", name, (_touch(step, 0, True),))
    if name.startswith("llvm.va_start"):
        return Called("intrinsic", name, (Touch(0, True, size=_VA_LIST),))
    if name.startswith("llvm.va_copy"):
        return Called("intrinsic", name, (Touch(1, False, size=_VA_LIST), Touch(0, True, size=_VA_LIST)))
    if name in ("llvm.trap", "llvm.ubsantrap"):
        return Called("intrinsic", name, stops=True)
    if name.startswith("llvm.x86.directstore"):
        size = 4 if name.endswith("32") else 8
        return Called("intrinsic", name, (Touch(0, True, True, size),))
    if name == "llvm.x86.movdir64b":
        return Called("intrinsic", name, (Touch(1, False, False, 64), Touch(0, True, True, 64)))
    if name.startswith("llvm.ptrmask."):
        return Called("intrinsic", name, within=0)
    if no_ops.is_no_op(name) or harmless(step):
        return Called("intrinsic", name)
    if name.startswith("llvm.masked.store."):
        size = _size(step, getattr(step.instr.operands[0], "type", PtrType()))
        return Called("intrinsic", name, (_masked(1, "nontemporal" in step.instr.flags, size),))
    if name.startswith("llvm.masked.load."):
        return Called("intrinsic", name, (Touch(0, False, size=_size(step, step.instr.type), masked=True),))
    if name.startswith(_LOADS):
        size = _size(step, step.instr.type)
        return Called("intrinsic", name, (Touch(0, False, size=size, masked="mask" in name),))
    if name.startswith(_STORES):
        size = _size(step, getattr(step.instr.operands[2], "type", PtrType()))
        return Called("intrinsic", name, (_masked(0, False, size),))
    if name in _MASKED:
        return Called("intrinsic", name, (_masked(2, True, _MASKED[name]),))
    if name == "llvm.x86.clzero":
        # AMD APM vol. 3, CLZERO: weakly ordered like a non-temporal store; the line that holds the address
        return Called("intrinsic", name, effects=(AsmRange(Place(Input(0)), True, True, name),))
    return Called("intrinsic", name, escapes=True, loses=True, unmodelled=f"the intrinsic {name}")


def _masked(argument: int, nt: bool, size: int) -> Touch:
    return Touch(argument, True, nt, size, masked=True)


def _size(step: Step, of: Type) -> int:
    return step.frame.module.layout.store_size(of)


def _touch(step: Step, argument: int, stores: bool) -> Touch:
    length = step.instr.operands[2]
    nt = stores and "nontemporal" in step.instr.flags
    if isinstance(length, Int):
        return Touch(argument, stores, nt, size=length.value)
    return Touch(argument, stores, nt, length=2)
