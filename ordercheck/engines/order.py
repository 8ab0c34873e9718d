"""Which pairs of accesses of one CPU a memory model keeps in program order.

The unbounded engine needs no more of a model than this table. It is not written down
anywhere: it is derived from the model's cat file, by asking about minimal programs
(`ordercheck.engines.probes`), one question at a time and only those that come up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from ordercheck.program.ir import LOCKED

Earlier = Literal["R", "W", "NT", "X"]
Later = Literal["R", "W", "NT", "X"]

RMW_FENCE: frozenset[str] = frozenset({LOCKED})
"""As a fence: a locked read-modify-write of unrelated memory."""


class Pair(NamedTuple):
    """An earlier and a later access of one CPU: their kinds, and whether their bytes intersect.

    R load, W ordinary store, NT non-temporal store, X locked read-modify-write.
    """

    earlier: Earlier
    later: Later
    overlap: bool

    @property
    def twin(self) -> Pair:
        """The same pair in the program whose stores are all ordinary."""
        earlier: Earlier = "W" if self.earlier == "NT" else self.earlier
        later: Later = "W" if self.later == "NT" else self.later
        return Pair(earlier, later, self.overlap)


Question = tuple[Pair, frozenset[str] | None]


class Order:
    """The program order that a memory model keeps, asked lazily and remembered.

    `ask` decides one question: is the order of this pair kept, with a fence of these
    tags (None: nothing) between the two? It must answer no where it is in doubt.
    """

    def __init__(self, ask: Callable[[Pair, frozenset[str] | None], bool]) -> None:
        self._ask = ask
        self._answers: dict[Question, bool] = {}

    def kept(self, earlier: Earlier, later: Later, overlap: bool, fence: frozenset[str] | None) -> bool:
        """Whether the earlier access always takes effect before the later one.

        fence: the tags of a fence between the two; None where there is nothing. For a
        load after an overlapping store: whether the load sees the store.
        """
        question = (Pair(earlier, later, overlap), fence)
        answer = self._answers.get(question)
        if answer is None:
            answer = self._answers[question] = self._ask(*question)
        return answer

    def hazard(self, earlier: Earlier, later: Later, overlap: bool, fence: frozenset[str] | None) -> bool:
        """Whether ordinary stores keep the order of the pair, and these accesses do not."""
        pair = Pair(earlier, later, overlap)
        if pair.twin == pair:
            return False
        return self.kept(*pair.twin, fence) and not self.kept(*pair, fence)

    @property
    def answers(self) -> Mapping[Question, bool]:
        """Every question asked so far, with its answer."""
        return dict(self._answers)


def table(
    kept: Callable[[Pair], bool], fences: Mapping[frozenset[str], Callable[[Pair], bool]] | None = None
) -> Order:
    """An order given by rules instead of a cat file.

    kept: the pairs kept with nothing between; fences: for a fence's tags, the further
    pairs that such a fence keeps. A fence that is not listed orders nothing.
    """
    by_fence = fences or {}

    def ask(pair: Pair, fence: frozenset[str] | None) -> bool:
        return kept(pair) or (fence in by_fence and by_fence[fence](pair))

    return Order(ask)
