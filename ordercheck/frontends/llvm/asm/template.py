"""The text of a statement with LLVM's `$` escapes undone; operands become marks that survive it.

Source: the LLVM Language Reference, "Inline Asm Template String".
"""

from __future__ import annotations

import re

OPEN, CLOSE = "\x01", "\x02"
MARK = re.compile(r"\x01(\d+):([^\x02]*)\x02")
"""An operand in the expanded text: its number, its modifier."""

_ESCAPE = re.compile(r"\$(?:(\$)|(\d{1,4})|\{(\d{1,4})(?::([^}\x01\x02]*))?\}|\{:(\w+)\}|(\()|(\|)|(\)))")
_NAMED = {"uid": "0", "private": ".L", "comment": "#"}


def expand(text: str, intel: bool) -> str | None:
    """The text in one dialect; None where an escape is not known."""
    if OPEN in text or CLOSE in text:
        return None
    chosen = _dialect(text, intel)
    if chosen is None:
        return None
    made: list[str] = []
    at = 0
    while (dollar := chosen.find("$", at)) >= 0:
        made.append(chosen[at:dollar])
        found = _ESCAPE.match(chosen, dollar)
        if found is None:
            return None
        made.append(_one(found))
        at = found.end()
    made.append(chosen[at:])
    whole = "".join(made)
    return None if "\x00" in whole else whole


def _one(found: re.Match[str]) -> str:
    literal, plain, number, modifier, named, opening, bar, closing = found.groups()
    if literal:
        return "$"
    if plain or number:
        return f"{OPEN}{plain or number}:{modifier or ''}{CLOSE}"
    if named:
        return _NAMED.get(named, "\x00")
    # outside of alternatives these stand for the characters themselves
    return "{" if opening else "|" if bar else "}" if closing else "\x00"


def _dialect(text: str, intel: bool) -> str | None:
    """With `$(AT&T$|Intel$)` resolved; alternatives do not nest."""
    made: list[str] = []
    at = 0
    while at < len(text):
        dollar = text.find("$", at)
        if dollar < 0:
            break
        made.append(text[at:dollar])
        if text[dollar : dollar + 2] != "$(":
            made.append(text[dollar : dollar + 2])
            at = dollar + 2
            continue
        end = _closing(text, dollar + 2)
        if end < 0:
            return None
        ways = _ways(text[dollar + 2 : end])
        made.append(ways[int(intel)] if int(intel) < len(ways) else "")
        at = end + 2
    made.append(text[at:])
    return "".join(made)


def _closing(text: str, at: int) -> int:
    while (dollar := text.find("$", at)) >= 0:
        escaped = text[dollar + 1 : dollar + 2]
        if escaped == ")":
            return dollar
        if escaped == "(":
            return -1
        at = dollar + 2
    return -1


def _ways(text: str) -> list[str]:
    ways = [""]
    at = 0
    while at < len(text):
        if text[at] == "$" and text[at : at + 2] == "$|":
            ways.append("")
            at += 2
            continue
        step = 2 if text[at] == "$" else 1
        ways[-1] += text[at : at + step]
        at += step
    return ways


def shown(text: str) -> str:
    """Expanded text for people: `$1` or `${1:b}` where the marks are, white space in single blanks."""
    plain = MARK.sub(lambda m: f"${{{m[1]}:{m[2]}}}" if m[2] else f"${m[1]}", text)
    return " ".join(plain.split())
