"""An allowed execution as a trace, for models that have no reference machine.

There is no schedule to show then: the steps are the events in an order that the model's
own acyclic relations allow, each load with the store that it reads from.
"""

from __future__ import annotations

from ordercheck.cat.evaluate import values
from ordercheck.cat.terms import Model
from ordercheck.engines.axiomatic.candidates import INITIAL, Event
from ordercheck.engines.axiomatic.encode import Execution
from ordercheck.engines.axiomatic.picture import inside, line, picture, where
from ordercheck.program.ir import NOWHERE, NT
from ordercheck.relations import order
from ordercheck.relations.explicit import Rows, union
from ordercheck.verdict import Place, Step, Trace, callers, place_of


def explain(execution: Execution, model: Model, summary: str) -> Trace:
    """The execution as a graph and in steps; `kind` is "execution" and there is no token."""
    events = execution.candidate.events
    source = {r: w for w, r in execution.rf}
    steps: list[Step] = []
    late: Place | None = None
    for number in in_order(execution, model):
        event = events[number]
        if event.thread == INITIAL:
            continue
        instr = event.access.instr if event.access else None
        place = instr.source if instr is not None else NOWHERE
        steps.append(
            Step(
                len(steps) + 1,
                event.thread,
                {"R": "load", "W": "store", "F": "fence"}.get(event.kind, "mark"),
                _text(execution, number, source),
                place.file,
                place.line,
                place.function,
                place.text,
                memory=(f"{_where(event)} = {execution.values[number]:#x}",) if event.kind == "W" else (),
                column=place.column,
                inlined_at=callers(place),
            )
        )
        if event.kind == "W" and event.access is not None and NT in event.access.tags:
            late = place_of(place)
    note = f"an execution that {model.name} allows, in an order of its own relations; no machine replays it"
    graph = picture(execution, model)
    at = _named(execution, summary)
    return Trace(
        "execution",
        "",
        f"{summary} ({note})",
        tuple(steps),
        graph=graph,
        headline=summary if at is None else summary.removeprefix(f"{at.file}:{at.line}: "),
        at=at,
        late=late,
    )


def _named(execution: Execution, summary: str) -> Place | None:
    """The position that the summary begins with; without a column where several are on that line."""
    found = [
        place_of(instr.source)
        for _, _, _, instr in execution.candidate.program.instructions()
        if instr.source.file and summary.startswith(f"{instr.source}: ")
    ]
    if len(set(found)) > 1:
        return Place(found[0].file, found[0].line)
    return found[0] if found else None


def in_order(execution: Execution, model: Model) -> list[int]:
    """The events in an order that the last acyclic checks allow, as many as have one together.

    It departs from the order of each thread's text only where it must.
    """
    terms = [check.term for check in model.constraints if check.test == "acyclic" and not check.negated]
    found = values(terms, model.fixpoints, execution.domain())
    kept: Rows = [0] * len(execution.candidate.events)
    for term in reversed(terms):
        rows = found[term]
        assert not isinstance(rows, int)
        together = union(kept, rows)
        if order.is_acyclic(together):
            kept = together
    return line(kept, inside(execution))


def _where(event: Event) -> str:
    return where(event.location)


def _text(execution: Execution, number: int, source: dict[int, int]) -> str:
    events = execution.candidate.events
    event = events[number]
    tags = " ".join(sorted(event.access.tags)) if event.access else ""
    if event.kind not in ("R", "W"):
        return " ".join([tags or "barrier", *([_where(event)] if event.location[0] else [])])
    value = f"{execution.values[number]:#x}"
    if event.kind == "W":
        kind = "non-temporal store" if event.access and NT in event.access.tags else "store"
        return f"{kind} of {value} to {_where(event)}"
    writer = events[source[number]]
    if writer.thread == INITIAL:
        return f"load of {_where(event)} returns {value}, the initial contents"
    origin = writer.access.instr.source if writer.access else NOWHERE
    return f"load of {_where(event)} returns {value}, stored by P{writer.thread} at {origin}"
