"""What blocks of memory are aligned to, as the accesses of a function say: where they may be believed.

An access that is said to be aligned says so of the paths that it is on. A test for that very
alignment, with another way of doing it behind, must not be decided by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ordercheck.frontends.llvm.constants import alignments, divisor, following
from ordercheck.program.expr import Expr, variables, walk
from ordercheck.program.ir import Assign, Block, Branch, Exit, Thread
from ordercheck.program.wellformed import expressions
from ordercheck.record import record


@record(frozen=True, slots=True)
class Saying:
    """An access in a block: `align` divides the sum of the address of a block of memory and an offset.

    lasting: that address is the same for each call of the function.
    """

    block: int
    address: Expr
    offset: Expr
    align: int
    lasting: bool


def believed(thread: Thread, said: Iterable[Saying]) -> dict[str, int]:
    """Parameters that are addresses, with what divides them on every path on which that matters.

    Of an address that is the same for each call, an access on some other path says it as well, unless
    it is the outcome of such a test that leads there.
    """
    known = alignments(thread, {})
    places: dict[str, dict[int, int]] = {}
    lasting = set()
    for each in said:
        if each.address.op == "var" and divisor(each.offset, known) >= each.align:
            at = places.setdefault(each.address.name, {})
            at[each.block] = max(each.align, at.get(each.block, 1))
            if each.lasting:
                lasting.add(each.address.name)
    tests = list(_tests(thread, set(places)))
    ways = _Ways(thread.blocks)
    found = {}
    for name, at in places.items():
        asked = {(block, by) for block, by, names in tests if name in names}
        align = max(at.values())
        while align > 1 and not _holds(ways, at, align, asked):
            align //= 2
        if name in lasting:
            behind = ways.behind(_branches(thread, name))
            align = max([align, *(a for block, a in at.items() if block not in behind)])
        if align > 1:
            found[name] = align
    return found


def _holds(ways: _Ways, at: dict[int, int], align: int, asked: set[tuple[int, int]]) -> bool:
    """Whether each remainder is taken on paths alone that pass an access which says enough."""
    for by in {by for _, by in asked}:
        enough = frozenset(b for b, a in at.items() if a >= min(by, align))
        passed = ways.passing(enough)
        if not all(block in passed for block, other in asked if other == by):
            return False
    return True


def _tests(thread: Thread, addresses: set[str]) -> Iterator[tuple[int, int, set[str]]]:
    """The remainders that are taken: in which block, by what, of a term with which of these addresses."""
    reach = _reach(thread, addresses)
    for number, block in enumerate(thread.blocks):
        exprs = [e for i in block.body for e in expressions(i)]
        if isinstance(block.end, Branch):
            exprs.append(block.end.condition)
        for expr in exprs:
            for node in walk(expr):
                if node.op == "%" and node.args[1].op == "const" and int(node.args[1].value) > 1:
                    names = {a for n in variables(node.args[0]) for a in reach.get(n, ())}
                    if names:
                        yield number, int(node.args[1].value), names


def _reach(thread: Thread, addresses: set[str]) -> dict[str, set[str]]:
    """Names with the addresses that what they stand for may be made of."""
    found: dict[str, set[str]] = {name: {name} for name in addresses}
    made = [
        (instr.dst, variables(instr.value))
        for block in thread.blocks
        for instr in block.body
        if isinstance(instr, Assign)
    ]
    changed = True
    while changed:
        changed = False
        for name, parts in made:
            new = {a for part in parts for a in found.get(part, ())}
            if not new <= found.get(name, set()):
                found[name] = found.get(name, set()) | new
                changed = True
    return found


def _branches(thread: Thread, address: str) -> set[int]:
    """The blocks that end in a test of what an address leaves as a remainder, or of what comes of that."""
    reach = _reach(thread, {address})

    def remainder(expr: Expr) -> bool:
        taken = (node for node in walk(expr) if node.op == "%")
        return any(name in reach for node in taken for name in variables(node.args[0]))

    assigned = [i for block in thread.blocks for i in block.body if isinstance(i, Assign)]
    tested = {i.dst for i in assigned if remainder(i.value)}
    known = -1
    while known < len(tested):
        known = len(tested)
        tested |= {i.dst for i in assigned if not tested.isdisjoint(variables(i.value))}
    ends = [(number, block.end) for number, block in enumerate(thread.blocks)]
    return {
        number
        for number, end in ends
        if isinstance(end, Branch)
        and (remainder(end.condition) or not tested.isdisjoint(variables(end.condition)))
    }


class _Ways:
    """The ways through the blocks of a thread."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.after = [following(b.end) for b in blocks]
        self.before: list[list[int]] = [[] for _ in blocks]
        for number, targets in enumerate(self.after):
            for target in targets:
                self.before[target].append(number)
        leaves = {n for n, b in enumerate(blocks) if isinstance(b.end, Exit) or b.end is None}
        left = self._reached(leaves, self.before, frozenset())
        # what never ends is never sure to come to anything
        self.ends = leaves | (set(range(len(blocks))) - left)
        self._passing: dict[frozenset[int], set[int]] = {}

    def passing(self, some: frozenset[int]) -> set[int]:
        """The blocks whose every way from the start, or to an end, leads through one of those."""
        if some not in self._passing:
            fresh = self._reached({0}, self.after, some)
            free = self._reached(self.ends, self.before, some)
            self._passing[some] = set(range(len(self.after))) - (fresh & free)
        return self._passing[some]

    def behind(self, tests: Iterable[int]) -> set[int]:
        """The blocks that only one outcome of one of these tests leads to."""
        found: set[int] = set()
        for test in tests:
            for target in self.after[test]:
                others = [
                    [t for t in after if n != test or t != target] for n, after in enumerate(self.after)
                ]
                found |= set(range(len(self.after))) - self._reached({0}, others, frozenset())
        return found

    def _reached(
        self, starts: Iterable[int], ways: Sequence[Sequence[int]], without: frozenset[int]
    ) -> set[int]:
        stack = [n for n in starts if n not in without]
        seen = set(stack)
        while stack:
            for target in ways[stack.pop()]:
                if target not in seen and target not in without:
                    seen.add(target)
                    stack.append(target)
        return seen
