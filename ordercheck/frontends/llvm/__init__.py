"""LLVM IR, as a compiler leaves it, into programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ordercheck.errors import InputError
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.module import Module, load
from ordercheck.frontends.llvm.translate import Options, Translated, translate

WORDS = (
    *("!nontemporal", "movnt", "movdir", "sfence", "mfence", "lfence", "  fence ", "llvm.x86.directstore"),
    *("llvm.x86.clflushopt", "llvm.x86.clwb", "clflush"),
)
"""What the text of a function has in it that holds a non-temporal store or a fence."""


def read(paths: Sequence[Path]) -> Code:
    """The modules in these files, as one piece of code. Raises InputError where one cannot be read."""
    return Code([load(path) for path in paths])


def entry(code: Code, name: str) -> tuple[Module, str]:
    """The module that defines a function; raises InputError where none does."""
    for module in code.modules:
        found = module.functions.get(name)
        if found is not None and found.blocks:
            return module, name
    files = ", ".join(str(m.path) for m in code.modules)
    raise InputError(f"no function {name} is defined here{_similar(code, name)}", files)


def _similar(code: Code, name: str) -> str:
    import difflib

    names = [n for m in code.modules for n in m.functions if not n.startswith("llvm.")]
    close = difflib.get_close_matches(name, names, 3) or [n for n in names if name in n][:3]
    return f" (there is {', '.join(close)})" if close else ""


def survey(code: Code) -> list[str]:
    """The functions that hold a non-temporal store or a fence themselves, in the order of the modules."""
    return [n for m in code.modules for n in m.defined() if m.holds(n, WORDS)]


__all__ = ["Code", "Options", "Translated", "entry", "read", "survey", "translate"]
