"""The questions that a property splits into, each with its own set of Horn clauses."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from ordercheck.program.expr import Expr
from ordercheck.program.ir import Source


class Aim(enum.Enum):
    """What a set of clauses decides about one thread, with a witness byte of one object or without."""

    HAZARDS = "hazards"
    LASTING = "lasting"
    EXPECT = "expect"
    ASSERT = "assert"
    REACH = "unmodelled"


ASSERTED = frozenset({Aim.LASTING, Aim.EXPECT, Aim.ASSERT})
"""The aims that only together make up the property "assertions"."""


@dataclass(frozen=True, slots=True)
class Task:
    """One question. object: where the witness byte lies (empty: none is needed).

    values: also follow the values of late stores, so that a store that is lost to one
    of the same value counts for nothing.
    """

    thread: int
    aim: Aim
    object: str = ""
    values: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """An access that a check is about, where `condition` holds."""

    condition: Expr
    source: Source
    label: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A bad state: `condition` (over the region's variables) holds in it.

    hazard: overtake, escape, early, lasting, expect, assert, unmodelled. parts: the
    access in question is the first of these whose condition holds. store: they store.
    """

    condition: Expr
    hazard: str
    parts: tuple[Part, ...]
    store: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """In every state of predicate `before` in which `body` holds, `after` holds of `args`.

    Predicates are numbered as the loop heads; before None: the start; after None: an error.
    """

    before: int | None
    body: Expr
    after: int | None
    args: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A free choice of a region: the register that it sets, the variable for it, when control comes there."""

    register: str
    value: Expr
    guard: Expr


@dataclass(frozen=True, slots=True)
class Predicate:
    """The reachable states at a loop head: `block`, where it is, its variables in order."""

    block: int
    source: Source
    state: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class System:
    """The Horn clauses of a task.

    background holds of the constants (parameters, the witness) always. checks[i] are the
    bad states of the region of rules with before == i; -1 is the region of the start.
    abstracted lists what had no exact linear form; hints are facts that may hold at
    loop heads, over whose variables they are. choices: by region as checks, in program order.
    """

    task: Task
    predicates: tuple[Predicate, ...]
    rules: tuple[Rule, ...]
    background: tuple[Expr, ...]
    constants: tuple[Expr, ...]
    checks: dict[int, tuple[Check, ...]]
    witness: Expr | None
    abstracted: tuple[str, ...]
    hints: tuple[Expr, ...] = ()
    choices: Mapping[int, tuple[Choice, ...]] = field(default_factory=dict)
