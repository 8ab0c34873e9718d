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
    assert "after lost.ll:5 (f) and before what overtakes it: lost.ll:6 (f)" in trace["prevented_by"]
