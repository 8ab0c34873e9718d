"""A program that can do less: what is multiplied, divided by or masked with has one value.

All that it can do, the program can do; and its products are linear. Only for refutations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ordercheck.program.expr import Expr, const, variables, walk
from ordercheck.program.ir import Assign, Assume, Branch, Havoc, Instr, Load, Program, Rmw, Store
from ordercheck.program.transform import assuming, rewrite
from ordercheck.program.wellformed import expressions

PINS = (1, 64)
"""Values to try: of a factor, a size, an alignment."""
_NONLINEAR = frozenset({"*", "//", "%", "&", "|", "^", "<<", ">>"})


def pinned(program: Program, value: int) -> Program:
    """The program with that value, where it is within bounds, for one operand of each nonlinear term.

    The same program where there is nothing to pin.
    """
    names = _factors(program)
    if not names:
        return program

    def change(instr: Instr) -> tuple[Instr, ...]:
        if isinstance(instr, Havoc) and instr.sort == "int" and instr.dst in names:
            within = value if instr.low is None else max(value, instr.low)
            within = within if instr.high is None else min(within, instr.high)
            return (replace(instr, low=within, high=within),)
        return (instr,)

    less = rewrite(program, change)
    fixed = [p.expr == const(value) for p in program.params if p.name in names and p.sort == "int"]
    return assuming(less, *fixed)


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
