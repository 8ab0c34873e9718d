"""What the modules say of the global that a base is, whichever of them has it."""

from __future__ import annotations

from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.ir import LOCAL_LINKAGE, Function, GlobalVariable
from ordercheck.frontends.llvm.places import Base


def may_be_absent(code: Code, base: str) -> bool:
    """Whether the linker may find nothing for the global of that base, which has no address then."""
    # a base has a number behind its name where another one has that name
    for name in {base, base.rsplit("#", 1)[0]}:
        found = [m.variable(name) or m.functions.get(name) for m in code.modules]
        weak = any(f is not None and f.linkage == "extern_weak" for f in found)
        if weak and not any(_defines(f) for f in found):
            return True
    return False


def _defines(found: Function | GlobalVariable | None) -> bool:
    if found is None or found.linkage in LOCAL_LINKAGE:
        return False
    return bool(found.blocks) if isinstance(found, Function) else found.initializer is not None


def is_constant(code: Code, base: Base) -> bool:
    """Whether the base is a global that nobody may store to."""
    if base.kind != "global":
        return False
    found = [v for m in code.modules if (v := m.variable(base.name)) is not None]
    return bool(found) and all(v.constant for v in found)
