"""Litmus tests: the format that herd7 reads, for X86, X86_64 and the C of the Linux kernel."""

from __future__ import annotations

from pathlib import Path

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.sections import MAX_TEST, split
from ordercheck.frontends.litmus.test import Litmus, Shown

__all__ = ["Litmus", "Shown", "read", "read_text"]


def read(path: Path, macros: Path | None = None) -> Litmus:
    """The test in a file; macros: a .def file with the macros of its C.

    Raises InputError with file, line and column for what cannot be read or is not understood.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_TEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"cannot read this litmus test: {reason}", str(path)) from None
    return read_text(data.decode(errors="replace"), str(path), macros)


def read_text(text: str, file: str = "<text>", macros: Path | None = None) -> Litmus:
    """The test in a text; `file` is what errors call it. Raises as `read`."""
    sections = split(text, file)
    if sections.arch == "C":
        from ordercheck.frontends.litmus import c

        return c.read(sections, c.macros.load(macros) if macros is not None else None)
    from ordercheck.frontends.litmus import x86

    return x86.read(sections)
