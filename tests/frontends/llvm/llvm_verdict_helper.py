"""What a function that is written as LLVM IR comes to."""

from __future__ import annotations

from pathlib import Path

from ordercheck.engines.setting import load_model
from ordercheck.engines.verify import Limits, verify
from ordercheck.errors import Deadline
from ordercheck.program.ir import Program
from ordercheck.verdict import TRANSPARENCY, Status, Verdict
from tests.frontends.llvm.llvm_program_helper import program

SECONDS = 30.0


def fill(pointer: str) -> str:
    """A non-temporal store of a word."""
    return f"store i64 1, ptr {pointer}, align 8, !nontemporal !0"


FILL = fill("%p")
DRAIN = 'call void asm sideeffect "sfence", "~{memory}"()'
ENDING = f"drain:\n  {DRAIN}\n  br label %out\nout:\n  ret void\n}}"
"""The end of a function that drains on one of two ways."""
FLAG = "%flag = getelementptr i8, ptr %p, i64 64"


def answer(of: Program, model: str = "x86-nt", seconds: float = SECONDS, engine: str = "auto") -> Verdict:
    """On its transparency, for every size where the engine is not a bounded one."""
    return verify(of, load_model(model), TRANSPARENCY, Limits(engine), Deadline(seconds))


def verdict(
    folder: Path, text: str, model: str = "x86-nt", seconds: float = SECONDS, **options: str
) -> Verdict:
    """The same, of the function `f` of a module."""
    return answer(program(folder, text, **options), model, seconds)


def status(
    folder: Path, text: str, model: str = "x86-nt", seconds: float = SECONDS, **options: str
) -> Status:
    """The status of that."""
    return verdict(folder, text, model, seconds, **options).status


def filled(*lines: str, more: str = "") -> str:
    """A function that fills a word, does that, and drains before it returns."""
    body = "\n  ".join([FLAG, FILL, *lines, DRAIN, "ret void"])
    return f"@flag = external global i64\ndefine void @f(ptr %p) {{\n  {body}\n}}\n{more}"


def guarded(copy: str, drain: str, arguments: str = "ptr %p", declared: str = "") -> str:
    """A function that fills a word behind one test, and drains behind another.

    copy, drain: the tests; from the one control goes to %copy or %then, from the other to %drain or %out.
    """
    return f"""{declared}
define void @f({arguments}) {{
  {copy}
copy:
  {FILL}
  br label %then
then:
  {drain}
{ENDING}"""


def undrained(arguments: str, condition: str, declared: str = "") -> str:
    """A function that fills a word, and returns without a drain where %no holds."""
    return f"""{declared}
define void @f({arguments}) {{
  {FILL}
  {condition}
  br i1 %no, label %out, label %drain
{ENDING}"""
