"""One function with what it calls put in its place: blocks, phis and steps.

A step is an instruction in a frame; a frame is one call of a function, so that the same
function called twice has two sets of values. What is not put in place (recursion, what is
too much, what is not defined in the modules) stays a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ordercheck.errors import GaveOut
from ordercheck.frontends.llvm.asm.effects import Input, Number, Place
from ordercheck.frontends.llvm.ir import (
    BasicBlock,
    Function,
    GlobalRef,
    Instruction,
    Int,
    Local,
    Value,
)
from ordercheck.frontends.llvm.module import Module
from ordercheck.program.ir import NOWHERE, Source

MAX_STEPS = 20_000
"""So many instructions are looked at in one question; what is called beyond that stays a call."""
MAX_DEPTH = 40

Key = tuple[int, str]
"""A value: the number of its frame, and its name there."""


@dataclass(eq=False, slots=True)
class Frame:
    """One call of a function. binding: its arguments, as the caller gives them."""

    number: int
    function: Function
    module: Module
    binding: dict[str, Ref] = field(default_factory=dict)
    caller: Frame | None = None
    call: Source = NOWHERE

    def __contains__(self, name: str) -> bool:
        """Whether that function is being called already."""
        frame: Frame | None = self
        while frame is not None:
            if frame.function.name == name:
                return True
            frame = frame.caller
        return False

    @property
    def depth(self) -> int:
        """How many calls lead here."""
        return 0 if self.caller is None else 1 + self.caller.depth


@dataclass(frozen=True, slots=True)
class Ref:
    """A value in a frame."""

    frame: Frame
    value: Value


@dataclass(eq=False, slots=True)
class Step:
    """An instruction in its frame. source: where it is, with the calls that were put in place."""

    instr: Instruction
    frame: Frame
    source: Source

    @property
    def key(self) -> Key:
        """The value that it makes."""
        return self.frame.number, self.instr.name

    def ref(self, value: Value) -> Ref:
        """An operand."""
        return Ref(self.frame, value)


@dataclass(eq=False, slots=True)
class Phi:
    """A value that depends on the block that control comes from."""

    key: Key
    like: Instruction
    incoming: dict[int, Ref] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class FlatBlock:
    """targets: of `end`, in the order of its labels. end None: control goes to targets[0]."""

    label: str
    phis: list[Phi] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    end: Step | None = None
    targets: list[int] = field(default_factory=list)


@dataclass(eq=False)
class Flat:
    """The whole. kept: why calls of functions with a body stay calls, by the ids of their steps."""

    entry: Frame
    blocks: list[FlatBlock]
    alias: dict[Key, Ref]
    kept: dict[int, str]

    def resolve(self, ref: Ref) -> Ref:
        """The value that stands behind arguments and results of what was put in place."""
        while isinstance(ref.value, Local):
            bound = ref.frame.binding.get(ref.value.name) or self.alias.get(
                (ref.frame.number, ref.value.name)
            )
            if bound is None:
                return ref
            ref = bound
        return ref

    def shift(self, step: Step, place: Place) -> int | None:
        """The bytes that an asm operand lies beyond its base, where that is a constant."""
        if place.index is None:
            return place.displacement
        number: int | None = None
        if isinstance(place.index, Number):
            number = place.index.value
        elif isinstance(place.index, Input):
            value = self.resolve(step.ref(step.instr.operands[place.index.index])).value
            if isinstance(value, Int):
                half = 1 << (value.type.bits - 1)
                number = value.value - 2 * half if value.value >= half else value.value
        if number is None:
            return None
        if place.bits:
            return place.displacement + place.bits // 8 * (number // place.bits)
        return place.displacement + number * place.scale

    def steps(self) -> Iterator[Step]:
        """Every step, terminators too."""
        for block in self.blocks:
            yield from block.steps
            if block.end is not None:
                yield block.end


Finder = Callable[[Module, str], "tuple[Module, Function] | None"]
"""The body of a function of that name, seen from a module; None where there is none to put in place."""


Doubt = Callable[[Module, str, Function], str]
"""Why a body that was found for a name is not put in place; "" where it may be."""


def flatten(module: Module, function: Function, find: Finder, doubt: Doubt) -> Flat:
    """The function with its callees in place. Raises GaveOut where it has more than MAX_STEPS itself."""
    return _Flattener(find, doubt).run(module, function)


class _Flattener:
    def __init__(self, find: Finder, doubt: Doubt) -> None:
        self.find, self.doubt = find, doubt
        self.blocks: list[FlatBlock] = []
        self.alias: dict[Key, Ref] = {}
        self.kept: dict[int, str] = {}
        self.frames = 0
        self.count = 0

    def run(self, module: Module, function: Function) -> Flat:
        size = _size(function)
        if size > MAX_STEPS:
            raise GaveOut(f"{function.name} has {size} instructions, more than {MAX_STEPS}")
        self.count = size
        frame = self._frame(function, module)
        self._body(frame, None, None)
        return Flat(frame, self.blocks, self.alias, self.kept)

    def _frame(self, function: Function, module: Module) -> Frame:
        self.frames += 1
        return Frame(self.frames - 1, function, module)

    def _new(self, label: str) -> int:
        self.blocks.append(FlatBlock(label))
        return len(self.blocks) - 1

    def _body(self, frame: Frame, after: int | None, unwind: int | None) -> list[tuple[int, Value | None]]:
        """Lays out a call; control goes on in block `after`. What it returns, by the blocks it leaves."""
        function = frame.function
        first = {b.label: self._new(b.label) for b in function.blocks}
        last: dict[str, int] = {}
        returns: list[tuple[int, Value | None]] = []
        for block in function.blocks:
            last[block.label] = self._block(frame, block, first, after, unwind, returns)
        for block in function.blocks:
            self._phis(frame, block, first, last)
        return returns

    def _phis(self, frame: Frame, block: BasicBlock, first: dict[str, int], last: dict[str, int]) -> None:
        for instr in block.instructions:
            if instr.op != "phi":
                break
            phi = Phi((frame.number, instr.name), instr)
            for value, label in zip(instr.operands, instr.labels, strict=True):
                phi.incoming[last[label]] = Ref(frame, value)
            self.blocks[first[block.label]].phis.append(phi)

    def _block(
        self,
        frame: Frame,
        block: BasicBlock,
        first: dict[str, int],
        after: int | None,
        unwind: int | None,
        returns: list[tuple[int, Value | None]],
    ) -> int:
        """Lays out one block; the number of the flat block that it ends in."""
        current = first[block.label]
        for instr in block.instructions:
            if instr.op == "phi":
                continue
            step = Step(instr, frame, _placed(instr.source, frame))
            callee = self._callee(step) if instr.op in ("call", "invoke") else None
            if callee is not None:
                current = self._inline(step, callee, current, first)
                if instr.op == "invoke":
                    return current
                continue
            flat = self.blocks[current]
            if not _ends(instr.op):
                flat.steps.append(step)
            elif instr.op == "ret" and after is not None:
                returns.append((current, instr.operands[0] if instr.operands else None))
                flat.targets = [after]
            elif instr.op == "resume" and unwind is not None:
                flat.targets = [unwind]
            else:
                flat.end = step
                flat.targets = [first[label] for label in instr.labels]
        return current

    def _callee(self, step: Step) -> tuple[Module, Function] | None:
        instr = step.instr
        if not isinstance(instr.callee, GlobalRef):
            return None
        found = self.find(step.frame.module, instr.callee.name)
        if found is None:
            return None
        function = found[1]
        why = ""
        if function.name in step.frame:
            why = "it calls itself"
        elif step.frame.depth >= MAX_DEPTH:
            why = f"it is called {MAX_DEPTH} deep"
        elif "naked" in function.attributes:
            why = "it is naked: its asm takes arguments and returns"
        elif function.type.vararg:
            why = "it takes a variable number of arguments"
        elif len(function.params) != len(instr.operands):
            why = "it is called with another number of arguments"
        elif self.count + _size(function) > MAX_STEPS:
            why = f"more than {MAX_STEPS} instructions"
        else:
            why = self.doubt(step.frame.module, instr.callee.name, function)
        if why:
            self.kept[id(step)] = f"the call of {instr.callee.name}: {why}"
            return None
        return found

    def _inline(
        self, step: Step, callee: tuple[Module, Function], current: int, first: dict[str, int]
    ) -> int:
        module, function = callee
        self.count += _size(function)
        frame = self._frame(function, module)
        frame.caller, frame.call = step.frame, step.source
        for param, argument in zip(function.params, step.instr.operands, strict=True):
            frame.binding[param.name] = Ref(step.frame, argument)
        start = len(self.blocks)
        after = self._new("after " + function.name)
        unwind = first[step.instr.labels[1]] if step.instr.op == "invoke" else None
        returns = self._body(frame, after, unwind)
        self.blocks[current].targets = [start + 1]
        if step.instr.name and len(returns) == 1 and returns[0][1] is not None:
            self.alias[step.key] = Ref(frame, returns[0][1])
        elif step.instr.name:
            phi = Phi(step.key, step.instr)
            phi.incoming = {b: Ref(frame, value) for b, value in returns if value is not None}
            self.blocks[after].phis.append(phi)
        if step.instr.op == "invoke":
            self.blocks[after].targets = [first[step.instr.labels[0]]]
        return after


def _placed(source: Source, frame: Frame) -> Source:
    """The place of an instruction, with the calls that were put in place at the end of its chain."""
    if frame.caller is None:
        return source
    if source.inlined_at is None:
        return replace(source, inlined_at=frame.call)
    return replace(source, inlined_at=_placed(source.inlined_at, frame))


def _size(function: Function) -> int:
    return sum(len(b.instructions) for b in function.blocks)


def _ends(op: str) -> bool:
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
