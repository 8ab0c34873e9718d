"""Where a load may take some bytes from an own earlier store and some from what lies under it.

Splitting accesses at each other's boundaries is exact where the bytes of a part cannot
come from different stores. A model in which nothing orders a load after an own pending
store (nt-contract) lets each byte choose for itself: there such a pair is split into
bytes. Whether a model is one of those is asked of the model itself, with two bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ordercheck.cat.plan import plan_of
from ordercheck.cat.terms import Model
from ordercheck.engines.axiomatic.candidates import INITIAL, candidate
from ordercheck.engines.axiomatic.trace import Access, Trace
from ordercheck.program.expr import const
from ordercheck.program.ir import NO_TAGS, Fence, MemObject, MemoryAt, Program

Tags = frozenset[str]
_FENCE = Fence(NO_TAGS)
# stores are found by blocks of this many bytes
BLOCK = 64


def tear_points(model: Model, traces: Sequence[Trace]) -> Mapping[str, set[int]]:
    """The places inside accesses, by object, at which this model may tear a load."""
    found: dict[str, set[int]] = {}
    for trace in traces:
        if any(a.kind == "W" and _tears(model, a.tags, None) for a in trace.accesses):
            _of_trace(model, trace, found)
    return found


def _of_trace(model: Model, trace: Trace, found: dict[str, set[int]]) -> None:
    pending: dict[tuple[str, int], list[Access]] = {}
    for access in trace.accesses:
        if access.kind == "O":
            continue
        if access.kind == "F":
            pending = {
                place: [w for w in stores if _tears(model, w.tags, access.tags)]
                for place, stores in pending.items()
            }
            continue
        for block in range(access.start // BLOCK, (access.end - 1) // BLOCK + 1):
            here = pending.setdefault((access.object, block), [])
            if access.kind == "W" and _tears(model, access.tags, None):
                here.append(access)
            elif access.kind == "R":
                for store in here:
                    shared = range(max(store.start, access.start), min(store.end, access.end) + 1)
                    if len(shared) > 1:
                        found.setdefault(access.object, set()).update(shared)


@lru_cache(maxsize=256)
def _tears(model: Model, store: Tags, fence: Tags | None) -> bool:
    """Whether a load of two bytes just stored (with such a fence between) may see one of them only."""
    accesses = [Access("W", _FENCE, store, "x", 0, 2, const(0x0101))]
    if fence is not None:
        accesses.append(Access("F", _FENCE, fence))
    accesses.append(Access("R", _FENCE, NO_TAGS, "x", 0, 2, symbol="r"))
    observe = (MemoryAt("x", 0, 1), MemoryAt("x", 1, 1))
    program = Program("tearing", (), (MemObject("x", 2),), observe=observe)
    trace = Trace(0, tuple(accesses), const(True), {}, (), {}, False)
    skeleton = candidate(program, [trace], model.primitives("rel"))
    rf, co = ([0] * len(skeleton.events) for _ in range(2))
    first, second = skeleton.reads
    for read in (first, second):
        initial, own = skeleton.writers[skeleton.events[read].location]
        assert skeleton.events[initial].thread == INITIAL
        co[initial] |= 1 << own
        rf[own if read == first else initial] |= 1 << read
    nothing = [[0] * len(skeleton.events)] * len(model.choices)
    ((answer, _),) = plan_of(model).bind(skeleton.structure).many([(rf, co, *nothing)])
    return answer
