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


def each_round(look: str, allocated: str, missing: str = "ret void") -> str:
    """A word is filled in each round after the first where %yes holds of the block that it allocates; a
    way out where %no does.
    """
    return f"""declare noalias ptr @malloc(i64)
declare ptr @strdup(ptr)
declare ptr @devm_kmalloc(ptr, i64, i32)
define void @f(ptr %p, ptr %s, i64 %n) {{
e:
  br label %l
l:
  %i = phi i64 [ 0, %e ], [ %up, %m ]
  %a = {allocated}
  {look}
  br i1 %no, label %out, label %x
x:
  {FILL}
  br label %m
m:
  %up = add nuw nsw i64 %i, 1
  %more = icmp ult i64 %up, %n
  br i1 %more, label %l, label %good
out:
  {missing}
good:
  {DRAIN}
  ret void
}}"""


NULL = "%no = icmp eq ptr %a, null"
ANOTHER = {
    "none": NULL,
    "at another place of a page": "%b = ptrtoint ptr %a to i64\n  %c = and i64 %b, 4095\n"
    "  %no = icmp eq i64 %c, 0",
    "with other content": "%b = load i8, ptr %a\n  %no = icmp eq i8 %b, 0",
    "with other bits": "%b = load i8, ptr %a\n  %w = or i8 %b, 2\n  store i8 %w, ptr %a\n"
    "  %c = load i8, ptr %a\n  %d = and i8 %c, 1\n  %no = icmp eq i8 %d, 0",
    "with another pointer in it": "%b = load ptr, ptr %a\n  %c = load i8, ptr %b\n  %no = icmp eq i8 %c, 0",
}
MAKERS = ("call noalias ptr @malloc(i64 64)", "call ptr @strdup(ptr %s)")


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("case", ANOTHER)
def test_the_block_of_the_next_round_is(case: str, maker: str, tmp_path: Path) -> None:
    text = each_round(ANOTHER[case], maker)
    assert status(tmp_path, text, publish="return") is Status.REFUTED


def test_an_allocation_that_fails_in_a_later_round(tmp_path: Path) -> None:
    maker = "call ptr @devm_kmalloc(ptr %s, i64 64, i32 0)"
    kernel = '!llvm.module.flags = !{!8}\n!8 = !{i32 1, !"Code Model", i32 2}\n'
    assert status(tmp_path, kernel + each_round(NULL, maker)) is Status.REFUTED
    drained = each_round(NULL, maker, f"{DRAIN}\n  ret void")
    assert status(tmp_path, kernel + drained) is Status.PROVED


SLOT = "alloca i8, i64 %n, align 16"


def test_the_slot_of_the_next_round_is_at_another_place_of_a_page(tmp_path: Path) -> None:
    text = each_round(ANOTHER["at another place of a page"], SLOT)
    assert status(tmp_path, text, publish="return") is Status.REFUTED


@pytest.mark.parametrize("maker", [SLOT, MAKERS[0]])
def test_the_block_of_the_next_round_is_not_that_of_the_first(maker: str, tmp_path: Path) -> None:
    first = "%first = phi ptr [ null, %e ], [ %kept, %m ]\n  %a ="
    look = "%new = icmp eq ptr %first, null\n  %kept = select i1 %new, ptr %a, ptr %first\n"
    text = each_round(f"{look}  %no = icmp ne ptr %kept, %a", maker).replace("%a =", first)
    assert status(tmp_path, text, publish="return") is Status.REFUTED


def test_an_array_as_long_as_the_round_says_is_no_hindrance(tmp_path: Path) -> None:
    look = "store volatile i8 1, ptr %a\n  %b = load i8, ptr %a\n  %no = icmp eq i8 %b, 0"
    text = each_round(look, SLOT, f"{DRAIN}\n  ret void")
    assert status(tmp_path, text, publish="return") is Status.PROVED
