"""Executions that end in a given state and that a model rules out, and what rules them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ordercheck.cat.terms import Check, Model, Term
from ordercheck.engines.axiomatic.encode import Encoded, Execution
from ordercheck.engines.axiomatic.engine import candidates, is_cut
from ordercheck.engines.axiomatic.why import Reasons, names_of
from ordercheck.errors import Deadline
from ordercheck.program.expr import Expr
from ordercheck.program.ir import Program
from ordercheck.relations.cnf import TRUE

# executions of which the one with the shortest cycle is shown
MAX_EXECUTIONS = 24


@dataclass(frozen=True, eq=False, slots=True)
class Ruled:
    """An execution that passes the checks before `check`, as far as any does, and fails that."""

    execution: Execution
    passed: tuple[Check, ...]
    check: Check


def nearest(program: Program, model: Model, wanted: Expr, deadline: Deadline, bound: int) -> Ruled | None:
    """Of the executions in whose final state `wanted` holds, none of them allowed, one to show.

    It gets as far through the model's checks as any does, and as far as one can through
    the check that it fails; of those that do, it has the shortest cycle (or least of what
    must not be) among the first few. None where there are no such executions, whatever the
    model. Raises as the bounded engine does.
    """
    search = _Search(program, model, wanted, deadline, bound)
    checks = model.constraints
    for kept in range(len(checks) - 1, -1, -1):
        failed = checks[kept]
        for part in _less(failed):
            execution = search.shortest(_weaker(model, kept, part), failed)
            if execution is not None:
                return Ruled(execution, checks[:kept], failed)
    return None


def _less(check: Check) -> Iterator[Check | None]:
    """What may be asked instead of an acyclic check: all but one part of its union; at last, nothing.

    An execution that fails the check by fr alone says more than one that contradicts the
    program order outright.
    """
    if check.test == "acyclic" and not check.negated and check.term.op == "union":
        parts = check.term.args
        for part in sorted(parts, key=_weight):
            rest = tuple(other for other in parts if other is not part)
            term = rest[0] if len(rest) == 1 else Term("union", "rel", rest)
            yield replace(check, term=term)
    yield None


def _weight(part: Term) -> int:
    """fr and the like are left out first, then rf and co, then what the text of a thread says."""
    if part.op == "prim":
        return ("rf", "co").index(part.name) + 1 if part.name in ("rf", "co") else 3
    return 0


def _weaker(model: Model, kept: int, instead: Check | None) -> Model:
    """The model with its first checks only, and one in the place of the next; the others forbid nothing."""
    mandatory = model.constraints[:kept]
    checks = tuple(c if c.flag or c in mandatory else replace(c, flag=True) for c in model.checks)
    return replace(model, checks=checks if instead is None else (*checks, instead))


@dataclass(frozen=True, eq=False, slots=True)
class _Search:
    program: Program
    model: Model
    wanted: Expr
    deadline: Deadline
    bound: int

    def shortest(self, weaker: Model, failed: Check) -> Execution | None:
        """Of the first few executions that the weaker model allows, the one that fails in fewest steps."""
        names = names_of(self.model)
        best: tuple[int, Execution] | None = None
        for execution in self._executions(weaker):
            length = len(Reasons(self.model, execution.domain(), names).against(failed))
            if best is None or length < best[0]:
                best = length, execution
        return None if best is None else best[1]

    def _executions(self, weaker: Model) -> Iterator[Execution]:
        """The first few executions of the weaker model that end as wanted."""
        left = MAX_EXECUTIONS
        for skeleton in candidates(self.program, self.model, self.bound, self.deadline):
            if is_cut(skeleton):
                continue
            encoded = Encoded(skeleton, weaker, self.deadline)
            if encoded.impossible:
                continue
            for what in self.program.observe:
                encoded.values.bind(str(what), encoded.observed(what))
            encoded.require(encoded.values.holds(self.wanted))
            while left and (found := encoded.solve()) is not None:
                yield found[0]
                left -= 1
                if not _exclude(encoded, found[0]):
                    break
            if not left:
                return


def _exclude(encoded: Encoded, execution: Execution) -> bool:
    """Asks for other rf or co from here on; False where there are no others."""
    literals = [encoded.rf[pair] for pair in execution.rf] + [encoded.co[pair] for pair in execution.co]
    open_ones = [-x for x in literals if x != TRUE]
    if open_ones:
        encoded.cnf.add(*open_ones)
    return bool(open_ones)
