"""Conditions on parameters of compiled code, whose names Python has no way to write."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordercheck.errors import InputError
from ordercheck.frontends.python import parse_assumption
from ordercheck.program import Program
from ordercheck.program.expr import evaluate
from ordercheck.program.ir import Param

ODD = (
    "pgmap",
    "pgmap[104]",
    "zone[96][17664]",
    "&zone[96]",
    "*base",
    "call()",
    "in",
    "%3",
    "a->b.c",
    "x[...]#2",
)
ODD_VALUES = dict(zip(ODD, range(2, 12), strict=True))


def compiled() -> Program:
    """A program with parameters as compiled code has them."""
    params = [Param(name, "int", 0, 99, ("b", "3") if name == "a->b.c" else ()) for name in ODD]
    return Program("x", (), (), tuple(params))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("pgmap[104] == 3", True),
        ("pgmap == 2 and pgmap[104] > 2", True),
        ("2*pgmap == 4", True),
        ("zone[96][17664] * *base == 24", True),
        ("zone[96][17664]**base == 24", True),
        ("7 & &zone[96] == 5", True),
        ("pgmap &1 == 0", True),
        ("call() == 7 and not call() > 7", True),
        ("in % %3 == 8 % 9", True),
        ("(%3)%4 == 1", True),
        ("a->b.c == 10 and b == 10", True),
        ("x[...]#2 == 11", True),
        ("3 == 3 and pgmap[104]>2", True),
    ],
)
def test_names_that_python_has_not(text: str, value: bool) -> None:
    assert evaluate(parse_assumption(text, compiled()), ODD_VALUES) == value


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("pgmap[105] == 0", 1, r"no parameter pgmap\[105\] \(parameters: pgmap, pgmap\[104\], "),
        ("pgmap[104] == 0 and pgmap->shift == 0", 21, "no parameter pgmap->shift"),
        ("1 < pgmap[104]x", 5, r"no parameter pgmap\[104\]x "),
        ("pgmap[104][8] < 1", 1, r"no parameter pgmap\[104\]\[8\] "),
        ("pgmap[104] pgmap", 0, r"`pgmap\[104\] pgmap` is not a condition"),
        ("pgmap[104](1) == 0", 1, r"`pgmap\[104\]\(1\)` is not taken"),
        ("pgmap[104] == 0 and é == 'ü'", 21, "no parameter é"),
        ("*base", 1, "is a number, expected a condition"),
    ],
)
def test_wrong_names_are_told_from_what_is_not_taken(text: str, column: int, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        parse_assumption(text, compiled())
    assert not column or error.value.column == column


@given(st.text(alphabet="pgma[104]&*z%3 ->.=()andot#é一", max_size=20))
def test_whatever_is_written_is_a_condition_or_an_error(text: str) -> None:
    with contextlib.suppress(InputError):
        assert parse_assumption(text, compiled()).sort == "bool"
