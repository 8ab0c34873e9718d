"""What a function that is written as LLVM IR comes to."""

from __future__ import annotations

from pathlib import Path

from ordercheck.engines.setting import load_model
from ordercheck.engines.verify import Limits, verify
from ordercheck.errors import Deadline
from ordercheck.verdict import TRANSPARENCY, Status
from tests.frontends.llvm.test_llvm_translate import program

SECONDS = 30.0
FILL = "store i64 1, ptr %p, align 8, !nontemporal !0"
DRAIN = 'call void asm sideeffect "sfence", "~{memory}"()'


def status(
    folder: Path, text: str, model: str = "x86-nt", seconds: float = SECONDS, **options: str
) -> Status:
    """Of its transparency, for every size."""
    found = program(folder, text, **options)
    return verify(found, load_model(model), TRANSPARENCY, Limits(), Deadline(seconds)).status


def undrained(arguments: str, condition: str, declared: str = "") -> str:
    """A function that fills a word, and returns without a drain where %no holds."""
    return f"""{declared}
define void @f({arguments}) {{
  {FILL}
  {condition}
  br i1 %no, label %out, label %drain
drain:
  {DRAIN}
  br label %out
out:
  ret void
}}"""
