"""The litmus format: where a test's header, initial state, program and condition are.

Apart from the language of the program: `ARCH name "doc"`, lines `Key=value`, the initial
state in braces, the program, then `locations`, `filter` and the condition. As herd7 7.58
splits it (its lib/splitter.mll).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ordercheck.errors import InputError

ARCHITECTURES = ("X86", "X86_64", "C")
# bytes of one test: the largest of the field's are some tens of kilobytes
MAX_TEST = 1 << 20
_HEADER = re.compile(
    r"[ \t\r]*([A-Za-z0-9_]+)[ \t\r]+([A-Za-z0-9_/.+\-\[\]:]+)[ \t\r]*"
    r"(?:\([^)\n]*\)[ \t\r]*)?(?:\n?[ \t\r]*\"([^\"]*)\"[ \t\r]*)?;?"
)
_INFO = re.compile(r"([A-Za-z][A-Za-z0-9_/.\-]*)[ \t\r]*=[ \t\r]*([^\n\r]*)\r?\n")
# what the kernel's scripts look for, with the end of the comment
_RESULT = re.compile(r"^(?: \*|\(\*) Result: (.*)$", re.MULTILINE)
_BLANK = re.compile(r"\s*")
_BRACE = re.compile(r"[{}]")
_COMMENT_PART = re.compile(r"\(\*|\*\)")
# a name is read whole, so that `existsx` is no keyword
_KEY = re.compile(
    r"(?<![\w/.\-])(?:~[ \t\r]*exists|final|forall|exists|cases|observed|Observed|locations|filter)"
    r"(?![\w/.\-])"
)
# what no keyword is looked for in: comments and strings, to the end of the test where they do not end
_SKIPPED = re.compile(r"\(\*|\"[^\"]*(?:\"|$)")
_SKIPPED_C = re.compile(r"/\*(?:.*?\*/|.*)|//[^\n]*|\"[^\"\n]*\"", re.DOTALL)
_NOT_NEWLINE = re.compile(r"[^\n]+")


class Span(NamedTuple):
    """A piece of a test and where it starts: line and column, from 1, and offset in the test."""

    text: str
    line: int
    column: int
    start: int = 0


class Sections(NamedTuple):
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


def comment_end(text: str, position: int) -> int:
    """Where the comment (* ... *) that starts here ends, which may hold others; -1 where it does not."""
    depth = 0
    for match in _COMMENT_PART.finditer(text, position):
        depth += 1 if match.group() == "(*" else -1
        if depth == 0:
            return match.end()
    return -1


def without_comments(text: str) -> str:
    """A text in which comments (* ... *) are blanks, as long and with the same lines."""
    pieces = []
    position = 0
    while (start := text.find("(*", position)) >= 0:
        end = comment_end(text, start)
        if end < 0:
            break
        pieces += [text[position:start], _blanked(text[start:end])]
        position = end
    return "".join([*pieces, text[position:]]) if pieces else text


def _blanked(text: str) -> str:
    return _NOT_NEWLINE.sub(lambda match: " " * len(match.group()), text)


class _Splitter:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file

    def sections(self) -> Sections:
        start = self._blank(0)
        header = _HEADER.match(self.text, start)
        if header is None:
            raise self._error("expected an architecture and a name, such as 'X86_64 MP'", start)
        arch, name, doc = header.groups()
        if arch not in ARCHITECTURES:
            known = ", ".join(ARCHITECTURES)
            raise self._error(
                f"tests of the architecture {arch[:40]} are not supported (only {known})", start
            )
        info: dict[str, str] = {}
        open_ = self._info(header.end(), info)
        close = self._close(open_)
        tail = self._tail_of_c(close + 1) if arch == "C" else self._tail(close + 1)
        if "Result: " in self.text:
            self._result(info)
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
        match = _BLANK.match(self.text, position)
        return position if match is None else match.end()

    def _info(self, position: int, info: dict[str, str]) -> int:
        """The metadata; returns where the brace is that opens the initial state.

        What is no `Key=value` at the start of a line, no comment and no brace says nothing.
        """
        text = self.text
        closed = True
        while (position := self._blank(position)) < len(text):
            if text[position] == "{":
                return position
            found = _INFO.match(text, position) if text[position - 1] == "\n" else None
            end = -1
            if closed and text.startswith("(*", position):
                # one that does not end is a line like any other to herd7
                end = comment_end(text, position)
                closed = end >= 0
            if found is not None:
                self._note(info, found, position)
                position = found.end()
            elif end >= 0:
                position = end
            else:
                line = text.find("\n", position)
                line = len(text) if line < 0 else line
                brace = text.find("{", position, line)
                position = line if brace < 0 else brace
        raise self._error("expected '{' and the initial state, found the end of the test", len(text))

    def _note(self, info: dict[str, str], found: re.Match[str], position: int) -> None:
        key = found.group(1)
        # herd7 takes a second hash only
        if key in info and key != "Hash":
            raise self._error(f"a second value of {key[:40]}", position)
        info[key] = found.group(2).rstrip()

    def _result(self, info: dict[str, str]) -> None:
        found = _RESULT.search(self.text)
        if found is not None:
            info.setdefault("Result", found.group(1).strip().removesuffix("*/").removesuffix("*)").rstrip())

    def _comment(self, position: int) -> int:
        end = comment_end(self.text, position)
        if end < 0:
            raise self._error("the comment that starts here does not end", position)
        return end

    def _close(self, open_: int) -> int:
        depth = 0
        for match in _BRACE.finditer(self.text, open_):
            depth += 1 if match.group() == "{" else -1
            if depth == 0:
                return match.start()
        raise self._error("the initial state that starts here does not end", open_)

    # where the condition, or what stands before it, starts

    def _tail(self, position: int) -> int:
        key = _KEY.search(self.text, position)
        while True:
            if key is not None and key.start() < position:
                key = _KEY.search(self.text, position)
            skipped = _SKIPPED.search(self.text, position, len(self.text) if key is None else key.start())
            if skipped is None:
                return len(self.text) if key is None else key.start()
            if skipped.group() == "(*":
                position = self._comment(skipped.start())
            else:
                # read again without the end that the search had
                whole = _SKIPPED.match(self.text, skipped.start())
                assert whole is not None
                position = whole.end()

    def _tail_of_c(self, position: int) -> int:
        skipped = _SKIPPED_C.finditer(self.text, position)
        around = next(skipped, None)
        for key in _KEY.finditer(self.text, position):
            while around is not None and around.end() <= key.start():
                around = next(skipped, None)
            if around is None or key.start() < around.start():
                return key.start()
        return len(self.text)

    def _span(self, start: int, end: int) -> Span:
        line, column = self._place(start)
        return Span(self.text[start:end], line, column, start)

    def _place(self, position: int) -> tuple[int, int]:
        line = self.text.count("\n", 0, position) + 1
        return line, position - (self.text.rfind("\n", 0, position) + 1) + 1

    def _error(self, message: str, position: int) -> InputError:
        return InputError(message, self.file, *self._place(position))
