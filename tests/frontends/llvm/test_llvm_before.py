"""What memory held before may be anything, though a machine that replays it starts with one example."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ordercheck.engines.setting import load_model
from ordercheck.engines.verify import Limits, verify
from ordercheck.errors import Deadline
from ordercheck.program.ir import Assume, Havoc
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY, Status
from tests.frontends.llvm.llvm_program_helper import program
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, SECONDS, answer, status, undrained

OTHER = "%q = getelementptr i8, ptr {0}, i64 64\n  store i64 1, ptr %q, align 8, !nontemporal !0"
HELD = {
    "what an argument points to": ("ptr %p, ptr %h", "ptr %h", ""),
    "a variable": ("ptr %p", "ptr @hdr", "@hdr = global [64 x i64] zeroinitializer, align 64"),
    "a variable of the thread": (
        "ptr %p",
        "ptr @own",
        "@own = thread_local global [64 x i64] zeroinitializer",
    ),
}
TESTED = """  %held = load i64, {0}, align 8
  {1}
  %no = icmp eq i64 %held, 7"""


@pytest.mark.parametrize("model", ["x86-nt", "nt-contract"])
@pytest.mark.parametrize("case", HELD)
def test_a_header_of_what_is_filled_decides_whether_there_is_a_drain(
    case: str, model: str, tmp_path: Path
) -> None:
    arguments, place, declared = HELD[case]
    condition = TESTED.format(place, OTHER.format(place.removeprefix("ptr ")))
    assert status(tmp_path, undrained(arguments, condition, declared), model) is Status.REFUTED


@pytest.mark.parametrize("engine", ["axiomatic", "operational"])
def test_an_engine_that_takes_one_content_proves_nothing(engine: str, tmp_path: Path) -> None:
    text = undrained(
        "ptr %p, ptr %h", TESTED.format("ptr %h", "store i64 1, ptr %h, align 8, !nontemporal !0")
    )
    of = replace(program(tmp_path, text), params=())
    found = verify(of, load_model("x86-nt"), TRANSPARENCY, Limits(engine=engine), Deadline(SECONDS))
    assert found.status is Status.UNKNOWN


def test_what_is_stored_there_later_is_not_what_it_held_before(tmp_path: Path) -> None:
    condition = "store i64 8, ptr %q\n  %held = load i64, ptr %q\n  %no = icmp eq i64 %held, 8"
    assert status(tmp_path, undrained("ptr %p, ptr %q", condition)) is Status.REFUTED


def test_an_assertion_about_it_is_not_proved_by_the_example(tmp_path: Path) -> None:
    text = f"""declare void @ordercheck_assert(i1, ptr)
define void @f(ptr %p) {{
  %held = load i64, ptr %p
  %not = icmp ne i64 %held, 7
  {FILL}
  call void @ordercheck_assert(i1 %not, ptr null)
  {DRAIN}
  ret void
}}"""
    found = verify(program(tmp_path, text), load_model("x86-nt"), ASSERTIONS, Limits(), Deadline(SECONDS))
    assert found.status is not Status.PROVED


CHANGES = """[function.take]
changes = [{ arg = 0, size = 16 }]
keeps = false
"""


@pytest.mark.parametrize("case", ["on the stack", "in what is filled"])
def test_what_a_function_changes_is_not_what_was_stored(case: str, tmp_path: Path) -> None:
    summary = tmp_path / "changes.toml"
    summary.write_text(CHANGES)
    place = {
        "on the stack": "%it = alloca [2 x i64]",
        "in what is filled": "%it = getelementptr i8, ptr %p, i64 64",
    }
    condition = f"""{place[case]}
  store i64 0, ptr %it
  %r = call i64 @take(ptr %it)
  %c = load i64, ptr %it
  %no = icmp ne i64 %c, 0"""
    text = undrained("ptr %p", condition, "declare i64 @take(ptr)")
    assert status(tmp_path, text, summary=str(summary)) is Status.REFUTED


COPIED = """define void @f(ptr %p, ptr %q, i64 %n) {
  %word = load volatile i64, ptr %q
  %more = add i64 %word, 1
  %unused = icmp eq i64 %more, 5
  store i64 %word, ptr %p, align 8, !nontemporal !0
  store i64 0, ptr %p
  FILLED
  ret void
}"""


def test_a_number_that_is_only_stored_has_a_width_and_steers_nothing(tmp_path: Path) -> None:
    """Else the machine tries its ends, such as the 0 that is stored over it, and sees no difference."""
    of = program(tmp_path, COPIED.replace("FILLED", DRAIN))
    choices = [i for _, _, _, i in of.instructions() if isinstance(i, Havoc)]
    assert [i.high for i in choices] == [(1 << 64) - 1]
    assert not any(isinstance(i, Assume) for _, _, _, i in of.instructions())
    assert answer(of, "nt-contract").status is Status.REFUTED
