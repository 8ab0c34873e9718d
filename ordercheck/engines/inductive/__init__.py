"""The unbounded engine: a witness byte, Horn clauses over loop heads, invariants that are re-checked.

One byte of one object is chosen freely (the witness) and followed through the thread:
what is pending on it, what it holds. What can go wrong with some byte can go wrong with
the witness, and what is proved of the witness is proved of all. Loops have no bound:
what holds at each loop head comes from z3's Horn solver, and is then checked by plain
queries that another solver can repeat.
"""

from ordercheck.engines.inductive.check import check, memo_key, search, some
from ordercheck.engines.inductive.cross import CrossCheck, cross_check
from ordercheck.engines.inductive.explain import LEGEND
from ordercheck.engines.inductive.hunt import WORD
from ordercheck.engines.inductive.pin import PINS, pinned
from ordercheck.engines.inductive.result import Bounded, Counterexample, Invariant, Proof
from ordercheck.engines.inductive.rounds import ROUNDS, rounds
from ordercheck.engines.inductive.script import Script, script

__all__ = [
    "LEGEND",
    "PINS",
    "ROUNDS",
    "WORD",
    "Bounded",
    "Counterexample",
    "CrossCheck",
    "Invariant",
    "Proof",
    "Script",
    "check",
    "cross_check",
    "memo_key",
    "pinned",
    "rounds",
    "script",
    "search",
    "some",
]
