"""What of a memory model matters to one thread: which pairs are at risk, which fences cure them."""

from __future__ import annotations

from dataclasses import dataclass

from ordercheck.engines.order import RMW_FENCE, Earlier, Later, Order, Pair
from ordercheck.errors import GaveOut
from ordercheck.program.ir import NT, Fence, Load, Publish, Rmw, Store, Thread

Cure = frozenset[frozenset[str]]
"""The tag sets of fences that put a pair in order."""


@dataclass(frozen=True, slots=True)
class Profile:
    """cures: for each pair at risk, the fences of the thread that put it in order.

    A pair that is not listed is kept in order without a fence (or, for transparency, is
    not kept for ordinary stores either).
    """

    cures: dict[Pair, Cure]

    def cure(self, earlier: Earlier, later: Later, overlap: bool) -> Cure | None:
        """The fences that put the pair in order; None where it is not at risk."""
        return self.cures.get(Pair(earlier, later, overlap))

    def flags(self, earlier: Earlier) -> tuple[Cure, ...]:
        """The distinct cures of the pairs that begin with such a store, each a flag to track."""
        found = dict.fromkeys(c for pair, c in self.cures.items() if pair.earlier == earlier)
        return tuple(sorted(found, key=lambda cure: sorted(map(sorted, cure))))

    @property
    def key(self) -> frozenset[tuple[Pair, Cure]]:
        """Equal for models that this thread cannot tell apart."""
        return frozenset(self.cures.items())


def kind_of(instr: Load | Store | Rmw | Publish) -> Later:
    """The kind of an access."""
    if isinstance(instr, Load):
        return "R"
    if isinstance(instr, Rmw):
        return "X"
    return "NT" if isinstance(instr, Store) and NT in instr.tags else "W"


def fences_of(thread: Thread) -> tuple[frozenset[str], ...]:
    """The tag sets of the thread's fences that can order anything; locked operations count as one."""
    found: dict[frozenset[str], None] = {}
    for block in thread.blocks:
        for instr in block.body:
            if isinstance(instr, Fence) and instr.tags:
                found[instr.tags] = None
            elif isinstance(instr, Rmw):
                found[RMW_FENCE] = None
    return tuple(found)


def transparency_profile(thread: Thread, order: Order) -> Profile:
    """The pairs that ordinary stores would keep in order and these do not.

    Raises GaveOut where the model lets a non-temporal store break an order that no
    hazard of this engine stands for.
    """
    kinds = _kinds(thread)
    if "NT" not in kinds:
        return Profile({})
    fences = fences_of(thread)
    pairs: list[Pair] = []
    for later in kinds:
        pairs.append(Pair("NT", later, True))
        if later != "R":
            pairs.append(Pair("NT", later, False))
    if "W" in kinds or "X" in kinds:
        pairs += [Pair("W", "NT", True), Pair("W", "NT", False)]
    _check_other_orders(kinds, fences, order)
    cures: dict[Pair, Cure] = {}
    for pair in pairs:
        if order.hazard(*pair, None):
            cures[pair] = frozenset(f for f in fences if order.kept(*pair, f))
        else:
            _check_fences(pair, fences, order)
    return Profile(cures)


def assertion_profile(thread: Thread, order: Order) -> Profile:
    """The pairs that the model does not keep in order."""
    kinds = _kinds(thread)
    fences = fences_of(thread)
    pairs: list[Pair] = []
    earlier_kinds: list[Earlier] = ["NT"] if "NT" in kinds else []
    if "W" in kinds or "X" in kinds:
        earlier_kinds.append("W")
    for earlier in earlier_kinds:
        for later in kinds:
            pairs.append(Pair(earlier, later, True))
            if later != "R":
                pairs.append(Pair(earlier, later, False))
    return Profile(
        {
            pair: frozenset(f for f in fences if order.kept(*pair, f))
            for pair in pairs
            if not order.kept(*pair, None)
        }
    )


def _kinds(thread: Thread) -> tuple[Later, ...]:
    found: set[Later] = set()
    for block in thread.blocks:
        for instr in block.body:
            if isinstance(instr, Load | Store | Rmw | Publish):
                found.add(kind_of(instr))
    order: tuple[Later, ...] = ("R", "W", "NT", "X")
    return tuple(k for k in order if k in found)


def _check_fences(pair: Pair, fences: tuple[frozenset[str], ...], order: Order) -> None:
    for fence in fences:
        if order.hazard(*pair, fence):
            raise GaveOut(_odd(pair, fence))


def _check_other_orders(kinds: tuple[Later, ...], fences: tuple[frozenset[str], ...], order: Order) -> None:
    """Orders that every model known to us keeps for NT where it keeps them for ordinary stores."""
    odd = [Pair("NT", "R", False)] if "R" in kinds else []
    if "R" in kinds:
        odd += [Pair("R", "NT", False), Pair("R", "NT", True)]
    if "X" in kinds:
        odd += [Pair("X", "NT", False), Pair("X", "NT", True)]
    for pair in odd:
        if order.hazard(*pair, None):
            raise GaveOut(_odd(pair, None))
        _check_fences(pair, fences, order)


def _odd(pair: Pair, fence: frozenset[str] | None) -> str:
    between = f" across {'+'.join(sorted(fence))}" if fence else ""
    where = "overlapping" if pair.overlap else "other"
    return (
        f"the model orders {pair.twin.earlier} before a later {pair.twin.later} to {where} memory{between}, but"
        f" not {pair.earlier} before {pair.later}: no hazard of the unbounded engine covers that"
    )
