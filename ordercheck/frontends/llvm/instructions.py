"""Instructions in LLVM's printed form (LangRef, "Instruction Reference"), one line each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ordercheck.frontends.llvm import control_text, operations_text
from ordercheck.frontends.llvm.ir import Instruction
from ordercheck.frontends.llvm.tokens import SYMBOL, UnreadableError, Words, name_of
from ordercheck.frontends.llvm.values_text import Reader
from ordercheck.program.ir import Source

MAX_LINE = 16 << 20
"""Instructions with more characters than this are not read."""
_METADATA = re.compile(r"(?:, !\S+ (?:!\d+|!\{\}|![A-Z]\w*\([^()]*\)))+$")
_KIND = re.compile(r", !(\S+) (![^,]+)")
_NAME = re.compile(rf"(%{SYMBOL}) = ")
_COMMENT = re.compile(r'((?:[^";]|"[^"]*")*?)\s*;.*', re.DOTALL)
_TARGETS = re.compile(rf"\blabel (%{SYMBOL})")
_FLAGS = frozenset(
    (
        *("nuw", "nsw", "nusw", "exact", "disjoint", "nneg", "samesign", "inbounds", "volatile", "atomic"),
        *("weak", "fast", "nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc", "inalloca"),
        "swifterror",
    )
)
_CALLS = frozenset(("call", "invoke", "callbr"))
_MAKERS = {**operations_text.MAKERS, **control_text.MAKERS}


class Lines:
    """Reads the instructions of one module. groups: the attributes of each `#N`."""

    def __init__(self, reader: Reader, groups: Mapping[str, frozenset[str]]) -> None:
        self._reader, self._groups = reader, groups

    def read(self, line: str, place: Callable[[str], Source]) -> Instruction:
        """The instruction; `unreadable`, with its text and labels, where it is not understood.

        place: the source of the metadata node `!N` that is attached as !dbg, "" where none is.
        """
        comment = _COMMENT.fullmatch(line) if ";" in line else None
        text = (comment[1] if comment else line).strip()
        attached = _METADATA.search(text) if ", !" in text else None
        kinds: dict[str, str] = dict(_KIND.findall(attached[0])) if attached else {}
        source = place(kinds.get("dbg", ""))
        rest = text[: attached.start()] if attached else text
        named = _NAME.match(rest)
        name = name_of(named[1]) if named else ""
        flags = {"nontemporal"} if "nontemporal" in kinds else set[str]()
        try:
            if len(rest) > MAX_LINE:
                raise UnreadableError("the line is too long")
            words = Words(rest[named.end() :] if named else rest)
            while words.peek() in ("tail", "musttail", "notail"):
                flags.add(words.next())
            op = words.next()
            while words.peek() in _FLAGS:
                flags.add(words.next())
            fields = self._fields(op, words, flags)
            if words.peek():
                raise UnreadableError(f"expected the end, found {words.peek()}")
            return Instruction(op, name, flags=frozenset(flags), source=source, text=text, **fields)
        except (UnreadableError, ValueError, RecursionError):
            labels = tuple(map(name_of, _TARGETS.findall(text)))
            return Instruction("unreadable", name, labels=labels, source=source, text=text)

    def _fields(self, op: str, words: Words, flags: set[str]) -> operations_text.Fields:
        if op in _CALLS:
            return control_text.call(self._reader, self._groups, words)
        maker = _MAKERS.get(op)
        if maker is None:
            raise UnreadableError(f"expected an instruction, found {op}")
        return maker(self._reader, words, flags)
