"""An access that is aligned says so of the ways that lead through it, and of no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.frontends.llvm.constants import divisor, folding
from ordercheck.program.expr import apply, const, ite, var
from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status

STEP = "store i64 2, ptr %p, align 16"


def guarded(before: str = "", odd: str = "", even: str = "", after: str = "") -> str:
    """A function with another way for what is not aligned to 16 bytes, which lacks a drain."""
    return f"""define void @f(ptr %p, i1 %x) {{
  {before}
  %i = ptrtoint ptr %p to i64
  %low = and i64 %i, 15
  %c = icmp eq i64 %low, 0
  br i1 %c, label %even, label %odd
even:
  {even}
  {DRAIN}
  br label %out
odd:
  {FILL}
  {odd}
  br label %out
out:
  {after}
  ret void
}}"""


HELD = {
    "before the test": guarded(before=STEP),
    "behind it, whatever it says": guarded(after=STEP),
    "on both ways": guarded(even=STEP, odd=STEP),
}
OTHERS = {
    "on the way for what is aligned": guarded(even=STEP),
    "to less": guarded(before=STEP.replace("16", "8"), even=STEP),
    "on one of two ways before": guarded(f"br i1 %x, label %a, label %b\na:\n  {STEP}\n  br label %b\nb:"),
}


@pytest.mark.parametrize("case", [*HELD, *OTHERS])
def test_which_ways_an_aligned_access_rules_out(case: str, tmp_path: Path) -> None:
    proved = status(tmp_path, {**HELD, **OTHERS}[case]) is Status.PROVED
    assert proved is (case in HELD)


ROUNDED = f"""declare ptr @llvm.ptrmask.p0.i64(ptr, i64)
define i64 @f(ptr %p) {{
  %at = getelementptr i8, ptr %p, i64 63
  %line = call ptr @llvm.ptrmask.p0.i64(ptr %at, i64 -64)
  store i64 1, ptr %line, align 8, !nontemporal !0
  %near = getelementptr i8, ptr %p, i64 DISTANCE
  %x = load i64, ptr %near
  {DRAIN}
  ret i64 %x
}}"""


def test_what_is_rounded_to_a_line_lies_where_it_was(tmp_path: Path) -> None:
    for distance, expected in ((0, Status.REFUTED), (63, Status.REFUTED), (71, Status.PROVED)):
        text = ROUNDED.replace("DISTANCE", str(distance))
        assert status(tmp_path, text, model="nt-contract") is expected


def test_terms_that_share_what_they_are_made_of_are_not_written_out() -> None:
    term, known = var("x"), {"x": 8}
    for number in range(200):
        term = ite(term > number, term, term + 16)
        term = term + term
    assert divisor(term, known) == 8
    assert folding(known, set())(apply("%", term, 8)) is const(0)
