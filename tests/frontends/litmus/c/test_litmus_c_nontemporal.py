"""memcpy_nt() and memcpy_nt_drain(), which every test knows."""

from __future__ import annotations

import pytest

from ordercheck.frontends.litmus.c.macros import parse
from tests.frontends.litmus.c.litmus_c_helper import code, lines, litmus, refusal


@pytest.mark.parametrize("size", [1, 4, 8])
def test_a_scalar_is_one_location(size: int) -> None:
    assert code(f"memcpy_nt(x, y, {size}); memcpy_nt_drain();") == ["@1 = R y", "W[NT] x = @1", "F[SFENCE]"]


def test_an_array_is_copied_element_by_element() -> None:
    assert code("memcpy_nt(x, y, 12);", "int x[4]; int y[3];") == [
        "@1 = R y",
        "W[NT] x = @1",
        "@2 = R y+4",
        "W[NT] x+4 = @2",
        "@3 = R y+8",
        "W[NT] x+8 = @3",
    ]
    assert code("memcpy_nt(x + 8, y, 8);", "long x[2]; long y[2];") == ["@1 = R y", "W[NT] x+8 = @1"]


def test_pointers_that_are_loaded() -> None:
    assert code("r0 = LOAD(x); memcpy_nt(r0, y, 8);", "x=y") == [
        "r0 = R[Once] x",
        "@1 = R y",
        "W[NT] *(r0) = @1",
    ]


def test_they_are_known_without_macros_and_a_file_may_redefine_them() -> None:
    assert lines(litmus("memcpy_nt_drain();", macros=None).program.threads[0]) == ["F[SFENCE]"]
    macros = parse("memcpy_nt_drain() { __fence{mine}; }", "m.def")
    assert lines(litmus("memcpy_nt_drain();", macros=macros).program.threads[0]) == ["F[Mine]"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("memcpy_nt(x, y);", "1: memcpy_nt takes 3 arguments, not 2"),
        ("memcpy_nt_drain(x);", "1: memcpy_nt_drain takes 0 arguments, not 1"),
        ("memcpy_nt(x, y, *x);", "1: the number of bytes of memcpy_nt is not a constant"),
        ("memcpy_nt(x, y, 0);", "1: memcpy_nt copies 1 to 8 bytes here, not 0"),
        ("memcpy_nt(x, y, 64);", "1: memcpy_nt copies 1 to 8 bytes here, not 64"),
        ("memcpy_nt(1, y, 8);", "11: 1 is not the address of a location"),
        (
            "memcpy_nt(a, a, 6);",
            "1: memcpy_nt copies whole elements (4 bytes) of a up to its end, not 6 bytes",
        ),
        (
            "memcpy_nt(a, a, 16);",
            "1: memcpy_nt copies whole elements (4 bytes) of a up to its end, not 16 bytes",
        ),
        ("memcpy_nt(a, y, 8);", "1: memcpy_nt copies between arrays whose elements differ in size"),
    ],
)
def test_errors(call: str, message: str) -> None:
    assert refusal(call, "int a[3];", "int *x, int *y, int *a") == message
