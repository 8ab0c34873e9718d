"""Many executions at once against the explicit domain, execution by execution."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.cat import Plan, parse_text
from ordercheck.cat.bound import Bound
from ordercheck.relations import explicit, order
from ordercheck.relations.domain import Kind
from ordercheck.relations.events import EventStructure, ExplicitDomain, Value
from ordercheck.relations.explicit import Rows
from ordercheck.relations.sliced import Sliced, SlicedDomain, sliced
from tests.cat.test_evaluate import _relation, _world, closure

Executions = list[Value]


class Sets:
    """Executions that share most of their pairs, as those of one test do."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.n = self.rng.choice([1, 2, 3, 4, 6, 9])
        self.count = self.rng.choice([1, 2, 3, 7, 30])
        self.domain = SlicedDomain(self.n, self.count, {}, {})
        self.explicit = ExplicitDomain(EventStructure(self.n, {}, {}))

    def relation(self) -> tuple[Sliced, Executions]:
        """A relation in each execution: sure pairs, and open ones of every frequency."""
        every: Executions = []
        density, openness = self.rng.choice([0.0, 0.1, 0.4, 1.0]), self.rng.choice([0.0, 0.1, 0.5])
        size = range(self.n)
        sure = [(i, j) for i in size for j in size if self.rng.random() < density]
        often = {
            (i, j): self.rng.choice([0.05, 0.5, 0.95])
            for i in size
            for j in size
            if self.rng.random() < openness
        }
        for _ in range(self.count):
            chosen = [pair for pair, odds in often.items() if self.rng.random() < odds]
            every.append(explicit.relation(self.n, sorted({*sure, *chosen})))
        return sliced(self.n, cast(list[Rows], every)), every

    def set(self) -> tuple[Sliced, Executions]:
        """A set in each execution."""
        both, rows = self.relation()
        return self.domain.domain(both), [explicit.domain(cast(Rows, r)) for r in rows]

    def value(self, kind: Kind) -> tuple[Sliced, Executions]:
        return self.set() if kind == "set" else self.relation()

    def check(self, found: Sliced, expected: Sequence[Value]) -> None:
        """The same in each execution, and in the one form that there is for it."""
        every = self.domain.every
        assert len(expected) == self.count
        for k, value in enumerate(expected):
            assert self.at(found, k) == ([value] if isinstance(value, int) else list(value))
        for sure, row in zip(found.sure, found.open, strict=True):
            assert all(mask not in (0, every) and 0 < mask < every for mask in row.values())
            assert not any(sure >> j & 1 for j in row)

    @staticmethod
    def at(found: Sliced, k: int) -> list[int]:
        return [
            sure | sum(1 << j for j, mask in row.items() if mask >> k & 1)
            for sure, row in zip(found.sure, found.open, strict=True)
        ]


sets = st.integers(0, (1 << 24) - 1).map(Sets)

# name, whether the kind comes first, the kinds of the operands
OPERATIONS: list[tuple[str, bool, tuple[Kind, ...]]] = [
    ("seq", False, ("rel", "rel")),
    ("before", False, ("set", "rel")),
    ("after", False, ("rel", "set")),
    ("inverse", False, ("rel",)),
    ("cross", False, ("set", "set")),
    ("ident", False, ("set",)),
    ("plus", False, ("rel",)),
    ("star", False, ("rel",)),
    ("opt", False, ("rel",)),
    ("domain", False, ("rel",)),
    ("range", False, ("rel",)),
    ("diff", True, ("rel", "rel")),
    ("diff", True, ("set", "set")),
    ("comp", True, ("rel",)),
    ("comp", True, ("set",)),
]


@pytest.mark.parametrize(
    ("name", "kinded", "kinds"),
    OPERATIONS,
    ids=[f"{name}-{'-'.join(kinds)}" for name, _, kinds in OPERATIONS],
)
@settings(derandomize=True, max_examples=150, deadline=None)
@given(sets)
def test_operations(name: str, kinded: bool, kinds: tuple[Kind, ...], here: Sets) -> None:
    operands = [here.value(kind) for kind in kinds]
    first = kinds[:1] if kinded else ()
    before = [(list(a.sure), [dict(row) for row in a.open]) for a, _ in operands]
    found = getattr(here.domain, name)(*first, *[a for a, _ in operands])
    operation = getattr(here.explicit, name)
    here.check(found, [operation(*first, *values) for values in zip(*[b for _, b in operands], strict=True)])
    assert before == [(a.sure, a.open) for a, _ in operands], "an operand was changed"


@pytest.mark.parametrize("kind", ["rel", "set"])
@pytest.mark.parametrize("name", ["union", "inter"])
@settings(derandomize=True, max_examples=150, deadline=None)
@given(sets, st.integers(2, 4))
def test_unions_and_intersections(name: str, kind: Kind, here: Sets, count: int) -> None:
    operands = [here.value(kind) for _ in range(count)]
    found = getattr(here.domain, name)(kind, [a for a, _ in operands])
    operation = getattr(here.explicit, name)
    here.check(found, [operation(kind, list(v)) for v in zip(*[b for _, b in operands], strict=True)])


@settings(derandomize=True, max_examples=300, deadline=None)
@given(sets)
def test_checks(here: Sets) -> None:
    relation, executions = here.relation()
    members, masks = here.set()

    def where(test: Callable[[Rows], bool]) -> int:
        return sum(1 << k for k, rows in enumerate(executions) if test(cast(Rows, rows)))

    assert here.domain.cyclic(relation) == where(lambda r: not order.is_acyclic(r))
    assert here.domain.reflexive(relation) == where(lambda r: not explicit.irreflexive(r))
    assert here.domain.inhabited(relation) == where(lambda r: not explicit.is_empty(r))
    assert here.domain.inhabited(members) == sum(1 << k for k, mask in enumerate(masks) if mask)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(sets)
def test_what_every_execution_shares(here: Sets) -> None:
    kinds: tuple[Kind, Kind] = ("set", "rel")
    for kind in kinds:
        for name in ("empty", "universe"):
            expected = getattr(here.explicit, name)(kind)
            here.check(getattr(here.domain, name)(kind), [expected] * here.count)
    static, _ = here.relation()
    rows = here.at(static, 0)
    domain = SlicedDomain(here.n, here.count, {"po": rows, "R": 1}, {"rf": static})
    here.check(domain.primitive("rel", "po"), [rows] * here.count)
    here.check(domain.primitive("set", "R"), [1] * here.count)
    here.check(domain.primitive("rel", "id"), [explicit.identity(here.n)] * here.count)
    assert domain.primitive("rel", "rf") is static


@settings(derandomize=True, max_examples=150, deadline=None)
@given(sets)
def test_fixpoint(here: Sets) -> None:
    """x = a | x;x | y and y = b;x | [s], by rounds as in the explicit domain."""
    (a, a_rows), (b, b_rows), (s, s_masks) = here.relation(), here.relation(), here.set()

    def step(now: list[Sliced]) -> list[Sliced]:
        x, y = now
        d = here.domain
        return [
            d.union("rel", [a, d.seq(x, x), y]),
            d.union("rel", [d.seq(b, x), d.ident(s)]),
        ]

    found = here.domain.fixpoint(["rel", "rel"], step)
    for k, result in enumerate(found):
        expected = []
        for rows, more, mask in zip(a_rows, b_rows, s_masks, strict=True):

            def one(
                now: list[Value], rows: Value = rows, more: Value = more, mask: Value = mask
            ) -> list[Value]:
                d = here.explicit
                return [
                    d.union("rel", [rows, d.seq(now[0], now[0]), now[1]]),
                    d.union("rel", [d.seq(more, now[0]), d.ident(mask)]),
                ]

            expected.append(here.explicit.fixpoint(["rel", "rel"], one)[k])
        here.check(result, expected)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(sets)
def test_a_closure_is_kept_for_its_relation_only(here: Sets) -> None:
    """Closures are remembered; another relation in the same place in memory must not get them."""
    for _ in range(5):
        relation, rows = here.relation()
        here.check(here.domain.plus(relation), [order.plus(cast(Rows, r)) for r in rows])
        del relation


def _executions(rng: random.Random, n: int, count: int) -> list[tuple[Rows, Rows]]:
    """rf and co (transitive, as it always is) of executions that differ in a few pairs."""
    size = range(n)
    common = [(i, j) for i in size for j in size if rng.random() < 0.15]
    found: list[tuple[Rows, Rows]] = []
    for _ in range(count):
        rf = {*common, *((rng.randrange(n), rng.randrange(n)) for _ in range(rng.randrange(3)))}
        co = {*common, *((rng.randrange(n), rng.randrange(n)) for _ in range(rng.randrange(3)))}
        found.append((explicit.relation(n, sorted(rf)), explicit.relation(n, sorted(closure(frozenset(co))))))
    return found


_TESTS = ("acyclic", "irreflexive", "empty", "~acyclic", "~irreflexive", "~empty")


def _model(rng: random.Random, recursive: bool) -> str:
    lines = ['include "cos.cat"']
    for number in range(rng.randint(1, 4)):
        text = _relation(rng, rng.randint(1, 4))[0]
        if recursive and rng.random() < 0.5:
            text = f"(let rec x = ({text}) | (x & po);x;rf | co in x)"
        test = rng.choice(_TESTS)
        if "empty" in test and rng.random() < 0.3:
            text = f"domain({text})"
        flag = "flag " if rng.random() < 0.5 else ""
        lines.append(f"{flag}{test} {text} as c{number}")
    return "\n".join(lines)


def _agree(bound: Bound, executions: Sequence[tuple[Rows, Rows]]) -> None:
    answers = bound.many(executions)
    assert len(answers) == len(executions)
    for (rf, co), (allowed, raised) in zip(executions, answers, strict=True):
        assert allowed == bool(bound.allowed(rf, co)) == (not bound.failures(rf, co))
        if allowed:
            assert raised == bound.raised(rf, co)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.integers(0, (1 << 24) - 1), st.booleans())
def test_a_model_decides_many_executions_as_one_by_one(seed: int, recursive: bool) -> None:
    rng = random.Random(seed)
    world = _world(rng.randrange(1 << 24))
    structure = world.structure()
    bound = Plan(parse_text(_model(rng, recursive))).bind(structure)
    _agree(bound, _executions(rng, world.n, rng.randint(30, 200)))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.integers(0, (1 << 24) - 1))
def test_flags_are_those_of_the_checks_as_they_stand(seed: int) -> None:
    """The flags by three ways: many at once, one by one, and each check evaluated by itself."""
    rng = random.Random(seed)
    world = _world(rng.randrange(1 << 24))
    texts = [(rng.choice(_TESTS), _relation(rng, rng.randint(1, 4))) for _ in range(3)]
    lines = [f"flag {test} {text} as c{k}" for k, (test, (text, _)) in enumerate(texts)]
    model = parse_text("\n".join(['include "cos.cat"', *lines]))
    bound = Plan(model).bind(world.structure())
    executions = _executions(rng, world.n, 30)
    for (rf, co), (_, raised) in zip(executions, bound.many(executions), strict=True):
        actual = {**world.relations, "rf": _pairs(rf), "co": _pairs(co)}
        here = type(world)(world.n, world.sets, actual)
        expected = [f"c{k}" for k, (test, (_, meaning)) in enumerate(texts) if _holds(test, meaning(here))]
        assert list(bound.flags(rf, co)) == expected
        assert [f"c{k}" for k in range(3) if raised >> k & 1] == expected


def _pairs(rows: Rows) -> frozenset[tuple[int, int]]:
    return frozenset(explicit.members(rows))


def _holds(test: str, pairs: frozenset[tuple[int, int]]) -> bool:
    name = test.removeprefix("~")
    if name == "empty":
        result = not pairs
    else:
        reach = closure(pairs) if name == "acyclic" else pairs
        result = all(i != j for i, j in reach)
    return result != test.startswith("~")


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.integers(0, (1 << 24) - 1))
def test_what_is_not_possible_is_never_allowed(seed: int) -> None:
    """Where parts of rf and co are called impossible, no execution that has them is allowed."""
    rng = random.Random(seed)
    world = _world(rng.randrange(1 << 24))
    bound = Plan(parse_text(_model(rng, rng.random() < 0.5))).bind(world.structure())
    for rf, co in _executions(rng, world.n, 12):
        if bound.allowed(rf, co):
            for _ in range(4):
                parts = [[row & rng.getrandbits(world.n) for row in rows] for rows in (rf, co)]
                assert bound.possible(*parts)
