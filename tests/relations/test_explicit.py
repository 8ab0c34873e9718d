"""Bitset relations against plain sets of pairs, on both sides of the size where the algorithms change."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.relations import explicit, order

Pairs = set[tuple[int, int]]


@st.composite
def relations(draw: st.DrawFn, acyclic: bool = False) -> list[int]:
    """Rows of very different density and regularity: random, program order, few pairs."""
    n = draw(st.sampled_from([1, 2, 3, 5, 8, 40, 41, 70, 300]))
    rng = random.Random(draw(st.integers(0, 1 << 30)))
    form = draw(st.sampled_from(["dense", "sparse", "threads", "block", "empty"]))
    rows = [0] * n
    if form == "dense":
        rows = [rng.getrandbits(n) for _ in range(n)]
    elif form == "sparse":
        for _ in range(n):
            rows[rng.randrange(n)] |= 1 << rng.randrange(n)
    elif form == "threads":
        cut = rng.randrange(n + 1)
        for i in range(n):
            end = cut if i < cut else n
            rows[i] = ((1 << end) - 1) & ~((2 << i) - 1)
    elif form == "block":
        block = rng.getrandbits(n)
        rows = [block if rng.random() < 0.5 else 0 for _ in range(n)]
    if acyclic or draw(st.booleans()):
        rows = [row & ~((2 << i) - 1) for i, row in enumerate(rows)]
    return explicit.inverse(rows) if draw(st.booleans()) else rows


def pairs(rows: list[int]) -> Pairs:
    return {(i, j) for i, row in enumerate(rows) for j in range(len(rows)) if row >> j & 1}


def successors(rows: list[int]) -> dict[int, list[int]]:
    return {i: [j for j in range(len(rows)) if row >> j & 1] for i, row in enumerate(rows)}


def reachable(rows: list[int]) -> Pairs:
    after = successors(rows)
    found = set()
    for i in after:
        seen: set[int] = set()
        work = list(after[i])
        while work:
            j = work.pop()
            if j not in seen:
                seen.add(j)
                work.extend(after[j])
        found |= {(i, j) for j in seen}
    return found


def other(rows: list[int], seed: int) -> list[int]:
    """A second relation over as many events."""
    rng = random.Random(seed)
    n = len(rows)
    if seed % 2:
        return [rng.getrandbits(n) for _ in range(n)]
    return [1 << rng.randrange(n) if rng.random() < 0.5 else 0 for _ in range(n)]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(relations(), st.integers(0, 99))
def test_boolean_operations(a: list[int], seed: int) -> None:
    n, b = len(a), other(a, seed)
    x, y = pairs(a), pairs(b)
    every = {(i, j) for i in range(n) for j in range(n)}
    assert pairs(explicit.union(a, b)) == x | y
    assert pairs(explicit.inter(a, b)) == x & y
    assert pairs(explicit.diff(a, b)) == x - y
    assert pairs(explicit.complement(a)) == every - x
    assert pairs(explicit.opt(a)) == x | {(i, i) for i in range(n)}
    assert explicit.is_empty(a) == (not x)
    assert explicit.irreflexive(a) == all(i != j for i, j in x)
    assert explicit.members(a) == sorted(x)
    assert explicit.relation(n, sorted(x)) == a


@settings(derandomize=True, max_examples=60, deadline=None)
@given(relations(), st.integers(0, 99))
def test_sequence(a: list[int], seed: int) -> None:
    b = other(a, seed)
    first, second = successors(a), successors(b)
    expected = {(i, k) for i in first for j in first[i] for k in second[j]}
    assert pairs(explicit.seq(a, b)) == expected
    assert explicit.seq_inverse(a, b) == explicit.seq(explicit.inverse(a), b)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(relations())
def test_inverse_every_way(a: list[int]) -> None:
    expected = {(j, i) for i, j in pairs(a)}
    assert pairs(explicit.inverse(a)) == expected
    for way in (explicit._inverse_by_pairs, explicit._inverse_by_changes, explicit._inverse_by_columns):
        assert pairs(way(a)) == expected


@settings(derandomize=True, max_examples=60, deadline=None)
@given(relations(), st.integers(0))
def test_sets(a: list[int], seed: int) -> None:
    n = len(a)
    rng = random.Random(seed)
    s, t = rng.getrandbits(n), rng.getrandbits(n)
    x = pairs(a)
    left, right = set(explicit.bits(s)), set(explicit.bits(t))
    assert left == {i for i in range(n) if s >> i & 1}
    assert set(explicit.bits(explicit.domain(a))) == {i for i, _ in x}
    assert set(explicit.bits(explicit.range_(a))) == {j for _, j in x}
    assert pairs(explicit.cross(n, s, t)) == {(i, j) for i in left for j in right}
    assert explicit.cross(n, explicit.full(n), t) == [t] * n
    assert pairs(explicit.ident(n, s)) == {(i, i) for i in left}
    assert pairs(explicit.before(s, a)) == {(i, j) for i, j in x if i in left}
    assert pairs(explicit.after(a, t)) == {(i, j) for i, j in x if j in right}
    assert explicit.diagonal(explicit.ident(n, s)) == s
    assert (explicit.diagonal(a) is None) == any(i != j for i, j in x)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(relations())
def test_orders_and_closures(a: list[int]) -> None:
    reach = reachable(a)
    acyclic = all(i != j for i, j in reach)
    assert order.is_acyclic(a) == acyclic
    assert pairs(order.plus(a)) == reach
    assert pairs(order.star(a)) == reach | {(i, i) for i in range(len(a))}
    linear = order.topological(a)
    assert (linear is not None) == acyclic
    if linear is not None:
        place = {v: k for k, v in enumerate(linear)}
        assert sorted(linear) == list(range(len(a)))
        assert all(place[i] < place[j] for i, j in pairs(a))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(relations())
def test_components(a: list[int]) -> None:
    reach = reachable(a)
    found = order.components(a)
    assert sum(found) == explicit.full(len(a))
    number = {v: k for k, component in enumerate(found) for v in explicit.bits(component)}
    assert len(number) == len(a)
    for i in range(len(a)):
        for j in range(len(a)):
            together = i == j or ((i, j) in reach and (j, i) in reach)
            assert (number[i] == number[j]) == together
    assert all(number[j] <= number[i] for i, j in pairs(a))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(relations(acyclic=True))
def test_reduction(a: list[int]) -> None:
    reduced = order.reduce(a)
    reach = reachable(a)
    assert pairs(reduced) == {
        (i, j) for i, j in pairs(a) if not any((i, k) in reach and (k, j) in reach for k in range(len(a)))
    }
    assert reachable(reduced) == reach


@settings(derandomize=True, max_examples=60, deadline=None)
@given(relations())
def test_cycles(a: list[int]) -> None:
    found = order.find_cycle(a)
    assert (found is None) == order.is_acyclic(a)
    if found is not None:
        assert len(set(found)) == len(found)
        assert all(a[i] >> j & 1 for i, j in zip(found, [*found[1:], found[0]], strict=True))


def test_the_shortest_cycle() -> None:
    rows = explicit.relation(6, [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 4), (2, 4)])
    assert order.find_cycle(rows) in ([4, 5], [5, 4])
    assert order.find_cycle(explicit.relation(3, [(0, 1), (1, 0), (2, 2)])) == [2]


def test_a_cycle_has_no_reduction() -> None:
    with pytest.raises(ValueError, match="cycle"):
        order.reduce([2, 1])


def test_ten_thousand_events() -> None:
    """Dense orders of many events, forwards and backwards: what only works a row at a time."""
    n = 10_000
    rows = [explicit.full(n) & ~((2 << i) - 1) for i in range(n)]
    assert order.is_acyclic(rows)
    assert order.plus(rows) == rows
    backwards = explicit.inverse(rows)
    assert backwards == [(1 << i) - 1 for i in range(n)]
    assert order.plus(backwards) == backwards
    chain = [1 << i + 1 for i in range(n - 1)] + [0]
    assert order.reduce(rows) == chain
    assert order.plus(chain) == rows
    ring = [*chain[:-1], 1]
    assert not order.is_acyclic(ring)
    assert len(order.components(ring)) == 1
    assert order.plus(ring) == explicit.universe(n)
