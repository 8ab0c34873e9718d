"""Which blocks of memory a pointer may point into, found before anything is translated.

A base is a block of memory by where its address comes from: an argument, a global, a
stack slot, the result of a call, or what is loaded from a place in another base. An
integer that becomes a pointer has the bases of the pointers that went into it; where there
are none, those of the loaded values and arguments that were added up.
"""

from __future__ import annotations

from dataclasses import replace

from ordercheck.errors import GaveOut
from ordercheck.frontends.llvm.calls import Origins
from ordercheck.frontends.llvm.code import ANY_OTHER, Code
from ordercheck.frontends.llvm.flat import Flat, Frame, Key, Phi, Ref, Step, looping, outliving
from ordercheck.frontends.llvm.ir import (
    Constant,
    ConstantExpr,
    GlobalRef,
    GlobalVariable,
    Int,
    IntType,
    Local,
    OpaqueValue,
    PtrType,
)
from ordercheck.frontends.llvm.layout import pointers
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.places import (
    COMPUTED,
    LOST,
    MASK,
    NOWHERE,
    NULL,
    POINTER,
    Base,
    Doubts,
    Places,
    Where,
    anywhere,
    blended,
    likely,
    merged,
    spread,
)

MAX_CHAIN = 4
"""Pointers loaded through more pointers than this are taken to lie in one block."""
MAX_PASSES = 200
MAX_MET = 2
"""More blocks than these, that were themselves loaded or returned, are not told apart where they are
stored: in a list, all would meet all."""
_ROOTS = frozenset({"argument", "global", "local"})
_NO_ADDRESS = frozenset({"icmp", "fcmp"})


class Bases:
    """The bases of every value of a function. `of` asks; `names` of bases are unique.

    moving: bases that are another block of memory each time that their address is loaded, or
    returned by a call in a loop: what is stored there may go to none that was meant before.
    """

    def __init__(
        self,
        flat: Flat,
        code: Code,
        origins: Origins,
        doubts: Doubts | None = None,
    ) -> None:
        self._origins, self._doubts = origins, doubts or Doubts()
        self.moving: set[Base] = set()
        self._roots: dict[Base, Base] = {}
        self._blurred: set[Base] = set()
        self._looping = looping(flat)
        self._outlives = outliving(flat)
        self._flat, self._code = flat, code
        self._found: dict[Key, Where] = {}
        self._stored: dict[Base, dict[int | None, Where]] = {}
        self.variables: dict[Base, tuple[Module, str]] = {}
        """The globals that bases are: the module that names it, and its name there."""
        self.held: dict[Base, tuple[Base, int | None]] = {}
        """Where the pointers to blocks lie that are reached by loaded ones."""
        self._names: dict[tuple[object, ...], Base] = {}
        self._taken: set[str] = set()
        self._changed = True
        self.locals: dict[Key, Base] = {}
        """The bases of stack slots, by the keys of their allocas."""
        self.statics: dict[Base, tuple[Module, str]] = {}
        """Bases that other modules cannot name: the module, and the name there."""
        self.chosen: set[Base] = set()
        """The bases of integers that become pointers."""
        self._settled = False
        self._settle()
        # what nothing was found of is not followed, and so is what may be that or another
        self._settled = self._changed = True
        self._settle()

    def _settle(self) -> None:
        for _ in range(MAX_PASSES):
            if not self._changed:
                return
            self._changed = False
            for number, block in enumerate(self._flat.blocks):
                self._loops = number in self._looping
                for phi in block.phis:
                    self._phi(phi)
                for step in block.steps:
                    self._step(step)
                if block.end is not None:
                    self._step(block.end)
        raise GaveOut("where its pointers point takes too long to find out")

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
                return LOST if self._settled and pointer else NOWHERE
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

    def through(self, base: Base, offset: int | None) -> Places:
        """What a pointer that is loaded from that place points to."""
        return self._kept(base, offset).places

    def _kept(self, base: Base, offset: int | None) -> Where:
        """What is in that place."""
        found = LOST if base in self._blurred else NOWHERE
        if base.kind != "local":
            found = self._initial(base, offset) or Where({self.loaded(base, offset): 0})
        for at, where in self._stored.get(base, {}).items():
            if at is None or offset is None or at == offset:
                found = merged(found, where)
        return found

    def _initial(self, base: Base, offset: int | None) -> Where | None:
        """What a constant variable has there; None where it is no constant, or nothing is known of it."""
        variable = self.constant(base)
        if variable is None:
            return None
        module, of = variable
        assert of.initializer is not None
        frame = Frame(-1, self._flat.entry.function, module)
        found = NOWHERE
        for at, value in pointers(module.layout, of.initializer, of.type):
            if offset is None or at == offset:
                found = merged(found, self.of(Ref(frame, value)))
        return found if found.places else None

    def constant(self, base: Base) -> tuple[Module, GlobalVariable] | None:
        """The constant variable that a base is, where a module says what is in it, and it is that one."""
        variable = self._code.variable(*self.variables[base]) if base in self.variables else None
        if variable is None:
            return None
        _, of = variable
        known = of.constant and of.initializer is not None and of.linkage not in ANY_OTHER
        return variable if known else None

    def _argument(self, ref: Ref, value: Local) -> Where:
        called = next(p.called or p.name for p in ref.frame.function.params if p.name == value.name)
        base = self.base("argument", called, value.name)
        if isinstance(value.type, PtrType):
            return Where({base: 0})
        return Where(weak=frozenset({base}))

    def _expression(self, ref: Ref, value: ConstantExpr) -> Where:
        inner = self.of(Ref(ref.frame, value.operands[0]))
        if value.op == "getelementptr" and value.source_type is not None:
            return self._moved(
                inner, self._code.constant_offset(ref.frame.module, value.source_type, value.operands[1:])
            )
        if value.op in ("add", "sub"):
            other = self.of(Ref(ref.frame, value.operands[1]))
            return spread(inner, other)
        return inner

    def _put(self, key: Key, where: Where) -> None:
        if key in self._doubts.unfollowed:
            where = replace(where, places=LOST.places)
        old = self._found.get(key)
        if old is None:
            if where:
                self._found[key] = replace(where, places=dict(where.places))
                self._changed = True
            return
        both = merged(old, where)
        if both != old:
            self._found[key] = both
            self._changed = True

    def _phi(self, phi: Phi) -> None:
        for ref in phi.incoming.values():
            self._put(phi.key, self.of(ref))

    def _step(self, step: Step) -> None:
        instr = step.instr
        op = instr.op
        if op == "store":
            self._store(step)
            return
        if not instr.name:
            return
        if op == "alloca":
            self._put(step.key, self._slot(step))
        elif op == "getelementptr":
            inner = self.of(step.ref(instr.operands[0]))
            offset = None
            if instr.source_type is not None:
                offset = self._code.constant_offset(step.frame.module, instr.source_type, instr.operands[1:])
            self._put(step.key, self._indexed(step, self._moved(inner, offset)))
        elif op in ("bitcast", "addrspacecast", "freeze", "ptrtoint", "zext", "ptrtoaddr"):
            self._put(step.key, self.of(step.ref(instr.operands[0])))
        elif op == "trunc":
            if isinstance(instr.type, IntType) and instr.type.bits >= 32:
                self._put(step.key, anywhere(self.of(step.ref(instr.operands[0]))))
        elif op == "inttoptr":
            self._put(step.key, self._pointer(self.of(step.ref(instr.operands[0]))))
        elif op == "select":
            for value in instr.operands[1:]:
                self._put(step.key, self.of(step.ref(value)))
        elif op in ("add", "or", "xor"):
            self._put(step.key, self._sum(step))
        elif op == "sub":
            one, other = (self.of(step.ref(v)) for v in instr.operands)
            if not (len(one.places) == 1 and one.places.keys() == other.places.keys()):
                self._put(step.key, spread(one, blended([other])))
        elif op == "and":
            # what is left under a mask of a few bits is no address
            if not any(isinstance(v, Int) and v.value < MASK for v in instr.operands):
                self._put(step.key, spread(*(self.of(step.ref(v)) for v in instr.operands)))
        elif op in ("insertvalue", "extractvalue"):
            for value in instr.operands:
                self._put(step.key, self.of(step.ref(value)))
        elif op == "load":
            self._load(step)
        elif op in ("call", "invoke", "callbr"):
            self._call(step)
        elif op in ("atomicrmw", "cmpxchg"):
            self._put(step.key, blended([self._held(step)]))
        elif op not in _NO_ADDRESS:
            self._put(step.key, blended(self.of(step.ref(v)) for v in instr.operands))

    def _held(self, step: Step) -> Where:
        """What is in memory that is not loaded as a pointer: pointers that this code stored there."""
        found = NOWHERE
        for base in self.of(step.ref(step.instr.operands[0])).places:
            if base is not NULL and base != COMPUTED:
                kept = self._kept(base, None)
                held: Places = {b: None for b in kept.places if b.kind != "loaded"}
                parts = frozenset(b for b in kept.places if b.kind == "loaded")
                found = merged(found, replace(kept, places=held, mixed=kept.mixed | parts))
            elif base == COMPUTED:
                found = merged(found, LOST)
        return found

    def _slot(self, step: Step) -> Where:
        """A slot of the stack; of alloca() in a loop there is another one in each round."""
        base = self.local(step)
        own = step.frame.function.blocks[0].instructions
        if not self._loops or step.key not in self._outlives or any(i is step.instr for i in own):
            return Where({base: 0})
        self.moving.add(base)
        return Where({base: None})

    def local(self, step: Step) -> Base:
        """The base of an alloca."""
        if step.key not in self.locals:
            self.locals[step.key] = self.base("local", step.instr.name, step.key)
            if step.key in self._doubts.blurred:
                self._blurred.add(self.locals[step.key])
        return self.locals[step.key]

    def _sum(self, step: Step) -> Where:
        one, other = (self.of(step.ref(v)) for v in step.instr.operands)
        added = step.instr.operands[1]
        if step.instr.op == "add" and isinstance(added, Int):
            half = 1 << (added.type.bits - 1)
            return self._moved(one, (added.value + half) % (2 * half) - half)
        return spread(one, other)

    @staticmethod
    def _moved(where: Where, offset: int | None) -> Where:
        return Where(
            {b: None if k is None or offset is None else k + offset for b, k in where.places.items()},
            where.weak,
            where.lost,
            where.mixed,
        )

    def _indexed(self, step: Step, moved: Where) -> Where:
        """Of a getelementptr, where the index may lead out of the block that it began in.

        LangRef, "Pointer Aliasing Rules": the result is based on the pointer alone. Nothing is
        based on null, and what a number stands for may be any block whose address is known.
        """
        if moved.places.keys() == {NULL} and self._settled and not _near(moved.places[NULL]):
            return LOST
        if moved.places.keys() & self.chosen:
            index = blended(self.of(step.ref(v)) for v in step.instr.operands[1:])
            if index.lost - moved.places.keys():
                return LOST
        return moved

    def _pointer(self, where: Where) -> Where:
        if where.places:
            return LOST if where.lost - where.places.keys() else Where(where.places)
        base = likely(where)
        if base is None:
            return LOST
        self.chosen.add(base)
        return Where({base: None})

    def _site(self, step: Step, what: str) -> Where:
        base = self.base("result", what, step.key)
        if isinstance(step.instr.type, PtrType):
            once = id(step) in self._origins.fresh and step.key not in self._outlives
            if not self._loops or once:
                return Where({base: 0})
            self.moving.add(base)
            return Where({base: None})
        return Where(weak=frozenset({base}))

    def _call(self, step: Step) -> None:
        which = self._origins.returns.get(id(step))
        if which is not None and which < len(step.instr.operands):
            self._put(step.key, self.of(step.ref(step.instr.operands[which])))
            return
        inside = self._origins.within.get(id(step))
        if inside is not None and inside < len(step.instr.operands):
            self._put(step.key, anywhere(self.of(step.ref(step.instr.operands[inside]))))
            return
        callee = step.instr.callee
        name = callee.name if isinstance(callee, GlobalRef) else "call"
        found = [self.of(step.ref(value)) for value in step.instr.operands]
        if id(step) in self._origins.mixed and any(found):
            self._put(step.key, LOST)
            return
        if name.startswith("llvm."):
            # min, max, masks of pointers and the like: of their operands
            for where in found:
                self._put(step.key, anywhere(where))
            if self.at(step.key).places:
                return
        if isinstance(step.instr.type, PtrType | IntType):
            self._put(step.key, self._site(step, f"{name}()"))
        else:
            # a part of it may be an address
            self._put(
                step.key, blended([Where(weak=frozenset({self.base("result", f"{name}()", step.key)}))])
            )

    def _load(self, step: Step) -> None:
        instr = step.instr
        pointer = isinstance(instr.type, PtrType)
        if not pointer and not (isinstance(instr.type, IntType) and instr.type.bits == 64):
            self._put(step.key, blended([self._held(step)]))
            return
        for base, offset in self.of(step.ref(instr.operands[0])).places.items():
            if base is NULL:
                continue
            if base == COMPUTED:
                self._put(step.key, LOST if pointer else Where(lost=frozenset({COMPUTED})))
                continue
            kept = self._kept(base, offset)
            found = kept.places
            if step.key in self._doubts.moving or base.depth >= MAX_CHAIN:
                self.moving.update(b for b in found if b.kind == "loaded")
                found = {b: None if b.kind == "loaded" else k for b, k in found.items()}
            if pointer or base.kind == "local":
                self._put(step.key, replace(kept, places=found))
            elif COMPUTED in found:
                self._put(step.key, Where(lost=frozenset({COMPUTED})))
            else:
                self._put(step.key, Where(weak=frozenset(found)))

    def _store(self, step: Step) -> None:
        value, address = step.instr.operands[:2]
        where = self.of(step.ref(value))
        size = step.frame.module.layout.store_size(getattr(value, "type", PtrType()))
        if not where.places and not where.weak:
            if not self._settled or not isinstance(value, Local) or size < POINTER:
                return
            # pointers may be in it, whatever its type
            where = LOST
        for base, offset in self.of(step.ref(address)).places.items():
            if base.kind != "local":
                where = Where({**where.places, COMPUTED: None} if where.lost else where.places)
            at = offset if size == POINTER else None
            known = self._stored.setdefault(base, {})
            old = known.get(at, NOWHERE)
            both = merged(old, where)
            if base.kind != "local":
                both = _few(both)
            if both != old:
                known[at] = both
                self._changed = True


def _few(where: Where) -> Where:
    """The same, without the blocks that are too many to be told apart."""
    others = [b for b in where.places if b.kind not in _ROOTS]
    if COMPUTED not in others and len(others) <= MAX_MET:
        return where
    return Where({COMPUTED: None, **{b: k for b, k in where.places.items() if b.kind in _ROOTS}})


def _near(offset: int | None) -> bool:
    """Whether an address lies where nothing is mapped: a field of what null points to, an error number."""
    return offset is not None and abs(offset) < MASK
