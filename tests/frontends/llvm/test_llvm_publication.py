"""When others may look at memory that compiled code fills, as the verdicts tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck import shipped
from ordercheck.command import from_llvm
from ordercheck.frontends.llvm.assumptions import KINDS
from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_program_helper import program
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, answer, filled, status, verdict

BARRIER = 'call void asm sideeffect "", "~{memory}"()'
SET = "store volatile i64 1, ptr %flag, align 8"


STORED_BY_ASM = 'call void asm sideeffect "movq $1, $0", "=*m,r,~{memory}"(ptr elementtype(i64) %flag, i64 1)'
HELPER = f"define internal void @order() {{\n  {BARRIER}\n  ret void\n}}\n"
RELEASES = {
    "a release store": ["store atomic i64 1, ptr %flag release, align 8"],
    "smp_store_release": [BARRIER, SET],
    "with a comment in the barrier": ['call void asm sideeffect "# order\\0A\\09", "~{memory}"()', SET],
    "with its value loaded behind the barrier": [BARRIER, "%old = load i64, ptr %flag", SET],
    "with the barrier in a helper": ["call void @order()", SET],
    "on one of two ways": [
        "%c = icmp eq ptr %p, @flag\n  br i1 %c, label %one, label %both\none:",
        BARRIER,
        "br label %both\nboth:",
        SET,
    ],
    "another store between": [BARRIER, "store i64 2, ptr %flag, align 8", SET],
    "a store to the stack between": [BARRIER, "%slot = alloca i64\n  store volatile i64 2, ptr %slot", SET],
    "two of them": [BARRIER, "store volatile i64 1, ptr @flag", SET],
    "an instruction between": [BARRIER, 'call void asm sideeffect "nop", ""()', SET],
    "a call between": [BARRIER, "call void @quiet()", SET],
    "a barrier that waits": ['call void asm sideeffect "rep; nop", "~{memory}"()', SET],
    "a barrier that is an instruction": ['call void asm sideeffect "lfence # order", "~{memory}"()', SET],
    "a barrier that is an intrinsic": ["call void @llvm.x86.sse2.lfence()", SET],
    "by assembly": [BARRIER, STORED_BY_ASM],
    "an atomic store": [BARRIER, "store atomic i64 1, ptr %flag monotonic, align 8"],
    "behind a release fence": [
        "fence release",
        "store i64 2, ptr %flag",
        "store atomic i64 1, ptr %flag monotonic, align 8",
    ],
}
OTHERS = {
    "an ordinary store": [BARRIER, "store i64 1, ptr %flag, align 8"],
    "a volatile store alone": [SET],
    "a non-temporal store between": [
        DRAIN,
        BARRIER,
        "store i64 2, ptr %p, align 8, !nontemporal !0",
        SET,
    ],
    "one by assembly between": [
        DRAIN,
        BARRIER,
        'call void asm sideeffect "movnti $1, $0", "=*m,r"(ptr elementtype(i64) %p, i64 2)',
        SET,
    ],
    "a bit that assembly changes in place": [
        BARRIER,
        'call void asm sideeffect "btsq $1, $0", "=*m,Ir,~{memory}"(ptr elementtype(i64) %flag, i64 6)',
    ],
    "assembly that stores elsewhere between": [
        BARRIER,
        'call void asm sideeffect "decl %gs:count", "~{memory},~{flags}"()',
        SET,
    ],
    "a function that is known between": [BARRIER, "%len = call i64 @strlen(ptr %p)", SET],
    "an instruction that does more": ['call void asm sideeffect "cli", "~{memory}"()', SET],
    "by assembly alone": [STORED_BY_ASM],
    "no barrier, for lack of a clobber": ['call void asm sideeffect "", ""()', SET],
    "an atomic store alone": ["store atomic i64 1, ptr %flag monotonic, align 8"],
    "an acquire fence": ["fence acquire", "store atomic i64 1, ptr %flag monotonic, align 8"],
    "one in front of the fence": [
        "store atomic i64 1, ptr %flag monotonic, align 8",
        "fence release",
    ],
}
QUIET = """declare i64 @strlen(ptr)
declare void @llvm.x86.sse2.lfence()
declare void @quiet() memory(none) nounwind willreturn"""


@pytest.mark.parametrize("case", RELEASES)
def test_a_release_store_hands_over_what_is_being_filled(case: str, tmp_path: Path) -> None:
    found = verdict(tmp_path, filled(*RELEASES[case], more=HELPER + QUIET))
    assert found.status is Status.REFUTED
    assert found.trace is not None and found.trace.hazard == "escape"
    drained = filled(DRAIN, *RELEASES[case], more=HELPER + QUIET)
    assert status(tmp_path, drained) is Status.PROVED


@pytest.mark.parametrize("case", OTHERS)
def test_any_other_store_there_does_not_as_is_assumed_and_said(case: str, tmp_path: Path) -> None:
    text = filled(*OTHERS[case], more=QUIET)
    found = verdict(tmp_path, text)
    assert found.status is Status.PROVED
    assert any(note.startswith("owned: ") and note.endswith(": p") for note in found.assumptions)
    refused = verdict(tmp_path, text, refuse="owned")
    assert refused.status is Status.REFUTED
    assert not any(note.startswith("owned: ") for note in refused.assumptions)


STACK = f"""define void @f(ptr %p) {{
  %slot = alloca i64
  call void @post(ptr %slot)
  store i64 1, ptr %p, align 8, !nontemporal !0
  store volatile i64 1, ptr %slot, align 8
  {DRAIN}
  ret void
}}
declare void @post(ptr)"""


def test_that_nobody_looks_at_the_stack_meanwhile_is_assumed_and_said(tmp_path: Path) -> None:
    found = verdict(tmp_path, STACK)
    assert found.status is Status.PROVED
    assert any(note.startswith("owned: ") and note.endswith(": p, slot") for note in found.assumptions)
    assert status(tmp_path, STACK, refuse="owned") is Status.REFUTED
    assert status(tmp_path, STACK, publish="return") is Status.PROVED


ELSEWHERE = filled("store i64 1, ptr @flag, align 8")


@pytest.mark.parametrize(
    ("publish", "expected"),
    [("", "refuted"), ("stores", "refuted"), ("flag", "refuted"), ("return", "proved"), ("other", "proved")],
)
@pytest.mark.parametrize("refuse", ["", "distinct"])
def test_a_store_elsewhere_hands_over(publish: str, expected: str, refuse: str, tmp_path: Path) -> None:
    options = {name: text for name, text in (("publish", publish), ("refuse", refuse)) if text}
    more = "@other = external global i64\n"
    assert answer(program(tmp_path, more + ELSEWHERE, **options)).status == expected


@pytest.mark.parametrize("folder", ["log_append", "ring_doorbell", "rust_copy"])
def test_less_that_is_assumed_never_proves_more(folder: str) -> None:
    family = from_llvm.shipped_family(folder, shipped.models_folder() / "programs" / folder)
    asked = 0
    for variant in family.variants:
        if answer(family.build(variant)).status is not Status.REFUTED:
            continue
        for kind in KINDS:
            asked += 1
            assert answer(family.build(variant, {"refuse": kind})).status is not Status.PROVED, kind
    assert asked >= len(KINDS)


WEAK = {
    "a function": f"define LINKAGE void @order() {{\n  {DRAIN}\n  ret void\n}}",
    "an alias": f"@order = LINKAGE alias void (), ptr @own\n"
    f"define internal void @own() {{\n  {DRAIN}\n  ret void\n}}",
}


@pytest.mark.parametrize("case", WEAK)
@pytest.mark.parametrize(
    ("linkage", "weak"),
    [("weak", True), ("linkonce", True), ("weak_odr", False), ("linkonce_odr", False), ("internal", False)],
)
def test_a_weak_function_may_be_another(case: str, linkage: str, weak: bool, tmp_path: Path) -> None:
    more = WEAK[case].replace("LINKAGE", linkage)
    text = filled("call void @order()", "store i64 1, ptr @flag, align 8", more=more)
    found = verdict(tmp_path, text)
    assert found.status is Status.PROVED
    assert any(note.startswith("weak: ") and "order" in note for note in found.assumptions) == weak
    refused = verdict(tmp_path, text, refuse="weak")
    assert (refused.status is Status.PROVED) != weak
