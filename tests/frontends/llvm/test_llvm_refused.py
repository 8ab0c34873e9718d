"""What is refused to be taken for granted: nothing rests on it any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status, undrained

NUMBERS = {
    "or disjoint": "%y = and i32 %x, 1\n  %o = or disjoint i32 %y, 1\n"
    "  %a = icmp eq i32 %y, 1\n  %b = icmp eq i32 %o, 1\n  %no = and i1 %a, %b",
    "add nuw": "%o = add nuw i32 %x, 1\n  %no = icmp eq i32 %o, 0",
    "trunc nsw": "%s = sext i32 %x to i64\n  %o = trunc nsw i64 %s to i8\n"
    "  %e = icmp eq i8 %o, 0\n  %b = icmp ne i32 %x, 0\n  %no = and i1 %e, %b",
    "a shift by too much": "%o = shl i32 1, %x\n  %e = icmp uge i32 %x, 32\n"
    "  %z = icmp eq i32 %o, 5\n  %no = and i1 %e, %z",
    "an assumption": "%no = icmp eq i32 %x, 5\n  %c = icmp ne i32 %x, 5\n  call void @llvm.assume(i1 %c)",
}


@pytest.mark.parametrize("case", NUMBERS)
def test_undefined_numbers(case: str, tmp_path: Path) -> None:
    text = undrained("ptr %p, i32 %x", NUMBERS[case], "declare void @llvm.assume(i1)")
    assert status(tmp_path, text) is Status.PROVED
    assert status(tmp_path, text, refuse="defined") is Status.REFUTED


UNREACHABLE = f"""define void @f(ptr %p, i1 %c) {{
  {FILL}
  br i1 %c, label %one, label %other
one:
  unreachable
other:
  {DRAIN}
  ret void
}}"""
NULL = f"""define void @f(ptr %p, i1 %c) {{
  %q = select i1 %c, ptr null, ptr %p
  store i64 1, ptr %q, align 8, !nontemporal !0
  {DRAIN}
  ret void
}}"""


@pytest.mark.parametrize("text", [UNREACHABLE, NULL])
def test_undefined_places(text: str, tmp_path: Path) -> None:
    assert status(tmp_path, text) is Status.PROVED
    assert status(tmp_path, text, refuse="defined") is Status.UNKNOWN


def test_a_switch_of_the_cpu_with_stores_pending(tmp_path: Path) -> None:
    text = f"""declare void @sched_yield()
define void @f(ptr %p) {{
  {FILL}
  call void @sched_yield()
  {DRAIN}
  ret void
}}"""
    assert status(tmp_path, text) is Status.PROVED
    assert status(tmp_path, text, refuse="sleep") is Status.REFUTED
    drained = text.replace("  call", f"  {DRAIN}\n  call")
    assert status(tmp_path, drained, refuse="sleep") is Status.PROVED


def test_an_address_that_wraps(tmp_path: Path) -> None:
    text = f"""define i64 @f(ptr %p, i1 %c) {{
  {FILL}
  %i = select i1 %c, i64 2305843009213693952, i64 100
  %q = getelementptr i64, ptr %p, i64 %i
  %x = load i64, ptr %q
  {DRAIN}
  ret i64 %x
}}"""
    assert status(tmp_path, text, model="nt-contract") is Status.PROVED
    assert status(tmp_path, text, model="nt-contract", refuse="overflow") is Status.REFUTED
