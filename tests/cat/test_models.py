"""The shipped memory models: verdicts of small tests built by hand, event by event."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from itertools import pairwise, permutations, product
from pathlib import Path

import pytest

from ordercheck.cat import Model, Plan, load, parse_text
from ordercheck.errors import InputError
from ordercheck.relations import explicit
from ordercheck.relations.events import EventStructure
from ordercheck.shipped import memory_models

MODELS = ("sc", "x86-tso", "x86-nt", "nt-contract")
# outside truth: the specification that the project was founded on, where it is at hand
SPECIFICATION = Path(__file__).parents[3] / "shared" / "semantics"


@cache
def model(name: str) -> Model:
    return load(memory_models()[name])


def litmus(program: str, split: bool = False) -> tuple[EventStructure, list[str], list[str]]:
    """Events, their locations and their kinds, of threads like "Wx NTy SF Rx | Ry".

    W, NT and R with a location; MF, SF, LF; Xx is a locked read-modify-write of x. Initial
    writes come last. With `split` the accesses to a and b that are neighbours are two parts of one.
    """
    kinds: list[str] = []
    places: list[str] = []
    threads: list[int] = []
    sets: dict[str, int] = {}
    rmw: list[tuple[int, int]] = []

    def add(kind: str, place: str, thread: int, *tags: str) -> None:
        for tag in (kind, *tags):
            sets[tag] = sets.get(tag, 0) | 1 << len(kinds)
        kinds.append(kind)
        places.append(place)
        threads.append(thread)

    fences = {"MF": "MFENCE", "SF": "SFENCE", "LF": "LFENCE"}
    for number, thread in enumerate(program.split("|")):
        for word in thread.split():
            if word in fences:
                add("F", "", number, fences[word])
            elif word[0] == "X":
                rmw.append((len(kinds), len(kinds) + 1))
                add("R", word[1:], number, "X")
                add("W", word[1:], number, "X")
            elif word.startswith("NT"):
                add("W", word[2:], number, "NT")
            else:
                add(word[0], word[1:], number)
    for place in sorted({p for p in places if p}):
        add("W", place, -1, "IW")
    n = len(kinds)
    same = [(i, i) for i in range(n)]
    parts = list(same)
    if split:
        parts += [
            pair
            for i in range(n - 1)
            if (places[i], places[i + 1]) == ("a", "b") and threads[i] == threads[i + 1] >= 0
            for pair in ((i, i + 1), (i + 1, i))
        ]
    apart = {*rmw, *parts}
    every = list(product(range(n), repeat=2))
    mine = [(i, j) for i, j in every if threads[i] == threads[j] >= 0]
    relations = {
        "po": [(i, j) for i, j in mine if i < j and (i, j) not in apart],
        "loc": [(i, j) for i, j in every if places[i] and places[i] == places[j]],
        "int": mine,
        "ext": [(i, j) for i, j in every if threads[i] != threads[j]],
        "rmw": rmw,
        "si": parts,
    }
    rows = {name: explicit.relation(n, found) for name, found in relations.items()}
    return EventStructure(n, sets, rows), places, kinds


def outcomes(name: str, program: str, split: bool = False) -> set[str]:
    """The allowed executions: what each read in order reads from, and the last of several writes.

    Writes go by their event numbers, `i` is an initial one.
    """
    structure, places, kinds = litmus(program, split)
    n = structure.n
    initial = structure.members("IW")
    writes = {
        p: [i for i in range(n) if places[i] == p and kinds[i] == "W"] for p in sorted({*places} - {""})
    }
    reads = [i for i in range(n) if kinds[i] == "R"]
    bound = Plan(model(name)).bind(structure)
    orders = [
        [
            [last_first[-1], *last_first[:-1]]
            for last_first in ([*order, w[-1]] for order in permutations(w[:-1]))
        ]
        for w in writes.values()
    ]
    found = set()
    for chosen in product(*orders):
        co = explicit.relation(
            n, [(o[i], o[j]) for o in chosen for i in range(len(o)) for j in range(i + 1, len(o))]
        )
        for sources in product(*[writes[places[r]] for r in reads]):
            rf = explicit.relation(n, list(zip(sources, reads, strict=True)))
            if bound.allowed(rf, co):
                assert not bound.failures(rf, co)
                values = ["i" if initial >> w & 1 else str(w) for w in sources]
                final = [f"{p}={o[-1]}" for p, o in zip(writes, chosen, strict=True) if len(o) > 2]
                found.add(" ".join(values + final))
            else:
                assert bound.failures(rf, co)
    return found


# program, what would be an anomaly, the models that allow it (in the order of MODELS)
ANOMALIES = [
    ("store buffering", "Wx Ry | Wy Rx", "i i", "x86-tso x86-nt nt-contract"),
    ("store buffering, mfence", "Wx MF Ry | Wy MF Rx", "i i", ""),
    ("store buffering, sfence", "Wx SF Ry | Wy SF Rx", "i i", "x86-tso x86-nt nt-contract"),
    ("store buffering, locked", "Xx Ry | Xy Rx", "i i i i", ""),
    ("message passing", "Wx Wy | Ry Rx", "1 i", ""),
    ("load buffering", "Rx Wy | Ry Wx", "3 1", ""),
    ("2+2W", "Wx Wy | Wy Wx", "x=0 y=2", ""),
    ("own store is seen", "Wx Rx", "i", ""),
    ("IRIW", "Wx | Wy | Rx Ry | Ry Rx", "0 i 1 i", ""),
    ("NT data, plain flag: escape", "NTx Wy | Ry Rx", "1 i", "x86-nt nt-contract"),
    ("NT data, sfence", "NTx SF Wy | Ry Rx", "2 i", ""),
    ("NT data, mfence", "NTx MF Wy | Ry Rx", "2 i", ""),
    ("NT data, lfence", "NTx LF Wy | Ry Rx", "2 i", "x86-nt nt-contract"),
    ("NT data, locked flag", "NTx Xy | Ry Rx", "i 2 i", ""),
    ("NT flag: early", "Wx NTy | Ry Rx", "1 i", "x86-nt nt-contract"),
    ("NT flag, sfence", "Wx SF NTy | Ry Rx", "2 i", ""),
    ("NT both", "NTx NTy | Ry Rx", "1 i", "x86-nt nt-contract"),
    ("overtaken load", "NTx Rx", "i", "nt-contract"),
    ("drained load", "NTx SF Rx", "i", ""),
    ("lost store", "NTx Wx", "x=0", "nt-contract"),
    ("store kept by a drain", "NTx SF Wx", "x=0", ""),
    ("lost NT store", "NTx NTx", "x=0", "nt-contract"),
    ("store then NT", "Wx NTx", "x=0", ""),
    ("loads stay before an NT store", "Rx NTy | Ry Wx", "3 1", ""),
    ("NT store and a load of another", "NTx Ry | NTy Rx", "i i", "x86-tso x86-nt nt-contract"),
]


@pytest.mark.parametrize(
    ("program", "outcome", "allowed"), [a[1:] for a in ANOMALIES], ids=[a[0] for a in ANOMALIES]
)
def test_anomalies(program: str, outcome: str, allowed: str) -> None:
    assert [name for name in MODELS if outcome in outcomes(name, program)] == allowed.split()


def test_atomic_access_lets_no_store_in_between() -> None:
    for name in MODELS:
        found = outcomes(name, "Xx | Xx")
        assert "i i x=1" not in found
        assert {"i 1 x=3", "3 i x=1"} <= found


def test_parts_of_an_access_take_effect_together() -> None:
    """A store to a and b at once, seen by a thread that reads b and then a: never half of it."""
    for name in MODELS:
        assert "1 i" not in outcomes(name, "Wa Wb | Rb Ra", split=True)
        assert ("1 i" in outcomes(name, "NTa NTb | Rb Ra", split=False)) == (name in MODELS[2:])
        assert "1 i" not in outcomes(name, "NTa NTb | Rb Ra", split=True)


PROGRAMS = [a[1] for a in ANOMALIES]


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_model_allows_what_the_stronger_one_does(program: str) -> None:
    found = [outcomes(name, program) for name in MODELS]
    for strong, weak in pairwise(found):
        assert strong <= weak
    if "NT" not in program:
        assert found[1] == found[2]


@pytest.mark.parametrize("name", ["x86-nt", "nt-contract"])
def test_the_shipped_files_mean_the_specification(name: str) -> None:
    path = SPECIFICATION / f"{name}.cat"
    if not path.is_file():
        pytest.skip("the specification is not beside this checkout")
    specified, shipped = Plan(load(path)), Plan(model(name))
    assert [(c.test, c.name) for c in specified.model.checks] == [
        (c.test, c.name) for c in shipped.model.checks
    ]
    rng = random.Random(7)
    verdicts = set()
    for _ in range(400):
        structure, rf, co = _arbitrary(rng)
        verdict = shipped.bind(structure).allowed(rf, co)
        assert specified.bind(structure).allowed(rf, co) == verdict
        verdicts.add(verdict)
    assert verdicts == {True, False}


def _arbitrary(rng: random.Random) -> tuple[EventStructure, list[int], list[int]]:
    """Events with arbitrary, sparse relations: any difference in meaning shows."""
    n = rng.randint(2, 6)
    sets = {name: rng.getrandbits(n) for name in ("R", "W", "NT", "X", "MFENCE", "SFENCE")}

    def some() -> list[int]:
        return [rng.getrandbits(n) & rng.getrandbits(n) & rng.getrandbits(n) for _ in range(n)]

    def symmetric() -> list[int]:
        rows = some()
        return explicit.union(rows, explicit.inverse(rows))

    relations = {name: some() for name in ("po", "rmw")} | {
        name: symmetric() for name in ("loc", "int", "ext", "si")
    }
    return EventStructure(n, sets, relations), some(), some()


@pytest.mark.parametrize("name", MODELS)
def test_each_model_says_what_it_rests_on(name: str) -> None:
    loaded = model(name)
    assert loaded.title not in ("", name)
    assert [check.name for check in loaded.checks] == ["internal", "atomic", "external"]
    assert set(loaded.shows) == {"co", "fr"}
    assert not loaded.fixpoints
    sidecar = tomllib.loads(memory_models()[name].with_suffix(".toml").read_text())
    assert sidecar["title"]
    assert sidecar["sources"]
    assert sidecar["machine"]["nt"] in ("ordinary", "buffered", "contract")
    assert sidecar["machine"]["stores"] in ("buffered", "direct")


def test_shipped_models_are_these() -> None:
    assert sorted(memory_models()) == sorted(MODELS)


# includes and files


def test_an_include_is_found_beside_the_file_first(tmp_path: Path) -> None:
    (tmp_path / "main.cat").write_text('"m"\ninclude "part.cat"\nacyclic mine as a')
    (tmp_path / "part.cat").write_text("let mine = po")
    folder = tmp_path / "inc"
    folder.mkdir()
    (folder / "part.cat").write_text("let mine = rf")
    assert load(tmp_path / "main.cat", [folder]).checks[0].term.name == "po"
    (tmp_path / "part.cat").unlink()
    loaded = load(tmp_path / "main.cat", [folder])
    assert loaded.checks[0].term.name == "rf"
    assert (loaded.name, loaded.title) == ("main", "m")


def test_the_digest_covers_what_is_included(tmp_path: Path) -> None:
    main, part = tmp_path / "main.cat", tmp_path / "part.cat"
    main.write_text('include "part.cat" acyclic po')
    part.write_text("let a = po")
    first = load(main).digest
    assert load(main).digest == first
    part.write_text("let a = rf")
    assert load(main).digest != first


def test_an_error_in_an_include_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "main.cat").write_text('include "part.cat"')
    (tmp_path / "part.cat").write_text("\nlet a =")
    with pytest.raises(InputError) as caught:
        load(tmp_path / "main.cat")
    assert caught.value.file == str(tmp_path / "part.cat")
    assert caught.value.line == 2


def test_an_error_in_a_function_names_the_file_that_defines_it(tmp_path: Path) -> None:
    (tmp_path / "main.cat").write_text('include "part.cat"\nacyclic f R')
    (tmp_path / "part.cat").write_text("let f r = r;po")
    with pytest.raises(InputError) as caught:
        load(tmp_path / "main.cat")
    assert caught.value.file == str(tmp_path / "part.cat")
    # and afterwards errors are again in the file that uses it
    (tmp_path / "main.cat").write_text('include "part.cat"\nacyclic f po | nothing')
    with pytest.raises(InputError) as caught:
        load(tmp_path / "main.cat")
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "main.cat"), 2)


def test_include_cycles(tmp_path: Path) -> None:
    (tmp_path / "a.cat").write_text('include "b.cat"')
    (tmp_path / "b.cat").write_text('let x = po\ninclude "a.cat"')
    with pytest.raises(InputError, match="cycle") as caught:
        load(tmp_path / "a.cat")
    assert (caught.value.file, caught.value.line) == (str(tmp_path / "b.cat"), 2)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "big.cat").write_bytes(b" " * ((1 << 20) + 1))
    (tmp_path / "binary.cat").write_bytes(bytes(range(256)))
    for name, message in (
        ("none.cat", "No such file"),
        (".", "Is a directory"),
        ("big.cat", "longer than"),
        ("binary.cat", "expected a cat token"),
        ("nul\0.cat", "cannot read"),
    ):
        with pytest.raises(InputError, match=message):
            load(tmp_path / name)
    with pytest.raises(InputError, match="no file"):
        parse_text('include "a\0b"')


def test_models_that_expand_without_end() -> None:
    doubling = "let f0 x = x;x\n" + "".join(f"let f{i} x = f{i - 1} (f{i - 1} x)\n" for i in range(1, 40))
    with pytest.raises(InputError, match=r"expand without end|nested more than"):
        parse_text(doubling + "acyclic f39 po")


def test_a_coherence_order_that_must_contain_more() -> None:
    text = "let pco = po-loc & (W * W)\nwith co from generate_cos(pco | co0)\nacyclic po | co as a"
    loaded = parse_text(text)
    assert [(check.test, check.name) for check in loaded.checks] == [("empty", "co"), ("acyclic", "a")]


def test_names_bound_later_do_not_change_functions() -> None:
    loaded = parse_text(
        "let a = po\nlet f x = x;a\nlet a = rf\nlet a x = a\nacyclic f id as one\nacyclic a id as two"
    )
    assert [check.term.name for check in loaded.checks] == ["po", "rf"]
