"""In which order the entries before an SFENCE can land under the contract.

Until the drain nothing orders a non-temporal store with a later overlapping one of its
own thread; the drain makes up its mind. Only pairs whose order matters are looked at:
those that overlap, and two ordinary stores, which stay in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from ordercheck.engines.operational.entry import Entry
from ordercheck.errors import GaveOut

MAX_SWAPS = 12
Pair = tuple[int, int]


def landing_orders(entries: Sequence[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Every order that the entries can be put into, program order first."""
    swappable, kept = _pairs(entries)
    if len(swappable) > MAX_SWAPS:
        raise GaveOut(f"more than {MAX_SWAPS} stores over pending non-temporal ones before one drain")
    for swaps in product([False, True], repeat=len(swappable)):
        chosen = [(j, i) if swap else (i, j) for (i, j), swap in zip(swappable, swaps, strict=True)]
        order = _sorted(len(entries), kept + chosen)
        if order is not None:
            yield tuple(entries[i] for i in order)


def delayed(entries: Sequence[Entry], late: int) -> tuple[Entry, ...]:
    """The order in which entry number `late` lands after all that overtake it, the rest as it was."""
    swappable, kept = _pairs(entries)
    chosen = [(j, i) if entries[i].number == late else (i, j) for i, j in swappable]
    order = _sorted(len(entries), kept + chosen)
    return tuple(entries) if order is None else tuple(entries[i] for i in order)


def _pairs(entries: Sequence[Entry]) -> tuple[list[Pair], list[Pair]]:
    """The pairs that may swap, and the others whose order matters."""
    swappable: list[Pair] = []
    kept: list[Pair] = []
    ordinary: int | None = None
    for j, later in enumerate(entries):
        for i in range(j):
            if entries[i].overlaps(later):
                (swappable if entries[i].kind == "NT" else kept).append((i, j))
        if later.kind == "W":
            if ordinary is not None:
                kept.append((ordinary, j))
            ordinary = j
    return swappable, kept


def _sorted(n: int, edges: Sequence[Pair]) -> list[int] | None:
    """0 to n - 1 along the edges, otherwise ascending; None where they have a cycle."""
    after: list[list[int]] = [[] for _ in range(n)]
    before = [0] * n
    for i, j in edges:
        after[i].append(j)
        before[j] += 1
    order: list[int] = []
    ready = [i for i in range(n) if not before[i]]
    while ready:
        i = min(ready)
        ready.remove(i)
        order.append(i)
        for j in after[i]:
            before[j] -= 1
            if not before[j]:
                ready.append(j)
    return order if len(order) == n else None
