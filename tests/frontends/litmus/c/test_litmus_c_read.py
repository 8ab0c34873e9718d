"""Initial states, what is shown, conditions and filters of C tests."""

from __future__ import annotations

import pytest

from ordercheck.errors import InputError
from ordercheck.frontends.litmus import read_text
from ordercheck.program import wellformed
from ordercheck.program.expr import evaluate, show
from tests.frontends.litmus.c.litmus_c_helper import lines, litmus, test


def final(values: dict[str, int], tail: str, init: str = "", params: str = "int *x, int *y") -> bool:
    """Whether the condition holds in a final state."""
    program = litmus("*x = *y;", init, tail, params).program
    assert program.condition is not None
    return bool(evaluate(program.condition.expr, values))


def test_the_whole() -> None:
    text = (
        'C a-name\n"a doc"\nAuthor=somebody\n(*\n * Result: Never\n *)\n{\nint x = 3;\n}\n\n'
        "P0(int *x)\n{\n\tint r0 = *x;\n}\n\nlocations [x;]\nexists (0:r0=3)\n"
    )
    found = read_text(text, "f.litmus")
    assert (found.name, found.arch, found.file, found.doc) == ("a-name", "C", "f.litmus", "a doc")
    assert found.info["Author"] == "somebody"
    assert found.info["Result"].startswith("Never")
    assert found.condition == "exists (0:r0=3)"
    assert [s.name for s in found.shown] == ["0:r0", "[x]"]
    assert found.state((3, 3)) == "0:r0=3; [x]=3;"
    wellformed.check(found.program)


def test_states_are_in_herds_order() -> None:
    found = test(
        "P0(int *x, int *b) { r10 = 1; }\nP1() { a = 1; }",
        "int c[2];",
        "locations [x; 1:a; 0:r2; c[1]; b; 0:r10] exists (c[0]=1)",
    )
    assert [s.name for s in found.shown] == ["0:r10", "0:r2", "1:a", "[b]", "[x]", "c[0]", "c[1]"]


def test_initial_values() -> None:
    found = litmus(
        "r1 = r0; r3 = r2;",
        "x = 5; int y = -1; uint8_t b = 300; char c = 200; int *p = &x; q = x; int a[3] = {1, 2, x};"
        " atomic_t d = ATOMIC_INIT(7); spinlock_t s; 0:r0 = x; 0:r2 = -2; long l[2] = {3, 4};",
        "exists (0:r1=x)",
    ).program
    base = {o.name: o.address for o in found.objects}
    assert {o.name: dict(o.init) for o in found.objects if o.init} == {
        "x": {0: (4, 5)},
        "y": {0: (4, 0xFFFFFFFF)},
        "b": {0: (4, 44)},
        "c": {0: (4, 200)},
        "p": {0: (4, base["x"])},
        "q": {0: (4, base["x"])},
        "a": {0: (4, 1), 4: (4, 2), 8: (4, base["x"])},
        "d": {0: (4, 7)},
        "l": {0: (4, 3), 8: (4, 4)},
    }
    assert lines(found.threads[0]) == ["r1 = 0x5e000000", "r3 = 0xfffffffe"]


def test_registers_that_are_initialised_keep_it_until_they_are_written() -> None:
    thread = litmus("if (LOAD(x)) r0 = 1; r1 = r0;", "0:r0 = 7;").program.threads[0]
    assert {name: show(value) for name, value in thread.init.items()} == {"r0": "7"}


def test_values_are_printed_as_their_types_say() -> None:
    found = litmus(
        "r0 = 1;",
        "int a[2]; uint16_t w; char c; uint32_t u; uint32_t 0:r1; int *p = a;",
        "locations [w; c; u; x; 0:r0; 0:r1; p;] exists (x=1)",
    )
    assert {s.name: (s.bits, s.signed) for s in found.shown} == {
        "0:r0": (32, True),
        "0:r1": (32, False),
        "[c]": (8, True),
        "[p]": (32, True),
        "[u]": (32, False),
        "[w]": (16, False),
        "[x]": (32, True),
    }
    everything = (1 << 32) - 1
    address = next(o.address for o in found.program.objects if o.name == "a")
    assert address is not None
    assert found.state((everything, everything, 0xC8, address + 4, everything, 0xFFFF, everything)) == (
        "0:r0=-1; 0:r1=4294967295; [c]=-56; [p]=a+4; [u]=4294967295; [w]=65535; [x]=-1;"
    )


@pytest.mark.parametrize(
    ("tail", "values", "holds"),
    [
        ("exists (0:r0=-1)", {"0:r0": 0xFFFFFFFF}, True),
        ("exists (x=-1 /\\ 0:r0=2)", {"[x]": 0xFFFFFFFF, "0:r0": 2}, True),
        ("exists (x=1 \\/ ~0:r0=2)", {"[x]": 0, "0:r0": 2}, False),
        ("exists (0:r0=y)", {"0:r0": 0x5E010000}, True),
        ("exists (0:r0=0:r1)", {"0:r0": 3, "0:r1": 3}, True),
        ("exists (x=1 => y=1)", {"[x]": 0, "[y]": 0}, True),
        ("exists (0:r0!=1)", {"0:r0": 1}, False),
        ("forall (true)", {}, True),
    ],
)
def test_conditions(tail: str, values: dict[str, int], holds: bool) -> None:
    assert final(values, tail) == holds


def test_conditions_on_narrow_types() -> None:
    assert final({"[w]": 4464}, "exists (w=70000)", "uint16_t w;")
    assert final({"0:r0": 0x1FF}, "exists (0:r0=-1)", "int8_t 0:r0;")


def test_filters_are_shown_hidden() -> None:
    found = litmus("r0 = 1;", tail="locations [y;] filter (x=1) exists (0:r0=1)")
    assert [(s.name, s.hidden) for s in found.shown] == [("0:r0", False), ("[x]", True), ("[y]", False)]
    assert found.filter is not None
    assert show(found.filter) == "[x] == 1"
    assert found.state((1, 2, 3)) == "0:r0=1; [y]=3;"


def test_locations_that_only_the_condition_names() -> None:
    assert "z" in {o.name for o in litmus("r0 = 1;", tail="exists (z=0)").program.objects}


@pytest.mark.parametrize(
    ("init", "tail", "message"),
    [
        ("x = 1; x = 2;", "exists (x=1)", "2:10: error: x is initialised twice"),
        ("0:r0 = 1; 0:r0 = 2;", "exists (x=1)", "2:13: error: 0:r0 is initialised twice"),
        ("1:r0 = 1;", "exists (x=1)", "2:3: error: there is no thread 1"),
        ("foo x;", "exists (x=1)", "2:3: error: unknown type foo"),
        (
            "x = 4294967296;",
            "exists (x=1)",
            "2:3: error: 4294967296 does not fit in 32 bits",
        ),
        ("int a[2]; int *p = &a[2];", "exists (x=1)", "2:13: error: a[2] lies outside its array"),
        ("0:x = 1;", "exists (x=1)", "3:9: error: x is a parameter and is initialised too"),
        ("", "exists (3:r0=1)", "4:9: error: there is no thread 3"),
        ("int a[2];", "exists (a[2]=1)", "4:9: error: a[2] lies outside its array"),
        (
            "int a[2];",
            "exists (a={1,2})",
            "4:9: error: a whole array in a condition is not supported: name its cells",
        ),
        ("int a[2];", "exists (x=a[7])", "4:9: error: a[7] lies outside its array"),
    ],
)
def test_errors(init: str, tail: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        litmus("r0 = 1;", init, tail)
    assert str(caught.value) == f"t.litmus:{message}"
