"""What an external function does to memory, as far as the order of stores goes.

A summary is data: a table of a TOML file (`summary_file.py`), found by name (`summaries.py`).
What it does not state, the function does not do. A function without a summary may do
everything: touch all memory that escaped, and hand it over.

It speaks of the calling CPU. In this order: the function reads and writes, drains what is
pending then, and hands over. One that hands over before its drain must not state the drain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Literal

from ordercheck.record import record

Drain = Literal["", "sfence", "mfence", "locked"]


@record(frozen=True, slots=True)
class Access:
    """Memory that a function may touch, from a pointer argument upwards; it need not touch all of it.

    argument: its number, from 0; None: each pointer that is passed. size: in bytes; where it is
    None, argument number `length` (unsigned) times `scale` bytes; where both are None, any number.
    nt: by non-temporal stores.
    """

    argument: int | None
    size: int | None = None
    length: int | None = None
    scale: int = 1
    nt: bool = False

    def __str__(self) -> str:
        if self.argument is None:
            return "what its pointer arguments point to"
        start = f"arg{self.argument}"
        if self.size is not None:
            return f"[{start}, {start}+{self.size})"
        if self.length is None:
            return f"[{start}, ...)"
        times = f"*{self.scale}" if self.scale != 1 else ""
        return f"[{start}, {start}+arg{self.length}{times})"


@record(frozen=True, slots=True)
class Summary:
    """What is believed of the functions whose name is, or matches, `name`.

    pure: it touches no memory that its caller could have stored to, and hands nothing over.
    reads, writes: argument memory. changes: argument memory whose contents are unknown afterwards,
    by accesses whose order is the function's own business (the word of a lock).
    reads_any, writes_any: any memory that escaped. keeps: it may store the pointers that it is
    passed where it writes. drains: on every path, after its accesses and before it hands over;
    "locked" is a locked read-modify-write of memory that is nobody else's business.
    publishes: others may look at what was stored before, by an ordinary store. sleeps: it may
    switch to another thread, or may not. allocates: it returns memory that nobody else has, or
    null. per_thread: it returns memory that each thread has of its own. noreturn: it does not return;
    it may unwind. throws: it may end by an exception. returns: the number of the argument that it
    returns; within: it returns an address in the memory of that argument, or null.
    assumes: what has to be taken for granted for this to be right, for the report.
    source: why this is believed. file, line: where it is stated (line 0: not known). given: by the user.
    """

    name: str
    file: str = ""
    line: int = 0
    pure: bool = False
    reads: tuple[Access, ...] = ()
    writes: tuple[Access, ...] = ()
    changes: tuple[Access, ...] = ()
    reads_any: bool = False
    writes_any: bool = False
    keeps: bool = False
    drains: Drain = ""
    publishes: bool = False
    sleeps: bool = False
    allocates: bool = False
    per_thread: bool = False
    noreturn: bool = False
    throws: bool = False
    returns: int | None = None
    within: int | None = None
    assumes: str = ""
    source: str = ""
    unknown: bool = False
    given: bool = False

    @property
    def unwinds(self) -> bool:
        """Whether it ends by an exception at all times."""
        return self.noreturn and self.throws

    @property
    def place(self) -> str:
        """FILE:LINE, or FILE."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def arguments(self) -> int:
        """How many arguments a call must have for the summary to make sense."""
        named = [a.argument for a in self._accesses] + [a.length for a in self._accesses]
        return max((n + 1 for n in (*named, self.returns, self.within) if n is not None), default=0)

    @property
    def _accesses(self) -> tuple[Access, ...]:
        return (*self.reads, *self.writes, *self.changes)

    def for_call(self, pointers: Sequence[bool]) -> Summary | None:
        """The summary for a call; pointers: of each argument, whether it is a pointer.

        No access of it has None for its argument. None where the call does not have the arguments
        that the summary speaks of, or where it is no pointer that memory is touched by: then it is
        another function that bears the name.
        """
        if self.arguments > len(pointers):
            return None
        if any(a.argument is not None and not pointers[a.argument] for a in self._accesses):
            return None
        if any(a.length is not None and pointers[a.length] for a in self._accesses):
            return None
        if all(a.argument is not None for a in self._accesses):
            return self
        every = tuple(i for i, pointer in enumerate(pointers) if pointer)
        return replace(
            self,
            reads=_spread(self.reads, every),
            writes=_spread(self.writes, every),
            changes=_spread(self.changes, every),
        )


def _spread(accesses: tuple[Access, ...], every: tuple[int, ...]) -> tuple[Access, ...]:
    """Accesses by each pointer argument, one by one."""
    return tuple(
        replace(a, argument=i) for a in accesses for i in (every if a.argument is None else (a.argument,))
    )


def describe(summary: Summary, called: str = "") -> str:
    """One line for a report: who, what, and the file that says so.

    called: the name of the function, where it is not that of the summary.
    """
    name = called or summary.name
    said = ", ".join(_said(summary)) or "does nothing that matters here"
    return f"{name}: {said} ({PurePath(summary.file).name})" if summary.file else f"{name}: {said}"


def _said(summary: Summary) -> list[str]:
    said = ["touches no memory of its caller"] if summary.pure else []
    said += [f"writes {a}" + (" by non-temporal stores" if a.nt else "") for a in summary.writes]
    said += [f"reads {a}" for a in summary.reads]
    said += [f"changes {a}" for a in summary.changes]
    drains = "drains by a locked operation" if summary.drains == "locked" else f"drains by {summary.drains}"
    flags = (
        (summary.unknown, "may do anything"),
        (summary.reads_any, "may read any memory that escaped"),
        (summary.writes_any, "may write to any memory that escaped"),
        (bool(summary.drains), drains),
        (summary.publishes, "lets others look"),
        (summary.sleeps, "may sleep"),
        (summary.allocates, "returns memory of its own"),
        (summary.per_thread, "returns memory of the thread"),
        (summary.returns is not None, f"returns arg{summary.returns}"),
        (summary.within is not None, f"returns an address in the memory of arg{summary.within}"),
        (summary.noreturn, "does not return"),
        (summary.throws, "may throw"),
        (bool(summary.assumes), f"assuming that {summary.assumes}"),
    )
    return said + [text for holds, text in flags if holds]
