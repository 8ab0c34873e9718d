"""NT transparency and the program's assertions, for a bound, by the axiomatic engine alone.

One thread: an observer is put beside it, which loads what a publication stored, and
then, after a full fence, any byte that the thread wrote. It must not see anything older
than program order says; nor must the thread's own loads. These two are what hazards
lead to, and what an ordinary-store twin never shows (SEMANTICS, "Hazards and publication").
Several threads: no outcome that the twin lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ordercheck.cat.terms import Model
from ordercheck.engines.axiomatic.candidates import INITIAL, Candidate, Location, candidate
from ordercheck.engines.axiomatic.encode import Encoded, Execution
from ordercheck.engines.axiomatic.engine import (
    DEFAULT_BOUND,
    candidates,
    check_marks,
    find,
    is_cut,
    outcomes,
)
from ordercheck.engines.axiomatic.tearing import tear_points
from ordercheck.engines.axiomatic.trace import Access, Trace
from ordercheck.engines.axiomatic.unroll import check_closed, traces
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import conj, const, var
from ordercheck.program.ir import (
    MFENCE,
    NT,
    Fence,
    MemoryAt,
    Observable,
    Program,
    Publish,
    RegisterOf,
    Rmw,
    Store,
    Visibility,
)
from ordercheck.program.transform import ordinary_twin
from ordercheck.relations.acyclicity import Encoding, vertex_elimination
from ordercheck.relations.cnf import FALSE
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY

MAX_PUBLICATIONS = 256


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """A violation: what it is in words, and the execution that shows it."""

    what: str
    execution: Execution


@dataclass(frozen=True, slots=True)
class Answer:
    """violation is None where the property holds up to the bound; cut: the bound cut something off."""

    violation: Found | None
    cut: bool


def check(
    program: Program,
    model: Model,
    prop: str,
    deadline: Deadline | None = None,
    bound: int = DEFAULT_BOUND,
    acyclic: Encoding = vertex_elimination,
) -> Answer:
    """Whether the property (TRANSPARENCY or ASSERTIONS) holds up to the bound.

    Raises GaveOut where time or a limit gives out, InputError for a free parameter.
    """
    check_closed(program)
    query = _Query(program, model, prop, deadline or Deadline(), bound, acyclic)
    if len(program.threads) > 1:
        return _several_threads(query)
    check_marks(program, model)
    cut = False
    for trace in traces(program, 0, bound, query.deadline):
        if trace.astray:
            query.check_not_astray(trace)
            continue
        cut |= trace.cut
        found = _own_view(query, trace) or _observers_view(query, trace)
        if found is not None:
            return Answer(found, cut)
    return Answer(None, cut)


@dataclass(frozen=True, eq=False, slots=True)
class _Query:
    program: Program
    model: Model
    prop: str
    deadline: Deadline
    bound: int
    acyclic: Encoding

    def encode(self, *traces: Trace) -> Encoded:
        places = tear_points(self.model, traces)
        skeleton = candidate(self.program, traces, self.model.primitives("rel"), places)
        return Encoded(skeleton, self.model, self.deadline, self.acyclic)

    def check_not_astray(self, trace: Trace) -> None:
        """Raises GaveOut where a trace that ends at a pointer to no object can happen."""
        if self.encode(trace).solve() is not None:
            raise GaveOut(trace.astray)


def _own_view(query: _Query, trace: Trace) -> Found | None:
    """A failed assertion, or an own load that does not return what program order says."""
    encoded = query.encode(trace)
    bad: list[tuple[int, str]] = []
    if query.prop == ASSERTIONS:
        for condition, instr, _ in trace.asserts:
            bad.append((-encoded.values.holds(condition), f"{instr.source}: the assertion fails"))
    elif any(NT in access.tags for access in trace.accesses):
        for read in encoded.candidate.reads:
            event = encoded.candidate.events[read]
            assert event.access is not None
            literal = _older(encoded, read, _last_before(encoded.candidate, event.location, event.index))
            bad.append(
                (literal, f"{event.access.instr.source}: a load returns older bytes than program order says")
            )
    return _solve(encoded, bad)


def _observers_view(query: _Query, trace: Trace) -> Found | None:
    publications = list(_publications(query.program, trace))
    if len(publications) > MAX_PUBLICATIONS:
        raise GaveOut(f"more than {MAX_PUBLICATIONS} publications for the bounded engine")
    matters = _is_lasting if query.prop == ASSERTIONS else _is_non_temporal
    if not any(map(matters, trace.accesses)):
        return None
    for number in publications:
        query.deadline.check()
        found = _observe(query, trace, number)
        if found is not None:
            return found
    return None


def _is_non_temporal(access: Access) -> bool:
    return NT in access.tags


def _publications(program: Program, trace: Trace) -> Iterator[int]:
    """The numbers of the accesses after which others may look."""
    visible = {o.name for o in program.objects if o.visibility is Visibility.SHARED}
    owned = {o.name for o in program.objects if o.visibility is Visibility.OWNED}
    for number, access in enumerate(trace.accesses):
        instr = access.instr
        if access.kind != "W":
            continue
        publishes = isinstance(instr, Publish | Rmw) or (isinstance(instr, Store) and instr.publishes)
        if publishes and access.object in visible:
            # what is stored to OWNED memory after another store waits for the next publication
            if isinstance(instr, Publish):
                visible |= owned
            yield number


def _observe(query: _Query, trace: Trace, publication: int) -> Found | None:
    published = trace.accesses[publication]
    encoded = query.encode(trace, _observer(query.program, trace, publication))
    skeleton = encoded.candidate
    if encoded.impossible:
        return None
    for read in skeleton.reads:
        event = skeleton.events[read]
        if event.thread == 1 and event.index == 0:
            writer = next(w for w in skeleton.writers[event.location] if _is(skeleton, w, publication))
            encoded.require(encoded.rf.get((writer, read), FALSE))
    bad: list[tuple[int, str]] = []
    for read in skeleton.reads:
        event = skeleton.events[read]
        if event.thread != 1 or event.index == 0:
            continue
        newest = (
            _last_before(skeleton, event.location, publication + 1)
            if query.prop == TRANSPARENCY
            else _last_lasting(skeleton, event.location, publication + 1)
        )
        if newest is None:
            continue
        literal = _older(encoded, read, newest, before=publication)
        place = f"{event.location[0]}+{event.location[1]}"
        bad.append(
            (literal, f"{published.instr.source}: after this publication others see other bytes at {place}")
        )
    return _solve(encoded, bad)


def _observer(program: Program, trace: Trace, publication: int) -> Trace:
    private = {o.name for o in program.objects if o.visibility is Visibility.PRIVATE}
    flag = trace.accesses[publication]
    accesses = [_observer_load(flag.object, flag.start, flag.end, 0)]
    accesses.append(Access("F", Fence(frozenset({MFENCE})), frozenset({MFENCE})))
    written: dict[str, set[int]] = {}
    for access in trace.accesses:
        if access.kind == "W" and access.object not in private:
            written.setdefault(access.object, set()).update((access.start, access.end))
    covered = _covered(trace, private)
    for name, points in written.items():
        ordered = sorted(points)
        for a, b in pairwise(ordered):
            if (name, a) in covered:
                accesses.append(_observer_load(name, a, b, len(accesses)))
    return Trace(1, tuple(accesses), const(True), {}, (), {}, False)


def _covered(trace: Trace, private: set[str]) -> set[tuple[str, int]]:
    """The places of the trace's stores' boundaries at which some store covers the next bytes."""
    points: dict[str, set[int]] = {}
    for access in trace.accesses:
        if access.kind == "W" and access.object not in private:
            points.setdefault(access.object, set()).update((access.start, access.end))
    ordered = {name: sorted(found) for name, found in points.items()}
    covered: set[tuple[str, int]] = set()
    for access in trace.accesses:
        if access.kind == "W" and access.object not in private:
            covered.update(
                (access.object, p) for p in ordered[access.object] if access.start <= p < access.end
            )
    return covered


def _observer_load(name: str, start: int, end: int, number: int) -> Access:
    return Access("R", Fence(frozenset()), frozenset(), name, start, end, symbol=f"observer.{number}")


def _is(skeleton: Candidate, event: int, number: int) -> bool:
    return skeleton.events[event].thread == 0 and skeleton.events[event].index == number


def _is_lasting(access: Access) -> bool:
    return access.kind == "W" and isinstance(access.instr, Store) and access.instr.lasting


def _last_before(skeleton: Candidate, location: Location, number: int) -> int:
    """The last write of the thread to the location before access `number`; the initial one if none."""
    mine = [w for w in skeleton.writers[location] if skeleton.events[w].thread == 0]
    earlier = [w for w in mine if skeleton.events[w].index <= number and not _is(skeleton, w, number)]
    return max(earlier, key=lambda w: skeleton.events[w].index, default=skeleton.writers[location][0])


def _last_lasting(skeleton: Candidate, location: Location, number: int) -> int | None:
    found = None
    for w in skeleton.writers[location][1:]:
        event = skeleton.events[w]
        if (
            event.thread == 0
            and event.index < number
            and event.access is not None
            and _is_lasting(event.access)
        ):
            found = w if found is None or skeleton.events[found].index < event.index else found
    return found


def _older(encoded: Encoded, read: int, newest: int, before: int | None = None) -> int:
    """The literal that `read` reads from a write other than `newest`, and other bytes.

    before: writes of the thread later than this access count as newer, not older.
    """
    events = encoded.candidate.events
    cases = []
    for w in encoded.rf_may[read]:
        if w == newest or (before is not None and events[w].thread != INITIAL and events[w].index > before):
            continue
        wanted = encoded.values.written(newest)
        differs = [
            encoded.cnf.conj([x, -wanted.get(value, FALSE)]) for value, x in encoded.values.written(w).items()
        ]
        cases.append(encoded.cnf.conj([encoded.rf[w, read], encoded.cnf.disj(differs)]))
    return encoded.cnf.disj(cases)


def _solve(encoded: Encoded, bad: list[tuple[int, str]]) -> Found | None:
    bad = [(literal, what) for literal, what in bad if literal != FALSE]
    if not bad or encoded.impossible:
        return None
    encoded.require(encoded.cnf.disj([literal for literal, _ in bad]))
    found = encoded.solve([literal for literal, _ in bad])
    if found is None:
        return None
    execution, holding = found
    return Found(next(what for (literal, what) in bad if literal in holding), execution)


def _several_threads(query: _Query) -> Answer:
    program, model, deadline, bound = query.program, query.model, query.deadline, query.bound
    if query.prop == ASSERTIONS:
        return _assertions(query)
    if not any(isinstance(i, Store) and NT in i.tags for _, _, _, i in program.instructions()):
        return Answer(None, False)
    observed = replace(program, observe=everything(program, bound, deadline))
    allowed = outcomes(observed, model, deadline, bound, query.acyclic)
    twin = outcomes(ordinary_twin(observed), model, deadline, bound, query.acyclic)
    cut = allowed.cut or twin.cut
    extra = sorted(allowed.states - twin.states)
    if not extra:
        return Answer(None, cut)
    state = extra[0]
    condition = conj(*(var(str(o)) == v for o, v in zip(observed.observe, state, strict=True)))
    execution = find(observed, model, condition, deadline, bound)
    assert execution is not None, "an outcome that was found has an execution"
    text = "; ".join(f"{o}={v}" for o, v in zip(observed.observe, state, strict=True))
    return Answer(Found(f"an outcome that ordinary stores do not have: {text}", execution), cut)


def everything(program: Program, bound: int, deadline: Deadline) -> tuple[Observable, ...]:
    """All registers of all threads and all memory that a thread can write."""
    found: list[Observable] = [
        RegisterOf(t, name) for t, thread in enumerate(program.threads) for name in thread.registers
    ]
    places: dict[tuple[str, int, int], None] = {}
    for number in range(len(program.threads)):
        for trace in traces(program, number, bound, deadline):
            places.update(dict.fromkeys((a.object, a.start, a.end) for a in trace.accesses if a.kind == "W"))
    found += [MemoryAt(name, start, end - start) for name, start, end in sorted(places)]
    return tuple(found)


def _assertions(query: _Query) -> Answer:
    if any(isinstance(i, Store) and i.lasting for _, _, _, i in query.program.instructions()):
        raise GaveOut("`lasting` is checked for programs of one thread")
    cut = False
    for skeleton in candidates(query.program, query.model, query.bound, query.deadline):
        cut |= is_cut(skeleton)
        encoded = query.encode(*skeleton.traces)
        failing = [
            (-encoded.values.holds(condition), f"{instr.source}: the assertion fails")
            for trace in skeleton.traces
            for condition, instr, _ in trace.asserts
        ]
        found = _solve(encoded, failing)
        if found is not None:
            return Answer(found, cut)
    return Answer(None, cut)
