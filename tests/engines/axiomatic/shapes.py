"""Small programs that everybody knows by name, over 8-byte objects x and y."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Literal

from ordercheck.cat import load
from ordercheck.cat.terms import Model
from ordercheck.engines.axiomatic import outcomes
from ordercheck.program import MemoryAt, Pointer, Program, ProgramBuilder, RegisterOf, Visibility
from ordercheck.program.ir import Outcome
from ordercheck.program.thread import ThreadBuilder
from ordercheck.relations.acyclicity import clocks, vertex_elimination
from ordercheck.shipped import memory_models

Way = Literal["explicit", "solver", "clocks"]
WAYS: tuple[Way, ...] = ("explicit", "solver", "clocks")
MODELS = tuple(memory_models())
Writer = Callable[[ThreadBuilder, Pointer, Pointer], None]


@cache
def model(name: str) -> Model:
    """A shipped model."""
    return load(memory_models()[name])


def program(*threads: Writer, memory: bool = False, size: int = 8) -> Program:
    """Each function writes one thread, given pointers to x and y; observes all registers (or memory)."""
    builder = ProgramBuilder("shape")
    x = builder.object("x", size, Visibility.SHARED)
    y = builder.object("y", size, Visibility.SHARED)
    for write in threads:
        with builder.thread() as thread:
            write(thread, x, y)
    if memory:
        builder.observe(MemoryAt("x", 0, size, "x"), MemoryAt("y", 0, size, "y"))
    built = builder.build()
    for number, each in enumerate(built.threads):
        builder.observe(*(RegisterOf(number, name) for name in each.registers))
    return builder.build()


def states(of: Program, name: str, way: Way = "explicit", bound: int = 4) -> frozenset[Outcome]:
    """The outcomes under a shipped model, computed in one of the ways that must agree."""
    few = 10**9 if way == "explicit" else 0
    acyclic = clocks if way == "clocks" else vertex_elimination
    return outcomes(of, model(name), bound=bound, acyclic=acyclic, few=few).states


def every(values: int, places: int) -> frozenset[Outcome]:
    """All outcomes of `places` values below `values`."""
    return frozenset(product(range(values), repeat=places))
