"""Likely invariants, read off the clauses, and the part of them that is inductive.

The loops of this kind of code need few facts, of few shapes: a flag implies a condition
on the parameters, or that the witness lies behind the loop's cursor; a counter does not
fall below its start. Such facts are guessed, and those that do not survive every rule
dropped (Houdini: Flanagan and Leino, FME 2001). What stays either decides the system or
gives the Horn solver a start.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from math import gcd

from ordercheck.engines.inductive.arith import Linear, either, negation
from ordercheck.engines.inductive.task import System
from ordercheck.program.expr import Expr, apply, variables, walk

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
MAX_ENDS = 16
"""Of one base address, so many ends of accesses are tried as bounds of the witness."""

MAX_COUNTERS = 8
"""Of a loop with more counters than these, some are not compared with each other."""

LEAST = (0, -(1 << 31))
"""What a number may be said not to fall below: of one that was widened from 32 bits, the second."""
MAX_WAYS = 6
"""Of a choice between more values than these, some are not tried as bounds."""

Facts = dict[int, list[Expr]]
"""For each loop head, by number, what may hold there."""


def guesses(system: System, more: bool = False) -> Facts:
    """For each loop head, facts that may hold there; more: also such as are seldom needed."""
    conditions = _conditions(system)
    ends = _ends(system)
    loops = _loops(system)
    rows = _rows(system) if more else []
    together = [*_together(system), *_ways(system), *_nested(system), *_unless(system)] if more else []
    beyond = [negation(e) for e in ends] if more else []
    constants = {c.name for c in system.constants}
    steady = constants | _steady(system)
    found: Facts = {}
    for i, predicate in enumerate(system.predicates):
        if not any(rule.before == i for rule in system.rules):
            found[i] = []
            continue
        known = constants | {v.name for v in predicate.state}
        flags = [v for v in predicate.state if v.sort == "bool"]
        fixed = [c for c in conditions if (steady & known).issuperset(variables(c))]
        here = [e for e in (*ends, *beyond) if known.issuperset(variables(e))]
        facts: dict[Expr, None] = dict.fromkeys(_starts(system, i, steady))
        facts |= dict.fromkeys(c for c in together if known.issuperset(variables(c)))
        facts |= dict.fromkeys(c for c in conditions if known.issuperset(variables(c)))
        for n, flag in enumerate(flags):
            off = negation(flag)
            found_here = [off, flag, *(either(off, negation(f)) for f in flags[n + 1 :])]
            if more or _changes(system, loops[i], flag):
                others = [f for f in flags if f is not flag]
                found_here += [either(off, c) for c in (*fixed, *here, *others, *rows)]
            facts |= dict.fromkeys(found_here)
        for hint in system.hints:
            if known.issuperset(variables(hint)):
                facts |= dict.fromkeys([hint, *(either(negation(e), hint) for e in here)])
        found[i] = [f for f in facts if f.op != "const"]
    return found


def _loops(system: System) -> list[set[int]]:
    """For each loop head, the heads from which and to which control can come: its loop nest."""
    count = len(system.predicates)
    reach = [{i} for i in range(count)]
    changed = True
    while changed:
        changed = False
        for rule in system.rules:
            if (
                rule.before is not None
                and rule.after is not None
                and not reach[rule.after] <= reach[rule.before]
            ):
                reach[rule.before] |= reach[rule.after]
                changed = True
    return [{j for j in reach[i] if i in reach[j]} for i in range(count)]


def _steady(system: System) -> set[str]:
    """The registers that never change from the first loop head on that knows them."""
    found = {v.name for p in system.predicates for v in p.state if v.sort == "int"}
    for rule in system.rules:
        if rule.before is not None and rule.after is not None:
            known = set(system.predicates[rule.before].state)
            state = system.predicates[rule.after].state
            pairs = zip(state, rule.args, strict=True)
            found -= {v.name for v, arg in pairs if v in known and arg is not v}
    return found


def _changes(system: System, loop: set[int], flag: Expr) -> bool:
    """Whether a flag can change while control is in a loop nest."""
    for rule in system.rules:
        if rule.before in loop and rule.after in loop:
            state = system.predicates[rule.after].state
            if any(v is flag and arg is not flag for v, arg in zip(state, rule.args, strict=True)):
                return True
    return False


def _conditions(system: System) -> list[Expr]:
    """The conditions of the rules that do not mention the witness, their negations, and what is weaker.

    Weaker than `a < b` is `a <= b`; a loop that ends at `a == b` comes from one side. Of what a
    rule stores in a flag only conditions on constants count; of choices between conditions only
    such as a rule demands of constants: an assumption.
    """
    constants = {c.name for c in system.constants}
    flags = {v for p in system.predicates for v in p.state}
    found: dict[Expr, None] = {}
    for rule in system.rules:
        for root in (rule.body, *(a for a in rule.args if a.sort == "bool")):
            for node in walk(root):
                if not _is_condition(node) or node in flags or _mentions(system, node):
                    continue
                if root is rule.body or constants.issuperset(variables(node)):
                    found |= dict.fromkeys([node, negation(node)])
        for part in _conjuncts(rule.body):
            if part.op == "or" and constants.issuperset(variables(part)) and not _mentions(system, part):
                found[part] = None
    weaker = {"<": ("<=",), ">": (">=",), "==": ("<=", ">=")}
    return [*found, *(apply(op, *c.args) for c in found for op in weaker.get(c.op, ()))]


def _conjuncts(condition: Expr) -> Iterator[Expr]:
    stack, seen = [condition], {condition}
    while stack:
        part = stack.pop()
        if part.op == "and":
            fresh = [a for a in reversed(part.args) if a not in seen]
            seen.update(fresh)
            stack += fresh
        else:
            yield part


def _is_condition(node: Expr) -> bool:
    if node.op == "var":
        return node.sort == "bool"
    return node.op in COMPARISONS and node.args[0].sort == "int"


def _mentions(system: System, node: Expr) -> bool:
    return system.witness is not None and system.witness.name in variables(node)


def _starts(system: System, head: int, steady: set[str]) -> list[Expr]:
    """Counters do not fall below what they start with; what never changes stays at it."""
    constants = {c.name for c in system.constants}
    found: list[Expr] = []
    for rule in system.rules:
        if rule.after == head:
            for counter, start in zip(system.predicates[head].state, rule.args, strict=True):
                if counter.sort == "int" and constants.issuperset(variables(start)):
                    found.append(apply("==" if counter.name in steady else ">=", counter, start))
    return found


def _begins(system: System) -> Iterator[list[tuple[Expr, Expr]]]:
    """What each register has when control comes to a loop head, by each rule that leads to one."""
    for rule in system.rules:
        if rule.after is not None:
            yield list(zip(system.predicates[rule.after].state, rule.args, strict=True))


def _together(system: System) -> list[Expr]:
    """Counters that keep their distance: the one from which a loop goes, and the one up to which."""
    constants = {c.name for c in system.constants}
    found: dict[Expr, None] = {}
    for pairs in _begins(system):
        counters = [(v, a) for v, a in pairs if v.sort == "int"][:MAX_COUNTERS]
        for (one, begins), (other, ends) in combinations(counters, 2):
            distance = Linear.of(apply("-", begins, ends)).expr()
            if constants.issuperset(variables(distance)):
                found[apply("==", apply("-", one, other), distance)] = None
    return list(found)


def _ways(system: System) -> list[Expr]:
    """What a counter begins with on one way is a bound of what it begins with on another."""
    constants = {c.name for c in system.constants}
    found: dict[Expr, None] = {}
    for counter, start in chain.from_iterable(_begins(system)):
        if counter.sort == "int" and start.op == "ite":
            ways = [way for way in _leaves(start) if constants.issuperset(variables(way))]
            found |= dict.fromkeys(apply(op, counter, way) for way in ways for op in ("<=", ">="))
            found |= dict.fromkeys(apply(">=", counter, least) for least in LEAST)
    return list(found)


def _unless(system: System) -> list[Expr]:
    """What never changes has one of two values, where it begins with a choice, unless a condition holds."""
    constants = {c.name for c in system.constants}
    found: dict[Expr, None] = {}
    for register, start in chain.from_iterable(_begins(system)):
        if start.op != "ite" or not all(constants.issuperset(variables(v)) for v in start.args[1:]):
            continue
        condition, then, other = start.args
        sides = [(part, other) for part in _conjuncts(condition)]
        if condition.op == "or":
            sides += [(negation(part), then) for part in condition.args]
        for part, value in sides:
            if constants.issuperset(variables(part)):
                found[either(part, apply("==", register, value))] = None
    return list(found)


def _nested(system: System) -> list[Expr]:
    """An inner loop's counter does not fall below what it starts with, which the outer loop counts."""
    constants = {c.name for c in system.constants}
    found: dict[Expr, None] = {}
    for pairs in _begins(system):
        kept = {v.name for v, arg in pairs if arg is v}
        for counter, start in pairs:
            names = set(variables(start))
            if (
                counter.sort == "int"
                and counter.name not in kept
                and kept & names
                and names <= kept | constants
            ):
                found[apply(">=", counter, start)] = None
    return list(found)


def _leaves(expr: Expr) -> list[Expr]:
    """What a choice may come to, a few."""
    found: dict[Expr, None] = {}
    stack = [expr]
    while stack and len(found) < MAX_WAYS:
        node = stack.pop()
        if node.op == "ite":
            stack += node.args[1:]
        else:
            found[node] = None
    return list(found)


def _ends(system: System) -> list[Expr]:
    """The witness lies below the beginning, or an end, of what the rules access."""
    if system.witness is None:
        return []
    lowest: dict[frozenset[tuple[Expr, int]], int] = {}
    stops: dict[frozenset[tuple[Expr, int]], set[int]] = {}
    bases: dict[frozenset[tuple[Expr, int]], Linear] = {}
    for rule in system.rules:
        for root in (rule.body, *rule.args):
            for node in walk(root):
                bound = _bound(system.witness, node)
                if bound is None:
                    continue
                is_stop, at = bound
                key = frozenset(at.terms.items())
                bases[key] = at
                if is_stop and root.sort == "bool":
                    stops.setdefault(key, set()).add(at.constant)
                elif not is_stop:
                    lowest[key] = min(lowest.get(key, at.constant), at.constant)
    found: list[Expr] = []
    for key, base in bases.items():
        places = {lowest[key]} if key in lowest else set()
        places |= set(sorted(stops.get(key, ()))[-MAX_ENDS:])
        found += [apply("<", system.witness, Linear(base.terms, c).expr()) for c in sorted(places)]
    return found


def _rows(system: System) -> list[Expr]:
    """Where the witness lies within a row of a table.

    The rows are as long as what all addresses are multiples of, up to a constant.
    """
    if system.witness is None:
        return []
    places: set[int] = set()
    length = 0
    for rule in system.rules:
        for root in (rule.body, *rule.args):
            for node in walk(root):
                bound = _bound(system.witness, node)
                if bound is not None and bound[1].terms:
                    length = gcd(length, *bound[1].terms.values())
                    if root.sort == "bool" and root is not rule.body:
                        places.add(bound[1].constant)
    if length < 2:
        return []
    within = apply("%", system.witness, length)
    inner = sorted({c % length for c in places} - {0})[:MAX_ENDS]
    return [apply(op, within, c) for c in inner for op in ("<", ">=")]


def _bound(witness: Expr, node: Expr) -> tuple[bool, Linear] | None:
    """(True, e) for witness < e, (False, e) for e <= witness, None for anything else."""
    if node.op == "<" and node.args[0] is witness:
        return True, Linear.of(node.args[1])
    if node.op == "<=" and node.args[1] is witness:
        return False, Linear.of(node.args[0])
    return None
