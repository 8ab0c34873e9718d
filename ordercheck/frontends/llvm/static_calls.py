"""The kernel's static calls: a trampoline that jumps to a function, and is patched to jump to another.

`DEFINE_STATIC_CALL(x, f)` makes the trampoline `__SCT__x`, in assembly outside of functions, and the key
`__SCK__x`, by which `static_call_update()` has it patched. Sources: Linux, include/linux/static_call.h,
arch/x86/include/asm/static_call.h.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.flat import Named
from ordercheck.frontends.llvm.ir import GlobalRef, Instruction, Value
from ordercheck.frontends.llvm.module import Module

TRAMPOLINE, _KEY = "__SCT__", "__SCK__"
_UPDATE = "__static_call_update"
_SYMBOL = r"([\w.$]+)"
_JUMPS = (
    re.compile(rf"^\s*jmp\s+{_SYMBOL}\s*$"),
    re.compile(rf"^\s*\.byte\s+0xe9\s*;\s*\.long\s+{_SYMBOL}\s+-"),
)
_NO_CODE = re.compile(
    r"$|\d+:$|endbr64$|\.(?:pushsection|popsection|section|previous|quad|long|type|p?align)\b"
)
"""What may stand in front of that: a mark for objtool (`ANNOTATE_NOENDBR`)."""


def targets(code: Code, name: str) -> tuple[Named, ...]:
    """The functions that a trampoline may jump to, if these modules alone update it; none: nobody knows."""
    key = _KEY + name.removeprefix(TRAMPOLINE)
    jumps = [(m, to) for m in code.modules for to in _jumps(m.assembly, name)]
    if len(jumps) != 1 or not name.startswith(TRAMPOLINE):
        return ()
    module, first = jumps[0]
    if first not in module.functions or module.variable(key) is None:
        return ()
    found = {(module, first): None}
    for other in code.modules:
        updates = _updates(other, key)
        if updates is None:
            return ()
        for value in updates:
            if not isinstance(value, GlobalRef) or value.name not in other.functions:
                return ()
            # what is the same function by another module's name would be two
            same = code.owner(other, value.name) is None and (module, value.name) in found
            found.setdefault((module if same else other, value.name))
    return tuple(found)


def trampoline(key: str) -> str:
    """What is called where that variable is the key of a static call; "" where it is none."""
    return TRAMPOLINE + key.removeprefix(_KEY) if key.startswith(_KEY) else ""


def _jumps(lines: list[str], name: str) -> Iterator[str]:
    """Where the code behind a label jumps to, if that is the first thing that it does."""
    inside = False
    for line in lines:
        text = line.strip()
        if text.startswith(f"{name}:"):
            inside, text = True, text.removeprefix(f"{name}:").strip()
        if inside and not _NO_CODE.match(text):
            inside = False
            yield from (found[1] for jump in _JUMPS if (found := jump.match(text)) is not None)


def _updates(module: Module, key: str) -> list[Value] | None:
    """What a module has a static call changed to; None where it does more with the key than that."""
    if module.variable(key) is None:
        return []
    using = module.using(key)
    if using is None or not all(_is_update(instr, uses) for instr, uses in using):
        return None
    return [value for instr, _ in using for value in instr.operands[2:]]


def _is_update(instr: Instruction, uses: list[int]) -> bool:
    """Whether a static call is changed; uses: the operands that have its key in them."""
    return instr.callee_name == _UPDATE and uses == [0] and len(instr.operands) == 3
