"""The order that a cat file keeps, by asking about minimal programs.

Each question is one or two threads with a handful of accesses and a final state that
shows the pair out of order: message passing for two stores, store buffering for a store
and a load elsewhere, load buffering for a load and a store, a single thread for accesses
that overlap. The observer has the strongest fence that the model knows.
"""

from __future__ import annotations

from dataclasses import dataclass

from ordercheck.cat.terms import Model
from ordercheck.engines.axiomatic import reachable
from ordercheck.engines.order import RMW_FENCE, Kind, Order, Pair, Question, Tags
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.builder import ProgramBuilder
from ordercheck.program.expr import Expr, apply, disj, var
from ordercheck.program.ir import LOCKED, NT, Condition, MemoryAt, Observable, RegisterOf, Visibility
from ordercheck.program.thread import Pointer, ThreadBuilder

ORDINARY: Tags = frozenset({"R", "W", "M", "F", "B", "RMW", "IW", "FW", "_", "emptyset", NT, LOCKED})
"""Sets that are no fence."""
OLD, NEW = 0x0101010101010101, 0x0202020202020202
SHAPES = ((0, 8, 0, 8), (0, 8, 4, 4), (0, 4, 0, 8))
"""Overlapping accesses: offset and size of the earlier, then of the later one, in bytes."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Unrelated accesses before, between and after the two in question."""

    before: tuple[Kind, ...] = ()
    between: tuple[Kind, ...] = ()
    after: tuple[Kind, ...] = ()


def derive(model: Model, deadline: Deadline | None = None) -> Order:
    """The order that the model keeps; nothing is asked before it is needed.

    Asking raises GaveOut where the time is over, or where the model's strongest fences
    order nothing, so that no observer could tell.
    """
    prober = _Prober(model, deadline or Deadline())
    return Order(prober.seen, len(prober.surroundings), prober.tells_nt)


class _Prober:
    """Answers questions about one model; equal programs are asked about once."""

    def __init__(self, model: Model, deadline: Deadline) -> None:
        self._model, self._deadline = model, deadline
        known = model.primitives("set")
        self.tells_nt = NT in known
        self._fences: Tags = frozenset(known - ORDINARY)
        kinds: tuple[Kind, ...] = ("R", "W", "NT") if self.tells_nt else ("R", "W")
        self.surroundings = (
            Surroundings(),
            *(Surroundings(between=(kind,)) for kind in kinds),
            Surroundings(before=kinds, after=kinds),
        )
        self._done: dict[Question, bool] = {}
        self._observers_work: bool | None = None

    def seen(self, question: Question) -> bool:
        """Whether the pair can be seen out of order."""
        pair, fence, probe = question
        if not self.tells_nt:
            # The model does not tell non-temporal stores from ordinary ones.
            pair = pair.twin
        if fence is not None and fence != RMW_FENCE:
            fence = (fence & self._fences) or None
        asked = Question(pair, fence, probe)
        if asked not in self._done:
            self._done[asked] = self._seen(asked)
        return self._done[asked]

    def _seen(self, question: Question) -> bool:
        pair, fence, probe = question
        if fence is not None and probe and not self.seen(Question(pair, None, probe)):
            # In order without a fence, and it is with one in plain surroundings.
            return self.seen(Question(pair, fence, 0))
        around = self.surroundings[probe]
        fences = (True, False) if fence == RMW_FENCE else (True,)
        return any(self._shown(pair, fence, succeeds, around) for succeeds in fences)

    def _shown(self, pair: Pair, fence: Tags | None, succeeds: bool, around: Surroundings) -> bool:
        if pair.overlap:
            shapes = SHAPES if around == Surroundings() else SHAPES[:1]
            return any(_Overlap(self, around, fence, succeeds).seen(pair, shape) for shape in shapes)
        self._check_observers()
        return _Elsewhere(self, around, fence, succeeds).seen(pair)

    def _check_observers(self) -> None:
        """Raises GaveOut unless the model's strongest fences put message passing in order."""
        if self._observers_work is None:
            fence = self._fences or None
            test = _Elsewhere(self, Surroundings(), fence, True)
            self._observers_work = not test.seen(Pair("W", "W", False))
        if not self._observers_work:
            raise GaveOut(
                f"{self._model.name} orders two stores for no observer, even with every fence it knows: "
                "the order it keeps cannot be derived"
            )

    @property
    def fences(self) -> Tags:
        """The tags of every fence that the model knows."""
        return self._fences

    def reachable(self, program: ProgramBuilder, seen: list[Observable], condition: Expr) -> bool:
        """Whether the final state can be reached."""
        program.observe(*seen)
        program.condition(Condition("exists", condition))
        return reachable(program.build(), self._model, self._deadline)


class _Test:
    """A probe under construction."""

    def __init__(self, prober: _Prober, around: Surroundings, fence: Tags | None, succeeds: bool) -> None:
        self.prober, self.around, self.fence, self.succeeds = prober, around, fence, succeeds
        self.program = ProgramBuilder("probe")
        self._others = 0

    def memory(self, name: str) -> Pointer:
        """Eight bytes of shared memory, 0 at first."""
        return self.program.object(name, 8, Visibility.SHARED)

    def unrelated(self, thread: ThreadBuilder, kinds: tuple[Kind, ...]) -> None:
        """Accesses of memory that nothing else touches."""
        for kind in kinds:
            self._others += 1
            access(thread, kind, self.memory(f"z{self._others}"), 8, 1, f"z{self._others}")

    def between(self, thread: ThreadBuilder) -> None:
        """What the question has between the two accesses."""
        self.unrelated(thread, self.around.between)
        if self.fence == RMW_FENCE:
            other = self.memory("u")
            if self.succeeds:
                thread.xchg(other, 8, 1, into="u")
            else:
                thread.cmpxchg(other, 8, 1, 1, into="u")
        elif self.fence is not None:
            thread.fence(*self.fence)

    def observer_fence(self, thread: ThreadBuilder) -> None:
        """The strongest fence there is."""
        if self.prober.fences:
            thread.fence(*self.prober.fences)


class _Overlap(_Test):
    """Two accesses of one location by one thread."""

    def seen(self, pair: Pair, shape: tuple[int, int, int, int]) -> bool:
        first, first_size, second, second_size = shape
        start = max(first, second)
        size = min(first + first_size, second + second_size) - start
        memory = self.memory("x")
        with self.program.thread() as t:
            self.unrelated(t, self.around.before)
            access(t, pair.earlier, memory + first, first_size, OLD, "a")
            self.between(t)
            access(t, pair.later, memory + second, second_size, NEW, "b")
            self.unrelated(t, self.around.after)
        mask = (1 << (8 * size)) - 1
        shown: list[Expr] = []
        seen: list[Observable] = []
        if pair.earlier == "R":
            # The load must not see the later store.
            seen.append(RegisterOf(0, "a"))
            shown.append(_part(var("0:a"), start - first, size) != 0)
        else:
            if pair.later in ("R", "X"):
                seen.append(RegisterOf(0, "b"))
                shown.append(_part(var("0:b"), start - second, size) != OLD & mask)
            if pair.later != "R":
                final = MemoryAt("x", start, size)
                seen.append(final)
                shown.append(var(str(final)) != NEW & mask)
        return self.prober.reachable(self.program, seen, disj(*shown))


def _part(value: Expr, offset: int, size: int) -> Expr:
    return apply("trunc", apply(">>", value, 8 * offset), 8 * size)


class _Elsewhere(_Test):
    """Two accesses of different memory, and another thread that observes them."""

    def seen(self, pair: Pair) -> bool:
        x, y = self.memory("x"), self.memory("y")
        with self.program.thread() as t:
            self.unrelated(t, self.around.before)
            access(t, pair.earlier, x, 8, 1, "a")
            self.between(t)
            access(t, pair.later, y, 8, 1, "b")
            self.unrelated(t, self.around.after)
        a, b, c, d = RegisterOf(0, "a"), RegisterOf(0, "b"), RegisterOf(1, "c"), RegisterOf(1, "d")
        with self.program.thread() as observer:
            if pair.earlier == "R":
                # Load buffering: the load sees what comes of the later store.
                observer.load(y, 8, into="c")
                self.observer_fence(observer)
                observer.store(x, 8, 1)
                return self.prober.reachable(self.program, [a, c], (var("0:a") == 1) & (var("1:c") == 1))
            if pair.later == "R":
                # Store buffering: neither sees the other's store.
                observer.xchg(y, 8, 1, into="c")
                self.observer_fence(observer)
                observer.load(x, 8, into="d")
                return self.prober.reachable(self.program, [b, d], (var("0:b") == 0) & (var("1:d") == 0))
            # Message passing: the later store is seen, the earlier one is not.
            observer.load(y, 8, into="c")
            self.observer_fence(observer)
            observer.load(x, 8, into="d")
        return self.prober.reachable(self.program, [c, d], (var("1:c") == 1) & (var("1:d") == 0))


def access(thread: ThreadBuilder, kind: Kind, at: Pointer, size: int, value: int, into: str) -> None:
    """One access; a load or a locked exchange leaves the old value in register `into`."""
    if kind == "R":
        thread.load(at, size, into=into)
    elif kind == "X":
        thread.xchg(at, size, value, into=into)
    elif kind == "NT":
        thread.nt_store(at, size, value)
    else:
        thread.store(at, size, value)
