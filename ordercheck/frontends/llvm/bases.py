"""Which blocks of memory a pointer may point into, as `pointing` finds it before anything is translated.

A base is a block of memory by where its address comes from: an argument, a global, a
stack slot, the result of a call, or what is loaded from a place in another base. An
integer that becomes a pointer has the bases of the pointers that went into it; where there
are none, those of the loaded values and arguments that were added up.
"""

from __future__ import annotations

from dataclasses import replace

from ordercheck.frontends.llvm.code import ANY_OTHER, Code
from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.frontends.llvm.ir import (
    Constant,
    ConstantExpr,
    GlobalRef,
    GlobalVariable,
    Local,
    OpaqueValue,
    PtrType,
    Value,
)
from ordercheck.frontends.llvm.layout import pointers
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.places import (
    LOST,
    NOWHERE,
    NULL,
    Base,
    Doubts,
    Places,
    Where,
    merged,
    moved,
    spread,
)
from ordercheck.frontends.llvm.stored_pointers import StoredPointers

MAX_CHAIN = 4
"""Pointers loaded through more pointers than this are taken to lie in one block."""


class Bases:
    """The bases of every value of a function. `of` asks; `names` of bases are unique.

    moving: bases that are another block of memory each time that their address is loaded, or
    returned by a call in a loop: what is stored there may go to none that was meant before.
    settled: nothing more is found, so that a pointer of which nothing was found is not followed.
    """

    def __init__(self, flat: Flat, code: Code, doubts: Doubts) -> None:
        self._flat, self._code, self._doubts = flat, code, doubts
        self.settled = False
        self._found: dict[Key, Where] = {}
        self.stored = StoredPointers()
        """What this code stores in them."""
        self.moving: set[Base] = set()
        self.chosen: set[Base] = set()
        """The bases of integers that become pointers."""
        self.variables: dict[Base, tuple[Module, str]] = {}
        """The globals that bases are: the module that names it, and its name there."""
        self.statics: dict[Base, tuple[Module, str]] = {}
        """Bases that other modules cannot name: the module, and the name there."""
        self.locals: dict[Key, Base] = {}
        """The bases of stack slots, by the keys of their allocas."""
        self._blurred: set[Base] = set()
        self.held: dict[Base, tuple[Base, int | None]] = {}
        """Where the pointers to blocks lie that are reached by loaded ones."""
        self._roots: dict[Base, Base] = {}
        self._names: dict[tuple[object, ...], Base] = {}
        self._taken: set[str] = set()

    # what values point to

    def of(self, ref: Ref) -> Where:
        """What a value points to."""
        ref = self._flat.resolve(ref)
        value = ref.value
        match value:
            case Local():
                found = self._found.get((ref.frame.number, value.name))
                pointer = isinstance(value.type, PtrType)
                if found is not None and (found.places or not pointer):
                    return found
                if ref.frame.caller is None and any(p.name == value.name for p in ref.frame.function.params):
                    return self._argument(ref, value)
                return LOST if self.settled and pointer else NOWHERE
            case GlobalRef():
                target = self._code.target(ref.frame.module, value.name)
                if target is not None and target != value:
                    return self.of(Ref(ref.frame, target))
                owner = self._code.owner(ref.frame.module, value.name)
                base = self.base("global", value.name, owner and str(owner.path))
                self.variables[base] = ref.frame.module, value.name
                if owner is not None:
                    self.statics[base] = owner, value.name
                return Where({base: 0})
            case Constant(kind="null"):
                return Where({NULL: 0})
            case ConstantExpr():
                found = self._expression(ref, value)
                return found if found.places or not isinstance(value.type, PtrType) else LOST
            case OpaqueValue(type=PtrType()):
                return LOST
            case _:
                return NOWHERE

    def at(self, key: Key) -> Where:
        """What the value of that key points to."""
        return self._found.get(key, NOWHERE)

    def put(self, key: Key, where: Where) -> bool:
        """Adds to what a value points to; returns whether that is new."""
        if key in self._doubts.unfollowed:
            where = replace(where, places=LOST.places)
        old = self._found.get(key)
        if old is None:
            if where:
                self._found[key] = replace(where, places=dict(where.places))
            return bool(where)
        both = merged(old, where)
        self._found[key] = both
        return both != old

    def _argument(self, ref: Ref, value: Local) -> Where:
        called = ref.frame.function.called(value.name)
        base = self.base("argument", called, value.name)
        if isinstance(value.type, PtrType):
            return Where({base: 0})
        return Where(weak=frozenset({base}))

    def _expression(self, ref: Ref, value: ConstantExpr) -> Where:
        inner = self.of(Ref(ref.frame, value.operands[0]))
        if value.op == "getelementptr" and value.source_type is not None:
            return moved(
                inner, self._code.constant_offset(ref.frame.module, value.source_type, value.operands[1:])
            )
        if value.op in ("add", "sub"):
            other = self.of(Ref(ref.frame, value.operands[1]))
            return spread(inner, other)
        return inner

    # which blocks there are

    def base(self, kind: str, name: str, site: object = None, depth: int = 0) -> Base:
        """The base of that origin (site tells origins of the same name apart)."""
        key = (kind, name, site)
        if key not in self._names:
            unique, number = name, 2
            while unique in self._taken:
                unique, number = f"{name}#{number}", number + 1
            self._taken.add(unique)
            self._names[key] = Base(kind, unique, depth)
        return self._names[key]

    def all(self) -> list[Base]:
        """Every base."""
        return list(self._names.values())

    def local(self, step: Step) -> Base:
        """The base of an alloca."""
        if step.key not in self.locals:
            self.locals[step.key] = self.base("local", step.instr.name, step.key)
            if step.key in self._doubts.blurred:
                self._blurred.add(self.locals[step.key])
        return self.locals[step.key]

    def loaded(self, base: Base, offset: int | None) -> Base:
        """The block that a pointer stored at that place points to."""
        if base.depth >= MAX_CHAIN:
            return base
        if base.kind == "global" and offset == 0:
            name = f"*{base.name}"
        else:
            name = f"{base.name}[{'...' if offset is None else offset}]"
        found = self.base("loaded", name, (base, offset), base.depth + 1)
        self.held[found] = base, offset
        self._roots[found] = self._roots.get(base, base)
        return found

    def lasting(self, base: Base) -> bool:
        """Whether the block is the same for each call of the function: a global, or where one points to."""
        return base not in self.moving and self._roots.get(base, base).kind == "global"

    # what is in them

    def through(self, base: Base, offset: int | None) -> Places:
        """What a pointer that is loaded from that place points to."""
        return self.kept(base, offset).places

    def kept(self, base: Base, offset: int | None) -> Where:
        """What is in that place: as a value that is loaded from it."""
        found = LOST if base in self._blurred else NOWHERE
        if base.kind != "local":
            found = self._initial(base, offset) or Where({self.loaded(base, offset): 0})
        return merged(found, self.stored.at(base, offset))

    def _initial(self, base: Base, offset: int | None) -> Where | None:
        """What a constant variable has there; None where it is no constant, or nothing is known of it."""
        variable = self.constant(base)
        if variable is None:
            return None
        found = NOWHERE
        for at, value in self.entries(*variable):
            if offset is None or at == offset:
                found = merged(found, self.of(self._flat.outside(variable[0], value)))
        return found if found.places else None

    def unchanging(self, places: Places) -> bool:
        """Whether each of these is null, or where a function or a constant variable begins."""
        return all(base is NULL or (at == 0 and self._unchanging(base)) for base, at in places.items())

    def _unchanging(self, base: Base) -> bool:
        module, name = self.variables.get(base, (None, ""))
        return module is not None and (name in module.functions or self.constant(base) is not None)

    @staticmethod
    def entries(module: Module, of: GlobalVariable) -> list[tuple[int, Value]]:
        """The pointers in the initialiser of a variable, each with its offset."""
        return [] if of.initializer is None else [*pointers(module.layout, of.initializer, of.type)]

    def constant(self, base: Base) -> tuple[Module, GlobalVariable] | None:
        """The constant variable that a base is, where a module says what is in it, and it is that one."""
        variable = self._code.variable(*self.variables[base]) if base in self.variables else None
        if variable is None:
            return None
        _, of = variable
        known = of.constant and of.initializer is not None and of.linkage not in ANY_OTHER
        return variable if known else None
