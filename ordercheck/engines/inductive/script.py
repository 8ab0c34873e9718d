"""The free choices of a run to a bad state, for the machine to make the same ones."""

from __future__ import annotations

from collections.abc import Mapping

from ordercheck.engines import solver
from ordercheck.engines.inductive.hunt import DEEP, Unrolled
from ordercheck.engines.inductive.smt import inline, symbol
from ordercheck.engines.inductive.task import System
from ordercheck.errors import Deadline
from ordercheck.program.expr import Expr, Value, apply, const, evaluate, variables

Script = dict[str, tuple[Value, ...]]
"""For each register that free choices set, their values in the order in which they are made."""


def script(system: System, params: Mapping[str, Value], deadline: Deadline) -> Script | None:
    """The choices on a short way to a bad state with these parameters; None where none was found.

    Raises GaveOut where the time is over.
    """
    unrolled = Unrolled(system)
    search = solver.Search()
    search.add("\n".join(unrolled.declarations))
    fixed = [apply("==", c, const(params[c.name])) for c in system.constants if c.name in params]
    search.add("\n".join(f"(assert {inline(fact)})" for fact in fixed))
    for step in range(DEEP):
        search.add("\n".join([*unrolled.step(step), *unrolled.words(step)]))
        found = search.values(unrolled.everything(step), [f"bad!{step}"], deadline)
        if found is not None:
            return _made(system, found, step)
    return None


def _made(system: System, found: Mapping[str, Value], last: int) -> Script:
    made: dict[str, list[Value]] = {}
    constants = {c.name: found[symbol(c.name)] for c in system.constants if symbol(c.name) in found}
    for step in range(last + 1):
        region = int(found.get(f"pc!{step}", -1))
        end = f"!{step}"
        here = {name.removesuffix(end): value for name, value in found.items() if name.endswith(end)}
        for choice in system.choices.get(region, ()):
            if _value(choice.guard, constants, here):
                made.setdefault(choice.register, []).append(_value(choice.value, constants, here))
    return {register: tuple(values) for register, values in made.items()}


def _value(expr: Expr, constants: Mapping[str, Value], here: Mapping[str, Value]) -> Value:
    """What is not in the solver's answer may be anything."""
    env = {n: constants.get(n, here.get(symbol(n), 0)) for n in variables(expr)}
    return evaluate(expr, env)
