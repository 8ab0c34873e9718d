"""A program that can do less: what is multiplied, divided by or masked with has one value.

All that it can do, the program can do; and its products are linear. Only for refutations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ordercheck.program.expr import Expr, Value, variables, walk
from ordercheck.program.ir import Assign, Assume, Branch, Havoc, Instr, Load, Program, Rmw, Store
from ordercheck.program.transform import fix_params, rewrite
from ordercheck.program.wellformed import expressions

PINS = (1, 64)
"""Values to try: of a factor, a size, an alignment."""
_NONLINEAR = frozenset({"*", "//", "%", "&", "|", "^", "<<", ">>"})


@dataclass(frozen=True, slots=True)
class Pinned:
    """The program that can do less, and what the parameters and registers that it lost are."""

    program: Program
    params: Mapping[str, Value]
    registers: Mapping[str, int]


def pinned(program: Program, value: int) -> Pinned | None:
    """That value, where it is within bounds, for one operand of each nonlinear term.

    None where there is nothing to pin.
    """
    names = _factors(program)
    params = {p.name: _within(value, p.low, p.high) for p in program.params if p.name in names}
    choices: dict[str, set[int]] = {}
    for _, _, _, instr in program.instructions():
        if isinstance(instr, Havoc) and instr.sort == "int" and instr.dst in names:
            choices.setdefault(instr.dst, set()).add(_within(value, instr.low, instr.high))
    # a register stays what it is between loops, too: it is replaced where it stands
    registers = {name: values.pop() for name, values in choices.items() if len(values) == 1}
    if not params and not registers:
        return None

    def change(instr: Instr) -> tuple[Instr, ...]:
        if isinstance(instr, Havoc) and instr.dst in registers:
            return (replace(instr, low=registers[instr.dst], high=registers[instr.dst]),)
        return (instr,)

    return Pinned(fix_params(rewrite(program, change), {**params, **registers}), params, registers)


def _within(value: int, low: int | None, high: int | None) -> int:
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def _factors(program: Program) -> set[str]:
    """The parameters and registers of free choice that one operand of each nonlinear term is made of."""
    makes: dict[str, list[Expr]] = {}
    for thread in program.threads:
        for register, expr in thread.init.items():
            makes.setdefault(register, []).append(expr)
    for _, _, _, instr in program.instructions():
        if isinstance(instr, Assign):
            makes.setdefault(instr.dst, []).append(instr.value)
    found: set[str] = set()
    for expr in _steering(program):
        for node in walk(expr):
            if node.op in _NONLINEAR and all(a.op != "const" for a in node.args):
                found |= min((_sources(a, makes) for a in reversed(node.args)), key=len)
    return found


def _steering(program: Program) -> Iterable[Expr]:
    """Conditions and addresses, and what registers are set to."""
    for _, _, _, instr in program.instructions():
        match instr:
            case Load() | Rmw() | Store():
                yield instr.address.offset
            case Assign() | Assume():
                yield from expressions(instr)
    for thread in program.threads:
        for block in thread.blocks:
            if isinstance(block.end, Branch):
                yield block.end.condition


def _sources(expr: Expr, makes: dict[str, list[Expr]]) -> set[str]:
    """The names that nothing is assigned to of which an expression is made."""
    found: set[str] = set()
    seen: set[str] = set()
    stack = list(variables(expr))
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in makes:
            stack += [n for value in makes[name] for n in variables(value)]
        else:
            found.add(name)
    return found
