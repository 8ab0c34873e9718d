"""Contracts that are inferred of compiled code: what a function leaves pending for its caller."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command.command_line import run

COPY = """
target triple = "x86_64-unknown-linux-gnu"

define void @copy(ptr noalias %dst, i64 %n) {
entry:
  %none = icmp eq i64 %n, 0
  br i1 %none, label %out, label %loop

loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %at = getelementptr inbounds i64, ptr %dst, i64 %i
  store i64 7, ptr %at, align 8, !nontemporal !0
  %next = add nuw i64 %i, 1
  %done = icmp eq i64 %next, %n
  br i1 %done, label %out, label %loop

out:
  ret void
}

define void @caller(ptr noalias %dst, i64 %n, ptr noalias %flag) {
  call void @copy(ptr %dst, i64 %n)
  %drained = call i32 asm sideeffect "sfence", "=r,~{memory}"()
  store i32 1, ptr %flag, align 4
  ret void
}

define void @hasty(ptr noalias %dst, i64 %n, ptr noalias %flag) {
  call void @copy(ptr %dst, i64 %n)
  store i32 1, ptr %flag, align 4
  fence seq_cst
  ret void
}

!0 = !{i32 1}
"""


def verdicts(folder: Path, *words: str) -> dict[str, dict[str, object]]:
    """The verdicts on transparency under x86-nt, by function."""
    (folder / "copy.ll").write_text(COPY, encoding="utf-8")
    ran = run("verify", "copy.ll", *words, "--model", "x86-nt", "--format", "json", folder=folder)
    results = json.loads(ran.out)["results"]
    return {r["program"].rpartition(":")[2]: r for r in results if r["property"] == "transparency"}


def test_a_whole_file_has_its_contracts_listed(tmp_path: Path) -> None:
    found = verdicts(tmp_path)
    assert found["copy"]["verdict"] == "proved"
    evidence = found["copy"]["evidence"]
    assert isinstance(evidence, dict)
    assert evidence["contract"] == "returns with non-temporal stores pending to [dst, dst+8*n)"
    assert found["hasty"]["verdict"] == "refuted"
    assert found["caller"]["verdict"] == "proved"


@pytest.mark.parametrize(("contract", "verdict"), [("drained", "refuted"), ("nodrain", "proved")])
def test_one_function_is_as_its_contract_says(tmp_path: Path, contract: str, verdict: str) -> None:
    found = verdicts(tmp_path, "--entry", "copy", "--contract", contract)
    assert found["copy"]["verdict"] == verdict


def test_a_caller_is_held_to_what_it_calls(tmp_path: Path) -> None:
    found = verdicts(tmp_path, "--entry", "hasty", "--contract", "nodrain")
    assert found["hasty"]["verdict"] == "refuted"
