"""Statements in which nothing is executed, or nothing but waiting: they bind the compiler alone."""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.template import expand
from ordercheck.frontends.llvm.asm.text import Statement, statements

_IDLE = frozenset({"nop", "nopw", "nopl", "nopq", "pause", "lfence"})


def executes_nothing(text: str, intel: bool) -> bool:
    """Whether the text is blanks, comments, labels, and instructions that neither load nor store."""
    expanded = expand(text, intel)
    return expanded is not None and all(map(_idle, statements(expanded)))


def _idle(statement: Statement) -> bool:
    if statement.kind == "label" or statement.name in _IDLE:
        return True
    # `rep; nop` is PAUSE
    return statement.name == "rep" and statement.rest in ("", "nop")
