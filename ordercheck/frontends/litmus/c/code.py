"""One thread's code while it is written: basic blocks, registers, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from ordercheck.frontends.litmus.c.values import ZERO
from ordercheck.program.expr import Expr, Sort, apply, var
from ordercheck.program.ir import (
    NOWHERE,
    Assign,
    Block,
    Branch,
    Exit,
    Goto,
    Havoc,
    Instr,
    Source,
    Terminator,
    Thread,
)

Known: TypeAlias = dict[str, Expr | None]
_COUNTER = "@steps"


class Code:
    """The blocks of a thread; `emit` adds to the current one.

    known maps a register to the constant that it surely holds here (None: not known); one
    that is missing still holds 0, or, once `forget_all` was called, is not known. source is
    that of the statement at hand. steps counts statements as herd7 does, of which the value
    of srcu_read_lock is made; it is an expression over a hidden register where it depends on
    the way that was taken, and only kept up where `counting`.
    """

    __slots__ = (
        "_assigned",
        "_body",
        "_ends",
        "_forgotten",
        "_fresh",
        "blocks",
        "counting",
        "current",
        "known",
        "registers",
        "source",
        "steps",
    )

    def __init__(self, known: Mapping[str, Expr], counting: bool) -> None:
        self.blocks: list[list[Instr]] = [[]]
        self._ends: list[Terminator] = [Exit()]
        self._body = self.blocks[0]
        self.current = 0
        self.registers: dict[str, Sort] = {}
        self.known: Known = dict(known)
        self._forgotten = False
        self._assigned: set[str] = set()  # since the arm of a condition began
        self._fresh = 0
        self.source: Source = NOWHERE
        self.counting = counting
        self.steps = ZERO

    def emit(self, instr: Instr) -> None:
        """Adds an instruction to the current block."""
        self._body.append(instr)

    def step(self) -> None:
        """One statement more."""
        if self.counting:
            self.steps = apply("+", self.steps, 1)

    # registers

    def read(self, name: str) -> Expr:
        """What a register holds: the constant where that is known."""
        held = self.known.get(name, None if self._forgotten else ZERO)
        if held is not None:
            return held
        self.registers.setdefault(name, "int")
        return var(name)

    def fresh(self) -> str:
        """The name of a register that no program has."""
        self._fresh += 1
        return f"@{self._fresh}"

    def target(self, name: str = "") -> str:
        """The register `name`, which is about to be written; a fresh one where none is named."""
        name = name or self.fresh()
        self.registers[name] = "int"
        self.known[name] = None
        self._assigned.add(name)
        return name

    def assign(self, name: str, value: Expr) -> None:
        """register = value."""
        self.emit(Assign(self.target(name), value, self.source))
        if value.op == "const":
            self.known[name] = value

    def forget(self, names: set[str]) -> None:
        """These registers may hold anything from here on."""
        self.known.update(dict.fromkeys(names))

    def forget_all(self) -> None:
        """Every register may hold anything from here on."""
        self._forgotten = True
        self.known = dict.fromkeys(self.known)

    # control

    def mark(self) -> tuple[int, int, int]:
        """A place to come back to with `rewind`."""
        return len(self.blocks), self.current, len(self._body)

    def rewind(self, mark: tuple[int, int, int]) -> None:
        """Takes back what was emitted since `mark`."""
        blocks, current, length = mark
        del self.blocks[blocks:], self._ends[blocks:]
        self.enter(current)
        del self._body[length:]
        self._ends[current] = Exit()

    def block(self) -> int:
        """A new, empty block."""
        self.blocks.append([])
        self._ends.append(Exit())
        return len(self.blocks) - 1

    def enter(self, block: int) -> None:
        """What is emitted from here on goes into `block`."""
        self.current = block
        self._body = self.blocks[block]

    def go(self, target: int) -> None:
        """The current block ends; control goes on in `target`."""
        self._ends[self.current] = Goto(target)

    def branch(self, condition: Expr, then: int, other: int, join: int) -> None:
        """The current block ends with a branch; nothing from `join` on depends on it."""
        self._ends[self.current] = Branch(condition, then, other, self.source, join)

    def split(self, condition: Expr, then: Callable[[], None], other: Callable[[], None]) -> None:
        """Emits what `then` emits for the case that the condition holds, `other` for the case that not."""
        if condition.op == "const":
            (then if condition.value else other)()
            return
        first, second, join = self.block(), self.block(), self.block()
        self.branch(condition, first, second, join)
        before, start = dict(self.known), self.steps
        outside, self._assigned = self._assigned, set()
        self.enter(first)
        then()
        end, known, steps = self.current, self.known, self.steps
        self.go(join)
        self.known, self.steps = before, start
        self.enter(second)
        other()
        if steps is not self.steps:
            self.blocks[end].append(Assign(_COUNTER, steps, self.source))
            self.count_at_run_time()
        self.go(join)
        self._merge(known)
        # a constant that was assigned here depends on the condition all the same
        self.forget(self._assigned)
        self._assigned |= outside
        self.enter(join)

    def either(self, then: Callable[[], None], other: Callable[[], None]) -> None:
        """As `split`, where nothing decides: both can happen, and nothing depends on which."""
        name = self.fresh()
        self.registers[name] = "bool"
        self.emit(Havoc(name, "bool", source=self.source))
        self.split(var(name, "bool"), then, other)

    def count_at_run_time(self) -> None:
        """From here on the number of steps is in the hidden register."""
        if self.counting:
            self.registers[_COUNTER] = "int"
            self.emit(Assign(_COUNTER, self.steps, self.source))
            self.steps = var(_COUNTER)

    def _merge(self, other: Known) -> None:
        default = None if self._forgotten else ZERO
        for name in self.known.keys() | other.keys():
            if self.known.get(name, default) is not other.get(name, default):
                self.known[name] = None

    def thread(self, name: str, init: Mapping[str, Expr]) -> Thread:
        """The finished thread; `init` gives what registers hold at the start, where that is not 0."""
        blocks = tuple(Block(tuple(body), end) for body, end in zip(self.blocks, self._ends, strict=True))
        held = {register: value for register, value in init.items() if register in self.registers}
        return Thread(name, blocks, self.registers, held)
