"""LLVM itself reads a module, in a process of its own: it may crash on what is malformed.

llvmlite's binding parses text and bitcode of every version that its LLVM reads, verifies
it and prints it; what it prints has one form, whatever the version of the input. It
exposes no orderings, flags, metadata or indexed types, so the printed form is read here.
"""

from __future__ import annotations

import multiprocessing
import re
import resource
from multiprocessing.connection import Connection
from pathlib import Path

from ordercheck.errors import InputError

MAX_FILE = 512 << 20
MAX_MEMORY = 6 << 30
SECONDS = 120
_BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
_PLACE = re.compile(r"<string>:(\d+):(\d+): error: (.*)")


def canonical(path: Path) -> str:
    """The module in a file, as this LLVM prints it.

    Raises InputError, with line and column where LLVM says them, for what is no module.
    """
    data = _bytes(path)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(data, there), daemon=True)
    child.start()
    there.close()
    try:
        answer = here.recv() if here.poll(SECONDS) else None
    except (EOFError, OSError):
        raise InputError("LLVM cannot read this file: it crashed", str(path)) from None
    finally:
        child.kill()
        child.join()
        here.close()
    if answer is None:
        raise InputError(f"LLVM did not read this file within {SECONDS} seconds", str(path))
    ok, text = answer
    if ok:
        return str(text)
    raise _error(str(text), path)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > MAX_FILE:
            raise InputError(f"the file is larger than {MAX_FILE >> 20} MiB", str(path))
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the file: {error.strerror}", str(path)) from error
    if not data.strip():
        raise InputError("the file is empty: expected LLVM IR, as text or bitcode", str(path))
    return data


def _serve(data: bytes, there: Connection) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # what a dying LLVM says to standard error is not for the user
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        there.send((True, _printed(data)))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        there.send((False, f"<string>:{line}:1: error: not UTF-8 text"))
    except MemoryError:
        there.send((False, "out of memory"))
    except RuntimeError as error:
        there.send((False, str(error)))


def _printed(data: bytes) -> str:
    import llvmlite.binding as llvm

    if data.startswith(_BITCODE):
        module = llvm.parse_bitcode(data)
    else:
        module = llvm.parse_assembly(data.decode("utf-8"))
    module.verify()
    return str(module)


def _error(text: str, path: Path) -> InputError:
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines:
        match = _PLACE.search(line)
        if match:
            return InputError(match[3], str(path), int(match[1]), int(match[2]))
    said = lines[-1].strip() if lines else "not a module"
    if lines and lines[0].startswith("LLVM IR parsing error") and len(lines) > 1:
        said = lines[1].strip()
    return InputError(f"LLVM cannot read this file: {said}", str(path))
