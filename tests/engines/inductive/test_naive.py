"""Hazards of straight-line programs, against their definition applied to every pair and byte."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.engines import inductive
from ordercheck.engines.inductive.result import Counterexample
from ordercheck.engines.order import RMW_FENCE, Kind, Order, Tags
from ordercheck.errors import Deadline
from ordercheck.program import Program, ProgramBuilder, Visibility
from ordercheck.program.ir import NT
from ordercheck.program.show import show
from ordercheck.verdict import TRANSPARENCY
from tests.engines.inductive.orders import ORDERS

OBJECTS = {"own": Visibility.OWNED, "all": Visibility.SHARED, "mine": Visibility.PRIVATE}
VALUES = (0, 0x0101010101010101, 0x1112131415161718)
FENCES: tuple[Tags, ...] = (frozenset({"SFENCE"}), frozenset({"MFENCE"}), frozenset({"LFENCE"}))


@dataclass(frozen=True)
class Access:
    """One access, a fence (no kind), or a publication (object "@")."""

    kind: Kind | None
    object: str = ""
    offset: int = 0
    size: int = 8
    value: int = 0
    fence: Tags = frozenset()

    @property
    def bytes(self) -> range:
        return range(self.offset, self.offset + self.size)

    def byte(self, place: int) -> int:
        return (self.value >> (8 * (place - self.offset))) & 0xFF


def accesses() -> st.SearchStrategy[list[Access]]:
    kinds: tuple[Kind, ...] = ("R", "W", "NT", "NT", "X")
    access = st.builds(
        Access,
        st.sampled_from(kinds),
        st.sampled_from(["own", "own", "all", "mine"]),
        st.sampled_from([0, 0, 4, 6]),
        st.sampled_from([8, 4]),
        st.sampled_from(VALUES),
    )
    fence = st.builds(Access, st.none(), fence=st.sampled_from(FENCES))
    publish = st.just(Access("W", "@", 0, 1, 1))
    return st.lists(access | access | access | fence | publish, min_size=1, max_size=6)


def built(steps: list[Access]) -> Program:
    p = ProgramBuilder("straight")
    memory = {name: p.object(name, 16, seen) for name, seen in OBJECTS.items()}
    with p.thread() as t:
        for step in steps:
            if step.kind is None:
                t.fence(*step.fence)
            elif step.object == "@":
                t.publish("there")
            else:
                at = memory[step.object] + step.offset
                if step.kind == "R":
                    t.load(at, step.size)
                elif step.kind == "X":
                    t.xchg(at, step.size, step.value)
                else:
                    tags = frozenset({NT} if step.kind == "NT" else ())
                    t.store(at, step.size, step.value, tags=tags)
    return p.build()


class Naive:
    """The hazards of a list of accesses, pair by pair and byte by byte."""

    def __init__(self, steps: list[Access], order: Order) -> None:
        self.steps, self.order = steps, order
        self.seen: list[bool] = []
        owned = False
        for step in steps:
            visible = step.object in ("@", "all") or (step.object == "own" and owned)
            self.seen.append(visible)
            owned = owned or step.object == "@"

    def risky(self, i: int, j: int, overlap: bool) -> bool:
        """Step i may take effect after step j, which ordinary stores would not let happen."""
        a, b = self.steps[i].kind, self.steps[j].kind
        assert a is not None and b is not None
        a = "W" if a == "X" else a
        if not self.order.hazard(a, b, overlap, None):
            return False
        # A locked operation also fences what comes after it from itself.
        between = [RMW_FENCE] if self.steps[i].kind == "X" else []
        for step in self.steps[i + 1 : j]:
            if step.kind is None:
                between.append(step.fence)
            elif step.kind == "X":
                between.append(RMW_FENCE)
        return not any(self.order.kept(a, b, overlap, fence) for fence in between)

    def pending(self, i: int, j: int, place: int) -> bool:
        """No store between the two that step i is ordered before has taken over the byte."""
        for k in range(i + 1, j):
            step = self.steps[k]
            if self.covers(k, self.steps[i].object, place) and step.kind != "R" and not self.lost(i, k):
                return False
        return True

    def lost(self, i: int, k: int) -> bool:
        return self.risky(i, k, True)

    def covers(self, k: int, name: str, place: int) -> bool:
        step = self.steps[k]
        return step.kind is not None and step.object == name and place in step.bytes

    def hazard(self) -> bool:
        return any(
            self.bad(i, j, place)
            for i, a in enumerate(self.steps)
            if a.kind in ("W", "NT", "X")
            for j in range(i + 1, len(self.steps))
            if self.steps[j].kind is not None
            for place in a.bytes
        )

    def bad(self, i: int, j: int, place: int) -> bool:
        a, b = self.steps[i], self.steps[j]
        if not self.pending(i, j, place):
            return False
        if self.covers(j, a.object, place):
            benign = b.kind != "R" and b.kind != "X" and a.kind == "NT" and a.byte(place) == b.byte(place)
            return self.risky(i, j, True) and not benign
        published = b.kind != "R" and self.seen[j]
        return published and a.object != "mine" and self.risky(i, j, False)


@pytest.mark.parametrize("model", ORDERS)
@settings(derandomize=True, max_examples=250, deadline=None)
@given(steps=accesses())
def test_hazards_are_those_of_the_definition(model: str, steps: list[Access]) -> None:
    order = ORDERS[model]()
    program = built(steps)
    found = inductive.check(program, order, TRANSPARENCY, Deadline(30))
    expected = Naive(steps, order).hazard()
    assert isinstance(found, Counterexample) == expected, show(program)
