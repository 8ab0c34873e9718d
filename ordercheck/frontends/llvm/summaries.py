"""Which summary holds for a function: by its name, from the shipped files and the user's own."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ordercheck.frontends.llvm import summary_file
from ordercheck.frontends.llvm.summary import Access, Summary, describe

__all__ = ["Access", "Summaries", "Summary", "describe"]

_WILD = re.compile(r"[*?\[]")


class _File:
    """The summaries of one file. Exact names win over globs, longer globs over shorter ones."""

    def __init__(self, entries: Mapping[str, Summary]) -> None:
        self.entries = entries
        wild = ((name, _WILD.search(name)) for name in entries)
        # with the start of a glob, in front of its first wildcard: most names fail there
        globs = [(name, name[: found.start()]) for name, found in wild if found is not None]
        self.globs = sorted(globs, key=lambda glob: len(glob[0]), reverse=True)

    def find(self, name: str) -> Summary | None:
        """What this file says of the name."""
        key = name if name in self.entries else self._glob(name)
        return None if key is None else replace(self.entries[key], name=key)

    def _glob(self, name: str) -> str | None:
        for glob, start in self.globs:
            if name.startswith(start) and fnmatch.fnmatchcase(name, glob):
                return glob
        return None


class Summaries:
    """Summaries by name. What a later file says of a name, by a glob too, wins over earlier files."""

    def __init__(self, files: Iterable[Mapping[str, Summary]] = ()) -> None:
        """files: the summaries of each file, by name or glob, the weakest file first."""
        self._files = [_File(entries) for entries in files][::-1]
        self._found: dict[str, Summary | None] = {}

    @classmethod
    def load(cls, paths: Sequence[Path], given: Sequence[Path] = ()) -> Summaries:
        """The summaries of these files; later ones win, and those of a user's over all.

        Raises InputError where one cannot be read or is not understood.
        """
        own = [summary_file.read(path) for path in given]
        return cls(
            [
                *(summary_file.read(path) for path in paths),
                *({name: replace(s, given=True) for name, s in entries.items()} for entries in own),
            ]
        )

    def find(self, name: str) -> Summary | None:
        """What is known of the function; None: nothing, or a file says `unknown = true` of it.

        name: as in the module, without `@`; LLVM's mark for a name as it stands (byte 1) may lead it.
        """
        name = name.removeprefix("\x01")
        if name not in self._found:
            found = next((entry for file in self._files if (entry := file.find(name)) is not None), None)
            self._found[name] = None if found is not None and found.unknown else found
        return self._found[name]
