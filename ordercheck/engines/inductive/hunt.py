"""A quick search for a short way to a bad state with small parameters, before the Horn solver.

The rules are unrolled a few steps into one formula; a step is any rule. What it finds is
as small as a person wants it; that it finds nothing says nothing.
"""

from __future__ import annotations

from ordercheck.engines import solver
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.inductive.smt import SORTS, inline, next_symbol, number, symbol
from ordercheck.engines.inductive.task import Rule, System
from ordercheck.errors import Deadline
from ordercheck.program.expr import Expr, conj, walk
from ordercheck.program.ir import Param

DEPTH = 10
"""So many rules are followed."""
DEEP = 40
"""So many are, where there was no proof: a loop that copies one object takes a rule for each word."""
RELAXED = 6
"""So often parameters are let off their limits at one depth."""
SMALL = (1, 2, 3, 8)
"""How far from its lower bound each integer parameter may be."""

LOWEST = 1 << 16
"""Nobody has memory below that address (Linux: vm.mmap_min_addr)."""

WORD = 1 << 64
"""What has no bound in a proof fits a machine's word all the same, if it is to happen there."""


def hunt(
    system: System, params: tuple[Param, ...], deadline: Deadline, first: int = 0, depth: int = DEPTH
) -> Reached | None:
    """A bad state that fewer than `depth` rules reach with small parameters; None where none was found.

    first: so many rules or more. Raises GaveOut where the time is over.
    """
    unrolled = Unrolled(system)
    search = solver.Search()
    search.add("\n".join(unrolled.declarations))
    limits = _Limits(system, params)
    search.add("\n".join(limits.declarations))
    for step in range(depth):
        search.add("\n".join([*unrolled.step(step), *unrolled.words(step)]))
        if step < first:
            continue
        names, bad = unrolled.names(step), f"bad!{step}"
        found, free = _found(search, names, bad, limits, deadline)
        if found is None:
            continue
        for bound in range(len(SMALL) - 1):
            smaller = search.values(names, [bad, *limits.names(bound, free)], deadline)
            if smaller is not None:
                return unrolled.reached(step, smaller)
        return unrolled.reached(step, found)
    return None


def _found(
    search: solver.Search, names: dict[str, str], bad: str, limits: _Limits, deadline: Deadline
) -> tuple[dict[str, int | bool] | None, frozenset[str]]:
    """A bad state with parameters as small as they can be, and the parameters that cannot."""
    free: frozenset[str] = frozenset()
    for _ in range(RELAXED):
        found = search.values(names, [bad, *limits.names(len(SMALL) - 1, free)], deadline)
        if found is not None:
            return found, free
        blamed = limits.of(search.blamed) - free
        if not blamed:
            break
        # a start address may have to be large where a size need not
        free |= blamed
    return None, free


class _Limits:
    """Truth values that stand for limits on parameters: `small!B!N`, parameter N and limit B."""

    def __init__(self, system: System, params: tuple[Param, ...]) -> None:
        known = {c.name for c in system.constants}
        self._params = [p for p in params if p.sort == "int" and p.name in known]
        self.declarations = [
            f"(declare-const {name} Bool)(assert (=> {name} {inline(within(p, SMALL[bound]))}))"
            for bound in range(len(SMALL))
            for name, p in self._named(bound)
        ]

    def _named(self, bound: int) -> list[tuple[str, Param]]:
        return [(f"small!{bound}!{number}", p) for number, p in enumerate(self._params)]

    def names(self, bound: int, free: frozenset[str]) -> list[str]:
        """The limits of that size for all parameters but these."""
        return [name for name, p in self._named(bound) if p.name not in free]

    def of(self, names: frozenset[str]) -> frozenset[str]:
        """The parameters that such limits are about."""
        found = (int(name.rpartition("!")[2]) for name in names if name.startswith("small!"))
        return frozenset(self._params[number].name for number in found)


def within(param: Param, bound: int) -> Expr:
    """That a parameter is no further than that from its lower bound; an address, that there can be memory."""
    if param.address:
        return param.expr >= LOWEST
    high = param.expr <= (param.low or 0) + bound
    return high if param.low is not None else conj(high, param.expr >= -bound)


class Unrolled:
    """The system's rules as relations between numbered steps; `pc` says at which loop head a step is."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._constants = {c.name for c in system.constants}
        state = {v.name: v for p in system.predicates for v in p.state}
        self._state = list(state.values())
        self._fresh = self._fresh_variables()
        self.declarations = [_declare(symbol(c.name), c) for c in system.constants]
        background = conj(*system.background)
        self.declarations.append(f"(assert {inline(background)})")
        self.declarations += [self._define(i, rule) for i, rule in enumerate(system.rules)]

    def _fresh_variables(self) -> list[Expr]:
        known = self._constants | {v.name for v in self._state}
        found: dict[str, Expr] = {}
        for rule in self._system.rules:
            for root in (rule.body, *rule.args):
                for node in walk(root):
                    if node.op == "var" and node.name not in known:
                        found[node.name] = node
        return list(found.values())

    def _define(self, index: int, rule: Rule) -> str:
        """Rule `index` as a truth value of the state before, the fresh variables and the state after."""
        arguments = [f"({symbol(v.name)} {SORTS[v.sort]})" for v in (*self._state, *self._fresh)]
        parts = [inline(rule.body)]
        if rule.after is not None:
            after = self._system.predicates[rule.after].state
            arguments += [f"({_next(v)} {SORTS[v.sort]})" for v in after]
            parts += [f"(= {_next(v)} {inline(arg)})" for v, arg in zip(after, rule.args, strict=True)]
        return f"(define-fun rule!{index} ({' '.join(arguments)}) Bool (and {' '.join(parts)} true))"

    def step(self, depth: int) -> list[str]:
        """The declarations of step `depth`, how it follows from the one before, when it is bad.

        Step 0 is the start.
        """
        lines = [f"(declare-const pc!{depth} Int)"]
        lines += [_declare(_at(v, depth), v) for v in (*self._state, *self._fresh)]
        if depth == 0:
            lines.append("(assert (= pc!0 (- 1)))")
        else:
            moves = [
                self._applied(i, r, depth - 1)
                for i, r in enumerate(self._system.rules)
                if r.after is not None
            ]
            lines.append(f"(assert (or {' '.join(moves)} false))")
        bad = [self._applied(i, r, depth) for i, r in enumerate(self._system.rules) if r.after is None]
        lines.append(f"(declare-const bad!{depth} Bool)(assert (=> bad!{depth} (or {' '.join(bad)} false)))")
        return lines

    def words(self, depth: int) -> list[str]:
        """That what is chosen freely in step `depth` fits a word; and, in step 0, what the parameters are."""
        choices = {c.value for each in self._system.choices.values() for c in each}
        lines = [
            _fits(_at(v, depth)) for v in (*self._state, *self._fresh) if v in choices and v.sort == "int"
        ]
        if not depth:
            lines += [_fits(symbol(p.name)) for p in self._system.constants if p.sort == "int"]
        return lines

    def _applied(self, index: int, rule: Rule, depth: int) -> str:
        arguments = [_at(v, depth) for v in (*self._state, *self._fresh)]
        here = f"(= pc!{depth} {number(-1 if rule.before is None else rule.before)})"
        if rule.after is None:
            return f"(and {here} {_call(index, arguments)})"
        arguments += [_at(v, depth + 1) for v in self._system.predicates[rule.after].state]
        return f"(and {here} (= pc!{depth + 1} {rule.after}) {_call(index, arguments)})"

    def names(self, depth: int) -> dict[str, str]:
        """The symbols whose values make up the bad state of step `depth`."""
        found = {symbol(c.name): c.name for c in self._system.constants}
        found[f"pc!{depth}"] = "pc!"
        return found | {_at(v, depth): v.name for v in self._state}

    def everything(self, depth: int) -> dict[str, str]:
        """The symbols of all that has a value on the way to step `depth`, each by its own name."""
        found = {symbol(c.name) for c in self._system.constants}
        for step in range(depth + 1):
            found |= {f"pc!{step}", *(_at(v, step) for v in (*self._state, *self._fresh))}
        return {name: name for name in found}

    def reached(self, depth: int, values: dict[str, int | bool]) -> Reached:
        """The bad state that the values of `names` describe."""
        region = int(values["pc!"])
        if region < 0:
            return Reached(-1, {n: v for n, v in values.items() if n in self._constants})
        wanted = [*self._system.constants, *self._system.predicates[region].state]
        state = {v.name: values.get(v.name, 0 if v.sort == "int" else False) for v in wanted}
        return Reached(region, state, depth)


def _fits(name: str) -> str:
    return f"(assert (< (- {WORD}) {name} {WORD}))"


def _call(index: int, arguments: list[str]) -> str:
    return f"(rule!{index} {' '.join(arguments)})" if arguments else f"rule!{index}"


def _declare(name: str, variable: Expr) -> str:
    return f"(declare-const {name} {SORTS[variable.sort]})"


def _at(variable: Expr, depth: int) -> str:
    return f"{symbol(variable.name)}!{depth}"


def _next(variable: Expr) -> str:
    return next_symbol(variable.name)
