"""An address that went into a number in a form that is not followed is in there all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, fill, status

FILL = fill("%q")
HIDDEN = {
    "shifted up and down": "%u = shl i64 %a, 16\n  %b = ashr i64 %u, 16",
    "shifted down and up": "%u = lshr i64 %a, 3\n  %b = shl i64 %u, 3",
    "multiplied and divided": "%u = mul i64 %a, 8\n  %b = udiv i64 %u, 8",
    "subtracted twice": "%u = sub i64 0, %a\n  %b = sub i64 0, %u",
    "in a vector": "%u = insertelement <2 x i64> zeroinitializer, i64 %a, i32 1\n"
    "  %b = extractelement <2 x i64> %u, i32 1",
    "in 128 bits": "%w = zext i64 %a to i128\n  %v = shl i128 %w, 64\n  %y = lshr i128 %v, 64\n"
    "  %b = trunc i128 %y to i64",
    "exchanged": "%s = alloca i64\n  store i64 %a, ptr %s\n  %b = atomicrmw add ptr %s, i64 0 monotonic",
    "stored as a number": "store i64 %u, ptr %m\n  %v = load i64, ptr %m\n  %b = shl i64 %v, 3",
    "loaded as another": "%s = alloca i64\n  store i64 %a, ptr %s\n  %d = load double, ptr %s\n"
    "  %b = bitcast double %d to i64",
}


def sum_of(code: str, base: str = "%n") -> str:
    if "%u" in code and "%u =" not in code:
        code = f"%u = lshr i64 %a, 3\n  {code}"
    return f"""define i64 @f(ptr %p, i64 %n, ptr %m) {{
  %a = ptrtoint ptr %p to i64
  {code}
  %c = add i64 %b, {base}
  %q = inttoptr i64 %c to ptr
  {FILL}
  %x = load i64, ptr %p, align 8
  {DRAIN}
  ret i64 %x
}}"""


@pytest.mark.parametrize("case", HIDDEN)
def test_a_sum_with_it_is_not_the_other_term(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, sum_of(HIDDEN[case]), "nt-contract") is not Status.PROVED


def test_a_few_bits_of_it_are_no_address(tmp_path: Path) -> None:
    assert status(tmp_path, sum_of("%b = and i64 %a, 56"), "nt-contract") is Status.PROVED


def test_two_offsets_in_one_page_frame_are_not_two_blocks(tmp_path: Path) -> None:
    text = f"""define i64 @f(i64 %pfn, i64 %n, i64 %m) {{
  %a = shl i64 %pfn, 12
  %b = add i64 %a, %n
  %c = add i64 %a, %m
  %q = inttoptr i64 %b to ptr
  %r = inttoptr i64 %c to ptr
  {FILL}
  %x = load i64, ptr %r, align 8
  {DRAIN}
  ret i64 %x
}}"""
    assert status(tmp_path, text, "nt-contract") is not Status.PROVED


@pytest.mark.parametrize("model", ["x86-nt", "nt-contract"])
def test_what_is_so_far_from_null_is_some_address(model: str, tmp_path: Path) -> None:
    text = f"""define void @f(i64 %n) {{
  %q = getelementptr i8, ptr null, i64 %n
  {FILL}
  ret void
}}"""
    assert status(tmp_path, text, model) is not Status.PROVED
    near = text.replace("i64 %n\n", "i64 64\n")
    assert status(tmp_path, near, model) is Status.PROVED


LOADED = {
    "two halves": """%lo = load i32, ptr %h
  %up = getelementptr i8, ptr %h, i64 4
  %hi = load i32, ptr %up
  %low = zext i32 %lo to i64
  %high = zext i32 %hi to i64
  %shifted = shl i64 %high, 32
  %a = or disjoint i64 %shifted, %low""",
    "a double": "%d = load double, ptr %h\n  %a = bitcast double %d to i64",
    "half of 128 bits": "%w = load i128, ptr %h\n  %a = trunc i128 %w to i64",
    "a structure": "%w = load {i64, i64}, ptr %h\n  %a = extractvalue {i64, i64} %w, 0",
    "a copy on the stack": """%c = alloca i64
  call void @llvm.memcpy.p0.p0.i64(ptr %c, ptr %h, i64 8, i1 false)
  %a = load i64, ptr %c""",
}


@pytest.mark.parametrize("case", LOADED)
def test_an_address_that_is_loaded_as_something_else_is_one(case: str, tmp_path: Path) -> None:
    text = f"""declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
define i64 @f(ptr %h, i64 %n) {{
  %p = load ptr, ptr %h
  {LOADED[case]}
  %c.2 = add i64 %a, %n
  %q = inttoptr i64 %c.2 to ptr
  {FILL}
  %x = load i64, ptr %p, align 8
  {DRAIN}
  ret i64 %x
}}"""
    assert status(tmp_path, text, "nt-contract") is not Status.PROVED


STORED = {
    "a result": "%k = call ptr @get()",
    "what was loaded": "%k = load ptr, ptr %m",
    "a copy of a structure": "%k = load ptr, ptr %m\n"
    "  call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %m, i64 16, i1 false)",
    "an exchange": "%k = call ptr @get()\n  %old = atomicrmw xchg ptr %p, ptr %k monotonic",
}


@pytest.mark.parametrize("case", STORED)
def test_a_pointer_that_was_stored_is_loaded_again(case: str, tmp_path: Path) -> None:
    code = STORED[case] if len(STORED[case].splitlines()) > 1 else f"{STORED[case]}\n  store ptr %k, ptr %p"
    text = f"""declare ptr @get()
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
define i64 @f(ptr %p, ptr %m) {{
  {code}
  %q = load ptr, ptr %p
  {FILL}
  %x = load i64, ptr %k, align 8
  {DRAIN}
  ret i64 %x
}}"""
    assert status(tmp_path, text, "nt-contract") is not Status.PROVED


@pytest.mark.parametrize("pure", [False, True])
def test_a_function_may_return_what_it_was_passed(pure: bool, tmp_path: Path) -> None:
    declared = "declare ptr @same(ptr) memory(none)" if pure else "declare ptr @same(ptr returned)"
    text = f"""{declared}
define i64 @f(ptr %p) {{
  %q = call ptr @same(ptr %p)
  {FILL}
  %x = load i64, ptr %p, align 8
  {DRAIN}
  ret i64 %x
}}"""
    assert status(tmp_path, text, "nt-contract") is (Status.UNKNOWN if pure else Status.REFUTED)
