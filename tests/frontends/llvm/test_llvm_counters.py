"""A counter of 32 bits that is compared with a number of 64: its loop ends, by the assumption on overflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, status

SOON = 2.0
ENDS = {
    "compared": "%more = icmp ult i64 %wide, %n",
    "shifted": "%left = lshr i64 %wide, %n\n  %more = icmp eq i64 %left, 0",
}


def loop(ends: str, step: str = "add i32 %i, 1") -> str:
    """Fills from the second entry on, and stores to the first: what wraps comes back to that."""
    return f"""define void @f(ptr %p, i64 %n) {{
  br label %loop
loop:
  %at = phi i64 [ 1, %0 ], [ %wide, %loop ]
  %i = phi i32 [ 1, %0 ], [ %up, %loop ]
  %q = getelementptr i64, ptr %p, i64 %at
  store i64 1, ptr %q, align 8, !nontemporal !0
  %up = {step}
  %wide = zext i32 %up to i64
  {ends}
  br i1 %more, label %loop, label %out
out:
  store i64 2, ptr %p
  {DRAIN}
  ret void
}}"""


@pytest.mark.parametrize("case", ENDS)
def test_it_does_not_wrap(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, loop(ENDS[case]), "nt-contract") is Status.PROVED


def test_it_wraps_where_that_is_refused(tmp_path: Path) -> None:
    text = loop(ENDS["compared"])
    assert status(tmp_path, text, "nt-contract", SOON, refuse="overflow") is not Status.PROVED


@pytest.mark.parametrize("step", ["add i32 %i, -1", "sub i32 %i, 1", "mul i32 %i, 3"])
def test_what_is_no_counter_may_wrap(step: str, tmp_path: Path) -> None:
    assert status(tmp_path, loop(ENDS["compared"], step), "nt-contract", SOON) is not Status.PROVED


def test_what_goes_on_from_somewhere_may_wrap(tmp_path: Path) -> None:
    """A position in a ring, which is loaded and counts on."""
    text = loop(ENDS["compared"]).replace("ptr %p, i64 %n", "ptr %p, i64 %n, i32 %start")
    text = text.replace("[ 1, %0 ], [ %up", "[ %start, %0 ], [ %up")
    assert status(tmp_path, text, "nt-contract", SOON) is not Status.PROVED
