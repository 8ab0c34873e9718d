"""Which sums may wrap: those whose low bits count alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.frontends.llvm.exact import Exact
from ordercheck.program.expr import Expr, apply, evaluate, ite, substitute, var

X, Y, SUM = var("x"), var("y"), var("x") + var("y")
LOW = {
    "a mask": apply("&", SUM, 1020),
    "a power of two": apply("%", SUM * 3, 8),
    "the low bits": apply("trunc", SUM - 1, 32),
    "one of two": apply("&", ite(X > 3, SUM, Y), 7),
}
WHOLE = {
    "a comparison": SUM < 7,
    "another remainder": apply("%", SUM, 7),
    "a quotient": apply("&", apply("//", SUM, 2), 7),
    "high bits": apply("&", apply(">>", SUM, 3), 7),
    "a condition": apply("&", ite(SUM > 3, X, Y), 7),
    "itself": SUM,
}


@pytest.mark.parametrize("case", LOW)
def test_low_bits(case: str) -> None:
    exact = Exact()
    exact.term(LOW[case])
    assert SUM not in exact.terms


@pytest.mark.parametrize("case", WHOLE)
def test_whole_values(case: str) -> None:
    exact = Exact()
    exact.term(WHOLE[case])
    assert SUM in exact.terms


TERMS = st.recursive(
    st.sampled_from([X, Y, var("sum")]),
    lambda inner: (
        st.builds(lambda op, a, b: apply(op, a, b), st.sampled_from(["+", "-", "*"]), inner, inner)
        | st.builds(lambda a, b: ite(apply("<", X, 3), a, b), inner, inner)
        | st.builds(
            lambda op, a, n: apply(op, a, n),
            st.sampled_from(["&", "%", "trunc", "sext", "//"]),
            inner,
            st.integers(1, 64),
        )
    ),
    max_leaves=6,
)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(TERMS, st.booleans(), st.integers(0, 9), st.integers(0, 9), st.integers(0, 99))
def test_what_is_not_noted_may_wrap(term: Expr, modular: bool, x: int, y: int, value: int) -> None:
    exact = Exact()
    # `sum` stands for a sum: it must be noted unless 2**64 more makes no difference
    whole = substitute(term, {"sum": SUM * 5})
    exact.term(whole, modular)
    if SUM * 5 in exact.terms:
        return
    env = {"x": x, "y": y, "sum": value}
    one, other = evaluate(term, env), evaluate(term, {**env, "sum": value + (1 << 64)})
    assert (one - other) % (1 << 64) == 0 if modular else one == other
