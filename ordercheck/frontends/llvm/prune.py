"""Leaves out what cannot matter: registers, branches and loops on which no access depends.

The usual slice backwards (Weiser, ICSE 1981): an instruction matters if it is an access,
a fence or a statement, or computes a register that matters; a branch matters if what
matters depends on it. A loop in which nothing matters is taken to end, which can only
add behaviours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ordercheck.frontends.llvm.emit import Optional
from ordercheck.frontends.llvm.exact import Exact
from ordercheck.program.expr import Expr, variables
from ordercheck.program.ir import (
    Assign,
    Assume,
    Block,
    Branch,
    Exit,
    Goto,
    Havoc,
    Instr,
    Load,
    Param,
    Rmw,
    Terminator,
    Thread,
)
from ordercheck.program.wellformed import expressions


def pruned(thread: Thread, params: Mapping[str, Param], optional: Optional) -> tuple[Thread, list[Param]]:
    """The thread without what cannot matter, and the parameters that it still speaks of.

    optional: assumptions, by id, that are kept only where they speak of what matters, as the emitter has it.
    """
    blocks = _compressed(_Slice(thread.blocks, optional).result())
    used: set[str] = set()
    for block in blocks:
        for instr in block.body:
            used.update(n for e in expressions(instr) for n in variables(e))
            target = _target(instr)
            if target:
                used.add(target)
        if isinstance(block.end, Branch):
            used.update(variables(block.end.condition))
    registers = {r: s for r, s in thread.registers.items() if r in used}
    return replace(thread, blocks=blocks, registers=registers), [p for n, p in params.items() if n in used]


def _target(instr: Instr) -> str:
    return instr.dst if isinstance(instr, Load | Rmw | Assign | Havoc) else ""


class _Slice:
    def __init__(self, blocks: tuple[Block, ...], optional: Optional) -> None:
        self.blocks, self.optional = blocks, optional
        self.after = _postdominators(blocks)
        self.depends = _control(blocks, self.after)
        self.registers: set[str] = set()
        self.branches: set[int] = set()
        self.where: dict[str, set[int]] = {}
        self.makes: dict[str, list[Instr]] = {}
        self.exact = Exact()
        self._fill()

    def _matters(self, instr: Instr) -> bool:
        if isinstance(instr, Assign | Havoc):
            return instr.dst in self.registers
        return id(instr) not in self.optional

    def _fill(self) -> None:
        new_blocks: list[int] = []
        for number, block in enumerate(self.blocks):
            for instr in block.body:
                target = _target(instr)
                if isinstance(instr, Assign | Havoc):
                    self.where.setdefault(target, set()).add(number)
                    self.makes.setdefault(target, []).append(instr)
        for number, block in enumerate(self.blocks):
            for instr in block.body:
                if not isinstance(instr, Assign | Havoc) and id(instr) not in self.optional:
                    new_blocks.append(number)
                    self._need(expressions(instr), new_blocks)
        seen: set[int] = set()
        while new_blocks:
            number = new_blocks.pop()
            if number in seen:
                continue
            seen.add(number)
            for branch in self.depends[number]:
                if branch not in self.branches:
                    self.branches.add(branch)
                    end = self.blocks[branch].end
                    assert isinstance(end, Branch)
                    self._need([end.condition], new_blocks)
                    new_blocks.append(branch)

    def _need(self, exprs: Iterable[Expr], new_blocks: list[int]) -> None:
        stack = [n for e in exprs for n in variables(e)]
        while stack:
            name = stack.pop()
            if name in self.registers:
                continue
            self.registers.add(name)
            new_blocks += self.where.get(name, ())
            for instr in self.makes.get(name, ()):
                stack += [n for e in expressions(instr) for n in variables(e)]

    def result(self) -> list[Block]:
        for number, block in enumerate(self.blocks):
            for instr in block.body:
                if id(instr) not in self.optional and self._matters(instr):
                    self.exact.instruction(instr)
            if isinstance(block.end, Branch) and number in self.branches:
                self.exact.term(block.end.condition)
        return [
            replace(
                block, body=tuple(i for i in block.body if self._kept(i)), end=self._end(number, block.end)
            )
            for number, block in enumerate(self.blocks)
        ]

    def _kept(self, instr: Instr) -> bool:
        if id(instr) in self.optional and isinstance(instr, Assume):
            guarded = instr.condition.args[:1] if self.optional[id(instr)] else ()
            if not self.exact.terms.issuperset(guarded):
                return False
            made = [n for n in variables(instr.condition) if n in self.makes]
            return all(n in self.registers for n in made)
        return self._matters(instr)

    def _end(self, number: int, end: Terminator) -> Terminator:
        if not isinstance(end, Branch) or number in self.branches:
            return end
        target = self.after[number]
        if target is None:
            return end
        return Exit() if target == len(self.blocks) else Goto(target)


def _successors(end: Terminator, leave: int) -> tuple[int, ...]:
    if isinstance(end, Goto):
        return (end.target,)
    if isinstance(end, Branch):
        return (end.then, end.other)
    return (leave,)


def _postdominators(blocks: tuple[Block, ...]) -> list[int | None]:
    """For each block the next one that every way from it comes to (len(blocks): the end).

    None where no way leads to the end. Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm".
    """
    leave = len(blocks)
    before: list[list[int]] = [[] for _ in range(leave + 1)]
    for number, each in enumerate(blocks):
        for target in _successors(each.end, leave):
            before[target].append(number)
    order: list[int] = []
    seen = {leave}
    stack = [(leave, iter(before[leave]))]
    while stack:
        block, left = stack[-1]
        source = next(left, None)
        if source is None:
            order.append(block)
            stack.pop()
        elif source not in seen:
            seen.add(source)
            stack.append((source, iter(before[source])))
    rank = {block: i for i, block in enumerate(order)}
    found: list[int | None] = [None] * (leave + 1)
    found[leave] = leave
    changed = True
    while changed:
        changed = False
        for number in reversed(order[:-1]):
            common: int | None = None
            for target in _successors(blocks[number].end, leave):
                if found[target] is None:
                    continue
                common = target if common is None else _meet(found, rank, common, target)
            if common != found[number]:
                found[number] = common
                changed = True
    return found


def _meet(found: list[int | None], rank: dict[int, int], a: int, b: int) -> int:
    while a != b:
        while rank[a] < rank[b]:
            step = found[a]
            assert step is not None
            a = step
        while rank[b] < rank[a]:
            step = found[b]
            assert step is not None
            b = step
    return a


def _control(blocks: tuple[Block, ...], after: list[int | None]) -> list[set[int]]:
    """For each block the branches that it depends on."""
    depends: list[set[int]] = [set() for _ in blocks]
    endless = [n for n in range(len(blocks)) if after[n] is None]
    for number, block in enumerate(blocks):
        if not isinstance(block.end, Branch):
            continue
        stop = after[number]
        for target in (block.end.then, block.end.other):
            current: int | None = target
            while current is not None and current != stop and current < len(blocks):
                if number in depends[current]:
                    break
                depends[current].add(number)
                current = after[current]
        if stop is None:
            # it leads to no end: everything on its ways may depend on it
            for other in endless:
                depends[other].add(number)
    return depends


def _compressed(blocks: list[Block]) -> tuple[Block, ...]:
    """Without empty blocks on the way, with what follows one after the other in one block."""

    def through(target: int) -> int:
        seen = set()
        while target not in seen and not blocks[target].body:
            end = blocks[target].end
            if not isinstance(end, Goto):
                break
            seen.add(target)
            target = end.target
        return target

    def shorter(end: Terminator) -> Terminator:
        if isinstance(end, Goto):
            return Goto(through(end.target))
        if isinstance(end, Branch):
            then, other = through(end.then), through(end.other)
            return Goto(then) if then == other else replace(end, then=then, other=other)
        return end

    changed = True
    while changed:
        ends = [shorter(b.end) for b in blocks]
        changed = any(e != b.end and not _same(e, b.end) for e, b in zip(ends, blocks, strict=True))
        blocks = [replace(b, end=e) for b, e in zip(blocks, ends, strict=True)]
    counts = [0] * len(blocks)
    reached = _reached(blocks)
    for number in reached:
        for target in _successors(blocks[number].end, len(blocks)):
            if target < len(blocks):
                counts[target] += 1
    for number in reached:
        block = blocks[number]
        while (
            isinstance(block.end, Goto)
            and counts[block.end.target] == 1
            and block.end.target not in (0, number)
        ):
            following = blocks[block.end.target]
            counts[block.end.target] = 0
            block = replace(block, body=block.body + following.body, end=following.end)
        blocks[number] = block
    kept = _reached(blocks)
    place = {old: new for new, old in enumerate(kept)}
    return tuple(replace(blocks[n], end=_renumbered(blocks[n].end, place)) for n in kept)


def _same(a: Terminator, b: Terminator) -> bool:
    if isinstance(a, Goto) and isinstance(b, Goto):
        return a.target == b.target
    if isinstance(a, Branch) and isinstance(b, Branch):
        return (a.then, a.other) == (b.then, b.other)
    return isinstance(a, Exit) and isinstance(b, Exit)


def _reached(blocks: list[Block]) -> list[int]:
    seen = {0}
    stack = [0]
    while stack:
        for target in _successors(blocks[stack.pop()].end, len(blocks)):
            if target < len(blocks) and target not in seen:
                seen.add(target)
                stack.append(target)
    return sorted(seen)


def _renumbered(end: Terminator, place: Mapping[int, int]) -> Terminator:
    if isinstance(end, Goto):
        return Goto(place[end.target])
    if isinstance(end, Branch):
        return replace(end, then=place[end.then], other=place[end.other])
    return end
