"""What a user can get wrong, said in one line."""

from __future__ import annotations


class InputError(Exception):
    """Bad input: a message, and the file, line and column (from 1; 0 unknown) where it is.

    The command line prints it as `file:line:column: error: message` and exits with 2.
    """

    def __init__(self, message: str, file: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message, self.file, self.line, self.column = message, file, line, column

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        return f"{place}: error: {self.message}" if place else f"error: {self.message}"


class GaveOut(Exception):  # noqa: N818  # not an error: it makes a verdict UNKNOWN
    """Something gave out (time, memory, a bound, a construct nobody modelled): the verdict is UNKNOWN."""


class Deadline:
    """A point in time that long computations ask about.

    seconds is the time from now (None: no limit). `check()` raises GaveOut after it.
    """

    def __init__(self, seconds: float | None = None) -> None:
        import time

        self._clock = time.monotonic
        self.seconds = seconds
        self.end = None if seconds is None else self._clock() + seconds

    def left(self) -> float | None:
        """Seconds left (never negative), None where there is no limit."""
        return None if self.end is None else max(0.0, self.end - self._clock())

    def part(self, share: float = 1.0, most: float | None = None) -> Deadline:
        """That share of the time that is left, and not more than `most` seconds; without a limit, those."""
        left = self.left()
        limits = [] if left is None else [share * left]
        return Deadline(min([*limits, *([] if most is None else [most])], default=None))

    def check(self) -> None:
        """Raises GaveOut where the time is over."""
        if self.end is not None and self._clock() > self.end:
            raise GaveOut(f"time-out after {self.seconds:g} s")
