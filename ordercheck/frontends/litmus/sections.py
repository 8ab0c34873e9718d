"""The litmus format: where a test's header, initial state, program and condition are.

Apart from the language of the program: `ARCH name "doc"`, lines `Key=value`, the initial
state in braces, the program, then `locations`, `filter` and the condition. As herd7 7.58
splits it (its lib/splitter.mll).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ordercheck.errors import InputError

ARCHITECTURES = ("X86", "X86_64", "C")
# bytes of one test: the largest of the field's are some tens of kilobytes
MAX_TEST = 1 << 20
_HEADER = re.compile(
    r"[ \t\r]*([A-Za-z0-9_]+)[ \t\r]+([A-Za-z0-9_/.+\-\[\]:]+)[ \t\r]*"
    r"(?:\([^)\n]*\)[ \t\r]*)?(?:\n?[ \t\r]*\"([^\"]*)\"[ \t\r]*)?;?"
)
_INFO = re.compile(r"([A-Za-z][A-Za-z0-9_/.\-]*)[ \t\r]*=[ \t\r]*([^\n\r]*)\r?\n")
_RESULT = re.compile(r"\bResult:[ \t]*([A-Za-z!]+)")
_BRACE = re.compile(r"[{}]")
_COMMENT_PART = re.compile(r"\(\*|\*\)")
# a name is read whole, so that `existsx` is no keyword
_WORD = re.compile(
    r"(?P<comment>\(\*)|(?P<c>/\*.*?\*/|//[^\n]*)|(?P<string>\"[^\"]*\")"
    r"|(?P<key>(?:~[ \t\r]*exists|final|forall|exists|cases|observed|Observed|locations|filter)(?![\w/.\-]))"
    r"|[A-Za-z][\w/.\-]*|[^A-Za-z(\"~/]+|.",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a test and where it starts: line and column, from 1, and offset in the test."""

    text: str
    line: int
    column: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Sections:
    """A test (`text`) taken apart. info: the `Key=value` lines, "Result" from a comment `Result: ...`."""

    file: str
    arch: str
    name: str
    doc: str
    info: Mapping[str, str]
    init: Span
    code: Span
    tail: Span
    text: str


def split(text: str, file: str) -> Sections:
    """The sections of a test. Raises InputError with the place of what is missing or unknown."""
    if len(text) > MAX_TEST:
        raise InputError(f"a litmus test of more than {MAX_TEST} bytes", file)
    return _Splitter(text, file).sections()


class _Splitter:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file

    def sections(self) -> Sections:
        start = self._blank(0)
        header = _HEADER.match(self.text, start)
        if header is None:
            raise self._error("expected an architecture and a name, such as 'X86_64 MP'", start)
        arch, name, doc = header.group(1), header.group(2), header.group(3)
        if arch not in ARCHITECTURES:
            known = ", ".join(ARCHITECTURES)
            raise self._error(
                f"tests of the architecture {arch[:40]} are not supported (only {known})", start
            )
        info: dict[str, str] = {}
        open_ = self._info(header.end(), info)
        close = self._close(open_)
        tail = self._tail(close + 1, arch)
        result = _RESULT.search(self.text)
        if result is not None:
            info.setdefault("Result", result.group(1))
        end = self.text.find("<<", tail) if arch != "C" else -1
        return Sections(
            self.file,
            arch,
            name.removesuffix(".litmus"),
            doc or "",
            info,
            self._span(open_ + 1, close),
            self._span(close + 1, tail),
            self._span(tail, len(self.text) if end < 0 else end),
            self.text,
        )

    def _blank(self, position: int) -> int:
        while position < len(self.text) and self.text[position].isspace():
            position += 1
        return position

    def _info(self, position: int, info: dict[str, str]) -> int:
        """The metadata; returns where the brace is that opens the initial state."""
        text = self.text
        while position < len(text):
            found = _INFO.match(text, position)
            if found is not None:
                info[found.group(1)] = found.group(2).rstrip()
                position = found.end()
            elif text.startswith("(*", position):
                position = self.comment_end(position)
            elif text[position] == "{":
                return position
            elif text[position] == "\n" or text[position].isspace():
                position += 1
            else:
                stop = min(
                    (p for p in (text.find("\n", position), text.find("{", position)) if p >= 0), default=-1
                )
                if stop < 0:
                    break
                position = stop
        raise self._error("expected '{' and the initial state, found the end of the test", len(text))

    def comment_end(self, position: int) -> int:
        """Where the comment (* ... *) that starts here ends; comments nest."""
        depth = 0
        for match in _COMMENT_PART.finditer(self.text, position):
            depth += 1 if match.group() == "(*" else -1
            if depth == 0:
                return match.end()
        raise self._error("the comment that starts here does not end", position)

    def _close(self, open_: int) -> int:
        depth = 0
        for match in _BRACE.finditer(self.text, open_):
            depth += 1 if match.group() == "{" else -1
            if depth == 0:
                return match.start()
        raise self._error("the initial state that starts here does not end", open_)

    def _tail(self, position: int, arch: str) -> int:
        """Where the condition, or what stands before it, starts."""
        while position < len(self.text):
            match = _WORD.match(self.text, position)
            assert match is not None
            if match.lastgroup == "key":
                return position
            if match.lastgroup == "comment" and arch != "C":
                position = self.comment_end(position)
            elif match.lastgroup == "c" and arch != "C":
                position += 1
            else:
                position = match.end()
        return len(self.text)

    def _span(self, start: int, end: int) -> Span:
        line, column = self._place(start)
        return Span(self.text[start:end], line, column, start)

    def _place(self, position: int) -> tuple[int, int]:
        line = self.text.count("\n", 0, position) + 1
        return line, position - (self.text.rfind("\n", 0, position) + 1) + 1

    def _error(self, message: str, position: int) -> InputError:
        return InputError(message, self.file, *self._place(position))
