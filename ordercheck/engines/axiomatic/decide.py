"""A litmus test decided: its final states or its verdict, and the flags that the model raises.

Every execution that the model allows is counted where executions are enumerated; a solver
finds each final state once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ordercheck.cat.plan import flag_names
from ordercheck.cat.terms import Model
from ordercheck.engines.axiomatic.candidates import Candidate
from ordercheck.engines.axiomatic.encode import Encoded, Execution
from ordercheck.engines.axiomatic.engine import (
    DEFAULT_BOUND,
    FEW,
    candidates,
    find,
    is_cut,
    solved_states,
    space_of,
)
from ordercheck.engines.axiomatic.explicit import Space
from ordercheck.errors import Deadline
from ordercheck.program.expr import Expr, Value, const, evaluate
from ordercheck.program.ir import Outcome, Program

# up to so many candidates enumeration is tried; it costs as much for so many of them as a solver
# takes for one more final state
MANY = 200_000
_CANDIDATES_FOR_A_STATE = 16


@dataclass(frozen=True, slots=True)
class Found:
    """The final states, over program.observe, with the number of executions that reach each.

    A state that a solver found counts once: counted is then False. flags are the names of
    those that some allowed execution raises; cut: some executions end beyond the bound.
    """

    states: Mapping[Outcome, int]
    flags: tuple[str, ...]
    cut: bool
    counted: bool

    @property
    def candidates(self) -> int:
        """How many allowed executions were counted."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Decided:
    """Whether the condition's proposition holds in some final state, and fails in some."""

    positive: bool
    negative: bool
    flags: tuple[str, ...]
    cut: bool


def states(
    program: Program,
    model: Model,
    deadline: Deadline | None = None,
    bound: int = DEFAULT_BOUND,
    filter: Expr | None = None,
    few: int = FEW,
) -> Found:
    """Every allowed final state in which `filter` holds (over variables named str(observable)).

    Raises GaveOut where time or a limit gives out, InputError for a free parameter.
    """
    query = _Query(program, model, deadline or Deadline(), filter, few)
    cut = False
    for skeleton in candidates(program, model, bound, query.deadline):
        if is_cut(skeleton):
            cut = True
        else:
            query.tally(skeleton)
    return Found(query.found, flag_names(model, query.raised), cut, query.counted)


def verdict(
    program: Program,
    model: Model,
    deadline: Deadline | None = None,
    bound: int = DEFAULT_BOUND,
    filter: Expr | None = None,
    few: int = FEW,
) -> Decided:
    """Whether the proposition of the program's condition can hold, and whether it can fail.

    Stops as soon as both are known, where no flag is left to look for. Raises as `states`.
    """
    assert program.condition is not None
    query = _Query(program, model, deadline or Deadline(), filter, few)
    proposition = program.condition.expr
    cut = False
    seen = {True: False, False: False}
    for skeleton in candidates(program, model, bound, query.deadline):
        if is_cut(skeleton):
            cut = True
        else:
            query.decide(skeleton, proposition, seen)
    return Decided(seen[True], seen[False], flag_names(model, query.raised), cut)


def witness(
    program: Program,
    model: Model,
    deadline: Deadline | None = None,
    bound: int = DEFAULT_BOUND,
    filter: Expr | None = None,
    wanted: Expr | None = None,
) -> Execution | None:
    """An allowed execution whose final state satisfies `wanted`; None where there is none up to the bound.

    Without `wanted`: any. Raises as `states`.
    """
    condition = const(True) if wanted is None else wanted
    if filter is not None:
        condition = condition & filter
    return find(program, model, condition, deadline, bound)


@dataclass(slots=True)
class _Query:
    program: Program
    model: Model
    deadline: Deadline
    filter: Expr | None
    few: int
    found: dict[Outcome, int] = field(default_factory=dict)
    raised: int = 0
    counted: bool = True
    _names: tuple[str, ...] = ()
    _passed: dict[Outcome, bool] = field(default_factory=dict)

    def tally(self, skeleton: Candidate) -> None:
        """Adds the final states of the skeleton's executions."""
        space = space_of(skeleton, self.model)
        count = space.count()
        cheap = count <= self.few or (bool(self.few) and count <= MANY and not space.crowded)
        if cheap and self._count(space, count):
            return
        self.counted = False
        encoded = Encoded(skeleton, self.model, self.deadline)
        new = solved_states(encoded, set(self.found), self.deadline, self._passes)
        self.found.update(dict.fromkeys(new, 1))
        self._solve_flags(skeleton)

    def _count(self, space: Space, count: int) -> bool:
        """Counts the executions of each final state; False where a solver is likely to be faster.

        It takes a question for each state. So enumeration goes on where there are few
        candidates, and where those looked at have many states.
        """
        seen: set[Outcome] = set()
        for batch in space.batches(self.deadline, self._passes, flags=True):
            for execution in batch:
                self.found[execution.state] = self.found.get(execution.state, 0) + 1
                self.raised |= execution.raised
                seen.add(execution.state)
            if count > self.few and len(seen) * _CANDIDATES_FOR_A_STATE < space.examined:
                return False
        return True

    def decide(self, skeleton: Candidate, proposition: Expr, seen: dict[bool, bool]) -> None:
        """Notes in `seen` which truth values the proposition takes."""
        space = space_of(skeleton, self.model)
        if self.few and space.count() <= self.few:
            self._enumerate(space, proposition, seen)
            return
        for value in (True, False):
            if not seen[value]:
                wanted = proposition if value else ~proposition
                seen[value] = self._solve(skeleton, wanted) is not None
        self._solve_flags(skeleton)

    def _enumerate(self, space: Space, proposition: Expr, seen: dict[bool, bool]) -> None:
        flagging = space.bound.flagging

        def worth(state: Outcome) -> bool:
            return self._passes(state) and (flagging or not seen[self._value(proposition, state)])

        for execution in space.allowed(self.deadline, worth, flagging, soon=not flagging):
            seen[self._value(proposition, execution.state)] = True
            self.raised |= execution.raised if flagging else space.bound.raised(*execution.rows)
            if not flagging and seen[True] and seen[False]:
                return

    def _passes(self, state: Outcome) -> bool:
        return self.filter is None or self._value(self.filter, state)

    def _value(self, condition: Expr, state: Outcome) -> bool:
        if not self._names:
            self._names = tuple(map(str, self.program.observe))
        env: dict[str, Value] = dict(zip(self._names, state, strict=True))
        return bool(evaluate(condition, env))

    def _solve(self, skeleton: Candidate, wanted: Expr, flag: str = "") -> Execution | None:
        """An allowed execution with such a final state, which raises the flag."""
        encoded = Encoded(skeleton, self.model, self.deadline)
        if encoded.impossible:
            return None
        for what in self.program.observe:
            encoded.values.bind(str(what), encoded.observed(what))
        encoded.require(encoded.values.holds(wanted))
        if self.filter is not None:
            encoded.require(encoded.values.holds(self.filter))
        if flag:
            encoded.require(encoded.flags()[flag])
        found = encoded.solve()
        return None if found is None else found[0]

    def _solve_flags(self, skeleton: Candidate) -> None:
        """The flags that enumeration would have seen, one question for each."""
        encoded = Encoded(skeleton, self.model, self.deadline)
        if encoded.impossible:
            return
        names = flag_names(self.model, self.raised)
        for name in encoded.flags():
            if name not in names and self._solve(skeleton, const(True), name) is not None:
                self.raised |= sum(1 << k for k, check in enumerate(self.model.flags) if check.name == name)
