"""A pointer that a loop carries, and that may be null each round: what is late only there is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, verdict


def carried(index: str, drain: str = DRAIN, value: str = "1") -> str:
    """q = null; do { d[index] = value; if (!q) drain; q = unknown(); if (!q) return; drain } while ...."""
    return f"""
declare ptr @unknown()
define void @f(ptr %d, i64 %n) {{
  br label %head
head:
  %i = phi i64 [ 0, %0 ], [ %next, %more ]
  %q = phi ptr [ null, %0 ], [ %r, %more ]
  %to = getelementptr i64, ptr %d, i64 {index}
  store i64 {value}, ptr %to, !nontemporal !0
  %null = icmp eq ptr %q, null
  br i1 %null, label %first, label %other
first:
  {DRAIN}
  br label %call
other:
  {drain}
  br label %call
call:
  %r = call ptr @unknown()
  %none = icmp eq ptr %r, null
  br i1 %none, label %out, label %more
more:
  {DRAIN}
  %next = add i64 %i, 1
  %again = icmp ult i64 %next, %n
  br i1 %again, label %head, label %out
out:
  ret void
}}
"""


@pytest.mark.parametrize(("index", "value"), [("%i", "1"), ("0", "%i")])
def test_a_store_that_is_late_where_the_pointer_is_not_null_is_shown(
    index: str, value: str, tmp_path: Path
) -> None:
    assert verdict(tmp_path, carried(index, "", value)).status is Status.REFUTED
    assert verdict(tmp_path, carried(index, DRAIN, value)).status is Status.PROVED


def test_a_late_store_of_what_is_there_is_suspected_and_cannot_be_shown(tmp_path: Path) -> None:
    """The machine's memory holds the same value, unless the unknown function stored another."""
    found = verdict(tmp_path, carried("0", ""))
    assert found.status is Status.UNKNOWN
    assert "does not replay on the reference machine" in found.reason
    assert verdict(tmp_path, carried("0")).status is Status.PROVED
