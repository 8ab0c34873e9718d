"""How far the clauses lead: a bad state."""

from __future__ import annotations

from dataclasses import dataclass

from ordercheck.program.expr import Value


@dataclass(frozen=True, slots=True)
class Reached:
    """A bad state can be reached: in the region `region` (-1: of the start), from `state`.

    state gives the constants and the variables of that loop head by name; it is empty
    for the start. heads: how many loop heads the way there comes to.
    """

    region: int
    state: dict[str, Value]
    heads: int = 0
