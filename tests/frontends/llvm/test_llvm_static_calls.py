"""The kernel's static calls: to what they are set, or to what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_pointers_helper import (
    FUNCTIONS,
    assembly,
    function,
)
from tests.frontends.llvm.llvm_verdict_helper import verdict

JUMP = r"\09.byte 0xe9; .long nt - (. + 4)\09"
LINES = (
    *(r".pushsection .static_call.text, \22ax\22", ".globl __SCT__copy", "__SCT__copy:", "986: "),
    *(".pushsection .discard.noendbr", ".quad 986b", ".popsection", JUMP, ".byte 0x0f, 0xb9, 0xcc"),
    *(".type __SCT__copy, @function", ".size __SCT__copy, . - __SCT__copy", ".popsection"),
)
KEY = """@__SCK__copy = global { ptr, i64 } { ptr @nt, i64 1 }
@__UNIQUE_ID___addressable = internal global ptr @__SCK__copy, section ".discard.addressable"
@llvm.compiler.used = appending global [1 x ptr] [ptr @__UNIQUE_ID___addressable], section "llvm.metadata"
declare void @__SCT__copy(ptr)
declare void @__static_call_update(ptr, ptr, ptr)
"""
STATIC = "call void @__SCT__copy(ptr %p)"
UPDATE = """define void @update() {
  call void @__static_call_update(ptr @__SCK__copy, ptr @__SCT__copy, ptr @nt)
  ret void
}
"""


def static(folder: Path, *calls: str, jump: str = JUMP, more: str = "", refuse: str = "") -> Status:
    trampoline = assembly(*(jump if line is JUMP else line for line in LINES))
    taken = "@kept = global ptr @nt\n"
    text = "\n".join([trampoline, taken, KEY, more, function(*calls), FUNCTIONS])
    return verdict(folder, text, refuse=refuse).status if refuse else verdict(folder, text).status


@pytest.mark.parametrize("jump", [JUMP, "jmp nt", 'endbr64" \nmodule asm "jmp nt'])
def test_a_static_call_is_one_of_what_it_is_set_to(jump: str, tmp_path: Path) -> None:
    assert static(tmp_path, STATIC, jump=jump) is Status.REFUTED
    assert static(tmp_path, STATIC, "call void @drain()", jump=jump) is Status.PROVED
    plain = jump.replace("nt", "plain") if "long" not in jump else jump.replace("nt -", "plain -")
    assert static(tmp_path, STATIC, jump=plain) is Status.PROVED


def test_that_nobody_else_updates_it_is_assumed(tmp_path: Path) -> None:
    assert static(tmp_path, STATIC, "call void @drain()", refuse="keys") is Status.UNKNOWN


def test_a_static_call_may_be_updated_here(tmp_path: Path) -> None:
    plain = JUMP.replace("nt -", "plain -")
    assert static(tmp_path, STATIC, jump=plain, more=UPDATE) is Status.REFUTED
    assert static(tmp_path, STATIC, "call void @drain()", jump=plain, more=UPDATE) is Status.PROVED
    same = UPDATE.replace("ptr @nt", "ptr @plain")
    assert static(tmp_path, STATIC, jump=plain, more=same) is Status.PROVED


NOT_OURS = {
    "exported": assembly("__ksymtab___SCK__copy:", ".long __SCK__copy- ."),
    "given away": UPDATE.replace("@__static_call_update", "@other").replace("@update", "@u")
    + "declare void @other(ptr, ptr, ptr)\n",
    "stored to": "define void @u() {\n  store ptr @plain, ptr @__SCK__copy\n  ret void\n}\n",
    "in a variable": "@its = global ptr @__SCK__copy\n",
    "set to what is not known": UPDATE.replace("@update()", "@u(ptr %x)").replace("ptr @nt)", "ptr %x)"),
}


@pytest.mark.parametrize("how", NOT_OURS)
def test_a_static_call_that_others_may_update_is_not_followed(how: str, tmp_path: Path) -> None:
    assert static(tmp_path, STATIC, "call void @drain()", more=NOT_OURS[how]) is Status.UNKNOWN


@pytest.mark.parametrize("jump", ["ret; int3; nop; nop; nop", "jmp *there(%rip)", "jmp elsewhere"])
def test_a_trampoline_that_is_something_else_is_not_followed(jump: str, tmp_path: Path) -> None:
    assert static(tmp_path, STATIC, "call void @drain()", jump=jump) is Status.UNKNOWN
