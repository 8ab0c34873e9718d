"""The ordering table of the memory models, written by hand from SEMANTICS, not derived."""

from __future__ import annotations

from ordercheck.engines.order import RMW_FENCE, Order, Pair, Tags, table

SFENCE, MFENCE, LFENCE = (frozenset({name}) for name in ("SFENCE", "MFENCE", "LFENCE"))
FENCES: tuple[Tags | None, ...] = (None, SFENCE, MFENCE, LFENCE, RMW_FENCE)


def _tso(pair: Pair) -> bool:
    if pair.earlier in ("R", "X") or pair.later == "X":
        return True
    return pair.later != "R" or pair.overlap


def _everything(pair: Pair) -> bool:
    return True


def _stores(pair: Pair) -> bool:
    return pair.earlier != "R" and pair.later != "R"


def sc() -> Order:
    """Everything in order."""
    return table(_everything)


def x86_tso() -> Order:
    """Non-temporal stores are ordinary ones."""
    return table(_tso, {MFENCE: _everything, RMW_FENCE: _everything})


def x86_nt() -> Order:
    """A store and a non-temporal one keep their order only where they overlap."""

    def kept(pair: Pair) -> bool:
        if "NT" in pair and pair.earlier in ("W", "NT") and pair.later in ("W", "NT"):
            return pair.overlap
        return _tso(pair)

    return table(kept, {MFENCE: _everything, RMW_FENCE: _everything, SFENCE: _stores})


def nt_contract() -> Order:
    """Nothing but a drain orders a non-temporal store with what comes later."""

    def kept(pair: Pair) -> bool:
        if pair.earlier == "NT":
            return pair.later == "X"
        if pair.later == "NT" and pair.earlier == "W":
            return pair.overlap
        return _tso(pair)

    def drained(pair: Pair) -> bool:
        return _stores(pair) or (pair.earlier == "NT" and pair.overlap)

    return table(kept, {MFENCE: _everything, RMW_FENCE: _everything, SFENCE: drained})


ORDERS = {"sc": sc, "x86-tso": x86_tso, "x86-nt": x86_nt, "nt-contract": nt_contract}
