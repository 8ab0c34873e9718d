"""Which functions of whole files are asked about: what holds something, and who has to drain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command.command_line import run

HEAD = 'target triple = "x86_64-unknown-linux-gnu"\n'
NT = "store i64 1, ptr %p, align 8, !nontemporal !0\n"
DRAIN = 'call void asm sideeffect "sfence", "~{memory}"()\n'
NODE = "!0 = !{i32 1}\n"


def function(name: str, *lines: str, head: str = "define void") -> str:
    body = "".join(f"  {line.strip()}\n" for line in lines)
    return f"{head} @{name}(ptr %p, ptr %flag) {{\n{body}  ret void\n}}\n"


def call(name: str) -> str:
    return f"call void @{name}(ptr %p, ptr %flag)"


FLAG = "store i64 1, ptr %flag, align 8"
COPY = function("copy", NT)
CLEAN = function("clean", NT, DRAIN)


def asked(folder: Path, files: dict[str, str], *words: str) -> dict[str, str]:
    """The verdicts on transparency under x86-nt, by program; "" of one whose function is not asked about."""
    for name, text in files.items():
        (folder / name).write_text(HEAD + text + NODE, encoding="utf-8")
    ran = run("verify", *files, *words, "--model", "x86-nt", "--format", "json", folder=folder)
    results = json.loads(ran.out)["results"]
    return {r["program"]: r["verdict"] for r in results if r["property"] == "transparency"}


def test_a_caller_that_forgets_to_drain_is_found(tmp_path: Path) -> None:
    hasty = function("hasty", call("copy"), FLAG)
    found = asked(tmp_path, {"a.ll": COPY + hasty})
    assert found == {"a.ll:copy": "proved", "a.ll:hasty": "refuted"}


def test_so_is_the_caller_of_a_caller_in_another_file(tmp_path: Path) -> None:
    between = function("between", call("copy"))
    hasty = "declare void @between(ptr, ptr)\n" + function("hasty", call("between"), FLAG)
    found = asked(tmp_path, {"a.ll": COPY + between, "b.ll": hasty})
    assert found == {"a.ll,b.ll:copy": "proved", "a.ll,b.ll:between": "proved", "a.ll,b.ll:hasty": "refuted"}


def test_what_is_always_drained_is_not_asked_of_callers(tmp_path: Path) -> None:
    found = asked(tmp_path, {"a.ll": CLEAN + function("user", call("clean"), FLAG)})
    assert found == {"a.ll:clean": "proved"}


def test_a_caller_by_another_name_is_a_caller(tmp_path: Path) -> None:
    aliased = "@other = alias void (ptr, ptr), ptr @copy\n" + COPY + function("hasty", call("other"), FLAG)
    assert asked(tmp_path, {"a.ll": aliased})["a.ll:hasty"] == "refuted"


BY_POINTER = function("hasty", "%g = load ptr, ptr @its", "call void %g(ptr %p, ptr %flag)", FLAG)


def test_a_caller_by_a_table_is_a_caller(tmp_path: Path) -> None:
    table = "@its = constant ptr @copy\n" + COPY
    assert asked(tmp_path, {"a.ll": table + BY_POINTER})["a.ll:hasty"] == "refuted"
    drained = BY_POINTER.replace(FLAG, DRAIN.strip())
    assert asked(tmp_path, {"a.ll": table + drained})["a.ll:hasty"] == "proved"
    outside = "@its = external constant ptr\n" + BY_POINTER
    assert asked(tmp_path, {"a.ll": table, "b.ll": outside})["a.ll,b.ll:hasty"] == "refuted"
    # it is named, and nobody is called by it
    named = function("named", "store ptr @its, ptr %flag")
    assert set(asked(tmp_path, {"a.ll": table + named})) == {"a.ll:copy"}


def test_a_caller_by_a_static_call_is_a_caller(tmp_path: Path) -> None:
    code = 'module asm "__SCT__it: jmp copy"\n@__SCK__it = global { ptr, i64 } { ptr @copy, i64 1 }\n'
    hasty = "declare void @__SCT__it(ptr, ptr)\n" + function("hasty", call("__SCT__it"), FLAG)
    assert asked(tmp_path, {"a.ll": code + COPY + hasty})["a.ll:hasty"] == "refuted"


def test_a_longer_name_is_another_function(tmp_path: Path) -> None:
    text = COPY + function("copy.cold", FLAG) + function("user", call("copy.cold"))
    assert set(asked(tmp_path, {"a.ll": text})) == {"a.ll:copy"}


def test_functions_of_one_name_in_two_files_are_both_asked_about(tmp_path: Path) -> None:
    local = "define internal void"
    good = function("fill", NT, DRAIN, FLAG, head=local) + function("a", call("fill"))
    bad = function("fill", NT, FLAG, head=local) + function("b", call("fill"))
    found = asked(tmp_path, {"a.ll": good, "b.ll": bad})
    assert found["a.ll,b.ll:fill"] == "proved"
    assert found["b.ll,a.ll:fill"] == "refuted"


def test_one_name_by_entry_is_all_functions_of_that_name(tmp_path: Path) -> None:
    local = "define internal void"
    good = function("fill", NT, DRAIN, FLAG, head=local)
    bad = function("fill", NT, FLAG, head=local)
    found = asked(tmp_path, {"a.ll": good, "b.ll": bad}, "--entry", "fill")
    assert found == {"a.ll,b.ll:fill": "proved", "b.ll,a.ll:fill": "refuted"}


def test_who_calls_a_copy_that_a_summary_describes_is_asked_about(tmp_path: Path) -> None:
    summary = '[function.far_copy]\nwrites = [{ arg = 0, size = "any", nt = true }]\nkeeps = false\n'
    (tmp_path / "far.toml").write_text(summary, encoding="utf-8")
    text = "declare void @far_copy(ptr, ptr)\n" + function("hasty", call("far_copy"), FLAG)
    assert asked(tmp_path, {"a.ll": text}, "--summary", "far.toml") == {"a.ll:hasty": "refuted"}


HELD = {
    "a masked store": (
        "call void @llvm.x86.sse2.maskmov.dqu(<16 x i8> zeroinitializer, <16 x i8> zeroinitializer, ptr %p)",
        "declare void @llvm.x86.sse2.maskmov.dqu(<16 x i8>, <16 x i8>, ptr)\n",
    ),
    "a cleared line": ("call void @llvm.x86.clzero(ptr %p)", "declare void @llvm.x86.clzero(ptr)\n"),
    "bytes of movdir64b": (
        'call void asm sideeffect ".byte 0x66, 0x0f, 0x38, 0xf8, 0x02", "{dx},{ax},~{memory}"'
        "(ptr %p, ptr %p)",
        "",
    ),
}

WRITTEN = {
    "in capitals": "MOVNTI $1, ($0)",
    "in decimal": ".byte 72,15,195,7",
    "in octal": ".byte 0110, 017, 0303, 07",
    "byte by byte": ".byte 0x48 ; .byte 0x0f\\0A\\09.byte\\090xc3, 0x07",
    "as a word": ".byte 0x48\\0A.long 0x9007c30f",
    "as Intel writes numbers": ".byte 48h, 0Fh, 0C3h, 07h",
    "of a vector, with VEX": ".byte 0xc5, 0xf9, 0xe7, 0x07",
}


@pytest.mark.parametrize("case", WRITTEN)
def test_however_assembly_writes_it(case: str, tmp_path: Path) -> None:
    line = f'call void asm sideeffect "{WRITTEN[case]}", "{{di}},{{ax}},~{{memory}}"(ptr %p, i64 1)'
    assert set(asked(tmp_path, {"a.ll": function("f", line)})) == {"a.ll:f"}


def test_other_numbers_are_not_taken_for_it(tmp_path: Path) -> None:
    line = 'call void asm sideeffect ".byte 15, 195h; .long 0x0fc3; .word 1b - ., 0x2b", ""()'
    text = CLEAN + function("f", line)
    assert set(asked(tmp_path, {"a.ll": text})) == {"a.ll:clean"}


@pytest.mark.parametrize("case", HELD)
def test_what_holds_a_store_of_another_kind_is_asked_about(case: str, tmp_path: Path) -> None:
    line, declared = HELD[case]
    found = asked(tmp_path, {"a.ll": declared + function("f", line, FLAG)})
    assert found == {"a.ll:f": "refuted"}


def test_one_that_never_returns_does_not_keep_the_others_from_a_verdict(tmp_path: Path) -> None:
    stop = "declare void @abort() noreturn nounwind\n"
    dies = function("dies", NT, FLAG, "call void @abort() noreturn").replace("ret void", "unreachable")
    found = asked(tmp_path, {"a.ll": stop + dies + CLEAN})
    assert found == {"a.ll:dies": "refuted", "a.ll:clean": "proved"}
