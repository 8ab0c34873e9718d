"""The executable reference: per CPU one list of buffered entries, and shared memory of bytes.

SEMANTICS, "The executable reference (operational)", step by step. A state is changed in
place; `copy` and `key` are for those who explore.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from ordercheck.engines.operational.config import MachineConfig
from ordercheck.engines.operational.entry import Byte, Entry
from ordercheck.engines.operational.layout import Layout
from ordercheck.engines.operational.orders import landing_orders
from ordercheck.errors import GaveOut, InputError
from ordercheck.program.expr import Value, const, evaluate
from ordercheck.program.ir import (
    LFENCE,
    LOCKED,
    MFENCE,
    NT,
    SFENCE,
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
    Store,
    Unmodelled,
)

# fences and cache-line operations that order no store (SEMANTICS)
NO_EFFECT = frozenset({LFENCE, "ClFlush", "ClFlushOpt", "ClWb"})
MAX_CHOICES = 4096
MAX_LOCAL_STEPS = 2_000_000


@dataclass(slots=True)
class Cpu:
    """Where a thread is, its registers, and its buffer, oldest entry first. done: it ended."""

    block: int
    index: int
    registers: dict[str, Value]
    buffer: list[Entry] = field(default_factory=list)
    done: bool = False
    number: int = 0


@dataclass(slots=True)
class State:
    """All CPUs, the bytes that were written, which store wrote them, and the assertions that failed.

    dead: an assumption failed, the execution is not to be looked at.
    """

    cpus: list[Cpu]
    memory: dict[Byte, int]
    failed: tuple[Instr, ...] = ()
    dead: bool = False

    def copy(self) -> State:
        """An independent state."""
        cpus = [Cpu(c.block, c.index, dict(c.registers), list(c.buffer), c.done, c.number) for c in self.cpus]
        return State(cpus, dict(self.memory), self.failed, self.dead)

    def key(self) -> object:
        """Equal for states from which the same can happen."""
        cpus = tuple(
            (c.block, c.index, tuple(c.registers.values()), tuple(e[:4] for e in c.buffer), c.done)
            for c in self.cpus
        )
        return cpus, frozenset(self.memory.items()), tuple(map(id, self.failed))


class Action(NamedTuple):
    """execute: CPU `cpu` takes choice number `which` of its next instruction; drain: entry number `which`."""

    kind: str
    cpu: int
    which: int


class Machine:
    """The machine for one program, which has no free parameters."""

    def __init__(self, program: Program, config: MachineConfig) -> None:
        """Raises InputError for a free parameter or contradictory values."""
        if program.params:
            names = ", ".join(p.name for p in program.params)
            raise InputError(f"the reference machine needs a value for each parameter: {names}")
        if any(a is const(False) for a in program.assumptions):
            raise InputError("the parameter values contradict an assumption of the program")
        self.program, self.config = program, config
        self._layout = Layout(program.objects)

    def start(self) -> State:
        """The state before anything has run."""
        cpus = []
        for thread in self.program.threads:
            registers: dict[str, Value] = {
                name: False if sort == "bool" else 0 for name, sort in thread.registers.items()
            }
            registers.update({name: evaluate(value, {}) for name, value in thread.init.items()})
            cpus.append(Cpu(0, 0, registers))
        return State(cpus, {})

    def byte(self, state: State, where: Byte) -> int:
        """What memory holds."""
        found = state.memory.get(where)
        return self._layout.initial(where) if found is None else found

    # what can happen

    def next(self, cpu: Cpu, number: int) -> Instr | None:
        """The instruction that the CPU executes next; control is followed. None where it ended."""
        thread = self.program.threads[number]
        for _ in range(MAX_LOCAL_STEPS):
            if cpu.done:
                return None
            block = thread.blocks[cpu.block]
            if cpu.index < len(block.body):
                return block.body[cpu.index]
            cpu.index = 0
            match block.end:
                case Exit():
                    cpu.done = True
                case Goto(target):
                    cpu.block = target
                case Branch() as end:
                    taken = evaluate(end.condition, cpu.registers)
                    cpu.block = end.then if taken else end.other
        raise GaveOut(f"thread {thread.name} runs on without an instruction")

    def drainable(self, cpu: Cpu) -> Iterator[int]:
        """The numbers of the entries that may be written to memory now."""
        for i, entry in enumerate(cpu.buffer):
            if entry.kind == "S":
                return
            if not any(self._blocks(cpu, j, entry) for j in range(i)):
                yield i

    def _blocks(self, cpu: Cpu, j: int, later: Entry) -> bool:
        earlier = cpu.buffer[j]
        if earlier.kind == "W" and later.kind == "W":
            return True
        return earlier.overlaps(later) and not self.free(cpu, j)

    def free(self, cpu: Cpu, j: int) -> bool:
        """Under the contract: a non-temporal entry that no drain has followed yet."""
        if self.config.nt != "contract" or cpu.buffer[j].kind != "NT":
            return False
        return not any(e.kind == "S" for e in cpu.buffer[j + 1 :])

    def choices(self, state: State, number: int, instr: Instr) -> list[object]:
        """What the next instruction can do: one element for each way, none where it must wait."""
        cpu = state.cpus[number]
        match instr:
            case Load():
                name, start = self.place(cpu, instr)
                return list(self.loadable(state, number, name, start, instr.size))
            case Rmw():
                _check_locked(instr)
                return [None] if not cpu.buffer else []
            case Fence():
                return self._fence_choices(cpu, instr)
            case Havoc():
                return self._any(instr)
            case Mark():
                what = ", ".join(sorted(instr.tags))
                raise GaveOut(f"{instr.source}: not modelled by the reference machine: {what}")
            case Unmodelled():
                raise GaveOut(f"{instr.source}: not modelled: {instr.what}")
        return [None]

    def loadable(self, state: State, number: int, name: str, start: int, size: int) -> Iterator[int]:
        """Every value that a load can return, the newest one first."""
        options = [self.byte_options(state, number, (name, k)) for k in range(start, start + size)]
        total = 1
        for option in options:
            total *= len(option)
        if total > MAX_CHOICES:
            raise GaveOut(f"a load can return more than {MAX_CHOICES} values")
        for combo in product(*options):
            yield int.from_bytes(bytes(combo), "little")

    def byte_options(self, state: State, number: int, where: Byte) -> list[int]:
        """The newest buffered byte, what lies under it where that may be passed over, ..., memory."""
        buffer = state.cpus[number].buffer
        found: dict[int, None] = {}
        for j in range(len(buffer) - 1, -1, -1):
            entry = buffer[j]
            if entry.object == where[0] and entry.start <= where[1] < entry.end:
                found[entry.data[where[1] - entry.start]] = None
                if not self.free(state.cpus[number], j):
                    return list(found)
        found[self.byte(state, where)] = None
        return list(found)

    def _fence_choices(self, cpu: Cpu, instr: Fence) -> list[object]:
        if MFENCE in instr.tags:
            return [None] if not cpu.buffer else []
        if SFENCE in instr.tags:
            return list(self._orders(cpu))
        unknown = instr.tags - NO_EFFECT
        if unknown:
            raise GaveOut(
                f"{instr.source}: the reference machine does not know the fence {', '.join(sorted(unknown))}"
            )
        return [None]

    def _orders(self, cpu: Cpu) -> Iterator[tuple[Entry, ...]]:
        """What an SFENCE can make of the buffer."""
        kept, recent = self.recent(cpu)
        if self.config.nt != "contract":
            yield (*kept, *recent)
            return
        for order in landing_orders(recent):
            yield (*kept, *order)

    @staticmethod
    def recent(cpu: Cpu) -> tuple[list[Entry], list[Entry]]:
        """The buffer up to its last marker, and since then."""
        first = max((i + 1 for i, e in enumerate(cpu.buffer) if e.kind == "S"), default=0)
        return cpu.buffer[:first], cpu.buffer[first:]

    @staticmethod
    def _any(instr: Havoc) -> list[object]:
        if instr.sort == "bool":
            return [False, True]
        if instr.low is None or instr.high is None or instr.high - instr.low >= MAX_CHOICES:
            raise GaveOut(f"{instr.source}: any of too many values for the reference machine")
        return list(range(instr.low, instr.high + 1))

    # what happens

    def drain(self, state: State, number: int, which: int) -> Entry:
        """Writes an entry to memory; markers at the head are removed."""
        buffer = state.cpus[number].buffer
        entry = buffer.pop(which)
        self._write(state, entry)
        while buffer and buffer[0].kind == "S":
            buffer.pop(0)
        return entry

    @staticmethod
    def _write(state: State, entry: Entry) -> None:
        for k, value in enumerate(entry.data):
            state.memory[entry.object, entry.start + k] = value

    def execute(self, state: State, number: int, instr: Instr, choice: object) -> Entry | None:
        """Executes the next instruction; the store that it made, if any."""
        cpu = state.cpus[number]
        cpu.index += 1
        match instr:
            case Load():
                assert isinstance(choice, int)
                cpu.registers[instr.dst] = choice
                cpu.number += 1
                if instr.expect is not None:
                    wanted = int(evaluate(instr.expect, cpu.registers)) & ((1 << 8 * instr.size) - 1)
                    if choice != wanted:
                        state.failed += (instr,)
            case Store():
                return self._store(state, number, instr, instr)
            case Publish():
                return self._store(state, number, instr.store, instr)
            case Rmw():
                return self._rmw(state, number, instr)
            case Fence() if SFENCE in instr.tags and MFENCE not in instr.tags:
                assert isinstance(choice, tuple)
                cpu.buffer[:] = choice
                if cpu.buffer:
                    cpu.buffer.append(Entry("S", "", 0, b"", cpu.number, instr))
            case Assign():
                cpu.registers[instr.dst] = evaluate(instr.value, cpu.registers)
            case Havoc():
                assert isinstance(choice, int)
                cpu.registers[instr.dst] = choice
            case Assume():
                state.dead |= not evaluate(instr.condition, cpu.registers)
            case Assert():
                if not evaluate(instr.condition, cpu.registers):
                    state.failed += (instr,)
        return None

    def _store(self, state: State, number: int, store: Store, origin: Instr) -> Entry:
        cpu = state.cpus[number]
        name, start = self.place(cpu, store)
        data = _bytes(int(evaluate(store.value, cpu.registers)), store.size)
        kind = "NT" if NT in store.tags and self.config.nt != "ordinary" else "W"
        entry = Entry(kind, name, start, data, cpu.number, origin)
        cpu.number += 1
        if self.config.stores == "direct":
            self._write(state, entry)
        else:
            cpu.buffer.append(entry)
        return entry

    def _rmw(self, state: State, number: int, instr: Rmw) -> Entry | None:
        cpu = state.cpus[number]
        name, start = self.place(cpu, instr)
        old = bytes(self.byte(state, (name, k)) for k in range(start, start + instr.size))
        cpu.registers[instr.dst] = int.from_bytes(old, "little")
        cpu.number += 2
        if instr.when is not None and not evaluate(instr.when, cpu.registers):
            return None
        data = _bytes(int(evaluate(instr.value, cpu.registers)), instr.size)
        entry = Entry("X", name, start, data, cpu.number - 1, instr)
        self._write(state, entry)
        return entry

    def place(self, cpu: Cpu, instr: Load | Store | Rmw) -> Byte:
        """Where an access begins. Raises InputError where it leaves its object, or is in none."""
        return self._layout.locate(instr.address, cpu.registers, instr.size, instr.source)


def _check_locked(instr: Rmw) -> None:
    """Raises GaveOut where the machine's one kind of read-modify-write, a full fence, says too much."""
    written = instr.tags if instr.write_tags is None else instr.write_tags
    if LOCKED not in instr.tags or LOCKED not in written:
        what = ", ".join(sorted(instr.tags | written)) or "without lock"
        raise GaveOut(
            f"{instr.source}: not modelled by the reference machine: a read-modify-write that is {what}"
        )


def _bytes(value: int, size: int) -> bytes:
    return (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
