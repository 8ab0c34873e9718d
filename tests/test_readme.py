"""The README is what a newcomer runs: its commands, its example, its options."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ordercheck import cli
from ordercheck.cat.builtins import SCOPE
from ordercheck.cat.primitives import ALIASES, RELATIONS, SETS
from ordercheck.frontends.llvm.objects import FILL
from tests.command.command_line import run

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
# the kernel's tools/memory-model, which is not shipped
LKMM = os.environ.get("ORDERCHECK_LKMM", "")
BENCH = {"--quick", "--install", "--folder"}
# options of compilers
OTHERS = {"--release", "--emit"}


def blocks(language: str = "") -> list[str]:
    """The fenced blocks of that language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


def test_ci_runs_exactly_the_two_commands() -> None:
    script = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    shown = [block.strip() for block in blocks() if ".venv" in block]
    assert len(shown) == 2
    assert [line for line in script if ".venv" in line][:2] == shown


def test_the_first_screen_is_what_the_main_job_prints() -> None:
    [screen] = [block for block in blocks() if block.startswith("$ ordercheck verify\n")]
    ran = run("verify")
    assert ran.status == 0
    printed = [re.sub(r"\d+", "N", line) for line in ran.out.splitlines()]
    for line in screen.splitlines()[1:]:
        # numbers are the solver's choice; lines are cut to the page's width
        wanted = re.sub(r"\d+", "N", line).removesuffix("...")
        assert any(found.startswith(wanted) for found in printed), line


def test_the_example_is_checked_as_the_readme_says(tmp_path: Path) -> None:
    [example] = blocks("python")
    (tmp_path / "log.py").write_text(example, encoding="utf-8")
    lines = [line for block in blocks() for line in block.splitlines() if "log.py" in line]
    assert lines
    for line in lines:
        ran = run(*line.split()[1:], folder=tmp_path)
        assert ran.err == ""
        assert ran.status == (0 if "--drains" in line else 1), line


def test_every_option_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    options = set(re.findall(r"--[a-z][a-z-]*[a-z]\b(?!-)", README))
    for command in ("verify", "trace", "litmus", "fuzz"):
        assert cli.status([command, "--help"]) == 0
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) | BENCH | OTHERS
    assert options <= known


def test_what_a_newcomer_asks_is_said() -> None:
    for words in ("`. .venv/bin/activate`", "`--engine`", "mangled", "`0x5a`"):
        assert words in README


def test_old_memory_is_the_byte_that_is_said() -> None:
    assert FILL == 0x5A


def shown() -> list[str]:
    """The blocks that show what a command about the shipped litmus tests prints."""
    return [block for block in blocks() if block.startswith("$ ordercheck") and "models/litmus" in block]


@pytest.mark.parametrize("block", shown())
def test_the_litmus_tests_come_out_as_shown(block: str) -> None:
    command, *lines = block.splitlines()
    if "$LKMM" in command and not LKMM:
        pytest.skip("ORDERCHECK_LKMM does not name a tools/memory-model")
    words = shlex.split(command.replace("$LKMM", LKMM))[2:]
    printed = timeless(run(*words, folder=ROOT).out)
    for part in re.split(r"^\.\.\.$\n?", timeless("\n".join(lines)), flags=re.MULTILINE):
        found = printed.find(part)
        assert found >= 0, f"{part}\nis not in\n{printed}"
        printed = printed[found + len(part) :]


def timeless(text: str) -> str:
    """The text with all times alike."""
    return re.sub(r" +\d+\.\d{2,3}\b", " TIME", text)


def test_the_test_in_c_is_the_shipped_one() -> None:
    [example] = blocks("c")
    text = (ROOT / "models" / "litmus" / "C-memcpy_nt.litmus").read_text(encoding="utf-8")
    assert text.endswith(example)


def test_a_missing_drain_in_c_is_found(tmp_path: Path) -> None:
    macros = tmp_path / "my.def"
    macros.write_text(
        "READ_ONCE(X) __load{once}(X)\n"
        "smp_load_acquire(X) __load{acquire}(*X)\n"
        "smp_store_release(X,V) { __store{release}(*X,V); }\n"
    )
    tests = [f"models/litmus/{name}.litmus" for name in ("C-memcpy_nt", "C-memcpy_nt+drain")]
    for model in ("x86-nt", "nt-contract"):
        words = ("--model", model, "--macros", str(macros), "--format", "json")
        ran = run("litmus", *words, *tests, folder=ROOT)
        assert [result["verdict"] for result in ran.json["results"]] == ["no", "ok"]


def test_the_shim_is_called_as_herd7_is(tmp_path: Path) -> None:
    [script] = blocks("sh")
    shim = tmp_path / "herd7"
    shim.write_text(script, encoding="utf-8")
    shim.chmod(0o755)
    path = f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["herd7", "-model", "x86-nt", "-unroll", "2", "models/litmus/MP+nt.litmus"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        check=True,
    )
    assert "Observation MP+nt Sometimes 1 3" in done.stdout


def test_the_json_of_litmus_tests_has_the_keys_that_are_listed() -> None:
    [block] = [text for text in blocks() if '"counts"' in text]
    ran = run(
        "litmus", "--format", "json", "--check-expected", "models/litmus/MP+nt-sfence.litmus", folder=ROOT
    )
    [result] = ran.json["results"]
    assert set(re.findall(r'"([a-z]+)"', block)) == {*ran.json, *result, *ran.json["counts"]}
    assert json.loads(ran.out)["schema"] == 1


def test_what_is_built_into_cat_is_listed() -> None:
    [section] = re.findall(r"^Built in:\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`([^`]+)`", section)) - {"with x from"} == {*SETS, *RELATIONS, *ALIASES, *SCOPE}


def test_the_benchmark_of_litmus_tests_runs_without_herd7() -> None:
    command = [sys.executable, "bench/litmus.py", "--herd", "no-such-herd7", "--quick", "--only", "ring, 8"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.startswith("no no-such-herd7: ours alone\n")
    *_, row = done.stdout.splitlines()
    assert re.fullmatch(r"store-buffering ring, 8 threads +1 .* 1", row)
