"""What of a memory model matters to one thread: which pairs are at risk, which fences cure them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ordercheck.engines.inductive.flow import maybe_published
from ordercheck.engines.order import RMW_FENCE, Kind, Order, Pair
from ordercheck.errors import GaveOut
from ordercheck.program.ir import (
    NT,
    Fence,
    Load,
    MemObject,
    Program,
    Publish,
    Rmw,
    Store,
    Thread,
    Visibility,
)

Cure = frozenset[frozenset[str]]
"""The tag sets of fences that put a pair in order."""


@dataclass(frozen=True, slots=True)
class Profile:
    """cures: for each pair at risk, the fences of the thread that put it in order.

    A pair that is not listed is kept in order without a fence (or, for transparency, is
    not kept for ordinary stores either).
    """

    cures: dict[Pair, Cure]

    def cure(self, earlier: Kind, later: Kind, overlap: bool) -> Cure | None:
        """The fences that put the pair in order; None where it is not at risk."""
        return self.cures.get(Pair(earlier, later, overlap))

    def flags(self, earlier: Kind) -> tuple[Cure, ...]:
        """The distinct cures of the pairs that begin with such a store, each a flag to track."""
        found = dict.fromkeys(c for pair, c in self.cures.items() if pair.earlier == earlier)
        return tuple(sorted(found, key=lambda cure: sorted(map(sorted, cure))))

    @property
    def key(self) -> frozenset[tuple[Pair, Cure]]:
        """Equal for models that this thread cannot tell apart."""
        return frozenset(self.cures.items())


def kind_of(instr: Load | Store | Rmw | Publish) -> Kind:
    """The kind of an access."""
    if isinstance(instr, Load):
        return "R"
    if isinstance(instr, Rmw):
        return "X"
    return "NT" if isinstance(instr, Store) and NT in instr.tags else "W"


@dataclass(frozen=True, slots=True)
class Accesses:
    """What a thread does, as far as order goes.

    kinds: of its accesses; published: of those that others may look at (stores that
    hand nothing over left out); reads: whether it loads what others may store to;
    fences: the tag sets of its fences, a locked operation counting as one.
    """

    kinds: tuple[Kind, ...]
    published: tuple[Kind, ...]
    reads: bool
    fences: tuple[frozenset[str], ...]


def accesses_of(program: Program, thread: Thread) -> Accesses:
    """What the thread does."""
    objects = {o.name: o for o in program.objects}
    kinds: set[Kind] = set()
    published: set[Kind] = set()
    reads = False
    fences: dict[frozenset[str], None] = {}
    for block, owned_seen in zip(thread.blocks, maybe_published(thread), strict=True):
        for instr in block.body:
            if isinstance(instr, Fence) and instr.tags:
                fences[instr.tags] = None
            elif isinstance(instr, Load | Store | Rmw | Publish):
                kind = kind_of(instr)
                kinds.add(kind)
                if kind == "X":
                    fences[RMW_FENCE] = None
                if _seen(instr, objects, owned_seen):
                    reads = reads or kind in ("R", "X")
                    if kind != "R" and (not isinstance(instr, Store) or instr.publishes):
                        published.add(kind)
            owned_seen = owned_seen or isinstance(instr, Publish)
    return Accesses(_sorted(kinds), _sorted(published), reads, tuple(fences))


def _seen(instr: Load | Store | Rmw | Publish, objects: Mapping[str, MemObject], owned_seen: bool) -> bool:
    if isinstance(instr, Publish):
        return True
    visibility = objects[instr.address.object].visibility
    return visibility is Visibility.SHARED or (visibility is Visibility.OWNED and owned_seen)


def _sorted(kinds: set[Kind]) -> tuple[Kind, ...]:
    order: tuple[Kind, ...] = ("R", "W", "NT", "X")
    return tuple(k for k in order if k in kinds)


def transparency_profile(accesses: Accesses, order: Order) -> Profile:
    """The pairs that ordinary stores would keep in order and these do not.

    Raises GaveOut where the model lets a non-temporal store break an order that no
    hazard of this engine stands for.
    """
    if "NT" not in accesses.kinds:
        return Profile({})
    _check_other_orders(accesses, order)
    pairs = [Pair("NT", later, True) for later in accesses.kinds]
    pairs += [Pair("NT", later, False) for later in accesses.published]
    if "W" in accesses.kinds or "X" in accesses.kinds:
        pairs.append(Pair("W", "NT", True))
        if "NT" in accesses.published:
            pairs.append(Pair("W", "NT", False))
    cures: dict[Pair, Cure] = {}
    for pair in pairs:
        if order.hazard(*pair, None):
            cures[pair] = _cure(pair, accesses, order)
        else:
            _check_fences(pair, accesses, order)
    return Profile(cures)


def assertion_profile(accesses: Accesses, order: Order, published: bool) -> Profile:
    """The pairs that the model does not keep in order.

    published: with those whose later access others may look at.
    """
    earlier: list[Kind] = ["NT"] if "NT" in accesses.kinds else []
    if "W" in accesses.kinds or "X" in accesses.kinds:
        earlier.append("W")
    pairs = [Pair(kind, later, True) for kind in earlier for later in accesses.kinds]
    if published:
        pairs += [Pair(kind, later, False) for kind in earlier for later in accesses.published]
    return Profile({p: _cure(p, accesses, order) for p in pairs if not order.kept(*p, None)})


def _cure(pair: Pair, accesses: Accesses, order: Order) -> Cure:
    return frozenset(fence for fence in accesses.fences if order.kept(*pair, fence))


def _check_fences(pair: Pair, accesses: Accesses, order: Order) -> None:
    for fence in accesses.fences:
        if order.hazard(*pair, fence):
            raise GaveOut(_odd(pair, fence))


def _check_other_orders(accesses: Accesses, order: Order) -> None:
    """Orders that every model known to us keeps for NT where it keeps them for ordinary stores."""
    odd: list[Pair] = []
    if "R" in accesses.kinds:
        odd.append(Pair("R", "NT", True))
    if accesses.reads:
        odd += [Pair("R", "NT", False), Pair("NT", "R", False)]
    if "X" in accesses.kinds:
        odd += [Pair("X", "NT", False), Pair("X", "NT", True)]
    for pair in odd:
        if order.hazard(*pair, None):
            raise GaveOut(_odd(pair, None))
        _check_fences(pair, accesses, order)


def _odd(pair: Pair, fence: frozenset[str] | None) -> str:
    between = f" across {'+'.join(sorted(fence))}" if fence else ""
    return (
        f"the model keeps {pair.twin} in order{between}, but not {pair}: "
        "no hazard of the unbounded engine covers that"
    )
