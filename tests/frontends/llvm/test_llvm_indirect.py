"""A call by a pointer may come to a function of the modules that leaves non-temporal stores pending."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_pointers_helper import assembly
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status, verdict

CALLER = "define void @f(ptr %p, ptr %g) {\n  call void %g(ptr %p)\n  ret void\n}"
COPY = f"define internal void @copy(ptr %p) {{\n  {FILL}\n  ret void\n}}"
TAKEN = "@kept = global ptr @copy"
BOTH = f"define internal void @copy(ptr %p) {{\n  {FILL}\n  {DRAIN}\n  ret void\n}}"


def outcome(folder: Path, *parts: str, summary: str = "") -> Status:
    return status(folder, "\n".join(parts), summary=summary)


TAKING = {
    "by a variable": TAKEN,
    "in a structure": "@kept = internal constant { i64, ptr } { i64 1, ptr @copy }",
    "by its number": "@kept = global i64 ptrtoint (ptr @copy to i64)",
    "in a store": "define void @other(ptr %q) {\n  store ptr @copy, ptr %q\n  ret void\n}",
    "as an argument": "declare i1 @u(ptr)\ndefine i1 @g() {\n  %c = call i1 @u(ptr @copy)\n  ret i1 %c\n}",
    "by a choice": "define ptr @other(i1 %c) {\n  %q = select i1 %c, ptr @copy, ptr null\n  ret ptr %q\n}",
    "by assembly": assembly(".data", "kept: .quad copy"),
    "by an alias": "@same = internal alias void (ptr), ptr @copy\n@kept = global ptr @same",
}


@pytest.mark.parametrize("how", TAKING)
def test_one_whose_address_is_taken_is_not_believed_to_leave_nothing(how: str, tmp_path: Path) -> None:
    assert outcome(tmp_path, TAKING[how], CALLER, COPY) is Status.UNKNOWN


NOT_TAKING = {
    "not at all": "",
    "called": "define void @other(ptr %p) {\n  call void @copy(ptr %p)\n  ret void\n}",
    "kept": '@llvm.used = appending global [1 x ptr] [ptr @copy], section "llvm.metadata"',
    "addressable": '@kept = internal global ptr @copy, section ".discard.addressable"',
    "exported": assembly(
        r".section \22___ksymtab+copy\22, \22a\22", "__ksymtab_copy:", ".long copy- .", ".previous"
    ),
    "declared to the assembler": assembly(".globl copy", ".type copy, @function"),
    "another one": "@copying = global i64 0\n@kept = global ptr @copying\n" + assembly(".quad copying"),
}


@pytest.mark.parametrize("how", NOT_TAKING)
def test_one_whose_address_is_not_taken_is_not_called_by_it(how: str, tmp_path: Path) -> None:
    assert outcome(tmp_path, NOT_TAKING[how], CALLER, COPY) is Status.PROVED


def test_the_verdict_names_the_call_and_what_it_may_come_to(tmp_path: Path) -> None:
    names = ("copy", "copy2", "copy3", "copy4")
    more = [COPY.replace("@copy", f"@{name}") for name in names]
    table = "@kept = global [4 x ptr] [" + ", ".join(f"ptr @{name}" for name in names) + "]"
    reason = verdict(tmp_path, "\n".join([table, CALLER, *more])).reason
    assert "an indirect call, which may come to copy, copy2, copy3 and 1 more" in reason
    assert "code.ll:4" in reason


def test_what_it_may_come_to_is_looked_into(tmp_path: Path) -> None:
    plain = "define internal void @copy(ptr %p) {\n  store i64 1, ptr %p\n  ret void\n}"
    assert outcome(tmp_path, TAKEN, CALLER, plain) is Status.PROVED
    assert outcome(tmp_path, TAKEN, CALLER, BOTH) is Status.PROVED
    again = BOTH.replace(DRAIN, f"{DRAIN}\n  {FILL}")
    assert outcome(tmp_path, TAKEN, CALLER, again) is Status.UNKNOWN


ONE_WAY = f"""define internal void @copy(ptr %p) {{
  {FILL}
  %x = load i64, ptr %p
  %c = icmp eq i64 %x, 0
  br i1 %c, label %one, label %two
one:
  {DRAIN}
  br label %two
two:
  ret void
}}"""


def test_a_drain_on_every_way_behind_the_copy_counts(tmp_path: Path) -> None:
    assert outcome(tmp_path, TAKEN, CALLER, ONE_WAY) is Status.UNKNOWN
    both = ONE_WAY.replace("label %two\none", f"label %three\nthree:\n  {DRAIN}\n  br label %two\none")
    assert outcome(tmp_path, TAKEN, CALLER, both) is Status.PROVED


def test_a_drain_in_a_loop_that_copies_on_counts_for_the_round(tmp_path: Path) -> None:
    loop = """define internal void @copy(ptr %p) {
  br label %loop
loop:
  ONE
  %x = load i64, ptr %p
  %c = icmp eq i64 %x, 0
  br i1 %c, label %loop, label %out
out:
  ret void
}"""
    drained = loop.replace("ONE", f"{FILL}\n  {DRAIN}")
    assert outcome(tmp_path, TAKEN, CALLER, drained) is Status.PROVED
    before = loop.replace("ONE", f"{DRAIN}\n  {FILL}")
    assert outcome(tmp_path, TAKEN, CALLER, before) is Status.UNKNOWN


def asks(drain: str) -> str:
    body = f'callbr void asm sideeffect "{drain}", "!i"()\n    to label %out [label %out]\nout:\n  ret void'
    return f"define internal void @copy(ptr %p) {{\n  {FILL}\n  {body}\n}}"


def test_a_jump_out_of_assembly_may_come_before_its_drain(tmp_path: Path) -> None:
    assert outcome(tmp_path, TAKEN, CALLER, asks("jz ${0:l}; sfence")) is Status.UNKNOWN


def test_what_it_calls_counts(tmp_path: Path) -> None:
    taken = "@kept = global ptr @outer"
    outer = "define internal void @outer(ptr %p) {\n  call void @copy(ptr %p)\n  ret void\n}"
    assert outcome(tmp_path, taken, CALLER, outer, COPY) is Status.UNKNOWN
    assert outcome(tmp_path, taken, CALLER, outer, BOTH) is Status.PROVED
    assert (
        outcome(tmp_path, taken, CALLER, outer.replace("  ret", f"  {DRAIN}\n  ret"), COPY) is Status.PROVED
    )


def test_what_it_calls_by_assembly_counts(tmp_path: Path) -> None:
    taken = "@kept = global ptr @outer"
    outer = 'define void @outer(ptr %p) {\n  call void asm "call copy", "~{memory}"()\n  ret void\n}'
    assert outcome(tmp_path, taken, CALLER, outer, COPY) is Status.UNKNOWN
    assert outcome(tmp_path, taken, CALLER, outer.replace("copy", "copied"), COPY) is Status.PROVED


def test_what_it_calls_by_a_pointer_counts(tmp_path: Path) -> None:
    copy = COPY.replace("(ptr %p)", "(ptr %p, i64 %a)")
    call = "%g = load ptr, ptr %p\n  call void %g(ptr %p, i64 0)"
    outer = f"define void @outer(ptr %p) {{\n  {call}\n  ret void\n}}"
    also = "@also = global ptr @outer"
    # the copy itself takes more arguments than are passed
    assert outcome(tmp_path, TAKEN, CALLER, copy) is Status.PROVED
    assert outcome(tmp_path, TAKEN, CALLER, copy, outer) is Status.PROVED
    assert outcome(tmp_path, TAKEN, CALLER, copy, outer, also) is Status.UNKNOWN


def test_more_arguments_than_it_takes_do_no_harm(tmp_path: Path) -> None:
    copy = COPY.replace("(ptr %p)", "(ptr %p, ...)")
    none = CALLER.replace("%g(ptr %p)", "%g()")
    assert outcome(tmp_path, TAKEN, CALLER.replace("%g(ptr %p)", "%g(ptr %p, i64 0)"), COPY) is Status.UNKNOWN
    assert outcome(tmp_path, TAKEN, none, COPY) is Status.PROVED
    assert outcome(tmp_path, TAKEN, none, copy) is Status.UNKNOWN
    assert (
        outcome(tmp_path, TAKEN, CALLER.replace("void %g(ptr %p)", "void (...) %g()"), COPY) is Status.UNKNOWN
    )


def copies(folder: Path, more: str = "") -> str:
    """A file that says of `copy` that it copies by non-temporal stores."""
    file = folder / f"copies{len(more)}.toml"
    writes = 'writes = [{ arg = 0, size = "any", nt = true }]'
    file.write_text(f"[function.copy]\n{writes}\nkeeps = false\n{more}\n")
    return str(file)


def test_what_a_summary_says_of_it_counts(tmp_path: Path) -> None:
    declared = "declare void @copy(ptr)"
    assert outcome(tmp_path, TAKEN, CALLER, declared) is Status.PROVED
    assert outcome(tmp_path, TAKEN, CALLER, declared, summary=copies(tmp_path)) is Status.UNKNOWN
    drained = copies(tmp_path, 'drains = "sfence"')
    assert outcome(tmp_path, TAKEN, CALLER, declared, summary=drained) is Status.PROVED


DEFINED = assembly(".globl jump", "jump:", "jmp *there(%rip)")
JUMPS = "declare void @jump(ptr)\ndefine void @f(ptr %p) {\n  call void @jump(ptr %p)\n  ret void\n}"


def test_what_assembly_outside_of_functions_defines_may_come_to_it_too(tmp_path: Path) -> None:
    assert outcome(tmp_path, DEFINED, TAKEN, JUMPS, COPY) is Status.UNKNOWN
    assert outcome(tmp_path, DEFINED, JUMPS, COPY) is Status.PROVED
    # what is not defined there is a function of another file
    assert outcome(tmp_path, assembly("bump:", "ret"), TAKEN, JUMPS, COPY) is Status.PROVED
    named = assembly(".globl jump", "jump: .byte 0xe9; .long copy - (. + 4)")
    assert outcome(tmp_path, named, JUMPS, COPY) is Status.UNKNOWN


def test_it_may_hold_such_stores_itself(tmp_path: Path) -> None:
    text = assembly("jump:", "movnti %rax, (%rdi)", "ret")
    reason = verdict(tmp_path, f"{text}\n{JUMPS}").reason
    assert "the call of jump, which may come to assembly outside of functions" in reason


def test_a_call_by_a_pointer_from_within_assembly_may_come_to_it(tmp_path: Path) -> None:
    call = 'call void asm sideeffect "call *$0", "r,~{memory}"(ptr %g)'
    caller = f"define void @f(ptr %g) {{\n  {call}\n  ret void\n}}"
    assert outcome(tmp_path, TAKEN, caller, COPY) is Status.UNKNOWN
    assert outcome(tmp_path, TAKEN, caller, BOTH) is Status.PROVED


def test_a_call_from_within_assembly_may_come_to_a_copy_of_another_file(tmp_path: Path) -> None:
    call = 'call void asm sideeffect "call copy", "{di},~{memory}"(ptr %p)'
    caller = f"define void @f(ptr %p) {{\n  {call}\n  ret void\n}}"
    assert outcome(tmp_path, caller) is Status.PROVED
    assert outcome(tmp_path, caller, summary=copies(tmp_path)) is Status.UNKNOWN


HANDED = """declare void @each(ptr, ptr)
define void @f(ptr %p) {
  call void @each(ptr @copy, ptr %p)
  ret void
}"""
INSIDE = """declare void @each(ptr, ptr)
define void @f(ptr %p) {
  call void @walk(ptr @copy, ptr %p)
  ret void
}
define internal void @walk(ptr %g, ptr %p) {
  call void @each(ptr %g, ptr %p)
  ret void
}"""


@pytest.mark.parametrize("caller", [HANDED, INSIDE])
def test_who_is_handed_a_function_may_call_it(caller: str, tmp_path: Path) -> None:
    found = verdict(tmp_path, f"{caller}\n{COPY}")
    assert found.status is Status.UNKNOWN
    assert "the call of each, which may call copy, and leave non-temporal stores pending" in found.reason
    assert outcome(tmp_path, caller, BOTH) is Status.PROVED
    plain = caller.replace("ptr @copy", "ptr @other") + "\ndeclare void @other(ptr)\n"
    assert outcome(tmp_path, plain, TAKEN, COPY) is Status.PROVED


def test_a_summary_says_what_who_is_handed_a_function_does(tmp_path: Path) -> None:
    table = tmp_path / "own.toml"
    table.write_text("[function.each]\nreads_any = true\n", encoding="utf-8")
    assert outcome(tmp_path, HANDED, COPY, summary=str(table)) is Status.PROVED
