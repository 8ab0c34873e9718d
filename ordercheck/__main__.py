"""`python -m ordercheck` is the command `ordercheck`."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Runs the command line; a Ctrl-C while it is still being loaded is one line, too."""
    _open_closed()
    try:
        from ordercheck import cli
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(3)
    cli.main()


def _open_closed() -> None:
    """Streams that were closed before the start lead nowhere; no other file may get their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # open to the end of the process
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


if __name__ == "__main__":
    main()
