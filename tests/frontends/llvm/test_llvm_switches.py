"""Code that is patched for what the CPU has, or for a static key: tests of the same, and of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.errors import InputError
from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_program_helper import program
from tests.frontends.llvm.llvm_verdict_helper import guarded, status

KEY_TEXT = (
    r"1:.byte 0x0f,0x1f,0x44,0x00,0x00\0A\09.pushsection __jump_table, \22aw\22\0A .balign 8\0A"
    r" .long 1b - .\0A .long ${2:l} - .\0A .quad ${0:c} + ${1:c} - .\0A .popsection\0A"
)
FEATURE_TEXT = (
    r"661:\0A jmp 6f\0A662:\0A.pushsection .altinstructions,\22a\22\0A .long 661b - .\0A .long 6641f - .\0A"
    r" .word ( 3*32+21)\0A .byte 662b-661b\0A .byte 6651f-6641f\0A .long 661b - .\0A .long 6642f - .\0A"
    r" .word ${0:P}\0A .byte 662b-661b\0A .byte 6652f-6642f\0A.popsection\0A"
    r".pushsection .altinstr_replacement,\22ax\22\0A6641:\0A jmp ${4:l}\0A6651:\0A6642:\0A6652:\0A"
    r".popsection\0A.pushsection .altinstr_aux,\22ax\22\0A6:\0A"
    r" testb $1,${2:P} (% rip)\0A jnz ${3:l}\0A jmp ${4:l}\0A.popsection\0A"
)


def key(name: str, yes: str, no: str, branch: int = 0) -> str:
    how = f'callbr void asm sideeffect "{KEY_TEXT}", "i,i,!i"(ptr {name}, i32 {branch})'
    return f"{how} to label %{no} [label %{yes}]"


def feature(number: int, yes: str, no: str) -> str:
    cap = "ptr @caps"
    how = f'callbr void asm sideeffect "{FEATURE_TEXT}", "i,i,i,!i,!i"(i16 {number}, i32 1, {cap})'
    return f"{how} to label %{yes} [label %{yes}, label %{no}]"


GLOBALS = "@a = external global i64\n@b = external global i64\n@caps = external global i64\n"


def behind_both(copy: str, drain: str, more: str = "") -> str:
    """A copy behind one test, its drain behind the other."""
    return guarded(copy, drain, declared=GLOBALS + more)


COPY, REST = ("copy", "then"), ("drain", "out")
INSIDE = "getelementptr (i8, ptr @a, i64 8)"
FIXED = '@fixed = global i64 0, section ".data..ro_after_init"'
SAME = {
    "a feature": (feature(11, *COPY), feature(11, *REST), ""),
    "a key that is named": (key("@a", *COPY), key("@a", *REST), ""),
    "a key, and its opposite": (key("@a", *COPY), key("@a", "out", "drain", branch=1), ""),
    "a key that is fixed after the start": (key("@fixed", *COPY), key("@fixed", *REST), FIXED),
    "a key in a structure": (key(INSIDE, *COPY), key(INSIDE, *REST), ""),
}
OTHER = {
    "another feature": (feature(11, *COPY), feature(12, *REST)),
    "another key": (key("@a", *COPY), key("@b", *REST)),
    "another key of the structure": (key("@a", *COPY), key(INSIDE, *REST)),
    "the opposite": (key("@a", *COPY), key("@a", *REST, branch=1)),
    "the same, the wrong way round": (feature(11, *COPY), feature(11, "out", "drain")),
}


@pytest.mark.parametrize("case", SAME)
def test_a_copy_and_its_drain_behind_the_same_test(case: str, tmp_path: Path) -> None:
    text = behind_both(*SAME[case])
    assert status(tmp_path, text, fixed_key="a") is Status.PROVED
    kind = "features" if "feature" in case else "keys"
    assert status(tmp_path, text, fixed_key="a", refuse=kind) is Status.REFUTED


@pytest.mark.parametrize("case", OTHER)
def test_behind_tests_that_may_differ(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, behind_both(*OTHER[case]), fixed_key="*") is Status.REFUTED


def test_a_key_may_be_switched_and_the_verdict_says_so(tmp_path: Path) -> None:
    text = behind_both(key("@a", *COPY), key("@a", *REST))
    assert status(tmp_path, text) is Status.REFUTED
    assert any("static key a may go either way" in note for note in program(tmp_path, text).notes)


def test_a_key_that_there_is_not(tmp_path: Path) -> None:
    text = behind_both(key("@a", *COPY), key("@a", *REST))
    expected = r"--fixed-key aa: expected \*, or a static key or variable here \(there is a\)"
    with pytest.raises(InputError, match=expected):
        program(tmp_path, text, fixed_key="aa")


KERNEL = '!llvm.module.flags = !{!8}\n!8 = !{i32 1, !"Code Model", i32 2}'
CPU = f"@boot_cpu_data = external global [8 x i64]\n{KERNEL}"


def looked(where: str, number: int, yes: str, no: str, how: str = "volatile") -> str:
    """A test of a bit, by a load that the compiler must make each time."""
    return f"""%w{yes} = load {how} i64, ptr {where}
  %b{yes} = and i64 %w{yes}, {1 << number}
  %c{yes} = icmp ne i64 %b{yes}, 0
  br i1 %c{yes}, label %{yes}, label %{no}"""


VARIABLES = {
    "what the CPU has": ("@boot_cpu_data", CPU, "features"),
    "a variable that is named": ("@a", "", "keys"),
    "a variable that is fixed after the start": ("@fixed", FIXED, "keys"),
}


@pytest.mark.parametrize("case", VARIABLES)
def test_a_copy_and_its_drain_behind_the_same_variable(case: str, tmp_path: Path) -> None:
    where, more, kind = VARIABLES[case]
    text = behind_both(looked(where, 26, *COPY), looked(where, 26, *REST), more)
    assert status(tmp_path, text, fixed_key="a") is Status.PROVED
    assert any(note.startswith(f"{kind}: ") for note in program(tmp_path, text, fixed_key="a").notes)
    assert status(tmp_path, text, fixed_key="a", refuse=kind) is Status.REFUTED


@pytest.mark.parametrize("case", VARIABLES)
def test_behind_a_variable_that_this_code_stores_to(case: str, tmp_path: Path) -> None:
    where, more, _ = VARIABLES[case]
    second = f"store i64 0, ptr {where}\n  {looked(where, 26, *REST)}"
    text = behind_both(looked(where, 26, *COPY), second, more)
    assert status(tmp_path, text, fixed_key="a", publish="return") is Status.REFUTED


@pytest.mark.parametrize(
    ("second", "more"),
    [
        (looked("@boot_cpu_data", 25, *REST), CPU),
        (looked("getelementptr (i8, ptr @boot_cpu_data, i64 8)", 26, *REST), CPU),
        # no code of the kernel, or another variable of that name
        (looked("@boot_cpu_data", 26, *REST), "@boot_cpu_data = external global [8 x i64]"),
        (
            looked("@boot_cpu_data", 26, *REST),
            f"@boot_cpu_data = internal global [8 x i64] zeroinitializer\n{KERNEL}",
        ),
    ],
)
def test_behind_words_that_may_differ(second: str, more: str, tmp_path: Path) -> None:
    text = behind_both(looked("@boot_cpu_data", 26, *COPY), second, more)
    assert status(tmp_path, text) is Status.REFUTED


def test_behind_a_variable_that_may_change(tmp_path: Path) -> None:
    text = behind_both(looked("@a", 26, *COPY), looked("@a", 26, *REST))
    assert status(tmp_path, text) is Status.REFUTED
    # `*` speaks of static keys
    assert status(tmp_path, text, fixed_key="*") is Status.REFUTED


@pytest.mark.parametrize(("where", "expected"), [("@fixed", Status.PROVED), ("@b", Status.UNKNOWN)])
def test_what_a_function_that_nobody_knows_may_have_changed(
    where: str, expected: Status, tmp_path: Path
) -> None:
    copy = looked(where, 3, *COPY, how="").replace("br i1", "call void @unknown()\n  br i1")
    text = behind_both(copy, looked(where, 3, *REST, how=""), f"{FIXED}\ndeclare void @unknown()")
    assert status(tmp_path, text) is expected
