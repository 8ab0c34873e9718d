"""A fixed set of small programs that together notice every mutant."""

from __future__ import annotations

from ordercheck.program import Program
from ordercheck.testing.strategies import Op, build

ORDINARY, NT = "store", "nt"


def _ring(first: str, last: str, *between: str, threads: int = 2) -> Program:
    """Each thread accesses its object and then the next thread's, with `between` between the two."""
    fences = [Op(kind) for kind in between]
    return build([[Op(first, t), *fences, Op(last, (t + 1) % threads)] for t in range(threads)])


def _pass(data: str, flag: str, *between: str) -> Program:
    """Message passing: data, `between`, flag; the other thread loads the flag and then the data."""
    writer = [Op(data, 0), *(Op(kind) for kind in between), Op(flag, 1)]
    return build([writer, [Op("load", 1), Op("load", 0)]])


def _forwarding() -> Program:
    """Store buffering in which each thread first loads its own store."""
    return build([[Op("store", t), Op("load", t), Op("load", 1 - t)] for t in range(2)])


def _same_place(*kinds: str) -> Program:
    """One thread works on one location, another looks at it twice."""
    look = Op("load", size=2)
    return build([[Op(kind, size=2) for kind in kinds], [look, look]])


def _halves(wide: str, narrow: str, *between: str) -> Program:
    """One thread stores 8 bytes and then the upper 4 (with `between`), another loads both halves."""
    writer = [Op(wide, size=8), *(Op(kind) for kind in between), Op(narrow, offset=4)]
    return build([writer, [Op("load", offset=4), Op("load")]])


def _torn() -> Program:
    """A wide store against two narrow loads, and a wide load against two narrow stores."""
    return build([[Op("store", size=8), Op("store", 1, 4), Op("store", 1)], _readers()])


def _readers() -> list[Op]:
    return [Op("load", 0, 4), Op("load"), Op("load", 1, 0, 8)]


def _crossed_sizes() -> Program:
    """Two wide stores, and two observers of one half each that must agree on which was first."""
    return build(
        [[Op("store", size=8), Op("load", 0, 4)], [Op("store", 0, 4), Op("load", 1)], [Op("store", 1)]]
    )


def _failing_exchange() -> Program:
    """Store buffering with a locked operation between that stores nothing."""
    return build([[Op("store", t), Op("cmpxchg", 2), Op("load", 1 - t)] for t in range(2)])


def _undecided() -> Program:
    """A drain settles in which order two stores land, before anybody else sees either."""
    writer = [Op("nt"), Op("store"), Op("sfence"), Op("load"), Op("load", 1)]
    return build([writer, [Op("store", 1), Op("mfence"), Op("load")]])


def _coherence(*kinds: str) -> Program:
    """Two threads store to one location, each loads it afterwards."""
    return build([[Op(kind), Op("load")] for kind in kinds])


def _increments() -> Program:
    return build([[Op("xadd")], [Op("xadd")], [Op("store")]])


PROGRAMS: dict[str, Program] = {
    "store buffering": _ring("store", "load"),
    "store buffering, sfence": _ring("store", "load", "sfence"),
    "store buffering, mfence": _ring("store", "load", "mfence"),
    "store buffering, locked": _ring("xchg", "load"),
    "store buffering, NT": _ring("nt", "load"),
    "store buffering, forwarded": _forwarding(),
    "load buffering": _ring("load", "store"),
    "load buffering, NT": _ring("load", "nt"),
    "message passing": _pass("store", "store"),
    "message passing, NT data": _pass("nt", "store"),
    "message passing, NT flag": _pass("store", "nt"),
    "message passing, NT sfence": _pass("nt", "store", "sfence"),
    "message passing, NT lfence": _pass("nt", "store", "lfence"),
    "message passing, NT mfence": _pass("nt", "store", "mfence"),
    "message passing, NT locked": _pass("nt", "xchg"),
    "message passing, NT flag sfence": _pass("store", "nt", "sfence"),
    "two plus two writes": _ring("store", "store"),
    "two plus two writes, NT": _ring("nt", "store"),
    "coherence": _coherence("store", "store"),
    "coherence, NT": _coherence("nt", "store"),
    "same place": _same_place("store", "store", "load"),
    "same place, NT first": _same_place("nt", "store", "load"),
    "same place, NT last": _same_place("store", "nt", "load"),
    "same place, NT both": _same_place("nt", "nt", "load"),
    "same place, NT drained": _same_place("nt", "sfence", "load", "store"),
    "same place, NT drained late": _same_place("nt", "store", "sfence", "load"),
    "same place, NT drained late, two loads": _same_place("nt", "nt", "sfence", "load", "load"),
    "same place, locked": _same_place("nt", "xchg"),
    "halves": _halves("store", "store"),
    "halves, NT wide": _halves("nt", "store"),
    "halves, NT narrow": _halves("store", "nt"),
    "halves, drained": _halves("nt", "store", "sfence"),
    "torn": _torn(),
    "crossed sizes": _crossed_sizes(),
    "increments": _increments(),
    "compare and exchange": build([[Op("cmpxchg", choice=1)], [Op("cmpxchg", choice=1)], [Op("store")]]),
    "store buffering, compare and exchange fails": _failing_exchange(),
    "message passing, then sfence": build(
        [[Op("store", 0), Op("store", 1), Op("sfence")], [Op("load", 1), Op("load", 0)]]
    ),
    "landing order undecided": _undecided(),
    "pending, then two loads": build([[Op("nt"), Op("load"), Op("load")]]),
    "three in a ring": _ring("store", "load", threads=3),
    "conditional": build([[Op("load", 1), Op("if", body=(Op("store"),))], [Op("store", 1), Op("load")]]),
}
