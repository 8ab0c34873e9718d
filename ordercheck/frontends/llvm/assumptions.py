"""What a translation takes for granted: each has a name, is printed, and can be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS = {
    "overflow": "sums, products and indices of 64 bits do not overflow, nor do counters compared with such",
    "defined": "nothing undefined happens: what is marked nuw or nsw does not wrap, no shift by "
    "too much decides anything, null is not accessed",
    "distinct": "blocks of memory of different origin do not overlap",
    "aligned": "blocks of memory lie at multiples of what this code's accesses to them are aligned to",
    "stable": "memory that this code never stores to keeps its content meanwhile, "
    "and what it stored does until a call, a barrier or an atomic load",
    "stack": "a stack slot is not reached by its address in another, or in memory that is being filled",
    "static": "a static variable that is copied, and that this code alone mentions, is used by one thread",
    "owned": "the stack and what non-temporal stores fill are looked at by those alone who have seen a "
    "publication, for what was stored before it",
    "after-call": "what is stored after a call that may hand memory over is looked at after the next "
    "publication only",
    "weak": "a weak function is the one in these files",
    "percpu": "per-CPU and thread-local memory is not looked at by others",
    "features": "what the CPU has is the same each time that it is asked, or that code is patched for it",
    "keys": "a static key or a variable that is named, or fixed after the start, does not change meanwhile; "
    "a static call is updated by these files alone",
    "sleep": "a switch to another CPU drains what is pending on the old one",
}
MAX_LISTED = 8


@dataclass(eq=False)
class Assumptions:
    """refused: the names that must not be used; used: those that were, with what about."""

    refused: frozenset[str] = frozenset()
    used: dict[str, dict[str, None]] = field(default_factory=dict)

    def copy(self) -> Assumptions:
        """The same, for another look."""
        return Assumptions(self.refused, {kind: dict(about) for kind, about in self.used.items()})

    def use(self, kind: str, *about: str) -> bool:
        """Whether that may be assumed; notes that it was."""
        if kind in self.refused:
            return False
        self.used.setdefault(kind, {}).update(dict.fromkeys(about))
        return True

    def notes(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """One line for each that was used, in a fixed order. names: what to call some of the things."""
        found = []
        for kind, text in KINDS.items():
            if kind in self.used:
                about = [names.get(name, name) for name in self.used[kind]]
                listed = ", ".join(about[:MAX_LISTED]) + (", ..." if len(about) > MAX_LISTED else "")
                found.append(f"{kind}: {text}" + (f": {listed}" if about else ""))
        return tuple(found)
