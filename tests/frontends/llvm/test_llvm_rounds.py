"""Blocks that are allocated in a loop: the one of the round before is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status

ALLOCATED = {"on the stack": "alloca i64, align 8", "on the heap": "call noalias ptr @malloc(i64 64)"}
BEFORE = {
    "by a phi": ("%prev = phi ptr [ null, %e ], [ %a, %m ]", "", ""),
    "by a variable": ("", "%prev = load ptr, ptr %slot", "store ptr %a, ptr %slot"),
}


@pytest.mark.parametrize("how", BEFORE)
@pytest.mark.parametrize("where", ALLOCATED)
def test_what_is_stored_to_the_one_before_is_not_in_this_one(where: str, how: str, tmp_path: Path) -> None:
    phi, load, store = BEFORE[how]
    text = f"""declare noalias ptr @malloc(i64)
define void @f(ptr %p, i64 %n) {{
e:
  %slot = alloca ptr, align 8
  {FILL}
  br label %l
l:
  %i = phi i64 [ 0, %e ], [ %up, %m ]
  {phi}
  %a = {ALLOCATED[where]}
  store i64 1, ptr %a
  %first = icmp eq i64 %i, 0
  br i1 %first, label %m, label %x
x:
  {load}
  store i64 2, ptr %prev
  %v = load i64, ptr %a
  %own = icmp eq i64 %v, 1
  br i1 %own, label %bad, label %m
m:
  {store}
  %up = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %up, %n
  br i1 %more, label %l, label %good
bad:
  ret void
good:
  {DRAIN}
  ret void
}}"""
    assert status(tmp_path, text, publish="return") is not Status.PROVED
