"""What memory holds after a call that may have stored there is not what it held before."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status, Verdict
from tests.frontends.llvm.llvm_verdict_helper import FILL, status, undrained, verdict

CALL = "call void @unknown()"
SPIN = f"br label %again\nagain:\n  {CALL}\n  %more = load volatile i1, ptr %p\n"
CHANGED = {
    "an unknown function": (CALL, "ptr %at"),
    "one that asm calls": ('call void asm sideeffect "call unknown", "~{memory}"()', "ptr %at"),
    "in a loop": (f"{SPIN}  br i1 %more, label %again, label %then\nthen:", "ptr %at"),
    "a variable of its own": (CALL, "ptr @variable"),
}
KEPT = {
    "no call": ("", "ptr %at"),
    "a function that is known": ("call void @sched_yield()", "ptr %at"),
    "a constant": (CALL, "ptr @constant"),
}
DECLARED = """declare void @unknown()
declare void @sched_yield()
@variable = internal global i32 0
@constant = external constant i32"""


@pytest.mark.parametrize("case", [*CHANGED, *KEPT])
def test_two_loads_of_one_place(case: str, tmp_path: Path) -> None:
    call, place = {**CHANGED, **KEPT}[case]
    condition = f"""%b = load i32, {place}
  %no = icmp ne i32 %a, %b"""
    before = f"%a = load i32, {place}\n  {call}\n  {FILL}"
    text = undrained("ptr %p, ptr %at", condition, DECLARED).replace(FILL, before)
    proved = status(tmp_path, text) is Status.PROVED
    assert proved is (case in KEPT)


LISTS = {
    "begun anew": "call void @llvm.va_start.p0(ptr %list)",
    "copied": "call void @llvm.va_copy.p0(ptr %list, ptr %other)",
}


@pytest.mark.parametrize("case", [*LISTS, "left alone"])
def test_a_list_of_arguments_is_written_by_what_begins_or_copies_it(case: str, tmp_path: Path) -> None:
    condition = f"""%list = alloca [24 x i8], align 8
  store i32 48, ptr %list
  {LISTS.get(case, "")}
  %at = load i32, ptr %list
  %no = icmp ult i32 %at, 41"""
    declared = "declare void @llvm.va_start.p0(ptr)\ndeclare void @llvm.va_copy.p0(ptr, ptr)"
    proved = status(tmp_path, undrained("ptr %p, ptr %other, ...", condition, declared)) is Status.PROVED
    assert proved is (case not in LISTS)


RELOADED = """%a = load {0}, ptr %at
  call void @unknown()
  {1}"""
DECIDED = """%b = load {0}, ptr %at
  {1}
  %no = icmp ne {0} {2}, %b"""


def reloaded(of: str, between: str, compared: str, model: str, folder: Path) -> Verdict:
    """Of a function that drains where what it loads after a call is what it was before."""
    condition = DECIDED.format(of, between, compared)
    text = undrained("ptr %p, ptr %at, i64 %n", condition, DECLARED)
    return verdict(folder, text.replace(FILL, RELOADED.format(of, FILL)), model)


@pytest.mark.parametrize("model", ["x86-nt", "nt-contract"])
@pytest.mark.parametrize("of", ["i64", "i32", "i1", "ptr"])
def test_what_only_an_unknown_function_can_break_is_unknown(of: str, model: str, tmp_path: Path) -> None:
    found = reloaded(of, "", "%a", model, tmp_path)
    assert found.status is Status.UNKNOWN
    assert "what unknown changed" in found.reason


@pytest.mark.parametrize(
    ("between", "compared"),
    [("", "%n"), ("%c = load volatile i64, ptr %at", "%c"), (f"{CALL}", "%a")],
    ids=["another value", "a volatile load", "a call that hands over what is pending"],
)
def test_what_breaks_without_it_is_refuted(between: str, compared: str, tmp_path: Path) -> None:
    assert reloaded("i64", between, compared, "x86-nt", tmp_path).status is Status.REFUTED


STORED = """%local = alloca i64
  %far = getelementptr i8, ptr %p, i64 64
  store i64 0, ptr {0}
  call void @fill(ptr {0})
  {1}"""
PLACES = {"the caller's": "%at", "the stack": "%local", "being filled": "%far"}


@pytest.mark.parametrize(("expected", "wanted"), [(0, Status.UNKNOWN), (1, Status.REFUTED)])
@pytest.mark.parametrize("place", PLACES)
def test_what_was_stored_before_may_be_another(
    place: str, expected: int, wanted: Status, tmp_path: Path
) -> None:
    where = PLACES[place]
    condition = f"%now = load i64, ptr {where}\n  %no = icmp ne i64 %now, {expected}"
    text = undrained("ptr %p, ptr %at", condition, "declare void @fill(ptr)")
    assert verdict(tmp_path, text.replace(FILL, STORED.format(where, FILL))).status is wanted
