"""The README is what a newcomer runs: its commands, its example, its options."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ordercheck import cli
from tests.command.command_line import run

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str = "") -> list[str]:
    """The fenced blocks of that language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


def test_ci_runs_exactly_the_two_commands() -> None:
    script = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    shown = [block.strip() for block in blocks() if ".venv" in block]
    assert len(shown) == 2
    assert [line for line in script if ".venv" in line][:2] == shown


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
    options = set(re.findall(r"--[a-z][a-z-]+", README))
    for command in ("verify", "trace", "fuzz"):
        assert cli.status([command, "--help"]) == 0
    known = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) | {"--quick"}
    assert options <= known
