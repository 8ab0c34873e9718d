"""Candidate executions one by one: cheaper than a solver where there are few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations, product
from math import factorial, prod

from ordercheck.cat.plan import Bound
from ordercheck.engines.axiomatic.candidates import Candidate
from ordercheck.engines.axiomatic.values import join_parts
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Value, evaluate, variables
from ordercheck.program.ir import MemoryAt, Observable, Outcome

Sources = dict[int, list[int]]


def count(candidate: Candidate, sources: Sources) -> int:
    """How many candidate executions there are."""
    return (
        prod(len(found) for found in sources.values())
        * prod(factorial(len(writers) - 1) for writers in candidate.writers.values())
        * prod(len(values) for values in candidate.free.values())
    )


def states(
    candidate: Candidate,
    bound: Bound,
    sources: Sources,
    deadline: Deadline,
    wanted: Callable[[Outcome], bool] = lambda state: True,
) -> set[Outcome]:
    """The final states of the allowed executions, of those that are wanted.

    Raises GaveOut where a value of an allowed execution depends on itself.
    """
    found: set[Outcome] = set()
    n = len(candidate.events)
    orders = list(_orders(candidate, n))
    reads = list(sources)
    for choice in product(*sources.values()):
        deadline.check()
        rf = [0] * n
        for r, w in zip(reads, choice, strict=True):
            rf[w] |= 1 << r
        for free in product(*candidate.free.values()):
            symbols: dict[str, Value] = dict(zip(candidate.free, free, strict=True))
            writes = _values(candidate, dict(zip(reads, choice, strict=True)), symbols)
            if writes is None:
                if any(bound.allowed(rf, co) for co, _ in orders):
                    raise GaveOut("a value depends on itself")
                continue
            if not all(evaluate(trace.constraint, symbols) for trace in candidate.traces):
                continue
            for co, last in orders:
                state = _state(candidate, symbols, writes, last)
                if state not in found and wanted(state) and bound.allowed(rf, co):
                    found.add(state)
    return found


def _orders(candidate: Candidate, n: int) -> Iterator[tuple[list[int], dict[tuple[str, int, int], int]]]:
    """Every coherence order: its rows, and the last write to each location."""
    for orders in product(*(permutations(writers[1:]) for writers in candidate.writers.values())):
        co = [0] * n
        last = {}
        for (location, writers), order in zip(candidate.writers.items(), orders, strict=True):
            after = 0
            for w in reversed((writers[0], *order)):
                co[w] |= after
                after |= 1 << w
            last[location] = order[-1] if order else writers[0]
        yield co, last


def _values(candidate: Candidate, rf: dict[int, int], symbols: dict[str, Value]) -> dict[int, int] | None:
    """The value of each write; fills in the symbols. None where values depend on themselves."""
    writes: dict[int, int] = {}
    waiting = [w for writers in candidate.writers.values() for w in writers]
    loads = dict(candidate.parts)
    while waiting or loads:
        before = len(waiting) + len(loads)
        waiting = [w for w in waiting if not _settle(candidate, w, symbols, writes)]
        for symbol, parts in list(loads.items()):
            if all(rf[part] in writes for part in parts):
                symbols[symbol] = join_parts(candidate, parts, tuple(writes[rf[part]] for part in parts))
                del loads[symbol]
        if len(waiting) + len(loads) == before:
            return None
    return writes


def _settle(candidate: Candidate, w: int, symbols: dict[str, Value], writes: dict[int, int]) -> bool:
    value = candidate.events[w].value
    if value.op != "const" and any(name not in symbols for name in variables(value)):
        return False
    writes[w] = int(evaluate(value, symbols))
    return True


def _state(
    candidate: Candidate,
    symbols: dict[str, Value],
    writes: dict[int, int],
    last: dict[tuple[str, int, int], int],
) -> Outcome:
    def value(what: Observable) -> int:
        if isinstance(what, MemoryAt):
            return sum(
                writes[last[place]] << 8 * (place[1] - what.offset) for place in candidate.parts_of(what)
            )
        return int(evaluate(candidate.traces[what.thread].registers[what.register], symbols))

    return tuple(map(value, candidate.program.observe))
