"""What is in a constant variable, and what a memset or a copy of a few bytes puts somewhere, is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import FILL, status, undrained

DECLARED = """declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memmove.p0.p0.i64(ptr, ptr, i64, i1)
declare void @unknown()
%s = type { i8, i32, ptr, double, [2 x i16] }
@field = private constant %s { i8 1, i32 7, ptr @field, double 1.5, [2 x i16] [i16 3, i16 7] }
@text = internal constant [8 x i8] c"\\07\\00\\00\\00\\00\\00\\00\\00"
@zero = constant [64 x i8] zeroinitializer
@odr = linkonce_odr constant i64 7
@weak = weak constant i64 7
@late = externally_initialized constant i64 7
@variable = internal global i64 7
@partial = private constant { i8, i32 } { i8 7, i32 7 }
"""
LOADED = {
    "a field": "%v = load i32, ptr getelementptr (i8, ptr @field, i64 4)",
    "of an array in it": "%w = load i16, ptr getelementptr (i8, ptr @field, i64 26)\n"
    "  %v = zext i16 %w to i32",
    "a string": "%v = load i32, ptr @text",
    "by a pointer that was followed": "%at = getelementptr %s, ptr @field, i64 0, i32 1\n"
    "  %v = load i32, ptr %at",
    "of a definition that is like all others": "%v = load i32, ptr @odr",
}
NOT_LOADED = {
    "a volatile one": "%v = load volatile i32, ptr @text",
    "what another definition may replace": "%v = load i32, ptr @weak",
    "what is initialised from outside": "%v = load i32, ptr @late",
    "a variable": "%v = load i32, ptr @variable",
    "an address": "%v = load i32, ptr getelementptr (i8, ptr @field, i64 8)",
    "what lies between fields": "%v = load i32, ptr @partial",
    "what lies behind it": "%v = load i32, ptr getelementptr (i8, ptr @text, i64 8)",
    "another field": "%v = load i32, ptr getelementptr (i8, ptr @field, i64 24)",
}
SET = "call void @llvm.memset.p0.i64(ptr %a, i8 {0}, i64 {1}, i1 {2})"
COPY = "call void @llvm.memcpy.p0.p0.i64(ptr {0}, ptr {1}, i64 {2}, i1 {3})"
MOVE = "call void @llvm.memmove.p0.p0.i64(ptr {0}, ptr {1}, i64 {2}, i1 false)"
LOCAL = "%a = alloca [64 x i8]\n  %b = alloca [64 x i8]\n  {0}\n  %v = load i32, ptr {1}"
STORED = "%m = getelementptr i8, ptr %b, i64 4\n  store i32 {0}, ptr %b\n  store i32 {1}, ptr %m\n  "
PUT = {
    "a memset": (SET.format(7, 64, "false"), "%a", 0x07070707),
    "of zeros": (SET.format(0, 64, "false"), "%a", 0),
    "a constant": (COPY.format("%a", "@text", 8, "false"), "%a", 7),
    "a constant of which some is known": (COPY.format("%a", "@partial", 8, "false"), "%m", 7),
    "a local": (STORED.format(7, 8) + COPY.format("%a", "%b", 8, "false"), "%a", 7),
    "the rest of it": (STORED.format(8, 7) + COPY.format("%a", "%b", 64, "false"), "%m", 7),
    "what overlaps": (STORED.format(7, 8) + MOVE.format("%m", "%b", 8), "%m", 7),
}
ELSE = {
    "a byte that is not known": SET.replace("i8 {0}", "i8 %n").format(0, 64, "false"),
    "too short a one": SET.format(7, 3, "false"),
    "a volatile one": COPY.format("%a", "@variable", 8, "true"),
    "a variable": COPY.format("%a", "@variable", 8, "false"),
    "what was not stored": COPY.format("%a", "%b", 8, "false"),
}


def decided(first: str, expected: int) -> str:
    """A function that returns without a drain where %v is something else."""
    return undrained("ptr %p, i8 %n", f"{first}\n  %no = icmp ne i32 %v, {expected}", DECLARED)


@pytest.mark.parametrize("model", ["x86-nt", "nt-contract"])
@pytest.mark.parametrize("case", LOADED)
def test_a_constant_holds_what_it_says(case: str, model: str, tmp_path: Path) -> None:
    assert status(tmp_path, decided(LOADED[case], 7), model) is Status.PROVED


def test_a_call_does_not_change_a_constant(tmp_path: Path) -> None:
    called = decided("%v = load i32, ptr @text", 7).replace(FILL, f"call void @unknown()\n  {FILL}")
    assert status(tmp_path, called) is Status.PROVED


@pytest.mark.parametrize("case", NOT_LOADED)
def test_what_is_no_constant_or_not_seen_may_be_anything(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, decided(NOT_LOADED[case], 7)) is Status.REFUTED


@pytest.mark.parametrize("case", LOADED)
def test_another_value_of_a_constant_decides_as_well(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, decided(LOADED[case], 8)) is Status.REFUTED


@pytest.mark.parametrize("model", ["x86-nt", "nt-contract"])
@pytest.mark.parametrize("case", PUT)
def test_what_is_put_into_a_local_is_there(case: str, model: str, tmp_path: Path) -> None:
    put, place, value = PUT[case]
    if place == "%m" and "%m =" not in put:
        put += "\n  %m = getelementptr i8, ptr %a, i64 4"
    assert status(tmp_path, decided(LOCAL.format(put, place), value), model) is Status.PROVED


@pytest.mark.parametrize("case", ELSE)
def test_what_is_not_known_is_not_there(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, decided(LOCAL.format(ELSE[case], "%a"), 0x07070707)) is not Status.PROVED
