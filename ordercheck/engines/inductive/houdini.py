"""Which of some guessed facts hold: the largest part of them that every rule preserves."""

from __future__ import annotations

from ordercheck.engines import solver
from ordercheck.engines.inductive.arith import Linear
from ordercheck.engines.inductive.guess import Facts
from ordercheck.engines.inductive.smt import SORTS, Text, next_symbol, symbol
from ordercheck.engines.inductive.task import Rule, System
from ordercheck.errors import Deadline
from ordercheck.program.expr import Expr

QUERY = 2.5
"""Seconds for one question: most take milliseconds, and one that does not may have no end."""
Alive = dict[int, dict[int, None]]


class Houdini:
    """The part of `facts` that holds at the loop heads of `system`."""

    def __init__(self, system: System, facts: Facts, deadline: Deadline) -> None:
        """Raises GaveOut where the time is over."""
        self._facts = facts
        self._deadline = deadline
        self._alive: Alive = {head: dict.fromkeys(range(len(exprs))) for head, exprs in facts.items()}
        texts = {head: _Texts(system, head, exprs) for head, exprs in facts.items()}
        steps = [_Step(system, rule, texts) for rule in system.rules]
        self._errors = [s for s in steps if s.rule.after is None]
        self._steps = [s for s in steps if s.rule.after is not None]
        self._prune()

    def _prune(self) -> None:
        work = list(self._steps)
        while work:
            # What comes first in the program settles first: the rest then starts with fewer facts.
            step = min(work, key=lambda s: s.rule.after or 0)
            work.remove(step)
            after = step.rule.after
            assert after is not None
            failing = step.failing(self._alive, list(self._alive[after]), self._deadline)
            if failing:
                for index in failing:
                    del self._alive[after][index]
                work += [s for s in self._steps if (s is step or s.rule.before == after) and s not in work]

    @property
    def facts(self) -> Facts:
        """The facts that hold."""
        return {head: [self._facts[head][i] for i in alive] for head, alive in self._alive.items()}

    def proof(self) -> Facts | None:
        """Facts that hold and exclude every error, few of them; None where they do not."""
        needed: dict[tuple[int, int], None] = {}
        for step in self._errors:
            if step.failing(self._alive, [0], self._deadline):
                return None
            needed |= dict.fromkeys(step.reasons(self._alive, 0, self._deadline))
        work = list(needed)
        while work:
            head, index = work.pop()
            for step in self._steps:
                if step.rule.after == head:
                    fresh = [r for r in step.reasons(self._alive, index, self._deadline) if r not in needed]
                    needed |= dict.fromkeys(fresh)
                    work += fresh
        return {
            head: strongest([exprs[i] for i in range(len(exprs)) if (head, i) in needed])
            for head, exprs in self._facts.items()
        }


def strongest(facts: list[Expr]) -> list[Expr]:
    """The facts without those that say `x < e + 8` where another says `x < e`, under the same condition."""
    least: dict[tuple[object, ...], int] = {}
    keys: list[tuple[tuple[object, ...], int] | None] = []
    for fact in facts:
        given, bound = fact.args if fact.op == "or" else (None, fact)
        key = None
        if bound.op == "<" and bound.args[0].op == "var":
            limit = Linear.of(bound.args[1])
            key = ((given, bound.args[0], frozenset(limit.terms.items())), limit.constant)
            least[key[0]] = min(least.get(key[0], limit.constant), limit.constant)
        keys.append(key)
    return [f for f, key in zip(facts, keys, strict=True) if key is None or key[1] == least[key[0]]]


class _Texts:
    """The facts at one loop head as premises, and the failures of the same facts after a rule."""

    def __init__(self, system: System, head: int, facts: list[Expr]) -> None:
        state = frozenset(v.name for v in system.predicates[head].state)
        premises = Text(facts, "given")
        self.given = [*premises.definitions]
        for i, fact in enumerate(facts):
            self.given.append(f"(declare-const given!{i}! Bool)(assert (=> given!{i}! {premises.of(fact)}))")
        later = Text(facts, "then", state)
        self.then = [*later.definitions]
        for i, fact in enumerate(facts):
            self.then.append(f"(declare-const fails!{i}! Bool)(assert (= fails!{i}! (not {later.of(fact)})))")
        self.variables = premises.variables


class _Step:
    """One rule: which facts at its end can fail, given those at its beginning. An error is the fact 0."""

    def __init__(self, system: System, rule: Rule, texts: dict[int, _Texts]) -> None:
        self.rule = rule
        always = [*system.background, rule.body]
        text = Text([*always, *rule.args])
        before = texts[rule.before] if rule.before is not None else None
        variables = text.variables | (before.variables if before is not None else {})
        constants = {c.name: c for c in system.constants}
        lines = [f"(declare-const {symbol(n)} {SORTS[v.sort]})" for n, v in (constants | variables).items()]
        lines += text.definitions
        lines += [f"(assert {text.of(part)})" for part in always]
        if before is not None:
            lines += before.given
        if rule.after is None:
            lines.append("(declare-const fails!0! Bool)")
        else:
            state = system.predicates[rule.after].state
            for v, arg in zip(state, rule.args, strict=True):
                lines.append(f"(define-fun {next_symbol(v.name)} () {SORTS[v.sort]} {text.of(arg)})")
            lines += texts[rule.after].then
        self._query = solver.Implications("\n".join(lines))

    def _given(self, alive: Alive) -> list[str]:
        return [] if self.rule.before is None else [f"given!{i}!" for i in alive[self.rule.before]]

    def failing(self, alive: Alive, wanted: list[int], deadline: Deadline) -> list[int]:
        """Some of the wanted facts that can fail, all in one state; none where all survive."""
        names = {f"fails!{i}!": i for i in wanted}
        soon = deadline.part(most=QUERY)
        return [names[n] for n in self._query.some(self._given(alive), list(names), soon)]

    def reasons(self, alive: Alive, wanted: int, deadline: Deadline) -> list[tuple[int, int]]:
        """The facts at the beginning that a fact at the end, which survives, follows from."""
        before = self.rule.before
        if before is None:
            return []
        core = self._query.core(self._given(alive), f"fails!{wanted}!", deadline)
        return [(before, int(name.split("!")[1])) for name in core]
