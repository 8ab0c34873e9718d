"""One of several functions that a pointer may be to: it throws, is in other files, or cannot be in place."""

from __future__ import annotations

from pathlib import Path

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_pointers_helper import (
    FUNCTIONS,
    WITH,
    function,
    outcome,
)
from tests.frontends.llvm.llvm_verdict_helper import FILL, verdict


def thrown(way: str, more: str) -> str:
    """Calls that may end by exceptions, one of which leaves behind a copy, and is caught or is not."""
    return f"""declare i32 @__gxx_personality_v0(...)
declare void @throw()
define internal void @throws(ptr %p) {{
  {FILL}
  call void @throw() noreturn
  unreachable
}}
define void @f(ptr %p, i1 %c) personality ptr @__gxx_personality_v0 {{
  %g = select i1 %c, ptr @throws, ptr @plain
  {way}
{more}
out:
  ret void
}}"""


CATCHES = """pad:
  %l = landingpad { ptr, i32 } catch ptr null
  DRAIN
  ret void"""


def test_one_of_several_may_end_by_an_exception(tmp_path: Path) -> None:
    # what unwinds hands over where it leaves
    summary = tmp_path / "my.toml"
    summary.write_text("[function.throw]\nnoreturn = true\nthrows = true\n")
    invoke = "invoke void %g(ptr %p) to label %out unwind label %pad"

    def of(way: str, more: str) -> Status:
        text = "\n".join([thrown(way, more), FUNCTIONS])
        return verdict(tmp_path, text, summary=str(summary)).status

    assert of(invoke, CATCHES.replace("DRAIN", "call void @drain()")) is Status.PROVED
    assert of(invoke, CATCHES.replace("DRAIN", "call void @none()")) is Status.REFUTED
    assert of("call void %g(ptr %p)\n  br label %out", "") is Status.REFUTED
    assert of(invoke.replace("%g(", "@plain("), CATCHES.replace("DRAIN", "")) is Status.PROVED


def test_one_of_several_may_be_elsewhere_and_throw(tmp_path: Path) -> None:
    text = """declare i32 @__gxx_personality_v0(...)
declare i64 @away(ptr)
define internal i64 @here(ptr %p) {
  ret i64 1
}
define void @f(ptr %p, i1 %c) personality ptr @__gxx_personality_v0 {
  %g = select i1 %c, ptr @away, ptr @here
  %r = invoke i64 %g(ptr %p) to label %out unwind label %pad
pad:
  %w = phi i64 [ 5, %0 ]
  %l = landingpad { ptr, i32 } catch ptr null
  FILL
  ret void
out:
  %v = phi i64 [ %r, %0 ]
  %t = icmp eq i64 %v, 1
  br i1 %t, label %then, label %no
no:
  FILL
  call void @drain()
  ret void
then:
  ret void
}"""
    assert outcome(tmp_path, text.replace("FILL", FILL)) is Status.REFUTED
    assert outcome(tmp_path, text.replace("FILL", FILL, 1).replace("FILL", "")) is Status.REFUTED
    first = text.replace("FILL", "", 1)
    assert outcome(tmp_path, first.replace("FILL", FILL)) is Status.PROVED
    assert outcome(tmp_path, first.replace("FILL", FILL).replace("i64 %v, 1", "i64 %v, 2")) is Status.PROVED
    assert outcome(tmp_path, first.replace("FILL\n  call void @drain()", FILL)) is Status.REFUTED


def test_one_of_several_that_is_elsewhere_may_leave_by_an_exception(tmp_path: Path) -> None:
    summary = tmp_path / "my.toml"
    summary.write_text("[function.away]\nthrows = true\n[function.far]\npure = true\n")
    lines = [FILL, "%d = select i1 %c, ptr @away, ptr @none", WITH, "call void @drain()"]
    text = "\n".join(["declare void @away()\ndeclare void @far()", function(*lines), FUNCTIONS])
    assert verdict(tmp_path, text, summary=str(summary)).status is Status.REFUTED
    far = text.replace("ptr @away", "ptr @far")
    assert verdict(tmp_path, far, summary=str(summary)).status is Status.PROVED


def test_what_one_may_be_is_called_by_its_summary(tmp_path: Path) -> None:
    summary = tmp_path / "my.toml"
    summary.write_text('[function.away]\ndrains = "sfence"\n[function.far]\npure = true\n')
    text = "\n".join(
        [
            "declare void @away()\ndeclare void @far()",
            function(FILL, "%d = select i1 %c, ptr @away, ptr @drain", WITH),
            FUNCTIONS,
        ]
    )
    assert verdict(tmp_path, text, summary=str(summary)).status is Status.PROVED
    far = text.replace("ptr @away, ptr @drain", "ptr @far, ptr @drain")
    assert verdict(tmp_path, far, summary=str(summary)).status is Status.REFUTED


def test_one_that_cannot_be_put_in_place_is_not_followed(tmp_path: Path) -> None:
    # it calls itself: the call is one by a pointer all the same
    text = """@kept = internal global ptr @again
define internal void @again(ptr %p, i64 %n) {
  STORE
  %m = sub i64 %n, 1
  %g = load ptr, ptr @kept
  call void %g(ptr %p, i64 %m)
  ret void
}
define void @f(ptr %p) {
  call void @again(ptr %p, i64 3)
  ret void
}"""
    assert outcome(tmp_path, text.replace("STORE", "store i64 1, ptr %p")) is Status.PROVED
    assert outcome(tmp_path, text.replace("STORE", FILL)) is Status.UNKNOWN
