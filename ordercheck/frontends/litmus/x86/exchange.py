"""Exchanges: xchg, xadd and cmpxchg."""

from __future__ import annotations

from ordercheck.frontends.litmus.x86 import flags
from ordercheck.frontends.litmus.x86.code import content
from ordercheck.frontends.litmus.x86.instruction import Instruction, Opcode
from ordercheck.frontends.litmus.x86.operands import Immediate, Memory
from ordercheck.frontends.litmus.x86.registers import Part
from ordercheck.frontends.litmus.x86.translate import Translator
from ordercheck.program.expr import ite
from ordercheck.program.ir import Rmw


def _xchg(t: Translator, i: Instruction) -> None:
    """With memory it is locked, with or without the prefix."""
    register, other = t.two(i)
    if isinstance(register, Memory):
        register, other = other, register
    if not isinstance(register, Part) or isinstance(other, Immediate):
        raise t.error(f"{i.mnemonic} takes a register and a register or memory")
    size = t.size(i)
    mine = t.read(register, size)
    if isinstance(other, Memory):
        t.write(register, size, t.update(i, other, size, lambda _: mine, locked=True))
    elif i.locked:
        raise t.error("the lock prefix needs an operand in memory")
    else:
        mine, old = t.code.kept(mine), t.code.kept(t.read(other, size))
        t.write(other, size, mine)
        t.write(register, size, old)


def _xadd(t: Translator, i: Instruction) -> None:
    register, other = i.operands
    if not isinstance(register, Part) or isinstance(other, Immediate):
        raise t.error("xadd takes a register and then a register or memory")
    size = t.size(i)
    mine = t.read(register, size)
    before = None
    if isinstance(other, Part):
        mine, before = t.code.kept(mine), t.code.kept(t.read(other, size))
    old = t.update(
        i,
        other,
        size,
        lambda old: old + mine,
        lambda old, new: flags.added(t.code, old, mine, new, 8 * size),
    )
    t.write(register, size, old if before is None else before)


def _cmpxchg(t: Translator, i: Instruction) -> None:
    """Where the accumulator is what the target holds, the target gets the register, else the reverse."""
    first, second = t.two(i)
    # herd7 reads the target first, as Intel writes it, in either language; AT&T has it last
    if isinstance(first, Memory) or (t.code.wide and isinstance(second, Part)):
        first, second = second, first
    if not isinstance(first, Part) or isinstance(second, Immediate):
        raise t.error("cmpxchg takes a register and a register or memory")
    size = t.size(i)
    whole = Part("rax", 64) if t.code.wide else Part("EAX", 32)
    low = Part(whole.whole, 8 * size)
    expected, new = t.read(low, size), t.read(first, size)
    if isinstance(second, Memory) and i.locked:
        into = t.code.temporary()
        address = t.places.address(t.code, second, size)
        t.code.emit(Rmw(into, address, size, new, content(into) == expected, source=t.code.source))
        old = content(into)
    elif i.locked:
        raise t.error("the lock prefix needs an operand in memory to write to")
    else:
        new, expected = t.code.kept(new), t.code.kept(expected)
        old = t.read(second, size) if isinstance(second, Memory) else t.code.kept(t.read(second, size))
        skipped = t.code.skip(old == expected)
        t.write(second, size, new)
        t.code.here(skipped)
    flags.subtracted(t.code, expected, old, 8 * size)
    # where they are equal the accumulator stays, its upper half too
    target = low if size < 4 else whole
    t.code.assign(target, ite(old == expected, t.code.value(target), old))


TABLE = {
    "xchg": Opcode(_xchg, (2,), suffixed=True, lockable=True, writes=(0, 1)),
    # herd7 knows an exchange without lock by this name, and gives it the meaning of xchg
    "uxch": Opcode(_xchg, (2,), suffixed=True, lockable=True, writes=(0, 1)),
    "xadd": Opcode(_xadd, (2,), suffixed=True, lockable=True, writes=(0, 1)),
    "cmpxchg": Opcode(_cmpxchg, (2,), suffixed=True, lockable=True, writes=(0, 1), implied=("rax", "EAX")),
}
