"""Inline assembly: its text is parsed, and what it does to memory is said in a few effects."""

from ordercheck.frontends.llvm.asm.parse import parse

__all__ = ["parse"]
