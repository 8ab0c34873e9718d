"""Arguments that are passed by value in memory: the call copies them, the callee works on its copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.program.ir import Load
from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_program_helper import instructions, program
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, status

NT = "store i64 1, ptr %x, align 8, !nontemporal !0"
TYPES = {
    "words": "{ i64, [3 x i64] }",
    "with what lies between": "{ i64, i8, <4 x float>, ptr }",
    "many": "{ i64, [100 x i32] }",
    "more than a line": "{ i64, [120 x i8] }",
}
CALLEES = {
    "in place": "define internal void @use(ptr byval(T) align 8 %s) noinline nounwind {\n  ret void\n}",
    "that nobody knows": "declare void @use(ptr byval(T) align 8) memory(none) nounwind",
    "with a summary": "declare void @log(ptr byval(T) align 8) nounwind",
}


def passing(of: str, more: str, *lines: str) -> str:
    """A function that passes what %x points to by value, after these lines."""
    name = "log" if "@log" in more else "use"
    body = "\n  ".join([*lines, f"call void @{name}(ptr byval({of}) align 8 %x)", DRAIN, "ret void"])
    return f"define void @f(ptr %x) {{\n  {body}\n}}\n{more.replace('byval(T)', f'byval({of})')}\n"


@pytest.mark.parametrize("callee", CALLEES)
@pytest.mark.parametrize("of", TYPES)
def test_the_call_loads_what_it_passes(of: str, callee: str, tmp_path: Path) -> None:
    text = passing(TYPES[of], CALLEES[callee], NT)
    assert status(tmp_path, text, "nt-contract") is Status.REFUTED
    text = passing(TYPES[of], CALLEES[callee], NT, DRAIN)
    assert status(tmp_path, text, "nt-contract") is Status.PROVED


def test_it_loads_every_byte(tmp_path: Path) -> None:
    more = "define internal void @use(ptr byval(T) %s) {\n  %v = load i64, ptr %s\n  ret void\n}"
    text = passing(TYPES["with what lies between"], more, NT)
    loads = [i for i in instructions(program(tmp_path, text)) if isinstance(i, Load)]
    loaded = {
        int(i.address.offset.value) + k for i in loads if i.address.object == "x" for k in range(i.size)
    }
    assert loaded == set(range(48))


OWN = (
    "define internal void @use(ptr byval(T) %s) {\n  store i64 1, ptr %s, !nontemporal !0LOAD\n  ret void\n}"
)


@pytest.mark.parametrize(
    ("load", "wanted"),
    [("", Status.PROVED), ("\n  %v = load volatile i64, ptr %s", Status.REFUTED)],
)
def test_the_callee_stores_to_its_own(load: str, wanted: Status, tmp_path: Path) -> None:
    text = passing(TYPES["words"], OWN.replace("LOAD", load))
    text = text.replace(DRAIN, f"%w = load volatile i64, ptr %x\n  {DRAIN}", 1)
    assert status(tmp_path, text, "nt-contract") is wanted


BUFFER = f"""define void @f(ptr %x) {{
  call void @fill(ptr byval({{ ptr, i64, i64 }}) align 8 %x)
  ret void
}}
define internal void @fill(ptr byval({{ ptr, i64, i64 }}) align 8 %b) nounwind {{
  %to = load ptr, ptr %b
  %at = getelementptr i8, ptr %b, i64 8
  %n = load i64, ptr %at
  %none = icmp eq i64 %n, 0
  br i1 %none, label %end, label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %next, %loop ]
  %p = getelementptr inbounds i64, ptr %to, i64 %i
  store i64 7, ptr %p, align 8, !nontemporal !0
  %next = add nuw i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %end, label %loop
end:
  {DRAIN}
  ret void
}}"""


def test_pointers_and_numbers_in_it_stay_known(tmp_path: Path) -> None:
    assert status(tmp_path, BUFFER) is Status.PROVED
    forgotten = BUFFER.replace(f"  {DRAIN}\n", "")
    assert status(tmp_path, forgotten) is Status.REFUTED
