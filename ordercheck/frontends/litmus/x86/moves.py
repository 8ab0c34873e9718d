"""Moves of general registers: mov, movnti, lea, movzx, movsx, cmov, set, bswap."""

from __future__ import annotations

from ordercheck.frontends.litmus.x86 import flags, vectors
from ordercheck.frontends.litmus.x86.code import ONE, ZERO
from ordercheck.frontends.litmus.x86.instruction import Instruction, Opcode
from ordercheck.frontends.litmus.x86.operands import Immediate, Memory
from ordercheck.frontends.litmus.x86.registers import Part, is_vector
from ordercheck.frontends.litmus.x86.translate import Translator
from ordercheck.program.expr import Expr, apply, const, ite
from ordercheck.program.ir import NT

_NON_TEMPORAL = frozenset({NT})
_SIZES = {"b": 1, "w": 2, "l": 4, "q": 8}


def _mov(t: Translator, i: Instruction) -> None:
    source, target = t.two(i)
    if is_vector(source) or is_vector(target):
        vectors.transfer(t, i)
        return
    size = t.size(i)
    if size >= 4 and isinstance(source, Memory) and isinstance(target, Part) and target.bits >= 32:
        # the upper half of a register is cleared, so the load is all of the move
        t.load(source, size, target.whole)
    else:
        t.write(target, size, t.read(source, size))


def _movnti(t: Translator, i: Instruction) -> None:
    source, target = i.operands
    size = t.size(i)
    if not isinstance(source, Part) or not isinstance(target, Memory) or size < 4:
        raise t.error("movnti stores a register of 4 or 8 bytes to memory")
    t.write(target, size, t.read(source, size), _NON_TEMPORAL)


def _lea(t: Translator, i: Instruction) -> None:
    source, target = i.operands
    if not isinstance(source, Memory) or not isinstance(target, Part):
        raise t.error("lea puts an address into a register")
    size = t.size(i)
    t.write(target, size, apply("trunc", t.places.pointer(t.code, source), 8 * size))


def _extend(small: int, size: int, signed: bool) -> Opcode:
    """movzx and movsx: `small` bytes made `size` bytes; 0 where the operands say it."""

    def run(t: Translator, i: Instruction) -> None:
        source, target = t.two(i)
        if isinstance(source, Immediate) or not isinstance(target, Part) or target.bits > 64:
            raise t.error(f"{i.mnemonic} moves a smaller register or memory to a register")
        width = size or target.size
        narrow = small or (source.size if isinstance(source, Part) else t.places.natural(source))
        value = t.read(source, narrow)
        if signed:
            value = apply("trunc", apply("sext", value, 8 * narrow), 8 * width)
        t.write(target, width, value)

    return Opcode(run, (2,))


def _cmov(condition: str) -> Opcode:
    def run(t: Translator, i: Instruction) -> None:
        source, target = t.two(i)
        if not isinstance(target, Part) or isinstance(source, Immediate):
            raise t.error("cmov moves a register or memory to a register")
        size = t.size(i)
        # memory is read even where nothing is moved (SDM 2, CMOVcc)
        value = t.read(source, size)
        t.write(target, size, ite(flags.holds(t.code, condition), value, t.read(target, size)))

    return Opcode(run, (2,), suffixed=True, reads_flags=True)


def _set(condition: str) -> Opcode:
    def run(t: Translator, i: Instruction) -> None:
        t.write(i.operands[0], 1, ite(flags.holds(t.code, condition), ONE, ZERO))

    return Opcode(run, (1,), reads_flags=True)


def _bswap(t: Translator, i: Instruction) -> None:
    (target,) = i.operands
    size = t.size(i)
    if not isinstance(target, Part) or size < 4:
        raise t.error("bswap takes a register of 4 or 8 bytes")
    value = t.read(target, size)
    swapped: Expr = const(0)
    for k in range(size):
        byte = apply("trunc", apply(">>", value, 8 * k), 8)
        swapped = apply("|", swapped, apply("<<", byte, 8 * (size - 1 - k)))
    t.write(target, size, swapped)


TABLE = {
    "mov": Opcode(_mov, (2,), suffixed=True, vectors=True),
    "movabs": Opcode(_mov, (2,), suffixed=True),
    # a vector register at one end
    "movd": Opcode(vectors.transfer, (2,), vectors=True),
    "vmovd": Opcode(vectors.transfer, (2,), vectors=True),
    "vmovq": Opcode(vectors.transfer, (2,), vectors=True),
    "movnti": Opcode(_movnti, (2,), suffixed=True, writes=()),
    "lea": Opcode(_lea, (2,), suffixed=True),
    "bswap": Opcode(_bswap, (1,), suffixed=True),
    "movzx": _extend(0, 0, False),
    "movsx": _extend(0, 0, True),
    "movsxd": _extend(4, 0, True),
}
for _letter, _signed in (("z", False), ("s", True)):
    for _from in "bwl":
        for _to in "wlq":
            if _SIZES[_from] < _SIZES[_to] and (_signed or _from != "l"):
                TABLE[f"mov{_letter}{_from}{_to}"] = _extend(_SIZES[_from], _SIZES[_to], _signed)
for _name in flags.CONDITIONS:
    TABLE[f"cmov{_name}"] = _cmov(_name)
    TABLE[f"set{_name}"] = _set(_name)
