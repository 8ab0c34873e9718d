"""Fences, cache-line flushes, jumps, and what does nothing."""

from __future__ import annotations

from ordercheck.frontends.litmus.x86 import flags
from ordercheck.frontends.litmus.x86.instruction import Instruction, Opcode
from ordercheck.frontends.litmus.x86.operands import Memory
from ordercheck.frontends.litmus.x86.translate import Translator
from ordercheck.program.ir import Fence


def _fence(name: str) -> Opcode:
    tags = frozenset({name})

    def run(t: Translator, _: Instruction) -> None:
        t.code.emit(Fence(tags, source=t.code.source))

    return Opcode(run, (0,), writes=())


def _flush(name: str) -> Opcode:
    """clflush and its kin order no store that is not ordered anyway: the weaker of the manuals."""
    tags = frozenset({name})

    def run(t: Translator, i: Instruction) -> None:
        (operand,) = i.operands
        if not isinstance(operand, Memory):
            raise t.error(f"{i.mnemonic} takes an operand in memory")
        t.places.address(t.code, operand, 1)
        t.code.emit(Fence(tags, source=t.code.source))

    return Opcode(run, (1,), writes=())


def _nothing(_: Translator, __: Instruction) -> None:
    return


def _ret(t: Translator, _: Instruction) -> None:
    t.code.exit()


def _jmp(t: Translator, i: Instruction) -> None:
    t.code.jump(i.target)


def _jump_if(condition: str) -> Opcode:
    def run(t: Translator, i: Instruction) -> None:
        t.code.jump(i.target, flags.holds(t.code, condition))

    return Opcode(run, (), reads_flags=True, writes=(), jumps=True)


TABLE = {
    **{name.lower(): _fence(name) for name in ("MFENCE", "SFENCE", "LFENCE")},
    **{name.lower(): _flush(name) for name in ("ClFlush", "ClFlushOpt", "ClWb")},
    **{name: Opcode(_nothing, (0, 1), writes=()) for name in ("nop", "nopl", "nopw")},
    **{name: Opcode(_nothing, (0,), writes=()) for name in ("endbr64", "endbr32", "pause")},
    **{f"prefetch{hint}": Opcode(_nothing, (1,), writes=()) for hint in ("t0", "t1", "t2", "nta", "w")},
    **{name: Opcode(_ret, (0,), writes=()) for name in ("ret", "retq")},
    "jmp": Opcode(_jmp, (), writes=(), jumps=True),
    **{f"j{name}": _jump_if(name) for name in flags.CONDITIONS},
}
