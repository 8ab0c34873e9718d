"""Executions that end in a given state and that a model rules out, and what rules them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ordercheck.cat.terms import Check, Model
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

    It gets as far through the model's checks as any does; of those that do, it has the
    shortest cycle (or least of what must not be) among the first few. None where there are
    no such executions, whatever the model. Raises as the bounded engine does.
    """
    checks = model.constraints
    names = names_of(model)
    for kept in range(len(checks) - 1, -1, -1):
        weaker = _first_checks(model, kept)
        best: tuple[int, Execution] | None = None
        for execution in _executions(program, weaker, wanted, deadline, bound):
            length = len(Reasons(model, execution.domain(), names).against(checks[kept]))
            if best is None or length < best[0]:
                best = length, execution
        if best is not None:
            return Ruled(best[1], checks[:kept], checks[kept])
    return None


def _first_checks(model: Model, kept: int) -> Model:
    """The model with its first checks only; the others forbid nothing."""
    mandatory = model.constraints[:kept]
    checks = tuple(c if c.flag or c in mandatory else replace(c, flag=True) for c in model.checks)
    return replace(model, checks=checks)


def _executions(
    program: Program, model: Model, wanted: Expr, deadline: Deadline, bound: int
) -> Iterator[Execution]:
    """The first few executions that the model allows and in whose final state `wanted` holds."""
    left = MAX_EXECUTIONS
    for skeleton in candidates(program, model, bound, deadline):
        if is_cut(skeleton):
            continue
        encoded = Encoded(skeleton, model, deadline)
        if encoded.impossible:
            continue
        for what in program.observe:
            encoded.values.bind(str(what), encoded.observed(what))
        encoded.require(encoded.values.holds(wanted))
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
