"""Parameters' names in a condition: compiled code has some that Python could not read.

`pgmap[104]`, `&zone[96]` or `zone->node` in a condition are names, and nothing that is computed. Each is
put aside before Python's parser sees the text, in its place an identifier of the same length, so that
columns stay what they are.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Collection, Iterator

from ordercheck.errors import InputError

_FIRST_MARK = 0x4E00
"""Letters that are identifiers of one column each (CJK ideographs); those that the text has are left out."""
_NAME = re.compile(r"[&*%]*[^\W\d][\w$]*(?:\[(?:\d+|\.\.\.)\]|->\w+|\.\w+|#\d+|\(\))*|%\d+")
"""What looks as parameters of compiled code do."""
_GOES_ON = re.compile(r"[\w$]+")
_WORD = re.compile(r"\w+")
_OPERATORS = frozenset({"and", "or", "not"})


def masked(text: str, names: Collection[str], unknown: Callable[[str], str]) -> tuple[str, dict[str, str]]:
    """The text with an identifier for each of these names that is none; and what each stands for.

    Of names that begin alike, the longest is meant. Raises InputError where something else looks as
    such a name does; unknown: what is said of it.
    """
    odd = sorted(filter(_odd, names), key=len, reverse=True)
    last = _FIRST_MARK + 2 * len(text)
    marks = (chr(code) for code in range(_FIRST_MARK, last + 1) if chr(code) not in text)
    mark_of: dict[str, str] = {}
    pieces: list[str] = []
    for piece, at in _operands(text, odd):
        if piece in odd and at >= 0:
            if piece not in mark_of:
                mark_of[piece] = next(marks).ljust(len(piece), "_")
            pieces.append(mark_of[piece])
        elif at < 0 or piece.isidentifier():
            pieces.append(piece)
        else:
            raise InputError(unknown(piece), "--assume", 1, at + 1)
    return "".join(pieces), {mark: name for name, mark in mark_of.items()}


def _odd(name: str) -> bool:
    """Whether Python would not read it as a name: C has variables that are called `in` or `from`."""
    if name in _OPERATORS or name.isdigit():
        return False
    return not name.isidentifier() or keyword.iskeyword(name)


def _operands(text: str, odd: list[str]) -> Iterator[tuple[str, int]]:
    """The text in pieces; those that may be a name, with where they begin, else -1.

    A star is multiplication behind an operand, and part of a name elsewhere.
    """
    at, operand = 0, False
    while at < len(text):
        piece = "" if operand else _named(text, at, odd)
        if piece:
            yield piece, at
            operand = piece not in _OPERATORS
        else:
            word = _WORD.match(text, at)
            piece = word[0] if word else text[at]
            yield piece, -1
            if not piece.isspace():
                operand = piece in ")]" or (word is not None and piece not in _OPERATORS)
        at += len(piece)


def _named(text: str, at: int, odd: list[str]) -> str:
    """The name that the text has there, "" where it has none; to the end of what it cannot end within."""
    found = max((name for name in odd if text.startswith(name, at)), key=len, default="")
    match = _NAME.match(text, at)
    if match is not None and len(match[0]) > len(found):
        found = match[0]
    further = _GOES_ON.match(text, at + len(found)) if found else None
    return found + (further[0] if further else "")
