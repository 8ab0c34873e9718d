"""Final states, verdicts and flags: enumeration, in batches or not, and the solver agree."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.cat import Model, parse_text
from ordercheck.engines.axiomatic import explicit
from ordercheck.engines.axiomatic.decide import Found, states, verdict, witness
from ordercheck.engines.axiomatic.engine import candidates, space_of
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program import Expr, MemoryAt, Pointer, Program, RegisterOf, Visibility, const, var
from ordercheck.program.expr import Sort, apply, evaluate, keep
from ordercheck.program.ir import (
    ANYWHERE,
    Address,
    Assign,
    Block,
    Branch,
    Condition,
    Exit,
    Fence,
    Goto,
    Havoc,
    Instr,
    Load,
    Mark,
    MemObject,
    Outcome,
    Rmw,
    Store,
    Terminator,
    Thread,
)
from ordercheck.program.thread import ThreadBuilder
from ordercheck.testing.strategies import programs
from tests.engines.axiomatic.shapes import model, program

ALL = 10**9
COS = 'include "cos.cat"\n'
UNIPROC = COS + "acyclic po-loc | rf | co | fr as uniproc\nempty rmw & (fre; coe) as atomic\n"
# models that use what the shipped ones do not: flags, choices, dependencies
MODELS: Mapping[str, str] = {
    "flags": UNIPROC
    + """
      flag ~empty rfe as external
      flag ~empty (po \\ (rfe; po)) & (W * R) as under-difference
      flag ~irreflexive (po | rfe)+ as in-a-closure
      flag ~empty (R * R) & (W * W) as never
      flag ~empty W \\ domain(rf) as unread
      flag ~empty ((fr; po)+ \\ (po; rf)+) & ext as two-closures
      flag ~empty co & ~(po | rf; fr) as under-complement""",
    "dependencies": UNIPROC
    + """
      acyclic rfe | data | addr | (ctrl & (_ * W)) as dependencies
      flag ~empty data & (R * W) as data
      flag ~empty ctrl & (R * R) as ctrl-to-load
      flag ~empty addr as addr""",
    "choice of an order": UNIPROC
    + """
      with s from linearisations(MFENCE, po)
      acyclic s | po | rfe | fre as fences
      flag ~empty s & ext as fences-apart""",
    "choice of sources": UNIPROC
    + """
      let all =
        let each r = let single p = p ++ 0 in map single (((W | IW) * {r}) & loc)
        in map each (R & X)
      with seen from cross(all)
      empty (seen & ext) \\ co? as seen-externally
      acyclic seen | po as seen""",
    "tso": COS
    + """
      acyclic po-loc | rf | co | fr as uniproc
      empty rmw & (fre; coe) as atomic
      let ppo = (po \\ (W * R)) | po; [MFENCE | X]; po | [X]; po | po; [X]
      acyclic (ppo & (R | W) * (R | W)) | rfe | co | fr as tso""",
}


@cache
def small_model(name: str) -> Model:
    return parse_text(MODELS[name], name)


def agree(of: Program, under: Model, filter: Expr | None = None) -> Found | None:
    """What enumeration finds; every other way must find the same. None where it gives out."""
    try:
        found = states(of, under, Deadline(30), filter=filter, few=ALL)
    except GaveOut as reason:
        if "depends on itself" not in str(reason):
            raise
        with pytest.raises(GaveOut):
            states(of, under, Deadline(30), filter=filter, few=0)
        return None
    assert found.counted and found.candidates == sum(found.states.values())
    solved = states(of, under, Deadline(30), filter=filter, few=0)
    assert set(solved.states) == set(found.states)
    assert set(solved.flags) == set(found.flags)
    assert solved.cut == found.cut
    for few in (1, 4):
        mixed = states(of, under, Deadline(30), filter=filter, few=few)
        assert (set(mixed.states), set(mixed.flags)) == (set(found.states), set(found.flags))
        if mixed.counted:
            assert mixed.states == found.states
    return found


def one_by_one(of: Program, under: Model, monkeypatch: pytest.MonkeyPatch) -> Found:
    """Enumeration without batches."""
    with monkeypatch.context() as patch:
        patch.setattr(explicit, "_FEW_AT_ONCE", ALL)
        return states(of, under, Deadline(30), few=ALL)


def verdicts(of: Program, under: Model, found: Found, condition: Expr, filter: Expr | None = None) -> None:
    """The verdict on a condition is what the final states say, however it is found."""
    asked = Program(
        of.name, of.threads, of.objects, observe=of.observe, condition=Condition("exists", condition)
    )
    names = [str(what) for what in of.observe]
    truth = {bool(evaluate(condition, dict(zip(names, state, strict=True)))) for state in found.states}
    for few in (0, 1, ALL):
        decided = verdict(asked, under, Deadline(30), filter=filter, few=few)
        assert (decided.positive, decided.negative) == (True in truth, False in truth)
        assert set(decided.flags) == set(found.flags)
    shown = witness(of, under, Deadline(30), filter=filter, wanted=condition)
    assert (shown is not None) == (True in truth)


@settings(derandomize=True, max_examples=120, deadline=None)
@given(
    programs(threads=(2, 3), accesses=3, objects=2, total=6, sizes=(4,), object_size=4),
    st.sampled_from(sorted(MODELS)),
    st.integers(0, 1 << 20),
)
def test_every_way_finds_the_same(of: Program, name: str, seed: int) -> None:
    under, rng = small_model(name), random.Random(seed)
    found = agree(of, under)
    if found is None or not found.states:
        return
    wanted = rng.choice(sorted(found.states))
    parts = [
        var(str(what)) == value for what, value in zip(of.observe, wanted, strict=True) if rng.random() < 0.5
    ]
    condition = const(True)
    for part in parts:
        condition = condition & part
    verdicts(of, under, found, condition)
    if parts:
        filtered = agree(of, under, filter=~parts[0])
        assert filtered is not None
        names = [str(what) for what in of.observe]
        assert filtered.states == {
            state: count
            for state, count in found.states.items()
            if evaluate(~parts[0], dict(zip(names, state, strict=True)))
        }
        verdicts(of, under, filtered, condition, ~parts[0])


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    programs(threads=(2, 3), accesses=3, objects=2, total=6),
    st.sampled_from(["x86-tso", "x86-nt", "nt-contract", "sc"]),
)
def test_every_way_finds_the_same_with_accesses_of_every_size(of: Program, name: str) -> None:
    agree(of, model(name))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    programs(threads=(2, 3), accesses=3, objects=2, total=7, sizes=(4,), object_size=4),
    st.sampled_from(sorted(MODELS)),
)
def test_nothing_that_is_left_out_beforehand_is_allowed(of: Program, name: str) -> None:
    """What `possible` excludes is excluded: the same counts where nothing is left out."""
    under = small_model(name)
    for skeleton in candidates(of, under, 4, Deadline(30)):
        with_, without = space_of(skeleton, under), space_of(skeleton, under)
        without.bound.possible = lambda *_: True
        try:
            if without.count() > 20_000:
                return
            with_.count()
            counts = [
                sorted((e.state, e.rows, e.raised) for e in space.allowed(Deadline(30), flags=True))
                for space in (with_, without)
            ]
        except GaveOut:
            return
        assert counts[0] == counts[1]


def test_batches_are_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def many(t: ThreadBuilder, x: Pointer, y: Pointer) -> None:
        for k in range(3):
            t.store(x, 8, k + 1)
            t.load(y, 8)

    of = program(many, lambda t, x, y: many(t, y, x))
    for name in MODELS:
        found = states(of, small_model(name), Deadline(60), few=ALL)
        assert one_by_one(of, small_model(name), monkeypatch) == found


def test_many_reads_of_one_location_and_many_states() -> None:
    """More choices at one location than are looked at beforehand, and almost as many states."""

    def reader(t: ThreadBuilder, _: Pointer, y: Pointer) -> None:
        for _times in range(13):
            t.load(y, 8)

    of = program(lambda t, x, y: t.store(y, 8, 1), reader)
    assert len(states(of, model("x86-tso"), Deadline(60)).states) == 14
    assert len(states(of, model("x86-tso"), Deadline(60), few=0).states) == 14


# programs written as instructions: marks, dependencies, pointers

X, Y = Address("x", const(0)), Address("y", const(0))


def straight(*body: Instr) -> list[tuple[list[Instr], Terminator]]:
    return [(list(body), Exit())]


def made(
    *threads: list[tuple[list[Instr], Terminator]],
    objects: tuple[MemObject, ...] = (),
    observe: tuple[MemoryAt | RegisterOf, ...] | None = None,
) -> Program:
    """Threads as blocks; registers are those that are written, and all are observed with x and y."""
    built = []
    seen: list[MemoryAt | RegisterOf] = []
    for number, blocks in enumerate(threads):
        registers: dict[str, Sort] = {}
        for body, _ in blocks:
            for instr in body:
                if isinstance(instr, Load | Rmw | Assign | Mark) and instr.dst:
                    registers[instr.dst] = "int"
                elif isinstance(instr, Havoc):
                    registers[instr.dst] = instr.sort
        built.append(Thread(f"P{number}", tuple(Block(tuple(b), end) for b, end in blocks), registers))
        seen += [RegisterOf(number, name) for name in registers]
    memory = objects or tuple(
        MemObject(name, 4, Visibility.SHARED, address=0x1000 * k) for k, name in enumerate("xy", 1)
    )
    watched = (*seen, *(MemoryAt(o.name, 0, 4, o.name) for o in memory if o.size == 4))
    return Program("made", tuple(built), memory, observe=watched if observe is None else observe)


def load(dst: str, where: Address, *tags: str) -> Load:
    return Load(dst, where, 4, frozenset(tags))


def store(where: Address, value: Expr | int, *tags: str) -> Store:
    return Store(where, 4, value if isinstance(value, Expr) else const(value), frozenset(tags))


DEPENDENCY = UNIPROC + "acyclic rfe | {which} as dependencies\nflag ~empty {which} as there"


def buffering(*middle: Instr, last: Instr | None = None) -> Program:
    """Load buffering, the first thread with something between load and store."""
    first = straight(load("r", X), *middle, last or store(Y, 1))
    return made(first, straight(load("s", Y), Fence(frozenset({"MFENCE"})), store(X, 1)))


def raised(of: Program, text: str) -> tuple[str, ...]:
    found = agree(of, parse_text(text))
    assert found is not None
    return found.flags


R = var("r")
# y, by a computation that mentions r
POINTED = Address(ANYWHERE, keep("+", keep("*", R, 0), 0x2000))
CASES: list[tuple[str, Program, set[str]]] = [
    ("nothing", buffering(), set()),
    ("data", buffering(last=store(Y, R + 1)), {"data"}),
    ("data that vanishes", buffering(last=store(Y, keep("*", R, 0))), {"data"}),
    ("data through a register", buffering(Assign("q", R + 1), last=store(Y, var("q"))), {"data"}),
    ("a register written over", buffering(Assign("r", const(1)), last=store(Y, R)), set()),
    ("through another load", buffering(load("r", Y), last=store(X, R)), {"data"}),
    (
        "the address of a store",
        buffering(last=store(POINTED, 1)),
        {"addr"},
    ),
    (
        "the address of a load",
        buffering(load("q", POINTED)),
        {"addr"},
    ),
]


@pytest.mark.parametrize(("of", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_dependencies_of_values_and_addresses(of: Program, expected: set[str]) -> None:
    for which in ("data", "addr", "ctrl"):
        assert raised(of, DEPENDENCY.format(which=which)) == (("there",) if which in expected else ())


def conditional(join: int, inside: bool, after: bool) -> Program:
    """r = x; if (r == 0) { y = 1 }; y = 2, each store or not."""
    blocks: list[tuple[list[Instr], Terminator]] = [
        ([load("r", X)], Branch(R == 0, 1, 2, join=join)),
        ([store(Y, 1)] if inside else [], Goto(2)),
        ([store(Y, 2)] if after else [], Exit()),
    ]
    return made(blocks, straight(store(X, 1)))


@pytest.mark.parametrize(
    ("join", "inside", "after", "expected"),
    [
        (-1, True, False, True),
        (-1, False, True, True),
        (2, True, False, True),
        (2, False, True, False),
        (2, False, False, False),
    ],
)
def test_control_dependencies_end_where_the_branch_says(
    join: int, inside: bool, after: bool, expected: bool
) -> None:
    of = conditional(join, inside, after)
    assert raised(of, UNIPROC + "flag ~empty ctrl as there") == (("there",) if expected else ())


def test_nested_branches_end_one_by_one() -> None:
    """if (r) { if (s) { y = 1 } y = 2 } y = 3: the store of 2 depends on r alone, that of 3 on neither."""
    of = made(
        [
            ([load("r", X, "A"), load("s", X, "L")], Branch(R == 0, 1, 4, join=4)),
            ([], Branch(var("s") == 0, 2, 3, join=3)),
            ([store(Y, 1, "NT")], Goto(3)),
            ([store(Y, 2, "X")], Goto(4)),
            ([store(Y, 3)], Exit()),
        ]
    )
    flags = [
        f"flag ~empty [{source}]; ctrl; [{target}] as {source}-{name}"
        for source in ("A", "L")
        for name, target in (("one", "NT"), ("two", "X"), ("three", "W \\ (NT | X | IW)"))
    ]
    assert set(raised(of, UNIPROC + "\n".join(flags))) == {"A-one", "A-two", "L-one"}


def test_a_condition_that_is_known_is_a_control_dependency_too() -> None:
    blocks: list[tuple[list[Instr], Terminator]] = [
        ([load("r", X)], Branch(keep("==", keep("*", R, 0), 0), 1, 1)),
        ([store(Y, 1)], Exit()),
    ]
    assert raised(made(blocks), UNIPROC + "flag ~empty ctrl & (R * W) as there") == ("there",)


def test_a_free_choice_is_no_dependency() -> None:
    """Also where the register held something that was loaded before."""
    blocks: list[tuple[list[Instr], Terminator]] = [
        ([load("r", X), Assign("b", R), Havoc("b", "int", 0, 1)], Branch(var("b") == 0, 1, 2)),
        ([store(Y, 1)], Exit()),
        ([store(Y, 2)], Exit()),
    ]
    of = made(blocks, straight(store(X, 1)))
    found = agree(of, parse_text(UNIPROC + "flag ~empty ctrl as there"))
    assert found is not None and found.flags == ()
    assert {(state[-1], state[1]) for state in found.states} == {(1, 0), (2, 1)}


def later(*arm: Instr, condition: Expr = R == 1) -> Program:
    """r = x; if (condition) { arm }; if (q == 1) { y = 1 }; the other thread passes y back to x."""
    first: list[tuple[list[Instr], Terminator]] = [
        ([load("r", X), load("@1", X)], Branch(condition, 1, 2, join=2)),
        ([*arm], Goto(2)),
        ([Assign("s", var("q"))], Branch(var("s") == 1, 3, 4, join=4)),
        ([store(Y, 1)], Goto(4)),
        ([], Exit()),
    ]
    return made(first, straight(load("r", Y), store(X, R)))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (later(Assign("q", const(1))), True),
        (later(Assign("@2", const(1)), Assign("q", var("@2"))), True),
        (later(Assign("q", const(1)), Assign("q", const(1))), True),
        (later(Assign("q", const(1)), condition=var("@1") == 1), False),
    ],
    ids=["a register", "a copy", "assigned twice", "the condition reads memory itself"],
)
def test_control_goes_on_through_registers(of: Program, expected: bool) -> None:
    """herd's rule: what a register holds depends on the registers that the condition around it tested."""
    flag = "flag ~empty ctrl & (R * W) as there\nflag ~empty (addr | data) & (_ * W) & int & po as other"
    found = agree(of, parse_text(UNIPROC + flag))
    assert found is not None
    assert ("there" in found.flags) == expected


def test_what_is_seen_of_a_lock_is_a_dependency() -> None:
    """A register that an event sets to a constant depends on that event."""
    seen = Mark(frozenset({"RL"}), X, const(1), size=4, dst="r")
    branch: list[tuple[list[Instr], Terminator]] = [
        ([seen], Branch(R == 1, 1, 2, join=2)),
        ([store(Y, 1)], Goto(2)),
        ([store(Y, R + 1)], Exit()),
    ]
    text = "flag ~empty [RL]; ctrl; [W] as ctrl\nflag ~empty [RL]; data; [W] as data"
    found = agree(made(branch), parse_text(UNIPROC + text))
    assert found is not None
    assert set(found.flags) == {"ctrl", "data"}
    assert {state[0] for state in found.states} == {1}


@pytest.mark.parametrize("ordered", [False, True])
def test_an_ordered_rmw_is_in_program_order(ordered: bool) -> None:
    rmw = Rmw("r", X, 4, R + 1, tags=frozenset({"A"}), write_tags=frozenset({"L"}), ordered=ordered)
    of = made(straight(rmw, load("s", Y)), straight(store(X, 5), store(Y, 1)))
    flags = raised(
        of,
        UNIPROC
        + """flag ~empty [A & R]; po; [L & W] as inside
             flag ~empty rmw & po as both
             flag ~empty rmw \\ ((A \\ L) * (L \\ A)) as tags
             flag ~empty [A]; po; [R \\ A] as from-load
             flag ~empty [L]; po; [R \\ A] as from-store""",
    )
    assert set(flags) == {"from-load", "from-store", *(("inside", "both") if ordered else ())}


@pytest.mark.parametrize("size", [1, 2, 4])
def test_rmws_of_several_sizes_are_atomic(size: int) -> None:
    add = Rmw("r", X, size, R + 1)
    of = made(straight(add), straight(add), straight(store(X, 0x01FF_00FF)))
    for name in ("x86-tso", "sc", "x86-nt"):
        found = agree(of, model(name))
        assert found is not None
        bits = 8 * size
        low = (1 << bits) - 1
        ends = {state[-2] for state in found.states}
        assert all(0x01FF_00FF & ~low == end & ~low for end in ends)
        assert {end & low for end in ends} == {(0x01FF_00FF + k) & low for k in range(3)}


def test_a_conditional_rmw_stores_or_does_not() -> None:
    swap = Rmw("r", X, 4, const(7), when=R == 1)
    of = made(straight(swap), straight(store(X, 1)))
    for name in ("x86-tso", "sc"):
        found = agree(of, model(name))
        assert found is not None
        assert {(state[0], state[1]) for state in found.states} == {(0, 1), (1, 7)}


def test_marks_are_events_of_the_model_alone() -> None:
    """No load reads from them; those in coherence are ordered with the stores of their location."""
    take = [Mark(frozenset({"LKR"}), X, size=4), Mark(frozenset({"LKW"}), X, size=4)]
    give = Mark(frozenset({"UL"}), X, size=4)
    of = made(
        straight(*take, load("r", Y), store(Y, 1), give), straight(*take, load("r", Y), store(Y, 2), give)
    )
    text = (
        UNIPROC
        + """let cs = ([LKW]; po-loc; [UL])
             let after = (co | cs | cs^-1; co)+
             acyclic po | rf | after | fr as locked
             empty [LKR]; rf as never
             flag ~empty [LKW]; co; [LKW] as ordered
             flag ~empty po & LKR * LKW as steps"""
    )
    found = agree(of, parse_text(text))
    assert found is not None
    assert set(found.flags) == {"ordered", "steps"}
    registers = {(state[0], state[1]) for state in found.states}
    assert registers == {(0, 1), (2, 0), (0, 0)} - {(0, 0)}
    with pytest.raises(GaveOut, match="says nothing about"):
        states(of, model("sc"))


# pointers


@st.composite
def pointing(draw: st.DrawFn) -> tuple[Program, Program]:
    """A program with pointers, and the same where everything may point anywhere."""
    base = 0x1000
    objects = tuple(
        MemObject(name, 4, Visibility.SHARED, address=base + 0x100 * k, init={0: (4, value)})
        for k, (name, value) in enumerate(
            (
                ("x", draw(st.sampled_from([0, 1]))),
                ("y", draw(st.sampled_from([0, 2]))),
                ("p", base + 0x100 * draw(st.integers(0, 2))),
            )
        )
    )
    threads = []
    for _ in range(draw(st.integers(1, 2))):
        body: list[Instr] = []
        if draw(st.booleans()):
            body.append(store(Address("p", const(0)), base + 0x100 * draw(st.integers(0, 2))))
        if draw(st.booleans()):
            body.append(load("q", Address("p", const(0))))
        else:
            body.append(Assign("q", const(base + 0x100 * draw(st.integers(0, 2)))))
        where = Address(
            ANYWHERE, draw(st.sampled_from([var("q"), var("q") + 0x100 * draw(st.integers(0, 1))]))
        )
        form = draw(st.integers(0, 3))
        if form == 0:
            body.append(load("r", where))
        elif form == 1:
            body.append(store(where, draw(st.sampled_from([1, 2, base, base + 0x100]))))
        elif form == 2:
            body.append(Rmw("r", where, 4, apply("+", var("r"), draw(st.sampled_from([0, 0x100])))))
        else:
            body += [load("r", where), store(Address(ANYWHERE, var("q")), var("r"))]
        threads.append(straight(*body))
    of = made(*threads, objects=objects)
    return of, of


@settings(derandomize=True, max_examples=150, deadline=None)
@given(pointing())
def test_pointers_lead_to_every_place_that_they_can(case: tuple[Program, Program]) -> None:
    """What is found about pointers beforehand leaves no execution out: the same where nothing is known."""
    of, _ = case
    for name in ("x86-tso", "sc"):
        results: list[Mapping[Outcome, int] | str] = []
        for known in (True, False):
            with pytest.MonkeyPatch.context() as patch:
                if not known:
                    patch.setattr("ordercheck.engines.axiomatic.engine.has_pointers", lambda _: False)
                try:
                    results.append(states(of, model(name), Deadline(60), few=ALL).states)
                except GaveOut as reason:
                    results.append(str(reason).split(": ", 1)[-1][:30])
        first, second = results
        if isinstance(first, str) or isinstance(second, str):
            assert isinstance(first, str) and isinstance(second, str)
        else:
            assert first == second
            solved = states(of, model(name), Deadline(60), few=0).states
            assert set(solved) == set(first)


def test_flags_of_what_is_absent() -> None:
    """`flag empty` is raised where there is nothing; the solver asks for that too."""
    text = (
        UNIPROC
        + """flag empty (W \\ IW) * R & rf as alone
             flag irreflexive fr; rfe as straight
             flag empty range(rf & (_ * X)) as free"""
    )
    for few in (0, ALL):
        assert states(buffering(), parse_text(text), few=few).flags == ("alone", "straight", "free")
        both = made(straight(Rmw("r", X, 4, R + 1)), straight(store(X, 1), store(X, 2)))
        assert "free" not in states(both, parse_text(text), few=few).flags


@pytest.mark.parametrize(
    "check", ["~empty rfe & (W \\ IW) * R", "~acyclic po | rf | co | fr", "~irreflexive fr; rfe"]
)
def test_negated_checks(check: str) -> None:
    """An execution must have what the check asks for."""
    of = made(straight(store(X, 1), load("r", Y)), straight(store(Y, 1), load("s", X)), straight(store(X, 2)))
    found = agree(of, parse_text(UNIPROC + check + " as needed"))
    assert found is not None
    assert len(found.states) < len(states(of, parse_text(UNIPROC)).states)
