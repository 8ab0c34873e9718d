"""What cat files mean beyond relations: functions, procedures, tags, sets of sets, choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.cat import Model, Plan, load, parse_text
from ordercheck.cat.evaluate import values
from ordercheck.engines.axiomatic.candidates import candidate
from ordercheck.engines.axiomatic.explicit import alternatives
from ordercheck.engines.axiomatic.trace import Access, Trace
from ordercheck.errors import GaveOut, InputError
from ordercheck.program.expr import const
from ordercheck.program.ir import Fence, MemObject, Program
from ordercheck.relations import explicit
from ordercheck.relations.events import EventStructure, ExplicitDomain
from tests.cat.test_evaluate import World, closure, compose, explicit_value

Pairs = frozenset[tuple[int, int]]


COS = 'include "cos.cat"\n'


def pairs(*found: tuple[int, int]) -> Pairs:
    return frozenset(found)


# two threads, 0 1 2 and 3 4, of which 1 and 4 are fences; events 0, 2 and 3 are at one location
WORLD = World(
    5,
    {
        "R": frozenset({2, 3}),
        "W": frozenset({0}),
        "F": frozenset({1, 4}),
        "X": frozenset({2}),
        "MFENCE": frozenset({1}),
        "Mb": frozenset({1}),
        "Wmb": frozenset({4}),
        "Once": frozenset({0, 2}),
    },
    {
        "po": pairs((0, 1), (0, 2), (1, 2), (3, 4)),
        "rf": pairs((0, 3)),
        "co": pairs(),
        "loc": pairs(*((i, j) for i in (0, 2, 3) for j in (0, 2, 3))),
        "int": pairs(*((i, j) for i in range(5) for j in range(5) if (i < 3) == (j < 3))),
        "ext": pairs(*((i, j) for i in range(5) for j in range(5) if (i < 3) != (j < 3))),
    },
)
PO, RF = WORLD.relations["po"], WORLD.relations["rf"]


def value(text: str) -> Pairs:
    """What `it` is in WORLD, as a model text defines it."""
    return in_world(parse_text(f"{text}\nshow it"), "it")


def in_world(model: Model, name: str) -> Pairs:
    term = model.shows[name]
    rows = values([term], model.fixpoints, WORLD.domain())[term]
    if isinstance(rows, int):
        return frozenset((i, i) for i in explicit.bits(rows))
    return frozenset(explicit.members(rows))


def members(*events: int) -> Pairs:
    return frozenset((i, i) for i in events)


MEANINGS: dict[str, tuple[str, Pairs]] = {
    "a function of one argument": ("let f x = x; rf\nlet it = f po", compose(PO, RF)),
    "a function of a tuple": ("let f (a, b) = b; a\nlet it = f (rf, po)", compose(PO, RF)),
    "a function value": ("let f = fun x -> x | rf\nlet it = f po", PO | RF),
    "a function that makes a function": ("let f x = fun y -> y; x\nlet it = f rf po", compose(PO, RF)),
    "a function sees what was defined before it": (
        "let a = rf\nlet f x = x | a\nlet a = 0\nlet it = f po",
        PO | RF,
    ),
    "a parameter hides a global name": ("let a = rf\nlet f a = a\nlet it = f po", PO),
    "a parameter hides a primitive": ("let f rf = rf; rf\nlet it = f po", compose(PO, PO)),
    "patterns": ("let (a, _) = (po, rf)\nlet b, c = (rf, 0)\nlet it = a | b | c", PO | RF),
    "let and let are at the same time": ("let a = po and b = rf\nlet a = b and b = a\nlet it = a", RF),
    "let in": ("let it = let a = rf in a | a; po", RF | compose(RF, PO)),
    "a recursive function": (
        """let rec every S = match S with || {} -> 0 || x ++ xs -> x | every xs end
           let it = every {po, rf}""",
        PO | RF,
    ),
    "functions that call each other": (
        """let rec odd S = match S with || {} -> rf || x ++ xs -> even xs end
           and even S = match S with || {} -> 0 || x ++ xs -> odd xs end
           let it = odd {po, rf} | (even {po}; po)""",
        RF | compose(RF, PO),
    ),
    "fold": ("let it = fold (fun (x, y) -> x; y) ({po, rf}, id)", compose(PO, RF) | compose(RF, PO)),
    "map": (
        "let it = fold (fun (x, y) -> x | y) (map (fun r -> r; po) {po, rf}, 0)",
        compose(PO, PO) | compose(RF, PO),
    ),
    "adding to a set of relations": (
        "let s = po ++ rf ++ {}\nlet it = fold (fun (x, y) -> x | y) (s, 0)",
        PO | RF,
    ),
    "a set holds each thing once": (
        """let f S = match S with || {} -> po || x ++ xs -> match xs with || {} -> x || y ++ ys -> 0 end end
           let it = f {rf, rf}""",
        RF,
    ),
    "union of sets of relations": (
        "let it = fold (fun (x, y) -> x | y) ({po} | {rf}, 0)",
        PO | RF,
    ),
    "intersection of sets of relations": (
        "let it = fold (fun (x, y) -> x | y) ({po, rf} & {rf, id}, 0)",
        RF,
    ),
    "difference of sets of relations": (
        "let it = fold (fun (x, y) -> x | y) ({po, rf, id} \\ {po, id}, 0)",
        RF,
    ),
    "equal sets": ("let it = if {po, rf} = {rf, po} then po else rf", PO),
    "a subset": ("let it = if {po, rf} subset {po} then po else rf", RF),
    "a member": ("let it = if po in {rf, po} then po else rf", PO),
    "try what is there": ("let it = try po with rf", PO),
    "try what is not there": ("let it = try nosuch with rf", RF),
    "try what has no sense": ("let it = try (R; po) with rf", RF),
    "try inside try": ("let it = try (try nosuch with another) with rf", RF),
    "an empty set is either": ("let s = {} | R\nlet r = {} | rf\nlet it = [s] | r", members(2, 3) | RF),
    "everything is either": ("let s = _ \\ R\nlet it = [s]", members(0, 1, 4)),
    "fromto": ("let it = fencerel(MFENCE) | fromto(F)", pairs((0, 2))),
    "the precedence of difference and sequence": ("let it = po; rf \\ id", compose(PO, RF)),
    "domain and range without parentheses": ("let it = [domain rf] | [range rf]", members(0, 3)),
    "tag2set": ("enum f = 'mb || 'wmb\nlet it = [tag2set 'mb]", members(1)),
    "a tag of several words": ("enum f = 'once || 'rcu-lock\nlet it = [Once] | [Rcu-lock]", members(0, 2)),
    "match on a tag": (
        """enum f = 'mb || 'wmb || 'once
           let g t = match t with || 'mb -> po || 'wmb -> rf || _ -> id end
           let it = g 'wmb""",
        RF,
    ),
    "match on a tag, otherwise": (
        "enum f = 'mb || 'wmb\nlet it = match 'wmb with || 'mb -> po || _ -> rf end",
        RF,
    ),
    "fold over tags": (
        "enum f = 'mb || 'wmb\nlet it = fold (fun (t, s) -> [tag2set t] | s) (f, 0)",
        members(1, 4),
    ),
    "equal tags": ("enum f = 'mb || 'wmb\nlet it = if 'mb = 'wmb then po else rf", RF),
    "as_transitive": ("let it = as_transitive po", PO),
    "udr": ("let it = [udr rf]", members(0, 3)),
    "a lazily wrong definition of the library": ("let it = po", PO),
}


@pytest.mark.parametrize("case", MEANINGS)
def test_meaning(case: str) -> None:
    text, expected = MEANINGS[case]
    assert value(text) == expected


def test_recursion_without_monotony_goes_in_the_order_of_the_file() -> None:
    """As herd evaluates it: in each round a definition sees those before it as they are by then.

    The kernel matches RCU locks and unlocks so: an unlock takes the last lock that is not
    taken already.
    """
    text = """
      let rec open-locks = L \\ domain(matched)
          and open-unlocks = U \\ range(matched)
          and open-po = [open-locks | open-unlocks]; po; [open-locks | open-unlocks]
          and open-pairs = [open-locks]; open-po; [open-unlocks]
          and matched = matched | (open-pairs \\ (open-po; open-po))
      let it = matched"""
    n = 8
    # l l u l u u u l
    locks, unlocks = frozenset({0, 1, 3, 7}), frozenset({2, 4, 5, 6})
    po = frozenset((i, j) for i in range(n) for j in range(i + 1, n))
    world = World(n, {"R": locks, "W": unlocks}, {"po": po, "rf": frozenset(), "co": frozenset()})
    renamed = text.replace("L \\", "R \\").replace("U \\", "W \\")
    model = parse_text(renamed + "\nshow it")
    rows = values([model.shows["it"]], model.fixpoints, world.domain())[model.shows["it"]]
    assert not isinstance(rows, int)
    assert explicit.members(rows) == [(0, 5), (1, 2), (3, 4)]
    # and so do a check that is static, and the plan
    bound = Plan(parse_text(renamed + "\nempty W \\ range(it) as unmatched")).bind(world.structure())
    assert not bound.allowed([0] * n, [0] * n)
    bound = Plan(parse_text(renamed + "\nempty (W \\ range(it)) \\ range(R * W) as fine")).bind(
        world.structure()
    )
    assert bound.allowed([0] * n, [0] * n)


def test_recursion_without_monotony_ends_with_the_first_round_that_adds_nothing() -> None:
    """That is how herd ends it."""
    assert value("let rec it = po \\ it") == pairs()
    assert value("let rec it = po \\ (it; it)") == PO - compose(PO, PO)
    # the second round takes away what is in po; po, the third would put it back
    assert value("let rec x = po \\ y and y = po; (x | po)\nlet it = x | (y \\ y)") == PO - compose(PO, PO)


@pytest.mark.parametrize("form", ["rf \\ x", "rf & ~x", "rf | (po \\ (x; po))"])
def test_recursion_over_rf_must_be_monotone(form: str) -> None:
    with pytest.raises(InputError, match="must not use itself"):
        parse_text(f"let rec x = {form}\nempty x")
    with pytest.raises(InputError, match="must not use itself"):
        parse_text(f"let it = try (let rec x = {form} in x) with 0\nempty it")


@pytest.mark.parametrize(
    "limit",
    [
        "let rec f (x, n) = f (x; x, n) in f (po, po)",
        "different-values(rf)",
        "let rec f x = x and r = po | r; r in r",
    ],
)
def test_try_does_not_hide_what_only_we_cannot_do(limit: str) -> None:
    with pytest.raises(InputError):
        parse_text(f"let it = try ({limit}) with 0\nempty it")


# statements


def names_of(text: str) -> list[str]:
    return [check.name for check in parse_text(text).checks]


def test_procedures_check_in_the_scope_of_their_definition() -> None:
    model = parse_text(
        """
        include "cos.cat"
        let a = po
        procedure p (r) =
          let b = r | a
          acyclic b
          empty r as inner
        end
        let a = rf
        call p (rf) as first
        call p (co)
        show a
        """
    )
    assert [check.name for check in model.checks] == ["first", "inner", "acyclic at line 6", "inner"]
    found = in_checks(model)
    assert found[0] == PO | RF
    assert found[1] == RF
    assert found[2] == PO
    assert in_world(model, "a") == RF
    with pytest.raises(InputError, match="unknown name 'b'"):
        parse_text("procedure p () =\n let b = po\n end\ncall p ()\nempty b")


def in_checks(model: Model) -> list[Pairs]:
    found = []
    for check in model.checks:
        rows = values([check.term], model.fixpoints, WORLD.domain())[check.term]
        assert not isinstance(rows, int)
        found.append(frozenset(explicit.members(rows)))
    return found


def test_forall_over_tags_and_relations() -> None:
    model = parse_text("enum f = 'mb || 'wmb\nforall t in f do\n let s = tag2set t\n empty [s]; po as c\nend")
    assert in_checks(model) == [pairs((1, 2)), pairs()]
    model = parse_text("forall r in {po, rf} do\n acyclic r\nend")
    assert sorted(map(sorted, in_checks(model))) == sorted(map(sorted, (PO, RF)))


def test_a_definition_in_forall_stays_there() -> None:
    model = parse_text(COS + "let s = co\nforall r in {po} do\n let s = r\n empty s\nend\nempty s")
    assert in_checks(model) == [PO, pairs()]


def test_match_on_a_tag_chooses_statements() -> None:
    text = """include "cos.cat"
      enum f = 'mb || 'wmb
      procedure p (t) =
        match t with || 'mb -> empty po as of-mb || 'wmb -> empty rf as of-wmb end
      end
      call p ('wmb)
      match 'mb with || 'wmb -> empty rf as x || _ -> empty co as other end"""
    assert names_of(text) == ["of-wmb", "other"]
    with pytest.raises(InputError, match="no clause for 'wmb"):
        parse_text("enum f = 'mb || 'wmb\nmatch 'wmb with || 'mb -> empty po end")


VARIANTS = [
    ('"a"', True),
    ('not "a"', False),
    ('"b"', False),
    ('"a" && "b"', False),
    ('"a" && not "b"', True),
    ('"b" || "a"', True),
    ('"b" || "c" && "a"', False),
    ('"a" || "b" && "c"', True),
    ('("a" || "b") && "c"', False),
    ('not ("a" && "b") && "a"', True),
    ('variant "a"', True),
]


@pytest.mark.parametrize(("condition", "expected"), VARIANTS)
def test_variants(condition: str, expected: bool, tmp_path: Path) -> None:
    """`if` as a statement and as an expression."""
    file = tmp_path / "m.cat"
    file.write_text(
        f"""if {condition}
              empty po as yes
            else
              empty po as no
            end
            let it = if {condition} then po else rf
            show it""",
        encoding="utf-8",
    )
    model = load(file, variants=["a"])
    assert [check.name for check in model.checks] == ["yes" if expected else "no"]
    assert in_world(model, "it") == (PO if expected else RF)


def test_flags_and_what_is_undefined() -> None:
    text = """include "cos.cat"
      flag ~empty rf as reads
      flag empty co as unordered
      undefined_unless empty rf as no-reads
      undefined_unless ~empty po as ordered
      undefined_unless acyclic po | rf as straight
      flag irreflexive po as fine"""
    model = parse_text(text)
    assert not model.constraints
    structure = WORLD.structure()
    bound = Plan(model).bind(structure)
    rf, co = structure.rows("rf"), structure.rows("co")
    assert bound.allowed(rf, co)
    assert bound.flags(rf, co) == ("reads", "unordered", "no-reads", "fine")
    assert bound.many([(rf, co)] * 30) == [(True, bound.raised(rf, co))] * 30
    nothing = [0] * structure.n
    assert bound.flags(nothing, rf) == ("fine",)
    round_ = explicit.relation(5, [(2, 0)])
    assert bound.flags(round_, rf) == ("reads", "no-reads", "straight", "fine")


def test_a_library_may_define_what_is_never_used(tmp_path: Path) -> None:
    """herd evaluates a definition where it is used; in the model's own file a wrong one is an error."""
    (tmp_path / "lib.cat").write_text("let bad = nosuch; po\nlet good = po; rf\n", encoding="utf-8")
    main = tmp_path / "m.cat"
    main.write_text('include "lib.cat"\nlet it = try bad with good\nshow it', encoding="utf-8")
    assert in_world(load(main), "it") == compose(PO, RF)
    main.write_text('include "lib.cat"\nempty good | bad', encoding="utf-8")
    with pytest.raises(InputError, match="unknown name 'nosuch'") as error:
        load(main)
    assert (Path(error.value.file).name, error.value.line) == ("lib.cat", 1)
    main.write_text("let bad = nosuch; po\nempty po", encoding="utf-8")
    with pytest.raises(InputError, match="unknown name 'nosuch'"):
        load(main)


def test_a_bell_file_brings_the_tags(tmp_path: Path) -> None:
    bell, main = tmp_path / "l.bell", tmp_path / "m.cat"
    bell.write_text(
        """enum Accesses = 'once || 'release
           instructions R[{'once}]
           instructions W[{'once, 'release}]
           enum Barriers = 'mb || 'wmb
           instructions F[Barriers]
           let fence = po; [Mb]; po""",
        encoding="utf-8",
    )
    main.write_text("let it = fence | [Once & R] | [Release]\nshow it", encoding="utf-8")
    assert in_world(load(main, bell=bell), "it") == pairs((0, 2), (2, 2))
    with pytest.raises(InputError, match="fence"):
        load(main)
    bell.write_text("instructions R[{'nosuch}]", encoding="utf-8")
    with pytest.raises(InputError, match="the tag 'nosuch is in no enum"):
        load(main, bell=bell)


# choices


def structure(threads: str) -> tuple[Program, list[Trace]]:
    """Threads like "Wx Wx Fmb | Wy"; tags are what follows the location or the F."""
    traces = []
    for number, thread in enumerate(threads.split("|")):
        accesses = []
        for k, word in enumerate(thread.split()):
            tags = frozenset({word[2:]} if word[2:] else ())
            instr = Fence(tags)
            if word[0] == "F":
                accesses.append(Access("F", instr, tags))
            else:
                symbol = f"{number}.{k}" if word[0] == "R" else ""
                accesses.append(
                    Access(word[0], instr, tags, word[1], 0, 1, const(10 * number + k + 1), symbol=symbol)
                )
        traces.append(Trace(number, tuple(accesses), const(True), {}, (), {}, False))
    return Program("choices", (), (MemObject("x", 1), MemObject("y", 1))), traces


def chosen(text: str, threads: str, number: int = 0) -> list[list[list[tuple[int, int]]]]:
    """The groups of the alternatives of choice `number`, as pairs of events."""
    model = parse_text(text)
    program, traces = structure(threads)
    skeleton = candidate(program, traces, model.primitives("rel"))
    found = alternatives(model, model.choices[number], skeleton)
    return [sorted(explicit.members(rows) for rows in group) for group in found]


def test_linearisations_of_a_set() -> None:
    orders = chosen("with s from linearisations(R, 0)\nacyclic s | po", "Rx Wx | Rx")
    assert orders == [[[(0, 2)], [(2, 0)]]]


def test_linearisations_hold_what_they_must() -> None:
    """The order contains `po`; what it cannot contain leaves nothing."""
    text = "with s from linearisations(R, {0})\nshow s"
    program, traces = structure("Rx Ry | Rx")
    for least, count in (("po", 3), ("0", 6), ("po | po^-1", 0), ("po^-1", 3)):
        model = parse_text(text.format(least).replace("{0}", least))
        skeleton = candidate(program, traces, model.primitives("rel"))
        n = skeleton.structure.n
        bound = Plan(model).bind(skeleton.structure)
        (orders,) = alternatives(model, model.choices[0], skeleton)
        assert sum(bool(bound.allowed([0] * n, [0] * n, rows)) for rows in orders) == count


def test_an_order_of_a_subset_of_the_stores() -> None:
    """generate_orders on a set of stores is coherence within it; on other events, one order per location."""
    model = parse_text("with s from generate_orders(W & X, 0)\nacyclic s | po")
    assert not model.choices
    both = chosen("with s from generate_orders(R, 0)\nacyclic s", "Rx Ry | Rx Ry")
    assert both == [[[(0, 2)], [(2, 0)]], [[(1, 3)], [(3, 1)]]]


@pytest.mark.parametrize(
    ("least", "orders"),
    [
        ("co0", 2),
        ("co0 | po-loc & (W * W)", 1),
        ("co0 | (po-loc & (W * W))^-1", 1),
        ("0", 2),
        ("loc & (W * IW)", 0),
    ],
)
@pytest.mark.parametrize("named", [False, True])
def test_coherence_holds_what_it_must(least: str, orders: int, named: bool) -> None:
    """Also where the model gives the name co0 to more than herd does: the kernel's locks do."""
    name = "co0" if named else "base"
    model = parse_text(f"let {name} = {least}\nwith co from generate_cos({name})\nacyclic co")
    program, traces = structure("Wx Wx")
    skeleton = candidate(program, traces, model.primitives("rel"))
    bound = Plan(model).bind(skeleton.structure)
    nothing = [0] * 3
    both = [explicit.relation(3, [(2, 0), (2, 1), pair]) for pair in ((0, 1), (1, 0))]
    assert sum(bool(bound.allowed(nothing, co)) for co in both) == orders


def test_herds_optimised_coherence_is_checked() -> None:
    """cos-opt.cat lists only orders that agree with what threads see; no other check says so here."""
    plain, checked = (parse_text(f'include "{name}.cat"\nacyclic co') for name in ("cos", "cos-opt"))
    program, traces = structure("Wx Rx | Wx")
    # the read comes after its own store, and reads what came before
    rf, co = [(3, 1)], [(3, 0), (3, 2), (0, 2)]
    for model, expected in ((plain, True), (checked, False)):
        skeleton = candidate(program, traces, model.primitives("rel"))
        bound = Plan(model).bind(skeleton.structure)
        assert bound.allowed(explicit.relation(4, rf), explicit.relation(4, co)) == expected


def test_classes_and_cross() -> None:
    text = """let each = classes-loc(R)
      let orders S = linearisations(S, po)
      let all = map orders each
      with s from cross(all)
      acyclic s | po"""
    assert chosen(text, "Rx Ry Rx | Ry") == [
        [[(0, 2)]],
        [[(1, 3)], [(3, 1)]],
    ]


def test_a_choice_among_single_pairs() -> None:
    """The form in which the kernel chooses what a failed attempt at a lock read from."""
    text = """let all =
        let each r = let single p = p ++ 0 in map single ((W * {r}) & loc)
        in map each R
      with s from cross(all)
      empty s & id"""
    # events: 0 R x, 1 W x, 2 W y, 3 R y, 4 and 5 initial writes of x and y
    assert chosen(text, "Rx Wx Wy | Ry") == [[[(1, 0)], [(4, 0)]], [[(2, 3)], [(5, 3)]]]


def test_different_values_compares_marks_only() -> None:
    model = parse_text("flag ~empty different-values(po) as mismatch")
    with pytest.raises(GaveOut, match="different-values"):
        plain = EventStructure(2, {"R": 1, "W": 2}, {"po": [2, 0], "differ": [0, 0]})
        Plan(model).bind(plain)
    marked = EventStructure(3, {"O": 7}, {"po": [6, 4, 0], "differ": [2, 1, 0]})
    assert Plan(model).bind(marked).flags([0] * 3, [0] * 3) == ("mismatch",)
    alike = EventStructure(3, {"O": 7}, {"po": [6, 4, 0], "differ": [0, 0, 0]})
    assert Plan(model).bind(alike).flags([0] * 3, [0] * 3) == ()


def test_the_least_fixpoint_of_a_function_call() -> None:
    """Recursion through a function, and a fixpoint inside a function."""
    expected = closure(PO | RF)
    assert (
        explicit_value("let step (r, x) = r | x; x in let rec x = step (po | rf, x) in x", WORLD) == expected
    )
    assert explicit_value("let close r = let rec x = r | x; r in x in close (po | rf)", WORLD) == expected


def test_a_domain_is_asked_for_what_is_known_only() -> None:
    model = parse_text("let it = [B] | [PTE]; po\nshow it")
    domain = ExplicitDomain(WORLD.structure())
    rows = values([model.shows["it"]], model.fixpoints, domain)[model.shows["it"]]
    assert not isinstance(rows, int) and not any(rows)
