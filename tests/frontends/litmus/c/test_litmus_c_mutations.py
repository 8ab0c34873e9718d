"""Broken tests and broken files of macros: an error with its place, or a test; never anything else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ordercheck.errors import InputError
from ordercheck.frontends.litmus import c, sections
from ordercheck.frontends.litmus.c.macros import parse
from ordercheck.program import wellformed
from tests.frontends.litmus.c.litmus_c_helper import KERNEL, MACROS

TESTS = (
    r"""C SB+fences
{ x = 0; int y = 1; int *p = &x; int a[2] = {1, 2}; 0:r5 = y; }

P0(int *x, int *y, int **p)
{
    int r0;
    STORE(x, 1); /* one */
    FULL();
    r0 = LOAD(y) + LOC(**p); // two
    while (r0 < 3) { r0 = r0 + 1; if (r0 == 2) { ADD(r0, x); } else r1 = -7 / r0; }
}

P1(int *x, int *y, struct srcu_struct *s)
{
    intptr_t r1 = (intptr_t) CAS(x, 0, 2);
    int r2 = ENTER(s);
    if (r1 != 0) { *y = 3; } else { SETLOC(*y, TRY(x) & 1); }
    LEAVE(s, r2);
    memcpy_nt(y, x, 8);
    memcpy_nt_drain();
}

locations [x; 1:r1; a[1]]
filter (y=2)
exists (0:r0=1 /\ ~(1:r1=0 \/ x=y))
""",
    r"""C c11
{}
P0(atomic_int *x, int *y) {
    *y = 1;
    atomic_store_explicit(x, 1, memory_order_release);
    atomic_thread_fence(memory_order_seq_cst);
    int r0 = atomic_fetch_add_explicit(x, 1, memory_order_relaxed);
    int r1 = atomic_compare_exchange_strong(x, y, r0);
}
forall (0:r1=0 => y=1)
""",
)
WORDS = (
    *"(){}[];,*+-/%&|^~!<>=:?'\"\\@#\0\n",
    "/*",
    "*/",
    "//",
    "(*",
    "*)",
    "0x",
    "-1",
    "4096",
    "99999999999",
)
WORDS += ("int", "struct", "while", "if", "else", "exists", "locations", "r0", "x", "P2", "\u00e9")
WORDS += ("STORE(", "__load{once}(")


@st.composite
def mutants(draw: st.DrawFn, texts: tuple[str, ...]) -> str:
    """One of the texts with some pieces cut, doubled, moved, or replaced by a word."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        piece = text[start:end]
        match draw(st.integers(0, 5)):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + piece * draw(st.integers(1, 200)) + text[end:]
            case 2:
                place = draw(st.integers(0, len(text)))
                text = text[:place] + piece + text[place:]
            case 3:
                text = text[:start] + draw(st.sampled_from(WORDS)) * draw(st.integers(1, 200)) + text[end:]
            case 4:
                text = text[:start] + draw(st.text(max_size=20)) + text[end:]
            case _:
                text = text[:start]
    return text


def check_test(text: str) -> None:
    try:
        found = c.read(sections.split(text, "t.litmus"), MACROS) if text.startswith("C ") else None
    except InputError as error:
        check_error(error, text, "t.litmus")
        return
    if found is not None:
        wellformed.check(found.program)


def check_error(error: InputError, text: str, file: str) -> None:
    assert error.file == file
    assert error.message
    assert "\n" not in error.message
    assert 0 <= error.line <= text.count("\n") + 1
    assert error.column >= 0


def check_macros(text: str) -> None:
    try:
        parse(text, "m.def")
    except InputError as error:
        check_error(error, text, "m.def")
        assert error.line > 0


QUICK = settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=100_000, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(mutants(TESTS))
def test_mutants_of_tests(text: str) -> None:
    check_test(text)


@QUICK
@given(mutants((KERNEL,)))
def test_mutants_of_macros(text: str) -> None:
    check_macros(text)


@pytest.mark.long
@LONG
@given(mutants(TESTS))
def test_many_mutants_of_tests(text: str) -> None:
    check_test(text)


@pytest.mark.long
@LONG
@given(mutants((KERNEL,)))
def test_many_mutants_of_macros(text: str) -> None:
    check_macros(text)


@pytest.mark.parametrize(
    "body",
    [
        "(" * 50_000,
        "{" * 50_000,
        "if (1) " * 20_000,
        "while (1) " * 20_000,
        "r0 = " + "*" * 50_000 + "x;",
        "r0 = " + "!" * 50_000 + "x;",
        "r0 = " + "(int) " * 20_000 + "x;",
        "r0 = 1" + "+ 1" * 40_000 + ";",
        "int " + "*" * 60_000 + "r0;",
        "int " + "volatile " * 60_000 + "r0;",
        "volatile (" * 20_000,
        "r0 = " + "9" * 100_000 + ";",
        "LOAD(" * 20_000,
        "LOAD(x" + ", x" * 30_000 + ");",
        "r0 = LOAD(x)" + " + LOAD(x)" * 60 + ";",
        "/* " * 100_000,
        "r0 = 1; " * 20_000,
    ],
)
def test_much_of_one_thing(body: str) -> None:
    check_test(f"C much\n{{}}\nP0(int *x) {{ {body} }}\nexists (x=1)\n")


@pytest.mark.parametrize(
    ("init", "tail"),
    [
        ("x = " + "(" * 50_000, "exists (x=1)"),
        ("x = " + "&(" * 50_000, "exists (x=1)"),
        ("int a[4096] = {" + "0," * 40_000, "exists (x=1)"),
        ("x = 0; " * 40_000, "exists (x=1)"),
        ("", "exists " + "(" * 50_000),
        ("", "exists " + "~" * 50_000),
        ("", "exists x=1" + " => x=1" * 20_000),
        ("", "exists x=1" + " /\\ x=1" * 15_000),
        ("", "locations [" + "x; " * 40_000),
    ],
)
def test_much_of_one_thing_around_the_threads(init: str, tail: str) -> None:
    check_test(f"C much\n{{{init}}}\nP0(int *x) {{ *x = 1; }}\n{tail}\n")


@pytest.mark.parametrize("text", ["A(" + "X," * 40_000, "A(X) X " * 14_000, "/*" * 100_000, "A() {" * 20_000])
def test_much_of_one_thing_in_macros(text: str) -> None:
    check_macros(text)
