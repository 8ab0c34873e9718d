"""Accesses by addresses that are not followed: to anything that others may reach, or to nothing known."""

from __future__ import annotations

from ordercheck.frontends.llvm.kinds import TRUE, Way
from ordercheck.frontends.llvm.objects import ADRIFT, ELSEWHERE, SOMEWHERE, Objects
from ordercheck.program.expr import Expr, const
from ordercheck.program.ir import DOUBT, NO_TAGS, NT, Address, Load, Store

WORD = 8
"""Bytes of what a wide non-temporal store is made of (SDM 11.3.1)."""
WIDEST = 64


class Unfollowed(Objects):
    """Emits what such an access could be; each is labelled as a doubt."""

    def load_anything(self, size: int, name: str) -> None:
        """A load from an address that is not followed: it may be of anything that is being filled."""
        for base in self.filled():
            with self.emit.when(self.emit.maybe()):
                at = self.address(Way(TRUE, base, self.emit.anywhere("offset")))
                self._doubtful_load(at, max(1, min(size, WIDEST)), name)
        self.beside(False)

    def _doubtful_load(self, at: Address, size: int, name: str) -> None:
        register = self.emit.register(name)
        self.emit.add(Load(register.name, at, size, NO_TAGS, DOUBT, source=self.emit.source))

    def store_anything(self, size: int, value: Expr, nt: bool) -> None:
        """A store to an address that is not followed: to anything being filled, and seen by others."""
        tags = frozenset({NT}) if nt else NO_TAGS
        for base in self.filled():
            with self.emit.when(self.emit.maybe()):
                at = self.address(Way(TRUE, base, self.emit.anywhere("offset")))
                self._doubtful_store(at, size, value, tags)
        if not nt:
            self.beside(True)
            self.seen_elsewhere()
            return
        self._doubtful_store(self._adrift(), 1, self.emit.any("any", 8), tags)
        self.fill_somewhere(size)

    def fill_somewhere(self, size: int) -> None:
        """A non-temporal store that is pending wherever it goes; a wide one is words, in no order."""
        for word in range(2 if size > WORD else 1):
            at = Address(self.object(SOMEWHERE), const(WORD * word))
            self.emit.add(Store(at, 1, const(1), frozenset({NT}), source=self.emit.source))

    def _doubtful_store(self, at: Address, size: int, value: Expr, tags: frozenset[str]) -> None:
        self.emit.add(Store(at, size, value, tags, DOUBT, source=self.emit.source))

    def seen_elsewhere(self) -> None:
        """A store that others may see, to memory that nothing is known of."""
        visibility = self.visible(self.bases.base("result", ELSEWHERE), False)
        self._doubtful_store(self.hidden(ELSEWHERE, visibility), 1, const(1), NO_TAGS)

    def _adrift(self) -> Address:
        """A byte that stands for all that non-temporal stores by such addresses fill."""
        if self.merged:
            return self.address(Way(TRUE, ADRIFT, self.emit.anywhere("offset")))
        return Address(self.object(ADRIFT), const(0))

    def beside(self, stores: bool) -> None:
        """An access that others could make may also be one of memory that is filled by such addresses."""
        if not self.plan.adrift or self.merged:
            return
        if stores:
            self._doubtful_store(self._adrift(), 1, const(2), NO_TAGS)
        else:
            self._doubtful_load(self._adrift(), 1, "any")
