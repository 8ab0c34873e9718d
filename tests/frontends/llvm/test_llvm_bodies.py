"""A function that is in the modules is what its body says: put in place, or nobody modelled it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import FILL, status

RECURSIVE = f"""define internal void @log(ptr %p, i32 %n) {{
  {FILL}
  %c = icmp eq i32 %n, 0
  br i1 %c, label %end, label %again
again:
  call void @log(ptr %p, i32 0)
  ret void
end:
  ret void
}}"""
TAIL = f"""define void @g(ptr %p, ptr %q) {{
  {FILL}
  ret void
}}"""


def test_a_tail_call_that_must_be_one_is_put_in_place(tmp_path: Path) -> None:
    text = "define void @f(ptr %p, ptr %q) {\n  musttail call void @g(ptr %p, ptr %q)\n  ret void\n}"
    assert status(tmp_path, f"{text}\n{TAIL}") is Status.REFUTED


OUT_OF_PLACE = {
    "one that calls itself": ("call void @log(ptr %p, i32 1)", RECURSIVE),
    "by an alias": (
        "call void @other(ptr %p, i32 1)",
        f"@other = internal alias void (ptr, i32), ptr @log\n{RECURSIVE}",
    ),
    "a variable number of arguments": (
        "%r = call i32 (ptr, ptr, ...) @sprintf(ptr %p, ptr %p, i32 1)",
        f"define i32 @sprintf(ptr %p, ptr %q, ...) {{\n  {FILL}\n  ret i32 0\n}}",
    ),
    "a naked one": (
        "call void @log(ptr %p, i64 1)",
        "define internal void @log(ptr %p, i64 %x) naked {\n"
        '  call void asm sideeffect "movnti %rsi, (%rdi)", "~{memory}"()\n  unreachable\n}',
    ),
    "called by asm": (
        'call void asm sideeffect "call log", "{rdi},~{memory}"(ptr %p)',
        f"define void @log(ptr %p) {{\n  {FILL}\n  ret void\n}}",
    ),
}


@pytest.mark.parametrize("case", OUT_OF_PLACE)
def test_no_summary_stands_for_a_body(case: str, tmp_path: Path) -> None:
    call, more = OUT_OF_PLACE[case]
    text = f"define void @f(ptr %p) {{\n  {call}\n  ret void\n}}\n{more}"
    assert status(tmp_path, text) is Status.UNKNOWN
