"""What can be wrong, with the help texts that reports for tools carry."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A kind of finding: its name in CamelCase, one sentence, and what to know or do about it."""

    name: str
    short: str
    help: str


_DRAIN = "A drain is sfence or what contains one, such as memcpy_nt_drain() or a locked instruction."

RULES = {
    "transparency": Rule(
        "NonTemporalTransparency",
        "The program behaves as it would with ordinary stores in place of the non-temporal ones.",
        "Non-temporal stores give up the order that x86 otherwise keeps. Transparency says that nobody can "
        "tell the difference; it breaks by an overtake, an escape or an early store.",
    ),
    "overtake": Rule(
        "Overtake",
        "A later access of the same processor meets a non-temporal store that has not landed.",
        "The later access to the same bytes is not ordered after the pending non-temporal store: a load "
        "returns old bytes, or a store is lost when the earlier one lands over it. Put a drain between. "
        + _DRAIN,
    ),
    "escape": Rule(
        "Escape",
        "A non-temporal store has not landed when others may look at the memory.",
        "The memory is handed to others (a return, a release store, an unlock, an unknown call) while the "
        f"store is still pending: others find old bytes. Put a drain before that point. {_DRAIN}",
    ),
    "early": Rule(
        "Early",
        "A non-temporal store can be seen before an earlier store of the same processor.",
        "A non-temporal store is used as a flag and lands before what it announces. Store the flag "
        f"ordinarily and put a drain before it. {_DRAIN}",
    ),
    "outcome": Rule(
        "Outcome",
        "The program ends in a state in which it cannot end with ordinary stores.",
        "Some execution of several processors has a result that no execution with ordinary stores has. "
        f"The steps show how; a drain between the stores that are seen out of order helps. {_DRAIN}",
    ),
    "assertion": Rule(
        "Assertion",
        "What the program's author states does not hold: a loaded value, a store that lasts, an assertion.",
        "The steps lead to the statement that fails. It fails for some order of the accesses that the "
        "memory model allows.",
    ),
    "condition": Rule(
        "Condition",
        "What the program states about its final states (exists, ~exists, forall) does not hold.",
        "The memory model allows an execution that contradicts the statement, or none that it asks for.",
    ),
    "unknown": Rule(
        "Unknown",
        "It is not known whether what was asked holds.",
        "Time, memory or a bound gave out, or the program does something that nobody modelled; the message "
        "says what. This is no proof: what is unknown may be wrong. More --timeout, parameters with "
        "--param, or --bound may decide it.",
    ),
    "drain": Rule(
        "Drain",
        "What a drain is needed for.",
        "required: without it the program is refuted; redundant: the program without it is still proved; "
        "conditional: the parameters decide.",
    ),
    "expected": Rule(
        "Expected",
        "A verdict differs from the one recorded beside the program.",
        "Either the program or a model has changed, or the record is wrong.",
    ),
}
