"""Which functions to ask about where nobody names one: those that hold what is checked, and their callers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from ordercheck.frontends.llvm import static_calls
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.ir import LOCAL_LINKAGE, GlobalRef
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.summary import Summary

STREAMS = ("!nontemporal", "movnt", "movdir", "maskmov", "clzero", "enqcmd", "llvm.x86.directstore")
"""What the text of a function has in it that holds a non-temporal store."""
WORDS = (
    *STREAMS,
    *("sfence", "mfence", "lfence", "  fence ", "clflush", "llvm.x86.clwb", "clwb"),
)
"""What the text of a function has in it that holds a non-temporal store or a fence."""

ENCODED = re.compile(
    rb"\x0f(?:[\xc3\xe7\x2b\xae]|\x38[\xf8\xf9]|\x01\xfc)"
    rb"|(?:\xc5.|\xc4..|\x62...)[\xe7\x2b]",
    re.DOTALL,
)
"""Such an instruction by its bytes (Intel SDM vol. 2: MOVNTI 0F C3, MOVNTQ 0F E7, MOVNTPS 0F 2B,
MOVDIR64B and ENQCMD 0F 38 F8, MOVDIRI 0F 38 F9, the fences and flushes 0F AE; AMD: CLZERO 0F 01 FC;
the two of vectors also behind VEX and EVEX)."""

_WIDTHS = {
    **dict.fromkeys((".byte", ".1byte"), 1),
    **dict.fromkeys((".2byte", ".short", ".word", ".value", ".hword"), 2),
    **dict.fromkeys((".4byte", ".long", ".int"), 4),
    **dict.fromkeys((".8byte", ".quad"), 8),
}
_DATA = re.compile(r"(\.\w+)[ \t]+([^;#\n\"]+)")
_ASM = re.compile(r'\basm [^"\n]*"([^"\n]*)"')
_ESCAPED = re.compile(r"\\([0-9A-Fa-f]{2})")
_NUMBER = re.compile(r"-?(?:0x[0-9a-f]+|0b[01]+|[0-9][0-9a-f]*h|[0-9]+)")

_INDIRECT = re.compile(r"\b(?:call|invoke)\b[^\n]* %(?:[-\w$.]+|\"[^\"\n]*\")\(")
Found = tuple[Module, str]
Find = Callable[[str], Summary | None]


def holders(code: Code, find: Find, words: Sequence[str] = WORDS) -> list[Found]:
    """The functions that hold a non-temporal store or a fence themselves, in the order of the modules.

    Also those that call what is not in the modules and copies by non-temporal stores. find: the
    summary of a function by its name. words: what is looked for.
    """
    found = [(m, n) for m in code.modules for n in m.defined() if m.holds(n, words) or _by_assembly(m, n)]
    for module, name in streamers(code, find):
        found += [(module, user) for user in module.mentions(name)]
    return unique(code, found)


def streamers(code: Code, find: Find) -> list[Found]:
    """What is not in the modules, and copies by non-temporal stores, by the modules that declare it."""
    found = []
    for module in code.modules:
        for name in sorted(set(module.functions) - set(module.defined())):
            summary = None if name.startswith("llvm.") else find(name)
            streams = summary is not None and any(access.nt for access in summary.writes)
            if streams and not any(name in m.defined() for m in code.modules):
                found.append((module, name))
    return found


def callers(code: Code, module: Module, name: str) -> list[Found]:
    """The functions whose bodies name that one, by an alias too, or that may call it by a variable."""
    own = module.functions[name].linkage in LOCAL_LINKAGE
    names = [name, *(a for a, of in module.aliases.items() if isinstance(of, GlobalRef) and of.name == name)]
    users = [(module, user) for user in module.mentions(name)]
    for other in code.modules:
        if other is not module:
            users += [(other, user) for n in (names[1:] if own else names) for user in other.mentions(n)]
        if other is module or not own:
            users += _by_variables(code, other, name)
    return unique(code, (found for found in users if found[1] != name))


def _by_variables(code: Code, module: Module, name: str) -> list[Found]:
    """The functions that name a table with that one in it and call by a pointer, or make a static call."""
    found: list[Found] = []
    for variable in module.holding(name):
        of = module.variable(variable)
        local = of is None or of.linkage in LOCAL_LINKAGE
        trampoline = static_calls.trampoline(variable)
        for other in [module] if local else code.modules:
            users = other.mentions(trampoline or variable)
            found += [(other, user) for user in users if trampoline or by_pointer(other, user)]
    return found


def by_pointer(module: Module, name: str) -> bool:
    """Whether a function calls by a pointer."""
    return _INDIRECT.search(module.text_of(name)) is not None


def unique(code: Code, found: Iterable[Found]) -> list[Found]:
    """Each function once: of several definitions for all modules, the one that a linker takes."""
    seen: dict[tuple[Module, str], None] = {}
    for module, name in found:
        own = module.functions[name].linkage in LOCAL_LINKAGE
        linked = None if own else code.find(module, name)
        seen[(module if linked is None else linked[0]), name] = None
    return list(seen)


def _by_assembly(module: Module, name: str) -> bool:
    """Whether assembly in a function has such an instruction in other letters, or in numbers."""
    if not module.holds(name, (" asm ",)):
        return False
    return any(orders(text) for text in statements(module, name))


def statements(module: Module, name: str) -> list[str]:
    """The texts of the assembly in a function."""
    texts = _ASM.findall(module.text_of(name))
    return [_ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) for text in texts]


def orders(text: str) -> bool:
    """Whether a text of assembly has such an instruction in it."""
    plain = text.lower()
    return any(word in plain for word in WORDS) or ENCODED.search(_data(plain)) is not None


def _data(text: str) -> bytes:
    """The numbers that a text of assembly puts among the instructions, as bytes, whatever lies between."""
    found = bytearray()
    for directive, values in _DATA.findall(text):
        width = _WIDTHS.get(directive, 0)
        for value in values.split(",") if width else ():
            if _NUMBER.fullmatch(value.strip()):
                found += (_number(value.strip()) % (1 << 8 * width)).to_bytes(width, "little")
    return bytes(found)


def _number(text: str) -> int:
    """As the assembler reads it: octal behind a 0, hexadecimal before an h."""
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text)
    if digits.endswith("h"):
        return sign * int(digits[:-1], 16)
    octal = len(digits) > 1 and digits.isdigit() and digits[0] == "0" and not set(digits) & {"8", "9"}
    return sign * int(digits, 8 if octal else 0 if digits[:2] in ("0x", "0b") else 10)
