"""Terms as a person writes them, and no longer than a person reads."""

from __future__ import annotations

from ordercheck.program.expr import apply, ite, show, var


def test_a_part_of_a_term_that_is_too_long_is_left_out() -> None:
    x, y = var("x"), var("y")
    choice = ite(apply("<", x, 5), apply("+", x, y), y)
    shift = apply("<<", choice, x)
    assert show(shift) == "ite(x < 5, x + y, y) << x"
    assert show(shift, 10) == "... << x"
    assert show(shift, 20) == show(shift)


def test_a_term_that_is_large_as_text_alone_is_shown_at_once() -> None:
    # each step has the one before twice: 2 to the 200 times the first
    term = var("x")
    for _ in range(200):
        term = ite(apply("<", term, 5), term, var("y"))
    assert len(show(apply("<<", term, var("n")), 60)) < 200
