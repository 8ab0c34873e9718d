"""`python -m ordercheck` is the command `ordercheck`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; a Ctrl-C while it is still being loaded is one line, too."""
    try:
        from ordercheck import cli
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(3)
    cli.main()


if __name__ == "__main__":
    main()
