"""Which bits of a word a store may change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.frontends.llvm.stored import Stored
from tests.frontends.llvm.llvm_bits_helper import (
    FULL,
    MASKS,
    PAIRS,
    WIDTH,
    WORD,
    Steps,
    applied,
    changed,
    lines,
)

OPS = ("and", "or", "xor", "shl", "lshr", "add", "sub")


@st.composite
def words(draw: st.DrawFn) -> tuple[list[str], Steps]:
    """Lines that compute from %w and %x, and the same as operations: op, operand, operand."""
    steps: Steps = []

    def add(op: str, one: str, other: str) -> str:
        steps.append((op, one, other))
        return f"%v{len(steps) - 1}"

    def some(start: str) -> str:
        """A value that comes from this one by operations whose bits are known, mostly."""
        for _ in range(draw(st.integers(0, 2))):
            op = draw(st.sampled_from((*OPS, "select", "through 8", "freeze")))
            other = draw(st.sampled_from(("%w", "%x", start)) | MASKS.map(str))
            start = add(op, start, str(draw(st.integers(0, WIDTH - 1))) if op in ("shl", "lshr") else other)
        return start

    kept = add("and", "%w", str(draw(MASKS))) if draw(st.booleans()) else some("%w")
    field = some(add("and", "%x", str(draw(MASKS))) if draw(st.booleans()) else "%x")
    both = [kept, field] if draw(st.booleans()) else [field, kept]
    some(add(draw(st.sampled_from(("or", "xor", "select", "and"))), *both))
    return [line for number, step in enumerate(steps) for line in lines(number, *step)], steps


def computed(steps: Steps, word: int, x: int, c: bool) -> int:
    """What the last step comes to."""
    known = {"%w": word, "%x": x}
    for number, (op, one, other) in enumerate(steps):
        a = known[one]
        b = known[other] if other in known else int(other)
        known[f"%v{number}"] = applied(op, a, b, c)
    return known[f"%v{len(steps) - 1}"]


@settings(max_examples=20, derandomize=True, deadline=None)
@given(made=st.lists(words(), min_size=25, max_size=25), values=PAIRS)
def test_what_is_not_said_to_change_does_not(
    made: list[tuple[list[str], Steps]],
    values: list[tuple[int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    functions = []
    for number, (text, steps) in enumerate(made):
        body = "\n  ".join(
            ["%w = load i16, ptr %p", *text, f"store i16 %v{len(steps) - 1}, ptr %p", "ret void"]
        )
        functions.append(f"define void @f{number}(ptr %p, i16 %x, i1 %c) {{\n  {body}\n}}\n")
    masks = changed(tmp_path_factory.getbasetemp(), "".join(functions), 2)
    for (_, steps), mask in zip(made, masks, strict=True):
        for word, x in values:
            for c in (False, True):
                assert (computed(steps, word, x, c) ^ word) & ~mask == 0


CONDITIONS = {
    "a bit": ("%m = and i16 %w, {k}\n  %c = icmp {p} i16 %m, 0", lambda w, k: w & k),
    "all of some bits": ("%m = and i16 %w, {k}\n  %c = icmp {p} i16 %m, {k}", lambda w, k: w & k ^ k),
    "the word": ("%c = icmp {p} i16 %w, {k}", lambda w, k: w ^ k),
    "of a part": (
        "%t = trunc i16 %w to i8\n  %z = zext i8 %t to i16\n  %m = and i16 %z, {k}\n"
        "  %c = icmp {p} i16 %m, 0",
        lambda w, k: w & 0xFF & k,
    ),
    "the lowest bit": ("%t = trunc i16 %w to i1\n  %c = icmp {p} i1 %t, 0", lambda w, k: w & 1),
    "the sign": ("%n = icmp slt i16 %w, 0\n  %c = icmp {p} i1 %n, 0", lambda w, k: w >> 15),
}
"""A test, with a predicate and a number; what is 0 where it holds (eq), or does not (ne)."""
DIRECT = {
    "slt": ("%c = icmp slt i16 %w, 0", lambda w, k: w >> 15),
    "sgt": ("%c = icmp sgt i16 %w, -1", lambda w, k: not w >> 15),
    "ult": ("%c = icmp ult i16 %w, {k}", lambda w, k: w < k),
    "ugt": ("%c = icmp ugt i16 %w, {k}", lambda w, k: w > k),
    "trunc": ("%c = trunc i16 %w to i1", lambda w, k: w & 1),
}
NUMBERS = st.sampled_from((1, 2, 3, 8, 64, 128, 255, 256, 0x7FFF, 0x8000, FULL))


def gone_first(test: Callable[[int, int], int], k: int, wanted: bool | None, word: int) -> bool:
    """Whether the first way is gone. wanted: whether what is to be 0 is; None: the test itself says."""
    found = test(word, k)
    return bool(found) if wanted is None else (found == 0) == wanted


@st.composite
def branches(draw: st.DrawFn) -> tuple[str, Callable[[int], bool], Steps]:
    """A test of %w, whether its first way is gone, and what is stored there: mostly %w under a mask."""
    k, wanted = draw(NUMBERS), draw(st.sampled_from((None, True, False)))
    text, test = draw(st.sampled_from(sorted((DIRECT if wanted is None else CONDITIONS).items())))[1]
    text = text.replace("{p}", "eq" if wanted else "ne").replace("{k}", str(k))
    steps = [(draw(st.sampled_from(("and", "or", "xor"))), "%w", str(draw(WORD))) for _ in range(2)]
    steps[1] = steps[1][0], draw(st.sampled_from(("%w", "%v0"))), draw(st.sampled_from(("%x", steps[1][2])))
    return text, partial(gone_first, test, k, wanted), steps[: draw(st.integers(1, 2))]


@settings(max_examples=20, derandomize=True, deadline=None)
@given(made=st.lists(branches(), min_size=25, max_size=25), values=PAIRS)
def test_what_a_store_does_not_change_where_a_test_has_shown_some_bits(
    made: list[tuple[str, Callable[[int], bool], Steps]],
    values: list[tuple[int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    functions = []
    for number, (test, _, steps) in enumerate(made):
        body = "\n  ".join(line for n, step in enumerate(steps) for line in lines(n, *step))
        functions.append(f"""define void @f{number}(ptr %p, i16 %x) {{
  %w = load i16, ptr %p
  {test}
  br i1 %c, label %a, label %b
a:
  {body}
  store i16 %v{len(steps) - 1}, ptr %p
  br label %b
b:
  ret void
}}
""")
    masks = changed(tmp_path_factory.getbasetemp(), "".join(functions), 2)
    for (_, holds, steps), mask in zip(made, masks, strict=True):
        for value, x in values:
            for word in (value, value & 0xFF, value & 1, value | 0x8000, value & ~3):
                if holds(word):
                    assert (computed(steps, word, x, False) ^ word) & ~mask == 0


TESTED = {
    "a bit that is 0 is cleared": ("%m = and i32 %w, 1\n  %c = icmp eq i32 %m, 0", "and i32 %w, -4", 2),
    "a bit that is 1 is set": ("%m = and i32 %w, 1\n  %c = icmp ne i32 %m, 0", "or i32 %w, 3", 2),
    "no sign": ("%c = icmp sgt i32 %w, -1", "and i32 %w, 2147483645", 2),
    "a small number": ("%c = icmp ult i32 %w, 256", "and i32 %w, 253", 2),
    "the lowest bit": ("%c = trunc i32 %w to i1", "or i32 %w, 3", 2),
    "of another way": ("%m = and i32 %w, 1\n  %c = icmp ne i32 %m, 0", "and i32 %w, -4", 3),
    "of two bits": ("%m = and i32 %w, 3\n  %c = icmp ne i32 %m, 0", "or i32 %w, 3", 3),
    "below what is no power of two": ("%c = icmp ult i32 %w, 3", "and i32 %w, 1", 0xFFFFFFFE),
    "not above a small number": ("%n = icmp ugt i32 %w, 255\n  %c = xor i1 %n, 1", "and i32 %w, 253", ~253),
}
OTHER_WAY = {
    "not above a small number": ("%c = icmp ugt i32 %w, 255", "and i32 %w, 253", 2),
    "not above another number": ("%c = icmp ugt i32 %w, 254", "and i32 %w, 253", 0xFFFFFF02),
    "not below": ("%c = icmp ult i32 %w, 256", "and i32 %w, 253", 0xFFFFFF02),
}


def behind(test: str, value: str, way: str = "a", store: str = "a") -> str:
    """A store of a value of %w, on one way behind a test, or where both come together."""
    lines = f"%v = {value}\n  store i32 %v, ptr %p"
    return f"""define void @f(ptr %p) {{
  %w = load i32, ptr %p
  {test}
  br i1 %c, label %{way}, label %{"b" if way == "a" else "a"}
a:
  {lines if store == "a" else ""}
  br label %out
b:
  br label %out
out:
  {lines if store == "out" else ""}
  ret void
}}"""


@pytest.mark.parametrize("case", TESTED)
def test_what_a_store_changes_behind_a_test(case: str, tmp_path: Path) -> None:
    test, value, expected = TESTED[case]
    assert changed(tmp_path, behind(test, value), 4) == [expected & 0xFFFFFFFF]
    # where both ways come together, the test has shown nothing
    assert changed(tmp_path, behind(test, value, store="out"), 4) == changed(
        tmp_path, behind("%c = icmp eq i32 0, 0", value), 4
    )


@pytest.mark.parametrize("case", OTHER_WAY)
def test_what_a_store_changes_where_a_test_failed(case: str, tmp_path: Path) -> None:
    test, value, expected = OTHER_WAY[case]
    assert changed(tmp_path, behind(test, value, "b"), 4) == [expected]


FIELD = {
    "a bit is set": ("%v = or i32 %w, 2", 2),
    "a bit is cleared": ("%v = and i32 %w, -3", 2),
    "a bit is turned": ("%v = xor i32 %w, 2", 2),
    "a field is stored to": (
        "%m = and i32 %w, -1021\n%z = zext i8 %x to i32\n%s = shl i32 %z, 2\n%v = or i32 %s, %m",
        0x3FC,
    ),
    "one of two values": ("%a = or i32 %w, 2\n%b = and i32 %w, -5\n%v = select i1 %c, i32 %a, i32 %b", 6),
    "of a part of the word": ("%t = load i8, ptr %p\n%z = zext i8 %t to i32\n%v = or i32 %z, 1", 0xFFFFFF01),
    "of another word": ("%q = getelementptr i8, ptr %p, i64 4\n%v = load i32, ptr %q", 0xFFFFFFFF),
    "a field at the top counts": ("%v = add i32 %w, 16777216", 0xFF000000),
    "and down": ("%z = zext i8 %x to i32\n%s = shl i32 %z, 24\n%v = sub i32 %w, %s", 0xFF000000),
    "from what is shifted": ("%z = zext i8 %x to i32\n%s = shl i32 %z, 24\n%v = sub i32 %s, %w", 0xFFFFFFFF),
    "to what is shifted": ("%z = zext i8 %x to i32\n%s = shl i32 %z, 24\n%v = add i32 %s, %w", 0xFF000000),
    "what is not followed": ("%v = mul i32 %w, 3", 0xFFFFFFFF),
}


@pytest.mark.parametrize("case", FIELD)
def test_what_a_store_changes(case: str, tmp_path: Path) -> None:
    lines, expected = FIELD[case]
    text = f"""define void @f(ptr %p, i8 %x, i1 %c) {{
  %w = load i32, ptr %p
  {lines}
  store i32 %v, ptr %p
  ret void
}}"""
    assert changed(tmp_path, text, 4) == [expected]


def test_a_value_of_the_round_before_is_none_of_this_one(tmp_path: Path) -> None:
    # each round has another word, and stores there what it loaded from the one before
    text = """define void @f(ptr %p, i64 %n) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %j, %loop ]
  %before = phi i32 [ 0, %entry ], [ %w, %loop ]
  %q = getelementptr i32, ptr %p, i64 %i
  %w = load i32, ptr %q
  store i32 %before, ptr %q
  %j = add i64 %i, 1
  %c = icmp ult i64 %j, %n
  br i1 %c, label %loop, label %out
out:
  ret void
}"""
    assert changed(tmp_path, text, 4) == [0xFFFFFFFF]


def test_stores_beside_each_other() -> None:
    stored = Stored()
    stored.note(4, 0, 2, 0x0180)
    stored.note(4, 1, 1)
    assert [stored.changed(4, 4), stored.changed(5, 1), stored.changed(3, 2), stored.changed(6, 2)] == [
        *(0xFF80, 0xFF, 0x8000, 0)
    ]
    stored.note(4, 0, 2, 0x0001)
    assert stored.changed(4, 2) == 0xFF81
    stored.note(None, 0, 4)
    assert stored.changed(100, 2) == 0xFFFF
