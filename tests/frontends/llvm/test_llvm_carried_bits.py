"""Which bits of a word a store may change where what it stores came by phis; which bits last of a phi."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_bits_helper import MASKS, PAIRS, Steps, applied, changed, lines
from tests.frontends.llvm.llvm_verdict_helper import ENDING, FILL, status

ROUNDS = """define void @f{0}(ptr %p, i16 %x, i1 %c, i16 %n) {{
entry:
  %first = load i16, ptr %p
  br label %loop
loop:
  %w = phi i16 [ %first, %entry ], [ %v{2}, %join ]
  %i = phi i16 [ 0, %entry ], [ %j, %join ]
  {1}
  %odd = trunc i16 %i to i1
  br i1 %odd, label %again, label %join
again:
  %now = load i16, ptr %p
  br label %join
join:
  %u = phi i16 [ %now, %again ], [ %v{3}, %loop ]
  {4}
  store i16 %v{2}, ptr %p
  %j = add i16 %i, 1
  %more = icmp ult i16 %j, %n
  br i1 %more, label %loop, label %out
out:
  ret void
}}
"""


@st.composite
def carried(draw: st.DrawFn) -> tuple[Steps, Steps]:
    """What is made of %w before the ways part, and of what they bring after they meet: mostly masks."""

    def some(start: str, count: int) -> Steps:
        steps: Steps = []
        for number in range(count, count + draw(st.integers(1, 3))):
            op = draw(st.sampled_from(("and", "or", "xor", "select", "through 8")))
            steps.append((op, start, draw(st.sampled_from(("%w", "%x")) | MASKS.map(str))))
            start = f"%v{number}"
        return steps

    before = some("%w", 0)
    return before, some("%u", len(before))


def run(made: tuple[Steps, Steps], word: int, x: int, c: bool, n: int) -> int:
    """What is in memory in the end."""
    known, memory = {"%w": word, "%x": x}, word
    for i in range(n):
        for number, (op, one, other) in enumerate([*made[0], *made[1]]):
            if number == len(made[0]):
                known["%u"] = memory if i % 2 else known[f"%v{number - 1}"]
            a = known[one]
            b = known[other] if other in known else int(other)
            known[f"%v{number}"] = applied(op, a, b, c)
        known["%w"] = memory = known[f"%v{len(made[0]) + len(made[1]) - 1}"]
    return memory


@settings(max_examples=20, derandomize=True, deadline=None)
@given(made=st.lists(carried(), min_size=25, max_size=25), values=PAIRS)
def test_what_is_carried_from_round_to_round_does_not_change_what_is_not_said_to(
    made: list[tuple[Steps, Steps]],
    values: list[tuple[int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    functions = []
    for number, (before, after) in enumerate(made):
        text = [line for n, step in enumerate([*before, *after]) for line in lines(n, *step)]
        split = sum(len(lines(0, *step)) for step in before)
        parts = "\n  ".join(text[:split]), "\n  ".join(text[split:])
        last = len(before) + len(after) - 1
        functions.append(ROUNDS.format(number, parts[0], last, len(before) - 1, parts[1]))
    masks = changed(tmp_path_factory.getbasetemp(), "".join(functions), 2)
    for each, mask in zip(made, masks, strict=True):
        for word, x in values:
            for c in (False, True):
                for n in range(1, 4):
                    assert (run(each, word, x, c, n) ^ word) & ~mask == 0


JOINED = {
    "of one word": ("%w = load i32, ptr %p", "%w = load i32, ptr %p", 2),
    "of one word, masked on one way": (
        "%w = load i32, ptr %p",
        "%z = load i32, ptr %p\n  %w = and i32 %z, -5",
        6,
    ),
    "of another word on one way": (
        "%w = load i32, ptr %p",
        "%q = getelementptr i8, ptr %p, i64 4\n  %w = load i32, ptr %q",
        0xFFFFFFFF,
    ),
    "of a number": ("%w = load i32, ptr %p", "%w = add i32 0, 0", 0xFFFFFFFF),
}


@pytest.mark.parametrize("case", JOINED)
def test_what_a_store_of_what_two_ways_bring_changes(case: str, tmp_path: Path) -> None:
    one, other, expected = JOINED[case]
    text = f"""define void @f(ptr %p, i1 %c) {{
  br i1 %c, label %a, label %b
a:
  {one.replace("%w", "%wa")}
  br label %out
b:
  {other.replace("%w", "%wb")}
  br label %out
out:
  %w = phi i32 [ %wa, %a ], [ %wb, %b ]
  %v = or i32 %w, 2
  store i32 %v, ptr %p
  ret void
}}"""
    assert changed(tmp_path, text, 4) == [expected]


def joined(test: str, now: str, masked: str, last: str = "%m") -> str:
    """A copy behind a test of a word, which is loaded again there, a store to the word, and a drain behind
    a test of what was loaded last.
    """
    return f"""declare void @unknown()
define void @f(ptr %p, ptr %s, i32 %x) {{
  %w = load i32, ptr %s
  {test.format("a", "%w")}
  br i1 %ca, label %copy, label %join
copy:
  {FILL}
  {now}
  br label %join
join:
  %m = phi i32 [ %w, %0 ], [ %now, %copy ]
  {masked}
  store i32 %v, ptr %s
  {test.format("b", last)}
  br i1 %cb, label %drain, label %out
{ENDING}"""


BIT = "%b{0} = and i32 {1}, 1\n  %c{0} = icmp ne i32 %b{0}, 0"
NOW = "%now = load i32, ptr %s"
MASKED = "%y = and i32 %x, 2\n  %z = and i32 %m, -3\n  %v = or i32 %z, %y"
LASTING = {
    "a bit": (BIT, NOW, MASKED, "%m"),
    "a bit of what was stored": (BIT, NOW, MASKED, "%v"),
    "two bits, and one of them": (
        "%b{0} = and i32 {1}, 5\n  %c{0} = icmp eq i32 %b{0}, 5",
        NOW,
        MASKED,
        "%v",
    ),
    "one of two words": (
        BIT,
        NOW,
        f"{MASKED}\n  %t = icmp eq i32 %x, 7\n  %o = select i1 %t, i32 %v, i32 %w",
        "%o",
    ),
    "turned": (BIT, NOW, MASKED.replace("or", "xor"), "%v"),
    "loaded as a byte": (
        BIT,
        "%l = load i8, ptr %s\n  %h = zext i8 %l to i32\n  %r = and i32 %w, -256\n  %now = or i32 %r, %h",
        MASKED,
        "%w",
    ),
}
NOT_LASTING = {
    "a bit that is stored to": (
        BIT,
        NOW,
        "%y = and i32 %x, 1\n  %z = and i32 %m, -2\n  %v = or i32 %z, %y",
        "%v",
    ),
    "volatile": (BIT, "%now = load volatile i32, ptr %s", MASKED, "%m"),
    "of another word": (BIT, "%q = getelementptr i8, ptr %s, i64 8\n  %now = load i32, ptr %q", MASKED, "%m"),
    "of a number": (BIT, "%now = and i32 %x, -2", MASKED, "%m"),
    "a bit turned": (BIT, NOW, f"{MASKED}\n  %o = xor i32 %v, 1", "%o"),
}


@pytest.mark.parametrize("case", LASTING)
def test_a_bit_of_a_word_that_two_ways_bring_lasts(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, joined(*LASTING[case]), publish="return") is Status.PROVED


@pytest.mark.parametrize("case", NOT_LASTING)
def test_a_bit_that_two_ways_bring_and_that_does_not_last(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, joined(*NOT_LASTING[case]), publish="return") is Status.REFUTED


def test_the_sign_of_a_part_is_not_that_of_the_word(tmp_path: Path) -> None:
    part = "%b{0} = trunc i32 {1} to i8\n  %d{0} = or i8 %b{0}, 2\n  %c{0} = icmp slt i8 %d{0}, 0"
    text = joined(part, NOW, MASKED, "%v")
    of_part = text.replace("%ca = icmp slt i8 %da, 0", "%ca = icmp slt i8 %ba, 0")
    assert status(tmp_path, of_part, publish="return") is Status.PROVED
    of_word = text.replace("%ca = icmp slt i8 %da, 0", "%ca = icmp slt i32 %w, 0")
    assert status(tmp_path, of_word, publish="return") is Status.REFUTED


@pytest.mark.parametrize(
    "call", ["call void @unknown()", 'call void asm sideeffect "call unknown", "~{memory}"()']
)
def test_what_nobody_knows_may_change_the_bit_before_it_is_loaded_again(call: str, tmp_path: Path) -> None:
    text = joined(BIT, NOW, MASKED).replace("%ba =", f"{call}\n  %ba =")
    assert status(tmp_path, text, publish="return") is Status.REFUTED


def test_a_function_that_returns_nothing_brings_nothing(tmp_path: Path) -> None:
    text = """define void @f(ptr %p) {
  %v = call i32 @g()
  store i32 %v, ptr %p
  ret void
}
define void @g() {
  ret void
}"""
    assert changed(tmp_path, text, 4) == [0xFFFFFFFF]


def carried_on(mask: str = "-4093", address: str = "ptr %s", copied: str = "%w") -> str:
    """A copy in a loop behind a bit of a word, which every round stores to; a drain behind that bit."""
    return f"""define void @f(ptr %p, ptr %s, i32 %n) {{
e:
  %first = load i32, ptr %s
  br label %l
l:
  %w = phi i32 [ %first, %e ], [ %v, %m ]
  %i = phi i32 [ 0, %e ], [ %j, %m ]
  %q = getelementptr i32, ptr %s, i32 %i
  %b = and i32 {copied}, 1
  %c = icmp eq i32 %b, 0
  br i1 %c, label %m, label %x
x:
  {FILL}
  %again = load i32, {address}
  br label %m
m:
  %u = phi i32 [ %again, %x ], [ %w, %l ]
  %k = shl i32 %i, 2
  %y = and i32 %k, 4092
  %z = and i32 %u, {mask}
  %v = or i32 %z, %y
  store i32 %v, {address}
  %j = add nuw nsw i32 %i, 1
  %more = icmp ult i32 %j, %n
  br i1 %more, label %l, label %o
o:
  %d = and i32 %v, 1
  %none = icmp eq i32 %d, 0
  br i1 %none, label %out, label %drain
{ENDING}"""


def test_a_bit_of_a_word_that_is_carried_from_round_to_round(tmp_path: Path) -> None:
    assert status(tmp_path, carried_on(), publish="return") is Status.PROVED
    assert status(tmp_path, carried_on(), publish="return", refuse="stable") is Status.REFUTED
    assert status(tmp_path, carried_on("-4094"), publish="return") is Status.REFUTED
    # each round has a word of its own: the bit is that of the round before
    assert status(tmp_path, carried_on(address="ptr %q"), publish="return") is Status.REFUTED
