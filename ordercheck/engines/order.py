"""Which pairs of accesses of one CPU a memory model keeps in program order.

The unbounded engine needs no more of a model than this. It is not written down anywhere:
it is derived from the model's cat file, by asking the axiomatic engine about minimal
programs (`ordercheck.engines.probes`), one question at a time and only those that come up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from ordercheck.program.ir import LOCKED

Kind = Literal["R", "W", "NT", "X"]
"""R load, W ordinary store, NT non-temporal store, X locked read-modify-write."""

Tags = frozenset[str]
RMW_FENCE: Tags = frozenset({LOCKED})
"""As a fence: a locked read-modify-write of unrelated memory."""


class Pair(NamedTuple):
    """An earlier and a later access of one CPU: their kinds, and whether their bytes intersect."""

    earlier: Kind
    later: Kind
    overlap: bool

    @property
    def twin(self) -> Pair:
        """The same pair in the program whose stores are all ordinary."""
        return Pair(_ordinary(self.earlier), _ordinary(self.later), self.overlap)

    def __str__(self) -> str:
        return f"{self.earlier} before {self.later} {'to overlapping' if self.overlap else 'elsewhere'}"


def _ordinary(kind: Kind) -> Kind:
    return "W" if kind == "NT" else kind


class Question(NamedTuple):
    """Can the pair be seen out of order, with a fence of these tags (None: no fence) between the two?

    probe: in which of several surroundings.
    """

    pair: Pair
    fence: Tags | None
    probe: int


class Order:
    """The program order that a memory model keeps, asked lazily and remembered.

    seen: answers a question; it raises GaveOut where it cannot tell. probes: how many
    surroundings there are; in each the answer may differ, for a model whose order
    depends on what else is around. tells_nt: False for a model to which a non-temporal
    store is an ordinary one.
    """

    def __init__(self, seen: Callable[[Question], bool], probes: int = 1, tells_nt: bool = True) -> None:
        self._seen = seen
        self._probes = probes
        self._tells_nt = tells_nt
        self._answers: dict[Question, bool] = {}

    def _ask(self, pair: Pair, fence: Tags | None, probe: int) -> bool:
        question = Question(pair, fence, probe)
        answer = self._answers.get(question)
        if answer is None:
            answer = self._answers[question] = self._seen(question)
        return answer

    def kept(self, earlier: Kind, later: Kind, overlap: bool, fence: Tags | None) -> bool:
        """Whether the earlier access takes effect before the later one, whatever is around.

        fence: the tags of a fence between the two; None where there is none. Of a load
        after an overlapping store: whether it sees the store.
        """
        pair = Pair(earlier, later, overlap)
        return not any(self._ask(pair, fence, probe) for probe in range(self._probes))

    def hazard(self, earlier: Kind, later: Kind, overlap: bool, fence: Tags | None) -> bool:
        """Whether the pair can be seen out of order where ordinary stores can not."""
        pair = Pair(earlier, later, overlap)
        if pair.twin == pair or not self._tells_nt:
            return False
        return any(
            self._ask(pair, fence, probe) and not self._ask(pair.twin, fence, probe)
            for probe in range(self._probes)
        )

    @property
    def answers(self) -> Mapping[Question, bool]:
        """Every question asked so far, with its answer (True: seen out of order)."""
        return dict(self._answers)


def table(kept: Callable[[Pair], bool], fences: Mapping[Tags, Callable[[Pair], bool]] | None = None) -> Order:
    """An order given by rules instead of a cat file.

    kept: the pairs kept with nothing between; fences: for a fence's tags, the further
    pairs that such a fence keeps. A fence that is not listed orders nothing.
    """
    by_fence = fences or {}

    def seen(question: Question) -> bool:
        pair, fence, _ = question
        if kept(pair):
            return False
        return fence is None or fence not in by_fence or not by_fence[fence](pair)

    return Order(seen)
