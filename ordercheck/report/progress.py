"""A progress bar on stderr, on a terminal, for work that takes more than two seconds."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 2.0


class Bar:
    """`with Bar(what) as bar: bar.show(done, total)`; rich is imported only when it shows."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.start = time.monotonic()
        self.wanted = sys.stderr.isatty()
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, done: int, total: int) -> None:
        """Says how much of what is done."""
        if not self.wanted or time.monotonic() - self.start < PATIENCE:
            return
        if self._progress is None:
            self._begin(total)
        assert self._progress is not None and self._task is not None
        self._progress.update(self._task, completed=done, total=total)
        self._progress.refresh()

    def _begin(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        # no refreshing thread: workers may be forked meanwhile
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._task = self._progress.add_task(self.what, total=total)
        # what was done before there was a bar counts too
        self._progress.tasks[0].start_time = self.start
        self._progress.start()
