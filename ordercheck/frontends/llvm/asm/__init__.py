"""Inline assembly: its text is parsed, and what it does to memory is said in a few effects."""

from ordercheck.frontends.llvm.asm.empty import executes_nothing
from ordercheck.frontends.llvm.asm.parse import parse

__all__ = ["executes_nothing", "parse"]
