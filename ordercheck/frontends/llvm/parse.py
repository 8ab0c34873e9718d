"""LLVM itself reads a module, in a process of its own: it may crash on what is malformed.

llvmlite's binding parses text and bitcode of every version that its LLVM reads, verifies
it and prints it; what it prints has one form, whatever the version of the input. It
exposes no orderings, flags, metadata or indexed types, so the printed form is read here.
"""

from __future__ import annotations

import faulthandler
import os
import re
import resource
import selectors
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ordercheck.errors import InputError

MAX_FILE = 512 << 20
MAX_TEXT = 1 << 30
MAX_MEMORY = 4 << 30
SECONDS = 120.0
BITCODE = (b"BC\xc0\xde", b"\xde\xc0\x17\x0b")
"""How bitcode begins: as it is, and in its wrapper."""
_MAX_SAID = 1 << 16
_PLACE = re.compile(r"<string>:(\d+):(\d+): error: (.*)")
_OLD_INRANGE = re.compile(r';[^\n]*|"[^"]*"|\binrange (?=i\d)')
"""A comment, a string, or the word."""
_OK, _REFUSED = b"+", b"-"


@dataclass(frozen=True, slots=True)
class Limits:
    """What LLVM may use: bytes of the file, of its address space, of the text it prints; seconds."""

    file: int = MAX_FILE
    memory: int = MAX_MEMORY
    text: int = MAX_TEXT
    seconds: float = SECONDS


LIMITS = Limits()


def contents(path: Path, limits: Limits = LIMITS) -> bytes:
    """What is in a file. Raises InputError where it cannot be read, is empty or too large."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limits.file + 1)
    except OSError as error:
        raise InputError(f"cannot read the file: {error.strerror}", str(path)) from error
    except ValueError as error:
        raise InputError(f"cannot read the file: {error}", str(path)) from error
    if len(data) > limits.file:
        raise InputError(f"the file is larger than {_said(limits.file)}", str(path))
    if not data.strip():
        raise InputError("the file is empty: expected LLVM IR, as text or bitcode", str(path))
    return data


def canonical(data: bytes, file: str, limits: Limits = LIMITS) -> str:
    """A module, as this LLVM prints it. data: text or bitcode, told apart by how it begins.

    Raises InputError, with line and column where LLVM says them, for what is no module.
    """
    if not data.startswith(BITCODE):
        _check_text(data, file)
    answer, said, status = _asked(data, file, limits)
    if answer[:1] == _OK and status == 0:
        return answer[1:].decode("utf-8", "backslashreplace")
    text = (answer[1:] if answer[:1] == _REFUSED else said).decode("utf-8", "replace")
    if answer[:1] != _REFUSED and "LLVM ERROR" not in text:
        text = f"it crashed ({_died(status)})"
    raise _error(text.replace("LLVM ERROR: ", ""), file)


def _check_text(data: bytes, file: str) -> None:
    """Raises InputError for what LLVM's parser would be told only a part of."""
    try:
        data.decode("utf-8")
        wrong, at = "", data.find(b"\0")
    except UnicodeDecodeError as error:
        wrong, at = "not UTF-8", error.start
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        column = at - data.rfind(b"\n", 0, at)
        raise InputError(f"{wrong or 'a NUL byte'}: expected LLVM IR, as text or bitcode", file, line, column)


def _asked(data: bytes, file: str, limits: Limits) -> tuple[bytes, bytes, int]:
    """What the child answers, what LLVM says on its way out, and how it ends."""
    answer_here, answer_there = os.pipe()
    said_here, said_there = os.pipe()
    # an interrupt right behind the fork would unwind the parent's calls in the child
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    child = os.fork()
    if not child:
        _serve(data, answer_there, said_there, limits)
    signal.pthread_sigmask(signal.SIG_SETMASK, masked)
    os.close(answer_there)
    os.close(said_there)
    status = -signal.SIGKILL
    try:
        answer, said = _collected(answer_here, said_here, file, limits)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(answer_here)
        os.close(said_here)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return answer, said, status


def _collected(answer: int, said: int, file: str, limits: Limits) -> tuple[bytes, bytes]:
    end = time.monotonic() + limits.seconds
    found = {answer: bytearray(), said: bytearray()}
    with selectors.DefaultSelector() as selector:
        for handle in found:
            selector.register(handle, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, end - time.monotonic()))
            if not ready:
                raise InputError(f"LLVM did not read this file within {limits.seconds:g} seconds", file)
            for key, _ in ready:
                piece = os.read(key.fd, 1 << 20)
                if not piece:
                    selector.unregister(key.fd)
                elif key.fd == answer or len(found[said]) < _MAX_SAID:
                    found[key.fd] += piece
            if len(found[answer]) > limits.text:
                raise InputError(f"the module's text is larger than {_said(limits.text)}", file)
    return bytes(found[answer]), bytes(found[said])


def _serve(data: bytes, answer: int, said: int, limits: Limits) -> NoReturn:
    """The child: nothing of the parent's may run here, and nothing is left when it ends."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        os.dup2(said, 2)
        faulthandler.disable()
        _limit(resource.RLIMIT_AS, limits.memory)
        _limit(resource.RLIMIT_CPU, int(limits.seconds) + 1)
        _limit(resource.RLIMIT_CORE, 0)
        try:
            _send(answer, _OK, _printed(data))
        except Exception as error:
            # RuntimeError: what LLVM says; else there is no llvmlite, or no memory for it
            _send(answer, _REFUSED, str(error) or type(error).__name__)
        os._exit(0)
    finally:
        os._exit(1)


def _limit(what: int, value: int) -> None:
    soft, hard = resource.getrlimit(what)
    known = [n for n in (soft, hard, value) if n != resource.RLIM_INFINITY]
    resource.setrlimit(what, (min(known), hard))


def _send(to: int, tag: bytes, text: str) -> None:
    with open(to, "wb") as stream:
        stream.write(tag)
        stream.write(text.encode("utf-8", "backslashreplace"))


def _printed(data: bytes) -> str:
    import llvmlite.binding as llvm

    if data.startswith(BITCODE):
        module = llvm.parse_bitcode(data)
    else:
        module = llvm.parse_assembly(_as_now(data.decode("utf-8")))
    module.verify()
    return str(module)


def _as_now(text: str) -> str:
    """The text without the word `inrange` as LLVM up to 18 wrote it, which later ones do not read.

    It stood before an index of a constant address (LLVM 19 release notes), which is the same without.
    Spaces in its place keep the columns.
    """
    if "inrange i" not in text:
        return text
    return _OLD_INRANGE.sub(lambda found: found[0] if found[0][0] in ';"' else " " * len(found[0]), text)


def _said(size: int) -> str:
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size} bytes"


def _died(status: int) -> str:
    if status < 0:
        return signal.Signals(-status).name
    return f"status {status}"


def _error(text: str, file: str) -> InputError:
    for match in _PLACE.finditer(text):
        said = match[3]
        if "constexpr" in said or "constantexpr" in said:
            said += " (of an older LLVM? its bitcode, -c -emit-llvm, is read)"
        return InputError(said, file, int(match[1]), int(match[2]))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if line not in ("LLVM IR parsing error", "LLVM bitcode parsing error")]
    said = ": ".join(lines[:2])[:300] or "it is no module"
    return InputError(f"LLVM cannot read this file: {said}", file)
