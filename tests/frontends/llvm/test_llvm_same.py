"""What is computed twice from the same, in a way that is not followed, is one value."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, ENDING, FILL, guarded, status, undrained

DECLARED = """declare i64 @llvm.ctpop.i64(i64)
declare i32 @llvm.bswap.i32(i32)
declare double @llvm.sqrt.f64(double)
declare double @llvm.fmuladd.f64(double, double, double)
declare i64 @pure(i64) nounwind memory(none)
declare i64 @impure(i64)
declare i64 @llvm.x86.rdtsc()
"""
ARGUMENTS = "ptr %p, double %x, double %y, i64 %n, <2 x i64> %v, ptr %at"
SAME = {
    "a comparison of floats": "%{0} = fcmp ogt double %x, 1.0",
    "of what was computed": "%{0}.s = fadd double %x, %y\n  %{0} = fcmp olt double %{0}.s, 1.0",
    "of a root": "%{0}.s = call double @llvm.sqrt.f64(double %x)\n  %{0} = fcmp olt double %{0}.s, 1.0",
    "of a number": "%{0}.s = sitofp i64 %n to double\n  %{0} = fcmp olt double %{0}.s, 1.0",
    "bits that are counted": "%{0}.s = call i64 @llvm.ctpop.i64(i64 %n)\n  %{0} = icmp ugt i64 %{0}.s, 9",
    "an element": "%{0}.s = extractelement <2 x i64> %v, i32 0\n  %{0} = icmp ugt i64 %{0}.s, 9",
    "bytes in another order": "%{0}.t = trunc i64 %n to i32\n"
    "  %{0}.s = call i32 @llvm.bswap.i32(i32 %{0}.t)\n  %{0} = icmp ugt i32 %{0}.s, 9",
    "a function that touches no memory": "%{0}.s = call i64 @pure(i64 %n)\n  %{0} = icmp ugt i64 %{0}.s, 9",
}
TURNED = {
    f"{one} and {other}": (f"%{{0}} = fcmp {one} double %x, %y", f"%{{0}} = fcmp {other} double {operands}")
    for one, other, operands in [
        ("ogt", "olt", "%y, %x"),
        ("uge", "ule", "%y, %x"),
        ("oeq", "oeq", "%y, %x"),
        ("une", "une", "%y, %x"),
        ("uno", "uno", "%y, %x"),
    ]
} | {
    "an operation that commutes": (
        "%{0}.s = call i64 @llvm.ctpop.i64(i64 %n)\n  %{0}.t = xor i64 %n, %{0}.s\n"
        "  %{0}.u = call i64 @llvm.ctpop.i64(i64 %{0}.t)\n  %{0} = icmp ugt i64 %{0}.u, 9",
        "%{0}.s = call i64 @llvm.ctpop.i64(i64 %n)\n  %{0}.t = xor i64 %{0}.s, %n\n"
        "  %{0}.u = call i64 @llvm.ctpop.i64(i64 %{0}.t)\n  %{0} = icmp ugt i64 %{0}.u, 9",
    ),
}
INVERSE = {"oeq": "une", "ogt": "ule", "oge": "ult", "olt": "uge", "ole": "ugt", "one": "ueq", "ord": "uno"}
OTHER = {
    "another comparison": ("%{0} = fcmp ogt double %x, 1.0", "%{0} = fcmp oge double %x, 1.0"),
    "of another": ("%{0} = fcmp ogt double %x, 1.0", "%{0} = fcmp ogt double %y, 1.0"),
    "another element": (
        "%{0}.s = extractelement <2 x i64> %v, i32 0\n  %{0} = icmp ugt i64 %{0}.s, 9",
        "%{0}.s = extractelement <2 x i64> %v, i32 1\n  %{0} = icmp ugt i64 %{0}.s, 9",
    ),
}
TWICE = {
    "a function that may return another value": "%{0}.s = call i64 @impure(i64 %n)\n"
    "  %{0} = icmp ugt i64 %{0}.s, 9",
    "a clock": "%{0}.s = call i64 @llvm.x86.rdtsc()\n  %{0} = icmp ugt i64 %{0}.s, 9",
    "what may be rounded once or twice": "%{0}.s = call double @llvm.fmuladd.f64(double %x, double %y, "
    "double 1.0)\n  %{0} = fcmp olt double %{0}.s, 1.0",
    "what may be computed in another order": "%{0}.s = fadd reassoc double %x, %y\n"
    "  %{0} = fcmp olt double %{0}.s, 1.0",
    "the bits of what may be any NaN": "%{0}.s = fadd double %x, %y\n"
    "  %{0}.b = bitcast double %{0}.s to i64\n  %{0} = icmp ugt i64 %{0}.b, 9",
    "of what is loaded again": "%{0}.s = load volatile double, ptr %at\n  %{0} = fcmp olt double %{0}.s, 1.0",
    "of what is not defined": "%{0} = fcmp olt double undef, 1.0",
}


def drained_if(first: str, second: str, ways: str = "label %drain, label %out") -> str:
    """A function that fills a word where the one holds, and drains where the other does.

    ways: where the other leads, if it holds and if not.
    """
    copy = f"{first.format('a')}\n  br i1 %a, label %copy, label %then"
    return guarded(copy, f"{second.format('b')}\n  br i1 %b, {ways}", ARGUMENTS, DECLARED)


@pytest.mark.parametrize("model", ["x86-nt", "nt-contract"])
@pytest.mark.parametrize("case", SAME)
def test_what_is_asked_twice_has_one_answer(case: str, model: str, tmp_path: Path) -> None:
    assert status(tmp_path, drained_if(SAME[case], SAME[case]), model) is Status.PROVED


@pytest.mark.parametrize("case", TURNED)
def test_the_compiler_may_turn_it_round(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, drained_if(*TURNED[case])) is Status.PROVED


def drained_unless(one: str, other: str) -> str:
    """A function that fills a word where the one comparison holds, and returns where the other does."""
    first, second = (f"%{{0}} = fcmp {predicate} double %x, %y" for predicate in (one, other))
    return drained_if(first, second, "label %out, label %drain")


@pytest.mark.parametrize(("one", "other"), [*INVERSE.items(), *((v, k) for k, v in INVERSE.items())])
def test_a_comparison_of_floats_and_its_opposite(one: str, other: str, tmp_path: Path) -> None:
    assert status(tmp_path, drained_unless(one, other)) is Status.PROVED


@pytest.mark.parametrize(
    ("one", "other"), [("oge", "ole"), ("ugt", "ule"), ("oge", "ule"), ("olt", "une"), ("uno", "ueq")]
)
def test_both_of_these_may_hold(one: str, other: str, tmp_path: Path) -> None:
    assert status(tmp_path, drained_unless(one, other)) is Status.REFUTED


@pytest.mark.parametrize("case", [*OTHER, *TWICE])
def test_what_is_not_the_same_may_differ(case: str, tmp_path: Path) -> None:
    first, second = OTHER.get(case) or (TWICE[case], TWICE[case])
    assert status(tmp_path, drained_if(first, second)) is Status.REFUTED


LOOP = """declare i64 @llvm.ctpop.i64(i64)
define void @f(ptr %p, i64 %n) {{
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %back ]
  %one = call i64 @llvm.ctpop.i64(i64 {0})
  %a = icmp ugt i64 %one, 9
  br i1 %a, label %fill, label %back
fill:
  {1}
  br label %back
back:
  %next = add nuw i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %loop, label %then
then:
  %two = call i64 @llvm.ctpop.i64(i64 {2})
  %b = icmp ugt i64 %two, 9
  br i1 %b, label %drain, label %out
drain:
  {3}
  br label %out
out:
  ret void
}}"""


@pytest.mark.parametrize(
    ("inside", "behind", "found"),
    [("%n", "%n", Status.PROVED), ("%i", "%i", Status.REFUTED), ("%i", "%n", Status.REFUTED)],
)
def test_a_loop_computes_another_value_each_time(
    inside: str, behind: str, found: Status, tmp_path: Path
) -> None:
    assert status(tmp_path, LOOP.format(inside, FILL, behind, DRAIN)) is found


VARIABLE = """define void @f(ptr %p, double %x, double %y, i1 %other) {{
  %v = alloca double
  store double %x, ptr %v
  %one = load double, ptr %v
  %a = fcmp ogt double %one, 1.0
  br i1 %a, label %fill, label %then
fill:
  {0}
  br label %then
then:
  {1}
  %two = load double, ptr %v
  %b = fcmp ogt double %two, 1.0
  br i1 %b, label %drain, label %out
drain:
  {2}
  br label %out
out:
  ret void
}}"""


@pytest.mark.parametrize(
    ("between", "found"), [("", Status.PROVED), ("store double %y, ptr %v", Status.REFUTED)]
)
def test_a_variable_on_the_stack_that_is_set_once(between: str, found: Status, tmp_path: Path) -> None:
    assert status(tmp_path, VARIABLE.format(FILL, between, DRAIN)) is found


def test_what_was_not_computed_on_the_way_here_is_not_known(tmp_path: Path) -> None:
    text = f"""declare i64 @llvm.ctpop.i64(i64)
define void @f(ptr %p, ptr %at, i1 %c) {{
  br i1 %c, label %one, label %two
one:
  %m = load i64, ptr %at
  %a = call i64 @llvm.ctpop.i64(i64 %m)
  {FILL}
  br label %join
two:
  {FILL}
  br label %join
join:
  %k = phi i64 [ %a, %one ], [ 3, %two ]
  %no = icmp eq i64 %k, 7
  br i1 %no, label %out, label %drain
{ENDING}"""
    assert status(tmp_path, text) is Status.REFUTED


@pytest.mark.parametrize(("index", "wanted"), [(0, Status.PROVED), (1, Status.REFUTED)])
def test_an_element_of_a_constant_is_known(index: int, wanted: Status, tmp_path: Path) -> None:
    condition = f"""%v = extractelement <2 x i64> <i64 7, i64 8>, i32 {index}
  %no = icmp eq i64 %v, 8"""
    assert status(tmp_path, undrained("ptr %p", condition)) is wanted
