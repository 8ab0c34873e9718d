"""A model bound to the events of one structure: which executions it allows, which flags they raise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ordercheck.cat.compile import Function
from ordercheck.cat.evaluate import values
from ordercheck.cat.shape import Shape
from ordercheck.cat.terms import Check, Model
from ordercheck.relations import explicit, order
from ordercheck.relations.events import EventStructure, ExplicitDomain, Value
from ordercheck.relations.explicit import Rows


@dataclass(frozen=True, eq=False, slots=True)
class Failure:
    """A check that does not hold, and the events that show it.

    events: for acyclic a cycle (each leads to the next, the last to the first), for
    irreflexive one event, for empty one event or a pair; nothing for a negated check.
    """

    check: Check
    events: tuple[int, ...]


class Bound:
    """A model bound to an event structure.

    allowed(rf, co, *chosen) says whether every constraint of the model holds in the execution
    with these rows of rf, co and the relations that the model itself chooses; it stops at the
    first that does not. raised(rf, co, *chosen) says which flags an execution raises: bit k
    for the k-th of model.flags. possible(rf, co, *chosen) takes parts of rows: False means
    that no execution with these in it is allowed. They are made when first called.

    impossible: no execution is allowed, whatever is chosen. always: the flags that every
    execution raises. familiar: the shape of the structure is a common one.
    """

    def __init__(
        self,
        model: Model,
        structure: EventStructure,
        shape: Shape,
        slots: Sequence[Value],
        always: int,
        impossible: bool,
    ) -> None:
        self._model, self._structure, self._shape, self._slots = model, structure, shape, slots
        self._always, self._impossible = always, impossible
        self.flagging = shape.flagging and not impossible
        self.familiar = shape.is_familiar()
        self.allowed: Function = self._first_allowed
        self.raised: Function = self._first_raised
        self.possible: Function = self._first_possible

    def _first_allowed(self, *rows: Rows) -> int:
        self.allowed = _never if self._impossible else self._made("constraints")
        return self.allowed(*rows)

    def _first_possible(self, *rows: Rows) -> int:
        self.possible = _never if self._impossible else self._made("weaker")
        return self.possible(*rows)

    def _first_raised(self, *rows: Rows) -> int:
        always = self._always
        if self.flagging:
            more = self._made("flags")
            self.raised = lambda *rows: always | more(*rows)
        else:
            self.raised = lambda *rows: always
        return self.raised(*rows)

    def _made(self, which: str) -> Function:
        compiled = self._shape.compiled(which)
        return _holds_always if compiled is None else compiled.make(self._structure.n, self._slots)

    def many(self, executions: Sequence[Sequence[Rows]]) -> list[tuple[bool, int]]:
        """For each execution (rf, co, *chosen) whether it is allowed, and the flags that it raises."""
        if self._impossible:
            return [(False, self._always)] * len(executions)
        return self._shape.many(self._structure.n, self._slots, self._always, executions)

    def failures(self, rf: Rows, co: Rows, *chosen: Rows) -> tuple[Failure, ...]:
        """The constraints that do not hold in this execution, with what shows it."""
        more = {choice.name: rows for choice, rows in zip(self._model.choices, chosen, strict=True)}
        domain = ExplicitDomain(self._structure, rf, co, more)
        checks = self._model.constraints
        found = values([check.term for check in checks], self._model.fixpoints, domain)
        return tuple(
            Failure(check, witness(check, found[check.term]))
            for check in checks
            if not holds(check, found[check.term])
        )

    def flags(self, rf: Rows, co: Rows, *chosen: Rows) -> tuple[str, ...]:
        """The names of the flags that this execution raises."""
        return flag_names(self._model, self.raised(rf, co, *chosen))


def flag_names(model: Model, raised: int) -> tuple[str, ...]:
    """The names of the flags whose bits are set, each once, in the order of the model's files."""
    return tuple(dict.fromkeys(check.name for k, check in enumerate(model.flags) if raised >> k & 1))


def holds(check: Check, value: Value) -> bool:
    """The check holds for its term's explicit value (negation counted)."""
    if isinstance(value, int):
        result = not value
    elif check.test == "acyclic":
        result = order.is_acyclic(value)
    elif check.test == "irreflexive":
        result = explicit.irreflexive(value)
    else:
        result = explicit.is_empty(value)
    return result != check.negated


def witness(check: Check, value: Value) -> tuple[int, ...]:
    """The events that show why a check does not hold, see Failure."""
    if check.negated:
        return ()
    if isinstance(value, int):
        return (explicit.bits(value)[0],)
    if check.test == "acyclic":
        return tuple(order.find_cycle(value) or ())
    if check.test == "irreflexive":
        return next((i,) for i, row in enumerate(value) if row >> i & 1)
    return next((i, explicit.bits(row)[0]) for i, row in enumerate(value) if row)


def _never(*_: Rows) -> bool:
    return False


def _holds_always(*_: Rows) -> bool:
    return True
