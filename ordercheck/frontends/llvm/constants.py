"""Registers that are constant where control passes, and branches that they decide.

Conditional constant propagation (Wegman, Zadeck: "Constant Propagation with Conditional
Branches", 1991), over registers that are assigned at several places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from ordercheck.frontends.llvm.dominators import postorder
from ordercheck.frontends.llvm.emit import Optional
from ordercheck.program.expr import Expr, apply, const, substitute, variables, walk
from ordercheck.program.ir import (
    Assign,
    Block,
    Branch,
    Goto,
    Havoc,
    Instr,
    Load,
    Mark,
    Rmw,
    Terminator,
    Thread,
)
from ordercheck.program.transform import rewritten

Known = dict[str, Expr]
"""Registers with the constant that they hold."""
Aligned = Mapping[str, int]
"""Names with a power of two that divides what they stand for."""
Fold = Callable[[Expr], Expr]
_LARGEST = 1 << 64


def after(block: Block, before: Known, fold: Fold) -> Known:
    """What is known at the end of a block."""
    known = dict(before)
    for instr in block.body:
        _pass(instr, known, fold)
    return known


def targets(end: Terminator, known: Known, fold: Fold) -> tuple[int, ...]:
    """Where control can go on."""
    if isinstance(end, Goto):
        return (end.target,)
    if not isinstance(end, Branch):
        return ()
    condition = value_of(end.condition, known, fold)
    if condition.op == "const":
        return (end.then if condition.value else end.other,)
    return (end.then, end.other)


def at_start(thread: Thread, fold: Fold) -> dict[int, Known]:
    """What is known at the start of each block that control can reach.

    That registers start at 0 is not used: what compiled code reads it has assigned.
    """
    first: Known = {name: value for name, value in thread.init.items() if value.op == "const"}
    found = {0: first}
    place = _in_order(thread)
    work = [(place[0], 0)]
    while work:
        _, number = heappop(work)
        while work and work[0][1] == number:
            heappop(work)
        block = thread.blocks[number]
        known = after(block, found[number], fold)
        for target in targets(block.end, known, fold):
            old = found.get(target)
            new = known if old is None else common(old, known)
            if old is None or len(new) < len(old):
                found[target] = dict(new)
                heappush(work, (place[target], target))
    return found


def _in_order(thread: Thread) -> dict[int, int]:
    """The blocks' places in an order in which each comes after what dominates it."""
    order = postorder(lambda block: following(thread.blocks[block].end))
    return {block: place for place, block in enumerate(reversed(order))}


def following(end: Terminator) -> tuple[int, ...]:
    """Where control may go on, whatever is known."""
    if isinstance(end, Branch):
        return (end.then, end.other)
    return (end.target,) if isinstance(end, Goto) else ()


def value_of(expr: Expr, known: Known, fold: Fold) -> Expr:
    """The expression, with what is known put in."""
    try:
        return fold(substitute(expr, known))
    except ValueError:
        # a shift by too much, in what control does not reach
        return expr


def common(one: Known, other: Known) -> Known:
    """What both say."""
    return {name: value for name, value in one.items() if other.get(name) is value}


def propagated(thread: Thread, fold: Fold, optional: Optional) -> Thread:
    """The thread with constants for registers that hold one, and without branches that they decide.

    optional: as the emitter has it; the new instructions that replace such ones are added.
    """
    starts = at_start(thread, fold)
    blocks = []
    for number, block in enumerate(thread.blocks):
        if number not in starts:
            blocks.append(replace(block, body=()))
            continue
        known = dict(starts[number])
        body = []
        for instr in block.body:
            seen = known
            if isinstance(instr, Rmw):
                seen = {name: value for name, value in known.items() if name != instr.dst}

            def change(expr: Expr, seen: Known = seen) -> Expr:
                return value_of(expr, seen, fold)

            new = rewritten(instr, change)
            if id(instr) in optional:
                optional[id(new)] = optional[id(instr)]
            body.append(new)
            _pass(instr, known, fold)
        end = block.end
        if isinstance(end, Branch):
            ways = targets(end, known, fold)
            condition = value_of(end.condition, known, fold)
            end = Goto(ways[0]) if len(ways) == 1 else replace(end, condition=condition)
        blocks.append(replace(block, body=tuple(body), end=end))
    return replace(thread, blocks=tuple(blocks))


def _pass(instr: Instr, known: Known, fold: Fold) -> None:
    if isinstance(instr, Assign):
        value = value_of(instr.value, known, fold)
        if value.op == "const":
            known[instr.dst] = value
        else:
            known.pop(instr.dst, None)
    elif isinstance(instr, Load | Rmw | Havoc) or (isinstance(instr, Mark) and instr.dst):
        known.pop(instr.dst, None)


def folding(aligned: Aligned, used: set[str]) -> Fold:
    """Replaces remainders that are known because of what divides parameters and registers.

    used: the names whose alignment was needed are added.
    """
    done: dict[Expr, Expr] = {}

    def fold(expr: Expr) -> Expr:
        if expr.op in ("const", "var"):
            return expr
        if expr not in done:
            done[expr] = _folded(expr, aligned, used)
        return done[expr]

    return fold


def alignments(thread: Thread, params: Aligned) -> dict[str, int]:
    """What divides the registers too: all that is ever assigned to them."""
    values: dict[str, list[Expr]] = {name: [] for name, sort in thread.registers.items() if sort == "int"}
    free: set[str] = set()
    for block in thread.blocks:
        for instr in block.body:
            if isinstance(instr, Assign) and instr.dst in values:
                values[instr.dst].append(instr.value)
            elif isinstance(instr, Load | Rmw | Havoc | Mark):
                free.add(instr.dst)
    for name, value in thread.init.items():
        values.get(name, []).append(value)
    found = {name: 1 if name in free else _LARGEST for name in values}
    changed = True
    while changed:
        changed = False
        known = {**params, **found}
        for name, exprs in values.items():
            new = min([found[name], *(divisor(e, known) for e in exprs)])
            changed = changed or new != found[name]
            found[name] = known[name] = new
    return {**params, **found}


def divisor(expr: Expr, aligned: Aligned) -> int:
    """A power of two that divides it, up to 2**64."""
    found: dict[Expr, int] = {}
    stack = [expr]
    while stack:
        # what terms share is looked at once: written out, they may have no end
        node = stack[-1]
        parts = _divided(node)
        new = [p for p in parts if p not in found]
        stack += new
        if not new:
            found[stack.pop()] = _divisor(node, [found[p] for p in parts], aligned)
    return found[expr]


def _divided(expr: Expr) -> Sequence[Expr]:
    """The operands of which it matters what divides them."""
    match expr.op:
        case "+" | "-" | "|" | "^" | "*":
            return expr.args
        case "ite":
            return expr.args[1:]
        case "trunc" | "sext":
            return expr.args[:1]
        case "<<" if expr.args[1].op == "const":
            return expr.args[:1]
    return ()


def _divisor(expr: Expr, parts: Sequence[int], aligned: Aligned) -> int:
    """The same of one whose operands, as far as they matter, are known."""
    match expr.op:
        case "const":
            value = int(expr.value)
            return min(value & -value, _LARGEST) if value else _LARGEST
        case "var":
            return aligned.get(expr.name, 1)
        case "*":
            return min(parts[0] * parts[1], _LARGEST)
        case "<<" if parts:
            return min(parts[0] << int(expr.args[1].value), _LARGEST)
        case "trunc" | "sext":
            return min(parts[0], 1 << int(expr.args[1].value))
    return min(parts, default=1)


def _folded(expr: Expr, aligned: Aligned, used: set[str]) -> Expr:
    new: dict[Expr, Expr] = {}
    for node in walk(expr):
        args: Sequence[Expr] = [new[a] for a in node.args]
        if node.op in ("const", "var"):
            new[node] = node
            continue
        found = None
        if node.op == "%" and args[1].op == "const" and int(args[1].value) > 0:
            found = _remainder(args[0], int(args[1].value), aligned, used)
        new[node] = apply(node.op, *args) if found is None else const(found)
    return new[expr]


def _remainder(expr: Expr, by: int, aligned: Aligned, used: set[str]) -> int | None:
    """expr % by, where that is one number."""
    found: dict[Expr, int | None] = {}
    stack = [expr]
    while stack:
        node = stack[-1]
        new = [a for a in node.args if a not in found] if node.op in ("+", "-") else []
        stack += new
        if not new:
            found[stack.pop()] = _left(node, by, found, aligned, used)
    return found[expr]


def _left(expr: Expr, by: int, known: dict[Expr, int | None], aligned: Aligned, used: set[str]) -> int | None:
    """The same where it is known of the terms of a sum."""
    if expr.op == "const":
        return int(expr.value) % by
    if expr.op in ("+", "-"):
        one, other = (known[a] for a in expr.args)
        if one is None or other is None:
            return None
        return (one + other if expr.op == "+" else one - other) % by
    if divisor(expr, aligned) % by:
        return None
    used.update(variables(expr))
    return 0
