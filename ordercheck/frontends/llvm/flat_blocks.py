"""A function that is being laid out with what it calls in place: blocks, frames, and where exceptions go."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.frontends.llvm import unwinding
from ordercheck.frontends.llvm.flat import Choice, FlatBlock, Frame, Key, Ref, Site, Step
from ordercheck.frontends.llvm.ir import Function, Instruction
from ordercheck.frontends.llvm.module import Module
from ordercheck.program.ir import Source

MAX_STEPS = 20_000
"""So many instructions are looked at in one question; what is called beyond that stays a call."""
MAX_DEPTH = 40


class Blocks:
    """The blocks and frames that there are; the others as `Flat` has them. count: instructions so far."""

    def __init__(self) -> None:
        self.blocks: list[FlatBlock] = []
        self.alias: dict[Key, Ref] = {}
        self.kept: dict[int, str] = {}
        self.choices: dict[int, Choice] = {}
        self.sites: dict[int, Site] = {}
        self.frames = 0
        self.count = 0

    def _frame(self, function: Function, module: Module) -> Frame:
        self.frames += 1
        return Frame(self.frames - 1, function, module)

    def _new(self, label: str) -> int:
        self.blocks.append(FlatBlock(label))
        return len(self.blocks) - 1

    def _out(self, step: Step) -> int:
        """Where an exception goes on that leaves the function of that step."""
        if step.frame.unwind is not None:
            return step.frame.unwind
        block = self._new("unwind")
        self.blocks[block].out = True
        self.blocks[block].end = Step(
            Instruction("resume", source=step.instr.source), step.frame, step.source
        )
        return block

    def _pad(self, step: Step, first: dict[str, int]) -> int:
        """By which exceptions come out of a callee that is in place."""
        pad = self._new("unwind")
        flat = self.blocks[pad]
        if step.instr.op == "call":
            flat.targets = [self._out(step)]
            return pad
        flat.targets = [first[step.instr.labels[1]]]
        if not step.frame.quiet and unwinding.passes(step.instr, step.frame.function.blocks):
            flat.end = Step(Instruction("unwind", source=step.instr.source), step.frame, step.source)
            flat.targets.append(self._out(step))
        return pad


def unfit(step: Step, function: Function, count: int) -> str:
    """Why a function cannot be put in the place of a call, "" where it can. count: instructions so far."""
    why = ""
    if function.name in step.frame:
        why = "it calls itself"
    elif step.frame.depth >= MAX_DEPTH:
        why = f"it is called {MAX_DEPTH} deep"
    elif "naked" in function.attributes:
        why = "it is naked: its asm takes arguments and returns"
    elif function.type.vararg:
        why = "it takes a variable number of arguments"
    elif len(function.params) != len(step.instr.operands):
        why = "it is called with another number of arguments"
    elif count + size_of(function) > MAX_STEPS:
        why = f"more than {MAX_STEPS} instructions"
    return why


def placed(source: Source, frame: Frame) -> Source:
    """The place of an instruction, with the calls that were put in place at the end of its chain."""
    if frame.caller is None:
        return source
    if source.inlined_at is None:
        return replace(source, inlined_at=frame.call)
    return replace(source, inlined_at=placed(source.inlined_at, frame))


def size_of(function: Function) -> int:
    """How many instructions it has."""
    return sum(len(b.instructions) for b in function.blocks)


def ends(op: str) -> bool:
    """Whether an instruction is the last of its block."""
    return op in _TERMINATORS


_TERMINATORS = frozenset(
    [
        "ret",
        "br",
        "switch",
        "indirectbr",
        "invoke",
        "callbr",
        "resume",
        "unreachable",
        "cleanupret",
        "catchret",
        "catchswitch",
    ]
)
