"""Fences, cache control, I/O, serialising and other instructions of the system (SDM vol. 2 and 3)."""

from __future__ import annotations

import re

from ordercheck.frontends.llvm.asm.access import Access
from ordercheck.frontends.llvm.asm.effects import AsmCall
from ordercheck.frontends.llvm.asm.given import OddError
from ordercheck.frontends.llvm.asm.operands import Mem, Reg
from ordercheck.frontends.llvm.asm.registers import REGISTERS
from ordercheck.frontends.llvm.asm.words import words

FENCES = {
    "mfence": "MFENCE",
    "sfence": "SFENCE",
    "lfence": "LFENCE",
    "clflush": "ClFlush",
    "clflushopt": "ClFlushOpt",
    "clwb": "ClWb",
}

SERIALISING = {
    # SDM vol. 3, 8.3 and AMD APM vol. 2, 7.6.4: serialising on both
    "cpuid": "",
    "rsm": "",
    "invd": "",
    "wbinvd": "",
    "invlpg": "-",
    "lgdt": "r",
    "lidt": "r",
    "lldt": "r",
    "ltr": "r",
    # SDM vol. 2, SERIALIZE: only there, and it drains buffered writes
    "serialize": "",
    # SDM vol. 3, 8.3: serialising; exist on Intel's processors only
    "invept": "r-",
    "invvpid": "r-",
    # I/O: SDM vol. 3, 11.10 (the store buffer is drained), vol. 1, 18.6; AMD APM vol. 2, 7.4.2
    "in": "--",
    "out": "--",
}
"""What drains all earlier stores, and what it does with its operands (section numbers of the 2016 edition).

MOV to control registers is with the moves. Not here: WRMSR (not serialising for several MSRs: SDM vol. 3,
10.12.3), INVPCID, WBNOINVD, XSETBV, SWAPGS, SYSCALL, SYSRET, HLT, MWAIT: taken as no fence, which is the
worst they could be.
"""

_DESCRIPTOR = {"lgdt": 10, "lidt": 10, "lldt": 2, "ltr": 2, "invept": 16, "invvpid": 16}

NOTHING = frozenset(
    words(
        "pause cli sti cld std clc stc cmc clac stac clts stui clui hlt mwait mwaitx tpause umwait swapgs "
        "rdtsc rdtscp rdpmc rdmsr wrmsr wrmsrns rdpkru wrpkru xgetbv xsetbv endbr64 endbr32 ud0 ud1 ud2 "
        "xend xtest xabort emms femms vzeroupper vzeroall fninit finit fnclex fclex fwait wait fnop "
        "invlpga invlpgb tlbsync wbnoinvd pconfig clgi stgi vmxoff tilerelease setssbsy saveprevssp "
        "xsusldtrk xresldtrk incsspq incsspd"
    )
)
"""No access to memory that others share. UD2: the handler of the exception (WARN, BUG) is not followed; what
comes after it is. WRMSR: see above.
"""

X87 = re.compile(
    r"f(?:ild|istp?|ld(?:z|1|pi|l2e|l2t|lg2|ln2)?|stp?|xch|addp?|subr?p?|mulp?|divr?p?|chs|abs"
    r"|u?com(?:i|p|ip|pp)?|incstp|decstp|free|sqrt|scale|rndint|prem1?|xam|tst|sin|cos|sincos|ptan|patan|2xm1|yl2x|yl2xp1|xtract|cmov[nbeu]{1,3})"
)
"""Computation on the registers of the x87 unit."""

_CHANGED = {
    "cpuid": ("rax", "rbx", "rcx", "rdx"),
    "rdtscp": ("rax", "rcx", "rdx"),
    "in": ("rax",),
    **dict.fromkeys(words("rdtsc rdpmc rdmsr rdpkru xgetbv"), ("rax", "rdx")),
    "xabort": ("rax",),
}

CALLS = {
    "syscall": "syscall",
    "sysenter": "syscall",
    "int": "int",
    "int3": "int3",
    "vmcall": "hypercall",
    "vmmcall": "hypercall",
    "tdcall": "hypercall",
    "seamcall": "hypercall",
    "vmgexit": "hypercall",
    "vmrun": "guest",
    "vmlaunch": "guest",
    "vmresume": "guest",
    "encls": "enclave",
    "enclu": "enclave",
}
"""What gives control to a kernel or hypervisor, which may do anything that a called function may."""

_SPANS = {
    **dict.fromkeys(
        words("fxsave fxsaveq fxsave64 xsave xsave64 xsaveopt xsaveopt64 xsavec xsavec64 xsaves xsaves64"),
        True,
    ),
    **dict.fromkeys(
        words("fxrstor fxrstorq fxrstor64 xrstor xrstor64 xrstors xrstors64 frstor fldenv"), False
    ),
    **dict.fromkeys(words("fnsave fsave fnstenv fstenv"), True),
}
"""Processor state saved (True) and restored: any number of bytes."""

_LOADS = {
    2: words("fldcw filds verw verr"),
    4: words("ldmxcsr vldmxcsr flds fildl"),
    8: words("fldl fildll fildq vmptrld vmxon vmclear"),
    10: words("fldt"),
    16: words("invpcid"),
}
_STORES = {
    2: words("fnstcw fstcw fnstsw fstsw fistps fists"),
    4: words("stmxcsr vstmxcsr fsts fstps fistpl fistl"),
    8: words("fstl fstpl fistpll fistpq vmptrst"),
    10: words("sgdt sidt fstpt"),
}
"""What they load or store, in bytes, where the operand is in memory."""

_SIZED = {
    name: (size, stores)
    for table, stores in ((_LOADS, False), (_STORES, True))
    for size, names in table.items()
    for name in names
}

_OTHERS = words("monitor monitorx umonitor clzero vmsave vmload")

NAMES = frozenset((*FENCES, *SERIALISING, *NOTHING, *CALLS, *_SPANS, *_SIZED, *_OTHERS))


def system(access: Access, name: str, suffix: int) -> None:
    """An instruction of the tables above."""
    if access.instruction.locked:
        raise OddError("LOCK without memory that is read and written")
    if name in FENCES:
        access.fence(_flush(name, access))
    elif name in SERIALISING:
        if name not in ("in", "out") and len(access.operands) != len(SERIALISING[name]):
            raise OddError("a number of operands that is not understood")
        access.drain()
        for operand, do in zip(access.operands, SERIALISING[name], strict=False):
            if isinstance(operand, Mem) and do == "r":
                access.load(operand, _DESCRIPTOR[name])
    elif name in CALLS:
        access.effects.append(AsmCall(CALLS[name], None, access.instruction.text))
        access.state.called()
        access.state.forget("rbx")
    elif name in _SPANS:
        access.span(_one(access), _SPANS[name])
    elif name in _SIZED:
        _move(access, *_SIZED[name])
    elif name == "clzero":
        # AMD APM vol. 3, CLZERO: weakly ordered like a non-temporal store; the line that holds the address
        access.span(Mem(base=Reg(REGISTERS["rax"])), True, True)
    elif name in ("vmsave", "vmload"):
        # AMD APM vol. 3: the block at the physical address in RAX
        access.span(Mem(base=Reg(REGISTERS["rax"])), name == "vmsave")
    elif name in ("monitor", "monitorx", "umonitor"):
        # SDM vol. 2, MONITOR: ordered as a load; the address is in RAX, or in the operand
        register = next((o for o in access.operands if isinstance(o, Reg)), Reg(REGISTERS["rax"]))
        access.load(Mem(base=register), 1)
    for register_name in _CHANGED.get(name, ()):
        access.state.forget(register_name)


def _flush(name: str, access: Access) -> str:
    """With a 66 prefix given as bytes CLFLUSH is CLFLUSHOPT (SDM vol. 2)."""
    return FENCES["clflushopt" if name == "clflush" and "data16" in access.instruction.prefixes else name]


def x87(access: Access, name: str, suffix: int) -> None:
    """An instruction of the x87 unit on registers, or a load or store whose size Intel syntax gives."""
    memory = next((operand for operand in access.operands if isinstance(operand, Mem)), None)
    if memory is not None and memory.size and name in ("fld", "fild"):
        access.load(memory, memory.size)
        return
    if memory is not None and memory.size and name in ("fst", "fstp", "fist", "fistp"):
        access.store(memory, memory.size)
        return
    if any(access.kind(operand) != "x87" for operand in access.operands):
        raise OddError("an instruction that is not modelled")


def write_back(access: Access, name: str, suffix: int) -> None:
    """XSAVEOPT, which with a 66 prefix given as bytes is CLWB (SDM vol. 2)."""
    if "data16" in access.instruction.prefixes:
        access.fence("ClWb")
    else:
        access.span(_one(access), True)


def _one(access: Access) -> Mem:
    if len(access.operands) == 1 and isinstance(access.operands[0], Mem):
        return access.operands[0]
    raise OddError("a memory operand was expected")


def _move(access: Access, size: int, stores: bool) -> None:
    for operand in access.operands:
        if isinstance(operand, Mem):
            if stores:
                access.store(operand, size)
            else:
                access.load(operand, size)
        elif stores and access.is_register(operand) and access.kind(operand) == "gpr":
            access.state.forget(access.register(operand))
