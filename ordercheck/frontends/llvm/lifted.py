"""What a program assumes of its parameters from its start on, found among what its thread assumes."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from ordercheck.program.expr import Expr, variables
from ordercheck.program.ir import Assign, Assume, Havoc, Load, Param, Thread


def lifted(thread: Thread, params: list[Param]) -> tuple[Thread, list[Param], tuple[Expr, ...]]:
    """The thread, the parameters and the assumptions of the program: what bounds a parameter is its bound."""
    thread, assumed = _of_all(thread, {p.name for p in params})
    return thread, *_bounded(params, assumed)


def _of_all(thread: Thread, params: set[str]) -> tuple[Thread, tuple[Expr, ...]]:
    """The thread without what it assumes of parameters alone before it does more than load, and those
    assumptions.

    Every execution passes there: an assumption of the program says the same, and to more effect. Of one
    further on it would hide what went wrong before, where it does not hold; and that control does not
    come on (`false`) is no contradiction of the program's.
    """
    first = thread.blocks[0]
    start = list(takewhile(lambda i: isinstance(i, Assume | Assign | Havoc | Load), first.body))
    lifted = [
        i
        for i in start
        if isinstance(i, Assume) and i.condition.op != "const" and params.issuperset(variables(i.condition))
    ]
    body = tuple(i for i in first.body if i not in lifted)
    blocks = (replace(first, body=body), *thread.blocks[1:])
    return replace(thread, blocks=blocks), tuple(dict.fromkeys(i.condition for i in lifted))


def _bounded(params: list[Param], assumed: tuple[Expr, ...]) -> tuple[list[Param], tuple[Expr, ...]]:
    """Assumptions that are bounds of a parameter as its bounds."""
    known = {p.name: p for p in params}
    rest = []
    for condition in (part for whole in assumed for part in _parts(whole)):
        bound = _bound(condition)
        if bound is None or known[bound[0]].sort != "int":
            rest.append(condition)
            continue
        name, low, high = bound
        old = known[name]
        lows = [x for x in (old.low, low) if x is not None]
        highs = [x for x in (old.high, high) if x is not None]
        known[name] = replace(old, low=max(lows, default=None), high=min(highs, default=None))
    return [known[p.name] for p in params], tuple(rest)


def _parts(condition: Expr) -> list[Expr]:
    return [p for a in condition.args for p in _parts(a)] if condition.op == "and" else [condition]


def _bound(condition: Expr) -> tuple[str, int | None, int | None] | None:
    """The parameter that a comparison bounds, from below or from above."""
    op, args = condition.op, condition.args
    if op not in _FLIPPED:
        return None
    if args[0].op == "const":
        op, args = _FLIPPED[op], args[::-1]
    if args[0].op != "var" or args[1].op != "const":
        return None
    name, value = args[0].name, int(args[1].value)
    if op in ("<", "<="):
        return name, None, value - (op == "<")
    return name, value + (op == ">"), None


_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
