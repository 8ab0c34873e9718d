"""Integers of n bits: what LLVM computes and what our expressions come to are the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ordercheck.frontends.llvm.numbers import Num, Rules, compare, narrowed, widened
from ordercheck.program.expr import Expr, evaluate, var
from tests.frontends.llvm.fuzz.ir_run import signed
from tests.frontends.llvm.fuzz.ir_steps import BINARY

OPS = ("add", "sub", "mul", "shl", "lshr", "ashr", "udiv", "urem", "sdiv", "srem", "and", "or", "xor")
BITS = st.sampled_from((1, 2, 8, 16, 32, 64, 128))


def llvm(op: str, a: int, b: int, bits: int) -> int | None:
    """What LLVM computes (LangRef); None: poison, or undefined."""
    sa, sb = signed(a, bits), signed(b, bits)
    if op in ("udiv", "urem", "sdiv", "srem") and b == 0:
        return None
    if op in ("shl", "lshr", "ashr") and b >= bits:
        return None
    if op in ("sdiv", "srem") and sb == -1 and sa == -(1 << (bits - 1)):
        return None
    return BINARY[op](bits, a, b) % (1 << bits)


@st.composite
def operands(draw: st.DrawFn) -> tuple[int, int, int]:
    bits = draw(BITS)
    edges = st.sampled_from(sorted({0, 1, (1 << bits) - 1, 1 << (bits - 1), (1 << (bits - 1)) - 1}))
    number = edges | st.integers(0, (1 << bits) - 1)
    return bits, draw(number), draw(number)


FORMS = ("unsigned", "signed", "constant")


def as_num(form: str, name: str, value: int, bits: int, env: dict[str, int]) -> Num:
    """The number in one of the forms in which it may come."""
    if form == "constant":
        from ordercheck.program.expr import const

        return Num(bits, const(value))
    env[name] = value if form == "unsigned" else signed(value, bits)
    return Num(bits, var(name)) if form == "unsigned" else Num(bits, None, var(name))


@settings(max_examples=1500, derandomize=True, deadline=None)
@given(st.sampled_from(OPS), operands(), st.sampled_from(FORMS), st.sampled_from(FORMS), st.booleans())
def test_operations(op: str, numbers: tuple[int, int, int], one: str, other: str, flagged: bool) -> None:
    bits, a, b = numbers
    env: dict[str, int] = {}
    needed: list[Expr] = []
    rules = Rules(defined=lambda: True, wraps=False, assume=needed.append)
    exact = llvm(op, a, b, bits)
    flags: set[str] = set()
    if flagged and op in ("add", "sub", "mul", "shl") and exact is not None:
        shift = b if op == "shl" else 0
        unsigned = {"add": a + b, "sub": a - b, "mul": a * b, "shl": a << shift}[op]
        sa, sb = signed(a, bits), signed(b, bits)
        whole = {"add": sa + sb, "sub": sa - sb, "mul": sa * sb, "shl": sa << shift}[op]
        flags |= {"nuw"} if 0 <= unsigned < 1 << bits else set()
        flags |= {"nsw"} if -(1 << (bits - 1)) <= whole < 1 << (bits - 1) else set()
    if op == "or" and a & b == 0:
        flags.add("disjoint")
    found = rules.binary(
        op, as_num(one, "a", a, bits, env), as_num(other, "b", b, bits, env), frozenset(flags)
    )
    if found is None or exact is None or not all(evaluate(e, env) for e in needed):
        return
    assert evaluate(found.unsigned, env) == exact
    assert evaluate(found.signed, env) == signed(exact, bits)
    assert exact <= found.top


@settings(max_examples=600, derandomize=True, deadline=None)
@given(st.sampled_from(OPS), operands())
def test_wrapping_is_exact_where_overflow_is_refused(op: str, numbers: tuple[int, int, int]) -> None:
    bits, a, b = numbers
    env: dict[str, int] = {}
    needed: list[Expr] = []
    rules = Rules(defined=lambda: False, wraps=True, assume=needed.append)
    exact = llvm(op, a, b, bits)
    x, y = as_num("unsigned", "a", a, bits, env), as_num("unsigned", "b", b, bits, env)
    found = rules.binary(op, x, y, frozenset({"nuw", "nsw"}))
    if exact is None or found is None:
        return
    assert all(evaluate(e, env) for e in needed)
    assert evaluate(found.unsigned, env) == exact


def compared(a: int, b: int, bits: int) -> dict[str, bool]:
    """What each comparison of two numbers says."""
    sa, sb = signed(a, bits), signed(b, bits)
    return {
        "eq": a == b, "ne": a != b, "ult": a < b, "ule": a <= b, "ugt": a > b, "uge": a >= b,
        "slt": sa < sb, "sle": sa <= sb, "sgt": sa > sb, "sge": sa >= sb,
    }  # fmt: skip


@settings(max_examples=400, derandomize=True, deadline=None)
@given(operands(), st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_comparisons(numbers: tuple[int, int, int], one: str, other: str) -> None:
    bits, a, b = numbers
    env: dict[str, int] = {}
    x, y = as_num(one, "a", a, bits, env), as_num(other, "b", b, bits, env)
    for predicate, truth in compared(a, b, bits).items():
        assert evaluate(compare(predicate, x, y), env) == truth, predicate


@pytest.mark.parametrize("op", ["zext", "sext"])
@settings(max_examples=200, derandomize=True, deadline=None)
@given(operands(), st.sampled_from(FORMS))
def test_widening_and_narrowing(op: str, numbers: tuple[int, int, int], form: str) -> None:
    bits, a, _ = numbers
    env: dict[str, int] = {}
    number = as_num(form, "a", a, bits, env)
    wide = a if op == "zext" else signed(a, bits) % (1 << 2 * bits)
    assert evaluate(widened(op, number, 2 * bits).unsigned, env) == wide
    assert evaluate(narrowed(number, max(1, bits // 2)).unsigned, env) == a % (1 << max(1, bits // 2))


@settings(max_examples=600, derandomize=True, deadline=None)
@given(operands(), st.integers(0, 1 << 64), st.sampled_from(("ult", "ule", "ugt", "uge")))
def test_ranges(numbers: tuple[int, int, int], limit: int, predicate: str) -> None:
    """x - c < k, as compilers write c <= x < c + k."""
    from ordercheck.program.expr import const

    bits, value, step = numbers
    limit %= 1 << bits
    env = {"a": value}
    rules = Rules(defined=lambda: True, wraps=True, assume=lambda condition: None)
    moved = rules.binary("add", Num(bits, var("a")), Num(bits, const(step)), frozenset())
    assert moved is not None
    exact = (value + step) % (1 << bits)
    wanted = {"ult": exact < limit, "ule": exact <= limit, "ugt": exact > limit, "uge": exact >= limit}
    assert evaluate(compare(predicate, moved, Num(bits, const(limit))), env) == wanted[predicate]


SHIFTS = (1, 8, 32)
CONSTANTS = (1, 3, 0xFF, 0x7FFFFFFF, 0xFFFFFFF8, (1 << 63) - 1, (1 << 64) - 8)


@st.composite
def chains(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Operations in a row, each on what the one before came to: casts to so many bits, or with a constant."""
    found = []
    for _ in range(draw(st.integers(2, 5))):
        op = draw(st.sampled_from((*OPS, *(("zext", "sext", "trunc", "shl", "lshr", "ashr") * 4))))
        amounts = SHIFTS if op in ("shl", "lshr", "ashr") else CONSTANTS
        cast = op in ("zext", "sext", "trunc")
        found.append((op, draw(st.sampled_from((8, 16, 32, 64) if cast else amounts))))
    return found


@pytest.mark.parametrize("wraps", [False, True])
@settings(max_examples=3000, derandomize=True, deadline=None)
@given(chains(), operands())
@example([("shl", 8), ("zext", 64), ("lshr", 8)], (32, 0xFF000000, 0))
def test_chains_of_operations(
    wraps: bool, chain: list[tuple[str, int]], numbers: tuple[int, int, int]
) -> None:
    """What is recognised of an operation by the one before it."""
    _, exact, _ = numbers
    bits, exact = 32, exact % (1 << 32)
    env: dict[str, int] = {}
    needed: list[Expr] = []
    rules = Rules(defined=lambda: True, wraps=wraps, assume=needed.append)
    number = as_num("unsigned", "a", exact, bits, env)
    for op, amount in chain:
        if op in ("zext", "sext"):
            wider = max(amount, bits)
            number = widened(op, number, wider)
            exact = exact if op == "zext" else signed(exact, bits) % (1 << wider)
            bits = wider
        elif op == "trunc":
            bits = min(amount, bits)
            number, exact = narrowed(number, bits), exact % (1 << bits)
        else:
            constant = amount % (1 << bits)
            computed = llvm(op, exact, constant, bits)
            found = rules.binary(op, number, as_num("constant", "", constant, bits, env), frozenset())
            if found is None or computed is None:
                return
            number, exact = found, computed
        if not all(evaluate(e, env) for e in needed):
            return
        assert evaluate(number.unsigned, env) == exact
        assert evaluate(number.signed, env) == signed(exact, bits)


WIDTH = 16
WORD = st.integers(0, (1 << WIDTH) - 1)
MASKED = ("and", "or", "xor", "shl", "lshr", "add")


@settings(max_examples=600, derandomize=True, deadline=None)
@given(st.data(), WORD, WORD, WORD)
def test_a_number_with_lasting_bits_is_the_word(data: st.DataObject, word: int, mask: int, rest: int) -> None:
    """With a word whose other bits are any, all that is computed from it is what the word itself gives."""
    env = {"word": word, "lasting": word & mask | rest & ~mask}
    rules = Rules(defined=lambda: True, wraps=True, assume=lambda condition: None)
    number, exact = Num(WIDTH, var("word")), word
    number.lasting = mask, var("lasting")
    for _ in range(data.draw(st.integers(1, 3))):
        op = data.draw(st.sampled_from((*MASKED, "zext", "trunc")))
        bits = number.bits
        if op in ("zext", "trunc"):
            width = data.draw(st.sampled_from((8, 16, 32)))
            if width == bits or (width > bits) != (op == "zext"):
                continue
            number = widened(op, number, width) if op == "zext" else narrowed(number, width)
            exact &= (1 << width) - 1
        else:
            other = data.draw(st.integers(0, bits - 1) if op in ("shl", "lshr") else WORD) % (1 << bits)
            found = rules.binary(op, number, as_num("constant", "", other, bits, {}), frozenset())
            assert found is not None
            number, exact = found, BINARY[op](bits, exact, other) % (1 << bits)
        assert evaluate(number.unsigned, env) == exact
        if number.lasting is not None:
            assert (evaluate(number.lasting[1], env) ^ exact) & number.lasting[0] == 0
    limit = data.draw(st.sampled_from((0, 1, 8, 64, 128, (1 << number.bits) - 1, (1 << number.bits) - 64)))
    limit %= 1 << number.bits
    edge = as_num("constant", "", limit, number.bits, {})
    for predicate, truth in compared(exact, limit, number.bits).items():
        assert evaluate(compare(predicate, number, edge), env) == truth, predicate
