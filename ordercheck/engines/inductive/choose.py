"""Values for the parameters of a counterexample: those found, and telling ones for the rest."""

from __future__ import annotations

from collections.abc import Iterable

from ordercheck.engines import solver
from ordercheck.engines.inductive.arith import Arithmetic
from ordercheck.engines.inductive.flow import relevant_registers
from ordercheck.engines.inductive.smt import SORTS, Text, symbol
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr, Value, const, evaluate, var, variables
from ordercheck.program.ir import Assert, Assign, Assume, Branch, Instr, Load, Param, Program, Rmw, Store

DISTINCT = 24
"""So many parameters get patterns in which no byte repeats."""


def complete(program: Program, found: dict[str, Value], deadline: Deadline) -> dict[str, Value]:
    """A value for every parameter that meets bounds and assumptions.

    Those in `found` keep their value if they steer control or an address. One that is
    only ever stored gets bytes that are all different, so that a lost store is seen.
    Raises GaveOut where no values fit.
    """
    steering = control_parameters(program)
    fixed = {n: v for n, v in found.items() if n in steering}
    free = [p for p in program.params if p.name not in fixed]
    patterns = {p.name: _pattern(p, i) for i, p in enumerate(free)}
    for attempt in ({**patterns, **fixed}, {**patterns, **found}):
        params = {p.name: attempt[p.name] for p in program.params}
        if _allowed(program, params):
            return params
    for known in (fixed, found, {}):
        solved = _solved(program, known, deadline)
        if solved is not None and _allowed(program, solved):
            return solved
    if _solved(program, {}, deadline) is None:
        raise GaveOut("no parameter values meet the assumptions")
    raise GaveOut("no parameter values were found that meet the assumptions and show the counterexample")


def control_parameters(program: Program) -> set[str]:
    """The parameters on which control, an address or an assertion depends."""
    exprs: list[Expr] = []
    for thread in program.threads:
        relevant = relevant_registers(thread, _steering)
        for block in thread.blocks:
            if isinstance(block.end, Branch):
                exprs.append(block.end.condition)
            for instr in block.body:
                exprs += _steering(instr)
                if isinstance(instr, Assign) and instr.dst in relevant:
                    exprs.append(instr.value)
        exprs += [value for name, value in thread.init.items() if name in relevant]
    return {name for expr in exprs for name in variables(expr)}


def _steering(instr: Instr) -> Iterable[Expr]:
    if isinstance(instr, Load | Store | Rmw):
        yield instr.address.offset
    if isinstance(instr, Rmw) and instr.when is not None:
        yield instr.when
    if isinstance(instr, Assume | Assert):
        yield instr.condition


def _pattern(param: Param, index: int) -> Value:
    if param.sort == "bool":
        return True
    telling = int.from_bytes(bytes(0x11 + (8 * index + k) % (DISTINCT * 8) for k in range(8)), "little")
    low, high = param.low, param.high
    if high is not None and telling > high:
        telling &= (1 << max(0, (high + 1).bit_length() - 1)) - 1 if high > 0 else 0
    if low is not None and telling < low:
        telling = low
    return telling


def _allowed(program: Program, params: dict[str, Value]) -> bool:
    for p in program.params:
        value = params[p.name]
        if (p.low is not None and value < p.low) or (p.high is not None and value > p.high):
            return False
    return all(evaluate(a, params) for a in program.assumptions)


def _solved(program: Program, known: dict[str, Value], deadline: Deadline) -> dict[str, Value] | None:
    """Parameters that meet the assumptions, from the solver; nonlinear terms are guesses."""
    names = frozenset(p.name for p in program.params)
    fresh = iter(range(1 << 30))
    arithmetic = Arithmetic(
        names, lambda sort: var(f"any!{next(fresh)}", sort), lambda: var(f"product!{next(fresh)}")
    )
    facts = [arithmetic.exact(a) for a in program.assumptions]
    for p in program.params:
        facts += [p.expr >= p.low] if p.low is not None else []
        facts += [p.expr <= p.high] if p.high is not None else []
    facts += arithmetic.facts
    for name, value in known.items():
        facts.append(var(name, "bool" if isinstance(value, bool) else "int") == const(value))
    text = Text([*facts, *(p.expr for p in program.params)])
    lines = [f"(declare-const {symbol(n)} {SORTS[v.sort]})" for n, v in text.variables.items()]
    lines += text.definitions + [f"(assert {text.of(fact)})" for fact in facts]
    found = solver.model("\n".join(lines), {symbol(n): n for n in text.variables}, deadline)
    return None if found is None else {name: found[name] for name in names}
