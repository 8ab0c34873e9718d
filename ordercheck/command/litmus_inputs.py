"""Which tests a run is about: files, folders, lists of names, names from stdin."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ordercheck.errors import InputError

STDIN = "-"
SUFFIX = ".litmus"
MAX_TESTS = 1_000_000
MAX_LIST = 64 << 20


@dataclass(frozen=True, slots=True)
class Input:
    """A test: its path, and its name for reports (below a folder: relative to that).

    error: why there is none.
    """

    path: str
    test: str
    error: InputError | None = None


def expand(names: Sequence[str]) -> list[Input]:
    """The tests that the names stand for, in order.

    A folder: every *.litmus below it, sorted. `@LIST`: the names in the file @LIST (or LIST),
    one a line, relative to its folder, without empty lines and those that begin with `#`; they
    may be folders and lists again. `-`: such a list on stdin. What cannot be read is an Input
    with an error. Raises InputError where there are more than MAX_TESTS.
    """
    found: list[Input] = []
    for each in _all(names, "", ()):
        found.append(each)
        if len(found) > MAX_TESTS:
            raise InputError(f"more than {MAX_TESTS} tests")
    return found


def _all(names: Iterable[str], folder: str, lists: tuple[str, ...]) -> Iterator[Input]:
    for name in names:
        path = os.path.join(folder, name)  # noqa: PTH118  # a Path for each of thousands is slow
        try:
            yield from _one(name, path, lists)
        except InputError as error:
            yield Input(path, name, error)


def _one(name: str, path: str, lists: tuple[str, ...]) -> Iterator[Input]:
    base = name.rpartition("/")[2]
    if name == STDIN and not lists:
        yield from _all(_names(_stdin()), "", (STDIN,))
    elif base.startswith("@"):
        yield from _listed(path, lists)
    elif os.path.isdir(path):  # noqa: PTH112  # is_dir raises for a name with a NUL in it
        yield from _below(path)
    else:
        yield Input(path, name)


def _listed(path: str, lists: tuple[str, ...]) -> Iterator[Input]:
    """herd7's lists have the `@` in their name; for others it says that this is a list."""
    folder, slash, base = path.rpartition("/")
    plain = folder + slash + base[1:]
    if not Path(path).exists() and Path(plain).is_file():
        path = plain
    real = os.path.realpath(path)
    if real in lists:
        raise InputError("this list names itself", path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_LIST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read this list of tests: {reason}", path) from None
    if len(data) > MAX_LIST:
        raise InputError(f"longer than {MAX_LIST} bytes", path)
    yield from _all(_names(os.fsdecode(data)), folder + slash, (*lists, real))


def _stdin() -> str:
    data = sys.stdin.buffer.read(MAX_LIST + 1)
    if len(data) > MAX_LIST:
        raise InputError(f"longer than {MAX_LIST} bytes", "stdin")
    return os.fsdecode(data)


def _names(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        name = line.removesuffix("\r")
        if name and not name.startswith("#"):
            yield name


def _below(folder: str) -> Iterator[Input]:
    start = folder.rstrip("/") or "/"
    skip = len(start.rstrip("/")) + 1
    paths: list[str] = []
    unreadable: list[OSError] = []
    for here, _, files in os.walk(start, onerror=unreadable.append):
        paths += [f"{here.rstrip('/')}/{name}" for name in files if name.endswith(SUFFIX)]
    for path in sorted(paths):
        yield Input(path.removeprefix("./"), path[skip:])
    for error in unreadable:
        raise InputError(f"cannot read this folder: {error.strerror}", str(error.filename))
    if not paths:
        raise InputError(f"no {SUFFIX} file in this folder", folder)
