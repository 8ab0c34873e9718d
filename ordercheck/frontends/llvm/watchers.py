"""Who may look at a block of memory, and when: what others see of a function is what it is checked for."""

from __future__ import annotations

from collections.abc import Iterator

from ordercheck.frontends.llvm.assumptions import Assumptions
from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.flat import Flat
from ordercheck.frontends.llvm.objects import ELSEWHERE
from ordercheck.frontends.llvm.per_thread import PerThread
from ordercheck.frontends.llvm.places import Base
from ordercheck.frontends.llvm.plan import Plan
from ordercheck.frontends.llvm.statics import Statics
from ordercheck.program.ir import Visibility

RETURN = "return"
STORES = "stores"


class Watchers:
    """Those who look when `publish` says that they may."""

    def __init__(self, flat: Flat, publish: tuple[str, ...], assumptions: Assumptions) -> None:
        self._publish, self._assumptions = publish, assumptions
        self._statics = Statics(flat)

    def alone(self, bases: Bases, base: Base) -> bool:
        """Whether this function alone can reach a static variable, and nobody asked to look at it."""
        if "static" in self._assumptions.refused or STORES in self._publish or self._asked(base):
            return False
        return base in bases.statics and self._statics.alone(*bases.statics[base])

    def visible(self, plan: Plan, threads: PerThread, base: Base, filled: bool) -> Visibility:
        """Of memory that is not this function's own. filled: whether non-temporal stores fill it."""
        publish = self._publish
        own = base not in plan.escaped and base.name not in publish and threads.has(base)
        if own and self._assumptions.use("percpu", base.name):
            return Visibility.PRIVATE
        if STORES in publish and base.kind != "local":
            return Visibility.SHARED
        if base.kind == "global" and self._asked(base):
            # whatever stores there: what is filled is looked at as well
            return Visibility.SHARED
        if filled or base.kind == "local":
            # where it is said when others may look, that is it
            owned = bool(publish) or not plan.nt or self._assumptions.use("owned", base.name)
            return Visibility.OWNED if owned else Visibility.SHARED
        if base.name == ELSEWHERE:
            # it may be in a global that is named
            return Visibility.OWNED if set(publish) == {RETURN} else Visibility.SHARED
        return Visibility.OWNED if publish and not self._asked(base) else Visibility.SHARED

    def _asked(self, base: Base) -> bool:
        """Whether a store there is to let others look: also where something else has taken its name."""
        return base.name in self._publish or base.name.split("#")[0] in self._publish


def unseen(flat: Flat, publish: tuple[str, ...]) -> Iterator[str]:
    """The functions that are to let others look, and that the compiler put in the place of a call."""
    for step in flat.steps():
        source = step.instr.source
        while source.inlined_at is not None:
            if source.function in publish:
                yield source.function
            source = source.inlined_at
