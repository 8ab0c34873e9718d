"""A function of compiled code as a program: one thread that others watch.

The function's callees are put in its place; its arguments, and the content of memory that
it never stores to, are parameters. What it does to memory comes out as loads, stores and
fences of objects, one for each block of memory of its own origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from ordercheck.errors import GaveOut
from ordercheck.frontends.llvm import calls, inline
from ordercheck.frontends.llvm.alignment import believed
from ordercheck.frontends.llvm.assumptions import Assumptions
from ordercheck.frontends.llvm.changes import after_unknown, changers
from ordercheck.frontends.llvm.choosing import choose
from ordercheck.frontends.llvm.code import WEAK, Code
from ordercheck.frontends.llvm.constants import alignments, folding
from ordercheck.frontends.llvm.dominators import postorder
from ordercheck.frontends.llvm.drains import labelled
from ordercheck.frontends.llvm.effects import Effects
from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.fixed import lasting
from ordercheck.frontends.llvm.flat import Flat, FlatBlock, Step
from ordercheck.frontends.llvm.inline import flatten
from ordercheck.frontends.llvm.ir import Function
from ordercheck.frontends.llvm.lifted import lifted
from ordercheck.frontends.llvm.looks import look
from ordercheck.frontends.llvm.memory import Memory
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.per_thread import PerThread
from ordercheck.frontends.llvm.phis import Phis, in_turn
from ordercheck.frontends.llvm.places import Doubts
from ordercheck.frontends.llvm.plan import Plan
from ordercheck.frontends.llvm.prune import pruned
from ordercheck.frontends.llvm.reached import reached
from ordercheck.frontends.llvm.spelling import Spelling
from ordercheck.frontends.llvm.steps import Steps
from ordercheck.frontends.llvm.summaries import Summaries
from ordercheck.frontends.llvm.switches import Switches
from ordercheck.frontends.llvm.targets import Followed
from ordercheck.frontends.llvm.unroll import simplified
from ordercheck.frontends.llvm.unshared import Unshared
from ordercheck.frontends.llvm.values import Values
from ordercheck.frontends.llvm.watchers import RETURN, STORES, Watchers, unseen
from ordercheck.program.ir import (
    Load,
    MemObject,
    Program,
    Publish,
    Rmw,
    Store,
    Thread,
    Unmodelled,
    Visibility,
)
from ordercheck.program.wellformed import check


@dataclass(frozen=True, slots=True)
class Options:
    """How a function is looked at.

    publish: when others may look: "return", "stores", names of globals and functions; empty: at
    the return, at calls that may hand memory over, and at stores to what is neither local
    nor filled by non-temporal stores. nodrain: the function may return with stores pending.
    fixed: static keys that are not switched meanwhile, and variables that nobody stores to; `*`: no
    key is.
    """

    summaries: Summaries
    publish: tuple[str, ...] = ()
    nodrain: bool = False
    refused: frozenset[str] = frozenset()
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Translated:
    """The program; unknown: the calls and asm that were taken as the worst they could be."""

    program: Program
    unknown: tuple[str, ...]


def translate(code: Code, module: Module, function: Function, options: Options) -> Translated:
    """The function as a program. Raises GaveOut where it is too large."""
    assumptions = Assumptions(options.refused)

    def doubt(caller: Module, name: str) -> str:
        why = code.doubt(caller, name)
        return "" if why == WEAK and assumptions.use("weak", name) else why

    followed = Followed(code, assumptions)
    while True:
        flat = flatten(module, function, code.find, doubt, options.publish, followed.known)
        found = _translated(code, flat, options, assumptions, followed)
        if found is not None:
            return found


def _translated(
    code: Code, flat: Flat, options: Options, assumptions: Assumptions, followed: Followed
) -> Translated | None:
    """The function as it is laid out; None where more calls by pointers can be followed."""
    doubts = Doubts()
    while True:
        translator = _Translator(code, flat, options, assumptions.copy(), doubts)
        if followed.more(flat, translator.bases, translator.plan):
            return None
        found = translator.run()
        if translator.values.doubtful <= doubts.unfollowed:
            return found
        doubts.unfollowed |= translator.values.doubtful


class _Translator:
    def __init__(
        self, code: Code, flat: Flat, options: Options, assumptions: Assumptions, doubts: Doubts
    ) -> None:
        """doubts: more is added."""
        self.flat, self.options, self.assumptions = flat, options, assumptions
        self.emit = Emitter("overflow" in options.refused)
        known = reached(code, options.summaries)
        self.called = calls.resolve(flat, options.summaries.find, known.doubt)
        self.watchers = Watchers(flat, options.publish, self.assumptions)
        later = after_unknown(flat, self.called, options.summaries.find)
        self.bases, self.plan = look(
            flat,
            code,
            self.called,
            doubts,
            "stack" not in options.refused,
            self.watchers.alone,
            self._may_be_stable,
            later,
        )
        if self.plan.held:
            self.assumptions.use("stack", *sorted(b.name for b in self.plan.held))
        self.values = Values(flat, code, self.bases, self.emit, self.assumptions)
        self.phis = Phis(self.values)
        threads = PerThread(flat, code, self.bases, self.called)
        visible = partial(self.watchers.visible, self.plan, threads)
        lasts = partial(lasting, code, self.bases, named=options.fixed)
        self.memory = Memory(self.values, self.plan, visible, lasts)
        self.memory.changers = changers(flat, self.called, options.summaries.find)
        self.effects = Effects(
            self.values,
            self.memory,
            options.publish,
            options.summaries.find,
            known.doubt_of_assembly,
        )
        self.switches = Switches(
            flat, code, self.called, self.emit, assumptions, options.fixed, self.effects.note
        )
        unshared = None if STORES in options.publish else Unshared(flat, self.bases, self.called)
        self.steps = Steps(self.values, self.memory, self.called, self.effects, later, unshared)

    def _may_be_stable(self, planned: Plan) -> bool:
        """Whether memory may be taken to keep its content: not where all of it is one block."""
        refused = self.options.refused
        return "stable" not in refused and not (planned.nt and "distinct" in refused)

    def run(self) -> Translated:
        order = _order(self.flat)
        first = {block: self.emit.new(self.flat.blocks[block].label) for block in order}
        for block in order:
            for phi in self.flat.blocks[block].phis:
                self.phis.declare(phi)
        self.emit.go_on(first[order[0]])
        for name in dict.fromkeys(unseen(self.flat, self.options.publish)):
            # where that call ends cannot be told any more
            self.emit.add(Unmodelled(f"--publish {name}: the compiler put it in the place of a call"))
        for block in order:
            self.emit.go_on(first[block])
            self._block(block, first)
        return self._program()

    def _block(self, number: int, first: dict[int, int]) -> None:
        block = self.flat.blocks[number]
        for phi in block.phis:
            made = self.values.made.setdefault(phi.key, self.values.unknown(phi.like.type, phi.like.name))
            self.steps.words.look(made, phi.ref, number)
        for step in block.steps:
            self.emit.source = step.source
            self.steps.step(step)
            if self.emit.ended:
                return
        if block.end is None:
            self.emit.goto(self._edge(number, block.targets[0], first))
            return
        self.emit.source = block.end.source
        self._end(block.end, [self._edge(number, target, first) for target in self._ways(block, block.end)])

    def _ways(self, block: FlatBlock, end: Step) -> list[int]:
        """Where control may go on behind a block."""
        if end.instr.op not in ("call", "invoke"):
            return block.targets
        called = self.called[id(end)]
        # what does not return may still unwind
        ways = block.targets[1:] if called.stops else block.targets
        # who leaves with an exception of a call that hands over does so with nothing more to hand over
        leaves = called.throws and not called.publishes
        return [way for way in ways if leaves or not self.flat.blocks[way].out]

    def _edge(self, number: int, target: int, first: dict[int, int]) -> int:
        """The block in which the phis of `target` get their values for control from block `number`."""
        phis = self.flat.blocks[target].phis
        here = self.emit.here
        edge = self.emit.new("edge")
        self.emit.go_on(edge)
        pairs = [pair for phi in phis for pair in self.phis.assignments(phi, number)]
        for register, value in in_turn(pairs, self.emit):
            self.emit.set(register, value)
        self.emit.goto(first[target])
        self.emit.go_on(here)
        return edge

    def _end(self, step: Step, targets: list[int]) -> None:
        instr = step.instr
        emit = self.emit
        if instr.op in ("br", "switch") and len(targets) > 1:
            self.values.decide(step.ref(instr.operands[0]))
        match instr.op:
            case "br" if len(targets) == 1:
                emit.goto(targets[0])
            case "br":
                emit.branch(self.values.truth(step.ref(instr.operands[0])), *targets)
            case "switch":
                self._switch(step, targets)
            case "ret" | "resume" | "cleanupret" if not targets:
                self._leave()
            case "unreachable":
                if not self.assumptions.use("defined"):
                    emit.add(Unmodelled("what is said not to be reached", emit.source))
                emit.stop()
            case inline.CHOOSE:
                choose(self.values, self.flat.choices[id(step)], targets)
            case "callbr" if self.switches.go(step, targets):
                pass
            case "callbr":
                self.steps.assembly(step, targets)
                emit.goto(targets[0])
            case "call" | "invoke":
                self.steps.call(step)
                if targets:
                    emit.choose(targets)
                else:
                    emit.stop()
            case _:
                emit.choose(targets)

    def _switch(self, step: Step, targets: list[int]) -> None:
        number = self.values.number(step.ref(step.instr.operands[0])).unsigned
        for case, target in zip(step.instr.cases, targets[1:], strict=True):
            rest = self.emit.new("case")
            self.emit.branch(number == case, target, rest)
            self.emit.go_on(rest)
        self.emit.goto(targets[0])

    def _leave(self) -> None:
        if not self.options.nodrain:
            self.emit.add(Publish(RETURN, self.emit.source))
        self.emit.stop()

    def _program(self) -> Translated:
        function = self.flat.entry.function
        if not self.emit.blocks:
            raise GaveOut(f"{function.name} has no body")
        thread = Thread(function.name, self.emit.built(), dict(self.emit.registers))
        thread = labelled(thread, self.effects.unnamed.keys())
        refused = "aligned" in self.options.refused
        blocks = {} if refused else believed(thread, self.memory.said)
        thread, _ = pruned(thread, self.emit.params, self.emit.optional)
        thread, params = pruned(self._simplified(thread, blocks), self.emit.params, self.emit.optional)
        thread, params, assumed = lifted(thread, params)
        apart = [b for b in self.memory.accessed if self.memory.reachable(b)]
        if len(apart) > 1 and self.plan.nt:
            self.assumptions.use("distinct", *(b.name for b in apart))
        unknown = self.effects.unknown
        program = Program(function.name, (thread,), self._objects(thread), tuple(params), assumed)
        spelling = Spelling(self.flat, self.values.code, self.bases)
        contents = {(base, at, bits // 8): value for (base, at, bits), value in self.memory.contents.items()}
        elements = spelling.elements(self.plan.nt)
        objects = tuple(replace(o, elements=elements.get(o.name)) for o in program.objects)
        program = replace(program, objects=objects)
        numbers = {**spelling.arguments(self.values.arguments), **spelling.contents(contents)}
        params = [numbers[p.name].of(p) if p.name in numbers else p for p in program.params]
        program = replace(program, params=tuple(params))
        program, names = spelling.spelled(program, self.values.addresses, contents)
        program = replace(program, notes=(*self.assumptions.notes(names), *unknown))
        check(program)
        return Translated(program, tuple(unknown))

    def _simplified(self, thread: Thread, blocks: Mapping[str, int]) -> Thread:
        """With constants put in, as far as they go, and short loops laid out. blocks: what divides them."""
        used: set[str] = set()
        known = alignments(thread, blocks)
        thread = simplified(thread, folding(known, used), self.emit.optional)
        if used & blocks.keys():
            self.assumptions.use("aligned", *sorted(used & blocks.keys()))
        return thread

    def _objects(self, thread: Thread) -> tuple[MemObject, ...]:
        """The objects that are accessed, with the flags of the publications."""
        instrs = [i for b in thread.blocks for i in b.body]
        used = {i.address.object for i in instrs if isinstance(i, Load | Store | Rmw)}
        flags = {i.flag: MemObject(i.flag, 1, Visibility.SHARED) for i in instrs if isinstance(i, Publish)}
        return (*(o for o in self.memory.objects.values() if o.name in used), *flags.values())


def _order(flat: Flat) -> list[int]:
    """The blocks that control can reach, each after those that dominate it."""
    return postorder(lambda block: flat.blocks[block].targets)[::-1]
