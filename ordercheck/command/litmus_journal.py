"""What a run has decided, line by line on disk: a later run takes it from there.

The first line says whose file it is. Every other is a JSON object: the key of a test (its
content, the model, the options, the version), the time-out it had, and what became of it.
Lines are written at once and whole; a kill can tear the last one only, and that one is
left out and overwritten.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from ordercheck import __version__
from ordercheck.command.litmus_inputs import Input
from ordercheck.errors import InputError
from ordercheck.report.litmus_result import ERROR, NO, OK, UNKNOWN, LitmusResult

HEADER = b'{"ordercheck": "litmus journal", "schema": 1}\n'
_TUPLES = ("states", "flags", "cut")
_LEFT_OUT = ("file", "test", "resumed")
_SIMPLE = {"str": str, "int": int, "float": float, "bool": bool}
_FIELDS = {f.name: _SIMPLE.get(str(f.type)) for f in fields(LitmusResult) if f.name not in _LEFT_OUT}


class Journal:
    """A journal that is open for a run; `with` closes it.

    options: all that the answers depend on besides the tests; seconds: the time-out of a test.
    Raises InputError where the file is not a journal (it is then left as it is), is damaged,
    cannot be written, or is in use by another run.
    """

    def __init__(self, path: str, options: str, seconds: float | None) -> None:
        self._path, self._seconds = path, seconds
        self._options = f"{__version__}:{options}:".encode()
        self._known: dict[str, dict[str, Any]] = {}
        self._file = self._opened()
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _key(self, given: Input) -> str:
        """The key of a test; "" where its file cannot be read."""
        if given.error is not None:
            return ""
        try:
            with Path(given.path).open("rb") as stream:
                return sha256(self._options + stream.read()).hexdigest()
        except (OSError, ValueError):
            return ""

    def known(self, given: Input) -> LitmusResult | None:
        """What became of a test with this content, None where that is not known.

        A test that was unknown then is only taken as unknown with the same time-out.
        """
        entry = self._known.get(self._key(given)) if self._known else None
        if entry is None:
            return None
        return LitmusResult(given.path, given.test, resumed=True, **entry)

    def add(self, given: Input, tested: LitmusResult) -> None:
        """Writes down what became of a test. One that could not be read is looked at again each time.

        Worker processes may do so too: a line is one write to the end of the file.
        """
        if tested.verdict == ERROR:
            return
        key = self._key(given)
        if not key:
            return
        result = {name: value for name, value in asdict(tested).items() if name not in _LEFT_OUT}
        entry = {"key": key, "timeout": self._seconds, "result": result}
        line = json.dumps(entry, separators=(",", ":")).encode() + b"\n"
        try:
            whole = os.write(self._file.fileno(), line) == len(line)
        except OSError as error:
            raise InputError(f"cannot write the journal: {error.strerror}", self._path) from None
        if not whole:
            raise InputError("cannot write the journal: a line was cut off", self._path)

    def _opened(self) -> BinaryIO:
        path = Path(self._path)
        try:
            if path.exists() and not path.is_file():
                raise InputError("the journal is not a regular file", self._path)
            file = path.open("a+b")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"cannot open the journal: {reason}", self._path) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise InputError("this journal is in use by another run", self._path) from None
        return file

    def _read(self) -> None:
        self._file.seek(0)
        first = self._file.readline(len(HEADER))
        if first != HEADER:
            if not HEADER.startswith(first) or self._file.read(1):
                raise InputError("not a journal of `ordercheck litmus`: it is left as it is", self._path, 1)
            self._file.truncate(0)
            self._file.write(HEADER)
            self._file.flush()
            return
        end = len(HEADER)
        for number, line in enumerate(self._file, 2):
            if not line.endswith(b"\n"):
                self._file.truncate(end)
                return
            end += len(line)
            self._take(line, number)

    def _take(self, line: bytes, number: int) -> None:
        try:
            entry = json.loads(line)
            key, seconds, result = str(entry["key"]), entry["timeout"], _checked(entry["result"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(
                "damaged: not a line that `ordercheck litmus` wrote", self._path, number
            ) from None
        if result["verdict"] != UNKNOWN or seconds == self._seconds:
            self._known[key] = result


def _checked(result: dict[str, Any]) -> dict[str, Any]:
    """The fields of a result. Raises as a dictionary does where some are missing, or wrong."""
    if result.keys() != _FIELDS.keys() or result["verdict"] not in (OK, NO, UNKNOWN):
        raise KeyError
    for name, kind in _FIELDS.items():
        if kind is not None and type(result[name]) is not kind:
            raise TypeError
    for name in _TUPLES:
        if result[name] is not None:
            result[name] = tuple(map(str, result[name]))
    return result
