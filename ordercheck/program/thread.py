"""One thread under construction: its registers, accesses, fences and control flow."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ordercheck.program.expr import Expr, ExprLike, Sort, apply, lift, var
from ordercheck.program.ir import (
    LFENCE,
    LOCKED,
    MAX_ACCESS,
    MFENCE,
    NO_TAGS,
    NT,
    SFENCE,
    Address,
    Assert,
    Assign,
    Assume,
    Block,
    Branch,
    Exit,
    Fence,
    Goto,
    Havoc,
    Instr,
    Load,
    Publish,
    Rmw,
    Source,
    Store,
    Terminator,
    Thread,
    Unmodelled,
)


@dataclass(frozen=True, eq=False, slots=True)
class Pointer:
    """A byte address that takes `+` and `-` with integers and expressions (in bytes)."""

    object: str
    offset: Expr

    def __add__(self, delta: ExprLike) -> Pointer:
        return Pointer(self.object, apply("+", self.offset, delta))

    def __radd__(self, delta: ExprLike) -> Pointer:
        return self + delta

    def __sub__(self, delta: ExprLike) -> Pointer:
        return Pointer(self.object, apply("-", self.offset, delta))

    @property
    def address(self) -> Address:
        return Address(self.object, self.offset)


@dataclass(eq=False, slots=True)
class _OpenBlock:
    body: list[Instr] = field(default_factory=list)
    end: Terminator | None = None
    label: str = ""


def _caller(function: str) -> Source:
    """The position of the first frame outside this module and contextlib, under that function's name."""
    frame = sys._getframe(1)
    while frame.f_globals.get("__name__") in (__name__, "contextlib"):
        if frame.f_back is None:
            break
        frame = frame.f_back
    file, line = frame.f_code.co_filename, frame.f_lineno
    return Source(file, line, function or frame.f_code.co_name, linecache.getline(file, line).strip())


class ThreadBuilder:
    """Builds one thread; see the module's example. Sizes and offsets are in bytes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.registers: dict[str, Sort] = {}
        self._blocks: list[_OpenBlock] = [_OpenBlock(label="entry")]
        self._current = 0
        self._loops: list[tuple[int, int]] = []
        self._last_if: tuple[int, int, int] | None = None
        self._fresh = 0
        self._function = ""

    @contextmanager
    def function(self, name: str) -> Iterator[None]:
        """What is emitted inside belongs to this function of the C source, in traces."""
        outer, self._function = self._function, name
        yield
        self._function = outer

    def _here(self) -> Source:
        return _caller(self._function)

    # registers

    def reg(self, name: str, value: ExprLike | None = None, sort: Sort = "int") -> Expr:
        """A register, set to `value` where one is given; declaring it twice gives the same one."""
        if value is not None:
            sort = lift(value).sort
        if self.registers.setdefault(name, sort) != sort:
            raise TypeError(f"register {name} is a {self.registers[name]}, not a {sort}")
        register = var(name, sort)
        if value is not None:
            self.set(register, value)
        return register

    def set(self, register: Expr, value: ExprLike) -> None:
        """register = value."""
        self._emit(Assign(self._name_of(register), lift(value), self._here()))

    def havoc(
        self, name: str = "", low: int | None = None, high: int | None = None, sort: Sort = "int"
    ) -> Expr:
        """A register with any integer in [low, high], or any truth value."""
        register = self.reg(name or self._fresh_name("any"), sort=sort)
        self._emit(Havoc(register.name, sort, low, high, self._here()))
        return register

    # memory

    def load(
        self,
        address: Pointer,
        size: int,
        into: str = "",
        expect: ExprLike | None = None,
        label: str = "",
        tags: frozenset[str] = NO_TAGS,
    ) -> Expr:
        """The `size` bytes at `address`; `expect` states the value that the author relies on."""
        _check_size(size)
        register = self.reg(into or self._fresh_name("r"))
        stated = None if expect is None else lift(expect)
        self._emit(Load(register.name, address.address, size, tags, label, stated, self._here()))
        return register

    def store(
        self,
        address: Pointer,
        size: int,
        value: ExprLike,
        label: str = "",
        lasting: bool = False,
        publishes: bool = True,
        tags: frozenset[str] = NO_TAGS,
    ) -> None:
        """An ordinary store. `lasting`, `publishes`: see ir.Store."""
        _check_size(size)
        self._emit(Store(address.address, size, lift(value), tags, label, lasting, publishes, self._here()))

    def nt_store(
        self, address: Pointer, size: int, value: ExprLike, label: str = "", lasting: bool = False
    ) -> None:
        """A non-temporal store; one wider than 8 bytes is independent 8-byte stores (SDM 11.3.1)."""
        _check_size(size)
        value = lift(value)
        for k in range(0, size, 8):
            part = value if size <= 8 else apply("trunc", apply(">>", value, 8 * k), 64)
            width = min(8, size - k)
            self._emit(
                Store((address + k).address, width, part, frozenset({NT}), label, lasting, True, self._here())
            )

    def xchg(self, address: Pointer, size: int, value: ExprLike, into: str = "", label: str = "") -> Expr:
        """Locked exchange; the old value."""
        return self._rmw(address, size, lambda old: lift(value), into, label)

    def fetch_add(
        self, address: Pointer, size: int, delta: ExprLike, into: str = "", label: str = ""
    ) -> Expr:
        """Locked add; the old value."""
        return self._rmw(address, size, lambda old: apply("+", old, delta), into, label)

    def cmpxchg(
        self,
        address: Pointer,
        size: int,
        expected: ExprLike,
        value: ExprLike,
        into: str = "",
        label: str = "",
    ) -> Expr:
        """Locked compare-and-exchange; the old value. Where it fails nothing is stored."""
        return self._rmw(
            address, size, lambda old: lift(value), into, label, lambda old: apply("==", old, expected)
        )

    def _rmw(
        self,
        address: Pointer,
        size: int,
        value: Callable[[Expr], Expr],
        into: str,
        label: str,
        when: Callable[[Expr], Expr] | None = None,
    ) -> Expr:
        _check_size(size)
        old = self.reg(into or self._fresh_name("old"))
        condition = None if when is None else when(old)
        tags = frozenset({LOCKED})
        self._emit(Rmw(old.name, address.address, size, value(old), condition, tags, label, self._here()))
        return old

    # order

    def fence(self, *tags: str, label: str = "") -> None:
        """A fence with these tags (event sets of the cat file); none: a compiler barrier."""
        self._emit(Fence(frozenset(tags), label, self._here()))

    def sfence(self, label: str = "") -> None:
        """SFENCE: the drain on x86. label names the drain in the drain table."""
        self.fence(SFENCE, label=label)

    def mfence(self, label: str = "") -> None:
        """MFENCE."""
        self.fence(MFENCE, label=label)

    def lfence(self, label: str = "") -> None:
        """LFENCE: orders no earlier store."""
        self.fence(LFENCE, label=label)

    def smp_wmb(self, label: str = "") -> None:
        """smp_wmb() on x86: a compiler barrier, which orders no non-temporal store."""
        self.fence(label=label)

    def publish(self, name: str = "return") -> None:
        """From here on others may look at every OWNED object."""
        self._emit(Publish(name, self._here()))

    # statements

    def assume(self, condition: ExprLike) -> None:
        """Only executions in which `condition` holds are looked at."""
        self._emit(Assume(lift(condition), self._here()))

    def assert_(self, condition: ExprLike, name: str = "") -> None:
        """`condition` must hold here."""
        self._emit(Assert(lift(condition), name, self._here()))

    def unmodelled(self, what: str) -> None:
        """Something that nobody modelled: the verdict is UNKNOWN where it can be reached."""
        self._emit(Unmodelled(what, self._here()))

    # control

    @contextmanager
    def if_(self, condition: ExprLike) -> Iterator[None]:
        """with t.if_(c): ...; may be followed at once by with t.else_(): ..."""
        then, other = self._new_block("then"), self._new_block("else")
        join = self._new_block("join")
        self._close(Branch(lift(condition), then, other, self._here()))
        self._current = then
        yield
        self._close(Goto(join))
        self._blocks[other].end = Goto(join)
        self._current = join
        self._last_if = (other, join, len(self._blocks))

    @contextmanager
    def else_(self) -> Iterator[None]:
        """The other arm of the if_ just before."""
        last = self._last_if
        if last is None or self._current != last[1] or self._blocks[last[1]].body:
            raise SyntaxError("else_() without an if_() just before it")
        other, join, _ = last
        self._blocks[other].end = None
        self._current = other
        yield
        self._close(Goto(join))
        self._current = join
        self._last_if = None

    @contextmanager
    def while_(self, condition: ExprLike) -> Iterator[None]:
        """A loop; its bound may be symbolic."""
        head, body, after = self._new_block("loop"), self._new_block("body"), self._new_block("after")
        self._close(Goto(head))
        self._blocks[head].end = Branch(lift(condition), body, after, self._here())
        self._current = body
        self._loops.append((head, after))
        yield
        self._loops.pop()
        self._close(Goto(head))
        self._current = after

    @contextmanager
    def for_(self, name: str, start: ExprLike, stop: ExprLike, step: ExprLike = 1) -> Iterator[Expr]:
        """for (name = start; name < stop; name += step); continue_() goes to the increment."""
        counter = self.reg(name, start)
        head, body, after = self._new_block("loop"), self._new_block("body"), self._new_block("after")
        increment = self._new_block("next")
        self._close(Goto(head))
        self._blocks[head].end = Branch(apply("<", counter, stop), body, after, self._here())
        self._current = body
        self._loops.append((increment, after))
        yield counter
        self._loops.pop()
        self._close(Goto(increment))
        self._current = increment
        self.set(counter, apply("+", counter, step))
        self._close(Goto(head))
        self._current = after

    def continue_(self) -> None:
        """Go on with the next round of the innermost loop."""
        self._jump(0, "continue_")

    def break_(self) -> None:
        """Leave the innermost loop."""
        self._jump(1, "break_")

    def return_(self) -> None:
        """The thread ends here."""
        self._close(Exit())
        self._current = self._new_block("dead")

    # inside

    def _jump(self, which: int, what: str) -> None:
        if not self._loops:
            raise SyntaxError(f"{what}() outside a loop")
        self._close(Goto(self._loops[-1][which]))
        self._current = self._new_block("dead")

    def _emit(self, instr: Instr) -> None:
        self._blocks[self._current].body.append(instr)

    def _close(self, end: Terminator) -> None:
        if self._blocks[self._current].end is None:
            self._blocks[self._current].end = end

    def _new_block(self, label: str) -> int:
        self._blocks.append(_OpenBlock(label=label))
        return len(self._blocks) - 1

    def _fresh_name(self, prefix: str) -> str:
        self._fresh += 1
        return f"{prefix}{self._fresh}"

    def _name_of(self, register: Expr) -> str:
        if register.op != "var" or register.name not in self.registers:
            raise TypeError(f"`{register}` is not a register of thread {self.name}")
        return register.name

    def build(self) -> Thread:
        """The finished thread, without unreachable blocks."""
        blocks = [Block(tuple(b.body), b.end or Exit(), b.label) for b in self._blocks]
        return Thread(self.name, _reachable(blocks), dict(self.registers))


def _reachable(blocks: list[Block]) -> tuple[Block, ...]:
    order: list[int] = []
    seen = {0}
    stack = [0]
    while stack:
        index = stack.pop()
        order.append(index)
        for target in reversed(successors(blocks[index].end)):
            if target not in seen:
                seen.add(target)
                stack.append(target)
    order.sort()
    number = {old: new for new, old in enumerate(order)}
    return tuple(Block(blocks[i].body, _renumber(blocks[i].end, number), blocks[i].label) for i in order)


def successors(end: Terminator) -> tuple[int, ...]:
    """The blocks that control can go on in."""
    if isinstance(end, Goto):
        return (end.target,)
    if isinstance(end, Branch):
        return (end.then, end.other)
    return ()


def _renumber(end: Terminator, number: Mapping[int, int]) -> Terminator:
    if isinstance(end, Goto):
        return Goto(number[end.target])
    if isinstance(end, Branch):
        return Branch(end.condition, number[end.then], number[end.other], end.source)
    return end


def _check_size(size: int) -> None:
    if not 1 <= size <= MAX_ACCESS:
        raise ValueError(f"an access has 1 to {MAX_ACCESS} bytes, not {size}")
