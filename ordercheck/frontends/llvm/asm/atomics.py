"""Instructions made for atomic access (SDM vol. 2, the page of each; vol. 3, 8.1.2)."""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.access import Access
from ordercheck.frontends.llvm.asm.given import OddError
from ordercheck.frontends.llvm.asm.moves import two
from ordercheck.frontends.llvm.asm.operands import Imm, Mem, Ref
from ordercheck.frontends.llvm.asm.state import ANY


def exchange(access: Access, name: str, suffix: int) -> None:
    """XCHG: with memory always locked (SDM vol. 3, 8.1.2.1)."""
    one, other = two(access)
    memory = next((o for o in (one, other) if isinstance(o, Mem)), None)
    if memory is not None:
        access.modify(memory, access.size(suffix), True)
        access.put(one if memory is other else other, ANY, 8)
        return
    values = access.value(one), access.value(other)
    held = [v if v.kind != "loaded" else ANY for v in values]
    size = access.size(suffix)
    access.put(one, held[1], size)
    access.put(other, held[0], size)


def compare_exchange(access: Access, name: str, suffix: int) -> None:
    """CMPXCHG, CMPXCHG8B, CMPXCHG16B."""
    target = access.operands[-1] if access.operands else None
    sizes = {"cmpxchg8b": 8, "cmpxchg16b": 16}
    if target is None or len(access.operands) != (1 if name in sizes else 2):
        raise OddError("a number of operands that is not understood")
    locked = access.instruction.locked
    if isinstance(target, Mem):
        access.modify(target, sizes.get(name) or access.size(suffix), locked, True)
    elif name in sizes:
        raise OddError("a memory operand was expected")
    else:
        access.put(target, ANY, 8)
    access.state.forget("rax")
    if name in sizes:
        access.state.forget("rdx")


def bits(access: Access, name: str, suffix: int) -> None:
    """BT, BTS, BTR, BTC: with a register the bit may lie far from the address."""
    index, target = two(access)
    if not isinstance(target, Mem):
        if name != "bt":
            access.put(target, ANY, 8)
        return
    size = access.size(suffix)
    bit = None if isinstance(index, Imm) else access.value(index)
    if bit is not None and isinstance(index, Ref):
        codes = access.constraint(index).codes
        if access.constraint(index).immediate:
            bit = None
        elif any(code in "inseKLMNOXZg" for code in codes) and bit.kind == "input":
            # of a constant only the low bits count, of a register all do: nobody knows which it is
            bit = ANY
    if name == "bt":
        if bit is None:
            access.load(target, size)
        else:
            access.inspect(target, size, bit)
        return
    access.modify(target, size, access.instruction.locked, bit=bit)
