"""Compiled code on the command line: what is named, what is refused, what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command.command_line import APPEND, run
from tests.command.test_compiled_survey import HEAD, NODE
from tests.command.test_contract import COPY

WRONG = {
    "no such function": (("--entry", "cpy"), "no function cpy is defined here (there is copy"),
    "no such assumption": (
        ("--entry", "copy", "--refuse", "luck"),
        "--refuse luck: expected one of overflow",
    ),
    "no such summary file": (("--entry", "copy", "--summary", "none.toml"), "none.toml"),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_options_are_one_line(case: str, tmp_path: Path) -> None:
    words, said = WRONG[case]
    (tmp_path / "copy.ll").write_text(COPY, encoding="utf-8")
    ran = run("verify", "copy.ll", *words, folder=tmp_path)
    assert ran.status == 2
    assert ran.err.count("\n") == 1 and said in ran.err


def test_an_entry_needs_a_file() -> None:
    ran = run("verify", "--entry", "copy")
    assert ran.status == 2 and "--entry needs compiled code" in ran.err


def test_compiled_code_and_other_programs_at_once(tmp_path: Path) -> None:
    """Contracts are inferred of the files; a program in Python has none."""
    (tmp_path / "copy.ll").write_text(COPY, encoding="utf-8")
    (tmp_path / "append.py").write_text(APPEND, encoding="utf-8")
    names = ["copy.ll", "append.py:append", "rust_copy"]
    ran = run("verify", *names, "--model", "x86-nt", "--format", "json", folder=tmp_path)
    found = {(r["program"], r["property"]): r for r in ran.json["results"]}
    assert found["append.py:append", "transparency"]["options"] == {}
    assert found["rust_copy", "transparency"]["options"] == {}
    assert "contract" in found["copy.ll:copy", "transparency"]["evidence"]
    assert found["append.py:append", "transparency"]["verdict"] == "proved"


BROKEN = {
    "text that is no IR": ("define void @f( {\n", "broken.ll:"),
    "an unknown type": ("define void @f() {\n  %x = load i6x, ptr null\n  ret void\n}\n", "broken.ll:2:"),
    "an empty file": ("", "broken.ll: error: the file is empty"),
    "another processor": (
        'target triple = "aarch64-linux-gnu"\ndefine void @f() {\n  ret void\n}\n',
        "aarch64",
    ),
    "rubbish that begins as bitcode does": ("BC\u00c0\u00de rubbish", "broken.ll"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_one_line(case: str, tmp_path: Path) -> None:
    text, said = BROKEN[case]
    (tmp_path / "broken.ll").write_bytes(text.encode("latin-1"))
    ran = run("verify", "broken.ll", "--entry", "f", folder=tmp_path)
    assert ran.status == 2
    assert ran.out == "" and ran.err.count("\n") == 1 and said in ran.err


@pytest.mark.parametrize("name", ["overflow", "defined", "distinct", "stable", "after-call"])
def test_an_assumption_that_is_refused_is_not_listed(name: str, tmp_path: Path) -> None:
    (tmp_path / "copy.ll").write_text(COPY, encoding="utf-8")
    words = ("--entry", "caller", "--refuse", name, "--model", "x86-nt", "--format", "json")
    ran = run("verify", "copy.ll", *words, "--timeout", "60", folder=tmp_path)
    result = json.loads(ran.out)["results"][0]
    assert result["verdict"] in ("proved", "unknown", "holds")
    assert not any(line.startswith(f"{name}:") for line in result["notes"])


UNKNOWN_CALL = """
target triple = "x86_64-unknown-linux-gnu"
declare void @tell(ptr)
declare void @look_away(i64)

define void @f(ptr %p) {
  store i64 1, ptr %p, align 8, !nontemporal !0
  call void @tell(ptr %p)
  fence seq_cst
  ret void
}

define void @g(ptr %p) {
  store i64 1, ptr %p, align 8, !nontemporal !0
  call void asm sideeffect "frobnicate $0", "r"(ptr %p)
  fence seq_cst
  ret void
}
!0 = !{i32 1}
"""


@pytest.mark.parametrize(
    "said", ['writes = [{ arg = 0, size = "arg9", nt = true }]', "writes = [{ arg = 2, size = 8 }]"]
)
@pytest.mark.parametrize("name", ["tell", "te*"])
def test_a_summary_that_does_not_fit_its_function_is_an_error(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "call.ll").write_text(UNKNOWN_CALL, encoding="utf-8")
    (tmp_path / "my.toml").write_text(f"\n[function.'{name}']\n{said}\n", encoding="utf-8")
    ran = run("verify", "call.ll", "--entry", "f", "--summary", "my.toml", folder=tmp_path)
    assert ran.status == 2
    wanted = "my.toml:2: error: the call of tell (call.ll:8) has not the arguments that this speaks of"
    assert ran.err.splitlines()[0].endswith(wanted)


def test_an_unknown_call_hands_over_and_a_summary_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "call.ll").write_text(UNKNOWN_CALL, encoding="utf-8")
    words = ("verify", "call.ll", "--entry", "f", "--model", "x86-nt")
    ran = run(*words, folder=tmp_path)
    assert ran.status == 1 and "escape" in ran.out and "tell" in ran.out
    (tmp_path / "my.toml").write_text("[function.tell]\npure = true\n", encoding="utf-8")
    ran = run(*words, "--summary", "my.toml", folder=tmp_path)
    assert ran.status == 0


def test_assembly_that_nobody_modelled_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "call.ll").write_text(UNKNOWN_CALL, encoding="utf-8")
    ran = run("verify", "call.ll", "--entry", "g", "--model", "x86-nt", folder=tmp_path)
    assert ran.status == 3 and "frobnicate" in ran.out


@pytest.mark.parametrize(("publish", "status"), [((), 1), (("return",), 0), (("stores",), 1), (("flag",), 1)])
def test_who_may_look_when(publish: tuple[str, ...], status: int, tmp_path: Path) -> None:
    """A store to memory of another origin, then the drain."""
    (tmp_path / "copy.ll").write_text(COPY, encoding="utf-8")
    words = [word for name in publish for word in ("--publish", name)]
    ran = run("verify", "copy.ll", "--entry", "hasty", *words, "--model", "x86-nt", folder=tmp_path)
    assert ran.status == status


def test_a_long_row_of_choices_is_built_and_answered(tmp_path: Path) -> None:
    lines = []
    for n in range(200):
        lines += [f"%c{n} = icmp ugt i64 %n{n}, {n}", f"%a{n} = add i64 %n{n}, {n}"]
        lines += [f"%n{n + 1} = select i1 %c{n}, i64 %n{n}, i64 %a{n}"]
    lines += ["%q = getelementptr i8, ptr %p, i64 %n200", "store i64 1, ptr %q, align 8, !nontemporal !0"]
    body = "\n  ".join([*lines, "ret void"])
    text = f"{HEAD}define void @f(ptr %p, i64 %n0) {{\n  {body}\n}}\n{NODE}"
    (tmp_path / "row.ll").write_text(text, encoding="utf-8")
    ran = run("verify", "row.ll", "--entry", "f", "--model", "x86-nt", folder=tmp_path)
    assert ran.status == 1
    assert "refuted" in ran.out
