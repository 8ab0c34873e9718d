"""Equal meanings become one term, and what depends on rf and co is known."""

from __future__ import annotations

import pytest

from ordercheck.cat import parse_text
from ordercheck.cat.terms import dynamic_terms, ordered

SAME = [
    ("rf | po", "po | rf | po"),
    ("(rf | po) | loc", "loc | (po | rf)"),
    ("po | 0", "po"),
    ("po & _", "po"),
    ("po \\ 0", "po"),
    ("po \\ po", "0"),
    ("po & ~loc", "po \\ loc"),
    ("rf \\ (rf & int)", "rf \\ int"),
    ("(rf \\ id) \\ int", "rf \\ (id | int)"),
    ("po & (R * W)", "[R]; po; [W]"),
    ("po & (_ * W)", "po; [W]"),
    ("(R * W) & (X * NT)", "(R & X) * (W & NT)"),
    ("[R]; [W]; po", "[R & W]; po"),
    ("po; id", "po"),
    ("po; 0", "0"),
    ("[_]", "id"),
    ("(po; rf); loc", "po; (rf; loc)"),
    ("(rf | po); si", "rf; si | po; si"),
    ("po^-1^-1", "po"),
    ("loc^-1", "loc"),
    ("(R * W)^-1", "W * R"),
    ("po+ +", "po+"),
    ("po*", "po+?"),
    ("po?+", "po*"),
    ("po??", "po?"),
    ("~~po", "po"),
    ("[domain(po^-1)]", "[range po]"),
    ("[range [R]]", "[R]"),
    ("fencerel(MFENCE)", "po; [MFENCE]; po"),
    ("toid R", "[R]"),
    ("ctrlcfence(ctrl, LFENCE)", "ctrl; [LFENCE]; po"),
    ("[udr po]", "[domain po | range po]"),
    ("imply(po, rf)", "~po | rf"),
    ("nodetour(po, rf, loc)", "po \\ (rf; loc)"),
    ("singlestep po", "po \\ (po; po)"),
    ("rfi | rfe", "rf & ext | rf & int"),
    ("po-loc", "po & loc"),
    ("sm", "si"),
    ("[emptyset]", "0"),
    ("let rec x = po | x; x in x", "po+"),
    ("let rec x = po | po; x in x", "po+"),
    ("let rec x = po | x; po in x", "po+"),
    ("let rec x = rf | x; x | po; x in x", "(po*; rf)+"),
    ("let rec x = rf | x; po in x", "rf; po*"),
    ("let f(a, b) = a; b in f(po, rf)", "po; rf"),
    ("let x = po in let y = rf in x; y", "po; rf"),
    ("let twice = fun r -> r; r in twice po", "po; po"),
    ("try nothing with po", "po"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_term(one: str, other: str) -> None:
    model = parse_text(f"show ({one}) as one show ({other}) as other")
    assert model.shows["one"] is model.shows["other"]


@pytest.mark.parametrize(
    ("text", "test", "name"),
    [
        ("irreflexive po+ as c", "acyclic", "c"),
        ("acyclic po+", "acyclic", "acyclic at line 1"),
        ("let rec ob = po | ob; ob irreflexive ob as c", "acyclic", "c"),
        ("irreflexive po as c", "irreflexive", "c"),
    ],
)
def test_irreflexive_closures_are_acyclicity(text: str, test: str, name: str) -> None:
    check = parse_text(text).checks[0]
    assert (check.test, check.name) == (test, name)
    assert check.term.name == "po"


def test_what_changes_from_candidate_to_candidate() -> None:
    text = """include "cos.cat"
        show fr show po-loc as static show rfe show [FW] as final
        let rec a = po | b and b = a; po show a
        let rec c = rf | d and d = c; po show d
    """
    model = parse_text(text)
    dynamic = {name for name, term in model.shows.items() if term in model.dynamic}
    assert dynamic == {"co", "fr", "rfe", "final", "d"}


def test_ordered_puts_arguments_first() -> None:
    model = parse_text("let rec a = po | b and b = a; rf acyclic a")
    terms = model.terms()
    place = {term: i for i, term in enumerate(terms)}
    assert len(place) == len(terms)
    assert all(place[arg] < place[term] for term in terms for arg in term.args)
    assert ordered([], {}) == []
    assert dynamic_terms([], {}) == frozenset()


def test_primitives_of_a_model() -> None:
    model = parse_text('include "cos.cat" acyclic [R]; po; [MFENCE] | fr')
    assert model.primitives("rel") == {"po", "rf", "co", "id"}
    assert model.primitives("set") == {"R", "MFENCE"}
