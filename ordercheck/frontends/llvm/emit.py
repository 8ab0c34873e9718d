"""A thread under construction: blocks, registers, parameters, and what was assumed on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ordercheck.program.expr import Expr, ExprLike, Sort, apply, lift, var
from ordercheck.program.ir import (
    NOWHERE,
    Assign,
    Assume,
    Block,
    Branch,
    Exit,
    Goto,
    Havoc,
    Instr,
    Param,
    Source,
    Terminator,
)

Optional = dict[int, bool]


@dataclass(eq=False, slots=True)
class Open:
    """A block under construction."""

    label: str
    body: list[Instr] = field(default_factory=list)
    end: Terminator | None = None


class Emitter:
    """Instructions go to the current block. source: of what is being translated.

    optional: assumptions (by identity) that only sharpen the picture: they are dropped
    where they speak of registers that nothing else needs; and where they are true, that
    what stands on the left of their comparison does not wrap: where nothing else has it.
    """

    def __init__(self, wide: bool = False) -> None:
        """wide: whether values of 64 bits have their upper bound written down."""
        self.wide = wide
        self.blocks: list[Open] = []
        self.registers: dict[str, Sort] = {}
        self.params: dict[str, Param] = {}
        self.optional: Optional = {}
        self.source: Source = NOWHERE
        self._current = 0
        self._taken: set[str] = set()

    # names

    def unique(self, name: str) -> str:
        """`name`, or with a number where that is taken."""
        found, number = name, 2
        while found in self._taken:
            found, number = f"{name}.{number}", number + 1
        self._taken.add(found)
        return found

    def register(self, name: str, sort: Sort = "int") -> Expr:
        """A new register; one that LLVM numbered keeps its percent sign, or it would look constant."""
        found = self.unique(f"%{name}" if name.isdigit() else name)
        self.registers[found] = sort
        return var(found, sort)

    def param(
        self, name: str, low: int | None, high: int | None, sort: Sort = "int", address: bool = False
    ) -> Expr:
        """A new parameter; a number of LLVM's with a percent sign, or a condition would mean that number."""
        numbered = name.isdigit()
        found = self.unique(f"%{name}" if numbered else name)
        self.params[found] = Param(found, sort, low, high, (name,) if numbered else (), address)
        return var(found, sort)

    def bound(self, value: Expr, bits: int) -> None:
        """A parameter or register has no more than so many bits, which need not be said of most."""
        if value.op != "var":
            return
        param, high = self.params.get(value.name), (1 << bits) - 1
        if param is not None:
            self.params[value.name] = param if param.high is not None else replace(param, high=high)
            return
        # an assumption would say that it matters where control goes
        body = self.blocks[self._current].body
        for number, instr in enumerate(body):
            if isinstance(instr, Havoc) and instr.dst == value.name:
                body[number] = instr if instr.high is not None else replace(instr, high=high)
                return
        self.assume(apply("<", value, 1 << bits), optional=True)

    # instructions

    def add(self, instr: Instr) -> None:
        """Adds an instruction."""
        self.blocks[self._current].body.append(instr)

    def set(self, register: Expr, value: ExprLike) -> None:
        """register = value."""
        self.add(Assign(register.name, lift(value), self.source))

    def any(self, name: str, bits: int) -> Expr:
        """A new register with any value of that many bits, chosen each time that control passes."""
        if bits == 1:
            register = self.register(name, "bool")
            self.add(Havoc(register.name, "bool", source=self.source))
        else:
            register = self.register(name)
            high = None if bits == 64 and not self.wide else (1 << bits) - 1
            self.add(Havoc(register.name, "int", 0, high, self.source))
        return register

    def anywhere(self, name: str) -> Expr:
        """A new register with any integer."""
        register = self.register(name)
        self.add(Havoc(register.name, "int", source=self.source))
        return register

    def add_havoc(self, register: Expr, low: int | None, high: int | None) -> None:
        """register = any number in [low, high]."""
        self.add(Havoc(register.name, "int", low, high, self.source))

    def one_of(self, name: str, count: int) -> Expr:
        """A new register with any number below `count`."""
        register = self.register(name)
        self.add(Havoc(register.name, "int", 0, count - 1, self.source))
        return register

    def assume(self, condition: Expr, optional: bool = False, guards: bool = False) -> None:
        """Only executions in which it holds are looked at. guards: it says that a value does not wrap."""
        if condition.op == "const" and condition.value:
            return
        instr = Assume(condition, self.source)
        if optional:
            self.optional[id(instr)] = guards
        self.add(instr)

    # control

    def new(self, label: str) -> int:
        """A new block."""
        self.blocks.append(Open(label))
        return len(self.blocks) - 1

    def go_on(self, block: int) -> None:
        """What follows goes into that block."""
        self._current = block

    @property
    def here(self) -> int:
        """The current block."""
        return self._current

    @property
    def ended(self) -> bool:
        """Whether the current block has its end."""
        return self.blocks[self._current].end is not None

    def goto(self, block: int) -> None:
        """Control goes on there."""
        self._end(Goto(block))

    def branch(self, condition: Expr, then: int, other: int) -> None:
        """Control goes on in one or the other."""
        if condition.op == "const":
            self._end(Goto(then if condition.value else other))
        else:
            self._end(Branch(condition, then, other, self.source))

    def stop(self) -> None:
        """The thread ends here, or does not come here: in any case, what it did before counts."""
        self._end(Exit())

    def _end(self, end: Terminator) -> None:
        if self.blocks[self._current].end is None:
            self.blocks[self._current].end = end

    @contextmanager
    def when(self, condition: Expr) -> Iterator[None]:
        """What is emitted inside happens where the condition holds."""
        if condition.op == "const" and condition.value:
            yield
            return
        then, after = self.new("then"), self.new("join")
        self.branch(condition, then, after)
        self.go_on(then)
        yield
        self.goto(after)
        self.go_on(after)

    def doubt(self, name: str, what: str) -> Expr:
        """A truth value that is true only where that made it so."""
        register = self.register(name, "bool")
        self.add(Havoc(register.name, "bool", source=self.source, doubt=what))
        return register

    def maybe(self, name: str = "maybe") -> Expr:
        """Any truth value."""
        return self.any(name, 1)

    def choose(self, ways: Iterable[int]) -> None:
        """Control goes on in any of these blocks."""
        left = list(ways)
        while len(left) > 1:
            rest = self.new("or")
            self.branch(self.maybe("way"), left.pop(0), rest)
            self.go_on(rest)
        if left:
            self.goto(left[0])

    def built(self) -> tuple[Block, ...]:
        """The blocks, with an end each."""
        return tuple(Block(tuple(b.body), b.end or Exit(), b.label) for b in self.blocks)
