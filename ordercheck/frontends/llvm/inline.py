"""Puts what a function calls in its place, as far as it is in the modules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from ordercheck.errors import GaveOut
from ordercheck.frontends.llvm import copies, unwinding
from ordercheck.frontends.llvm.flat import (
    Choice,
    Flat,
    Frame,
    Named,
    Phi,
    Ref,
    Site,
    Step,
)
from ordercheck.frontends.llvm.flat_blocks import MAX_STEPS, Blocks, ends, placed, size_of, unfit
from ordercheck.frontends.llvm.ir import BasicBlock, Function, GlobalRef, Instruction, Local, Value
from ordercheck.frontends.llvm.module import Module

Finder = Callable[[Module, str], "tuple[Module, Function] | None"]
"""The body of a function of that name, seen from a module; None where there is none to put in place."""

Doubt = Callable[[Module, str], str]
"""Why what that name means, seen from a module, is not put in place, though it is in the modules; else ""."""


PUBLISH = "publish"
"""The operation of a step that stands behind a call that was put in place; text: what is called."""
CHOOSE = "choose"
"""The operation of a step from which control goes on in one of several functions; its operand: which."""
Targets = Mapping[Site, tuple[Named, ...]]
"""What calls by pointers may come to, and nothing else."""


def flatten(
    module: Module,
    function: Function,
    find: Finder,
    doubt: Doubt,
    published: Collection[str] = (),
    targets: Targets | None = None,
) -> Flat:
    """The function with its callees in place. Raises GaveOut where it has more than MAX_STEPS itself.

    published: functions whose calls are to leave a step behind, of the operation PUBLISH.
    """
    return _Flattener(find, doubt, published, targets or {}).run(module, function)


@dataclass(eq=False, slots=True)
class _Body:
    """A call that is being laid out; control goes on in block `after`.

    first, last: the flat blocks that its blocks begin and end in; pads: those by which exceptions come from
    what such a block calls, where that is in place or one of several. returns: what, by the blocks that it
    leaves.
    """

    frame: Frame
    after: int | None
    first: dict[str, int]
    last: dict[str, int] = field(default_factory=dict)
    pads: dict[str, list[int]] = field(default_factory=dict)
    returns: list[tuple[int, Value | None]] = field(default_factory=list)


class _Flattener(Blocks):
    def __init__(self, find: Finder, doubt: Doubt, published: Collection[str], targets: Targets) -> None:
        super().__init__()
        self.find, self.doubt, self.published, self.targets = find, doubt, published, targets

    def run(self, module: Module, function: Function) -> Flat:
        size = size_of(function)
        if size > MAX_STEPS:
            raise GaveOut(f"{function.name} has {size} instructions, more than {MAX_STEPS}")
        self.count = size
        frame = self._frame(function, module)
        frame.quiet = "nounwind" in function.attributes
        self._body(frame, None)
        return Flat(frame, self.blocks, self.alias, self.kept, self.choices, self.sites)

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
                for pad in body.pads.get(label, ()):
                    phi.incoming[pad] = Ref(body.frame, value)
            self.blocks[body.first[block.label]].phis.append(phi)

    def _block(self, body: _Body, block: BasicBlock) -> int:
        """Lays out one block; the number of the flat block that it ends in."""
        frame = body.frame
        current = body.first[block.label]
        for instr in block.instructions:
            if instr.op == "phi":
                continue
            step = Step(instr, frame, placed(instr.source, frame))
            targets = self._targets(step)
            if len(targets) > 1:
                current = self._choose(body, block, step, targets, current)
                if instr.op == "invoke":
                    return current
                continue
            if targets:
                step = self._direct(step, targets[0], instr.name)
                self._chosen(step, instr, targets)
            callee = self._callee(step, targets[0][0] if targets else frame.module)
            if callee is not None:
                current, pad = self._inline(step, callee, current, body.first)
                if instr.op == "invoke":
                    assert pad is not None
                    body.pads[block.label] = [pad]
                    return current
                continue
            instr = step.instr
            flat = self.blocks[current]
            if instr.op == "call" and not frame.quiet and unwinding.throws(instr, frame.module):
                current = self._new(block.label)
                flat.end, flat.targets = step, [current, self._out(step)]
            elif not ends(instr.op):
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

    # calls by pointers

    def _targets(self, step: Step) -> tuple[Named, ...]:
        """What a call by a pointer may come to, where all of that can be put in place, or is elsewhere."""
        instr = step.instr
        if not self.targets or instr.op not in ("call", "invoke"):
            return ()
        found = self.targets.get(step.frame.at(instr), ())
        size = 0
        for module, name in found:
            body = self.find(module, name)
            if self.doubt(module, name) or (body is not None and unfit(step, body[1], self.count)):
                return ()
            size += 0 if body is None else size_of(body[1])
        passes = len(found) > 1 and "musttail" in instr.flags
        return () if passes or self.count + size > MAX_STEPS else found

    def _direct(self, step: Step, target: Named, result: str) -> Step:
        """The call of that function by its name."""
        instr = replace(step.instr, callee=GlobalRef(target[1]), name=result)
        made = Step(instr, step.frame, step.source)
        self.sites[id(made)] = (*step.frame.at(step.instr), target)
        return made

    def _chosen(self, step: Step, instr: Instruction, targets: tuple[Named, ...]) -> None:
        assert instr.callee is not None
        choice = Choice(step, step.frame.at(instr), step.ref(instr.callee), targets)
        self.choices[id(step)] = choice

    def _choose(
        self, body: _Body, block: BasicBlock, step: Step, targets: tuple[Named, ...], current: int
    ) -> int:
        """Lays out the calls of several functions, each on a way of its own; the block behind them."""
        instr = step.instr
        choose = Step(Instruction(CHOOSE, source=instr.source), step.frame, step.source)
        self._chosen(choose, instr, targets)
        self.blocks[current].end = choose
        join = self._new("after a call")
        result = Phi(step.frame, instr)
        for number, target in enumerate(targets):
            arm = self._new(f"call of {target[1]}")
            self.blocks[current].targets.append(arm)
            name = f"{instr.name} {number}" if instr.name else ""
            last = self._arm(body, block, self._direct(step, target, name), target[0], arm)
            result.incoming[last] = step.ref(Local(name, instr.type))
            self.blocks[last].targets = [join]
        if instr.name:
            self.blocks[join].phis.append(result)
        if instr.op == "invoke":
            self.blocks[join].targets = [body.first[instr.labels[0]]]
        return join

    def _arm(self, body: _Body, block: BasicBlock, step: Step, module: Module, current: int) -> int:
        """Lays out one of them; the block that it ends in."""
        invoked, pads = step.instr.op == "invoke", body.pads.setdefault(block.label, [])
        callee = self._callee(step, module)
        if callee is not None:
            after, pad = self._inline(step, callee, current, body.first)
            self.blocks[after].targets = []
            pads += [pad] if invoked and pad is not None else []
            return after
        flat, quiet = self.blocks[current], step.frame.quiet
        if invoked:
            flat.end = step
            after = self._new(block.label)
            flat.targets = [after, body.first[step.instr.labels[1]]]
            pads.append(current)
            if not quiet and unwinding.passes(step.instr, step.frame.function.blocks):
                flat.targets.append(self._out(step))
            return after
        if quiet or not unwinding.throws(step.instr, step.frame.module):
            flat.steps.append(step)
            return current
        flat.end, after = step, self._new(block.label)
        flat.targets = [after, self._out(step)]
        return after

    def _site(self, step: Step) -> Site:
        return self.sites.pop(id(step), step.frame.at(step.instr))

    # what is called

    def _callee(self, step: Step, module: Module) -> tuple[Module, Function] | None:
        """The body to put in the place of a call; module: in which it has its name."""
        instr = step.instr
        if instr.op not in ("call", "invoke") or not isinstance(instr.callee, GlobalRef):
            return None
        found = self.find(module, instr.callee.name)
        why = unfit(step, found[1], self.count) if found is not None else ""
        why = why or self.doubt(module, instr.callee.name)
        if why:
            self.kept[id(step)] = f"the call of {instr.callee.name}: {why}"
            return None
        return found

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
        self.count += size_of(function)
        frame = self._frame(function, module)
        frame.caller, frame.call, frame.site = step.frame, step.source, self._site(step)
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
