"""What to look for while the machine runs: bytes that others, or the thread itself, must not see.

Follows one run of one thread against program order, which is what the thread's
ordinary-store twin shows: a load that returns older bytes, a publication that others can
see while bytes stored before it are not there, a store that a late one wipes out, an
assertion that fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ordercheck.engines.operational.entry import Byte, Entry
from ordercheck.engines.operational.machine import Machine, State
from ordercheck.program.ir import Instr, Load, Publish, Rmw, Store, Visibility
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY


@dataclass(frozen=True, slots=True)
class Wrong:
    """A byte that holds `has` and should hold `wanted`; label names the store that was lost."""

    where: Byte
    has: int
    wanted: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """hazard: overtake, escape, early or assertion; at: the instruction at which it shows.

    over: of a store that is lost, the earlier one that lands over it; `at` is the lost one.
    """

    hazard: str
    at: Instr
    wrong: tuple[Wrong, ...]
    over: Instr | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A store of the thread, in program order: what it wrote to one byte."""

    number: int
    value: int
    instr: Instr


@dataclass(slots=True)
class Watch:
    """The observer of one run; `held` is the number of the store that the run delays."""

    machine: Machine
    prop: str
    held: int | None
    entry: Entry | None = None
    history: dict[Byte, list[Written]] = field(default_factory=dict)
    landed: dict[Byte, Written] = field(default_factory=dict)
    lasting: dict[Byte, Written] = field(default_factory=dict)
    published: int = -1
    benign: set[str] = field(default_factory=set)
    harmed: set[str] = field(default_factory=set)
    visible: set[str] = field(default_factory=set)
    owned: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for obj in self.machine.program.objects:
            if obj.visibility is Visibility.SHARED:
                self.visible.add(obj.name)
            elif obj.visibility is Visibility.OWNED:
                self.owned.add(obj.name)

    def publishes(self, instr: Instr, entry: Entry) -> bool:
        """Whether others may look once they see this store (asked in program order)."""
        if isinstance(instr, Publish):
            self.visible |= self.owned
            return True
        quiet = isinstance(instr, Store) and not instr.publishes
        return entry.object in self.visible and not quiet

    def stored(self, entry: Entry) -> None:
        """A store was executed."""
        if entry.number == self.held:
            self.entry = entry
        lasting = isinstance(entry.instr, Store) and entry.instr.lasting
        for k, value in enumerate(entry.data):
            where = (entry.object, entry.start + k)
            written = Written(entry.number, value, entry.instr)
            self.history.setdefault(where, []).append(written)
            if lasting:
                self.lasting[where] = written

    def loaded(self, instr: Load | Rmw, name: str, start: int, value: int, number: int) -> Violation | None:
        """A load was executed as access `number`: did it see the newest bytes?"""
        if self.prop != TRANSPARENCY:
            return None
        wrong = []
        for k, has in enumerate(value.to_bytes(instr.size, "little")):
            newest = self._newest((name, start + k), number)
            if newest is not None and newest.value != has:
                wrong.append(Wrong((name, start + k), has, newest.value))
        return Violation("overtake", instr, tuple(wrong)) if wrong else None

    def _newest(self, where: Byte, before: int) -> Written | None:
        for written in reversed(self.history.get(where, ())):
            if written.number < before:
                return written
        return None

    def direct(self, entry: Entry) -> None:
        """A store went to memory without a buffer."""
        for k, value in enumerate(entry.data):
            self.landed[entry.object, entry.start + k] = Written(entry.number, value, entry.instr)

    def reached_memory(self, state: State, entry: Entry, before: Iterable[int]) -> Violation | None:
        """An entry was written to memory, which held the bytes `before` there."""
        wrong = []
        lost = entry.instr
        for k, (old, new) in enumerate(zip(before, entry.data, strict=True)):
            where = (entry.object, entry.start + k)
            last = self.landed.get(where)
            if last is not None and last.number > entry.number:
                label = getattr(last.instr, "label", "")
                if old == new:
                    self.benign.add(label)
                else:
                    self.harmed.add(label)
                    lost = last.instr
                    wrong.append(Wrong(where, new, old, label))
            self.landed[where] = Written(entry.number, new, entry.instr)
        if wrong and self.prop == TRANSPARENCY:
            return Violation("overtake", lost, tuple(wrong), entry.instr)
        if self.prop == ASSERTIONS and self.published >= 0:
            return self._lasting(state, self.published, entry.instr)
        return None

    def seen(self, state: State, entry: Entry) -> Violation | None:
        """A publication reached memory: others look."""
        self.published = max(self.published, entry.number)
        if self.prop == ASSERTIONS:
            return self._lasting(state, entry.number, entry.instr)
        if self.entry is None or self.entry.number >= entry.number or self._is_private(self.entry.object):
            return None
        wrong = []
        for k in range(len(self.entry.data)):
            where = (self.entry.object, self.entry.start + k)
            newest = self._newest(where, entry.number + 1)
            if newest is not None:
                wrong += self._compare(state, where, newest, entry.number)
        if not wrong:
            return None
        return Violation("early" if entry.kind == "NT" else "escape", entry.instr, tuple(wrong))

    def _is_private(self, name: str) -> bool:
        return self.machine.program.object(name).visibility is Visibility.PRIVATE

    def _compare(self, state: State, where: Byte, wanted: Written, publication: int) -> list[Wrong]:
        """Wrong where memory holds other bytes, and not those of a store after the publication."""
        has = self.machine.byte(state, where)
        last = self.landed.get(where)
        if has == wanted.value or (last is not None and last.number > publication):
            return []
        return [Wrong(where, has, wanted.value, getattr(wanted.instr, "label", ""))]

    def _lasting(self, state: State, publication: int, at: Instr) -> Violation | None:
        wrong = []
        for where, written in self.lasting.items():
            if written.number < publication:
                wrong += self._compare(state, where, written, publication)
        return Violation("assertion", at, tuple(wrong)) if wrong else None
