"""One region of a thread, symbolically executed: what control leaves it with, what goes wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ordercheck.engines.inductive.arith import Arithmetic, Linear, both, choose, either, negation
from ordercheck.engines.inductive.flow import Region
from ordercheck.engines.inductive.pending import FALSE, TRUE, State
from ordercheck.engines.inductive.task import ASSERTED, Aim, Check, Choice, Part
from ordercheck.engines.inductive.witness import Run, Witness, guarded
from ordercheck.engines.order import RMW_FENCE
from ordercheck.program.expr import Expr, Sort, apply, const, substitute
from ordercheck.program.ir import (
    Assert,
    Assign,
    Assume,
    Branch,
    Fence,
    Goto,
    Havoc,
    Instr,
    Load,
    MemObject,
    Publish,
    Rmw,
    Store,
    Thread,
    Unmodelled,
)

Exits = dict[int, list[tuple[Expr, State]]]


@dataclass
class Walker:
    """Executes regions for one witness. relevant: the registers that matter."""

    thread: Thread
    witness: Witness
    arithmetic: Arithmetic
    objects: Mapping[str, MemObject]
    relevant: frozenset[str]
    facts: list[Expr] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    _guard: Expr = TRUE
    _run: Run | None = None

    def region(self, region: Region, heads: set[int], state: State) -> Exits:
        """What leaves the region: for each loop head, guards (exclusive) and states.

        Fills `checks`, `choices` and `facts` (what holds of the fresh variables) with the region's.
        """
        self.facts, self.checks, self.choices = [], [], []
        self.arithmetic.new_region()
        exits: Exits = {}
        if not region.blocks:
            exits[0] = [(TRUE, state)]
            return exits
        incoming: Exits = {region.blocks[0]: [(TRUE, state)]}
        for index in region.blocks:
            edges = [e for e in incoming.pop(index, []) if e[0] is not FALSE]
            if not edges:
                continue
            self._guard, current = merged(edges)
            self._body(index, current)
            for target, guard in self._leave(index, current):
                into = exits if target in heads else incoming
                into.setdefault(target, []).append((guard, dict(current)))
        return exits

    def _body(self, index: int, state: State) -> None:
        for instr in self.thread.blocks[index].body:
            self._instr(instr, state)
            if self._guard is FALSE:
                break
        self._flush(state)

    def _leave(self, index: int, state: State) -> list[tuple[int, Expr]]:
        end = self.thread.blocks[index].end
        if isinstance(end, Goto):
            return [(end.target, self._guard)]
        if not isinstance(end, Branch) or self._guard is FALSE:
            return []
        self.arithmetic.source = end.source
        condition = self._exact(end.condition, state)
        edges = [(end.then, condition), (end.other, negation(condition))]
        return [(t, both(self._guard, c)) for t, c in edges if both(self._guard, c) is not FALSE]

    # instructions

    def _instr(self, instr: Instr, state: State) -> None:
        self.arithmetic.source = instr.source
        match instr:
            case Assign():
                if instr.dst in self.relevant:
                    state[instr.dst] = self._exact(instr.value, state)
            case Havoc():
                if instr.dst in self.relevant:
                    state[instr.dst] = self._any(instr.dst, instr.sort, instr.low, instr.high)
                    self.choices.append(Choice(instr.dst, state[instr.dst], self._guard))
            case Fence():
                self._flush(state)
                if instr.tags:
                    self.witness.fence(state, instr.tags)
            case Assume():
                self._guard = both(self._guard, self._exact(instr.condition, state))
            case Assert():
                self._assert(instr, state)
            case Unmodelled():
                if self.witness.task.aim is Aim.REACH:
                    self._check([Check(TRUE, "unmodelled", (Part(TRUE, instr.source, instr.what),))])
                self._guard = FALSE
            case Load():
                self._load(instr, state)
            case Store():
                self._store(instr, state)
            case Rmw():
                self._rmw(instr, state)
            case Publish():
                self._store(instr.store, state)
                self.witness.publish_owned(state)

    def _assert(self, instr: Assert, state: State) -> None:
        if self.witness.task.aim is Aim.ASSERT:
            fails = negation(self._exact(instr.condition, state))
            self._check([Check(fails, "assert", (Part(TRUE, instr.source, instr.name),))])

    def _load(self, instr: Load, state: State) -> None:
        if self._ours(instr):
            self._flush(state)
            expect = None
            if instr.expect is not None and self.witness.needs_values:
                expect = substitute(instr.expect, state)
            self._check(self.witness.load(state, instr, self._place(instr, state), expect))
        if instr.dst in self.relevant:
            if instr.expect is not None and self.witness.task.aim in ASSERTED:
                # The first violation in time is what is looked for: up to there every
                # load has returned what it was stated to return.
                stated = substitute(instr.expect, state)
                state[instr.dst] = apply("trunc", stated, 8 * instr.size)
            else:
                state[instr.dst] = self._any(instr.dst, "int", 0, (1 << (8 * instr.size)) - 1)

    def _store(self, instr: Store, state: State) -> None:
        visible = self.witness.visible(state, instr.address.object) if instr.publishes else FALSE
        ours = self._ours(instr)
        if not ours and visible is FALSE:
            return
        if visible is not FALSE:
            self._flush(state)
        if not ours:
            self._check(self.witness.publication(state, instr, FALSE, visible))
            self._published(instr, state, visible)
            return
        at = self._place(instr, state)
        value = substitute(instr.value, state) if self.witness.needs_values else const(0)
        if visible is FALSE:
            if self._run is None or not self._run.takes(instr, at, value):
                self._flush(state)
                self._run = Run.of(instr, at, value)
            return
        here = self._inside(at, instr.size)
        self._check(self.witness.publication(state, instr, here, visible))
        self._check(self.witness.store(state, Run.of(instr, at, value)))
        self._published(instr, state, visible)

    def _rmw(self, instr: Rmw, state: State) -> None:
        self._flush(state)
        visible = self.witness.visible(state, instr.address.object)
        # Its operands see the old value; the register has it afterwards.
        old = self._any(instr.dst, "int", 0, (1 << (8 * instr.size)) - 1)
        if instr.dst in self.relevant:
            state[instr.dst] = old
        seen = {**state, instr.dst: old}
        when = TRUE
        if instr.when is not None:
            when = self.arithmetic.exact(substitute(instr.when, seen))
        visible = both(visible, when)
        at = self._place(instr, state) if self._ours(instr) else None
        here = FALSE if at is None else self._inside(at, instr.size)
        if visible is not FALSE:
            self._check(self.witness.publication(state, instr, here, visible))
        if at is not None:
            value = substitute(instr.value, seen) if self.witness.needs_values else const(0)
            self._check(self.witness.rmw(state, instr, at, value, when))
        if visible is not FALSE:
            self._published(instr, state, visible)
        self.witness.fence(state, RMW_FENCE)

    def _published(self, instr: Store | Rmw, state: State, when: Expr) -> None:
        # It hands over what was stored before it. What is stored to OWNED memory later waits
        # for the next publication: who has seen this one alone does not look there yet. Only
        # from a Publish on may others look at all of it.
        self._check(self.witness.published_now(state, instr, when))

    # helpers

    def _ours(self, instr: Load | Store | Rmw) -> bool:
        return instr.address.object == self.witness.task.object

    def _place(self, instr: Load | Store | Rmw, state: State) -> Linear:
        return Linear.of(self._exact(instr.address.offset, state))

    def _inside(self, at: Linear, size: int) -> Expr:
        offset = self.witness.offset
        stop = Linear(at.terms, at.constant + size)
        return both(apply("<=", at.expr(), offset), apply("<", offset, stop.expr()))

    def _exact(self, expr: Expr, state: State) -> Expr:
        return self.arithmetic.exact(substitute(expr, state))

    def _any(self, like: str, sort: Sort, low: int | None, high: int | None) -> Expr:
        if low is not None and low == high:
            return const(low)
        fresh = self.arithmetic.fresh(sort, like)
        if low is not None and high is not None and low > high:
            self._guard = FALSE
            return fresh
        if low is not None:
            self.facts.append(apply(">=", fresh, low))
        if high is not None:
            self.facts.append(apply("<=", fresh, high))
        return fresh

    def _check(self, checks: list[Check]) -> None:
        self.checks += guarded(checks, self._guard)

    def _flush(self, state: State) -> None:
        if self._run is not None:
            run, self._run = self._run, None
            self._check(self.witness.store(state, run))


def merged(edges: list[tuple[Expr, State]]) -> tuple[Expr, State]:
    """One guard and one state for edges with exclusive guards."""
    guard, state = edges[-1]
    if len(edges) == 1:
        return guard, state
    merged = dict(state)
    for other_guard, other in reversed(edges[:-1]):
        guard = either(other_guard, guard)
        merged = {
            key: choose(other_guard, other[key], value) for key, value in merged.items() if key in other
        }
    return guard, merged
