"""An index may be negative, and a number of 64 bits meant as such, without anything that overflows."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status, undrained

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


CASES = {
    "a test of a range": "%a = add i64 %n, 5\n  %no = icmp ult i64 %a, 3",
    "of what fits 32 bits": """%a = add i64 %n, 2147483648
  %no.1 = icmp uge i64 %a, 4294967296
  %low = icmp slt i64 %n, -9000000000
  %no = and i1 %no.1, %low""",
    "one more is nothing": "%a = add i64 %n, 1\n  %no = icmp eq i64 %a, 0",
    "a result": "%r = call i64 @get()\n  %a = add i64 %r, 1\n  %no = icmp eq i64 %a, 0",
    "loaded": "%r = load i64, ptr %q\n  %a = add i64 %r, 1\n  %no = icmp eq i64 %a, 0",
    "three times": "%a = mul i64 %n, 3\n  %no = icmp eq i64 %a, -3",
    "less, and more of another": """%less = add i64 %n, -1
  %a = add i64 %less, %k
  %one = icmp eq i64 %n, 5
  %two = icmp eq i64 %a, 2
  %no = and i1 %one, %two""",
}


@pytest.mark.parametrize("case", CASES)
def test_a_sum_with_a_negative_number_is_no_overflow(case: str, tmp_path: Path) -> None:
    arguments = "ptr %p, ptr %q, i64 %n, i64 %k"
    text = undrained(arguments, CASES[case], "declare i64 @get() memory(none)")
    assert status(tmp_path, text) is Status.REFUTED


def test_what_is_compared_as_signed_too_is_no_count(tmp_path: Path) -> None:
    condition = """%size = call i64 @get()
  %a = add i64 %n, 5
  %below = icmp ult i64 %n, %size
  %negative = icmp slt i64 %n, -1
  %three = icmp eq i64 %a, 3
  %no.1 = and i1 %negative, %three
  %not = xor i1 %below, true
  %no = and i1 %no.1, %not"""
    text = undrained("ptr %p, i64 %n", condition, "declare i64 @get() memory(none)")
    assert status(tmp_path, text) is Status.REFUTED


WRAPPED = {
    "loaded twice": """%m = load i64, ptr %q
  %a = add i64 %m, %k
  %m.2 = load i64, ptr %q
  %no = icmp ult i64 %a, %m.2""",
    "added up again": """%a = add i64 %n, %k
  %no = icmp ult i64 %a, %n
  %again = add i64 %n, %k
  %r = getelementptr i8, ptr %q, i64 %again
  %x = load volatile i8, ptr %r""",
    "asked before": """%a = add i64 %n, %k
  %room = xor i64 %k, -1
  %no = icmp ugt i64 %n, %room
  %r = getelementptr i8, ptr %q, i64 %a""",
    "the larger one": """%a = add i64 %n, %k
  %larger = call i64 @llvm.umax.i64(i64 %a, i64 %n)
  %no.1 = icmp eq i64 %larger, %n
  %some = icmp ne i64 %k, 0
  %no = and i1 %no.1, %some""",
    "less than a term": "%a = add i64 %n, %k\n  %no = icmp ult i64 %a, %n",
    "the other way round": "%a = add i64 %n, %k\n  %no = icmp ugt i64 %k, %a",
    "of three": "%s = add i64 %n, %k\n  %a = add i64 %s, 8\n  %no = icmp ult i64 %a, %k",
    "with a constant": "%a = add i64 %n, 8\n  %no = icmp ult i64 %a, %n",
    "less than that constant": """%below = icmp ult i64 %n, %k
  %a = add i64 %n, 8
  %wraps = icmp ult i64 %a, 8
  %no = and i1 %wraps, %below""",
    "by way of the stack": """%slot = alloca i64
  %sum = alloca i64
  store i64 %n, ptr %slot
  %x = load i64, ptr %slot
  %s = add i64 %x, %k
  store i64 %s, ptr %sum
  %a = load i64, ptr %sum
  %y = load i64, ptr %slot
  %no = icmp ult i64 %a, %y""",
}


@pytest.mark.parametrize("case", WRAPPED)
def test_whether_a_sum_wrapped_is_not_decided_by_the_assumption(case: str, tmp_path: Path) -> None:
    text = undrained("ptr %p, ptr %q, i64 %n, i64 %k", WRAPPED[case], "declare i64 @llvm.umax.i64(i64, i64)")
    assert status(tmp_path, text) is Status.REFUTED


def test_behind_that_test_it_did_not_wrap(tmp_path: Path) -> None:
    condition = """%a = add i64 %n, %k
  %wraps = icmp ult i64 %a, %n
  %below = icmp ult i64 %a, %k
  %fits = xor i1 %wraps, true
  %no = and i1 %fits, %below"""
    assert status(tmp_path, undrained("ptr %p, i64 %n, i64 %k", condition)) is Status.PROVED
