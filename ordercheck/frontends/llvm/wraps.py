"""Sums of which the code asks whether they wrapped: `if (a + b < a) return;`.

That sums do not overflow is an assumption; it must not answer that. Such a sum is compared as
unsigned with a term of its own, or with a constant that is no larger than one.
"""

from __future__ import annotations

from copy import copy

from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.flat import Flat, Key, Ref, Step
from ordercheck.frontends.llvm.ir import Int
from ordercheck.frontends.llvm.num import Num
from ordercheck.frontends.llvm.signs import Signs


def tested(flat: Flat, signs: Signs) -> set[Key]:
    """The keys of such sums."""
    sums = {step.key: step for step in flat.steps() if step.instr.op == "add"}
    found: set[Key] = set()
    for step in flat.steps():
        if step.instr.op == "icmp" and step.instr.predicate[0] == "u":
            one, other = (step.ref(v) for v in step.instr.operands)
            found |= _asked(one, other, sums, signs) | _asked(other, one, sums, signs)
    return found


def _asked(total: Ref, other: Ref, sums: dict[Key, Step], signs: Signs) -> set[Key]:
    """The sums that `total` is made of, where `other` is among their terms."""
    limit = other.value.value if isinstance(other.value, Int) else 0
    against = signs.place(other)
    found: set[Key] = set()
    own = False
    work = signs.stored(total)
    while work:
        ref = work.pop()
        if isinstance(ref.value, Int):
            own = own or 0 < limit <= ref.value.value
            continue
        own = own or (bool(found) and against is not None and signs.place(ref) == against)
        key = ref.frame.number, getattr(ref.value, "name", "")
        if key in sums and key not in found:
            found.add(key)
            for value in sums[key].instr.operands:
                work += signs.stored(sums[key].ref(value))
    return found if own else set()


def loose(number: Num, emit: Emitter) -> Num:
    """The number as a term of a sum that may wrap."""
    found = copy(number)
    found.loose = True
    if found.has_unsigned:
        emit.bound(found.unsigned, found.bits)
    return found
