"""An execution as a graph for people: events with their values, and what orders them and why.

An allowed execution comes with orders that the model's acyclic checks permit; of one that
the model forbids, with the check that it fails and the cycle that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise

from ordercheck.cat.terms import Check, Model
from ordercheck.engines.axiomatic.candidates import INITIAL, Location
from ordercheck.engines.axiomatic.encode import Execution
from ordercheck.engines.axiomatic.final import final
from ordercheck.engines.axiomatic.merge import Merged, apart, together
from ordercheck.engines.axiomatic.why import COMMUNICATION, Reasons, Step, names_of
from ordercheck.program.ir import NOWHERE, MemoryAt, Program
from ordercheck.relations import explicit, order
from ordercheck.relations.explicit import Rows, bits, members, relation
from ordercheck.verdict import Edge, Graph, Node, Order, callers

# the kept program order is worked out for executions of up to so many events
MAX_EVENTS = 200
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def picture(execution: Execution, model: Model) -> Graph:
    """The execution under the model, allowed or not.

    Objects with an address are named where a value is one; numbers are signed, of the
    width of the access.
    """
    painter = _Painter(execution, model, together(execution))
    if not painter.faithful:
        painter = _Painter(execution, model, apart(execution))
    return painter.graph()


class _Painter:
    def __init__(self, execution: Execution, model: Model, parts: Merged) -> None:
        self.execution, self.model = execution, model
        self.parts, self.candidate = parts, execution.candidate
        self.events = self.candidate.events
        n = len(self.events)
        self.rf, self.co = relation(n, execution.rf), order.reduce(relation(n, execution.co))
        self.reasons = Reasons(model, execution.domain(), names_of(model))
        self.places = places(self.candidate.program)
        self.addresses = addresses(self.candidate.program)
        self.shown = self._order()
        self.names = self._names()
        self.failed = next((c for c in model.constraints if not self.reasons.holds(c)), None)

    @property
    def faithful(self) -> bool:
        """Whether what is put together hides neither an order nor what forbids the execution."""
        if self.failed is None:
            return all(order.is_acyclic(self._quotient(self.reasons.rows(c.term))) for c in self._acyclic())
        against = self.reasons.against(self.failed)
        return bool(self._joined(against)) or not against

    def _quotient(self, rows: Rows) -> Rows:
        """The relation between what is shown."""
        of = self.parts.of
        found = [0] * len(rows)
        for i, j in members(rows):
            if of[i] != of[j] or i == j:
                found[of[i]] |= 1 << of[j]
        return found

    def graph(self) -> Graph:
        failed = self.failed
        program, outcome = self.candidate.program, self._outcome()
        return Graph(
            program.name,
            self.model.name,
            tuple(thread.name for thread in program.threads),
            tuple(self._node(i) for i in self.shown),
            self._edges(),
            self._program_order(),
            outcome=outcome,
            state=" ".join(f"{name}={_or(value)};" for name, value in outcome.items()),
            orders=() if failed is not None else self._orders(),
            check="" if failed is None else failed.name,
            test="" if failed is None else f"{'~' if failed.negated else ''}{failed.test}",
            place="" if failed is None else f"{failed.file}:{failed.line}",
            cycle=() if failed is None else self._joined(self.reasons.against(failed)),
        )

    def _outcome(self) -> dict[str, int | None]:
        found = final(self.execution)
        return {str(what): found.value(what) for what in self.candidate.program.observe}

    # events

    def _order(self) -> list[int]:
        """The events to show: initial writes that somebody reads or overwrites, then each thread's."""
        everything = [i for i in range(len(self.events)) if self.parts.of[i] == i]
        used = {w for w, _ in self.execution.rf} | {w for w, _ in self.execution.co}
        initial = [i for i in everything if self.events[i].thread == INITIAL and i in used]
        threads = [i for i in everything if self.events[i].thread != INITIAL]
        return [*initial, *sorted(threads, key=lambda i: (self.events[i].thread, i))]

    def _names(self) -> dict[int, str]:
        names: dict[int, str] = {}
        count = 0
        for i in self.shown:
            if self.events[i].thread != INITIAL:
                names[i] = _letters(count)
                count += 1
                continue
            names[i] = f"init({self._place(self.parts.location[i])})"
            if list(names.values()).count(names[i]) > 1:
                # a test may call two things the same
                names[i] = f"init({where(self.parts.location[i])})"
        return names

    def _node(self, i: int) -> Node:
        event = self.events[i]
        source = NOWHERE if event.access is None else event.access.instr.source
        text = source.text.strip()
        return Node(
            self.names[i],
            event.thread,
            self._text(i),
            source.file,
            source.line,
            text,
            source.column,
            callers(source),
        )

    def _text(self, i: int) -> str:
        event = self.events[i]
        tags = sorted(event.access.tags) if event.access else []
        if event.kind not in ("R", "W"):
            where = [self._place(self.parts.location[i])] if event.location[0] else []
            return " ".join([*(tags or ["barrier"]), *where])
        value = self.parts.values.get(i)
        shown = "?" if value is None else self._value(value, self.parts.location[i])
        return " ".join([event.kind, f"{self._place(self.parts.location[i])}={shown}", *tags])

    def _value(self, value: int, location: Location) -> str:
        width = 8 * (location[2] - location[1])
        value &= (1 << width) - 1
        if value in self.addresses:
            return self.addresses[value]
        return str(value - (1 << width) if value >> (width - 1) else value)

    def _place(self, location: Location) -> str:
        return self.places.get(location) or where(location)

    # edges

    def _edges(self) -> tuple[Edge, ...]:
        fr = [0] * len(self.events)
        for w, r in self.execution.rf:
            fr[r] = self.co[w] & ~(1 << r)
        found = [
            Step(i, j, label)
            for label, rows in zip(COMMUNICATION, (self.rf, self.co, fr), strict=True)
            for i, j in members(rows)
        ]
        return self._joined([*found, *self._kept()])

    def _kept(self) -> list[Step]:
        """The program order that acyclic checks keep, what follows from the rest of it left out."""
        if len(self.events) > MAX_EVENTS:
            return []
        within = inside(self.execution)
        checks = [(c, explicit.inter(self.reasons.rows(c.term), within)) for c in self._acyclic()]
        together: Rows = [0] * len(self.events)
        for _, rows in checks:
            together = explicit.union(together, rows)
        direct = order.reduce(together)
        found: dict[Step, None] = {}
        for check, rows in checks:
            for i, j in members(explicit.inter(rows, direct)):
                steps = self.reasons.steps(check.term, i, j)
                # an order that others bring about is shown with them
                if all(within[step.source] >> step.target & 1 for step in steps):
                    found[Step(i, j, "; ".join(step.label for step in steps))] = None
        return [step for step in found if step.label not in COMMUNICATION]

    def _program_order(self) -> tuple[Edge, ...]:
        edges = []
        for thread, group in groupby(self.shown, key=lambda i: self.events[i].thread):
            mine = [self.names[i] for i in group]
            if thread != INITIAL:
                edges += [Edge(a, b, ("po",)) for a, b in pairwise(mine)]
        return tuple(edges)

    def _joined(self, steps: Iterable[Step]) -> tuple[Edge, ...]:
        """The steps as edges, those between the same events together."""
        labels: dict[tuple[int, int], dict[str, None]] = {}
        for step in steps:
            i, j = self.parts.of[step.source], self.parts.of[step.target]
            if i != j:
                labels.setdefault((i, j), {})[step.label] = None
        return tuple(Edge(self.names[i], self.names[j], tuple(found)) for (i, j), found in labels.items())

    # orders

    def _acyclic(self) -> list[Check]:
        return [c for c in self.model.constraints if c.test == "acyclic" and not c.negated]

    def _orders(self) -> tuple[Order, ...]:
        """One order for as many checks as have a common one, the last ones first."""
        groups: list[tuple[Rows, list[str]]] = []
        for check in reversed(self._acyclic()):
            rows = self._quotient(self.reasons.rows(check.term))
            for number, (others, names) in enumerate(groups):
                together = explicit.union(others, rows)
                if order.is_acyclic(together):
                    groups[number] = together, [check.name, *names]
                    break
            else:
                groups.append((rows, [check.name]))
        return tuple(Order(tuple(names), self._line(rows)) for rows, names in reversed(groups))

    def _line(self, rows: Rows) -> tuple[str, ...]:
        """The accesses, and what else the relation is about."""
        about = explicit.domain(rows) | explicit.range_(rows)
        shown = [
            i
            for i in line(rows, inside(self.execution))
            if i in self.names and self.events[i].thread != INITIAL
        ]
        return tuple(self.names[i] for i in shown if about >> i & 1 or self.events[i].kind in ("R", "W"))


def inside(execution: Execution) -> Rows:
    """The pairs of events of one thread in the order of its text."""
    events = execution.candidate.events
    mine: dict[int, int] = {}
    rows = [0] * len(events)
    for i in reversed(range(len(events))):
        if events[i].thread != INITIAL:
            rows[i] = mine.get(events[i].thread, 0)
            mine[events[i].thread] = rows[i] | 1 << i
    return rows


def line(rows: Rows, preferred: Rows) -> list[int]:
    """All events in an order in which an acyclic relation leads forward only.

    It departs from `preferred`, an order too, only where it must.
    """
    before, gladly = explicit.inverse(rows), explicit.inverse(preferred)
    left = explicit.full(len(rows))
    found = []
    while left:
        # a relation that is acyclic leaves some event without a predecessor
        ready = [i for i in bits(left) if not before[i] & left]
        first = next((i for i in ready if not gladly[i] & left), ready[0])
        found.append(first)
        left ^= 1 << first
    return found


def where(location: Location) -> str:
    """Bytes as a reader counts them: name+first..last."""
    name, start, end = location
    return f"{name}+{start}..{end - 1}" if end - start > 1 else f"{name}+{start}"


def places(program: Program) -> dict[Location, str]:
    """The names of whole objects, and of the pieces that are observed under a name."""
    found = {(o.name, 0, o.size): o.name for o in program.objects if o.size is not None}
    for what in program.observe:
        if isinstance(what, MemoryAt) and what.name:
            name = what.name.removeprefix("[").removesuffix("]")
            found.setdefault((what.object, what.offset, what.offset + what.size), name)
    return found


def addresses(program: Program) -> Mapping[int, str]:
    """The names of the objects that have an address."""
    return {o.address: o.name for o in program.objects if o.address is not None}


def _or(value: int | None) -> str:
    return "?" if value is None else str(value)


def _letters(number: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    name = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, len(_LETTERS))
        name = _LETTERS[digit] + name
    return name
