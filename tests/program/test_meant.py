"""Parameters as users mean them: signed ones, by all their values."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from ordercheck.engines.drains import drain_status
from ordercheck.engines.setting import Setting, load_model
from ordercheck.errors import Deadline, InputError
from ordercheck.frontends.python import parse_assumption, parse_value
from ordercheck.program import Program, ProgramBuilder, var
from ordercheck.program.expr import Expr, apply, evaluate
from ordercheck.program.ir import Param
from ordercheck.program.meant import meant, pattern, shown

N = Param("n", "int", 0, 255, bits=8, signed=True)
WIDE = Param("n", "int", 0, None, bits=64, signed=True)
M = Param("m", "int", 0, 255, bits=8)
VALUES = range(-128, 128)


@cache
def setting() -> Setting:
    return load_model("x86-nt")


def condition(text: str, *params: Param) -> Expr:
    return parse_assumption(text, Program("p", (), (), params))


def test_what_is_shown_is_what_is_meant_and_what_is_written() -> None:
    for value in VALUES:
        held = pattern(N, value)
        assert 0 <= held < 256
        assert shown(N, held) == shown(N, value) == value
        assert evaluate(meant(N), {"n": held}) == value
    assert [shown(M, v) for v in (0, 255)] == [pattern(M, v) for v in (0, 255)] == [0, 255]
    assert shown(WIDE, (1 << 64) - 1) == -1
    assert shown(WIDE, (1 << 63) - 1) == (1 << 63) - 1
    assert shown(WIDE, 1 << 64) == 1 << 64


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "n < 8",
        "n == 5",
        "n != 5",
        "n == 127",
        "7 == n",
        "n == 200",
        "n != 200",
        "n == 255",
        "n == 256",
        "n > 100",
        "3 < n <= 9",
        "n % 8 == 3",
        "n % 3 == 1",
        "n % 256 == 9",
        "n % 512 == 9",
        "(n & 7) == 2",
        "(n & 255) == 250",
        "(n & 384) == 384",
        "n == 128",
        "n // 4 == 1",
        "n * 2 > 10",
        "n + 1 < 3",
        "not n < 8",
    ],
)
def test_a_condition_is_what_python_says_of_the_value(text: str, signed: bool) -> None:
    param = replace(N, signed=signed)
    made = condition(text, param)
    for held in range(256):
        wanted = eval(text, {"n": shown(param, held)})  # the texts above
        assert evaluate(made, {"n": held}) == wanted, held


@pytest.mark.parametrize("text", ["n == -1", "n < 0", "-5 <= n < 3", "n != -128", "n == -129", "n % 8 == 7"])
def test_negative_numbers_of_signed_parameters(text: str) -> None:
    made = condition(text, N)
    for value in VALUES:
        assert evaluate(made, {"n": pattern(N, value)}) == eval(text, {"n": value})


def test_a_wide_one_has_no_more_bits_than_it_has() -> None:
    made = condition("n < 4", WIDE)
    assert [v for v in (3, 4, (1 << 64) - 1, (1 << 64) + 3) if evaluate(made, {"n": v})] == [3, (1 << 64) - 1]


def test_a_number_without_bits_may_be_negative() -> None:
    """In Python's programs numbers are those of mathematics."""
    made = condition("k < -3", Param("k"))
    assert [evaluate(made, {"k": v}) for v in (-4, -3)] == [True, False]
    assert parse_value(Param("k"), "-4") == -4


@pytest.mark.parametrize("text", ["m == -1", "-1 < m", "m >= -3", "n < 0 and m != -1"])
def test_no_negative_number_is_compared_with_what_has_no_sign(text: str) -> None:
    with pytest.raises(InputError, match=r"parameter m is unsigned: -(1 is 255|3 is 253) for 8 bits"):
        condition(text, N, M)


def test_what_is_computed_without_a_sign_may_be_negative() -> None:
    made = condition("m - 5 == -1", M)
    assert [evaluate(made, {"m": v}) for v in (3, 4)] == [False, True]


def test_values_from_text() -> None:
    assert [parse_value(N, text) for text in ("-1", "255", "0xff", "127", "128", "-128")] == [
        -1,
        -1,
        -1,
        127,
        -128,
        -128,
    ]
    assert parse_value(WIDE, "-1") == parse_value(WIDE, str((1 << 64) - 1)) == -1
    for param, text in ((N, "-129"), (N, "256"), (WIDE, str(1 << 64)), (M, "256")):
        with pytest.raises(InputError, match="lies outside its bounds"):
            parse_value(param, text)
    with pytest.raises(InputError, match="parameter m is unsigned: -1 is 255 for 8 bits"):
        parse_value(M, "-1")


def needed(when: Expr) -> Program:
    """The drain is needed where the condition holds."""
    p = ProgramBuilder("needed")
    p.param("n", 0, 255)
    memory = p.object("m", 8)
    with p.thread() as t:
        with t.if_(when):
            t.nt_store(memory, 8, 1)
        t.sfence("D")
        t.publish()
    return replace(p.build(), params=(N,))


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (meant(N) < 3, "n < 3"),
        (meant(N) >= 0, "n >= 0"),
        (var("n") == 255, "n == -1"),
        (var("n") == 5, "n == 5"),
        (var("n") > 200, "(n & 255) > 200"),
        (apply("trunc", var("n"), 4) == 3, "(n & 15) == 3"),
    ],
)
def test_the_condition_of_a_drain_is_one_that_can_be_assumed(when: Expr, text: str) -> None:
    found = drain_status(needed(when), "D", setting(), Deadline(30))
    assert (found.status, found.condition) == ("conditional", text)
    again = condition(text, N)
    for held in range(256):
        assert evaluate(again, {"n": held}) == evaluate(when, {"n": held}), held
