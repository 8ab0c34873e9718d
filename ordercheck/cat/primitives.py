"""The names that a cat file may use without defining them."""

from __future__ import annotations

# what herd calls the event sets; a structure without such events has the empty set
SETS: dict[str, str] = {
    "R": "loads",
    "W": "stores, initial writes included",
    "M": "memory accesses",
    "F": "fences",
    "B": "branches",
    "IW": "initial writes",
    "FW": "final writes: those that no write follows in co (made from co, not given)",
    "X": "the accesses of locked (atomic) instructions",
    "NT": "non-temporal stores",
    "MFENCE": "full fences",
    "SFENCE": "store fences",
    "LFENCE": "load fences",
    "ClFlush": "cache-line flushes (clflush)",
    "ClFlushOpt": "cache-line flushes (clflushopt)",
    "ClWb": "cache-line write-backs (clwb)",
    "A": "acquire loads",
    "L": "release stores",
    "EX": "accesses of exclusive pairs",
    "PTE": "accesses to page tables",
    "LKR": "the reads of taking a lock",
    "LKW": "the writes of taking a lock",
    "UL": "unlocks",
    "LF": "failed attempts to take a lock",
    "RL": "tests that found a lock taken",
    "RU": "tests that found a lock free",
    "LS": "successful locks of C11 mutexes",
    "LK": "locks of C11 mutexes",
    "RMW": "the accesses of read-modify-writes",
    "NA": "non-atomic accesses",
    "RLX": "relaxed accesses",
    "ACQ": "acquire accesses",
    "REL": "release accesses",
    "ACQ_REL": "acquire and release accesses",
    "SC": "sequentially consistent accesses",
    "CON": "consume accesses",
    "Exp": "explicit accesses",
    "NExp": "implicit accesses",
}

RELATIONS: dict[str, str] = {
    "po": "program order, without the pairs inside one access or one read-modify-write",
    "rf": "reads-from",
    "loc": "same location",
    "int": "same thread",
    "ext": "different threads",
    "rmw": "the load and the store of one read-modify-write",
    "si": "the parts of one access",
    "addr": "address dependency",
    "data": "data dependency",
    "ctrl": "control dependency",
    "id": "identity",
    "differ": "events, neither loads nor stores, that have different values",
}

# other names that herd gives to the same thing
ALIASES: dict[str, str] = {"sm": "si", "amo": "rmw"}
