"""Sums of which the code asks whether they wrapped: `if (a + b < a) return;`.

That sums do not overflow is an assumption; it must not answer that. Such a sum is compared as
unsigned with a term of its own, or with a constant that is no larger than one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from copy import copy

from ordercheck.frontends.llvm.bases import Bases
from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.frontends.llvm.ir import Int
from ordercheck.frontends.llvm.num import Num
from ordercheck.frontends.llvm.signs import Signs

_OVERFLOWS = ("uadd.with",)
_CHOICES = ("umin", "umax")


def tested(flat: Flat, signs: Signs, bases: Bases) -> set[Key]:
    """The keys of such sums."""
    return _Tests(flat, signs, bases).found()


class _Tests:
    def __init__(self, flat: Flat, signs: Signs, bases: Bases) -> None:
        self._signs, self._bases = signs, bases
        self._made = flat.made
        self._sums = {key: step for key, step in self._made.items() if step.instr.op == "add"}
        self._tests = [step for step in flat.steps() if step.instr.op == "icmp" or _intrinsic(step)]

    def found(self) -> set[Key]:
        """What is asked, and what adds up the same elsewhere."""
        asked: set[Key] = set()
        terms: set[frozenset[Hashable]] = set()
        for step in self._tests:
            one, other = (step.ref(v) for v in step.instr.operands[:2])
            if _intrinsic(step) in _OVERFLOWS:
                terms.add(frozenset(map(self._place, (one, other))))
            elif step.instr.predicate[:1] == "u" or _intrinsic(step) in _CHOICES:
                asked |= self._asked(one, other) | self._asked(other, one)
                terms.update(self._room(one, other))
        terms |= {self._terms(self._sums[key]) for key in asked}
        return asked | {key for key, step in self._sums.items() if self._terms(step) in terms}

    def _terms(self, step: Step) -> frozenset[Hashable]:
        return frozenset(self._place(step.ref(v)) for v in step.instr.operands)

    def _room(self, one: Ref, other: Ref) -> Iterator[frozenset[Hashable]]:
        """The terms of `a > ULONG_MAX - b`."""
        for term, rest in ((one, other), (other, one)):
            made = self._made.get(rest.key)
            if made is not None and made.instr.op in ("xor", "sub"):
                by = [
                    v for v in made.instr.operands if isinstance(v, Int) and v.value + 1 == 1 << v.type.bits
                ]
                others = [v for v in made.instr.operands if v not in by]
                if by and len(others) == 1:
                    yield frozenset((self._place(term), self._place(made.ref(others[0]))))

    def _place(self, ref: Ref) -> Hashable:
        """Where a value comes from: two loads of one place may be one value."""
        if isinstance(ref.value, Int):
            return ref.value
        key = self._signs.place(ref)
        made = self._made.get(key) if key is not None else None
        if made is None or made.instr.op != "load":
            return key
        places = self._bases.of(made.ref(made.instr.operands[0])).places
        return key if len(places) != 1 else next(iter(places.items()))

    def _asked(self, total: Ref, other: Ref) -> set[Key]:
        """The sums that `total` is made of, where `other` is among their terms."""
        limit = other.value.value if isinstance(other.value, Int) else 0
        against = self._place(other)
        found: set[Key] = set()
        own = False
        work = self._signs.stored(total)
        seen: set[Key] = set()
        while work:
            ref = work.pop()
            if isinstance(ref.value, Int):
                own = own or 0 < limit <= ref.value.value
                continue
            own = own or (bool(found) and against is not None and self._place(ref) == against)
            key = ref.key
            made = self._made.get(key)
            if made is None or key in seen:
                continue
            seen.add(key)
            if key in self._sums or _intrinsic(made) in _CHOICES:
                found |= {key} & self._sums.keys()
                for value in made.instr.operands[:2]:
                    work += self._signs.stored(made.ref(value))
        return found if own else set()


def _intrinsic(step: Step) -> str:
    """Which intrinsic a step calls, of those that ask, or that choose between sums."""
    found = step.instr.intrinsic
    if found == "uadd":
        found = ".".join(step.instr.callee_name.split(".")[1:3])
    return found if found in (*_OVERFLOWS, *_CHOICES) else ""


def loose(number: Num, emit: Emitter) -> Num:
    """The number as a term of a sum that may wrap."""
    found = copy(number)
    found.loose = True
    if found.has_unsigned:
        emit.bound(found.unsigned, found.bits)
    return found
