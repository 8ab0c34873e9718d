"""Threads unrolled into traces: straight lines of accesses with symbolic values.

A branch whose condition is known is followed however often it is passed; one that
depends on what was loaded splits the trace, up to `bound` times at each block. A trace
that was cut off there is `cut`: what is found is then exact for the bound only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ordercheck.engines.axiomatic.possible import Possible, Values
from ordercheck.engines.axiomatic.trace import NOTHING, Access, State, Trace
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program.expr import Expr, Sort, apply, conj, const, substitute, var
from ordercheck.program.ir import (
    ANYWHERE,
    Address,
    Assert,
    Assign,
    Assume,
    Branch,
    Exit,
    Fence,
    Goto,
    Havoc,
    Instr,
    Load,
    Mark,
    Program,
    Publish,
    Rmw,
    Source,
    Store,
    Thread,
    Unmodelled,
)

_ZERO, _TRUE = const(0), const(True)
MAX_EVENTS = 50_000
MAX_STEPS = 40 * MAX_EVENTS
MAX_TRACES = 4_096
MAX_HAVOC = 256
MAX_POINTED = 256
# the value that stands for a pointer to none of the objects
NOWHERE_AT_ALL = -1


class _Astray(Exception):  # noqa: N818  # ends one way through a thread, no error by itself
    """An access outside of every object, if its trace can be at all."""


def check_closed(program: Program) -> None:
    """Raises InputError where a parameter has no value yet or an assumption fails."""
    if program.params:
        names = ", ".join(p.name for p in program.params)
        raise InputError(f"this engine needs a value for each parameter: --param NAME=VALUE for {names}")
    for assumption in program.assumptions:
        if assumption is const(False):
            raise InputError("the parameter values contradict an assumption of the program")


def traces(
    program: Program, thread: int, bound: int, deadline: Deadline, possible: Possible | None = None
) -> list[Trace]:
    """Every trace of the thread; possible: which addresses its pointers can have.

    Raises GaveOut where there are too many, where one is too long, or where something
    is not modelled.
    """
    found: list[Trace] = []
    for trace in _Unroller(program, thread, bound, deadline, possible).run():
        found.append(trace)
        if len(found) > MAX_TRACES:
            raise GaveOut(f"thread {program.threads[thread].name}: more than {MAX_TRACES} ways through it")
    return found


class _Unroller:
    def __init__(
        self, program: Program, number: int, bound: int, deadline: Deadline, possible: Possible | None
    ) -> None:
        self.program, self.number, self.bound, self.deadline = program, number, bound, deadline
        self.possible = possible
        self.thread: Thread = program.threads[number]
        self.sizes = {o.name: o.size for o in program.objects}
        self.placed = [(o.address, o.size, o.name) for o in program.objects if o.address is not None]

    def run(self) -> Iterator[Trace]:
        zero: dict[Sort, Expr] = {"int": const(0), "bool": const(False)}
        registers = {name: zero[sort] for name, sort in self.thread.registers.items()}
        registers.update(self.thread.init)
        stack = [State(0, 0, registers)]
        while stack:
            state = stack.pop()
            trace = self._advance(state, stack)
            if trace is not None:
                yield trace

    def _advance(self, state: State, stack: list[State]) -> Trace | None:
        """Follows one state to its end; the other sides of its branches go onto the stack."""
        while True:
            block = self.thread.blocks[state.block]
            while state.index < len(block.body):
                instr = block.body[state.index]
                state.index += 1
                try:
                    if not self._execute(state, instr, stack):
                        return None
                except _Astray as astray:
                    return replace(self._finish(state, cut=False), astray=str(astray))
            self.deadline.check()
            end = block.end
            if isinstance(end, Exit):
                return self._finish(state, cut=False)
            if isinstance(end, Goto):
                self._follow(state, end.target, f"thread {self.thread.name}")
            elif not self._branch(state, end, stack):
                return self._finish(state, cut=True)

    def _branch(self, state: State, end: Branch, stack: list[State]) -> bool:
        condition = self._value(state, end.condition)
        state.control(end)
        if condition.op == "const":
            self._follow(state, end.then if condition.value else end.other, end.source)
            return True
        visits = state.visits.get(state.block, 0) + 1
        if visits > self.bound:
            return False
        state.visits[state.block] = visits
        other = state.fork(~condition)
        other.enter(end.other)
        stack.append(other)
        state.constraint = conj(state.constraint, condition)
        state.enter(end.then)
        return True

    @staticmethod
    def _follow(state: State, target: int, where: Source | str) -> None:
        """Goes on where nothing is to be decided, which may be in a loop without an end."""
        state.enter(target)
        if len(state.accesses) > MAX_EVENTS:
            raise GaveOut(f"{where}: more than {MAX_EVENTS} accesses in one thread")
        state.visits[-1] = state.visits.get(-1, 0) + 1
        if state.visits[-1] > MAX_STEPS:
            raise GaveOut(f"{where}: this loop runs too long")

    def _execute(self, state: State, instr: Instr, stack: list[State]) -> bool:
        """False where the execution is not to be looked at."""
        match instr:
            case Load():
                self._load(state, instr, stack)
            case Store():
                self._store(state, instr, stack)
            case Publish():
                self._store(state, instr.store, stack, instr)
            case Rmw():
                self._rmw(state, instr, stack)
            case Fence():
                state.accesses.append(Access("F", instr, instr.tags, ctrl=state.ctrl))
            case Mark():
                self._mark(state, instr, stack)
            case Assign():
                depends = state.depends(instr.value)
                state.registers[instr.dst] = self._value(state, instr.value)
                state.assigned(instr.dst, depends, instr.value)
            case Havoc():
                state.assigned(instr.dst, NOTHING)
                state.registers[instr.dst] = self._havoc(state, instr, stack)
            case Assume():
                state.constraint = conj(state.constraint, self._value(state, instr.condition))
                return state.constraint is not const(False)
            case Assert():
                self._assert(state, self._value(state, instr.condition), instr)
            case Unmodelled():
                raise GaveOut(f"{instr.source}: not modelled: {instr.what}")
        return True

    def _load(self, state: State, instr: Load, stack: list[State]) -> None:
        symbol = self._read(state, instr, stack)
        state.registers[instr.dst] = symbol
        state.assigned(instr.dst, frozenset((symbol.name,)))
        if instr.expect is not None:
            wanted = self._value(state, instr.expect)
            bits = 8 * instr.size
            self._assert(state, symbol == _trunc(wanted, bits), instr)

    def _read(self, state: State, instr: Load | Rmw, stack: list[State]) -> Expr:
        name, start = self._place(state, instr.address, instr.size, instr.source, stack)
        symbol = f"{self.number}.{len(state.accesses)}"
        state.accesses.append(
            Access(
                "R",
                instr,
                instr.tags,
                name,
                start,
                start + instr.size,
                symbol=symbol,
                ctrl=state.ctrl,
                addr=state.depends(instr.address.offset),
            )
        )
        return var(symbol)

    def _store(self, state: State, instr: Store, stack: list[State], origin: Instr | None = None) -> None:
        name, start = self._place(state, instr.address, instr.size, instr.source, stack)
        value = self._value(state, instr.value)
        state.accesses.append(
            Access(
                "W",
                origin or instr,
                instr.tags,
                name,
                start,
                start + instr.size,
                _trunc(value, 8 * instr.size),
                data=state.depends(instr.value),
                ctrl=state.ctrl,
                addr=state.depends(instr.address.offset),
            )
        )

    def _mark(self, state: State, instr: Mark, stack: list[State]) -> None:
        name, start = self._place(state, instr.address, instr.size, instr.source, stack)
        value = _ZERO if instr.value is None else self._value(state, instr.value)
        place = (name, start, start + instr.size)
        addr = state.depends(instr.address.offset)
        symbol = f"{self.number}.{len(state.accesses)}" if instr.dst else ""
        state.accesses.append(
            Access("O", instr, instr.tags, *place, value, symbol, ctrl=state.ctrl, addr=addr)
        )
        if instr.dst:
            state.registers[instr.dst] = value
            state.assigned(instr.dst, frozenset((symbol,)))

    def _rmw(self, state: State, instr: Rmw, stack: list[State]) -> None:
        read = len(state.accesses)
        addr = state.depends(instr.address.offset)
        symbol = state.registers[instr.dst] = self._read(state, instr, stack)
        state.assigned(instr.dst, frozenset((symbol.name,)))
        if instr.when is not None:
            condition = self._value(state, instr.when)
            if condition.op == "const":
                if not condition.value:
                    return
            else:
                stack.append(state.fork(~condition))
                state.constraint = conj(state.constraint, condition)
        value = self._value(state, instr.value)
        done = state.accesses[read]
        state.accesses.append(
            Access(
                "W",
                instr,
                instr.tags if instr.write_tags is None else instr.write_tags,
                done.object,
                done.start,
                done.end,
                _trunc(value, 8 * instr.size),
                rmw=read,
                data=state.depends(instr.value),
                ctrl=state.ctrl,
                addr=addr,
            )
        )

    def _havoc(self, state: State, instr: Havoc, stack: list[State]) -> Expr:
        name = f"{self.number}.any{len(state.free)}"
        if instr.sort == "bool":
            # two ways rather than a symbol: no value of an execution depends on the choice
            other = state.fork(_TRUE)
            other.registers[instr.dst] = const(False)
            stack.append(other)
            return _TRUE
        if instr.low is None or instr.high is None or instr.high - instr.low >= MAX_HAVOC:
            raise GaveOut(f"{instr.source}: any of too many values for a bounded engine")
        state.free[name] = range(instr.low, instr.high + 1)
        return var(name)

    def _assert(self, state: State, condition: Expr, instr: Instr) -> None:
        if condition is not const(True):
            state.asserts.append((condition, instr, len(state.accesses)))

    def _place(
        self, state: State, address: Address, size: int, source: Source, stack: list[State]
    ) -> tuple[str, int]:
        """The object and the offset of an access."""
        offset = self._value(state, address.offset)
        if address.object == ANYWHERE:
            values = self.possible.of(self.number, address.offset) if self.possible else None
            return self._pointed(state, state.pointers.get(offset, offset), size, source, stack, values)
        if offset.op != "const":
            raise GaveOut(f"{source}: the address {address} depends on what was loaded")
        start = int(offset.value)
        limit = self.sizes[address.object]
        if limit is not None and not 0 <= start <= limit - size:
            raise InputError(
                f"{size} bytes at {address.object}+{start} lie outside the object's {limit} bytes",
                source.file,
                source.line,
                source.column,
            )
        return address.object, start

    def _pointed(
        self,
        state: State,
        pointer: Expr,
        size: int,
        source: Source,
        stack: list[State],
        values: Values,
    ) -> tuple[str, int]:
        """Where a pointer leads. One that depends on loads takes each way that there is."""
        if pointer.op == "const":
            for base, length, name in self.placed:
                if length is not None and 0 <= (start := int(pointer.value) - base) <= length - size:
                    return name, start
            raise _Astray(f"{source}: an access through {pointer}, which is no address of an object")
        ways = [
            (base + k, name, k)
            for base, length, name in self.placed
            if length is not None
            for k in range(0, length - size + 1, size)
            if values is None or base + k in values
        ]
        if len(ways) > MAX_POINTED:
            raise GaveOut(f"{source}: a pointer to more than {MAX_POINTED} places")
        astray = conj(*[pointer != where for where, _, _ in ways])
        state.index -= 1
        for where, _, _ in ways[1:]:
            other = state.fork(pointer == where)
            other.pointers[pointer] = const(where)
            stack.append(other)
        if values is None or not values <= {where for where, _, _ in ways}:
            other = state.fork(astray)
            other.pointers[pointer] = const(NOWHERE_AT_ALL)
            stack.append(other)
        state.index += 1
        if not ways:
            raise _Astray(f"{source}: an access through a pointer, and no object has an address")
        where, name, k = ways[0]
        state.pointers[pointer] = const(where)
        state.constraint = conj(state.constraint, pointer == where)
        return name, k

    def _value(self, state: State, expr: Expr) -> Expr:
        return substitute(expr, state.registers)

    def _finish(self, state: State, cut: bool) -> Trace:
        return Trace(
            self.number,
            tuple(state.accesses),
            state.constraint,
            state.registers,
            tuple(state.asserts),
            state.free,
            cut,
        )


def _trunc(value: Expr, bits: int) -> Expr:
    """The low bits; a loaded value is left as it is where it is known to fit."""
    return apply("trunc", value, bits)
