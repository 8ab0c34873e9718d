"""Functions that are called by pointers: a copy by a non-temporal store, a plain one, a drain, none."""

from __future__ import annotations

from pathlib import Path

from ordercheck.verdict import Status, Verdict
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, FILL, verdict

FUNCTIONS = f"""
define internal void @nt(ptr %p) {{
  {FILL}
  ret void
}}
define internal void @plain(ptr %p) {{
  store i64 1, ptr %p, align 8
  ret void
}}
define internal void @drain() {{
  {DRAIN}
  ret void
}}
define internal void @none() {{
  ret void
}}
"""
COPY, WITH = "call void %g(ptr %p)", "call void %d()"


def asked(folder: Path, *parts: str, model: str = "x86-nt") -> Verdict:
    """On the function `f`, with those four."""
    return verdict(folder, "\n".join([*parts, FUNCTIONS]), model)


def outcome(folder: Path, *parts: str, model: str = "x86-nt") -> Status:
    """The status of that."""
    return asked(folder, *parts, model=model).status


def function(*lines: str, arguments: str = "ptr %p, i1 %c, i64 %i") -> str:
    """The function `f` of these lines."""
    return f"define void @f({arguments}) {{\n  " + "\n  ".join([*lines, "ret void\n}"])


def assembly(*lines: str) -> str:
    """Assembly outside of functions."""
    return "".join(f'module asm "{line}"\n' for line in lines)
