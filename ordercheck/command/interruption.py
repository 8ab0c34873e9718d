"""What a Ctrl-C and a polite kill do while a command runs."""

from __future__ import annotations

import signal
import sys
import threading

AGAIN = 0.05
"""Seconds until an interruption that was dropped comes again."""


class killable:  # noqa: N801  # used as a function
    """While it is entered, a polite kill (SIGTERM) is a Ctrl-C: what is decided is still printed.

    Python drops either, with a traceback, where it comes while an object is let go: it comes
    once more a moment later, and the traceback is left out.
    """

    again: threading.Timer | None = None

    def __enter__(self) -> None:
        self.before = signal.signal(signal.SIGTERM, self._interrupt)
        self.tell, sys.unraisablehook = sys.unraisablehook, self._dropped

    def __exit__(self, *_: object) -> None:
        if self.again is not None:
            self.again.cancel()
            # what it has sent is taken here, while there is a handler for it
            self.again.join()
        sys.unraisablehook = self.tell
        signal.signal(signal.SIGTERM, self.before)

    def _dropped(self, what: sys.UnraisableHookArgs) -> None:
        if not issubclass(what.exc_type, KeyboardInterrupt):
            self.tell(what)
            return
        # a true signal: it ends what waits, too
        main = threading.main_thread().ident
        self.again = threading.Timer(AGAIN, signal.pthread_kill, (main, signal.SIGTERM))
        self.again.daemon = True
        self.again.start()

    @staticmethod
    def _interrupt(*_: object) -> None:
        raise KeyboardInterrupt
