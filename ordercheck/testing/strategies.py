"""Hypothesis strategies for programs of several threads: what property tests and `fuzz` run.

Programs are drawn as small operations and then built, so that hypothesis can leave out,
shorten and simplify them. Every constant store writes a byte of its own, repeated over
its size, so that outcomes tell stores apart, torn and combined ones too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from hypothesis import strategies as st

from ordercheck.program import Expr, MemoryAt, Pointer, Program, ProgramBuilder, RegisterOf, Visibility
from ordercheck.program.expr import apply, const
from ordercheck.program.ir import Accesses, Observable
from ordercheck.program.thread import ThreadBuilder

KINDS = ("store", "load", "nt", "sfence", "xchg", "mfence", "lfence", "copy", "cmpxchg", "xadd", "if")
"""What an instruction can be: `copy` stores what was loaded last, `if` tests it."""

SIZES = (1, 2, 4, 8)
# how many forms a kind has, where not one; how often it is drawn, where not once
CHOICES = {"copy": 2, "cmpxchg": 4, "if": 4}
WEIGHTS = {"store": 4, "load": 6, "nt": 6, "sfence": 2, "if": 2}
FENCES = {"sfence": "SFENCE", "mfence": "MFENCE", "lfence": "LFENCE"}


@dataclass(frozen=True, slots=True)
class Op:
    """One instruction to be built; `choice` picks between forms of its kind, body is that of an `if`."""

    kind: str
    object: int = 0
    offset: int = 0
    size: int = 4
    choice: int = 0
    body: tuple[Op, ...] = ()


def programs(
    threads: tuple[int, int] = (1, 3),
    accesses: int = 4,
    objects: int = 3,
    sizes: Sequence[int] = SIZES,
    kinds: Sequence[str] = KINDS,
    total: int = 9,
    object_size: int = 8,
) -> st.SearchStrategy[Program]:
    """Programs of several threads over shared objects, without parameters.

    threads: the least and the greatest number; accesses: how many instructions a thread
    has at most, total: all together; objects: how many there are at most, of
    `object_size` bytes; sizes: of accesses, in bytes; kinds: of instructions, some of KINDS.
    An outcome is all registers and all bytes of memory that are accessed.
    """
    op = _operations(kinds, objects, object_size, sizes)
    every = [st.lists(op, max_size=accesses) for _ in range(threads[1])]

    def make(ring: bool, *found: list[Op]) -> Program:
        filled = [mine for mine in found if mine]
        filled += [[Op(kinds[0])] for _ in range(threads[0] - len(filled))]
        ops = _shortened(filled, total)
        return build(_in_a_ring(ops, objects) if ring else ops, object_size)

    return st.builds(make, st.booleans(), *every)


def _operations(
    kinds: Sequence[str], objects: int, object_size: int, sizes: Sequence[int]
) -> st.SearchStrategy[Op]:
    """One operation; two choices each, for hypothesis takes out few choices in a row at most."""
    offsets = sorted([0, 0, *range(0, object_size, 4), *range(0, object_size, 4), *range(object_size)])
    plain = {
        kind: st.sampled_from(
            [
                Op(kind, *place)
                for place in product(range(objects), offsets, sizes, range(CHOICES.get(kind, 1)))
            ]
        )
        for kind in kinds
        if kind not in FENCES
    }

    def op(kind: str) -> st.SearchStrategy[Op]:
        if kind in FENCES:
            return st.just(Op(kind))
        if kind != "if":
            return plain[kind]
        inner = st.sampled_from(_weighted([k for k in kinds if k != "if"])).flatmap(op)
        bodies = st.lists(inner, min_size=1, max_size=2).map(tuple)
        return st.builds(lambda test, body: replace(test, body=body), plain[kind], bodies)

    return st.sampled_from(_weighted(kinds)).flatmap(op)


def _in_a_ring(threads: list[list[Op]], objects: int) -> list[list[Op]]:
    """Thread t begins with object t and ends with the next one, as in most litmus tests."""
    count = min(len(threads), objects)
    return [
        [
            replace(ops[0], object=t % count, offset=0),
            *ops[1:-1],
            replace(ops[-1], object=(t + 1) % count, offset=0),
        ]
        if len(ops) > 1
        else ops
        for t, ops in enumerate(threads)
    ]


def _weighted(kinds: Sequence[str]) -> list[str]:
    return [kind for kind in kinds for _ in range(WEIGHTS.get(kind, 1))]


def _shortened(threads: list[list[Op]], total: int) -> list[list[Op]]:
    """The first `total` instructions, taken from the threads in turn; no thread loses its first."""
    room = max(1, total // len(threads))
    return [ops[:room] for ops in threads]


def build(threads: Sequence[Sequence[Op]], object_size: int = 8) -> Program:
    """The program of these operations; accesses are moved into their object where they stick out."""
    builder = ProgramBuilder("random")
    used = {_name(op) for ops in threads for op in _flat(ops)}
    for name in sorted(used):
        builder.object(name, object_size, Visibility.SHARED)
    number = 0
    for ops in threads:
        with builder.thread() as thread:
            writer = _Writer(thread, object_size, number)
            for op in ops:
                writer.emit(op)
            number = writer.stores
    return observing_everything(builder.build())


def _flat(ops: Sequence[Op]) -> list[Op]:
    return [inner for op in ops for inner in (op, *op.body) if inner.kind not in FENCES]


def _name(op: Op) -> str:
    return "xyzuvw"[op.object]


class _Writer:
    """Emits operations into a thread; numbers the stores of the whole program."""

    def __init__(self, thread: ThreadBuilder, object_size: int, stores: int) -> None:
        self.thread, self.object_size, self.stores = thread, object_size, stores
        self.loaded: Expr | None = None

    def emit(self, op: Op) -> None:
        if op.kind in FENCES:
            self.thread.fence(FENCES[op.kind])
            return
        size = min(op.size, self.object_size)
        at = Pointer(_name(op), const(min(op.offset, self.object_size - size)))
        if op.kind == "if":
            self._conditional(op, self._last_loaded(at, size))
        else:
            self._access(op, at, size)

    def _last_loaded(self, at: Pointer, size: int) -> Expr:
        """The register loaded last; loads one where there is none yet."""
        if self.loaded is None:
            self.loaded = self.thread.load(at, size)
        return self.loaded

    def _access(self, op: Op, at: Pointer, size: int) -> None:
        thread = self.thread
        match op.kind:
            case "load":
                self.loaded = thread.load(at, size)
            case "store":
                thread.store(at, size, self._fresh(size))
            case "nt":
                thread.nt_store(at, size, self._fresh(size))
            case "copy":
                value = self._last_loaded(at, size)
                store = thread.nt_store if op.choice & 1 else thread.store
                store(at, size, value)
            case "xchg":
                self.loaded = thread.xchg(at, size, self._fresh(size))
            case "xadd":
                self.loaded = thread.fetch_add(at, size, self._fresh(size))
            case "cmpxchg":
                expected = 0 if op.choice & 1 else repeated(1 + op.choice, size)
                self.loaded = thread.cmpxchg(at, size, expected, self._fresh(size))
            case _:
                raise ValueError(f"unknown kind of instruction {op.kind!r}")

    def _conditional(self, op: Op, loaded: Expr) -> None:
        condition = (loaded == 0, loaded != 0, apply("&", loaded, 1) == 0, loaded < 1 << 16)[op.choice]
        with self.thread.if_(condition):
            for inner in op.body:
                self.emit(replace(inner, body=()))
        self.loaded = loaded

    def _fresh(self, size: int) -> int:
        self.stores += 1
        return repeated(self.stores, size)


def repeated(byte: int, size: int) -> int:
    """The integer of `size` bytes that are all `byte`."""
    return int.from_bytes(bytes([byte % 256]) * size, "little")


def observing_everything(program: Program) -> Program:
    """The program with all registers and all accessed bytes observed, in the pieces that accesses make.

    The addresses must be constant.
    """
    found: list[Observable] = [
        RegisterOf(t, name) for t, thread in enumerate(program.threads) for name in thread.registers
    ]
    spans: dict[str, set[tuple[int, int]]] = {}
    for _, _, _, instr in program.instructions():
        if isinstance(instr, Accesses):
            start = int(instr.address.offset.value)
            spans.setdefault(instr.address.object, set()).add((start, start + instr.size))
    for name, mine in sorted(spans.items()):
        points = sorted({point for span in mine for point in span})
        for a, b in pairwise(points):
            if any(start <= a and b <= end for start, end in mine):
                found.append(MemoryAt(name, a, b - a))
    return replace(program, observe=tuple(found))
