"""The C of litmus tests: the Linux kernel's, by way of its file of macros, and C11's."""

from ordercheck.frontends.litmus.c import macros
from ordercheck.frontends.litmus.c.read import read

__all__ = ["macros", "read"]
