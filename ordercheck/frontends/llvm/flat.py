"""One function with what it calls put in its place: blocks, phis and steps.

A step is an instruction in a frame; a frame is one call of a function, so that the same
function called twice has two sets of values. What is not put in place (recursion, what is
too much, what is not defined in the modules) stays a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ordercheck.frontends.llvm.asm.effects import Input, Number, Place
from ordercheck.frontends.llvm.dominators import Dominators
from ordercheck.frontends.llvm.ir import Function, Instruction, Int, Local, Value
from ordercheck.frontends.llvm.module import Module
from ordercheck.program.ir import NOWHERE, Source
from ordercheck.relations.order import components

Key = tuple[int, str]
"""A value: the number of its frame, and its name there."""
Named = tuple[Module, str]
"""A function, as a module calls it."""
Site = tuple[Instruction | Named, ...]
"""A call in the code as it was: the calls that lead to it, and itself; behind one by a pointer, of what."""


@dataclass(eq=False, slots=True)
class Frame:
    """One call of a function. binding: its arguments, as the caller gives them.

    unwind: the block that its exceptions come to; None: they leave the function that is asked
    about. quiet: none leaves by a call in it.
    """

    number: int
    function: Function
    module: Module
    binding: dict[str, Ref] = field(default_factory=dict)
    caller: Frame | None = None
    call: Source = NOWHERE
    site: Site = ()
    unwind: int | None = None
    quiet: bool = False

    def at(self, instr: Instruction) -> Site:
        """A call in it."""
        return (*self.site, instr)

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

    @property
    def key(self) -> Key:
        """What a step, a phi or an argument of that name is found by; nothing, where it is no such value."""
        return self.frame.number, self.value.name if isinstance(self.value, Local) else ""


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

    frame: Frame
    like: Instruction
    incoming: dict[int, Ref] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The value that it is."""
        return self.frame.number, self.like.name

    @property
    def ref(self) -> Ref:
        """The same as a value in its frame."""
        return Ref(self.frame, Local(self.like.name, self.like.type))


@dataclass(eq=False, slots=True)
class FlatBlock:
    """targets: of `end`, in the order of its labels; behind them, where an exception may go that none of
    them takes. end None: control goes to targets[0]. out: an exception leaves the function here.
    """

    label: str
    phis: list[Phi] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    end: Step | None = None
    targets: list[int] = field(default_factory=list)
    out: bool = False

    @property
    def whole(self) -> list[Step]:
        """Its steps, with the last."""
        return self.steps if self.end is None else [*self.steps, self.end]


@dataclass(eq=False, slots=True)
class Choice:
    """A call by a pointer in whose place are those that it may come to. callee: the pointer.

    step: the call of the only one, or that which goes to the call of one of them.
    """

    step: Step
    site: Site
    callee: Ref
    targets: tuple[Named, ...]


@dataclass(eq=False)
class Flat:
    """The whole. kept: why calls of functions with a body stay calls, by the ids of their steps.

    choices: the calls by pointers that have been followed, by the ids of their steps. sites: where those of
    them that stay calls stand in the code, by the ids of their steps.
    """

    entry: Frame
    blocks: list[FlatBlock]
    alias: dict[Key, Ref]
    kept: dict[int, str]
    choices: dict[int, Choice] = field(default_factory=dict)
    sites: dict[int, Site] = field(default_factory=dict)

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

    def outside(self, module: Module, value: Value) -> Ref:
        """A value that a module has outside of functions: in an initialiser, by its name."""
        return Ref(Frame(-1, self.entry.function, module), value)

    def operands(self, step: Step) -> list[Ref]:
        """The values that stand behind the operands of a step."""
        return [self.resolve(step.ref(v)) for v in step.instr.operands]

    @cached_property
    def made(self) -> dict[Key, Step]:
        """The steps by the values that they make."""
        return {step.key: step for step in self.steps() if step.instr.name}

    @cached_property
    def joins(self) -> dict[Key, tuple[int, Phi]]:
        """The phis by the values that they make, each with its block."""
        return {phi.key: (number, phi) for number, block in enumerate(self.blocks) for phi in block.phis}

    @cached_property
    def place(self) -> dict[int, int]:
        """The block of each step, by the step's id."""
        return {id(step): number for number, block in enumerate(self.blocks) for step in block.whole}

    @cached_property
    def before(self) -> list[set[int]]:
        """The blocks from which control may come to each."""
        found: list[set[int]] = [set() for _ in self.blocks]
        for number, block in enumerate(self.blocks):
            for target in block.targets:
                found[target].add(number)
        return found

    @cached_property
    def dominators(self) -> Dominators:
        """Which blocks control has passed."""
        return Dominators([block.targets for block in self.blocks])

    def definition(self, ref: Ref) -> Step | None:
        """The step that makes a value; None for constants, arguments and phis."""
        ref = self.resolve(ref)
        return self.made.get(ref.key)

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
            yield from block.whole


def looping(flat: Flat) -> set[int]:
    """The blocks that control may come to again, from themselves."""
    rows = [sum({1 << t for t in block.targets}) for block in flat.blocks]
    found = 0
    for mask in components(rows):
        if mask & (mask - 1) or rows[mask.bit_length() - 1] & mask:
            found |= mask
    return {n for n in range(len(rows)) if found >> n & 1}
