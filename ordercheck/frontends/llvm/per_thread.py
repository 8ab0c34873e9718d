"""Memory that each thread, or each CPU, has of its own."""

from __future__ import annotations

from collections.abc import Mapping

from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.flat import Flat
from ordercheck.frontends.llvm.ir import PtrType, Value
from ordercheck.frontends.llvm.places import Base

SEGMENTS = (256, 257)
"""LLVM's address spaces of what is reached by GS and FS."""


def in_segment(address: Value) -> bool:
    """Whether a pointer is relative to where the memory of this CPU or thread begins."""
    of = getattr(address, "type", None)
    return isinstance(of, PtrType) and of.space in SEGMENTS


class PerThread:
    """Which blocks of memory are a thread's own, as far as nobody hands out their address."""

    def __init__(self, flat: Flat, code: Code, bases: Bases, called: Mapping[int, Called]) -> None:
        self._code = code
        self._returned: set[Base] = set()
        for step in flat.steps():
            summary = called[id(step)].summary if id(step) in called else None
            if summary is not None and summary.per_thread:
                self._returned.update(b for b in bases.at(step.key).places if b.kind == "result")

    def has(self, base: Base) -> bool:
        """Whether it is one of them."""
        if base.kind == "global":
            found = [v for m in self._code.modules if (v := m.variable(base.name)) is not None]
            return bool(found) and all(v.thread_local for v in found)
        return base in self._returned
