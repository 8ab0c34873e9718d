"""What goes wrong without a drain: `--without`, the drain table's refutations, and their tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ordercheck import shipped
from tests.command.command_line import APPEND, run
from tests.command.test_compiled_survey import HEAD, NODE

COPIED = """define void @copy(ptr %p) {
  store i64 1, ptr %p, align 8, !nontemporal !0
  call void asm sideeffect "sfence", "~{memory}"()
  ret void
}
"""
RIGHT = "append.py:append"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "append.py").write_text(APPEND, encoding="utf-8")
    own = shipped.memory_models()["x86-nt"].read_text(encoding="utf-8")
    (tmp_path / "mine.cat").write_text(own, encoding="utf-8")
    return tmp_path


def replayed(result: dict[str, Any], folder: Path | None = None) -> bool:
    """Whether a refutation's token shows the same trace of the same question again."""
    ran = run("trace", "--replay", result["trace"]["token"], "--format", "json", folder=folder)
    again = ran.json["results"][0]
    keys = ("program", "variant", "model", "property", "params", "options", "without", "trace")
    return ran.status == 1 and all(again[key] == result[key] for key in keys)


def test_a_drain_that_is_left_out_is_missed(folder: Path) -> None:
    ran = run("verify", RIGHT, "--model", "x86-nt", "--without", "D", "--format", "json", folder=folder)
    found = ran.json["results"][0]
    assert (ran.status, found["verdict"], found["without"]) == (1, "refuted", ["D"])
    assert replayed(found, folder)


def test_no_contract_does_without_it(tmp_path: Path) -> None:
    (tmp_path / "copy.ll").write_text(HEAD + COPIED + NODE, encoding="utf-8")
    words = ("verify", "copy.ll", "--model", "x86-nt", "--format", "json")
    assert run(*words, folder=tmp_path).json["results"][0]["verdict"] == "proved"
    [found] = run(*words, "--without", "sfence copy.ll:4", folder=tmp_path).json["results"][:1]
    assert (found["verdict"], found["without"]) == ("refuted", ["sfence copy.ll:4"])


def test_the_drain_table_shows_what_goes_wrong(folder: Path) -> None:
    ran = run("verify", RIGHT, "--drains", "--format", "json", folder=folder)
    assert ran.status == 0
    for drain in ran.json["drains"]:
        needed = drain["status"] in ("required", "conditional")
        assert (drain["refutation"] is not None) == needed
        if needed:
            assert drain["refutation"]["without"] == ["D"]
            assert replayed(drain["refutation"], folder)


def test_the_text_has_the_steps_once_and_a_token_for_each_model(folder: Path) -> None:
    out = run("verify", RIGHT, "--drains", folder=folder).out
    assert out.count("Without D, on x86-nt, with n=") == 1
    assert "Without D, on nt-contract" not in out
    tokens = [line.split()[1] for line in out.splitlines() if "trace --replay" in line]
    assert tokens == ["x86-nt", "nt-contract"]


def test_no_such_drain(folder: Path) -> None:
    ran = run("verify", RIGHT, "--without", "E", folder=folder)
    assert (ran.status, ran.out) == (2, "")
    assert "has no drain E in this variant (drains: D)" in ran.err


def test_the_mail_names_the_drain_left_out(folder: Path) -> None:
    arguments = ("trace", RIGHT, "--without", "D", "--model", "x86-nt", "--format", "mail")
    ran = run(*arguments, folder=folder)
    assert "--without D" in " ".join(ran.out.replace("\\\n", " ").split())
    assert max(map(len, ran.out.splitlines())) <= 72


@pytest.mark.parametrize("program", [RIGHT, "append.py:two_threads"])
def test_a_model_without_a_machine_has_tokens_too(folder: Path, program: str) -> None:
    extra = ["--without", "D"] if program == RIGHT else []
    ran = run("verify", program, *extra, "--model", "mine.cat", "--format", "json", folder=folder)
    found = [r for r in ran.json["results"] if r["verdict"] == "refuted"]
    assert found
    for result in found:
        assert result["trace"]["kind"] == "execution"
        assert "no machine replays it" in result["trace"]["summary"]
        assert replayed(result, folder)


@pytest.mark.parametrize("variant", ["no-d1", "fixup-after-copy", "prep-early"])
def test_tokens_of_the_shipped_program_replay(variant: str) -> None:
    arguments = ("verify", "zone_device", "--variant", variant, "--model", "nt-contract", "--format", "json")
    found = [r for r in run(*arguments).json["results"] if r["verdict"] == "refuted"]
    assert found
    assert all(map(replayed, found))
