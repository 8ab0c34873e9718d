"""One candidate skeleton and one model, as clauses: the models are the allowed executions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, cast

from ordercheck.cat.evaluate import bounds as cat_bounds
from ordercheck.cat.plan import holds
from ordercheck.cat.terms import Check, Choice, Model, Term
from ordercheck.engines.axiomatic.candidates import Candidate, Location
from ordercheck.engines.axiomatic.circular import forbid_circular_values
from ordercheck.engines.axiomatic.explicit import classes
from ordercheck.engines.axiomatic.values import Values
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Value
from ordercheck.program.ir import MemoryAt, Observable
from ordercheck.relations.acyclicity import Encoding, Graph, cores, reduce_within, vertex_elimination
from ordercheck.relations.cnf import FALSE, TRUE, Cnf
from ordercheck.relations.events import ExplicitDomain
from ordercheck.relations.explicit import Rows, bits, relation
from ordercheck.relations.symbolic import Symbolic

if TYPE_CHECKING:
    from ordercheck.engines.solver import Sat

Pairs = dict[tuple[int, int], int]


@dataclass(frozen=True, eq=False, slots=True)
class Execution:
    """An allowed execution: rf and co (pairs of events of the candidate), and each event's value.

    chosen are the relations that the model itself chooses, by name.
    """

    candidate: Candidate
    rf: tuple[tuple[int, int], ...]
    co: tuple[tuple[int, int], ...]
    values: dict[int, int]
    chosen: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def domain(self) -> ExplicitDomain:
        """The sets and relations of the execution."""
        structure = self.candidate.structure
        n = structure.n
        further = {name: relation(n, pairs) for name, pairs in self.chosen.items()}
        return ExplicitDomain(structure, relation(n, self.rf), relation(n, self.co), further)


class Encoded:
    """The clauses of a candidate under a model; `impossible` where bounds alone forbid it."""

    def __init__(
        self, candidate: Candidate, model: Model, deadline: Deadline, acyclic: Encoding = vertex_elimination
    ) -> None:
        self.candidate, self.model, self.deadline, self._acyclic = candidate, model, deadline, acyclic
        self.cnf = Cnf()
        self.impossible = False
        self._excluded: set[int] = set()
        self.rf_may = candidate.sources()
        self.rf = self._reads_from()
        self.co = self._coherence()
        # total orders that must be acyclic
        self._orders: list[Graph] = []
        self.chosen = {choice.name: self._choice(choice) for choice in model.choices}
        if any(not sources for sources in self.rf_may.values()):
            self.impossible = True
        if not self.impossible:
            self._checks()
        # The values follow the checks: what a check excluded at once, no load can return.
        self.rf_may = {
            r: [w for w in sources if self.rf[w, r] not in self._excluded]
            for r, sources in self.rf_may.items()
        }
        if not self.impossible:
            forbid_circular_values(self.cnf, candidate, self.rf_may, self.rf, deadline)
        self.values = Values(self.cnf, candidate, self.rf_may, self.rf)
        for trace in candidate.traces:
            self.require(self.values.holds(trace.constraint))

    def require(self, literal: int) -> None:
        """The literal must hold."""
        if literal == FALSE:
            self.impossible = True
        else:
            self._excluded.add(-literal)
            self.cnf.add(literal)

    def _reads_from(self) -> Pairs:
        rf: Pairs = {}
        for read, sources in self.rf_may.items():
            if len(sources) == 1:
                rf[sources[0], read] = TRUE
                continue
            literals = [self.cnf.fresh() for _ in sources]
            self.cnf.exactly_one(literals)
            rf.update({(w, read): x for w, x in zip(sources, literals, strict=True)})
        return rf

    def _coherence(self) -> Pairs:
        co: Pairs = {}
        for writers in self.candidate.writers.values():
            first, *others = writers
            co.update({(first, w): TRUE for w in others})
            for a, b in combinations(others, 2):
                co[a, b] = self.cnf.fresh()
                co[b, a] = -co[a, b]
        return co

    def _choice(self, choice: Choice) -> Pairs:
        """The literals of the pairs of a relation that the model chooses."""
        found: dict[tuple[int, int], list[int]] = {}
        if choice.members is not None:
            for group in classes(self.model, choice, self.candidate):
                for a, b in combinations(group, 2):
                    literal = self.cnf.fresh()
                    found[a, b], found[b, a] = [literal], [-literal]
                if len(group) > 2:
                    self._orders.append({a: {b: found[a, b][0] for b in group if b != a} for a in group})
        else:
            assert choice.alternatives is not None
            for alternatives in choice.alternatives(self.candidate.structure):
                self._one_of(alternatives, found)
        return {pair: self.cnf.disj(literals) for pair, literals in found.items()}

    def _one_of(self, alternatives: Sequence[Rows], found: dict[tuple[int, int], list[int]]) -> None:
        if not alternatives:
            self.impossible = True
            return
        literals = [TRUE] if len(alternatives) == 1 else [self.cnf.fresh() for _ in alternatives]
        if len(literals) > 1:
            self.cnf.exactly_one(literals)
        for literal, rows in zip(literals, alternatives, strict=True):
            for i, row in enumerate(rows):
                for j in bits(row):
                    found.setdefault((i, j), []).append(literal)

    @cached_property
    def _bounds(self) -> Mapping[Term, tuple[object, object]]:
        n = len(self.candidate.events)
        primitive = {}
        for name, pairs in (("rf", self.rf), ("co", self.co), *self.chosen.items()):
            may, must = [0] * n, [0] * n
            for (a, b), literal in pairs.items():
                may[a] |= 1 << b
                if literal == TRUE:
                    must[a] |= 1 << b
            primitive[name] = (may, must)
        return cat_bounds(self.model, self.candidate.structure, primitive)

    @cached_property
    def _symbolic(self) -> Symbolic:
        base = {"rf": self.rf, "co": self.co, **self.chosen}
        return Symbolic(self.cnf, self._bounds, self.model.fixpoints, base)

    def _checks(self) -> None:
        self._assumptions()
        symbolic = self._symbolic
        for check in self.model.constraints:
            self.deadline.check()
            if check.negated:
                self.require(self._holding(check))
            elif check.test == "acyclic":
                self._forbid_cycles(check, symbolic)
            else:
                self._forbid_pairs(check, symbolic)
            if self.impossible:
                return
        self._total_coherence()

    def _assumptions(self) -> None:
        for term, reason in self.model.assumed:
            if self._bounds[term][0]:
                raise GaveOut(reason)

    def flags(self) -> dict[str, int]:
        """For each flag that some execution may raise, a literal that implies that it is raised.

        An execution that raises it is found by asking for the literal.
        """
        found: dict[str, list[int]] = {}
        for check in self.model.flags:
            literal = self._holding(check)
            if literal != FALSE:
                found.setdefault(check.name, []).append(literal)
        return {name: self.cnf.disj(literals) for name, literals in found.items()}

    def _holding(self, check: Check) -> int:
        """A literal that implies that the check holds, and that can hold where it does."""
        may, must = self._bounds[check.term]
        if may is must:
            # what is known exactly needs no literal
            return TRUE if holds(check, cast("int | Rows", may)) else FALSE
        if not check.negated:
            return self._absent(check, may)
        symbolic, term = self._symbolic, check.term
        if term.kind == "set":
            return self.cnf.disj([symbolic.certain_member(term, i) for i in bits(cast(int, may))])
        rows = cast(Rows, may)
        if check.test == "acyclic":
            return self.cnf.disj([symbolic.certain_cycle(term, i) for i in bits(sum(cores(rows)))])
        own = check.test == "irreflexive"
        pairs = [(i, j) for i, row in enumerate(rows) for j in bits(row & 1 << i if own else row)]
        return self.cnf.disj([symbolic.certain_pair(term, i, j) for i, j in pairs])

    def _absent(self, check: Check, may: object) -> int:
        """As `_holding`, for a check that is not negated."""
        symbolic, term = self._symbolic, check.term
        if check.test == "acyclic":
            raise GaveOut(f"{self.model.name}: the solver does not take the flag {check.name}")
        if term.kind == "set":
            return self.cnf.conj([-symbolic.member(term, i) for i in bits(cast(int, may))])
        own = check.test == "irreflexive"
        rows = enumerate(cast(Rows, may))
        pairs = [(i, j) for i, row in rows for j in bits(row & 1 << i if own else row)]
        return self.cnf.conj([-symbolic.pair(term, i, j) for i, j in pairs])

    def _total_coherence(self) -> None:
        """co is a total order at each location, whatever the model's checks say; so are other orders."""
        for order in self._orders:
            self._acyclic(self.cnf, order)
        for writers in self.candidate.writers.values():
            others = writers[1:]
            if len(others) > 2:
                graph: Graph = {a: {b: self.co[a, b] for b in others if b != a} for a in others}
                self._acyclic(self.cnf, graph)

    def _forbid_pairs(self, check: Check, symbolic: Symbolic) -> None:
        if check.term.kind == "set":
            may, must = cast(tuple[int, int], self._bounds[check.term])
            self.impossible |= bool(must)
            for i in bits(may & ~must):
                self.require(-symbolic.member(check.term, i))
            return
        rows, sure = symbolic.rows(check.term)
        for i, row in enumerate(rows):
            row &= 1 << i if check.test == "irreflexive" else -1
            if row & sure[i]:
                self.impossible = True
                return
            for j in bits(row):
                self.require(-symbolic.pair(check.term, i, j))

    def _forbid_cycles(self, check: Check, symbolic: Symbolic) -> None:
        may, must = symbolic.rows(check.term)
        for component in cores(may):
            reduced = reduce_within(must, component)
            if reduced is None:
                self.impossible = True
                return
            direct, reach = reduced
            graph: Graph = {}
            for i in bits(component):
                edges = graph[i] = dict.fromkeys(bits(direct[i]), TRUE)
                for j in bits(may[i] & ~must[i] & ~reach[i] & component):
                    literal = symbolic.pair(check.term, i, j)
                    if i == j or reach[j] >> i & 1:
                        self.require(-literal)
                    else:
                        edges[j] = literal
            self._acyclic(self.cnf, graph)

    def solver(self) -> Sat:
        """A solver that holds the clauses so far."""
        from ordercheck.engines.solver import Sat

        return Sat(self.cnf.variables, self.cnf.lines, self.cnf.orders)

    def solve(self, ask: Sequence[int] = ()) -> tuple[Execution, set[int]] | None:
        """An execution that satisfies the clauses, and which of the literals `ask` hold in it; else None."""
        if self.impossible:
            return None
        read = {r: self.values.read(r) for r in self.candidate.reads}
        written = {w: self.values.written(w) for ws in self.candidate.writers.values() for w in ws}
        solver = self.solver()
        if not solver.solve(self.deadline):
            return None
        values = {
            event: int(next(v for v, x in choice.items() if solver.true(x)))
            for event, choice in [*read.items(), *written.items()]
        }
        rf = tuple(pair for pair, x in self.rf.items() if solver.true(x))
        co = tuple(pair for pair, x in self.co.items() if solver.true(x))
        chosen = {
            name: tuple(pair for pair, x in pairs.items() if solver.true(x))
            for name, pairs in self.chosen.items()
        }
        execution = Execution(self.candidate, rf, co, values, chosen)
        return execution, {x for x in ask if solver.true(x)}

    def final(self, location: Location) -> dict[Value, int]:
        """A literal for each value that the location can hold in the end."""
        writers = self.candidate.writers[location]
        found: dict[Value, list[int]] = {}
        for w in writers:
            last = self.cnf.conj(
                [self.co[other, w] for other in writers if other != w and (other, w) in self.co]
            )
            if w == writers[0] and len(writers) > 1:
                continue
            for value, literal in self.values.written(w).items():
                found.setdefault(value, []).append(self.cnf.conj([last, literal]))
        return {value: self.cnf.disj(literals) for value, literals in found.items()}

    def observed(self, what: Observable) -> dict[Value, int]:
        """A literal for each final value of a register or of a piece of memory."""
        if not isinstance(what, MemoryAt):
            trace = self.candidate.traces[what.thread]
            found = self.values.of(trace.registers[what.register])
            return {int(value): literal for value, literal in found.items()}
        locations = self.candidate.parts_of(what)
        choices = [self.final(k) for k in locations]
        result: dict[Value, int] = {0: TRUE}
        for location, choice in zip(locations, choices, strict=True):
            shift = 8 * (location[1] - what.offset)
            result = {
                int(value) | int(part) << shift: self.cnf.conj([x, y])
                for value, x in result.items()
                for part, y in choice.items()
            }
            if len(result) > 4096:
                raise GaveOut(f"{what} can have more than 4096 values")
        return result
