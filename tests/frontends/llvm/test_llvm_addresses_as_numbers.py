"""Memory that holds an address as a number: read with another width, and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, ENDING, fill, status

HELD = "%a = load i64, ptr %s, align 16\n  %q = inttoptr i64 %a to ptr"
PARTS = {
    "a half": ("%l = load i32, ptr %s", "%c = icmp eq i32 %l, 0"),
    "a byte": ("%l = load i8, ptr %s", "%c = icmp ult i8 %l, 200"),
    "a bit": ("%l = load i1, ptr %s", "%c = xor i1 %l, true"),
    "more than the address": ("%w = load i128, ptr %s\n  %l = lshr i128 %w, 64", "%c = icmp eq i128 %l, 7"),
}


def parted(load: str, test: str) -> str:
    """A word is filled at an address that is not small; a drain unless the test holds."""
    return f"""define void @f(ptr %s) {{
  {HELD}
  {load}
  %small = icmp ult i64 %a, 4096
  br i1 %small, label %out, label %copy
copy:
  {fill("%q")}
  {test}
  br i1 %c, label %out, label %drain
{ENDING}"""


@pytest.mark.parametrize("case", PARTS)
def test_a_part_of_an_address_is_not_the_address(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, parted(*PARTS[case]), publish="return") is not Status.PROVED


def test_the_low_half_of_an_address_is_its_remainder(tmp_path: Path) -> None:
    small = "%r = and i64 %a, 4294967295\n  %n = icmp ult i64 %r, 4096\n  %z = icmp ult i32 %l, 4096"
    text = parted("%l = load i32, ptr %s", f"{small}\n  %x = xor i1 %n, %z\n  %c = and i1 %x, true")
    assert status(tmp_path, text, publish="return") is Status.PROVED


def again(first: str, second: str, more: str = "") -> str:
    """A word is filled, and another is stored to, at addresses that are loaded as numbers."""
    return f"""@area = external global i64
declare void @unknown()
declare i64 @where()
define void @f(ptr %s, i64 %i, i64 %j) {{
  {first.format("a")}
  %pa = inttoptr i64 %a to ptr
  {fill("%pa")}
  {more}
  {second.format("b")}
  %pb = inttoptr i64 %b to ptr
  store i64 1, ptr %pb
  {DRAIN}
  ret void
}}"""


ELEMENT = "%e{0} = getelementptr i64, ptr %s, i64 %{1}\n  %{0} = load i64, ptr %e{0}"
ANOTHER = {
    "of another element": (ELEMENT.replace("{1}", "i"), ELEMENT.replace("{1}", "j"), ""),
    "volatile": ("%{0} = load volatile i64, ptr %s", "%{0} = load volatile i64, ptr %s", ""),
    "stored to meanwhile": ("%{0} = load i64, ptr %s", "%{0} = load i64, ptr %s", "store i64 %i, ptr %s"),
    "behind what nobody knows": (
        "%{0} = load i64, ptr %s",
        "%{0} = load i64, ptr %s",
        "call void @unknown()",
    ),
}


@pytest.mark.parametrize("case", ANOTHER)
def test_an_address_that_is_loaded_again_may_be_of_another_block(case: str, tmp_path: Path) -> None:
    # what is stored there is seen by others, and the word is pending
    assert status(tmp_path, again(*ANOTHER[case])) is not Status.PROVED


SAME = {
    "from one place": "%{0} = load i64, ptr %s",
    "the start of an area": "%{0}0 = load i64, ptr @area\n  %{0} = add i64 %{0}0, %i",
}


@pytest.mark.parametrize("case", SAME)
def test_one_that_is_the_same_each_time_is_of_the_same_block(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, again(SAME[case], SAME[case])) is Status.PROVED


def test_an_address_that_a_call_returns_as_a_number_is_another_each_round(tmp_path: Path) -> None:
    text = f"""declare i64 @where() memory(none)
define void @f(ptr %p, i64 %n) {{
e:
  br label %l
l:
  %i = phi i64 [ 0, %e ], [ %j, %m ]
  %a = call i64 asm sideeffect "rdfsbase $0", "=r"()
  %q = inttoptr i64 %a to ptr
  %odd = trunc i64 %i to i1
  br i1 %odd, label %x, label %y
x:
  store i64 1, ptr %q
  br label %m
y:
  {fill("%q")}
  br label %m
m:
  %j = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %j, %n
  br i1 %more, label %l, label %good
good:
  {DRAIN}
  ret void
}}"""
    assert status(tmp_path, text) is not Status.PROVED
