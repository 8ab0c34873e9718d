"""What a CPU buffers."""

from __future__ import annotations

from typing import NamedTuple

from ordercheck.program.ir import Instr

Byte = tuple[str, int]
"""A byte of memory: the name of its object, and its offset there."""


class Entry(NamedTuple):
    """A buffered store, or (kind "S") the marker of an SFENCE.

    number counts the accesses of its CPU in program order.
    """

    kind: str
    object: str
    start: int
    data: bytes
    number: int
    instr: Instr

    @property
    def end(self) -> int:
        return self.start + len(self.data)

    def overlaps(self, other: Entry) -> bool:
        """Whether the two have bytes in common."""
        return self.object == other.object and self.start < other.end and other.start < self.end
