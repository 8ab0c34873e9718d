"""Several modules as one piece of code: which body a name means, which global, how far an index goes."""

from __future__ import annotations

from collections.abc import Sequence

from ordercheck.errors import InputError
from ordercheck.frontends.llvm.alike import alike
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
from ordercheck.program.ir import Source
from ordercheck.record import record

ANY_OTHER = frozenset({"weak", "linkonce"})
"""The linkage of what may give way to quite another definition."""
_MAY_BE_REPLACED = ANY_OTHER | {
    *("weak_odr", "linkonce_odr", "common", "extern_weak", "available_externally"),
}
WEAK = "it is weak"


@record(frozen=True, slots=True)
class _Definition:
    """What a module has for a name; function None: something that is not followed to a body."""

    module: Module
    function: Function | None
    linkage: str

    @property
    def place(self) -> Source:
        """Where it stands."""
        of = self.function
        known = [] if of is None else [of.source, of.blocks[0].instructions[0].source]
        return next((source for source in known if source.line), Source(str(self.module.path)))


def _definition(module: Module, name: str) -> _Definition | None:
    """A function with a body, or an alias: that of the module's own body, whoever else has that name.

    An assembler gives the alias the address of what stands in its file, also where that is weak and the
    linker takes another function for the name it has.
    """
    linkage: str | None = None
    while name in module.aliases:
        linkage = module.linkage(name) if linkage is None else linkage
        value = module.aliases[name]
        if not isinstance(value, GlobalRef):
            return _Definition(module, None, linkage)
        name = value.name
    own = module.functions.get(name)
    if own is None or not own.blocks:
        # of a variable, or of nothing
        return None
    return _Definition(module, own, own.linkage if linkage is None else linkage)


def _check_one(name: str, strong: list[_Definition]) -> None:
    """Raises InputError for a name that no linker takes: two modules have it, and neither gives way."""
    if len(strong) > 1:
        first, second = strong[0].place, strong[1].place
        also = f"{first.file}:{first.line}" if first.line else first.file
        raise InputError(
            f"{name} is defined here, and in {also}: expected one definition", second.file, second.line
        )


class Code:
    """Modules that are linked together. kept: names of functions that are not looked into."""

    def __init__(self, modules: Sequence[Module], kept: frozenset[str] = frozenset()) -> None:
        self.modules = tuple(modules)
        self.kept = kept
        self._seen: dict[str, list[_Definition]] = {}

    @property
    def kernel(self) -> bool:
        """Whether this is code of the Linux kernel."""
        return any(module.kernel for module in self.modules)

    def find(self, module: Module, name: str) -> tuple[Module, Function] | None:
        """The body that a call of `name` in `module` comes to; None: it is not in the modules."""
        found = self._linked(module, name)
        return None if found is None or found.function is None else (found.module, found.function)

    def doubt(self, module: Module, name: str) -> str:
        """Why the body that `find` gives for a name, or gives none for, may not be what is called.

        "it is weak": one that may give way to quite another one at the link; one of linkage ..._odr
        gives way to its equal alone (LLVM Language Reference, Linkage Types), unless the modules say
        otherwise: a header compiled with other options in each file.
        """
        found = self._linked(module, name)
        if found is None:
            return ""
        if found.function is None:
            return "what it stands for is not followed"
        return WEAK if found.linkage in ANY_OTHER or self._differs(found, name) else ""

    def _differs(self, found: _Definition, name: str) -> bool:
        """Whether one that may give way to its equal is something else in another module."""
        if found.linkage not in _MAY_BE_REPLACED or found.function is None:
            return False
        return any(
            d.function is None or not alike(d.function, found.function)
            for d in self._shared(name)
            if d.module is not found.module
        )

    def _linked(self, module: Module, name: str) -> _Definition | None:
        """The definition that a linker takes for a name: this module's own, unless that is a weak one and
        another module has a strong one.
        """
        if name in self.kept:
            return None
        own = _definition(module, name)
        if own is not None and own.linkage in LOCAL_LINKAGE:
            return own
        seen = self._shared(name)
        strong = [d for d in seen if d.linkage not in _MAY_BE_REPLACED]
        _check_one(name, strong)
        return next(iter([*strong, *([] if own is None else [own]), *seen]), None)

    def _shared(self, name: str) -> list[_Definition]:
        """What the modules have for a name that is the same for all of them."""
        if name not in self._seen:
            found = (_definition(m, name) for m in self.modules)
            self._seen[name] = [d for d in found if d is not None and d.linkage not in LOCAL_LINKAGE]
        return self._seen[name]

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
