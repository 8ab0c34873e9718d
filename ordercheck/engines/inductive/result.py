"""What the unbounded engine returns."""

from __future__ import annotations

from dataclasses import dataclass

from ordercheck.engines.inductive.task import System
from ordercheck.program.expr import Value
from ordercheck.program.ir import Source


@dataclass(frozen=True, slots=True)
class Invariant:
    """What holds whenever control is at a loop head.

    where: the loop and the question it answers; smt: an SMT-LIB 2 formula over the
    names of the certificate; text: the same for a person.
    """

    where: str
    smt: str
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The property holds for every parameter value and any number of rounds of each loop.

    certificate: an SMT-LIB 2 script of `obligations` queries, each of which must be
    answered unsat (all were, by z3's plain solver). benign: labels of stores that can be
    lost to a late store of the same value. abstracted: terms without a linear form that
    the proof let have any value.
    """

    invariants: tuple[Invariant, ...]
    certificate: str
    obligations: int
    benign: tuple[str, ...] = ()
    abstracted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A candidate for a refutation; it counts once it was replayed with these parameters.

    hazard: overtake, escape, early, lasting, expect or assert; object and offset (in
    bytes): the witness byte (no object for an assertion about registers); where, label:
    the access that goes wrong; thread: its number. abstracted: terms without a linear
    form that may have made it spurious. system: the clauses of which it is an answer;
    heads: how many loop heads the way to it comes to.
    """

    params: dict[str, Value]
    hazard: str
    object: str
    offset: int
    where: Source
    label: str = ""
    thread: int = 0
    abstracted: tuple[str, ...] = ()
    system: System | None = None
    heads: int = 0


@dataclass(frozen=True, slots=True)
class Bounded:
    """What a search for so many rounds came to.

    clean: every way that comes to so many loop heads or fewer, of all loops together, is
    right (-1: not even those that come to none are known to be); found: what goes wrong
    after one more, if anything.
    """

    clean: int
    found: Counterexample | None = None
