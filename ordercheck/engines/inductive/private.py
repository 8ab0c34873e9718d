"""Private memory on which it depends where control goes, as registers.

This engine takes a load to return anything. That is too little where code keeps a
condition in a structure of its own and passes its address around. What nobody else can
see, and is only loaded and stored by ordinary code at fixed places, is as good as a
register: the load returns what the latest store in program order wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from ordercheck.engines.inductive.flow import relevant_registers
from ordercheck.engines.order import Order
from ordercheck.program.expr import Expr, Sort, apply, const, var
from ordercheck.program.ir import (
    DOUBT,
    NT,
    Addressed,
    Assert,
    Assign,
    Assume,
    Branch,
    Goto,
    Havoc,
    Instr,
    Load,
    Param,
    Program,
    Rmw,
    Store,
    Thread,
    Visibility,
)

MAX_CELLS = 32
"""Memory that steers in more pieces than this stays memory."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """The bytes [start, end) of an object, which stores and loads that steer have whole or not at all."""

    start: int
    end: int
    register: str

    @property
    def value(self) -> Expr:
        return var(self.register)


Cells = dict[str, list[_Cell]]


def promoted(program: Program, order: Order) -> Program:
    """The program with such memory in registers.

    A model that does not show a thread its own stores keeps it as it is. What is loaded
    before it was stored may be anything.
    """
    names = _promotable(program)
    threads = tuple(_promoted(program, thread, names) if names else thread for thread in program.threads)
    if all(new is old for new, old in zip(threads, program.threads, strict=True)):
        return program
    if not (order.kept("W", "W", True, None) and order.kept("W", "R", True, None)):
        return program
    return replace(program, threads=threads)


def _promotable(program: Program) -> list[str]:
    found = {o.name: -1 for o in program.objects if o.visibility is Visibility.PRIVATE}
    for number, _, _, instr in program.instructions():
        if isinstance(instr, Addressed):
            name = instr.address.object
            if not name:
                return []
            if name in found and (not _is_plain(instr) or found[name] not in (-1, number)):
                del found[name]
            elif name in found:
                found[name] = number
    return list(found)


def _is_plain(instr: Instr) -> bool:
    if isinstance(instr, Load | Store) and instr.label == DOUBT:
        return False
    if isinstance(instr, Load):
        return instr.address.offset.op == "const" and instr.expect is None
    if isinstance(instr, Store):
        return instr.address.offset.op == "const" and NT not in instr.tags and not instr.lasting
    return False


def _promoted(program: Program, thread: Thread, names: Iterable[str]) -> Thread:
    if any(0 in _targets(thread, i) for i in range(len(thread.blocks))):
        return thread
    names = list(names)
    params = {p.name: p for p in program.params}
    while True:
        steering = relevant_registers(thread, _steering)
        cells = {n: _cells(program, thread, n, steering) for n in names}
        cells = {n: found for n, found in cells.items() if found}
        if not cells:
            return thread
        thread = _rewritten(thread, cells, steering, params)


def _targets(thread: Thread, block: int) -> tuple[int, ...]:
    end = thread.blocks[block].end
    if isinstance(end, Branch):
        return end.then, end.other
    return (end.target,) if isinstance(end, Goto) else ()


def _steering(instr: Instr) -> list[Expr]:
    """What an instruction depends on besides what it stores."""
    if isinstance(instr, Load | Store):
        return [instr.address.offset]
    if isinstance(instr, Rmw):
        return [instr.address.offset, *([] if instr.when is None else [instr.when])]
    return [instr.condition] if isinstance(instr, Assume | Assert) else []


def _accesses(thread: Thread, name: str) -> Iterator[tuple[int, int, Instr]]:
    for block in thread.blocks:
        for instr in block.body:
            if isinstance(instr, Load | Store) and instr.address.object == name:
                start = int(instr.address.offset.value)
                yield start, start + instr.size, instr


def _cells(program: Program, thread: Thread, name: str, steering: Iterable[str]) -> list[_Cell]:
    """What is loaded to steer the thread, cut where an access begins or ends."""
    accesses = list(_accesses(thread, name))
    wanted = [(start, stop) for start, stop, i in accesses if isinstance(i, Load) and i.dst in steering]
    cuts = {place for start, stop, i in accesses if isinstance(i, Store) for place in (start, stop)}
    cuts.update(place for loaded in wanted for place in loaded)
    pieces = [
        (start, stop)
        for start, stop in pairwise(sorted(cuts))
        if any(first <= start and stop <= last for first, last in wanted)
    ]
    if len(pieces) > MAX_CELLS:
        return []
    taken = {*thread.registers, *(p.name for p in program.params)}
    found: list[_Cell] = []
    for start, stop in pieces:
        register = f"{name}[{start}:{stop}]"
        while register in taken:
            register += "'"
        found.append(_Cell(start, stop, register))
    return found


def _rewritten(thread: Thread, cells: Cells, steering: Iterable[str], params: Mapping[str, Param]) -> Thread:
    """The stores stay: what does not steer is loaded from memory."""

    def changed(instr: Instr) -> tuple[Instr, ...]:
        if not isinstance(instr, Load | Store) or instr.address.object not in cells:
            return (instr,)
        start = int(instr.address.offset.value)
        own = [c for c in cells[instr.address.object] if start <= c.start and c.end <= start + instr.size]
        if isinstance(instr, Store):
            parts = [(c, _part(instr.value, c.start - start, c.end - start, params)) for c in own]
            return (*(Assign(c.register, part, instr.source) for c, part in parts), instr)
        if instr.dst not in steering:
            return (instr,)
        value = own[0].value
        for cell in own[1:]:
            value = apply("+", value, apply("*", 1 << 8 * (cell.start - start), cell.value))
        return (Assign(instr.dst, value, instr.source),)

    every = [c for found in cells.values() for c in found]
    blocks = [replace(b, body=tuple(n for i in b.body for n in changed(i))) for b in thread.blocks]
    start = tuple(Havoc(c.register, "int", 0, (1 << 8 * (c.end - c.start)) - 1) for c in every)
    blocks[0] = replace(blocks[0], body=start + blocks[0].body)
    registers: dict[str, Sort] = {**thread.registers}
    registers |= {c.register: "int" for c in every}
    return replace(thread, blocks=tuple(blocks), registers=registers)


def _part(value: Expr, start: int, end: int, params: Mapping[str, Param]) -> Expr:
    """The bytes [start, end) of a value as a number."""
    bits = 8 * (end - start)
    if value.op == "const":
        return const((int(value.value) >> 8 * start) & ((1 << bits) - 1))
    param = params.get(value.name) if value.op == "var" else None
    if param is not None and not start and _fits(param, bits):
        return value
    return apply("trunc", apply("//", value, 1 << 8 * start) if start else value, bits)


def _fits(param: Param, bits: int) -> bool:
    return param.low is not None and param.low >= 0 and param.high is not None and param.high < 1 << bits
