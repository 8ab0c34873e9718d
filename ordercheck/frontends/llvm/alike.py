"""Whether two functions of one name do the same, as far as that is told by what they consist of."""

from __future__ import annotations

from functools import lru_cache

from ordercheck.frontends.llvm import no_ops
from ordercheck.frontends.llvm.ir import Function, GlobalRef, InlineAsm, Instruction, Int, Local, Value


@lru_cache(maxsize=1 << 10)
def alike(one: Function, other: Function) -> bool:
    """Whether both have the same instructions, in blocks of the same order. What locals are called, and
    debug information, make no difference.
    """
    return one is other or _shape(one) == _shape(other)


def _shape(function: Function) -> list[object]:
    instrs = [
        [i for i in b.instructions if not no_ops.comes_and_goes(i.callee_name)] for b in function.blocks
    ]
    names = [p.name for p in function.params] + [i.name for body in instrs for i in body if i.name]
    numbers = {name: n for n, name in enumerate(names)}
    blocks = {b.label: n for n, b in enumerate(function.blocks)}
    return [[_instruction(i, numbers, blocks) for i in body] for body in instrs]


def _instruction(instr: Instruction, numbers: dict[str, int], blocks: dict[str, int]) -> object:
    callee = instr.callee
    called = (callee.text, callee.constraints) if isinstance(callee, InlineAsm) else instr.callee_name
    operands = [numbers.get(v.name) if isinstance(v, Local) else _text(v) for v in instr.operands]
    marks = instr.flags & {"nontemporal", "volatile"}
    ways = [blocks.get(label) for label in instr.labels]
    what = instr.op, instr.predicate, instr.ordering, instr.cases, instr.indices
    return *what, repr(instr.type), repr(instr.source_type), marks, called, operands, ways


def _text(value: Value) -> object:
    if isinstance(value, GlobalRef):
        return value.name
    return value.value if isinstance(value, Int) else repr(value)
