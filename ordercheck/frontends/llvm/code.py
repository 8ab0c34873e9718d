"""Several modules as one piece of code: which body a name means, which global, how far an index goes."""

from __future__ import annotations

from collections.abc import Sequence

from ordercheck.frontends.llvm.ir import (
    LOCAL_LINKAGE,
    ArrayType,
    Function,
    GlobalRef,
    GlobalVariable,
    Int,
    StructType,
    Type,
    Value,
    VectorType,
)
from ordercheck.frontends.llvm.module import Module

_ANY_OTHER = frozenset({"weak", "linkonce"})
_MAY_BE_REPLACED = _ANY_OTHER | {
    *("weak_odr", "linkonce_odr", "common", "extern_weak", "available_externally"),
}


class Code:
    """Modules that are linked together. kept: names of functions that are not looked into."""

    def __init__(self, modules: Sequence[Module], kept: frozenset[str] = frozenset()) -> None:
        self.modules = tuple(modules)
        self.kept = kept

    @property
    def kernel(self) -> bool:
        """Whether this is code of the Linux kernel."""
        return any(module.kernel for module in self.modules)

    def find(self, module: Module, name: str) -> tuple[Module, Function] | None:
        """The body that a call of `name` in `module` comes to; None: it is not in the modules.

        A weak definition gives way to another module's strong one.
        """
        if name in self.kept:
            return None
        alias = module.aliases.get(name)
        if isinstance(alias, GlobalRef) and alias.name != name:
            return self.find(module, alias.name)
        own = module.functions.get(name)
        if own is not None and own.blocks and own.linkage not in _MAY_BE_REPLACED:
            return module, own
        others = [(m, m.functions[name]) for m in self.modules if m is not module and name in m.functions]
        bodies = [(m, f) for m, f in others if f.blocks and f.linkage not in LOCAL_LINKAGE]
        strong = [(m, f) for m, f in bodies if f.linkage not in _MAY_BE_REPLACED]
        if strong:
            return strong[0]
        if own is not None and own.blocks:
            return module, own
        return bodies[0] if bodies else None

    def weak(self, module: Module, name: str, found: Function) -> bool:
        """Whether the body that `find` gave for the name may give way to quite another one at the link.

        One of linkage ..._odr gives way to its equal alone (LLVM Language Reference, Linkage Types).
        """
        alias = module.linkage(name) if name in module.aliases else ""
        return found.linkage in _ANY_OTHER or alias in _ANY_OTHER

    def target(self, module: Module, name: str) -> Value | None:
        """What an alias stands for; None for anything else."""
        return module.aliases.get(name)

    def variable(self, module: Module, name: str) -> tuple[Module, GlobalVariable] | None:
        """The global variable that a name means there, with its initialiser where a module has it."""
        own = module.variable(name)
        if own is not None and (own.initializer is not None or own.linkage in LOCAL_LINKAGE):
            return module, own
        for other in self.modules:
            found = other.variable(name)
            if found is not None and found.initializer is not None and found.linkage not in LOCAL_LINKAGE:
                return other, found
        return None if own is None else (module, own)

    def owner(self, module: Module, name: str) -> Module | None:
        """The module whose own the global is: None where all modules mean the same by it."""
        own = module.variable(name) or module.functions.get(name)
        return module if own is not None and own.linkage in LOCAL_LINKAGE else None

    def size(self, module: Module, of: Type) -> int:
        """The bytes from one element to the next in an array of these."""
        return module.layout.size(of)

    def steps(
        self, module: Module, source: Type, indices: Sequence[Value]
    ) -> tuple[int, list[tuple[Value, int]]]:
        """How far a getelementptr goes: constant bytes, and values with the bytes of one of each."""
        constant, rest = 0, list[tuple[Value, int]]()
        current: Type = source
        for number, index in enumerate(indices):
            if number and isinstance(current, StructType):
                assert isinstance(index, Int) and current.fields is not None
                constant += module.layout.offset(current, index.value)
                current = current.fields[index.value]
                continue
            if number:
                assert isinstance(current, ArrayType | VectorType)
                current = current.element
            stride = module.layout.size(current)
            if isinstance(index, Int):
                bits = index.type.bits
                signed = index.value - (1 << bits) if index.value >> (bits - 1) else index.value
                constant += signed * stride
            else:
                rest.append((index, stride))
        return constant, rest

    def constant_offset(self, module: Module, source: Type, indices: Sequence[Value]) -> int | None:
        """The bytes that a getelementptr goes, where that is a constant."""
        constant, rest = self.steps(module, source, indices)
        return None if rest else constant
