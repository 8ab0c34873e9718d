"""Memory of this thread or CPU alone: a store there shows nothing to others."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status

ADDRESS = "%c = call ptr @llvm.threadlocal.address.p0(ptr @count)\n  store i64 1, ptr %c"
OWN = {
    "a thread-local variable": "store i64 1, ptr @count",
    "by its address": ADDRESS,
    "errno": "%e = call ptr @__errno_location()\n  store i32 22, ptr %e",
    "a variable of the CPU": "store i64 1, ptr addrspace(256) @cpu",
    "a place of the thread": "store i64 1, ptr addrspace(257) inttoptr (i64 40 to ptr addrspace(257))",
}
DECLARED = """@count = internal thread_local global i64 0
@cpu = external addrspace(256) global i64
@shared = external global ptr
declare ptr @llvm.threadlocal.address.p0(ptr)
declare ptr @__errno_location()"""


def between(*lines: str) -> str:
    body = "\n  ".join([FILL, *lines, DRAIN, "ret void"])
    return f"{DECLARED}\ndefine void @f(ptr %p) {{\n  {body}\n}}"


@pytest.mark.parametrize("case", OWN)
def test_a_store_there_hands_over_nothing_as_is_assumed(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, between(OWN[case])) is Status.PROVED
    assert status(tmp_path, between(OWN[case]), refuse="percpu") is not Status.PROVED


def test_it_may_be_said_or_handed_out_that_others_look(tmp_path: Path) -> None:
    assert status(tmp_path, between(OWN["a thread-local variable"]), publish="count") is Status.REFUTED
    text = between(ADDRESS).replace(f"  {FILL}", f"  store ptr @count, ptr @shared\n  {FILL}")
    assert status(tmp_path, text) is Status.REFUTED


def test_what_is_filled_there_is_still_filled(tmp_path: Path) -> None:
    fill = "store i64 1, ptr @count, !nontemporal !0\n  %x = load volatile i64, ptr @count"
    assert status(tmp_path, between(fill), model="nt-contract") is Status.REFUTED
    fill = fill.replace("ptr @count", "ptr addrspace(256) @cpu")
    assert status(tmp_path, between(fill), model="nt-contract") is Status.REFUTED
