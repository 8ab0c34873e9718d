"""May and must of every operation enclose the true value, whatever the operands turn out to be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.errors import InputError
from ordercheck.relations.bounds import Bounds, BoundsDomain, exact
from ordercheck.relations.domain import Kind
from ordercheck.relations.events import EventStructure, ExplicitDomain, Value

N = 4
STRUCTURE = EventStructure(N, {"R": 5}, {"po": [14, 12, 8, 0]})
masks = st.integers(0, (1 << N) - 1)


@st.composite
def relation_bounds(draw: st.DrawFn) -> tuple[Bounds, Value]:
    actual = draw(st.lists(masks, min_size=N, max_size=N))
    may = [row | draw(masks) for row in actual]
    must = [row & draw(masks) for row in actual]
    return ((may, must), actual) if draw(st.booleans()) else (exact(actual), actual)


@st.composite
def set_bounds(draw: st.DrawFn) -> tuple[Bounds, Value]:
    actual = draw(masks)
    return (actual | draw(masks), actual & draw(masks)), actual


def within(found: tuple[Any, Any], actual: Any) -> bool:
    may, must = found
    if isinstance(actual, int):
        may, must, actual = [may], [must], [actual]
    return all(not low & ~x and not x & ~high for high, low, x in zip(may, must, actual, strict=True))


OPERATIONS: list[tuple[str, tuple[Kind, ...], tuple[Kind, ...]]] = [
    # name, kinds passed first, kinds of the operands
    ("seq", (), ("rel", "rel")),
    ("before", (), ("set", "rel")),
    ("after", (), ("rel", "set")),
    ("inverse", (), ("rel",)),
    ("cross", (), ("set", "set")),
    ("ident", (), ("set",)),
    ("plus", (), ("rel",)),
    ("star", (), ("rel",)),
    ("opt", (), ("rel",)),
    ("domain", (), ("rel",)),
    ("range", (), ("rel",)),
    ("diff", ("rel",), ("rel", "rel")),
    ("diff", ("set",), ("set", "set")),
    ("comp", ("rel",), ("rel",)),
    ("comp", ("set",), ("set",)),
]


@pytest.mark.parametrize(
    ("name", "first", "kinds"), OPERATIONS, ids=[f"{o[0]}-{o[2][0]}" for o in OPERATIONS]
)
@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.data())
def test_operations(name: str, first: tuple[Kind, ...], kinds: tuple[Kind, ...], data: st.DataObject) -> None:
    operands = [data.draw(relation_bounds() if kind == "rel" else set_bounds()) for kind in kinds]
    bounds = getattr(BoundsDomain(STRUCTURE, {}), name)(*first, *[b for b, _ in operands])
    actual = getattr(ExplicitDomain(STRUCTURE), name)(*first, *[a for _, a in operands])
    assert within(bounds, actual)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(relation_bounds(), min_size=2, max_size=4))
def test_unions_and_intersections(operands: list[tuple[Bounds, Value]]) -> None:
    domain, explicit = BoundsDomain(STRUCTURE, {}), ExplicitDomain(STRUCTURE)
    bounds, actual = [b for b, _ in operands], [a for _, a in operands]
    assert within(domain.union("rel", bounds), explicit.union("rel", actual))
    assert within(domain.inter("rel", bounds), explicit.inter("rel", actual))


def test_what_is_known_stays_exact() -> None:
    unknown: Bounds = ([15] * N, [0] * N)
    domain = BoundsDomain(STRUCTURE, {"rf": unknown})
    po = domain.primitive("rel", "po")
    assert domain.primitive("rel", "rf") == unknown
    for may, must in (
        po,
        domain.plus(po),
        domain.diff("rel", po, domain.inverse(po)),
        domain.comp("rel", po),
        domain.before(domain.primitive("set", "R"), po),
        domain.universe("rel"),
        domain.empty("set"),
    ):
        assert may is must


def test_primitives() -> None:
    domain = ExplicitDomain(STRUCTURE)
    assert domain.primitive("set", "NT") == 0
    assert domain.primitive("rel", "id") == [1, 2, 4, 8]
    with pytest.raises(InputError, match="no relation loc"):
        domain.primitive("rel", "loc")
