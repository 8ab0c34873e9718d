"""Which functions to ask about where nobody names one: those that hold what is checked, and their callers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.ir import LOCAL_LINKAGE, GlobalRef
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.summary import Summary

WORDS = (
    *("!nontemporal", "movnt", "movdir", "maskmov", "clzero", "enqcmd", "llvm.x86.directstore"),
    *("sfence", "mfence", "lfence", "  fence ", "clflush", "llvm.x86.clwb", "clwb"),
)
"""What the text of a function has in it that holds a non-temporal store or a fence."""

BYTE = ".byte"
ENCODED = re.compile(r"0x0?f *, *0x(?:c3|e7|2b|38 *, *0xf[89]|ae|01 *, *0xfc)\b", re.IGNORECASE)
"""Such an instruction by its bytes (Intel SDM vol. 2: MOVNTI 0F C3, MOVNTQ 0F E7, MOVNTPS 0F 2B,
MOVDIR64B and ENQCMD 0F 38 F8, MOVDIRI 0F 38 F9, the fences and flushes 0F AE; AMD: CLZERO 0F 01 FC)."""

Found = tuple[Module, str]
Find = Callable[[str], Summary | None]


def holders(code: Code, find: Find) -> list[Found]:
    """The functions that hold a non-temporal store or a fence themselves, in the order of the modules.

    Also those that call what is not in the modules and copies by non-temporal stores. find: the
    summary of a function by its name.
    """
    found = [(m, n) for m in code.modules for n in m.defined() if m.holds(n, WORDS) or _encoded(m, n)]
    for module in code.modules:
        for name in set(module.functions) - set(module.defined()):
            summary = None if name.startswith("llvm.") else find(name)
            streams = summary is not None and any(access.nt for access in summary.writes)
            if streams and not any(name in m.defined() for m in code.modules):
                found += [(module, user) for user in module.mentions(name)]
    return unique(code, found)


def callers(code: Code, module: Module, name: str) -> list[Found]:
    """The functions whose bodies name that one, by an alias too."""
    own = module.functions[name].linkage in LOCAL_LINKAGE
    names = [name, *(a for a, of in module.aliases.items() if isinstance(of, GlobalRef) and of.name == name)]
    users = [(module, user) for user in module.mentions(name)]
    for other in code.modules:
        if other is not module:
            users += [(other, user) for n in (names[1:] if own else names) for user in other.mentions(n)]
    return unique(code, (found for found in users if found[1] != name))


def unique(code: Code, found: Iterable[Found]) -> list[Found]:
    """Each function once: of several definitions for all modules, the one that a linker takes."""
    seen: dict[tuple[Module, str], None] = {}
    for module, name in found:
        own = module.functions[name].linkage in LOCAL_LINKAGE
        linked = None if own else code.find(module, name)
        seen[(module if linked is None else linked[0]), name] = None
    return list(seen)


def _encoded(module: Module, name: str) -> bool:
    return module.holds(name, (BYTE,)) and ENCODED.search(module.text_of(name)) is not None
