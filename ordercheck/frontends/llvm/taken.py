"""Whose address is taken: what a call by a pointer may come to.

Not that which a compiler or a linker alone is told by: what it must keep, and what other modules may name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ordercheck.frontends.llvm.index import Index
from ordercheck.frontends.llvm.ir import GlobalRef, OpaqueValue, Value

_PLAIN = re.compile(r"[-a-zA-Z$._][-a-zA-Z$._0-9]*")
"""A name that LLVM writes without quotes."""
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


def holding(index: Index, names: Sequence[str]) -> list[str]:
    """The variables whose initialisers have the address of a function in them, or that of such a variable."""
    found = dict[str, None]()
    symbols = [index.symbol(name) for name in names]
    while symbols:
        whole = re.compile(rf"(?:{'|'.join(map(re.escape, symbols))})(?![-\w$.])")
        new = [
            n
            for n, text in index.variables.items()
            if n not in found and _tells(n, text) and whole.search(text)
        ]
        found |= dict.fromkeys(new)
        symbols = [f"@{name}" for name in new]
    return list(found)


def accessing(index: Index, name: str) -> list[str] | None:
    """The functions whose bodies use a variable's address; None where it is used elsewhere, too."""
    whole = re.compile(rf"@{re.escape(name)}(?![-\w$.])")
    used = word([name])
    elsewhere = [*_initialisers(index), *index.aliases.values()]
    if (
        not _PLAIN.fullmatch(name)
        or any(map(whole.search, elsewhere))
        or any(map(used.search, index.assembly))
    ):
        return None
    bodies = ((f, span) for f, span in index.functions.items() if span.defined)
    return [f for f, span in bodies if whole.search(index.text, span.head_end, span.end)]


def word(names: Sequence[str]) -> re.Pattern[str]:
    """One of these symbols in a text of assembly."""
    return re.compile(rf"(?<![\w.$@])(?:{'|'.join(map(re.escape, names))})(?![\w.$])")


def _initialisers(index: Index) -> Iterator[str]:
    return (text for name, text in index.variables.items() if _tells(name, text))


def _tells(name: str, text: str) -> bool:
    """Whether a variable is one by which something may be called."""
    return not name.startswith(_LISTS) and _KEPT not in text


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


def mentions(value: Value | None, name: str) -> bool:
    """Whether a value has the address of that global in it."""
    if isinstance(value, GlobalRef):
        return value.name == name
    if isinstance(value, OpaqueValue):
        return name in value.text
    parts = getattr(value, "operands", ()) or getattr(value, "elements", ())
    return any(mentions(part, name) for part in parts)
