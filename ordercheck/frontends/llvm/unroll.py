"""Loops with a constant number of rounds, laid out one round after the other.

A copy of 64 bytes by a loop over words is eight stores: once they stand there, no invariant
has to be found for them, and a bound on the rounds of a loop is not used up by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ordercheck.frontends.llvm.constants import (
    Fold,
    Known,
    after,
    at_start,
    common,
    following,
    propagated,
    targets,
)
from ordercheck.frontends.llvm.emit import Optional
from ordercheck.program.expr import Expr, Value, const, variables
from ordercheck.program.ir import Assign, Block, Branch, Exit, Goto, Terminator, Thread
from ordercheck.relations.order import components

MAX_PASSES = 4
"""How deep loops with constant rounds are laid out."""
MAX_ROUNDS = 16
MAX_INSTRUCTIONS = 400
"""Of all rounds of one loop together."""

Copy = tuple[int, tuple[tuple[str, Value], ...]]
"""A block in a round: its number, and what is known of the registers that decide when the loop ends."""


def simplified(thread: Thread, fold: Fold, optional: Optional) -> Thread:
    """The thread with constants put in, and loops laid out whose number of rounds they decide.

    optional: as the emitter has it; the new instructions that replace such ones are added.
    """
    for _ in range(MAX_PASSES):
        thread = propagated(thread, fold, optional)
        longer = _unrolled(thread, fold)
        if longer is thread:
            break
        thread = longer
    return propagated(thread, fold, optional)


def _unrolled(thread: Thread, fold: Fold) -> Thread:
    """The thread with its innermost loops laid out, where constants decide how many rounds they have."""
    starts = at_start(thread, fold)
    blocks = list(thread.blocks)
    for loop in _innermost(thread.blocks, set(starts)):
        _lay_out(thread, loop, starts, blocks, fold)
    if len(blocks) == len(thread.blocks):
        return thread
    return replace(thread, blocks=tuple(blocks))


def _innermost(blocks: tuple[Block, ...], reached: set[int]) -> Iterator[tuple[int, set[int]]]:
    """The loops that are entered at one block and hold no other loop: that block, and all blocks."""
    before: dict[int, set[int]] = {n: set() for n in reached}
    for number in reached:
        for target in following(blocks[number].end):
            before.setdefault(target, set()).add(number)
    work = [reached]
    while work:
        for loop in _loops(blocks, work.pop()):
            heads = [n for n in loop if n == 0 or not before[n] <= loop]
            if len(heads) != 1:
                continue
            inner = loop - set(heads)
            if _loops(blocks, inner):
                work.append(inner)
            else:
                yield heads[0], loop


def _loops(blocks: tuple[Block, ...], within: set[int]) -> list[set[int]]:
    """The largest sets of these blocks that all reach each other."""
    place = {n: k for k, n in enumerate(sorted(within))}
    names = list(place)
    rows = [sum({1 << place[t] for t in following(blocks[n].end) if t in place}) for n in names]
    found = []
    for mask in components(rows):
        if mask & (mask - 1) or rows[mask.bit_length() - 1] & mask:
            found.append({n for n, k in place.items() if mask >> k & 1})
    return found


def _deciding(blocks: tuple[Block, ...], loop: set[int]) -> set[str]:
    """The registers that are assigned in the loop and on which its branches depend."""
    made: dict[str, list[Expr]] = {}
    for number in loop:
        for instr in blocks[number].body:
            if isinstance(instr, Assign):
                made.setdefault(instr.dst, []).append(instr.value)
    ends = [blocks[number].end for number in loop]
    stack = [n for end in ends if isinstance(end, Branch) for n in variables(end.condition)]
    found: set[str] = set()
    while stack:
        name = stack.pop()
        if name in made and name not in found:
            found.add(name)
            stack += [n for value in made[name] for n in variables(value)]
    return found


def _lay_out(
    thread: Thread,
    where: tuple[int, set[int]],
    starts: dict[int, Known],
    blocks: list[Block],
    fold: Fold,
) -> None:
    """Adds the rounds to `blocks`, and leads there what led into the loop; nothing where there is no end."""
    head, loop = where
    entering = [n for n in starts if n not in loop and head in following(thread.blocks[n].end)]
    before: Known | None = None
    for number in entering:
        known = after(thread.blocks[number], starts[number], fold)
        if head in targets(thread.blocks[number].end, known, fold):
            before = known if before is None else common(before, known)
    deciding = _deciding(thread.blocks, loop)
    if before is None or not deciding & before.keys():
        return
    assigned = {i.dst for n in loop for i in thread.blocks[n].body if hasattr(i, "dst")}
    fixed = {name: value for name, value in before.items() if name not in assigned}

    def copy(number: int, known: Known) -> Copy:
        return number, tuple((name, known[name].value) for name in sorted(deciding & known.keys()))

    first = copy(head, before)
    found: dict[Copy, list[Copy | int]] = {}
    work = [first]
    rounds = instructions = 0
    while work:
        this = work.pop()
        if this in found:
            continue
        number, state = this
        rounds += number == head
        block = thread.blocks[number]
        instructions += len(block.body) + 1
        if rounds > MAX_ROUNDS + 1 or instructions > MAX_INSTRUCTIONS:
            return
        known = after(block, {**fixed, **{name: const(value) for name, value in state}}, fold)
        found[this] = [copy(t, known) if t in loop else t for t in targets(block.end, known, fold)]
        work += [t for t in found[this] if not isinstance(t, int)]
    order = _in_order(found)
    if order is None:
        return
    place = {this: len(blocks) + k for k, this in enumerate(order)}
    for this in order:
        block = thread.blocks[this[0]]
        blocks.append(replace(block, end=_led(block.end, found[this], place)))
    for number in entering:
        block = blocks[number]
        assert isinstance(block.end, Branch | Goto)
        ways: list[Copy | int] = [first if t == head else t for t in following(block.end)]
        blocks[number] = replace(block, end=_led(block.end, ways, place))


def _led(end: Terminator, ways: list[Copy | int], place: dict[Copy, int]) -> Terminator:
    numbers = [w if isinstance(w, int) else place[w] for w in ways]
    if not numbers:
        return Exit()
    if len(numbers) == 1 or not isinstance(end, Branch):
        return Goto(numbers[0])
    return replace(end, then=numbers[0], other=numbers[1])


def _in_order(found: dict[Copy, list[Copy | int]]) -> list[Copy] | None:
    """The copies, each after what leads to it; None where some go in a circle."""
    left = dict.fromkeys(found, 0)
    for ways in found.values():
        for way in ways:
            if not isinstance(way, int):
                left[way] += 1
    ready = [this for this, count in left.items() if not count]
    order = []
    while ready:
        this = ready.pop()
        order.append(this)
        for way in found[this]:
            if not isinstance(way, int):
                left[way] -= 1
                if not left[way]:
                    ready.append(way)
    return order if len(order) == len(found) else None
