"""Which values loads can return, and literals for them.

Each loaded value has a finite domain, found by propagation from the stores that it can
read from. Expressions are evaluated over domains operand by operand, so a large
condition costs as much as its size, not as the product of its variables' domains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from math import prod

from ordercheck.engines.axiomatic.candidates import Candidate
from ordercheck.errors import GaveOut
from ordercheck.program.expr import Expr, Value, fold, variables, walk
from ordercheck.relations.cnf import TRUE, Cnf

MAX_DOMAIN = 4096
RfMay = Mapping[int, list[int]]


def domains(candidate: Candidate, rf_may: RfMay) -> dict[int, set[int]]:
    """The values that each write event can store (an over-approximation).

    Values that depend on themselves are left out. Raises GaveOut where there are too many.
    """
    writes: dict[int, set[int]] = {}
    symbols: dict[str, set[int]] = {name: set(values) for name, values in candidate.free.items()}
    open_writes = []
    for number, event in enumerate(candidate.events):
        if event.kind == "W":
            if event.value.op == "const":
                writes[number] = {int(event.value.value)}
            else:
                writes[number] = set()
                open_writes.append(number)
    # without a cycle a value depends on each of the open writes at most once
    stored = {name for w in open_writes for name in variables(candidate.events[w].value)}
    for _ in range(len(open_writes) + 1):
        _read_domains(candidate, rf_may, writes, symbols, stored)
        changed = False
        for number in open_writes:
            found = _values(candidate.events[number].value, symbols)
            if found != writes[number]:
                writes[number], changed = found, True
        if not changed:
            break
    return writes


def _read_domains(
    candidate: Candidate,
    rf_may: RfMay,
    writes: Mapping[int, set[int]],
    symbols: dict[str, set[int]],
    stored: set[str],
) -> None:
    """The values of the loads that are stored again."""
    for symbol, parts in candidate.parts.items():
        if symbol not in stored:
            continue
        choices = [set().union(*(writes[w] for w in rf_may[part])) for part in parts]
        _check_size(map(len, choices))
        symbols[symbol] = {join_parts(candidate, parts, combo) for combo in product(*choices)}


def _check_size(choices: Iterable[int]) -> None:
    if prod(choices) > MAX_DOMAIN:
        raise GaveOut(f"a load can return more than {MAX_DOMAIN} values")


def join_parts(candidate: Candidate, parts: list[int], values: tuple[int, ...]) -> int:
    """The value of an access from those of its parts."""
    first = candidate.events[parts[0]].location[1]
    return sum(
        value << 8 * (candidate.events[part].location[1] - first)
        for part, value in zip(parts, values, strict=True)
    )


def _values(expr: Expr, symbols: Mapping[str, set[int]]) -> set[int]:
    known: dict[Expr, set[Value]] = {}
    for node in walk(expr):
        if node.op == "const":
            known[node] = {node.value}
        elif node.op == "var":
            known[node] = set(symbols.get(node.name, ()))
        else:
            operands = [known[a] for a in node.args]
            known[node] = {fold(node.op, list(combo)) for combo in _combinations(operands)}
    return {int(v) for v in known[expr]}


def _combinations(operands: list[set[Value]]) -> product[tuple[Value, ...]]:
    total = 1
    for operand in operands:
        total *= len(operand)
    if total > MAX_DOMAIN * MAX_DOMAIN:
        raise GaveOut("an expression can have too many values")
    return product(*operands)


class Values:
    """Literals for values; rf maps (write event, read event) to its literal."""

    def __init__(
        self, cnf: Cnf, candidate: Candidate, rf_may: RfMay, rf: Mapping[tuple[int, int], int]
    ) -> None:
        self.cnf, self.candidate, self.rf_may, self.rf = cnf, candidate, rf_may, rf
        self.writes = domains(candidate, rf_may)
        self._expr: dict[Expr, dict[Value, int]] = {}
        self._symbol: dict[str, dict[Value, int]] = {}
        self._part: dict[int, dict[int, int]] = {}
        self._todo: list[int] = []

    def of(self, expr: Expr) -> dict[Value, int]:
        """A literal for each value that `expr` can have; exactly one holds."""
        result = self._of(expr)
        self._settle()
        return result

    def holds(self, condition: Expr) -> int:
        """The literal of a condition."""
        return self.of(condition).get(True, -TRUE)

    def bind(self, name: str, literals: Mapping[Value, int]) -> None:
        """The variable `name` (an observed value) has these values; exactly one of the literals holds."""
        self._symbol[name] = dict(literals)

    def written(self, write: int) -> dict[Value, int]:
        """A literal for each value that the write event can store."""
        return self.of(self.candidate.events[write].value)

    def read(self, event: int) -> dict[int, int]:
        """A literal for each value of (a part of) a load."""
        result = self._part_values(event)
        self._settle()
        return result

    def _of(self, expr: Expr) -> dict[Value, int]:
        for node in walk(expr):
            if node not in self._expr:
                self._expr[node] = self._node(node)
        return self._expr[expr]

    def _node(self, node: Expr) -> dict[Value, int]:
        if node.op == "const":
            return {node.value: TRUE}
        if node.op == "var":
            return self._variable(node.name)
        if node.op in ("and", "or"):
            a, b = (self._expr[x].get(True, -TRUE) for x in node.args)
            literal = self.cnf.conj([a, b]) if node.op == "and" else self.cnf.disj([a, b])
            return {True: literal, False: -literal}
        if node.op == "not":
            literal = self._expr[node.args[0]].get(True, -TRUE)
            return {True: -literal, False: literal}
        operands = [self._expr[x] for x in node.args]
        _combinations([set(o) for o in operands])
        found: dict[Value, list[int]] = {}
        for combo in product(*(o.items() for o in operands)):
            value = fold(node.op, [v for v, _ in combo])
            found.setdefault(value, []).append(self.cnf.conj([x for _, x in combo]))
        if node.sort == "bool":
            literal = self.cnf.disj(found.get(True, []))
            return {True: literal, False: -literal}
        return {value: self.cnf.disj(literals) for value, literals in found.items()}

    def _variable(self, name: str) -> dict[Value, int]:
        found = self._symbol.get(name)
        if found is None:
            if name in self.candidate.free:
                found = {v: self.cnf.fresh() for v in self.candidate.free[name]}
                self.cnf.exactly_one(list(found.values()))
            else:
                found = self._load(self.candidate.parts[name])
            self._symbol[name] = found
        return found

    def _load(self, parts: list[int]) -> dict[Value, int]:
        choices = [self._part_values(part) for part in parts]
        if len(parts) == 1:
            return dict(choices[0])
        _check_size(map(len, choices))
        result: dict[Value, int] = {}
        for combo in product(*(c.items() for c in choices)):
            value = join_parts(self.candidate, parts, tuple(v for v, _ in combo))
            result[value] = self.cnf.conj([x for _, x in combo])
        return result

    def _part_values(self, part: int) -> dict[int, int]:
        found = self._part.get(part)
        if found is not None:
            return found
        sources = self.rf_may[part]
        possible = set().union(*(self.writes[w] for w in sources))
        if all(self.candidate.events[w].value.op == "const" for w in sources):
            literals: dict[int, list[int]] = {v: [] for v in sorted(possible)}
            for w in sources:
                literals[int(self.candidate.events[w].value.value)].append(self.rf[w, part])
            found = {v: self.cnf.disj(x) for v, x in literals.items()}
        else:
            # A value may depend on this load again: its variables come first, what they
            # are equal to afterwards.
            found = {v: self.cnf.fresh() for v in sorted(possible)}
            self.cnf.exactly_one(list(found.values()))
            self._todo.append(part)
        self._part[part] = found
        return found

    def _settle(self) -> None:
        while self._todo:
            part = self._todo.pop()
            for w in self.rf_may[part]:
                for value, literal in self._of(self.candidate.events[w].value).items():
                    target = self._part[part].get(int(value), -TRUE)
                    self.cnf.add(-self.rf[w, part], -literal, target)
