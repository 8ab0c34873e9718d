"""Random cat expressions: the evaluator in each domain against plain sets of pairs."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ordercheck.cat import Model, Plan, Term, parse_text
from ordercheck.cat.evaluate import bounds, values
from ordercheck.cat.plan import holds
from ordercheck.relations import explicit
from ordercheck.relations.bounds import BoundsDomain
from ordercheck.relations.events import EventStructure, ExplicitDomain, Value

Pairs = frozenset[tuple[int, int]]
Events = frozenset[int]
SETS = ("R", "W", "X", "NT")
RELATIONS = ("po", "rf", "loc", "int", "rmw")


@dataclass(frozen=True)
class World:
    """Events 0..n-1 with arbitrary sets and relations (loc and int symmetric, as they are)."""

    n: int
    sets: dict[str, Events]
    relations: dict[str, Pairs]

    def structure(self) -> EventStructure:
        sets = {name: sum(1 << i for i in found) for name, found in self.sets.items()}
        rows = {name: explicit.relation(self.n, sorted(found)) for name, found in self.relations.items()}
        return EventStructure(self.n, sets, rows)

    def domain(self) -> ExplicitDomain:
        structure = self.structure()
        return ExplicitDomain(structure, structure.rows("rf"), structure.rows("co"))


def _world(seed: int) -> World:
    """A world by chance: hypothesis alone would draw nearly empty ones."""
    rng = random.Random(seed)
    n = rng.randint(1, 5)
    every = range(n)
    sets = {name: frozenset(i for i in every if rng.random() < 0.5) for name in SETS}
    relations = {}
    for name in (*RELATIONS, "co"):
        density = rng.choice([0.1, 0.25, 0.5])
        relations[name] = frozenset(pair for pair in product(every, every) if rng.random() < density)
    relations["co"] = closure(relations["co"])
    for name in ("loc", "int"):
        relations[name] |= frozenset((j, i) for i, j in relations[name])
    if rng.random() < 0.3:
        # a relation of events to themselves, as si mostly is
        relations["rmw"] = frozenset((i, i) for i in every if rng.random() < 0.7)
    return World(n, sets, relations)


def worlds() -> st.SearchStrategy[World]:
    return st.integers(0, (1 << 24) - 1).map(_world)


SetMeaning = tuple[str, Callable[[World], Events]]
RelMeaning = tuple[str, Callable[[World], Pairs]]


def everything(w: World) -> Events:
    return frozenset(range(w.n))


def pairs_of(w: World) -> Pairs:
    return frozenset(product(range(w.n), range(w.n)))


def identity(w: World) -> Pairs:
    return frozenset((i, i) for i in range(w.n))


def compose(a: Pairs, b: Pairs) -> Pairs:
    return frozenset((i, k) for i, j in a for j2, k in b if j == j2)


def closure(a: Pairs) -> Pairs:
    while True:
        more = a | compose(a, a)
        if more == a:
            return a
        a = more


def _named_set(name: str) -> SetMeaning:
    return name, lambda w: w.sets[name]


def _named_relation(name: str) -> RelMeaning:
    return name, lambda w: w.relations[name]


SET_ATOMS: list[SetMeaning] = [
    *[_named_set(name) for name in SETS],
    ("FW", lambda w: w.sets["W"] - {i for i, _ in w.relations["co"]}),
    ("_", everything),
]
RELATION_ATOMS: list[RelMeaning] = [
    *[_named_relation(name) for name in (*RELATIONS, "co", "rf", "co")],
    ("0", lambda w: frozenset()),
    ("id", identity),
    ("po-loc", lambda w: w.relations["po"] & w.relations["loc"]),
    ("fr", lambda w: compose(_inverse(w.relations["rf"]), w.relations["co"]) - identity(w)),
]


def _inverse(a: Pairs) -> Pairs:
    return frozenset((j, i) for i, j in a)


def _set_of(op: str, a: SetMeaning, b: SetMeaning) -> SetMeaning:
    return f"({a[0]} {op} {b[0]})", {
        "|": lambda w: a[1](w) | b[1](w),
        "&": lambda w: a[1](w) & b[1](w),
        "\\": lambda w: a[1](w) - b[1](w),
    }[op]


def _relation_of(op: str, a: RelMeaning, b: RelMeaning) -> RelMeaning:
    return f"({a[0]} {op} {b[0]})", {
        "|": lambda w: a[1](w) | b[1](w),
        "&": lambda w: a[1](w) & b[1](w),
        "\\": lambda w: a[1](w) - b[1](w),
        ";": lambda w: compose(a[1](w), b[1](w)),
    }[op]


def _postfix(op: str, a: RelMeaning) -> RelMeaning:
    return f"({a[0]}{op})", {
        "+": lambda w: closure(a[1](w)),
        "*": lambda w: closure(a[1](w)) | identity(w),
        "?": lambda w: a[1](w) | identity(w),
        "^-1": lambda w: _inverse(a[1](w)),
    }[op]


def _relation(rng: random.Random, depth: int) -> RelMeaning:
    """An arbitrary expression of this depth at most."""
    if depth == 0:
        return rng.choice(RELATION_ATOMS)
    a = _relation(rng, rng.randrange(depth))
    form = rng.randrange(10)
    if form < 4:
        return _relation_of(rng.choice(["|", "&", "\\", ";"]), a, _relation(rng, depth - 1))
    if form < 6:
        return _postfix(rng.choice(["+", "*", "?", "^-1"]), a)
    s, t = _set(rng, depth - 1), _set(rng, depth - 1)
    if form == 6:
        return f"(~{a[0]})", lambda w: pairs_of(w) - a[1](w)
    if form == 7:
        return f"[{s[0]}]", lambda w: frozenset((i, i) for i in s[1](w))
    if form == 8:
        return f"({s[0]} * {t[0]})", lambda w: frozenset(product(s[1](w), t[1](w)))
    # masks are what a model is mostly made of
    return f"([{s[0]}]; {a[0]}; [{t[0]}])", lambda w: frozenset(
        (i, j) for i, j in a[1](w) if i in s[1](w) and j in t[1](w)
    )


def _set(rng: random.Random, depth: int) -> SetMeaning:
    if depth == 0 or rng.random() < 0.5:
        return rng.choice(SET_ATOMS)
    a = _relation(rng, depth - 1)
    form = rng.randrange(4)
    if form == 0:
        return f"domain({a[0]})", lambda w: frozenset(i for i, _ in a[1](w))
    if form == 1:
        return f"range({a[0]})", lambda w: frozenset(j for _, j in a[1](w))
    s = _set(rng, depth - 1)
    if form == 2:
        return f"(~{s[0]})", lambda w: everything(w) - s[1](w)
    return _set_of(rng.choice(["|", "&", "\\"]), s, _set(rng, depth - 1))


expressions: st.SearchStrategy[RelMeaning] = st.builds(
    lambda seed, depth: _relation(random.Random(seed), depth),
    st.integers(0, (1 << 24) - 1),
    st.integers(2, 5),
)


def shown(text: str) -> tuple[Model, Term]:
    """The model that shows this relation, and its term."""
    model = parse_text(f'include "cos.cat"\nshow ({text}) as it')
    return model, model.shows["it"]


def explicit_value(text: str, world: World) -> Pairs:
    model, term = shown(text)
    assert term.kind == "rel"
    rows = values([term], model.fixpoints, world.domain())[term]
    assert not isinstance(rows, int)
    return frozenset(explicit.members(rows))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(expressions, worlds())
def test_explicit_is_sets_of_pairs(expression: RelMeaning, world: World) -> None:
    text, meaning = expression
    assert explicit_value(text, world) == meaning(world)


# forms that are rewritten, and that chance meets too seldom
REWRITTEN: list[RelMeaning] = [
    ("rf \\ (rf & co & rmw)", lambda w: w.relations["rf"] - (w.relations["co"] & w.relations["rmw"])),
    ("po; (rf | rmw)", lambda w: compose(w.relations["po"], w.relations["rf"] | w.relations["rmw"])),
    ("(rf | rmw); po", lambda w: compose(w.relations["rf"] | w.relations["rmw"], w.relations["po"])),
    ("(rf \\ po) \\ rmw", lambda w: w.relations["rf"] - w.relations["po"] - w.relations["rmw"]),
    (
        "rf & ~po & co & ~rmw",
        lambda w: (w.relations["rf"] & w.relations["co"]) - w.relations["po"] - w.relations["rmw"],
    ),
    ("rf & (R * W) & (X * NT)", lambda w: _within(w, w.relations["rf"], ("R", "X"), ("W", "NT"))),
    ("[R]; [X]; rf; [W]; [NT]", lambda w: _within(w, w.relations["rf"], ("R", "X"), ("W", "NT"))),
]


def _within(w: World, a: Pairs, first: tuple[str, str], second: tuple[str, str]) -> Pairs:
    return frozenset(
        (i, j) for i, j in a if all(i in w.sets[x] for x in first) and all(j in w.sets[x] for x in second)
    )


@pytest.mark.parametrize("expression", REWRITTEN, ids=[r[0] for r in REWRITTEN])
def test_rewritings(expression: RelMeaning) -> None:
    for seed in range(30):
        world = _world(seed)
        assert explicit_value(expression[0], world) == expression[1](world)


_RECURSIVE = [
    "{a} | x;x",
    "{a} | {a};x",
    "{a} | x;{a}",
    "{a} | {b};x",
    "x;{b} | {a}",
    "{a} | {b};x | x;{c}",
    "{a} | x;x | {b};x",
    "{a} | x;x | x;{b} | {c};x | x",
    "x;x",
    "{a} | x;{b};x",
    "{a} | x^-1",
    "{a} | (x & {b});{c}",
    "{a} | x;x;x",
    "{a}",
]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.sampled_from(_RECURSIVE), expressions, expressions, expressions, worlds())
def test_recursion_is_the_least_fixpoint(
    form: str, a: RelMeaning, b: RelMeaning, c: RelMeaning, world: World
) -> None:
    """The closed forms and the fixpoints of the evaluator, against iteration of the body as it stands."""
    text = form.format(a=a[0], b=b[0], c=c[0])
    # the last iterate stands for x in the world's unused relation addr
    reached: Pairs = frozenset()
    body, term = shown(text.replace("x", "addr"))
    while True:
        now = World(world.n, world.sets, {**world.relations, "addr": reached})
        rows = values([term], body.fixpoints, now.domain())[term]
        assert not isinstance(rows, int)
        following = frozenset(explicit.members(rows))
        if following == reached:
            break
        reached = following
    assert explicit_value(f"let rec x = {text} in x", world) == reached


@settings(derandomize=True, max_examples=100, deadline=None)
@given(expressions, expressions, worlds())
def test_mutual_and_nested_recursion(a: RelMeaning, b: RelMeaning, world: World) -> None:
    both = a[1](world) | b[1](world)
    text = f"let rec x = {a[0]} | y;y and y = {b[0]} | x;y | x in y"
    x: Pairs = frozenset()
    y: Pairs = frozenset()
    while True:
        x2, y2 = a[1](world) | compose(y, y), b[1](world) | compose(x, y) | x
        if (x2, y2) == (x, y):
            break
        x, y = x2, y2
    assert explicit_value(text, world) == y
    nested = f"let rec x = {a[0]} | (let rec y = {b[0]} | x | y;(y & _);y | y;y in y) in x"
    assert explicit_value(nested, world) == closure(both)


def test_recursive_sets() -> None:
    world = World(
        4, {"R": frozenset({0})}, {"po": frozenset({(0, 1), (1, 2)}), "rf": frozenset(), "co": frozenset()}
    )
    assert explicit_value("let rec s = R | range([s];po) in [s]", world) == {(0, 0), (1, 1), (2, 2)}


@st.composite
def uncertain(draw: st.DrawFn) -> tuple[World, dict[str, Pairs], dict[str, Pairs]]:
    """A world with what rf and co may and must hold; the world's own are in between."""
    world = draw(worlds())
    may, must = {}, {}
    for name in ("rf", "co"):
        actual = world.relations[name]
        rng = random.Random(draw(st.integers(0, 1 << 24)))
        must[name] = frozenset(pair for pair in actual if rng.random() < 0.5)
        may[name] = actual | {pair for pair in pairs_of(world) if rng.random() < 0.2}
    return world, may, must


def _contained(must: Value, actual: Value, may: Value) -> bool:
    if isinstance(must, int) or isinstance(actual, int) or isinstance(may, int):
        assert isinstance(must, int) and isinstance(actual, int) and isinstance(may, int)
        return not must & ~actual and not actual & ~may
    rows = zip(must, actual, may, strict=True)
    return all(not low & ~mid and not mid & ~high for low, mid, high in rows)


@settings(derandomize=True, max_examples=250, deadline=None)
@given(expressions, st.booleans(), uncertain())
def test_bounds_enclose_every_term(
    expression: RelMeaning, recursive: bool, case: tuple[World, dict[str, Pairs], dict[str, Pairs]]
) -> None:
    world, may, must = case
    text = f"(let rec x = ({expression[0]}) | (x & po);x;rf in x)" if recursive else expression[0]
    model, term = shown(text)
    unknown = {
        name: (explicit.relation(world.n, sorted(may[name])), explicit.relation(world.n, sorted(must[name])))
        for name in ("rf", "co")
    }
    actual = values([term], model.fixpoints, world.domain())
    for part, (high, low) in values(
        [term], model.fixpoints, BoundsDomain(world.structure(), unknown)
    ).items():
        if part in actual:
            assert _contained(low, actual[part], high)
        if part not in model.dynamic and part.op not in ("hole",):
            assert high is low


def test_bounds_of_a_model_cover_all_its_terms() -> None:
    model = parse_text('include "cos.cat" acyclic po | rf | fr')
    n = 2
    rows = explicit.relation(n, [(0, 1)])
    structure = EventStructure(n, {}, {"po": [0, 0]})
    found = bounds(model, structure, {"rf": (rows, [0, 0]), "co": (rows, [0, 0])})
    assert set(found) == set(model.terms())


_TESTS = st.sampled_from(["acyclic", "irreflexive", "empty", "~acyclic", "~irreflexive", "~empty"])


@settings(derandomize=True, max_examples=500, deadline=None)
@given(st.lists(st.tuples(_TESTS, expressions, st.booleans()), min_size=1, max_size=2), worlds())
def test_the_compiled_plan_is_the_evaluator(checks: list[tuple[str, RelMeaning, bool]], world: World) -> None:
    lines = [
        f"{test} {f'domain({text})' if of_set and 'empty' in test else text} as check{number}"
        for number, (test, (text, _), of_set) in enumerate(checks)
    ]
    model = parse_text('include "cos.cat"\n' + "\n".join(lines))
    domain = world.domain()
    found = values([check.term for check in model.checks], model.fixpoints, domain)
    failing = [check for check in model.checks if not holds(check, found[check.term])]
    structure = world.structure()
    bound = Plan(model).bind(structure)
    rf, co = structure.rows("rf"), structure.rows("co")
    assert bound.allowed(rf, co) == (not failing)
    assert [failure.check for failure in bound.failures(rf, co)] == failing


@settings(derandomize=True, max_examples=100, deadline=None)
@given(expressions, worlds(), worlds())
def test_one_plan_serves_structures_of_every_shape(expression: RelMeaning, one: World, two: World) -> None:
    assume(one != two)
    model = parse_text(f'include "cos.cat" acyclic ({expression[0]}) | rf as c')
    plan = Plan(model)
    for world in (one, two):
        structure = world.structure()
        expected = {(i, i) for i in range(world.n)}.isdisjoint(
            closure(expression[1](world) | world.relations["rf"])
        )
        assert plan.bind(structure).allowed(structure.rows("rf"), structure.rows("co")) == expected


def test_deep_terms_need_no_recursion() -> None:
    lines = ["let x0 = po | rf"]
    lines += [f"let x{i} = (x{i - 1} & ~rf);po | x{i - 1}^-1" for i in range(1, 1200)]
    model = parse_text("\n".join(lines) + "\nacyclic x1199")
    world = World(3, {}, {"po": frozenset({(0, 1)}), "rf": frozenset({(1, 2)}), "co": frozenset()})
    rows = world.structure()
    Plan(model).bind(rows).allowed(rows.rows("rf"), rows.rows("co"))


def test_flags_are_raised_where_their_test_holds() -> None:
    model = parse_text("acyclic po as order\nflag ~empty rf as reads\nflag empty po as nothing")
    structure = EventStructure(2, {}, {"po": [2, 0]})
    bound = Plan(model).bind(structure)
    assert bound.allowed([2, 0], [0, 0])
    assert bound.flags([2, 0], [0, 0]) == ("reads",)
    assert bound.flags([0, 0], [0, 0]) == ()
    assert [check.name for check in model.constraints] == ["order"]
