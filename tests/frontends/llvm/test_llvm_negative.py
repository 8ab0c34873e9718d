"""An index may be negative, and a number of 64 bits meant as such, without anything that overflows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status

INDICES = {
    "of an argument": "%i = add i64 %k, 0",
    "a difference": "%i = sub i64 %n, %k",
    "nothing less an argument": "%i = sub i64 0, %k",
    "one less": "%i = add i64 %k, -1",
    "a step by a signed number": "%s = sext i32 %d to i64\n  %i = add i64 %n, %s",
    "a difference and more": "%s = sub i64 0, %k\n  %i = add i64 %s, %n",
    "so many times a difference": "%s = sub i64 0, %k\n  %t = mul i64 %s, 2\n  %i = add i64 %t, 1",
    "less than nothing, and one more": "%s = sext i32 %d to i64\n  %m = add i64 %n, %s\n  %i = add i64 %m, 1",
    "the way there in a loop": """%s = sub i64 0, %k
  br label %loop
loop:
  %j = phi i64 [ %s, %0 ], [ %up, %loop ]
  %up = add i64 %j, 1
  %more = icmp ne i64 %up, 0
  br i1 %more, label %loop, label %out
out:
  %i = add i64 %up, -1""",
    "by way of the stack": """%slot = alloca i64
  %s = sext i32 %d to i64
  store i64 %s, ptr %slot
  %t = load i64, ptr %slot
  %i = add i64 %t, 0""",
}


def indexed(code: str) -> str:
    """What is filled is met by a load in front of its drain where the index is -1."""
    at = "%q = getelementptr i64, ptr %p, i64 1\n  %r = getelementptr i64, ptr %q, i64 %i"
    code = f"{code}\n  {at}\n  %x = load i64, ptr %r"
    arguments = "ptr %p, i64 %n, i64 %k, i32 %d"
    return f"define i64 @f({arguments}) {{\n  {FILL}\n  {code}\n  {DRAIN}\n  ret i64 %x\n}}"


@pytest.mark.parametrize("case", INDICES)
def test_a_negative_index_is_no_overflow(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, indexed(INDICES[case]), model="nt-contract") is Status.REFUTED


@pytest.mark.parametrize("start", ["0", "%k"])
def test_a_count_is_never_negative(start: str, tmp_path: Path) -> None:
    code = f"""br label %loop
loop:
  %i = phi i64 [ {start}, %0 ], [ %up, %loop ]
  %up = add i64 %i, 1
  %more = icmp ult i64 %up, %n
  br i1 %more, label %loop, label %out
out:"""
    assert status(tmp_path, indexed(code), model="nt-contract") is Status.PROVED
