"""Conditions on which a drain depends: each of these holds for some value, however seldom."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import status, undrained

ABS = "%a = call i32 @llvm.abs.i32(i32 %x, i1 {})\n  %no = icmp slt i32 %a, 0"
SIZE = "%s = call i64 @llvm.objectsize.i64.p0(ptr %p, i1 {0}, i1 true, i1 false)\n  %no = icmp eq i64 %s, {1}"
VECTORS = "{ <2 x i32>, <2 x i1> }"
HOLD = {
    "the least number has no absolute value": ABS.format("false"),
    "the size of what is unknown is nothing": SIZE.format("true", 0),
    "or all there is": SIZE.format("false", -1),
    "a carry stays in its element": f"""%v = insertelement <2 x i32> <i32 0, i32 5>, i32 %x, i32 0
  %r = call {VECTORS} @llvm.uadd.with.overflow.v2i32(<2 x i32> %v, <2 x i32> <i32 1, i32 0>)
  %s = extractvalue {VECTORS} %r, 0
  %b = bitcast <2 x i32> %s to i64
  %no = icmp eq i64 %b, 21474836480""",
    "a weak function is not there": "%no = icmp eq ptr @hook, null",
    "a weak variable is not there": "%no = icmp eq ptr @table, null",
}
NEVER = {
    "of what is never the least number": ABS.format("true"),
    "a function that is there": "%no = icmp eq ptr @there, null",
}
DECLARED = f"""declare i32 @llvm.abs.i32(i32, i1)
declare i64 @llvm.objectsize.i64.p0(ptr, i1, i1, i1)
declare {VECTORS} @llvm.uadd.with.overflow.v2i32(<2 x i32>, <2 x i32>)
declare extern_weak void @hook()
declare void @there()
@table = extern_weak global i64"""


@pytest.mark.parametrize("case", [*HOLD, *NEVER])
def test_a_drain_that_may_be_left_out(case: str, tmp_path: Path) -> None:
    text = undrained("ptr %p, i32 %x", {**HOLD, **NEVER}[case], DECLARED)
    assert status(tmp_path, text) is (Status.REFUTED if case in HOLD else Status.PROVED)
