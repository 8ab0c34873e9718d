"""Where control does not come on: what went wrong before is found all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_program_helper import program
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, FLAG, answer, status

SET = "store i64 1, ptr @flag, align 8"
MORE = "@flag = external global i64\ndeclare void @abort() noreturn nounwind\ndeclare void @llvm.assume(i1)\n"


def function(*lines: str) -> str:
    body = "\n  ".join(lines)
    return f"{MORE}define void @f(ptr %p, i64 %n) {{\n  {body}\n}}\n"


ENDS = {
    "a call that does not return": ["call void @abort() noreturn", "unreachable"],
    "nothing": ["unreachable"],
    "a CPU that stops": ['call void asm sideeffect "1: hlt; jmp 1b", "~{memory}"()', "ret void"],
}


@pytest.mark.parametrize(("engine", "right"), [("auto", Status.PROVED), ("axiomatic", Status.HOLDS)])
@pytest.mark.parametrize("case", ENDS)
def test_a_function_that_never_returns_has_its_verdict(
    case: str, engine: str, right: Status, tmp_path: Path
) -> None:
    wrong = program(tmp_path, function(FILL, SET, *ENDS[case]))
    assert answer(wrong, engine=engine).status is Status.REFUTED
    assert answer(program(tmp_path, function(FILL, DRAIN, SET, *ENDS[case])), engine=engine).status is right


def test_what_is_assumed_later_hides_nothing_before_it(tmp_path: Path) -> None:
    met = ["%q = getelementptr inbounds i64, ptr %p, i64 %n", "%v = load volatile i64, ptr %q, align 8"]
    assumed = ["%c = icmp ne i64 %n, 0", "call void @llvm.assume(i1 %c)"]
    late = function(FILL, *met, DRAIN, *assumed, "ret void")
    assert status(tmp_path, late, "nt-contract") is Status.REFUTED
    early = function(*assumed, FILL, *met, DRAIN, "ret void")
    assert status(tmp_path, early, "nt-contract") is Status.PROVED


def test_what_is_assumed_first_is_assumed_of_the_program(tmp_path: Path) -> None:
    assumed = [FLAG, "%v = load i64, ptr %flag", "%c = icmp ult i64 %n, 9", "call void @llvm.assume(i1 %c)"]
    more = ["%q = getelementptr inbounds i64, ptr %p, i64 %n", "store i64 %v, ptr %q, !nontemporal !0"]
    (param,) = (
        p for p in program(tmp_path, function(*assumed, *more, DRAIN, "ret void")).params if p.name == "n"
    )
    assert param.high == 8
