"""X86 and X86_64 litmus tests."""

from ordercheck.frontends.litmus.x86.read import read

__all__ = ["read"]
