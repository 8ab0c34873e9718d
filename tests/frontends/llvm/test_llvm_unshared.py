"""Memory that was allocated tells others nothing before they have its address."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status

DECLARED = """@global = external global ptr
declare ptr @malloc(i64)
declare void @free(ptr)
declare void @unknown(ptr)
declare ptr @unknown_too(ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.assume(i1)
"""
KEPT = {
    "nothing is done with it": "",
    "it is compared": "%null = icmp eq ptr %a, null\n  call void @llvm.assume(i1 %null)",
    "it is written and read": "store i64 1, ptr %a\n  %v = load i64, ptr %a",
    "it is cleared": "call void @llvm.memset.p0.i64(ptr %a, i8 0, i64 16, i1 false)",
    "it is copied to": "call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %p, i64 16, i1 false)",
    "it is in a variable": "%slot = alloca ptr\n  store ptr %a, ptr %slot\n  %again = load ptr, ptr %slot",
    "an atomic store to it": "store atomic i64 1, ptr %a seq_cst, align 8",
}
GIVEN = {
    "it is stored": "store ptr %a, ptr @global",
    "it is stored as a number": "%i = ptrtoint ptr %a to i64\n  store i64 %i, ptr %q",
    "a part of it is stored": "%at = getelementptr i8, ptr %a, i64 8\n  store ptr %at, ptr %q",
    "it is passed": "call void @unknown(ptr %a)",
    "it is passed out of a variable": "%slot = alloca ptr\n  store ptr %a, ptr %slot\n"
    "  %again = load ptr, ptr %slot\n  call void @unknown(ptr %again)",
    "the variable is passed": "%slot = alloca ptr\n  store ptr %a, ptr %slot\n"
    "  call void @unknown(ptr %slot)",
    "by way of a phi": "br i1 %c, label %one, label %two\none:\n  br label %two\n"
    "two:\n  %either = phi ptr [ %a, %one ], [ %q, %0 ]\n  store ptr %either, ptr @global",
    "by way of a choice": "%either = select i1 %c, ptr %a, ptr %q\n  store ptr %either, ptr @global",
    "it is exchanged": "%old = atomicrmw xchg ptr @global, ptr %a seq_cst",
    "in other memory": "%b = call ptr @malloc(i64 8)\n  store ptr %a, ptr %b\n  store ptr %b, ptr @global",
    "in a structure": "%s = insertvalue { i64, ptr } undef, ptr %a, 1\n  store { i64, ptr } %s, ptr %q",
    "in a vector": "%s = insertelement <2 x ptr> undef, ptr %a, i32 0\n  store <2 x ptr> %s, ptr %q",
    "in assembly": 'call void asm "movq $1, $0", "=*m,r"(ptr elementtype(ptr) %q, ptr %a)',
    "only on one way": "br i1 %c, label %one, label %two\none:\n  store ptr %a, ptr @global\n"
    "  br label %two\ntwo:",
}
STORE = "store i64 1, ptr %a"
OUT = "ret void"


def function(before: str, store: str = STORE, behind: str = "") -> str:
    """Allocates memory, does that, fills a word, and stores to what it allocated before it drains."""
    lines = ["%a = call ptr @malloc(i64 64)", before, FILL, store, DRAIN, behind, OUT]
    body = "\n  ".join(line for line in lines if line)
    return f"{DECLARED}define void @f(ptr %p, ptr %q, i1 %c, i64 %n) {{\n  {body}\n}}\n"


@pytest.mark.parametrize("model", ["x86-nt", "nt-contract"])
@pytest.mark.parametrize("case", KEPT)
def test_a_store_to_it_hands_nothing_over(case: str, model: str, tmp_path: Path) -> None:
    assert status(tmp_path, function(KEPT[case]), model) is Status.PROVED


@pytest.mark.parametrize("case", GIVEN)
def test_once_it_was_given_away_it_does(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, function(GIVEN[case])) is Status.REFUTED


@pytest.mark.parametrize("case", GIVEN)
def test_what_is_given_away_later_is_not_shared_before(case: str, tmp_path: Path) -> None:
    later = function("", behind=GIVEN[case])
    assert status(tmp_path, later) is Status.PROVED


def test_who_asks_for_every_store_sees_it(tmp_path: Path) -> None:
    assert status(tmp_path, function(""), publish="stores") is Status.REFUTED


@pytest.mark.parametrize(("kept", "wanted"), [(True, Status.PROVED), (False, Status.REFUTED)])
def test_what_was_allocated_in_the_round_before(kept: bool, wanted: Status, tmp_path: Path) -> None:
    """In a loop, the memory of the last round may be the one that is stored to."""
    last = "%last = phi ptr [ null, %0 ], [ %a, %loop ]"
    given = "" if kept else "store ptr %a, ptr @global"
    text = f"""{DECLARED}define void @f(ptr %p, ptr %q, i1 %c, i64 %n) {{
  br label %loop
loop:
  {last}
  {FILL}
  %a = call ptr @malloc(i64 64)
  store i64 1, ptr %a
  {DRAIN}
  {given}
  %more = load volatile i1, ptr %q
  br i1 %more, label %loop, label %out
out:
  ret void
}}
"""
    assert status(tmp_path, text) is wanted


@pytest.mark.parametrize("drained", [True, False])
def test_it_may_be_filled_itself(drained: bool, tmp_path: Path) -> None:
    lines = [
        "store i64 1, ptr %a, align 8, !nontemporal !0",
        DRAIN if drained else "",
        "store ptr %a, ptr @global",
    ]
    text = function("\n  ".join(lines))
    assert (status(tmp_path, text.replace(FILL, "")) is Status.PROVED) is drained
