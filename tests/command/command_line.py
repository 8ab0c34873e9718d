"""The command line as a user types it: a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "ordercheck"]

APPEND = """
from ordercheck.program import ProgramBuilder, Visibility

VARIANTS = {"right": "drain, then the flag", "wrong": "the drain forgotten"}
OPTIONS = {"word": (8, 4)}

def append(variant, word):
    p = ProgramBuilder("append")
    n = p.param("n", 1, 1 << 20)
    fast = p.bool_param("fast")
    log = p.object("log", visibility=Visibility.OWNED)
    with p.thread("writer") as t:
        with t.for_("i", 0, n) as i:
            with t.if_(fast):
                t.nt_store(log + word * i, word, i + 1)
            with t.else_():
                t.store(log + word * i, word, i + 1)
        if variant == "right":
            with t.if_(fast):
                t.sfence("D")
        t.publish("return")
    print("printed by the user's program")
    return p

def raises():
    return 1 // 0

def two_threads():
    p = ProgramBuilder("two threads")
    data = p.object("data", 8, Visibility.SHARED)
    flag = p.object("flag", 8, Visibility.SHARED)
    with p.thread() as t:
        t.nt_store(data + 0, 8, 1)
        t.store(flag + 0, 8, 1)
    with p.thread() as t:
        t.assert_((t.load(flag + 0, 8) == 0) | (t.load(data + 0, 8) == 1))
    return p
"""


@dataclass(frozen=True)
class Ran:
    """What a run printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as JSON."""
        return json.loads(self.out)


def run(*arguments: str, folder: Path | None = None, seconds: float = 60) -> Ran:
    """Runs `ordercheck` with the arguments in `folder`."""
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, cwd=folder, timeout=seconds, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)
