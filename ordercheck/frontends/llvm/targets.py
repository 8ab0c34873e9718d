"""What a call by a pointer may come to, where that is found in full: the functions that it is made from.

By choices (`select`, phis), from stack slots that nobody else can reach, from constant variables, and from
variables that one module alone can name and only loads, or stores functions to.
"""

from __future__ import annotations

from collections.abc import Iterable

from ordercheck.frontends.llvm import static_calls
from ordercheck.frontends.llvm.assumptions import Assumptions
from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.flat import Flat, Key, Named, Ref, Site, Step
from ordercheck.frontends.llvm.ir import (
    LOCAL_LINKAGE,
    Constant,
    GlobalRef,
    GlobalVariable,
    InlineAsm,
    Local,
    PtrType,
    Value,
)
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.places import COMPUTED, NULL, POINTER, Base
from ordercheck.frontends.llvm.plan import Plan
from ordercheck.frontends.llvm.stored import Stored

MAX_TARGETS = 16
"""A call that may come to more functions than these is not followed."""
MAX_ROUNDS = 24
"""So often what was put in place is looked at for more calls by pointers."""
_SAME = ("freeze", "bitcast", "addrspacecast")


class LostError(Exception):
    """It may come to what is not found."""


class Followed:
    """The calls by pointers of a function that are followed, by their places in the code as it was."""

    def __init__(self, code: Code, assumptions: Assumptions) -> None:
        self._code, self._assumptions = code, assumptions
        self.known: dict[Site, tuple[Named, ...]] = {}
        self._left: set[Site] = set()
        self._rounds = 0

    def more(self, flat: Flat, bases: Bases, plan: Plan) -> bool:
        """Looks at what is not followed yet, and again at what is; whether that made a difference."""
        self._rounds += 1
        finder = _Finder(flat, self._code, bases, plan, self._assumptions)
        before = dict(self.known)
        for choice in flat.choices.values():
            self._note(choice.site, self._called(finder, choice.callee))
        if self._rounds <= MAX_ROUNDS:
            for step in flat.steps():
                callee = step.instr.callee
                if step.instr.op in ("call", "invoke") and callee is not None and id(step) not in flat.sites:
                    self._note(step.frame.at(step.instr), self._called(finder, step.ref(callee)))
        return self.known != before

    def _called(self, finder: _Finder, callee: Ref) -> tuple[Named, ...]:
        """What a call comes to that names no function; of others nothing is to be found."""
        if isinstance(callee.value, InlineAsm):
            return ()
        if not isinstance(callee.value, GlobalRef):
            return finder.targets(callee)
        name = callee.value.name
        if not name.startswith(static_calls.TRAMPOLINE):
            return ()
        found = static_calls.targets(self._code, name)
        return found if found and self._assumptions.use("keys", name) else ()

    def _note(self, site: Site, found: tuple[Named, ...]) -> None:
        if site in self._left:
            return
        if site in self.known and set(found) != set(self.known[site]):
            # what was put in place says otherwise: left as it was
            self._left.add(site)
            del self.known[site]
        elif found and site not in self.known:
            self.known[site] = found


class _Finder:
    def __init__(self, flat: Flat, code: Code, bases: Bases, plan: Plan, assumptions: Assumptions) -> None:
        self._flat, self._code, self._bases, self._plan = flat, code, bases, plan
        self._assumptions = assumptions

    def targets(self, callee: Ref) -> tuple[Named, ...]:
        """The functions that a pointer may be to, each once; none where it may be to others."""
        found: dict[Base, Named] = {}
        try:
            self._from(callee, found, set())
        except LostError:
            return ()
        return tuple(found.values()) if len(found) <= MAX_TARGETS else ()

    def _from(self, ref: Ref, found: dict[Base, Named], seen: set[Key]) -> None:
        ref = self._flat.resolve(ref)
        value = ref.value
        if isinstance(value, GlobalRef):
            self._function(ref.frame.module, value, found)
        elif isinstance(value, Constant) and value.kind in ("null", "undef", "poison", "zeroinitializer"):
            self._undefined()
        elif isinstance(value, Local):
            key = ref.key
            if key not in seen:
                seen.add(key)
                for part in self._parts(ref, key, found):
                    self._from(part, found, seen)
        else:
            raise LostError

    def _undefined(self) -> None:
        """A call of it is undefined."""
        if not self._assumptions.use("defined"):
            raise LostError

    def _parts(self, ref: Ref, key: Key, found: dict[Base, Named]) -> Iterable[Ref]:
        """The values that one is chosen from; what it is loaded from is added to those found."""
        if key in self._flat.joins:
            return self._flat.joins[key][1].incoming.values()
        step = self._flat.definition(ref)
        if step is None:
            raise LostError
        op, operands = step.instr.op, [step.ref(v) for v in step.instr.operands]
        if op in _SAME:
            return operands[:1]
        if op == "select":
            return operands[1:]
        if op != "load":
            raise LostError
        self._loaded(step, found)
        return ()

    def _function(self, module: Module, value: GlobalRef, found: dict[Base, Named]) -> None:
        name, seen = value.name, set[str]()
        while name not in seen:
            seen.add(name)
            target = self._code.target(module, name)
            if target is not None:
                if not isinstance(target, GlobalRef):
                    raise LostError
                name = target.name
        if name not in module.functions or name in module.aliases:
            raise LostError
        where = self._bases.of(self._flat.outside(module, GlobalRef(name)))
        (base,) = where.places
        found.setdefault(base, (module, name))

    # what is in memory

    def _loaded(self, step: Step, found: dict[Base, Named]) -> None:
        places = self._bases.of(step.ref(step.instr.operands[0])).places
        if not places or not isinstance(step.instr.type, PtrType):
            raise LostError
        for base, offset in places.items():
            if base is NULL:
                continue
            values = self._constant(base, offset)
            if values is None:
                values = self._private(base, offset)
            if values is None:
                self._slot(base, offset, found)
            for module, value in values or ():
                self._from(self._flat.outside(module, value), found, set())

    def _constant(self, base: Base, offset: int | None) -> list[tuple[Module, Value]] | None:
        """What a constant variable has there; None: that is no such variable."""
        constant = self._bases.constant(base)
        if constant is None:
            return None
        entries = self._bases.entries(*constant)
        return [(constant[0], value) for at, value in entries if offset is None or at == offset]

    def _slot(self, base: Base, offset: int | None, found: dict[Base, Named]) -> None:
        """What this code stores in a stack slot that nobody else can reach."""
        plan = self._plan
        if base.kind != "local" or base in plan.escaped | plan.blurred | self._bases.moving or plan.lost:
            raise LostError
        where = self._bases.kept(base, offset)
        if not where.places or self._mixed(base, offset):
            raise LostError
        for kept in where.places:
            if kept is NULL:
                self._undefined()
                continue
            if kept == COMPUTED or kept not in self._bases.variables:
                raise LostError
            module, name = self._bases.variables[kept]
            self._function(module, GlobalRef(name), found)

    def _mixed(self, base: Base, offset: int | None) -> bool:
        """Whether something else than a pointer may be in that place, or a part of one."""
        for step in self._flat.steps():
            if step.instr.op != "store":
                continue
            places = self._bases.of(step.ref(step.instr.operands[1])).places
            of = getattr(step.instr.operands[0], "type", None) or PtrType()
            if base not in places or (isinstance(of, PtrType) and places[base] in (None, offset)):
                continue
            place = Stored()
            place.note(places[base], 0, step.frame.module.layout.store_size(of))
            if place.meets(offset, POINTER):
                return True
        return False

    def _private(self, base: Base, offset: int | None) -> list[tuple[Module, Value]] | None:
        """What a variable holds that one module alone can name, and never gives away; None: any other."""
        variable = self._bases.variables.get(base)
        if variable is None or offset != 0:
            return None
        module, name = variable
        of = module.variable(name)
        if of is None or of.linkage not in LOCAL_LINKAGE or not isinstance(of.type, PtrType):
            return None
        if of.initializer is None or of.thread_local:
            return None
        stored = _stored(module, of)
        return None if stored is None else [(module, v) for v in (of.initializer, *stored)]


def _stored(module: Module, of: GlobalVariable) -> list[Value] | None:
    """What the module stores to a variable; None where it does more with it than to load and store."""
    using = module.using(of.name)
    if using is None:
        return None
    found: list[Value] = []
    for instr, uses in using:
        plain = isinstance(instr.operands[uses[0]], GlobalRef) and len(uses) == 1
        if instr.op == "store" and plain and uses == [1]:
            found.append(instr.operands[0])
        elif not (instr.op == "load" and plain and isinstance(instr.type, PtrType)):
            return None
    return found
