"""Where a refutation of compiled code shows: at the access that the drain is missing before."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command.command_line import run

LOST = """
target triple = "x86_64-unknown-linux-gnu"

define void @f(ptr %p) {
  store i64 1, ptr %p, align 8, !nontemporal !0
  store i64 2, ptr %p, align 8
  fence seq_cst
  ret void
}

!0 = !{i32 1}
"""


def test_a_lost_store_is_shown_where_it_is_not_where_the_late_one_is(tmp_path: Path) -> None:
    (tmp_path / "lost.ll").write_text(LOST, encoding="utf-8")
    words = ("verify", "lost.ll", "--entry", "f", "--model", "nt-contract", "--format")
    ran = run(*words, "gcc", folder=tmp_path)
    assert ran.out.splitlines()[0].startswith("lost.ll:6:3: error: overtake: store is lost")
    ran = run(*words, "json", folder=tmp_path)
    trace = json.loads(ran.out)["results"][0]["trace"]
    assert "the store at lost.ll:6 (f) is lost" in trace["summary"]
    assert "the non-temporal store of lost.ll:5 (f) lands over it" in trace["summary"]
    assert (
        "after lost.ll:5 (f) and before what overtakes it, the store at lost.ll:6 (f)"
        in trace["prevented_by"]
    )


def test_a_drain_that_the_compiler_may_move_is_pointed_out(tmp_path: Path) -> None:
    for clobber, told in (("", True), ("~{memory}", False)):
        drain = f'call void asm sideeffect "sfence", "{clobber}"()'
        text = LOST.replace("store i64 2, ptr %p, align 8", drain)
        (tmp_path / "moved.ll").write_text(text, encoding="utf-8")
        ran = run("verify", "moved.ll", "--entry", "f", folder=tmp_path)
        assert ran.status == 0
        assert ('asm `sfence` (moved.ll:6) has no "memory" clobber' in ran.out) is told


def test_several_files_are_one_program_to_trace(tmp_path: Path) -> None:
    (tmp_path / "lost.ll").write_text(LOST, encoding="utf-8")
    (tmp_path / "more.ll").write_text(LOST.replace("@f", "@g"), encoding="utf-8")
    ran = run("trace", "lost.ll", "more.ll", "--entry", "g", "--model", "nt-contract", folder=tmp_path)
    assert ran.status == 1 and "more.ll:6" in ran.out
    ran = run("trace", "lost.ll", "zone_device", folder=tmp_path)
    assert ran.status == 2 and ran.err.count("\n") == 1 and "only files of compiled code" in ran.err
