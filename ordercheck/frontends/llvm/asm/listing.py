"""The statements sorted into sections: lines of code, labels, and the tables that change or leave the code.

Sources: the manual of the GNU assembler, "Pseudo Ops"; Linux: Documentation/arch/x86/exception-tables.rst,
Documentation/staging/static-keys.rst, arch/x86/include/asm/alternative.h (what the tables hold).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

from ordercheck.frontends.llvm.asm.encoded import decode
from ordercheck.frontends.llvm.asm.expressions import Sum, evaluate
from ordercheck.frontends.llvm.asm.instruction import PREFIXES, Instruction
from ordercheck.frontends.llvm.asm.syntax import parse_operands
from ordercheck.frontends.llvm.asm.template import shown
from ordercheck.frontends.llvm.asm.text import Statement, split, statements
from ordercheck.frontends.llvm.asm.words import words

MOST_LINES = 4000

MAIN = ""
"""The section that the statement stands in."""

TABLES = (".altinstructions", "__jump_table", "__ex_table")
"""Tables by which the kernel changes code, or goes on elsewhere after a fault.

Not .smp_locks: LOCK prefixes are taken out on machines with one processor only, where nobody else looks.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A label, an instruction, or what is not understood (why). code: in an executable section."""

    section: str
    code: bool
    label: str = ""
    instruction: Instruction | None = None
    why: str = ""
    text: str = ""


class Entry(NamedTuple):
    """A directive in one of the tables: its expressions; at: the number of lines before it."""

    directive: str
    values: tuple[Sum | None, ...]
    at: int


@dataclass(slots=True)
class Listing:
    """lines: in the order of the text; tables: their entries; trouble: why nothing can be said at all."""

    lines: list[Line] = field(default_factory=list)
    tables: dict[str, list[Entry]] = field(default_factory=dict)
    trouble: str = ""
    labels: dict[str, list[int]] = field(default_factory=dict)

    def find(self, name: str, at: int) -> int | None:
        """The line of a label, named from before line `at`; `1b` and `1f` as the assembler takes them."""
        numeric = re.fullmatch(r"(\d+)([bf])", name)
        if numeric is None:
            found = self.labels.get(name, [])
            return found[0] if len(found) == 1 else None
        places = self.labels.get(numeric[1].lstrip("0") or "0", [])
        place = bisect_left(places, at)
        if numeric[2] == "b":
            return places[place - 1] if place > 0 else None
        return places[place] if place < len(places) else None


def read_listing(text: str, intel: bool) -> Listing:
    """The lines of an expanded text."""
    reader = _Reader(intel)
    for statement in statements(text):
        reader.take(statement)
        if len(reader.listing.lines) > MOST_LINES:
            reader.listing.trouble = "it is too long"
        if reader.listing.trouble:
            break
    reader.end()
    return reader.listing


_CODE_NAMES = (".fixup", ".altinstr_replacement", ".altinstr_aux")
_SILENT = frozenset(
    words(
        ".type .size .globl .global .weak .local .hidden .protected .internal .set .equ .equiv "
        ".code64 .ident .loc .file .line .extern .purgem .symver .version .allow_index_reg .arch .addrsig "
        ".endif .else .elseif .endr"
    )
)
_PADDING = frozenset(words(".align .balign .p2align .balignw .balignl .p2alignw .p2alignl .nops"))
"""Filled with NOPs in code."""
_BLOCKS = frozenset((".rept", ".irp", ".irpc", ".rep"))


class _Reader:
    def __init__(self, intel: bool) -> None:
        self.listing = Listing()
        self.intel = intel
        self.section, self.previous = MAIN, MAIN
        self.stack: list[tuple[str, str]] = []
        self.code = {MAIN: True}
        self.prefixes: tuple[str, ...] = ()
        self.bytes: list[int] = []
        self.macro = 0
        self.depth = 0
        self.block: list[Statement] = []

    def take(self, statement: Statement) -> None:
        """One statement more."""
        if self.macro or statement.name == ".macro":
            self.macro += (statement.name == ".macro") - (statement.name in (".endm", ".endmacro"))
            return
        if self.block or (self.code[self.section] and _opens(statement)):
            self._in_block(statement)
        elif statement.kind == "directive":
            self._directive(statement)
        elif statement.kind == "label":
            self._label(statement.name)
        elif self.code[self.section]:
            self._instruction(statement)

    def end(self) -> None:
        """All statements were taken."""
        self._flush()
        if self.prefixes:
            self._add(why="a prefix without an instruction", text=" ".join(self.prefixes))
        if self.macro or self.block:
            self.listing.trouble = "a macro or conditional text without an end"
        elif self.section != MAIN and not self.listing.trouble:
            self.listing.trouble = f"it leaves section {self.section} open"

    def _in_block(self, statement: Statement) -> None:
        """Conditional or repeated text in code: harmless where it holds nothing but prefixes and NOPs."""
        self.block.append(statement)
        self.depth += _opens(statement) - _closes(statement)
        if self.depth > 0:
            return
        if not all(_harmless(inner) for inner in self.block):
            self._flush()
            self._add(why="conditional text", text=" ".join(inner.text for inner in self.block)[:200])
        self.block = []

    def _label(self, name: str) -> None:
        self._flush()
        if self.prefixes:
            self._add(why="a label between a prefix and its instruction", text=name)
        # a numeric label is a number: `01:` is `1:`
        name = name.lstrip("0") or "0" if name.isdecimal() else name
        self.listing.labels.setdefault(name, []).append(len(self.listing.lines))
        self._add(label=name)

    def _add(
        self, label: str = "", instruction: Instruction | None = None, why: str = "", text: str = ""
    ) -> None:
        code = self.code[self.section]
        self.listing.lines.append(Line(self.section, code, label, instruction, why, shown(text)))

    def _flush(self) -> None:
        """The bytes up to here are instructions, or prefixes of the next one."""
        if not self.bytes:
            return
        text = ".byte " + ", ".join(f"0x{byte:02x}" for byte in self.bytes)
        decoded = decode(self.bytes, text)
        self.bytes = []
        for instruction in decoded.instructions:
            self._add(instruction=instruction, text=text)
        if decoded.rest:
            self._add(why="bytes that are not understood", text=text)
        self.prefixes += decoded.prefixes

    def _instruction(self, statement: Statement) -> None:
        self._flush()
        name, rest = statement.name, statement.rest
        while name in PREFIXES:
            self.prefixes += (name,)
            if not rest:
                return
            following = re.fullmatch(
                r"/?\s*([A-Za-z][\w.]*(?:\x01[^\x02]*\x02)?)\s*/?\s*(.*)", rest, re.DOTALL
            )
            if following is None:
                self._add(why="an instruction that is not understood", text=statement.text)
                return
            name, rest = following[1].lower(), following[2].strip()
        text = " ".join((*self.prefixes, name, rest))
        prefixes, self.prefixes = self.prefixes, ()
        if not name:
            self._add(why="an instruction that is not understood", text=text)
            return
        operands = parse_operands(rest, self.intel)
        made = Instruction(name, operands, prefixes, self.intel, shown(text))
        self._add(instruction=made, text=text)

    def _directive(self, statement: Statement) -> None:
        name, rest = statement.name, statement.rest
        self.depth += _opens(statement) - _closes(statement)
        if self._switch(name, rest):
            if self.depth > 0:
                self.listing.trouble = "sections are changed in conditional text"
            return
        if name in (".intel_syntax", ".att_syntax"):
            self._flush()
            self.intel = name == ".intel_syntax"
            if rest != ("noprefix" if self.intel else "") and rest != "prefix":
                self.listing.trouble = f"{statement.text} is not followed"
            return
        if not self.code[self.section]:
            if self.section in TABLES:
                values = tuple(evaluate(value) for value in split(rest))
                entry = Entry(name, values, len(self.listing.lines))
                self.listing.tables.setdefault(self.section, []).append(entry)
            return
        self._in_code(name, rest, statement.text)

    def _in_code(self, name: str, rest: str, text: str) -> None:
        if name == ".byte":
            values = [evaluate(value) for value in split(rest)]
            if all(v is not None and v.constant and -128 <= v.number <= 255 for v in values):
                self.bytes.extend(v.number & 255 for v in values if v is not None)
                return
        self._flush()
        silent = name in _SILENT or name in _PADDING or name.startswith(".cfi_")
        if not silent and not (name in (".skip", ".space") and _nops(rest)):
            self._add(why="a directive that is not followed", text=text)

    def _switch(self, name: str, rest: str) -> bool:
        """Whether it chooses a section."""
        words = split(rest)
        if name == ".pushsection" and words:
            self._flush()
            self.stack.append((self.section, self.previous))
            self._enter(words)
        elif name == ".section" and words:
            self._flush()
            self._enter(words)
        elif name == ".popsection":
            self._flush()
            if not self.stack:
                self.listing.trouble = ".popsection without .pushsection"
                return True
            self.section, self.previous = self.stack.pop()
        elif name == ".previous":
            self._flush()
            self.section, self.previous = self.previous, self.section
        elif name == ".subsection":
            self._flush()
            whole = self.section.split("/")[0]
            self._to(whole if rest == "0" else f"{whole}/{rest}", self.code[self.section])
        elif name in (".text", ".data", ".bss"):
            self._flush()
            # the compiler's own text section is the one that the statement stands in
            self._to(MAIN if name == ".text" and not rest else name, name == ".text")
        else:
            return name in (".pushsection", ".section")
        return True

    def _enter(self, words: list[str]) -> None:
        name = words[0].strip('"')
        flags = next((w.strip('"') for w in words[1:] if w.startswith('"')), None)
        if flags is not None:
            code = "x" in flags
        else:
            code = self.code.get(name, "text" in name or name in _CODE_NAMES)
        self._to(name, code)

    def _to(self, name: str, code: bool) -> None:
        self.previous, self.section = self.section, name
        self.code[name] = self.code.get(name, False) or code


def _opens(statement: Statement) -> bool:
    return statement.kind == "directive" and (statement.name.startswith(".if") or statement.name in _BLOCKS)


def _closes(statement: Statement) -> bool:
    return statement.kind == "directive" and statement.name in (".endif", ".endr")


def _harmless(statement: Statement) -> bool:
    """Conditional text that changes nothing, whether it is there or not."""
    if statement.kind == "directive":
        plain = statement.name in _SILENT or _opens(statement)
        return plain or statement.text.split() in (
            ["nop"],
            [".byte", "0x2e"],
            [".byte", "0x3e"],
            [".byte", "0x90"],
        )
    return statement.text == "nop"


def _nops(rest: str) -> bool:
    """Whether space is filled with NOPs."""
    words = split(rest)
    value = evaluate(words[-1]) if len(words) == 2 else None
    return value is not None and value == Sum(0x90)
