"""A loop that walks through memory, as the ranges that it reads and writes."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from ordercheck.frontends.llvm.asm.effects import (
    Anything,
    AsmChoice,
    AsmEffect,
    AsmLoad,
    AsmRange,
    AsmSet,
    AsmStore,
    Input,
    Place,
)
from ordercheck.frontends.llvm.asm.graph import Round
from ordercheck.frontends.llvm.asm.run import in_loop, run, within
from ordercheck.frontends.llvm.asm.state import ANY, Held, State, number

_MOST_REGISTERS = 36
"""Distances by which registers are told apart fit in an address."""

_MOST_ACCESSES = 100
"""Loops with more accesses are not summed up: each is compared with each other."""


class Walk(NamedTuple):
    """An access of the first round; stride: how far it moves from round to round."""

    effect: AsmLoad | AsmStore
    stride: int

    @property
    def area(self) -> Place:
        """What it moves through: its place without a displacement."""
        return replace(self.effect.place, displacement=0)

    @property
    def stores(self) -> bool:
        """Whether it writes."""
        return isinstance(self.effect, AsmStore)

    def meets(self, other: Walk) -> bool:
        """Whether both touch the same byte in one round."""
        a, b = self.effect, other.effect
        first, second = a.place.displacement, b.place.displacement
        return first < second + b.size and second < first + a.size


def summed_up(loop: Round, state: State) -> tuple[tuple[AsmEffect, ...], State] | None:
    """The effects of all rounds, and the state after them. None where ranges do not say it."""
    before = within(loop.loop, loop.head, state)
    effects = _once(loop, state) if loop.body else None
    if effects is None:
        effects = _twice(loop, before)
    return None if effects is None else (effects, _afterwards(loop, before))


def _once(loop: Round, state: State) -> tuple[AsmEffect, ...] | None:
    """Each range once: where no round touches what another one touched in the same area."""
    states = [state.copy() for _ in range(3)]
    rounds: list[list[AsmEffect]] = []
    for already, start in enumerate(states):
        for _ in range(already):
            _round(loop, start)
        rounds.append(_round(loop, start))
    walks = _walks(*rounds) if _steady(loop, state) else None
    return _ordered(walks) if walks is not None and _apart(walks) else None


def _steady(loop: Round, state: State) -> bool:
    """Whether what a round adds to a register does not depend on any other register.

    Every value that is followed is moved by another distance; after a round it has to be moved by the same
    one, or not at all.
    """
    plain, moved = state.copy(), state.copy()
    distances = {name: 1 << (24 + place) for place, name in enumerate(sorted(state.held))}
    if len(distances) > _MOST_REGISTERS:
        return False
    for name, distance in distances.items():
        moved.held[name] = _moved(moved.held[name], distance)
    _round(loop, plain)
    _round(loop, moved)
    return all(
        moved.read(name) in (held, _moved(held, distances.get(name, 0))) for name, held in plain.held.items()
    )


def _moved(held: Held, by: int) -> Held:
    if held.kind == "number":
        return number(held.number + by)
    if held.kind in ("input", "stack") and held.offset is not None:
        return held._replace(offset=held.offset + by)
    return held


def _twice(loop: Round, before: dict[int, State]) -> tuple[AsmEffect, ...] | None:
    """All accesses two times, which holds each pair of them in both orders; each may be left out."""
    found: list[AsmRange | AsmLoad | AsmStore] = []
    for n in loop.loop.nodes:
        for effect in run(in_loop(loop.loop.nodes[n]), before[n].copy()):
            if isinstance(effect, AsmSet):
                continue
            if not isinstance(effect, AsmRange | AsmLoad | AsmStore):
                return None
            single = _plain(effect)
            if not any(replace(single, text=known.text) == known for known in found):
                found.append(single)
            if len(found) > _MOST_ACCESSES:
                return None
    some = tuple(e if isinstance(e, AsmRange) else AsmChoice(((), (e,))) for e in found)
    return some * (2 if any(_writes(effect) for effect in found) else 1)


def _plain(effect: AsmRange | AsmLoad | AsmStore) -> AsmRange | AsmLoad | AsmStore:
    """Without the values, which differ from round to round."""
    if isinstance(effect, AsmLoad):
        return replace(effect, register="")
    return replace(effect, value=Anything()) if isinstance(effect, AsmStore) else effect


def _writes(effect: AsmRange | AsmLoad | AsmStore) -> bool:
    return isinstance(effect, AsmStore) or (isinstance(effect, AsmRange) and effect.stores)


def _round(loop: Round, state: State) -> list[AsmEffect]:
    return [effect for n in loop.body for effect in run(loop.loop.nodes[n], state)]


def _walks(one: list[AsmEffect], two: list[AsmEffect], three: list[AsmEffect]) -> list[Walk] | None:
    """The accesses of a round, where each moves by the same distance in every round."""
    walks: list[Walk] = []
    if not len(one) == len(two) == len(three) <= 2 * _MOST_ACCESSES:
        return None
    for a, b, c in zip(one, two, three, strict=True):
        if isinstance(a, AsmSet):
            continue
        if not isinstance(a, AsmLoad | AsmStore) or type(b) is not type(a) or type(c) is not type(a):
            return None
        assert isinstance(b, AsmLoad | AsmStore) and isinstance(c, AsmLoad | AsmStore)
        stride = b.place.displacement - a.place.displacement
        again = c.place.displacement - b.place.displacement
        walk = Walk(a, stride)
        same = walk.area == Walk(b, stride).area == Walk(c, stride).area
        if stride != again or not same or not _named(a.place):
            return None
        walks.append(walk)
    return walks


def _named(place: Place) -> bool:
    """Whether what the displacement is added to is the same in every round."""
    steady = isinstance(place.base, Input) or bool(place.symbol)
    return steady and not isinstance(place.index, Anything) and not place.bits


def _apart(walks: list[Walk]) -> bool:
    """Whether no byte of an area is touched in two rounds, and in one round always in the same order."""
    for area in _areas(walks):
        there = [walk for walk in walks if walk.area == area]
        strides = {walk.stride for walk in there}
        first = min(walk.effect.place.displacement for walk in there)
        last = max(walk.effect.place.displacement + walk.effect.size for walk in there)
        if len(strides) != 1 or last - first > abs(strides.pop()):
            return False
        if not _in_order(there):
            return False
    return True


def _in_order(walks: list[Walk]) -> bool:
    """Whether what touches a byte comes in the order of ranges: kind by kind, each store once."""
    kinds = _kinds(walks)
    for place, walk in enumerate(walks):
        for other in walks[place + 1 :]:
            if not walk.meets(other):
                continue
            if kinds.index(_kind(walk)) > kinds.index(_kind(other)):
                return False
            if walk.stores and _kind(walk) == _kind(other):
                return False
    return True


def _areas(walks: list[Walk]) -> list[Place]:
    areas: list[Place] = []
    for walk in walks:
        if walk.area not in areas:
            areas.append(walk.area)
    return areas


def _kind(walk: Walk) -> tuple[bool, bool]:
    return walk.stores, isinstance(walk.effect, AsmStore) and walk.effect.nt


def _kinds(walks: list[Walk]) -> list[tuple[bool, bool]]:
    return list(dict.fromkeys(_kind(walk) for walk in walks))


def _ordered(walks: list[Walk]) -> tuple[AsmEffect, ...]:
    """One range for each area and kind of access; areas may be the same memory: then each order occurs."""
    groups: list[list[AsmEffect]] = []
    areas = _areas(walks)
    for area in areas:
        there = [walk for walk in walks if walk.area == area]
        group: list[AsmEffect] = []
        for stores, nt in _kinds(there):
            text = next(walk.effect.text for walk in there if _kind(walk) == (stores, nt))
            group.append(AsmRange(area, stores, nt, text))
        groups.append(group)
    forward = tuple(effect for group in groups for effect in group)
    backward = tuple(effect for group in reversed(groups) for effect in group)
    if len(groups) == 1 or not any(walk.stores for walk in walks):
        return forward
    return (AsmChoice((forward, backward)),)


def _afterwards(loop: Round, before: dict[int, State]) -> State:
    """What holds wherever the loop is left."""
    made: State | None = None
    names: set[str] = set()
    for n, node in loop.loop.nodes.items():
        after = before[n].copy()
        effects = run(in_loop(node), after)
        names |= {e.register for e in effects if isinstance(e, AsmLoad | AsmSet)}
        if any(m not in loop.loop.nodes for m in loop.loop.after[n]):
            made = after if made is None else made.meet(after)
    assert made is not None
    # what the last round loaded is not said
    for name, held in made.held.items():
        if held.kind == "loaded" and (name in names or held.name in names):
            made.held[name] = ANY
    return made
