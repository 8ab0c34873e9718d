"""Which blocks control has passed whenever it comes to another.

Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm", 2001.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence


class Dominators:
    """targets: where control may go on behind each block; it begins in block 0."""

    def __init__(self, targets: Sequence[Sequence[int]]) -> None:
        order = postorder(lambda block: targets[block])
        self._rank = {block: place for place, block in enumerate(order)}
        before: dict[int, list[int]] = {block: [] for block in order}
        for block in order:
            for target in targets[block]:
                before[target].append(block)
        self._above = {0: 0}
        changed = True
        while changed:
            changed = False
            for block in reversed(order[:-1]):
                known = [b for b in before[block] if b in self._above]
                found = known[0]
                for other in known[1:]:
                    found = self._meet(found, other)
                if self._above.get(block) != found:
                    self._above[block] = found
                    changed = True

    def _meet(self, one: int, other: int) -> int:
        while one != other:
            while self._rank[one] < self._rank[other]:
                one = self._above[one]
            while self._rank[other] < self._rank[one]:
                other = self._above[other]
        return one

    def above(self, first: int, then: int) -> bool:
        """Whether every way to `then` leads through `first`; of blocks that control comes to."""
        if first not in self._rank or then not in self._rank:
            return False
        while self._rank[then] < self._rank[first]:
            then = self._above[then]
        return then == first


def postorder(after: Callable[[int], Iterable[int]]) -> list[int]:
    """The blocks that control can reach from block 0, each before those that dominate it.

    after: where control may go on behind a block.
    """
    seen = {0}
    order: list[int] = []
    stack = [(0, iter(after(0)))]
    while stack:
        block, left = stack[-1]
        target = next(left, None)
        if target is None:
            order.append(block)
            stack.pop()
        elif target not in seen:
            seen.add(target)
            stack.append((target, iter(after(target))))
    return order
