"""What a function stores, and loads again before anybody could have changed it, is what it stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status, undrained

DECLARED = """@global = global [8 x i64] zeroinitializer
@template = internal global [8 x i64] zeroinitializer
declare void @unknown()
declare i64 @strlen(ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare void @llvm.x86.sse2.pause()
"""
ARGUMENTS = "ptr %p, ptr %q, i64 %x, i64 %y, i1 %c"
PLACES = {
    "memory of the caller": "%q",
    "a variable": "@global",
    "a static variable": "@template",
    "the stack": "%local",
}
COPIED = "%w = getelementptr i8, ptr %p, i64 64\n  store i64 %v, ptr %w, align 8, !nontemporal !0"
BARRIER = 'call void asm sideeffect "", "~{{memory}}"()'
BITS = 'call void asm sideeffect "btsq $$1, $0", "*m,~{{{{flags}}}}"(ptr elementtype(i64) {0})'
SOME_BITS = 'call void asm sideeffect "btsq $1, $0", "*m,r,~{{flags}}"(ptr elementtype(i64) %half, i64 %y)'
BETWEEN = {
    "nothing": ("", set(PLACES)),
    "a store elsewhere": ("store i64 %y, ptr %half", set(PLACES)),
    "a fence of the CPU": (
        'call void asm sideeffect "sfence", ""()',
        set(PLACES),
    ),
    "a barrier of the compiler": (BARRIER, {"a static variable", "the stack"}),
    "a load of a pointer": ("%other = load ptr, ptr %half", set(PLACES)),
    "a load of a structure": ("%other = load {{ i64, i64 }}, ptr %half", set(PLACES)),
    "a volatile load of a pointer": (
        "%other = load volatile ptr, ptr %half",
        {"a static variable", "the stack"},
    ),
    "a pause": ("call void @llvm.x86.sse2.pause()", {"a static variable", "the stack"}),
    "an atomic load": (
        "%flag = load atomic i32, ptr %q.flag acquire, align 4",
        {"a static variable", "the stack"},
    ),
    "a call": ("call void @unknown()", {"the stack"}),
    "a function that is known": ("%len = call i64 @strlen(ptr %q)", {"a static variable", "the stack"}),
    "assembly that stores elsewhere": (BITS.format("%half"), {"a static variable", "the stack"}),
    "assembly that stores there": (BITS.format("{0}"), set()),
    "assembly that stores somewhere": (SOME_BITS, set()),
    "another store there": ("store i64 %y, ptr {0}", set()),
    "one to a part of it": ("store i8 1, ptr {0}", set()),
    "one that may be there": ("store i64 %y, ptr %some", set()),
    "one on one of two ways": (
        "br i1 %c, label %once, label %then\nonce:\n  store i64 %y, ptr {0}\n  br label %then\nthen:",
        set(),
    ),
}


def decided(place: str, between: str, loaded: str = "load i64") -> str:
    """A function that returns without a drain where it does not find what it stored."""
    first = f"""%local = alloca [8 x i64]
  %half = getelementptr i8, ptr {place}, i64 8
  %some = getelementptr i64, ptr {place}, i64 %y
  %q.flag = getelementptr i8, ptr %q, i64 128
  store i64 %x, ptr {place}
  {between.format(place)}"""
    condition = f"""%v = {loaded}, ptr {place}
  {COPIED}
  %no = icmp ne i64 %v, %x"""
    return _first(first, condition)


def _first(first: str, condition: str) -> str:
    """What is stored before anything is filled, for a store to what others see hands over what is."""
    return undrained(ARGUMENTS, condition, DECLARED).replace(FILL, f"{first}\n  {FILL}", 1)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", BETWEEN)
def test_what_was_stored_is_there(case: str, place: str, tmp_path: Path) -> None:
    between, kept = BETWEEN[case]
    assert (status(tmp_path, decided(PLACES[place], between)) is Status.PROVED) is (place in kept)


@pytest.mark.parametrize("place", PLACES)
def test_a_volatile_load_finds_anything(place: str, tmp_path: Path) -> None:
    proved = status(tmp_path, decided(PLACES[place], "", "load volatile i64")) is Status.PROVED
    assert not proved or place == "the stack"


@pytest.mark.parametrize(
    ("place", "refused", "kept"),
    [
        ("memory of the caller", "stable", False),
        ("a variable", "stable", False),
        ("the stack", "stable", True),
        ("a static variable", "static", True),
        ("memory of the caller", "distinct", False),
    ],
)
def test_what_it_rests_on_can_be_refused(place: str, refused: str, kept: bool, tmp_path: Path) -> None:
    found = status(tmp_path, decided(PLACES[place], ""), refuse=refused)
    assert (found is Status.PROVED) is kept


AWAY = """%other = alloca [4 x i64]
  %from = ptrtoint ptr {0} to i64
  %to = ptrtoint ptr {1} to i64
  %far = sub i64 %to, %from
  %there = getelementptr i8, ptr {0}, i64 %far
  store i64 %y, ptr %there"""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("start", ["%other", "%q.flag"])
def test_an_address_that_is_computed_from_two(start: str, place: str, tmp_path: Path) -> None:
    text = decided(PLACES[place], AWAY.format(start, PLACES[place]))
    assert status(tmp_path, text) is not Status.PROVED


COPY = """define void @f(ptr %p, ptr %q, i64 %x, i32 %n, i1 %c) {{
  %local = alloca [8 x i64]
  %rest = getelementptr i8, ptr {0}, i64 4
  {1}
  %v = load i64, ptr {0}
  store i64 %v, ptr %p, align 8, !nontemporal !0
  {2}
  {3}
  ret void
}}"""
HALVES = "store i32 %n, ptr {0}\n  store i32 7, ptr %rest"
AGAIN = "%h = getelementptr i8, ptr %p, i64 4\n  store i32 {0}, ptr %h"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("stored", "again", "same"),
    [
        ("store i64 %x, ptr {0}", "store i64 %x, ptr %p", True),
        ("store i64 %x, ptr {0}", "store i64 1, ptr %p", False),
        (HALVES, AGAIN.format(7), True),
        (HALVES, AGAIN.format(8), False),
        (HALVES, AGAIN.format("%n"), False),
        (HALVES, "store i32 %n, ptr %p", True),
    ],
)
def test_a_copy_that_is_stored_once_more_loses_nothing(
    stored: str, again: str, same: bool, place: str, tmp_path: Path
) -> None:
    text = DECLARED + COPY.format(PLACES[place], stored.format(PLACES[place]), again, DRAIN)
    found = status(tmp_path, text, "nt-contract")
    assert found is (Status.PROVED if same else Status.REFUTED)


ROUNDS = """define void @f(ptr %p, ptr %q, i64 %n) {{
entry:
  %local = alloca [8 x i64]
  store i64 0, ptr {0}
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  {1}
  store i64 {2}, ptr {0}
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %loop, label %then
then:
  %v = load i64, ptr {0}
  {4}
  %no = icmp eq i64 %v, 0
  br i1 %no, label %out, label %drain
drain:
  {3}
  br label %out
out:
  ret void
}}"""


@pytest.mark.parametrize("place", ["a static variable", "the stack"])
@pytest.mark.parametrize(("value", "found"), [("1", Status.PROVED), ("%i", Status.REFUTED)])
def test_the_latest_of_several_stores(value: str, found: Status, place: str, tmp_path: Path) -> None:
    fill = f"%at = getelementptr i64, ptr %p, i64 %i\n  {FILL.replace('%p', '%at')}"
    text = DECLARED + ROUNDS.format(PLACES[place], fill, value, DRAIN, COPIED)
    assert status(tmp_path, text) is found


@pytest.mark.parametrize(("size", "proved"), [(64, True), (3, False)])
@pytest.mark.parametrize("place", PLACES)
def test_what_was_cleared_is_zero(place: str, size: int, proved: bool, tmp_path: Path) -> None:
    clear = f"call void @llvm.memset.p0.i64(ptr {PLACES[place]}, i8 0, i64 {size}, i1 false)"
    condition = f"""%v = load i64, ptr {PLACES[place]}
  {COPIED}
  %no = icmp ne i64 %v, 0"""
    found = status(tmp_path, _first(f"%local = alloca [8 x i64]\n  {clear}", condition))
    assert (found is Status.PROVED) is proved
