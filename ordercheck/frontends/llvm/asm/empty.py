"""Statements in which nothing is executed: they bind the compiler alone."""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.template import expand
from ordercheck.frontends.llvm.asm.text import statements


def executes_nothing(text: str, intel: bool) -> bool:
    """Whether the text is blanks, comments and labels."""
    expanded = expand(text, intel)
    return expanded is not None and all(s.kind == "label" for s in statements(expanded))
