"""Functions written as LLVM IR, as programs, and what is in these."""

from __future__ import annotations

from pathlib import Path

from ordercheck.command import from_llvm
from ordercheck.program.ir import NT, Instr, Program, Store

HEAD = 'target triple = "x86_64-unknown-linux-gnu"\n'
TAIL = "\n!0 = !{i32 1}\n"


def program(folder: Path, text: str, name: str = "f", **options: str) -> Program:
    """The function `name` of a module, which is written to a file there."""
    path = folder / "code.ll"
    path.write_text(HEAD + text + TAIL, encoding="utf-8")
    from_llvm.code.cache_clear()
    from_llvm._program.cache_clear()
    return from_llvm.load(f"{path}:{name}").build("", options)


def instructions(of: Program) -> list[Instr]:
    """All of them, in order."""
    return [i for _, _, _, i in of.instructions()]


def stores(of: Program) -> list[tuple[str, str, int, bool]]:
    """Object, offset, size, whether non-temporal."""
    return [
        (i.address.object, str(i.address.offset), i.size, NT in i.tags)
        for i in instructions(of)
        if isinstance(i, Store)
    ]
