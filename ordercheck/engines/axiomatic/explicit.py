"""Candidate executions one by one: cheaper than a solver where there are few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product
from math import factorial, prod

from ordercheck.cat.concrete import orders
from ordercheck.cat.evaluate import values
from ordercheck.cat.plan import Bound
from ordercheck.cat.terms import Choice, Model
from ordercheck.engines.axiomatic.candidates import Candidate, Location
from ordercheck.engines.axiomatic.values import join_parts
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Value, evaluate, variables
from ordercheck.program.ir import MemoryAt, Observable, Outcome
from ordercheck.record import record
from ordercheck.relations.events import ExplicitDomain
from ordercheck.relations.explicit import Rows, bits, union

Chosen = tuple[Rows, ...]


@record(frozen=True, eq=False, slots=True)
class Allowed:
    """An allowed execution: its final state, its rf, co and other chosen relations as rows.

    raised are the flags that it raises, as `Bound.raised` gives them; 0 where nobody asked.
    """

    state: Outcome
    rows: tuple[Rows, ...]
    raised: int


# orders and sources at one location that are looked at to leave out what no execution has
MAX_LOCAL = 1500
# the first candidates are decided soon, for those who want one; fewer than so many one by one
_FIRST_FEW, _FIRST_BATCH, _MOST_AT_ONCE, _FEW_AT_ONCE = 4, 64, 2048, 24
# with fewer candidates in all nothing is left out beforehand
_WORTH_PRUNING = 48
# so many candidates below a choice are worth asking whether it is possible by itself
_WORTH_A_LOOK = 8


@record(frozen=True, eq=False, slots=True)
class _Local:
    """Sources of the reads at one location, their rows, and the orders of its writes with their rows."""

    sources: tuple[int, ...]
    rf: Rows
    orders: tuple[tuple[Rows, int], ...]


class Space:
    """The candidate executions of a skeleton: rf, co, and what the model chooses.

    What cannot be at one location by itself, whatever happens elsewhere, is left out.
    """

    def __init__(self, candidate: Candidate, model: Model, bound: Bound) -> None:
        self.candidate, self._model, self.bound = candidate, model, bound
        self._n = candidate.structure.n
        # for each choice groups of relations, one of each of which is taken
        self.groups = [alternatives(model, choice, candidate) for choice in model.choices]
        self._reads: dict[Location, list[int]] = {location: [] for location in candidate.writers}
        for read in candidate.reads:
            self._reads[candidate.events[read].location].append(read)
        self._sources = candidate.sources()
        self._local: list[list[_Local]] | None = None
        self.examined = 0
        # so many choices at one location that none was left out beforehand
        self.crowded = False
        self._conditions = [t.constraint for t in candidate.traces if t.constraint.op != "const"]
        # with nothing but constants stored, and whole loads, a load's value is plain from its source
        writers = [w for mine in candidate.writers.values() for w in mine]
        parts = candidate.parts
        self._constant = all(candidate.events[w].value.op == "const" for w in writers) and all(
            len(mine) == 1 for mine in parts.values()
        )
        self._written = {w: int(candidate.events[w].value.value) for w in writers} if self._constant else {}
        self._single = {symbol: mine[0] for symbol, mine in parts.items()} if self._constant else {}

    def count(self) -> int:
        """How many candidate executions there are to look at; with too many local ones, all there are."""
        sizes = [self._local_count(location) for location in self._reads]
        self._pruning = prod(sizes) > _WORTH_PRUNING
        rest = prod(len(values) for values in self.candidate.free.values())
        rest *= prod(len(group) for groups in self.groups for group in groups)
        self.crowded = max(sizes, default=0) > MAX_LOCAL
        if self.crowded:
            return prod(sizes) * rest
        return rest * prod(sum(len(option.orders) for option in options) for options in self._locally())

    def _locally(self) -> list[list[_Local]]:
        """For each location what is left of its choices."""
        if self._local is None:
            self._local = [list(self._options(location)) for location in self._reads]
        return self._local

    def _local_count(self, location: Location) -> int:
        return factorial(len(self.candidate.writers[location]) - 1) * prod(
            len(self._sources[r]) for r in self._reads[location]
        )

    def _options(self, location: Location) -> Iterator[_Local]:
        reads, n = self._reads[location], self._n
        every = list(_orders(self.candidate.writers[location], n))
        nothing: Chosen = ([0] * n,) * len(self.groups)
        possible = self.bound.possible
        alone = not self._pruning or (len(every) == 1 and all(len(self._sources[r]) == 1 for r in reads))
        for sources in product(*(self._sources[r] for r in reads)):
            rf = [0] * n
            for r, w in zip(reads, sources, strict=True):
                rf[w] |= 1 << r
            left = tuple((co, last) for co, last in every if alone or possible(rf, co, *nothing))
            if left:
                yield _Local(sources, rf, left)

    def allowed(
        self,
        deadline: Deadline,
        worth: Callable[[Outcome], bool] = lambda state: True,
        flags: bool = False,
        soon: bool = False,
    ) -> Iterator[Allowed]:
        """The allowed executions whose final state is worth it; after `count`.

        flags: whether the flags that they raise are wanted; soon: the first few are likely to
        be enough. Raises GaveOut where a value of
        an allowed execution depends on itself.
        """
        for batch in self.batches(deadline, worth, flags, soon):
            yield from batch

    def batches(
        self,
        deadline: Deadline,
        worth: Callable[[Outcome], bool] = lambda state: True,
        flags: bool = False,
        soon: bool = False,
    ) -> Iterator[Iterator[Allowed]]:
        """As `allowed`, in pieces; `examined` says how many candidates were looked at so far."""
        size = _FIRST_FEW if soon else _FIRST_BATCH
        self.examined = 0
        batch: list[tuple[Outcome, tuple[Rows, ...]]] = []
        for state, rows in self._worth(deadline, worth):
            batch.append((state, rows))
            if len(batch) == size:
                self.examined += size
                yield self._decided(batch, flags)
                batch = []
                size = min(8 * size, _MOST_AT_ONCE)
        self.examined += len(batch)
        yield self._decided(batch, flags)

    def _decided(self, batch: list[tuple[Outcome, tuple[Rows, ...]]], flags: bool) -> Iterator[Allowed]:
        if len(batch) < _FEW_AT_ONCE and self.bound.familiar:
            for state, rows in batch:
                if self.bound.allowed(*rows):
                    yield Allowed(state, rows, self.bound.raised(*rows) if flags else 0)
            return
        answers = self.bound.many([rows for _, rows in batch])
        for (state, rows), (holds, raised) in zip(batch, answers, strict=True):
            if holds:
                yield Allowed(state, rows, raised)

    def _worth(
        self, deadline: Deadline, worth: Callable[[Outcome], bool]
    ) -> Iterator[tuple[Outcome, tuple[Rows, ...]]]:
        """The candidates that are to be decided: final state, rf, co and what else is chosen."""
        nothing = [0] * self._n
        chosen = list(self._chosen())
        for rf, alternatives, source in self._choices(deadline):
            for symbols, writes in self._valued(source):
                for order in product(*alternatives):
                    co = _union(nothing, [rows for rows, _ in order])
                    if writes is None:
                        if any(self.bound.allowed(rf, co, *more) for more in chosen):
                            raise GaveOut("a value depends on itself")
                        continue
                    last = {place: w for place, (_, w) in zip(self._reads, order, strict=True)}
                    state = _state(self.candidate, symbols, writes, last)
                    if worth(state):
                        for more in chosen:
                            yield state, (rf, co, *more)

    def _choices(
        self, deadline: Deadline
    ) -> Iterator[tuple[Rows, list[Sequence[tuple[Rows, int]]], dict[int, int]]]:
        """Every rf, as rows and by read, with the orders left at each location; depth first.

        A choice at some locations that no execution has is not gone into.
        """
        local = self._locally()
        locations, nothing = list(self._reads), [0] * self._n
        none: Chosen = (nothing,) * len(self.groups)
        below = [1] * (len(locations) + 1)
        for k in range(len(locations) - 1, -1, -1):
            below[k] = below[k + 1] * len(local[k])
        orders: list[Sequence[tuple[Rows, int]]] = [()] * len(locations)
        source: dict[int, int] = {}

        def go(k: int, rf: Rows, co: Rows) -> Iterator[Rows]:
            if k == len(locations):
                deadline.check()
                yield rf
                return
            options = local[k]
            reads = self._reads[locations[k]]
            for option in options:
                orders[k] = option.orders
                source.update(zip(reads, option.sources, strict=True))
                further = union(rf, option.rf) if reads else rf
                if not self._pruning or below[k + 1] < _WORTH_A_LOOK or len(options) == 1:
                    yield from go(k + 1, further, co)
                    continue
                ordered = union(co, option.orders[0][0]) if len(option.orders) == 1 else co
                if self.bound.possible(further, ordered, *none):
                    yield from go(k + 1, further, ordered)

        for rf in go(0, nothing, nothing):
            yield rf, orders, source

    def _valued(self, source: dict[int, int]) -> Iterator[tuple[dict[str, Value], dict[int, int] | None]]:
        """The values of symbols and writes where the traces can be taken; None for circular values."""
        candidate = self.candidate
        for free in product(*candidate.free.values()):
            symbols: dict[str, Value] = dict(zip(candidate.free, free, strict=True))
            if self._constant:
                for symbol, read in self._single.items():
                    symbols[symbol] = self._written[source[read]]
                writes: dict[int, int] | None = self._written
            else:
                writes = _values(candidate, source, symbols)
            if writes is None or all(evaluate(condition, symbols) for condition in self._conditions):
                yield symbols, writes

    def _chosen(self) -> Iterator[Chosen]:
        """Every combination of what the model chooses."""
        nothing = [0] * self._n
        for combination in product(*(product(*groups) for groups in self.groups)):
            yield tuple(_union(nothing, relations) for relations in combination)


def _union(nothing: Rows, relations: Sequence[Rows]) -> Rows:
    result = nothing
    for relation in relations:
        result = union(result, relation)
    return result


def alternatives(model: Model, choice: Choice, candidate: Candidate) -> list[list[Rows]]:
    """Groups of relations, one of each of which makes up what the model chooses."""
    structure = candidate.structure
    if choice.alternatives is not None:
        return choice.alternatives(structure)
    groups = classes(model, choice, candidate)
    if any(factorial(len(group)) > MAX_LOCAL for group in groups):
        raise GaveOut("a model that orders many events in every way")
    return [orders(structure.n, group, [0] * structure.n) for group in groups]


def classes(model: Model, choice: Choice, candidate: Candidate) -> list[list[int]]:
    """The events that the model puts in order: all in one, or those of each location."""
    assert choice.members is not None
    domain = ExplicitDomain(candidate.structure)
    members = values([choice.members], model.fixpoints, domain)[choice.members]
    assert isinstance(members, int)
    if not choice.by_location:
        return [bits(members)]
    found: dict[object, list[int]] = {}
    for event in bits(members):
        found.setdefault(candidate.events[event].location, []).append(event)
    return list(found.values())


def _orders(writers: Sequence[int], n: int) -> Iterator[tuple[Rows, int]]:
    """Every coherence order of one location: its rows, and the last write."""
    first, *others = writers
    for order in permutations(others):
        co = [0] * n
        after = 0
        for w in reversed(order):
            co[w] = after
            after |= 1 << w
        co[first] = after
        yield co, order[-1] if order else first


def _values(candidate: Candidate, rf: dict[int, int], symbols: dict[str, Value]) -> dict[int, int] | None:
    """The value of each write; fills in the symbols. None where values depend on themselves."""
    writes: dict[int, int] = {}
    waiting = [w for writers in candidate.writers.values() for w in writers]
    loads = dict(candidate.parts)
    while waiting or loads:
        before = len(waiting) + len(loads)
        waiting = [w for w in waiting if not _settle(candidate, w, symbols, writes)]
        for symbol, parts in list(loads.items()):
            if all(rf[part] in writes for part in parts):
                symbols[symbol] = join_parts(candidate, parts, tuple(writes[rf[part]] for part in parts))
                del loads[symbol]
        if len(waiting) + len(loads) == before:
            return None
    return writes


def _settle(candidate: Candidate, w: int, symbols: dict[str, Value], writes: dict[int, int]) -> bool:
    value = candidate.events[w].value
    if value.op != "const" and any(name not in symbols for name in variables(value)):
        return False
    writes[w] = int(evaluate(value, symbols))
    return True


def _state(
    candidate: Candidate,
    symbols: dict[str, Value],
    writes: dict[int, int],
    last: dict[tuple[str, int, int], int],
) -> Outcome:
    def value(what: Observable) -> int:
        if isinstance(what, MemoryAt):
            return sum(
                writes[last[place]] << 8 * (place[1] - what.offset) for place in candidate.parts_of(what)
            )
        return int(evaluate(candidate.traces[what.thread].registers[what.register], symbols))

    return tuple(map(value, candidate.program.observe))
