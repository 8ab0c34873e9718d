"""What a Ctrl-C and a polite kill do while a command runs, and where no signal may strike."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

AGAIN = 0.05
"""Seconds until an interruption that came at a bad moment comes again."""


def in_solver(frame: FrameType | None) -> bool:
    """Whether the frame runs code of z3's Python interface, or code called from there.

    What a signal's handler raises there leaves an object without its reference count: z3 then
    frees memory that is in use, or Python prints a traceback when it lets the object go.
    """
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] == "z3":
            return True
        frame = frame.f_back
    return False


class killable:  # noqa: N801  # used as a function
    """While it is entered, a polite kill (SIGTERM) is a Ctrl-C: what is decided is still printed.

    Either waits until z3's interface is left. Python drops it, with a traceback, where it comes
    while an object is let go: it comes once more a moment later, and the traceback is left out.
    Whoever has Ctrl-C ignored (nohup, a shell's background job) has it ignored here, too.
    """

    again: threading.Timer | None = None
    number: int = signal.SIGTERM
    over = False

    def __enter__(self) -> None:
        self.before = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self.before[number] = signal.signal(number, self._interrupt)
        self.tell, sys.unraisablehook = sys.unraisablehook, self._dropped

    def __exit__(self, *_: object) -> None:
        # all is decided: what comes now would lose the report
        self.over = True
        # what was sent is taken here, while there is a handler for it
        self._no_more()
        sys.unraisablehook = self.tell
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        if in_solver(frame):
            self._later()
        elif not self.over:
            raise KeyboardInterrupt

    def _dropped(self, what: sys.UnraisableHookArgs) -> None:
        if issubclass(what.exc_type, KeyboardInterrupt):
            self._later()
        else:
            self.tell(what)

    def _later(self) -> None:
        self._no_more()
        if self.over:
            return
        # a true signal: it ends what waits, too
        main = threading.main_thread().ident
        self.again = threading.Timer(AGAIN, signal.pthread_kill, (main, self.number))
        self.again.daemon = True
        self.again.start()

    def _no_more(self) -> None:
        if self.again is not None:
            self.again.cancel()
            self.again.join()
