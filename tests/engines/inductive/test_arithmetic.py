"""Linear forms, bytes of values, and the text of formulas mean what the expressions mean."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.engines import solver
from ordercheck.engines.inductive.arith import Arithmetic, Linear, both, choose, either, negation
from ordercheck.engines.inductive.data import byte_at, pieces
from ordercheck.engines.inductive.explain import parsed, sentence
from ordercheck.engines.inductive.smt import Text, inline, symbol
from ordercheck.errors import Deadline
from ordercheck.program.expr import Expr, Sort, apply, const, disj, evaluate, ite, var, walk

X, Y, P, Q = var("x"), var("y"), var("p", "bool"), var("q", "bool")
ENV = st.fixed_dictionaries(
    {"x": st.integers(-300, 1 << 20), "y": st.integers(-5, 40), "p": st.booleans(), "q": st.booleans()}
)
CONSTANTS = st.sampled_from([-8, -3, -1, 0, 1, 2, 3, 7, 8, 12, 64, 255, -256])


def arithmetic(params: frozenset[str] = frozenset()) -> Arithmetic:
    numbers = count()

    def fresh(sort: Sort) -> Expr:
        return var(f"fresh{next(numbers)}", sort)

    return Arithmetic(params, fresh, lambda: fresh("int"))


def integers() -> st.SearchStrategy[Expr]:
    leaf = st.sampled_from([X, Y]) | CONSTANTS.map(const)

    def larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        linear = st.builds(apply, st.sampled_from("+-"), inner, inner)
        scaled = st.builds(apply, st.sampled_from(["*", "//", "%", "&", "|", "^"]), inner, CONSTANTS)
        shifted = st.builds(apply, st.sampled_from(["<<", ">>"]), inner, st.integers(0, 6))
        wrapped = st.builds(apply, st.sampled_from(["trunc", "sext"]), inner, st.sampled_from([1, 3, 8]))
        return linear | scaled | shifted | wrapped | st.builds(ite, st.sampled_from([P, Q]), inner, inner)

    return st.recursive(leaf, larger, max_leaves=5)


def linear_only(expr: Expr) -> bool:
    for node in walk(expr):
        if node.op in ("&", "|", "^", "<<", ">>", "trunc", "sext"):
            return False
        if node.op == "*" and all(a.op != "const" for a in node.args):
            return False
        if node.op in ("//", "%") and not (node.args[1].op == "const" and int(node.args[1].value) > 0):
            return False
    return True


@settings(derandomize=True, max_examples=300, deadline=None)
@given(integers(), ENV)
def test_linear_forms_are_exact(expr: Expr, env: dict[str, int]) -> None:
    under_test = arithmetic()
    result = under_test.exact(expr)
    assert linear_only(result)
    if not under_test.abstracted:
        assert evaluate(result, env) == evaluate(expr, env)
        assert evaluate(Linear.of(result).expr(), env) == evaluate(expr, env)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(integers(), integers(), ENV)
def test_text_means_the_same_to_the_solver(left: Expr, right: Expr, env: dict[str, int]) -> None:
    under_test = arithmetic()
    formula = either(under_test.exact(left < right), both(P, negation(under_test.exact(left == right))))
    if under_test.abstracted:
        return
    expected = evaluate(disj(left < right, P & (left != right)), env)
    text = Text([formula, X, Y, P, Q])
    names = {symbol(n): n for n in text.variables}
    values = {n: str(v).lower() if v >= 0 or v is True else f"(- {-v})" for n, v in env.items()}
    lines = [f"(declare-const {n} {'Bool' if n in 'pq' else 'Int'})" for n in env]
    lines += [*text.definitions, f"(assert (= {text.of(formula)} {str(expected).lower()}))"]
    lines += [f"(assert (= {n} {v}))" for n, v in values.items()]
    assert solver.model("\n".join(lines), names, Deadline(20)) is not None
    again = parsed(inline(formula), text.variables)
    assert evaluate(again, env) == expected


def test_nonlinear_terms_of_parameters_are_one_parameter_with_facts() -> None:
    under_test = arithmetic(frozenset({"x", "y"}))
    product = under_test.exact(X * Y + 1)
    assert under_test.exact(2 * (X * Y)).args[1] is product.args[0]
    assert not under_test.abstracted
    name = product.args[0].name
    for x in range(-2, 4):
        for y in range(-2, 4):
            assert all(evaluate(f, {"x": x, "y": y, name: x * y}) for f in under_test.facts)


@pytest.mark.parametrize("op", ["//", "%", "<<"])
def test_facts_about_other_terms_hold(op: str) -> None:
    under_test = arithmetic(frozenset({"x", "y"}))
    result = under_test.exact(apply(op, X, Y))
    assert under_test.facts
    for x in range(-3, 6):
        for y in range(0 if op == "<<" else -3, 6):
            value = evaluate(apply(op, X, Y), {"x": x, "y": y})
            assert all(evaluate(f, {"x": x, "y": y, result.name: value}) for f in under_test.facts), (x, y)


def test_what_has_no_linear_form_may_be_anything() -> None:
    under_test = arithmetic()
    one, two = under_test.exact(X * Y), under_test.exact(X * Y)
    assert one is two
    assert one.op == "var"
    assert under_test.abstracted == ["x * y (?)"]
    under_test.new_region()
    assert under_test.exact(X * Y) is not one


def test_choices_between_constants_are_distributed() -> None:
    size = ite(P, 64, 80)
    assert linear_only(arithmetic().exact(X * size))
    assert evaluate(arithmetic().exact(X * size), {"x": 3, "p": False}) == 240


VALUES = st.recursive(
    st.sampled_from([X, Y]) | st.sampled_from([0, 1, 0xFF00, 0x123456789ABCDEF0]).map(const),
    lambda inner: (
        st.builds(apply, st.just(">>"), inner, st.sampled_from([4, 8, 16, 24]))
        | st.builds(apply, st.just("<<"), inner, st.sampled_from([4, 8, 32]))
        | st.builds(apply, st.just("trunc"), inner, st.sampled_from([8, 16, 32, 12]))
        | st.builds(apply, st.just("&"), inner, st.sampled_from([0xFF, 0xFF00FF, 0x0F, -256]))
        | st.builds(apply, st.sampled_from("|^+"), inner, inner)
    ),
    max_leaves=4,
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(VALUES, ENV, st.sampled_from([1, 2, 4, 8]), st.data())
def test_bytes_of_values(value: Expr, env: dict[str, int], size: int, data: st.DataObject) -> None:
    _right(value, env, size, data.draw(st.integers(0, size - 1)))


def _right(value: Expr, env: dict[str, int], size: int, k: int) -> None:
    """Byte k of a value of that size is found in its pieces."""
    expected = (int(evaluate(value, env)) >> (8 * k)) & 0xFF
    found = pieces(value, size)
    assert [p.start for p in found] == [0, *(p.stop for p in found[:-1])]
    assert found[-1].stop == size
    byte = byte_at(value, size, var("k"), lambda base: base)
    content, place = evaluate(byte.value, {**env, "k": k}), evaluate(byte.place, {**env, "k": k})
    assert (content if place == 0 else (int(content) >> (8 * (int(place) - 1))) & 0xFF) == expected


PARTS = st.tuples(st.sampled_from([X, Y, const(7), const(0x700)]), st.integers(1, 4), st.integers(0, 5))


@given(st.lists(PARTS, min_size=1, max_size=3), ENV, st.data())
@settings(derandomize=True)
def test_bytes_of_a_number_that_is_put_together(
    parts: list[tuple[Expr, int, int]], env: dict[str, int], data: st.DataObject
) -> None:
    value = const(0)
    for part, size, at in parts:
        value = apply("+", value, apply("*", apply("trunc", part, 8 * size), 1 << 8 * at))
    _right(value, env, 8, data.draw(st.integers(0, 7)))


def test_the_parts_of_a_number_are_seen_in_it() -> None:
    halves = apply("+", apply("trunc", X, 32), apply("*", 1 << 32, apply("trunc", Y, 32)))
    assert [(p.start, p.base, p.first) for p in pieces(halves, 8)] == [(0, X, 0), (4, Y, 0)]
    carried = apply("+", apply("trunc", X, 40), apply("*", 1 << 32, apply("trunc", Y, 32)))
    assert [p.base for p in pieces(carried, 8)] == [carried]


@given(st.booleans(), st.booleans(), st.booleans())
@settings(derandomize=True)
def test_folding_of_conditions(p: bool, q: bool, r: bool) -> None:
    env = {"p": p, "q": q, "r": r}
    last = var("r", "bool")
    for a in (P, negation(P), both(P, Q), const(True), const(False)):
        for b in (P, Q, negation(P), both(P, negation(Q))):
            one, two = bool(evaluate(a, env)), bool(evaluate(b, env))
            assert evaluate(both(a, b), env) == (one and two)
            assert evaluate(either(a, b), env) == (one or two)
            assert evaluate(choose(last, a, b), env) == (one if r else two)
            assert evaluate(negation(a), env) == (not one)


def test_a_join_of_two_branches_is_the_way_before_them() -> None:
    assert either(both(P, Q), both(P, negation(Q))) is P
    assert either(both(P, X < Y), both(P, X >= Y)) is P


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("(or (not p) q)", "p implies q"),
        ("(and (or (not p) q) (or (not p) (= x 1)))", "p implies q and x == 1"),
        ("(or (not p) (not q))", "not (p and q)"),
        ("(not p)", "not p"),
        ("(or (not p) (= x 1) (= y 1))", "p implies (x == 1 or y == 1)"),
        ("(not (<= (+ x (* (- 64) y)) 63))", "x >= 64 * y + 64"),
        ("(< x (+ (* 64 y) 8))", "x < 64 * y + 8"),
        ("(<= x (- 3))", "x <= -3"),
        ("(let ((a (< x y))) (and a (or a p)))", "x < y; x < y or p"),
        ("true", "true"),
        ("(= x (ite (< y 1) 64 (ite (< y 2) 16 0)))", "x == [y below 1: 64, below 2: 16, else 0]"),
    ],
)
def test_invariants_read_as_sentences(formula: str, text: str) -> None:
    assert sentence(parsed(formula, {"x": X, "y": Y, "p": P, "q": Q})) == text


@pytest.mark.parametrize("name", ["a.b", "let", "x!1", "ä", "", "a b|c\\", "at"])
def test_symbols_are_simple_and_distinct(name: str) -> None:
    text = symbol(name)
    assert text.isascii()
    assert text.replace("!", "").replace("_", "").isalnum() or text == "v!"
    assert symbol("plain_1") == "plain_1"
    assert text == name or text.startswith("v!")
