"""Exceptions: out of what is called, through what lies between, to a landing pad or out of the function."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, status

QUIET = "declare void @quiet() memory(none)"
HEAD = f"""declare i32 @personality(...)
declare void @ext()
declare void @_ZSt9terminatev() noreturn nounwind
{QUIET}
"""
PAD = "%l = landingpad { ptr, i32 }"
ENDS = """
ok:
  ret void
lp:
  %l = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %l"""


def function(name: str, *lines: str, more: str = "") -> str:
    body = "\n  ".join(lines)
    return f"define void @{name}(ptr %p) {more} personality ptr @personality {{\n  {body}\n}}\n"


def caught(*handler: str, before: str = "", clause: str = "catch ptr null") -> str:
    """A function that calls @inner, and what it does where that throws."""
    call = [before] * bool(before) + ["invoke void @inner() to label %ok unwind label %lp\nok:"]
    return function("f", *call, DRAIN, "ret void\nlp:", f"{PAD} {clause}", *handler)


INNER = {
    "a call that throws": "define void @inner() {\n  call void @ext()\n  ret void\n}",
    "one that never returns": "define void @inner() {\n  call void @ext() noreturn\n  unreachable\n}",
    "two calls deep": "define void @inner() {\n  call void @more()\n  ret void\n}\n"
    "define internal void @more() {\n  call void @ext()\n  ret void\n}",
    "one that resumes": "define void @inner() personality ptr @personality {\n"
    f"  invoke void @ext() to label %ok unwind label %lp{ENDS}\n}}",
    "one that resumes, two calls deep": "define void @inner() {\n  call void @more()\n  ret void\n}\n"
    "define internal void @more() personality ptr @personality {\n"
    f"  invoke void @ext() to label %ok unwind label %lp{ENDS}\n}}",
    "an indirect call": "define void @inner() {\n  %c = load ptr, ptr null\n  call void %c()\n  ret void\n}",
    "a call that touches nothing": "define void @inner() {\n  call void @quiet()\n  ret void\n}",
    "asm": 'define void @inner() {\n  call void asm sideeffect unwind "", ""()\n  ret void\n}',
}


@pytest.mark.parametrize("case", INNER)
def test_what_throws_inside_comes_to_the_landing_pad(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, HEAD + caught(FILL, "ret void") + INNER[case]) is Status.REFUTED
    assert status(tmp_path, HEAD + caught(FILL, DRAIN, "ret void") + INNER[case]) is Status.PROVED


NEVER = {
    "the function does not": "define void @inner() nounwind {\n  call void @ext()\n  ret void\n}",
    "the call does not": "define void @inner() {\n  call void @ext() nounwind\n  ret void\n}",
    "nothing in it does": "define void @inner() {\n  ret void\n}",
}


@pytest.mark.parametrize("case", NEVER)
def test_where_nothing_throws_nothing_comes_there(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, HEAD + caught(FILL, "ret void") + NEVER[case]) is Status.PROVED


def test_the_values_of_a_landing_pad_come_with_the_exception(tmp_path: Path) -> None:
    """Where control comes by the first call there is no drain."""
    invoke = "invoke void @inner() to label %ok unwind label %lp"
    text = function(
        "f",
        "%c = icmp eq ptr %p, null",
        "br i1 %c, label %one, label %two\none:",
        f"{invoke}\ntwo:",
        f"{invoke}\nok:",
        "ret void\nlp:",
        "%x = phi i32 [ 1, %one ], [ 2, %two ]",
        f"{PAD} catch ptr null",
        FILL,
        "%k = icmp eq i32 %x, NUMBER",
        "br i1 %k, label %no, label %yes\nyes:",
        DRAIN,
        "br label %no\nno:",
        "ret void",
    )
    for number, wanted in (("1", Status.REFUTED), ("2", Status.REFUTED), ("3", Status.PROVED)):
        more = INNER["a call that throws"]
        assert status(tmp_path, HEAD + text.replace("NUMBER", number) + more) is wanted


LEFT = "call void @quiet()"


def test_an_exception_leaves_with_what_is_pending(tmp_path: Path) -> None:
    assert status(tmp_path, HEAD + function("f", FILL, LEFT, DRAIN, "ret void")) is Status.REFUTED
    assert status(tmp_path, HEAD + function("f", FILL, DRAIN, LEFT, "ret void")) is Status.PROVED
    assert (
        status(tmp_path, HEAD + function("f", FILL, LEFT, DRAIN, "ret void", more="nounwind"))
        is Status.PROVED
    )
    inner = "define internal void @inner() {\n  call void @quiet()\n  ret void\n}\n"
    assert status(tmp_path, HEAD + function("f", FILL, "call void @inner()", DRAIN, "ret void") + inner) is (
        Status.REFUTED
    )


@pytest.mark.parametrize(("said", "wanted"), [("", Status.PROVED), ("throws = true", Status.REFUTED)])
def test_what_a_summary_does_not_state_is_not_thrown(said: str, wanted: Status, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(f"[function.ext]\npure = true\n{said}\n", encoding="utf-8")
    text = HEAD + function("f", FILL, "call void @ext()", DRAIN, "ret void")
    assert status(tmp_path, text, summary=str(tmp_path / "my.toml")) is wanted


PASSES = {
    "catch ptr @type": Status.REFUTED,
    "catch ptr null": Status.PROVED,
    "catch ptr @type catch ptr null": Status.PROVED,
    "cleanup catch ptr @type": Status.PROVED,
    "filter [1 x ptr] [ptr @type]": Status.REFUTED,
}


@pytest.mark.parametrize("inner", ["a call that touches nothing", "nothing between"])
@pytest.mark.parametrize("clause", PASSES)
def test_what_a_pad_does_not_catch_passes_it_by(clause: str, inner: str, tmp_path: Path) -> None:
    text = (
        caught(DRAIN, "resume { ptr, i32 } %l", before=FILL, clause=clause) + "@type = external global ptr\n"
    )
    if inner in INNER:
        text += INNER[inner]
    else:
        text = text.replace("@inner", "@quiet")
    assert status(tmp_path, HEAD + text) is PASSES[clause]


THROW = "call void @__cxa_throw(ptr null, ptr null, ptr null) noreturn\n  unreachable"
THROWN = {
    "cleaned up": ("cleanup", "resume { ptr, i32 } %l"),
    "caught": ("catch ptr null", "ret void"),
}


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("case", THROWN)
def test_what_is_thrown_hands_over_where_it_leaves(case: str, inside: bool, tmp_path: Path) -> None:
    clause, end = THROWN[case]
    declared = "declare void @__cxa_throw(ptr, ptr, ptr) noreturn\n"
    inner = f"define internal void @inner() {{\n  {THROW}\n}}\n"
    invoke = "invoke void @inner() to label %ok unwind label %lp\nok:"
    if not inside:
        inner, invoke = "", invoke.replace("@inner()", "@__cxa_throw(ptr null, ptr null, ptr null) noreturn")
    for drain, wanted in ((DRAIN, Status.PROVED), ("", Status.REFUTED)):
        text = function("f", FILL, invoke, DRAIN, "ret void\nlp:", f"{PAD} {clause}", drain, end)
        assert status(tmp_path, HEAD + declared + text + inner) is wanted


def test_what_is_thrown_out_of_a_function_hands_over(tmp_path: Path) -> None:
    declared = "declare void @__cxa_throw(ptr, ptr, ptr) noreturn\n"
    assert status(tmp_path, HEAD + declared + function("f", FILL, THROW)) is Status.REFUTED
    assert status(tmp_path, HEAD + declared + function("f", FILL, DRAIN, THROW)) is Status.PROVED
    assert status(tmp_path, HEAD + declared + function("f", FILL, THROW, more="nounwind")) is Status.REFUTED
