"""Whose address is taken: what a call by a pointer may come to.

Not that which a compiler or a linker alone is told by: what it must keep, and what other modules may name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ordercheck.frontends.llvm.index import Index

_LISTS = ("llvm.used", "llvm.compiler.used", "__ksymtab_", "__export_symbol_")
_KEPT = '".discard.addressable"'
"""The kernel's `__ADDRESSABLE()` (include/linux/compiler.h): so that the symbol is not dropped."""
_EXPORTS = re.compile(r"\.(?:push)?section\s+\"?(?:___ksymtab|__ksymtab|\.export_symbol)")
_BACK = re.compile(r"\.(?:previous|popsection|section)\b")
_ABOUT = re.compile(r"\s*\.(?:globl|global|weak|local|hidden|protected|internal|type|size)\b")
"""What says something of a symbol and does not use its value (GNU as, "Pseudo Ops")."""


def is_taken(index: Index, names: Sequence[str]) -> bool:
    """Whether that module uses the address of a function, by one of its names."""
    symbols = "|".join(re.escape(index.symbol(name)) for name in names)
    value = re.compile(rf"(?:{symbols})(?![-\w$.(])")
    if any(value.search(text) for text in _initialisers(index)):
        return True
    bodies = (span for span in index.functions.values() if span.defined)
    if any(value.search(index.text, span.head_end, span.end) for span in bodies):
        return True
    used = word(names)
    return any(used.search(line) for line in _using(index.assembly))


def word(names: Sequence[str]) -> re.Pattern[str]:
    """One of these symbols in a text of assembly."""
    return re.compile(rf"(?<![\w.$@])(?:{'|'.join(map(re.escape, names))})(?![\w.$])")


def _initialisers(index: Index) -> Iterator[str]:
    for name, text in index.variables.items():
        if not name.startswith(_LISTS) and _KEPT not in text:
            yield text


def _using(lines: Sequence[str]) -> Iterator[str]:
    """The lines of module-level assembly that may use the value of a symbol."""
    exports = False
    for line in lines:
        if _EXPORTS.search(line):
            exports = True
        elif _BACK.search(line):
            exports = False
        elif not exports and not _ABOUT.match(line):
            yield line
