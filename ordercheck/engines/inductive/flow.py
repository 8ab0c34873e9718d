"""The shape of one thread: loop heads, the acyclic regions between them, live registers.

Every cycle passes through a loop head. A region is what control can do from the entry,
or from a loop head, before it next comes to a loop head; it has no cycle, so it is one
formula (large-block encoding), whatever the number of paths through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ordercheck.program.expr import Expr, variables
from ordercheck.program.ir import (
    Assign,
    Branch,
    Goto,
    Havoc,
    Instr,
    Load,
    Publish,
    Rmw,
    Terminator,
    Thread,
)


def targets(end: Terminator) -> tuple[int, ...]:
    """The blocks that control can go on in."""
    if isinstance(end, Goto):
        return (end.target,)
    if isinstance(end, Branch):
        return (end.then, end.other)
    return ()


@dataclass(frozen=True, slots=True)
class Region:
    """Blocks in topological order; start is the loop head it begins at, None for the entry.

    A region from the entry whose first block is a loop head has no blocks.
    """

    start: int | None
    blocks: tuple[int, ...]


def loop_heads(thread: Thread) -> tuple[int, ...]:
    """The targets of back edges of a depth-first walk: every cycle passes through one."""
    heads: set[int] = set()
    state = {0: 1}
    stack = [(0, iter(targets(thread.blocks[0].end)))]
    while stack:
        block, left = stack[-1]
        target = next(left, None)
        if target is None:
            state[block] = 2
            stack.pop()
        elif state.get(target) == 1:
            heads.add(target)
        elif target not in state:
            state[target] = 1
            stack.append((target, iter(targets(thread.blocks[target].end))))
    return tuple(sorted(heads))


def regions(thread: Thread, heads: tuple[int, ...]) -> list[Region]:
    """The region from the entry, then one for each loop head."""
    cut = set(heads)
    entry = Region(None, () if 0 in cut else _topological(thread, 0, cut))
    return [entry, *(Region(head, _topological(thread, head, cut)) for head in heads)]


def _topological(thread: Thread, start: int, cut: set[int]) -> tuple[int, ...]:
    order: list[int] = []
    seen = {start}
    stack = [(start, iter(targets(thread.blocks[start].end)))]
    while stack:
        block, left = stack[-1]
        target = next(left, None)
        if target is None:
            order.append(block)
            stack.pop()
        elif target not in seen and target not in cut:
            seen.add(target)
            stack.append((target, iter(targets(thread.blocks[target].end))))
    return tuple(reversed(order))


Uses = Callable[[Instr], Iterable[Expr]]
"""The expressions of an instruction whose values matter to the question asked."""


def defined(instr: Instr) -> str | None:
    """The register that an instruction sets."""
    return instr.dst if isinstance(instr, Load | Rmw | Assign | Havoc) else None


def relevant_registers(thread: Thread, uses: Uses) -> frozenset[str]:
    """The registers on which control, or what `uses` names, depends; loaded data ends the chain."""
    work: list[str] = []
    definitions: dict[str, list[Expr]] = {}
    for block in thread.blocks:
        if isinstance(block.end, Branch):
            work += variables(block.end.condition)
        for instr in block.body:
            for expr in uses(instr):
                work += variables(expr)
            if isinstance(instr, Assign):
                definitions.setdefault(instr.dst, []).append(instr.value)
    found: set[str] = set()
    while work:
        name = work.pop()
        if name in thread.registers and name not in found:
            found.add(name)
            for expr in definitions.get(name, ()):
                work += variables(expr)
    return frozenset(found)


def live_at(
    thread: Thread, heads: tuple[int, ...], relevant: frozenset[str], uses: Uses
) -> dict[int, tuple[str, ...]]:
    """For each loop head, the relevant registers whose values there can still be read."""
    reads: list[frozenset[str]] = []
    kills: list[frozenset[str]] = []
    for block in thread.blocks:
        read: set[str] = set()
        killed: set[str] = set()
        for instr in block.body:
            exprs = [*uses(instr)]
            if isinstance(instr, Assign) and instr.dst in relevant:
                exprs.append(instr.value)
            # An Rmw's operands see its own result: those are not reads of an older value.
            dst = defined(instr)
            own = {dst} if isinstance(instr, Rmw) else set()
            read |= {n for e in exprs for n in variables(e)} - killed - own
            if dst is not None:
                killed.add(dst)
        if isinstance(block.end, Branch):
            read |= set(variables(block.end.condition)) - killed
        reads.append(frozenset(read & relevant))
        kills.append(frozenset(killed))
    live: list[frozenset[str]] = [frozenset()] * len(thread.blocks)
    changed = True
    while changed:
        changed = False
        for index in range(len(thread.blocks) - 1, -1, -1):
            out = frozenset[str]().union(*(live[t] for t in targets(thread.blocks[index].end)))
            new = reads[index] | (out - kills[index])
            if new != live[index]:
                live[index], changed = new, True
    return {head: tuple(sorted(live[head])) for head in heads}


def maybe_published(thread: Thread) -> list[bool]:
    """For each block, whether OWNED memory can already be visible where it begins: after a Publish."""
    gives = [any(isinstance(i, Publish) for i in b.body) for b in thread.blocks]
    result = [False] * len(thread.blocks)
    work = [t for b, give in zip(thread.blocks, gives, strict=True) if give for t in targets(b.end)]
    while work:
        block = work.pop()
        if not result[block]:
            result[block] = True
            work += targets(thread.blocks[block].end)
    return result
