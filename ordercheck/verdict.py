"""The one type that every engine returns and every report takes."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any


class Status(enum.StrEnum):
    """What was found; see DESIGN's table of the evidence that each needs."""

    PROVED = "proved"
    HOLDS = "holds"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


TRANSPARENCY = "transparency"
ASSERTIONS = "assertions"
CONDITION = "condition"
CUT, WHOLE = "up to the bound", "nothing was cut off at the bound"
"""How exact a bounded verdict is: `evidence["exact"]`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reference machine.

    action: "execute", "drain" (a buffered entry reaches memory), "publish" (others can look), ...;
    text says it in words; buffered lists what the CPU holds afterwards, oldest first;
    memory lists what reached memory in this step.
    """

    number: int
    cpu: int
    action: str
    text: str
    file: str = ""
    line: int = 0
    function: str = ""
    code: str = ""
    buffered: tuple[str, ...] = ()
    memory: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A counterexample as a schedule of the reference machine (or, without one, an axiomatic execution).

    hazard: overtake, escape, early, assertion, outcome, or ""; lost: bytes that end stale
    or lost, as text lines; prevented_by: which drain, put where, would have prevented it; token replays it.
    """

    kind: str
    hazard: str
    summary: str
    steps: tuple[Step, ...]
    lost: tuple[str, ...] = ()
    prevented_by: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an engine found of one property of one program under one model.

    bound: the bound up to which HOLDS is exact (None: none); reason: why UNKNOWN, or a
    one-line summary of the refutation; benign: labels of stores that can be lost without
    a difference (the same value); evidence: what a second checker can re-check.
    """

    program: str
    variant: str
    model: str
    property: str
    status: Status
    engine: str
    params: dict[str, Any] = field(default_factory=dict)
    bound: int | None = None
    seconds: float = 0.0
    reason: str = ""
    benign: tuple[str, ...] = ()
    evidence: dict[str, Any] = field(default_factory=dict)
    trace: Trace | None = None
    assumptions: tuple[str, ...] = ()
