"""What a run of one thread does to memory, event by event: the common language of two runs."""

from __future__ import annotations

from dataclasses import dataclass

ORDINARY, NON_TEMPORAL, LOAD, LOCKED, FENCE, PUBLICATION = "W", "N", "R", "X", "F", "P"
WORD, WIDEST = 8, 64


@dataclass(frozen=True, slots=True)
class Event:
    """kind: of access, or F with the fence's tag in `object`, P for a publication.

    start and size in bytes; value: what is stored or loaded (None: not known, or nothing). span: the
    access is of one byte, any of so many from `start` on; 0: it is as it stands.
    """

    kind: str
    object: str
    start: int = 0
    size: int = 0
    value: int | None = None
    span: int = 0

    def __str__(self) -> str:
        value = "?" if self.value is None else f"{self.value:#x}"
        return f"{self.kind} {self.object}[{self.start}:{self.size}] = {value}" + (
            f" (of {self.span})" if self.span else ""
        )


def stores(name: str, start: int, size: int, value: int, nt: bool) -> list[Event]:
    """The events of a store: a wide non-temporal one is independent words."""
    found = []
    step = WORD if nt else WIDEST
    for k in range(0, size, step):
        width = min(step, size - k)
        part = (value >> (8 * k)) & ((1 << (8 * width)) - 1)
        found.append(Event(NON_TEMPORAL if nt else ORDINARY, name, start + k, width, part))
    return found


class Bytes:
    """Memory by object and offset. content: what a byte that was never stored to holds."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.stored: dict[tuple[str, int], int | None] = {}

    def byte(self, name: str, offset: int) -> int | None:
        """One byte; None: not known."""
        if (name, offset) in self.stored:
            return self.stored[name, offset]
        return self.content(name, offset)

    def load(self, name: str, start: int, size: int) -> int | None:
        """Some bytes, little-endian; None where one is not known."""
        found = [self.byte(name, start + k) for k in range(size)]
        known = [b for b in found if b is not None]
        return int.from_bytes(bytes(known), "little") if len(known) == size else None

    def store(self, name: str, start: int, size: int, value: int | None) -> None:
        """Writes the low bytes of a value (None: any)."""
        for k in range(size):
            self.stored[name, start + k] = None if value is None else (value >> (8 * k)) & 0xFF


class Content:
    """What memory holds before: by object and offset, a byte; what some objects hold is given."""

    def __init__(self, fill: int | None, given: dict[tuple[str, int], int] | None = None) -> None:
        """fill: in every byte that is not given (None: another one in each)."""
        self.fill, self.given = fill, dict(given or {})

    def put(self, name: str, start: int, size: int, value: int) -> None:
        """Some bytes of an object, little-endian."""
        for k in range(size):
            self.given[name, start + k] = (value >> (8 * k)) & 0xFF

    def __call__(self, name: str, offset: int) -> int:
        if (name, offset) in self.given:
            return self.given[name, offset]
        if self.fill is not None:
            return self.fill
        return (sum(name.encode()) * 31 + offset * 7 + (offset >> 3)) & 0xFF
