"""Global variables that nobody stores to while this code runs, whoever else there is.

A volatile load, or one behind a call that nobody knows, may find anything. Not of what the kernel
knows of its CPUs, of what it write-protects behind its start, nor of what the user says it of.

Sources: Linux, arch/x86/kernel/cpu/common.c (`boot_cpu_data`), include/linux/cache.h (`__ro_after_init`).
"""

from __future__ import annotations

from collections.abc import Collection

from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.places import Base

ALL = "*"
_AFTER_START = ".data..ro_after_init"
_OF_THE_CPU = "boot_cpu_data"


def is_fixed(code: Code, module: Module, name: str, named: Collection[str]) -> bool:
    """Whether nobody stores to a global any more: it is among `named`, or fixed after the start."""
    found = code.variable(module, name)
    return name in named or (found is not None and found[1].section.startswith(_AFTER_START))


def lasting(code: Code, bases: Bases, base: Base, named: Collection[str]) -> str:
    """The assumption by which a block of memory keeps its content at all times; empty: there is none."""
    if base not in bases.variables:
        return ""
    module, name = bases.variables[base]
    if name == _OF_THE_CPU and code.kernel and code.owner(module, name) is None:
        return "features"
    return "keys" if is_fixed(code, module, name, named) else ""
