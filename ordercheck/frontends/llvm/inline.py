"""Puts what a function calls in its place, as far as it is in the modules."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from ordercheck.errors import GaveOut
from ordercheck.frontends.llvm import copies, unwinding
from ordercheck.frontends.llvm.flat import Flat, FlatBlock, Frame, Key, Phi, Ref, Step
from ordercheck.frontends.llvm.ir import BasicBlock, Function, GlobalRef, Instruction, Value
from ordercheck.frontends.llvm.module import Module
from ordercheck.program.ir import Source

MAX_STEPS = 20_000
"""So many instructions are looked at in one question; what is called beyond that stays a call."""
MAX_DEPTH = 40

Finder = Callable[[Module, str], "tuple[Module, Function] | None"]
"""The body of a function of that name, seen from a module; None where there is none to put in place."""

Doubt = Callable[[Module, str], str]
"""Why what that name means, seen from a module, is not put in place, though it is in the modules; else ""."""


PUBLISH = "publish"
"""The operation of a step that stands behind a call that was put in place; text: what is called."""


def flatten(
    module: Module, function: Function, find: Finder, doubt: Doubt, published: Collection[str] = ()
) -> Flat:
    """The function with its callees in place. Raises GaveOut where it has more than MAX_STEPS itself.

    published: functions whose calls are to leave a step behind, of the operation PUBLISH.
    """
    return _Flattener(find, doubt, published).run(module, function)


@dataclass(eq=False, slots=True)
class _Body:
    """A call that is being laid out; control goes on in block `after`.

    first, last: the flat blocks that its blocks begin and end in; pads: by which exceptions come from
    what such a block calls, where that is in place. returns: what, by the blocks that it leaves.
    """

    frame: Frame
    after: int | None
    first: dict[str, int]
    last: dict[str, int] = field(default_factory=dict)
    pads: dict[str, int] = field(default_factory=dict)
    returns: list[tuple[int, Value | None]] = field(default_factory=list)


class _Flattener:
    def __init__(self, find: Finder, doubt: Doubt, published: Collection[str]) -> None:
        self.find, self.doubt, self.published = find, doubt, published
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
        frame.quiet = "nounwind" in function.attributes
        self._body(frame, None)
        return Flat(frame, self.blocks, self.alias, self.kept)

    def _frame(self, function: Function, module: Module) -> Frame:
        self.frames += 1
        return Frame(self.frames - 1, function, module)

    def _new(self, label: str) -> int:
        self.blocks.append(FlatBlock(label))
        return len(self.blocks) - 1

    def _body(self, frame: Frame, after: int | None) -> list[tuple[int, Value | None]]:
        """Lays out a call; what it returns, by the blocks that it leaves."""
        function = frame.function
        body = _Body(frame, after, {b.label: self._new(b.label) for b in function.blocks})
        for block in function.blocks:
            body.last[block.label] = self._block(body, block)
        for block in function.blocks:
            self._phis(body, block)
        return body.returns

    def _phis(self, body: _Body, block: BasicBlock) -> None:
        for instr in block.instructions:
            if instr.op != "phi":
                break
            phi = Phi(body.frame, instr)
            for value, label in zip(instr.operands, instr.labels, strict=True):
                phi.incoming[body.last[label]] = Ref(body.frame, value)
                if label in body.pads:
                    phi.incoming[body.pads[label]] = Ref(body.frame, value)
            self.blocks[body.first[block.label]].phis.append(phi)

    def _block(self, body: _Body, block: BasicBlock) -> int:
        """Lays out one block; the number of the flat block that it ends in."""
        frame = body.frame
        current = body.first[block.label]
        for instr in block.instructions:
            if instr.op == "phi":
                continue
            step = Step(instr, frame, _placed(instr.source, frame))
            callee = self._callee(step) if instr.op in ("call", "invoke") else None
            if callee is not None:
                current, pad = self._inline(step, callee, current, body.first)
                if instr.op == "invoke":
                    assert pad is not None
                    body.pads[block.label] = pad
                    return current
                continue
            flat = self.blocks[current]
            if instr.op == "call" and not frame.quiet and unwinding.throws(instr, frame.module):
                current = self._new(block.label)
                flat.end, flat.targets = step, [current, self._out(step)]
            elif not _ends(instr.op):
                flat.steps.append(step)
            elif instr.op == "ret" and body.after is not None:
                body.returns.append((current, instr.operands[0] if instr.operands else None))
                flat.targets = [body.after]
            elif unwinding.leaves(instr) and frame.unwind is not None:
                flat.targets = [frame.unwind]
            else:
                flat.end = step
                flat.targets = [body.first[label] for label in instr.labels]
                if not frame.quiet and unwinding.passes(instr, frame.function.blocks):
                    flat.targets.append(self._out(step))
        return current

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

    def _callee(self, step: Step) -> tuple[Module, Function] | None:
        instr = step.instr
        if not isinstance(instr.callee, GlobalRef):
            return None
        found = self.find(step.frame.module, instr.callee.name)
        why = self._unfit(step, found[1]) if found is not None else ""
        why = why or self.doubt(step.frame.module, instr.callee.name)
        if why:
            self.kept[id(step)] = f"the call of {instr.callee.name}: {why}"
            return None
        return found

    def _unfit(self, step: Step, function: Function) -> str:
        """Why a function cannot be put in the place of a call, "" where it can."""
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
        elif self.count + _size(function) > MAX_STEPS:
            why = f"more than {MAX_STEPS} instructions"
        return why

    def _inline(
        self, step: Step, callee: tuple[Module, Function], current: int, first: dict[str, int]
    ) -> tuple[int, int | None]:
        """Lays out a callee; the block in which control goes on behind the call, and the one for its
        exceptions, where it has one of its own.
        """
        module, function = callee
        invoked = step.instr.op == "invoke"
        name = next((n for n in (_name(step), function.name) if n in self.published), "")
        pad = self._pad(step, first) if invoked or (name and not step.frame.quiet) else None
        self.count += _size(function)
        frame = self._frame(function, module)
        frame.caller, frame.call = step.frame, step.source
        frame.unwind = step.frame.unwind if pad is None else pad
        silent = "nounwind" in function.attributes or "nounwind" in step.instr.attributes
        frame.quiet = silent or (not invoked and step.frame.quiet)
        for number, (param, argument) in enumerate(zip(function.params, step.instr.operands, strict=True)):
            if number not in step.instr.byval:
                frame.binding[param.name] = Ref(step.frame, argument)
                continue
            of = step.instr.element_types[number]
            frame.binding[copies.passed(function, param.name)] = Ref(step.frame, argument)
            made = copies.copied(function, param.name, of, module.layout, step.instr.source)
            self.blocks[current].steps += [Step(instr, frame, step.source) for instr in made]
        start = len(self.blocks)
        after = self._new("after " + function.name)
        returns = self._body(frame, after)
        self.blocks[current].targets = [start + 1]
        if step.instr.name and len(returns) == 1 and returns[0][1] is not None:
            self.alias[step.key] = Ref(frame, returns[0][1])
        elif step.instr.name:
            phi = Phi(step.frame, step.instr)
            phi.incoming = {b: Ref(frame, value) for b, value in returns if value is not None}
            self.blocks[after].phis.append(phi)
        if invoked:
            self.blocks[after].targets = [first[step.instr.labels[0]]]
        for block in (after, pad):
            if name and block is not None:
                told = Instruction(PUBLISH, source=step.instr.source, text=name)
                self.blocks[block].steps.append(Step(told, step.frame, step.source))
        return after, pad


def _name(step: Step) -> str:
    """What a call calls, "" where that has no name."""
    return getattr(step.instr.callee, "name", "")


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
