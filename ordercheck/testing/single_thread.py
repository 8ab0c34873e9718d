"""Hypothesis strategy for programs of one thread, as the inductive engine takes them.

They publish, drain, store into private, owned and shared memory, loop up to a symbolic
bound and branch on a symbolic condition. Stores differ in every byte, so that a lost or
late one shows; what a load must return is known, so that it can be stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from ordercheck.program import Expr, Pointer, Program, ProgramBuilder, Visibility
from ordercheck.program.expr import apply, const, var
from ordercheck.program.thread import ThreadBuilder
from ordercheck.testing.strategies import FENCES, repeated

PLAIN = ("store", "nt", "load", "publish", "sfence", "mfence", "lfence", "barrier", "xchg")
ACCESSES = ("store", "nt", "load", "xchg")
NESTED = ("loop", "if")
PRIVATE = "mine"
OBJECTS = ((PRIVATE, Visibility.PRIVATE), ("box", Visibility.OWNED), ("log", Visibility.SHARED))
MOST_ROUNDS = 2
# the byte that a store writes in round i is its number + ROUND * i: all differ
ROUND = 16
MAX_STORES = ROUND - 1
# the bytes that accesses can reach
REACH = 32


@dataclass(frozen=True, slots=True)
class Step:
    """One statement to be built; sizes and offsets in bytes, stride: by how much a round moves it."""

    kind: str
    object: int = 0
    offset: int = 0
    size: int = 8
    stride: int = 0
    choice: int = 0
    body: tuple[Step, ...] = ()


def single_thread_programs(
    statements: int = 5,
    rounds: int = MOST_ROUNDS,
    kinds: Sequence[str] = (*PLAIN, *NESTED),
    aligned: bool = False,
) -> st.SearchStrategy[Program]:
    """Programs of one thread with the parameters `n` (0 to `rounds`, at most 2) and `flag`.

    statements: how many there are at most, loops and conditionals with at most two inside
    counted as one; kinds: of statements, some of PLAIN and NESTED; aligned: all accesses
    are aligned words of 8 bytes, so that two overlap wholly or not at all. Drains are
    labelled drain1, drain2, ... A program ends in a publication and, so that a store lost
    in private memory shows too, a full fence and loads of that memory.
    """
    wanted = [k for k in kinds if k in PLAIN] + [k for k in ("store", "nt", "nt") if k in kinds]
    plain = st.sampled_from(wanted).flatmap(lambda kind: _plain(kind, aligned))
    step = plain
    nested = [k for k in kinds if k in NESTED]
    if nested:
        body = st.lists(plain, min_size=1, max_size=2).map(tuple)
        step = plain | plain | st.builds(Step, st.sampled_from(nested), body=body)
    steps = st.lists(step, min_size=1, max_size=statements)
    return steps.map(lambda found: build(found, rounds))


def _plain(kind: str, aligned: bool) -> st.SearchStrategy[Step]:
    if kind not in ACCESSES:
        return st.just(Step(kind))
    offsets, sizes, strides = ((0, 8, 16), (8,), (0, 8)) if aligned else ((0, 0, 2, 4, 8), (8, 4), (0, 8, 4))
    places = product([kind], range(len(OBJECTS)), offsets, sizes, strides, range(2))
    return st.sampled_from([Step(*place) for place in places])


def build(steps: Sequence[Step], rounds: int = MOST_ROUNDS) -> Program:
    """The program of these statements."""
    builder = ProgramBuilder("random single thread")
    used = {inner.kind for step in steps for inner in (step, *step.body)}
    if "loop" in used:
        builder.param("n", 0, min(rounds, MOST_ROUNDS))
    if "if" in used:
        builder.bool_param("flag")
    for name, visibility in OBJECTS:
        builder.object(name, REACH, visibility)
    with builder.thread("cpu") as thread:
        writer = _Writer(thread)
        for step in steps:
            writer.emit(step, const(0))
        thread.publish("return")
        if any(name == PRIVATE for name, _ in writer.known):
            thread.mfence()
            for offset in range(0, REACH, 8):
                thread.load(Pointer(PRIVATE, const(offset)), 8)
    return builder.build()


class _Writer:
    """Emits statements; `known` holds the bytes that program order gives, where that is one value."""

    def __init__(self, thread: ThreadBuilder) -> None:
        self.thread = thread
        self.stores = self.loops = self.drains = self.publications = 0
        self.known: dict[tuple[str, int], int | None] = {}

    def emit(self, step: Step, round_: Expr) -> None:
        match step.kind:
            case "loop":
                self._loop(step)
            case "if":
                with self.thread.if_(var("flag", "bool")):
                    self._body(step, round_)
            case "publish":
                self.publications += 1
                self.thread.publish(f"call{self.publications}")
            case "barrier":
                self.thread.smp_wmb()
            case "sfence" | "mfence" | "lfence":
                self.drains += 1
                self.thread.fence(FENCES[step.kind], label=f"drain{self.drains}")
            case _:
                self._access(step, round_)

    def _loop(self, step: Step) -> None:
        self.loops += 1
        with self.thread.for_(f"i{self.loops}", 0, var("n")) as i:
            self._body(step, i)

    def _body(self, step: Step, round_: Expr) -> None:
        before = dict(self.known)
        for inner in step.body:
            self.emit(inner, round_)
        self.known = dict.fromkeys({**before, **self.known})

    def _access(self, step: Step, round_: Expr) -> None:
        name = OBJECTS[step.object][0]
        offset = apply("+", apply("*", round_, step.stride), step.offset)
        at = Pointer(name, offset)
        if step.kind == "load":
            self._load(step, at)
            return
        self.stores = min(self.stores + 1, MAX_STORES)
        byte = self.stores
        value = apply("*", apply("+", apply("*", round_, ROUND), byte), repeated(1, step.size))
        # nobody can see what private memory holds at a publication
        lasting = bool(step.choice & 1) and name != PRIVATE
        if step.kind == "xchg":
            self.thread.xchg(at, step.size, value)
        elif step.kind == "nt":
            self.thread.nt_store(at, step.size, value, label=f"store{byte}", lasting=lasting)
        else:
            self.thread.store(at, step.size, value, label=f"store{byte}", lasting=lasting)
        if offset.op == "const":
            start = int(offset.value)
            self.known.update({(name, k): byte for k in range(start, start + step.size)})
        else:
            self.known.update({(name, k): None for k in range(REACH)})

    def _load(self, step: Step, at: Pointer) -> None:
        expected = None
        if step.choice & 1 and at.offset.op == "const":
            start = int(at.offset.value)
            content = [self.known.get((at.object, k), 0) for k in range(start, start + step.size)]
            if None not in content:
                expected = int.from_bytes(bytes(b for b in content if b is not None), "little")
        self.thread.load(at, step.size, expect=expected)
