"""What is followed about the witness byte, and which states of it are bad.

Next to what is pending on it: what the byte holds in program order, what the store that
may land late would write, and what lasting stores stated. The state is a dictionary of
expressions, which also holds the registers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ordercheck.engines.inductive.arith import Arithmetic, Linear, both, either, negation
from ordercheck.engines.inductive.data import Byte, byte_at, constant_byte
from ordercheck.engines.inductive.pending import FALSE, TRUE, Pending, State
from ordercheck.engines.inductive.profile import Profile, kind_of
from ordercheck.engines.inductive.task import Aim, Check, Part, Task
from ordercheck.engines.order import Kind
from ordercheck.program.expr import Expr, Sort, apply, const, var
from ordercheck.program.ir import Load, MemObject, Rmw, Store, Visibility

MAX_INIT = 8
"""An object with more initial values than this starts with unknown content."""


@dataclass(slots=True)
class Run:
    """Adjacent stores of one kind that the witness takes in one step; parts: (offset, store, value)."""

    base: Linear
    start: int
    stop: int
    kind: Kind
    lasting: bool
    parts: list[tuple[int, Store, Expr]]

    @staticmethod
    def of(store: Store, at: Linear, value: Expr) -> Run:
        """A run of one store at `at`."""
        start = at.constant
        return Run(at, start, start + store.size, kind_of(store), store.lasting, [(start, store, value)])

    def takes(self, store: Store, at: Linear, value: Expr) -> bool:
        """Whether `store` continues the run at either end; if so it becomes part of it."""
        if kind_of(store) != self.kind or store.lasting != self.lasting or not at.same_base(self.base):
            return False
        if at.constant == self.stop:
            self.stop += store.size
            self.parts.append((at.constant, store, value))
        elif at.constant + store.size == self.start:
            self.start = at.constant
            self.parts.insert(0, (at.constant, store, value))
        else:
            return False
        return True


class Witness:
    """The steps of one task's witness; `offset` is its place in the task's object.

    Without an object (program assertions, reachability) only `published` is followed.
    """

    def __init__(
        self,
        task: Task,
        profile: Profile,
        objects: Mapping[str, MemObject],
        arithmetic: Arithmetic,
        offset: Expr,
        name: Callable[[str], str],
    ) -> None:
        self.task, self._objects, self._arithmetic, self.offset = task, objects, arithmetic, offset
        self.pending = Pending(profile, name)
        self.published = name("published")
        self._private = not task.object or objects[task.object].visibility is Visibility.PRIVATE
        aim, values = task.aim, task.values
        lasting = aim is Aim.LASTING
        self._content = self._pair("content", name) if aim is Aim.EXPECT or (lasting and values) else None
        self._late = self._pair("late", name) if values else None
        self._stated = self._pair("stated", name) if lasting and values else None
        self._has_lasting = name("has_lasting") if lasting else ""
        self._broken = name("broken") if lasting and not values else ""
        self.needs_values = self._content is not None or values
        self.hints: list[Expr] = []

    def _pair(self, what: str, name: Callable[[str], str]) -> tuple[str, str]:
        return name(what), name(f"{what}_byte")

    @property
    def sorts(self) -> dict[str, Sort]:
        """The names of the state's variables, without the registers."""
        sorts: dict[str, Sort] = dict.fromkeys(self.pending.names, "bool")
        for flag in (self.published, self._has_lasting, self._broken):
            if flag:
                sorts[flag] = "bool"
        for pair in (self._content, self._late, self._stated):
            if pair is not None:
                sorts |= dict.fromkeys(pair, "int")
        return sorts

    def start(self) -> State:
        """The state before the thread runs."""
        state: State = {n: FALSE if s == "bool" else const(0) for n, s in self.sorts.items()}
        if self._content is not None:
            self._put(state, self._content, self._initial())
        return state

    def _initial(self) -> Byte:
        obj = self._objects[self.task.object]
        if obj.anything or len(obj.init) > MAX_INIT:
            return self._unknown()
        result = constant_byte(obj.fill)
        for start, (size, value) in obj.init.items():
            position = apply("-", self.offset, start)
            inside = self._within(Linear({}, start), size)
            result = byte_at(const(value), size, position, self._arithmetic.value).where(inside, result)
        return result

    def _unknown(self) -> Byte:
        return Byte(self._arithmetic.fresh("int"), const(0))

    @staticmethod
    def _get(state: State, pair: tuple[str, str]) -> Byte:
        return Byte(state[pair[0]], state[pair[1]])

    @staticmethod
    def _put(state: State, pair: tuple[str, str], byte: Byte) -> None:
        state[pair[0]], state[pair[1]] = byte

    # accesses of the witness's object

    def _within(self, start: Linear, size: int) -> Expr:
        stop = Linear(start.terms, start.constant + size)
        return both(apply("<=", start.expr(), self.offset), apply("<", self.offset, stop.expr()))

    def _from(self, start: Linear) -> Expr:
        return Linear.of(apply("-", self.offset, start.expr())).expr()

    def store(self, state: State, run: Run) -> list[Check]:
        """A run of stores takes effect; what they overtake."""
        covered = self._within(Linear(run.base.terms, run.start), run.stop - run.start)
        byte: Byte | None = None
        parts: list[Part] = []
        for offset, store, value in reversed(run.parts):
            at = Linear(run.base.terms, offset)
            inside = self._within(at, store.size)
            parts.insert(0, Part(inside, store.source, store.label))
            if self.needs_values:
                here = byte_at(value, store.size, self._from(at), self._arithmetic.value)
                byte = here if byte is None else here.where(inside, byte)
        return self._stored(state, run.kind, covered, byte, run.lasting, tuple(parts))

    def rmw(self, state: State, instr: Rmw, at: Linear, value: Expr, when: Expr) -> list[Check]:
        """A locked read-modify-write takes effect; `when`: whether it stores."""
        inside = self._within(at, instr.size)
        part = (Part(inside, instr.source, instr.label),)
        read: list[Check] = []
        if self.task.aim is Aim.HAZARDS:
            # Its load is an overlapping access even where it stores nothing.
            risk = both(self.pending.risk(state, "X", True), both(inside, negation(when)))
            read = [Check(risk, "overtake", part)]
        byte = None
        if self.needs_values:
            byte = byte_at(value, instr.size, self._from(at), self._arithmetic.value)
        return read + self._stored(state, "X", both(inside, when), byte, False, part)

    def _stored(
        self,
        state: State,
        kind: Kind,
        covered: Expr,
        byte: Byte | None,
        lasting: bool,
        parts: tuple[Part, ...],
    ) -> list[Check]:
        overtaken = both(covered, self.pending.risk(state, kind, True))
        if self._late is not None and byte is not None and overtaken is not FALSE:
            # A late store of the same value changes nothing; only NT stores are remembered.
            unequal = negation(self._get(state, self._late).same(byte))
            stores = both(covered, self.pending.risk(state, kind, True, "W"))
            overtaken = either(both(overtaken, unequal), stores)
        found: list[Check] = []
        if self.task.aim is Aim.HAZARDS:
            found.append(Check(overtaken, "overtake", parts, store=True))
            self.pending.store(state, kind, covered, late=self.task.values)
        else:
            self._record(state, covered, byte, lasting, overtaken)
            self.pending.store(state, kind, covered, late=True)
        if self._late is not None and kind == "NT" and byte is not None:
            self._put(state, self._late, byte.where(covered, self._get(state, self._late)))
        return found

    def _record(self, state: State, covered: Expr, byte: Byte | None, lasting: bool, overtaken: Expr) -> None:
        if self._content is not None and byte is not None:
            kept = byte
            if overtaken is not FALSE:
                # Lost or not: a free choice, and what the byte then holds is not followed further.
                kept = self._unknown().where(both(overtaken, self._arithmetic.fresh("bool")), byte)
            self._put(state, self._content, kept.where(covered, self._get(state, self._content)))
        if self._stated is not None and lasting and byte is not None:
            self._put(state, self._stated, byte.where(covered, self._get(state, self._stated)))
        if self._broken:
            broken, has = state[self._broken], state[self._has_lasting]
            damaged = both(broken, negation(covered)) if lasting else either(broken, both(has, covered))
            state[self._broken] = either(damaged, overtaken)
        if self._has_lasting and lasting:
            state[self._has_lasting] = either(state[self._has_lasting], covered)

    def load(self, state: State, instr: Load, at: Linear, expect: Expr | None) -> list[Check]:
        """A load of the witness's object: does it see the newest bytes, and what it expects?"""
        inside = self._within(at, instr.size)
        part = (Part(inside, instr.source, instr.label),)
        stale = both(inside, self.pending.risk(state, "R", True))
        if self.task.aim is Aim.HAZARDS:
            return [Check(stale, "overtake", part)]
        if self.task.aim is not Aim.EXPECT or expect is None or self._content is None:
            return []
        wanted = byte_at(expect, instr.size, self._from(at), self._arithmetic.value)
        differs = both(inside, negation(self._get(state, self._content).same(wanted)))
        kept = Byte(var(self._content[0]), var(self._content[1])).same(wanted)
        self.hints.append(either(negation(inside), kept))
        return [Check(stale, "expect", part), Check(differs, "expect", part)]

    # publication and order

    def visible(self, state: State, name: str) -> Expr:
        """Whether others may look at the object."""
        visibility = self._objects[name].visibility
        if visibility is Visibility.OWNED:
            return state[self.published]
        return const(visibility is Visibility.SHARED)

    def publication(self, state: State, instr: Store | Rmw, here: Expr, when: Expr) -> list[Check]:
        """Others may see an access, where `when` holds; `here`: it covers the witness itself.

        Called before the access takes effect.
        """
        kind = kind_of(instr)
        part = (Part(when, instr.source, instr.label),)
        unordered = self.pending.risk(state, kind, False)
        if self._private:
            unordered = FALSE
        elsewhere = both(when, negation(here))
        if self.task.aim is Aim.HAZARDS:
            return [Check(both(elsewhere, unordered), "early" if kind == "NT" else "escape", part)]
        if self.task.aim is Aim.LASTING:
            has = both(elsewhere, state[self._has_lasting])
            return [Check(both(has, unordered), "lasting", part)]
        return []

    def published_now(self, state: State, instr: Store | Rmw, when: Expr) -> list[Check]:
        """Called after an access that others may see took effect: lasting bytes must hold."""
        if self.task.aim is not Aim.LASTING:
            return []
        if self._content is not None and self._stated is not None:
            lost = negation(self._get(state, self._content).same(self._get(state, self._stated)))
        else:
            lost = state[self._broken]
        bad = both(both(when, state[self._has_lasting]), lost)
        return [Check(bad, "lasting", (Part(when, instr.source, instr.label),))]

    def publish_owned(self, state: State) -> None:
        """OWNED memory is visible from here on."""
        state[self.published] = TRUE

    def fence(self, state: State, tags: frozenset[str]) -> None:
        """A fence."""
        self.pending.fence(state, tags)


def guarded(checks: list[Check], guard: Expr) -> list[Check]:
    """The checks under the condition that control comes to them, without those that cannot fail."""
    found = (replace(c, condition=both(guard, c.condition)) for c in checks)
    return [c for c in found if c.condition is not FALSE]
