"""Which values a pointer can have: a bound over all executions, whatever their order.

Each register and each piece of memory has the set of values that anything in the program
puts there. A thread's traces then split over those addresses alone.
"""

from __future__ import annotations

from itertools import product
from math import prod

from ordercheck.program.expr import Expr, fold, walk
from ordercheck.program.ir import (
    ANYWHERE,
    Address,
    Addressed,
    Assign,
    Havoc,
    Instr,
    Load,
    Mark,
    MemObject,
    Program,
    Publish,
    Rmw,
    Store,
)

# a set of more values is taken for every value
MAX_VALUES = 64
MAX_ROUNDS = 1000
# None: any value
Values = frozenset[int] | None
_Cell = tuple[str, int, int]


class Possible:
    """The values that registers and memory of a program can have."""

    def __init__(self, program: Program) -> None:
        self._objects = {o.name: o for o in program.objects}
        self._placed = [o for o in program.objects if o.address is not None]
        self._registers: dict[tuple[int, str], Values] = {}
        self._memory: dict[_Cell, Values] = {}
        self._cells: dict[str, set[tuple[int, int]]] = {}
        self._lost = False  # a store may have gone anywhere
        self._changed = True
        for number, thread in enumerate(program.threads):
            for name in thread.registers:
                start = thread.init.get(name)
                self._registers[number, name] = frozenset({0}) if start is None else self._of(number, start)
        steps = [(number, instr) for number, _, _, instr in program.instructions()]
        for _ in range(MAX_ROUNDS):
            if not self._changed:
                return
            self._changed = False
            for number, instr in steps:
                self._step(number, instr)
        self._registers = dict.fromkeys(self._registers)

    def of(self, thread: int, expr: Expr) -> Values:
        """The values that an expression over the registers of a thread can have; None: any."""
        return self._of(thread, expr)

    def _of(self, thread: int, expr: Expr) -> Values:
        known: dict[Expr, Values] = {}
        for node in walk(expr):
            if node.op == "const":
                known[node] = frozenset({int(node.value)})
            elif node.op == "var":
                known[node] = self._registers.get((thread, node.name))
            else:
                operands = [known[a] for a in node.args]
                known[node] = _combined(node.op, operands)
        return known[expr]

    def _step(self, thread: int, instr: Instr) -> None:
        match instr:
            case Assign():
                self._put(thread, instr.dst, self._of(thread, instr.value))
            case Havoc():
                small = (
                    instr.low is not None and instr.high is not None and instr.high - instr.low < MAX_VALUES
                )
                values = frozenset({0, 1}) if instr.sort == "bool" else None
                if small and instr.low is not None and instr.high is not None:
                    values = frozenset(range(instr.low, instr.high + 1))
                self._put(thread, instr.dst, values)
            case Load():
                self._put(thread, instr.dst, self._loaded(thread, instr.address, instr.size))
            case Rmw():
                self._put(thread, instr.dst, self._loaded(thread, instr.address, instr.size))
                self._stored(thread, instr.address, instr.size, instr.value)
            case Store():
                self._stored(thread, instr.address, instr.size, instr.value)
            case Mark():
                if instr.dst and instr.value is not None:
                    self._put(thread, instr.dst, self._of(thread, instr.value))
            case Publish():
                self._step(thread, instr.store)

    def _put(self, thread: int, register: str, values: Values) -> None:
        self._registers[thread, register] = self._union(self._registers.get((thread, register)), values)

    def _union(self, old: Values, new: Values) -> Values:
        if old is None or new is None:
            self._changed |= old is not None
            return None
        if new <= old:
            return old
        self._changed = True
        both = old | new
        return both if len(both) <= MAX_VALUES else None

    def _places(self, thread: int, address: Address, size: int) -> list[_Cell] | None:
        """Where an access can go; None: anywhere."""
        offsets = self._of(thread, address.offset)
        if offsets is None:
            return None
        if address.object != ANYWHERE:
            return [(address.object, offset, size) for offset in offsets]
        found = []
        for value in offsets:
            for memory in self._placed:
                if memory.address is not None and memory.size is not None:
                    offset = value - memory.address
                    if 0 <= offset <= memory.size - size:
                        found.append((memory.name, offset, size))
        return found

    def _loaded(self, thread: int, address: Address, size: int) -> Values:
        places = self._places(thread, address, size)
        if places is None or self._lost:
            return None
        found: Values = frozenset()
        for cell in places:
            values = self._cell(cell)
            if values is None or found is None:
                return None
            found |= values
        return found if found is not None and len(found) <= MAX_VALUES else None

    def _stored(self, thread: int, address: Address, size: int, value: Expr) -> None:
        places = self._places(thread, address, size)
        if places is None:
            self._changed |= not self._lost
            self._lost = True
            return
        values = self._of(thread, value)
        if values is not None:
            values = frozenset(v & ((1 << 8 * size) - 1) for v in values)
        for cell in places:
            self._memory[cell] = self._union(self._cell(cell), values)

    def _cell(self, cell: _Cell) -> Values:
        """What a piece of memory can hold; anything where pieces overlap in part."""
        found = self._memory.get(cell, frozenset())
        if cell not in self._memory:
            name, offset, size = cell
            pieces = self._cells.setdefault(name, set())
            overlaps = {p for p in pieces if p[0] < offset + size and offset < p[0] + p[1]}
            pieces.add((offset, size))
            self._changed = True
            found = None if overlaps else frozenset({_initial(self._objects[name], offset, size)})
            self._memory[cell] = found
            for start, length in overlaps:
                self._memory[name, start, length] = None
        return found


def _initial(memory: MemObject, offset: int, size: int) -> int:
    content = bytes(memory.initial_byte(k) for k in range(offset, offset + size))
    return int.from_bytes(content, "little")


def _combined(op: str, operands: list[Values]) -> Values:
    sets = [operand for operand in operands if operand is not None]
    if len(sets) < len(operands) or prod(map(len, sets)) > MAX_VALUES * MAX_VALUES:
        return None
    try:
        found = frozenset(int(fold(op, list(combination))) for combination in product(*sets))
    except ValueError:
        return None
    return found if len(found) <= MAX_VALUES else None


def has_pointers(program: Program) -> bool:
    """Whether an access goes through a computed pointer."""
    return any(
        isinstance(instr, Addressed) and instr.address.object == ANYWHERE
        for _, _, _, instr in program.instructions()
    )
