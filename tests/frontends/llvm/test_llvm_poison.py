"""Shifts by more than there are bits: nothing is taken for granted of them but where their result decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import ENDING, FILL, status

SHIFTS = {
    "1 up": "shl {0} 1, %x",
    "a number up": "shl {0} %k, %x",
    "down": "lshr {0} %k, %x",
    "down, with its sign": "ashr {0} %k, %x",
}


def chosen(shift: str, of: str, limit: int) -> str:
    """A word is filled with what a shift comes to, or 0; a drain where it is by less than the limit."""
    return f"""define void @f(ptr %p, {of} %x, {of} %k) {{
  %s = {shift.format(of)}
  %fits = icmp ult {of} %x, {of[1:]}
  %m = select i1 %fits, {of} %s, {of} 0
  store {of} %m, ptr %p, align 8, !nontemporal !0
  %c = icmp ult {of} %x, {limit}
  br i1 %c, label %drain, label %out
{ENDING}"""


@pytest.mark.parametrize("of", ["i64", "i32"])
@pytest.mark.parametrize("shift", SHIFTS)
def test_a_shift_in_the_open_whose_result_is_not_used(shift: str, of: str, tmp_path: Path) -> None:
    text = chosen(SHIFTS[shift], of, int(of[1:]))
    assert status(tmp_path, text, publish="return") is Status.REFUTED
    always = text.replace("br i1 %c, label %drain, label %out", "br label %drain")
    assert status(tmp_path, always, publish="return") is Status.PROVED


def decided(lines: str, use: str, first: str = "", slot: str = "") -> str:
    """A word is filled; a shift, and something that it decides; a drain where it was not by too much."""
    return f"""@flag = external global i64
@table = external global [64 x i64]
define void @f(ptr %p, i64 %x, i64 %k) {{
  {slot}
  {first or FILL}
  {lines}
  {use}
next:
  %fits = icmp ult i64 %x, 64
  br i1 %fits, label %drain, label %out
{ENDING}"""


UP = "%s = shl i64 %k, %x"
BRANCH = "%c = icmp ult i64 %s, 100\n  br i1 %c, label %one, label %next\none:\n  br label %next"
JUMP = "br label %then\nthen:\n  %t = phi i64 [ %s, %0 ]\n"
TEST = "%e = icmp eq i64 %k, 9\n  br i1 %e, label %there, label %here\nhere:\n  br label %there\nthere:"
DECIDES = {
    "a branch": (UP, BRANCH),
    "of a shift down": ("%s = ashr i64 %k, %x", BRANCH),
    "a switch": (UP, "switch i64 %s, label %next [ i64 1, label %one ]\none:\n  br label %next"),
    "what it is added to": (f"{UP}\n  %t = add i64 %s, %k", BRANCH.replace("%s", "%t")),
    "which of two values": (
        f"{UP}\n  %b = trunc i64 %s to i1\n  %t = select i1 %b, i64 3, i64 4",
        BRANCH.replace("%s", "%t"),
    ),
    "behind a jump": (UP, JUMP + BRANCH.replace("%s", "%t")),
    "where a load is from": (
        f"{UP}\n  %q = getelementptr i64, ptr @table, i64 %s\n  %l = load i64, ptr %q",
        "br label %next",
    ),
    "where a store goes": (
        f"{UP}\n  %q = getelementptr i64, ptr @table, i64 %s\n  store i64 1, ptr %q",
        "br label %next",
    ),
    "behind a test": (
        f"{UP}\n  {TEST}",
        BRANCH,
    ),
    "behind a barrier": (f'{UP}\n  call void asm sideeffect "", "~{{memory}}"()', BRANCH),
    "by way of a variable": (
        f"{UP}\n  store i64 %s, ptr %v\n  %t = load i64, ptr %v",
        BRANCH.replace("%s", "%t"),
    ),
    "by way of a variable, behind a test": (
        f"{UP}\n  store i64 %s, ptr %v\n  {TEST}\n  %t = load i64, ptr %v",
        BRANCH.replace("%s", "%t"),
    ),
}
DOES_NOT = {
    "nothing": (UP, "br label %next"),
    "frozen": (f"{UP}\n  %t = freeze i64 %s", BRANCH.replace("%s", "%t")),
    "one of two values": (
        f"{UP}\n  %b = icmp eq i64 %k, 0\n  %t = select i1 %b, i64 3, i64 %s",
        BRANCH.replace("%s", "%t"),
    ),
    "what is stored": (f"{UP}\n  store i64 %s, ptr @table", "br label %next"),
    "on one way only": (
        f"{UP}\n  %e = icmp eq i64 %k, 9\n  br i1 %e, label %next, label %here\nhere:",
        BRANCH,
    ),
    "what comes by another way": (
        f"{UP}\n  br label %then\nthen:\n  %s2 = phi i64 [ %k, %0 ]\n",
        BRANCH.replace("%s", "%s2"),
    ),
    "by way of a variable that has another value": (
        f"{UP}\n  store i64 %s, ptr %v\n  store i64 %k, ptr %v\n  %t = load i64, ptr %v",
        BRANCH.replace("%s", "%t"),
    ),
    "by way of a variable that may have another value": (
        f"{UP}\n  store i64 %s, ptr %v\n  {TEST}\n  %t = load i64, ptr %v".replace(
            "here:\n", "here:\n  store i64 %k, ptr %v\n", 1
        ),
        BRANCH.replace("%s", "%t"),
    ),
}
SLOT = "%v = alloca i64"


@pytest.mark.parametrize("shift", SHIFTS)
def test_a_shift_by_far_too_much(shift: str, tmp_path: Path) -> None:
    text = f"""define void @f(ptr %p, i64 %y, i64 %k) {{
  %x = add i64 %y, -1
  %s = {SHIFTS[shift].format("i64")}
  %none = icmp eq i64 %y, 0
  %m = select i1 %none, i64 0, i64 %s
  store i64 %m, ptr %p, align 8, !nontemporal !0
  br i1 %none, label %out, label %drain
{ENDING}"""
    assert status(tmp_path, text, publish="return") is Status.REFUTED


def test_what_a_shift_by_too_much_comes_to_is_not_known(tmp_path: Path) -> None:
    text = f"""define void @f(ptr %p, i64 %x, i64 %k) {{
  {FILL}
  {UP}
  %frozen = freeze i64 %s
  %same = icmp eq i64 %frozen, %k
  %large = icmp ugt i64 %x, 63
  br i1 %large, label %look, label %drain
look:
  br i1 %same, label %drain, label %out
{ENDING}"""
    assert status(tmp_path, text, publish="return") is Status.REFUTED


@pytest.mark.parametrize("case", DECIDES)
def test_where_poison_decides_it_is_taken_that_there_is_none(case: str, tmp_path: Path) -> None:
    text = decided(*DECIDES[case], slot=SLOT)
    assert status(tmp_path, text, publish="return") is Status.PROVED
    assert status(tmp_path, text, publish="return", refuse="defined") is Status.REFUTED


@pytest.mark.parametrize("case", DOES_NOT)
def test_where_it_decides_nothing_it_may_be(case: str, tmp_path: Path) -> None:
    text = decided(*DOES_NOT[case], slot=SLOT)
    assert status(tmp_path, text, publish="return") is Status.REFUTED


@pytest.mark.parametrize("shift", ["in the open", "behind a jump"])
def test_what_others_see_before_it_decides(shift: str, tmp_path: Path) -> None:
    tell = "store i64 1, ptr @flag"
    lines = f"{UP}\n  {tell}" if shift == "in the open" else f"{UP}\n  br label %then\nthen:\n  {tell}"
    text = decided(lines, BRANCH)
    # the word is pending there however far it is shifted
    assert status(tmp_path, text) is Status.REFUTED
    big = "%big = icmp ugt i64 %x, 63\n  br i1 %big, label %copy, label %on"
    copied = f"{big}\ncopy:\n  {FILL}\n  br label %on\non:"
    assert status(tmp_path, decided(lines, BRANCH, copied)) is Status.REFUTED


def test_a_loop_as_long_as_a_shift_says(tmp_path: Path) -> None:
    # a compiler takes the shift out of the loop
    text = f"""define void @f(ptr %p, i64 %x, i64 %n) {{
e:
  %s = shl i64 1, %x
  %none = icmp eq i64 %n, 0
  br i1 %none, label %out, label %l
l:
  %i = phi i64 [ 0, %e ], [ %j, %l ]
  %q = getelementptr i64, ptr %p, i64 %i
  store i64 1, ptr %q, align 8, !nontemporal !0
  %j = add nuw i64 %i, 1
  %more = icmp ult i64 %j, %s
  br i1 %more, label %l, label %o
o:
  %small = icmp ult i64 %x, 64
  br i1 %small, label %drain, label %out
{ENDING}"""
    assert status(tmp_path, text, publish="return") is Status.PROVED
    assert status(tmp_path, text.replace("ult i64 %x, 64", "ult i64 %x, 1"), publish="return") is (
        Status.REFUTED
    )
