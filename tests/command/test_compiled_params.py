"""What the command line takes for parameters of compiled code: arguments, and memory by its offset."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command.command_line import run

FILL = """
define void @fill(ptr %ctx, ptr %0, i64 %1) {
  %field = getelementptr i8, ptr %ctx, i64 8
  %kind = load i64, ptr %field
  %asked = icmp ugt i64 %kind, 3
  %much = icmp ugt i64 %1, 5
  %both = and i1 %asked, %much
  br i1 %both, label %then, label %out
then:
  store i64 1, ptr %0, !nontemporal !0
  br label %out
out:
  ret void
}
!0 = !{i32 1}
"""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), 1),
        (("--assume", "ctx[8] == 3"), 0),
        (("--assume", "ctx[8] > 3 and %1 > 5"), 1),
        (("--assume", "ctx[8] % 8 == 4", "--assume", "%1 % 8 == 6"), 1),
        (("--assume", "%1 < 6"), 0),
        (("--param", "ctx[8]=3"), 0),
        (("--param", "%1=5"), 0),
        (("--param", "1=5"), 0),
        (("--param", "1=6"), 1),
    ],
)
def test_names_that_the_tool_lists_are_taken(words: tuple[str, ...], status: int, tmp_path: Path) -> None:
    (tmp_path / "fill.ll").write_text(FILL, encoding="utf-8")
    ran = run("verify", "fill.ll", "--entry", "fill", "--model", "x86-nt", *words, folder=tmp_path)
    assert (ran.status, ran.err) == (status, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--assume", "ctx[4] > 1"), "--assume:1:1: error: no parameter ctx[4] (parameters: "),
        (("--assume", "ctx[8] ? 1"), "--assume:1:8: error: `ctx[8] ? 1` is not a condition"),
        (
            ("--param", "ctx[4]=1"),
            "has no parameter or option ctx[4] (parameters: ctx[8], %1; options: summary, ",
        ),
        (("--param", "ctx=1"), "fixed_key); ctx is a pointer: with memory behind it, it is no parameter"),
        (("--param", "x=1"), "fixed_key)\n"),
        (
            ("--assume", "%0 == 1"),
            "(parameters: ctx[8], %1); %0 is a pointer: with memory behind it, it is no",
        ),
        (
            ("--assume", "ctx->x > 1"),
            "no parameter ctx->x (parameters: ctx[8], %1); what ctx points to is one only",
        ),
        (("--param", "1=1", "--param", "%1=2"), "--param %1: both 1 and 2 are given"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "fill.ll").write_text(FILL, encoding="utf-8")
    ran = run("verify", "fill.ll", "--entry", "fill", *words, folder=tmp_path)
    assert ran.status == 2
    assert ran.err.count("\n") == 1 and said in ran.err


LOW_HALF = """
define void @fill(ptr %ctx, ptr %p) {
  %field = getelementptr i8, ptr %ctx, i64 8
  %kind = load i64, ptr %field
  %low = trunc i64 %kind to i32
  %zero = icmp eq i32 %low, 0
  br i1 %zero, label %then, label %out
then:
  store i64 1, ptr %p, !nontemporal !0
  br label %out
out:
  call void asm sideeffect "sfence", "~{memory}"()
  ret void
}
!0 = !{i32 1}
"""


def test_a_drains_condition_can_be_assumed(tmp_path: Path) -> None:
    (tmp_path / "fill.ll").write_text(LOW_HALF, encoding="utf-8")
    ask = ("verify", "fill.ll", "--entry", "fill", "--model", "x86-nt")
    [drain] = run(*ask, "--drains", "--format", "json", folder=tmp_path).json["drains"]
    assert drain["condition"] == "(ctx[8] & 0xffffffff) == 0"
    without = (*ask, "--without", drain["drain"], "--assume")
    assert run(*without, drain["condition"], folder=tmp_path).status == 1
    assert run(*without, f"not ({drain['condition']})", folder=tmp_path).status == 0


def test_where_no_assertion_is_stated_none_is_said_to_be_proved(tmp_path: Path) -> None:
    (tmp_path / "fill.ll").write_text(LOW_HALF, encoding="utf-8")
    ask = ("verify", "fill.ll", "--entry", "fill", "--model", "x86-nt")
    ran = run(*ask, folder=tmp_path)
    assert ran.status == 0
    assert "transparency  proved\nassertions    none stated\n" in ran.out
    assert "1 proved;" in ran.out
    found = run(*ask, "--format", "json", folder=tmp_path).json["results"]
    assert [result["verdict"] for result in found] == ["proved", "proved"]
