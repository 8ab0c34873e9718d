"""MMX, SSE, AVX and AVX-512 (SDM vol. 2, the page of each; the names of the families are patterns)."""

from __future__ import annotations

import re

from ordercheck.frontends.llvm.asm.access import Access
from ordercheck.frontends.llvm.asm.effects import AsmCall
from ordercheck.frontends.llvm.asm.given import OddError
from ordercheck.frontends.llvm.asm.operands import Mem, Parsed, Ref, Reg
from ordercheck.frontends.llvm.asm.registers import REGISTERS, VECTORS
from ordercheck.frontends.llvm.asm.state import ANY
from ordercheck.frontends.llvm.asm.strings import STRING, string

WHOLE = re.compile(r"v?movdq[au](8|16|32|64)?|v?mov[au]p[sd]|v?lddqu|v?movntdqa")
"""Moves of a whole vector register; MOVNTDQA from write-back memory is an ordinary load."""

PART = re.compile(r"v?mov([hl]p[sd]|ss|sd)|vmov([dqw]|sh)|v?mov(d2|dq2|q2)?dq|movdq2q|v?mov(hlps|lhps)")
_SIZES = {"ss": 4, "sd": 8, "hps": 8, "lps": 8, "hpd": 8, "lpd": 8, "d": 4, "q": 8, "w": 2, "sh": 2}

STREAMING = re.compile(r"v?movntdq|v?movntp[sd]|movntq|movnts[sd]|movnti")
"""Non-temporal stores; their size is that of the register (SDM vol. 1, 10.4.6.2)."""

DIRECT = re.compile(r"movdiri|movdir64b|enqcmds?")
"""Direct stores: weakly ordered like write combining (SDM vol. 2, MOVDIRI, MOVDIR64B, ENQCMD). ENQCMD goes
to a device at all times: a command, on which that looks at memory."""

MASKED = re.compile(r"maskmovdqu|maskmovq|vmaskmovdqu")
"""Non-temporal stores of chosen bytes to [RDI] (SDM vol. 2)."""

PICKING = re.compile(
    r"v?pextr[bwdq]|v?extractps|vextract[if](?:128|32x4|64x2|32x8|64x4)|v?cvtps2ph|kmov[bwdq]"
    r"|v?pmov(?:us|s)?(?:qb|qw|qd|db|dw|wb)|v?p?compress[bwdqps]{1,2}|vp?maskmov(?:p[sd]|[dq])"
)
"""Those whose destination may be in memory, besides the moves."""
_PICKED = {"b": 1, "w": 2, "d": 4, "q": 8, "ps": 4, "128": 16, "32x4": 16, "64x2": 16, "32x8": 32, "64x4": 32}

READING = re.compile(
    # integers
    r"v?p(?:add|sub|avg|max|min|mul|madd|sad|cmp|and|or|xor|sll|srl|sra|shl|shr|shuf|unpck|ack|align|blend|hadd"
    r"|hsub|hminpos|sign|abs|test|ternlog|rol|ror|erm|broadcast|conflict|lzcnt|opcnt|dpb|dpw|mov[szm]|insr|clmul"
    r"|gather|expand|cmov|multishift)\w*"
    # floating-point numbers, packed and scalar
    r"|v?(?:add|sub|mul|div|min|max|sqrt|rsqrt|rcp|rsqrt14|rcp14|rsqrt28|rcp28|and|andn|or|xor|cmp[a-z_]*|com|ucom"
    r"|unpck[lh]|shuf|hadd|hsub|addsub|blend|blendv|blendm|round|rndscale|dp|broadcast|perm|permil|permi2|permt2"
    r"|insert|test|fn?m(?:add|sub|addsub|subadd)\d{0,3}|f?c?(?:mul|madd)c|fixupimm|getexp|getmant|range|reduce"
    r"|scalef|gather[dq]|expand|movmsk|fpclass)(?:i?p[sdh]|i?s[sdh])[xyzl]?"
    # others
    r"|vbroadcast[if](?:128|32x[248]|64x[24])|vinsert[if](?:128|32x[48]|64x[24])|vperm2[if]128"
    r"|vshuf[if](?:32x4|64x2)|valign[dq]|v?mov(?:ddup|shdup|sldup)|v?cvt\w+|v?aes\w+|sha\w+|v?gf2p8\w+"
    r"|v(?:db)?psadbw|v?mpsadbw"
    r"|k(?:and|andn|or|xor|xnor|not|test|ortest|shiftl|shiftr|add|unpck)[bwdq]{1,2}"
)
"""Computation: memory is read only, the last operand is a register."""


def _vector_size(access: Access) -> int:
    """The width of the vector registers in use."""
    sizes = [_width(access, operand) for operand in access.operands]
    widest = max(sizes, default=0)
    if not widest:
        raise OddError("the operand size is not known")
    return widest


def _width(access: Access, operand: Parsed) -> int:
    kind = access.kind(operand)
    if kind == "mmx":
        return 8
    if kind != "vector":
        return 0
    if isinstance(operand, Ref) and operand.modifier not in ("x", "t", "g"):
        # a scalar lies in a register of 16 bytes
        return max(access.width(operand), 16)
    return access.width(operand)


def whole(access: Access, name: str, suffix: int) -> None:
    """A move of a whole register."""
    source, target = _ends(access)
    size = _vector_size(access)
    if isinstance(target, Mem):
        access.store(target, size, access.value(source))
    elif isinstance(source, Mem):
        access.load(source, size, target)
    else:
        access.put(target, access.value(source), size)


def part(access: Access, name: str, suffix: int) -> None:
    """A move of a part of a register."""
    source, target = _ends(access)
    if isinstance(source, Mem) and isinstance(target, Mem):
        # MOVSD of strings with its operands written out
        string(access, name, suffix)
        return
    plain = name.removeprefix("v")
    size = 8 if plain in ("movq2dq", "movdq2q") else _SIZES.get(plain.removeprefix("mov"), 8)
    if isinstance(target, Mem):
        access.store(target, size, access.value(source) if plain[3] not in "h" else ANY)
    elif isinstance(source, Mem):
        access.load(source, size, target, plain[3] not in "hl")
    else:
        access.put(target, ANY, 64)


def streaming(access: Access, name: str, suffix: int) -> None:
    """A non-temporal store."""
    source, target = _ends(access)
    if not isinstance(target, Mem):
        raise OddError("a non-temporal store to something else than memory")
    if name == "movnti":
        size = suffix or access.width(source)
    elif name in ("movntss", "movntsd"):
        size = 4 if name == "movntss" else 8
    else:
        size = 8 if name == "movntq" else _vector_size(access)
    if not size:
        raise OddError("the operand size is not known")
    access.store(target, size, access.value(source), True)


def direct(access: Access, name: str, suffix: int) -> None:
    """A direct store; the destination of MOVDIR64B and ENQCMD is the address in a register."""
    source, target = _ends(access)
    if name == "movdiri":
        if not isinstance(target, Mem) or not (size := suffix or access.width(source)):
            raise OddError("the operand size is not known")
        access.store(target, size, access.value(source), True)
        return
    if not isinstance(source, Mem) or not isinstance(target, Reg | Ref):
        raise OddError("a memory operand was expected")
    access.load(source, 64)
    if name == "movdir64b":
        access.store(Mem(base=target), 64, ANY, True)
    else:
        access.effects.append(AsmCall("enqcmd", None, access.instruction.text))


def masked(access: Access, name: str, suffix: int) -> None:
    """MASKMOVDQU, MASKMOVQ."""
    access.span(Mem(base=Reg(REGISTERS["rdi"])), True, True)


def picking(access: Access, name: str, suffix: int) -> None:
    """Part of a register to memory or to a register."""
    _, target = _ends(access)
    plain = name.removeprefix("v")
    if not isinstance(target, Mem):
        reading(access, name, suffix)
        return
    if plain.startswith("kmov"):
        size = _PICKED[plain[4:]]
    elif plain.startswith("pextr"):
        size = _PICKED[plain[5:]]
    elif plain.startswith("extract"):
        size = _PICKED.get(plain.removeprefix("extract").lstrip("if"), 0)
    else:
        # only some of the bytes
        size = 0
    if size:
        access.store(target, size)
    else:
        access.span(target, True)


def reading(access: Access, name: str, suffix: int) -> None:
    """A computation."""
    if STRING.fullmatch(name) and all(isinstance(operand, Mem) for operand in access.operands):
        # CMPSD of strings with its operands written out
        string(access, name, suffix)
        return
    if not access.operands or isinstance(access.operands[-1], Mem):
        raise OddError("a vector instruction that writes memory")
    for operand in access.operands[:-1]:
        if isinstance(operand, Mem):
            size = operand.size or _read_size(access, name)
            if not size or "gather" in name or access.kind(operand.index or operand) == "vector":
                access.span(operand, False)
            else:
                access.load(operand, size)
    access.put(access.operands[-1], ANY, 64)
    if "gather" in name or name.startswith("kmov"):
        return
    if re.fullmatch(r"v?pcmp[ei]str[im]", name):
        access.state.forget("rcx")
        access.state.forget("xmm0")


def _read_size(access: Access, name: str) -> int:
    """The bytes that are read, or more: a whole register where fewer are read; 0: nobody knows."""
    plain = name.removeprefix("v")
    if plain.startswith("cvt"):
        converted = re.match(r"cvtt?(ss|sd|u?si)2", plain)
        kind = converted[1] if converted is not None else ""
        return {"": 0, "ss": 4, "sd": 8}.get(kind, {"l": 4}.get(name[-1], 8))
    if plain.startswith(("kmov", "pinsr")):
        return _PICKED[plain[-1]]
    if plain.endswith(("ss", "sd")) and not plain.startswith("p"):
        return 4 if plain.endswith("ss") else 8
    if any(access.kind(operand) in VECTORS for operand in access.operands):
        return _vector_size(access)
    return access.size(0)


def _ends(access: Access) -> tuple[Parsed, Parsed]:
    if len(access.operands) < 2:
        raise OddError("a number of operands that is not understood")
    sources = access.operands[:-1]
    return next((o for o in sources if isinstance(o, Mem)), sources[-1]), access.operands[-1]
