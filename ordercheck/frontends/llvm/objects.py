"""The objects of a program: which a block of memory is, and who may look at it."""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.llvm.initial import Octets, octets
from ordercheck.frontends.llvm.ir import OtherType
from ordercheck.frontends.llvm.kinds import Way
from ordercheck.frontends.llvm.places import Base
from ordercheck.frontends.llvm.plan import Plan
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import apply, const
from ordercheck.program.ir import Address, MemObject, Visibility

ELSEWHERE = "elsewhere"
ADRIFT = Base("computed", "unfollowed memory")
"""What non-temporal stores fill by addresses that are not followed: any memory that others can reach."""
SOMEWHERE = Base("computed", "an address that is not followed")
MAX_HELD = 256
"""So many bytes of a constant are looked at in one load or copy."""
FILL = 0x5A
"""What memory holds before: a byte that shows where it is stale."""


class Objects:
    """The objects, made when they are first accessed.

    visible: who may look at a block that is not this function's own, and when; whether
    non-temporal stores fill it is told. merged: all but the stack is one object.
    """

    def __init__(self, values: Values, plan: Plan, visible: Callable[[Base, bool], Visibility]) -> None:
        self.values, self.plan, self.visible = values, plan, visible
        self.emit, self.bases, self.assumptions = values.emit, values.bases, values.assumptions
        self.objects: dict[str, MemObject] = {}
        self.accessed: dict[Base, None] = {}
        """The blocks that are loaded from or stored to."""
        self.unshared: frozenset[Base] = frozenset()
        """The blocks that were allocated, and that nobody else has yet at this step."""
        self.merged = "distinct" in self.assumptions.refused and len(plan.nt) > 0

    def object(self, base: Base) -> str:
        """The object that a base is."""
        if self.merged and base.kind != "local":
            if "memory" not in self.objects:
                # all of it is not what one block of it is: a global that is named, memory of a thread
                visibility = self.visible(Base("computed", base.name), True)
                self.objects["memory"] = MemObject("memory", None, visibility, fill=FILL, anything=True)
            return "memory"
        if self._alone(base):
            name = _as_allocated(base)
            if name not in self.objects:
                self.objects[name] = MemObject(name, None, Visibility.PRIVATE, anything=True)
            return name
        if base.name not in self.objects:
            visibility = self._visibility(base)
            fill = 0 if visibility is Visibility.PRIVATE else FILL
            self.objects[base.name] = MemObject(base.name, None, visibility, fill=fill, anything=True)
        return base.name

    def hidden(self, name: str, visibility: Visibility = Visibility.SHARED) -> Address:
        """A byte of an object of its own, by which others see that something happened."""
        if name not in self.objects:
            self.objects[name] = MemObject(name, 1, visibility)
        return Address(name, const(0))

    def _visibility(self, base: Base) -> Visibility:
        if base.kind == "local" and base not in self.plan.escaped:
            return Visibility.PRIVATE
        if base in self.plan.statics and self.assumptions.use("static", base.name):
            return Visibility.PRIVATE
        return self.visible(base, base in self.plan.nt or base in (ADRIFT, SOMEWHERE))

    def address(self, way: Way) -> Address:
        """Where an access goes."""
        name = self.object(way.base)
        if name == "memory":
            return Address(name, apply("+", self.values.address_of(way.base), way.offset))
        return Address(name, way.offset)

    def matters(self, base: Base) -> bool:
        """Whether loads from it can see anything but what was there before."""
        if self.merged and base.kind != "local":
            return True
        return base in self.plan.stored

    def filled(self) -> list[Base]:
        """What non-temporal stores fill and others may reach."""
        return sorted((b for b in self.plan.nt if self.reachable(b)), key=lambda b: b.name)

    def followed(self, base: Base) -> bool:
        """Whether all that is ever stored there is in sight: nobody else can reach it."""
        return base.kind == "local" and base not in self.plan.escaped

    def reachable(self, base: Base) -> bool:
        """Whether others than this function may have its address."""
        return (base.kind != "local" or base in self.plan.escaped) and not self._alone(base)

    def whole(self, base: Base) -> bool:
        """Whether one object has all that is stored there."""
        return _as_allocated(base) not in self.objects

    def _alone(self, base: Base) -> bool:
        """Whether nobody else has it yet, and what is stored there need not be looked for later."""
        return base in self.unshared and base not in self.plan.nt and not self.merged

    def held(self, way: Way, size: int) -> Octets | None:
        """What is in those bytes of a constant variable; None where it is none, or nothing is known of it."""
        variable = self.bases.constant(way.base) if way.offset.op == "const" else None
        if variable is None or size > MAX_HELD or isinstance(variable[1].type, OtherType):
            return None
        offset = int(way.offset.value)
        stored = self.plan.stored.get(way.base)
        module, of = variable
        inside = offset >= 0 and offset + size <= module.layout.size(of.type)
        if of.initializer is None or not inside or (stored is not None and stored.meets(offset, size)):
            return None
        return octets(module.layout, of.initializer, of.type, offset, size)


def _as_allocated(base: Base) -> str:
    return f"{base.name} as allocated"
