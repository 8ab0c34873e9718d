"""Moves of vector registers, and their non-temporal stores.

An access of more than 8 bytes is accesses of 8 bytes: the processor promises no more for
16 bytes without AVX and for 32 and 64 at all (SDM 3, 9.1.1), and nothing for wide
non-temporal stores (SDM 1, 11.3.1).
"""

from __future__ import annotations

from ordercheck.frontends.litmus.x86.code import content
from ordercheck.frontends.litmus.x86.instruction import Instruction, Opcode
from ordercheck.frontends.litmus.x86.operands import Immediate, Memory, Operand
from ordercheck.frontends.litmus.x86.registers import VECTOR_BITS, Part, is_vector
from ordercheck.frontends.litmus.x86.translate import Translator
from ordercheck.program.expr import Expr, apply, const
from ordercheck.program.ir import NO_TAGS, NT, Assign

PIECE = 8


def transfer(t: Translator, i: Instruction) -> None:
    """movd and movq between a vector register and a register or memory."""
    source, target = t.two(i)
    if isinstance(source, Immediate) or not (is_vector(source) or is_vector(target)):
        raise t.error(f"{i.mnemonic} moves to or from a vector register")
    size = 4 if i.mnemonic.endswith("d") else 8
    if i.opcode.size not in (0, size) or (size == 8 and not t.code.wide and not _in_memory(source, target)):
        raise t.error(f"{i.mnemonic} moves 8 bytes between a vector register and a register or memory")
    value = t.read(source, size)
    if is_vector(target):
        _assign(t, i, target, value)
    else:
        t.write(target, size, value)


def _in_memory(*operands: Operand) -> bool:
    return any(isinstance(operand, Memory) for operand in operands)


def _move(tags: frozenset[str] = NO_TAGS) -> Opcode:
    def run(t: Translator, i: Instruction) -> None:
        source, target = t.two(i)
        vector = source if is_vector(source) else target
        if not isinstance(vector, Part) or not is_vector(vector) or isinstance(source, Immediate):
            raise t.error(f"{i.mnemonic} moves a vector register")
        if tags and not isinstance(target, Memory):
            raise t.error(f"{i.mnemonic} stores a vector register to memory")
        if isinstance(source, Memory):
            _assign(t, i, target, _load(t, source, vector.size))
        elif isinstance(target, Memory):
            _store(t, target, vector, tags)
        elif isinstance(target, Part) and target.bits == vector.bits:
            _assign(t, i, target, t.code.value(vector))
        else:
            raise t.error(f"{i.mnemonic} takes two vector registers of one size")

    return Opcode(run, (2,), writes=() if tags else (-1,), vectors=True)


def _load(t: Translator, memory: Memory, size: int) -> Expr:
    value: Expr = const(0)
    for k in range(0, size, PIECE):
        piece = t.read(memory._replace(disp=memory.disp + k), PIECE)
        value = apply("|", value, apply("<<", piece, 8 * k))
    return value


def _store(t: Translator, memory: Memory, vector: Part, tags: frozenset[str]) -> None:
    value = t.code.value(vector)
    for k in range(0, vector.size, PIECE):
        piece = apply("trunc", apply(">>", value, 8 * k), 8 * PIECE)
        t.write(memory._replace(disp=memory.disp + k), PIECE, piece, tags)


def _assign(t: Translator, i: Instruction, target: Operand, value: Expr) -> None:
    """The rest of the register becomes 0, but stays where the instruction is older than AVX (SDM 1, 14.3)."""
    assert isinstance(target, Part)
    t.code.registers[target.whole] = None
    if not i.mnemonic.startswith("v") and target.bits < VECTOR_BITS:
        every = (1 << VECTOR_BITS) - (1 << target.bits)
        value = apply("|", apply("&", content(target.whole), every), value)
    t.code.emit(Assign(target.whole, value, t.code.source))


TABLE = {
    **{f"mov{kind}": _move() for kind in ("dqa", "dqu", "aps", "ups", "apd", "upd", "ntdqa")},
    **{f"movnt{kind}": _move(frozenset({NT})) for kind in ("dq", "ps", "pd")},
}
TABLE |= {f"v{name}": code for name, code in TABLE.items()}
TABLE |= {f"vmovdq{kind}{bits}": _move() for kind in "au" for bits in (32, 64)}
