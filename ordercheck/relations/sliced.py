"""Many candidate executions at once: each pair of a relation with the executions that have it.

The executions of one event structure differ in few pairs. A relation is kept as the pairs
that all of them have (bitsets, as in `explicit`) and the open ones, each with a mask: bit k
for the k-th execution. An operation then costs about what it costs for one execution, and a
little for each open pair, however many executions there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ordercheck.errors import GaveOut
from ordercheck.relations import explicit
from ordercheck.relations.domain import Kind
from ordercheck.relations.events import MAX_ROUNDS
from ordercheck.relations.explicit import Rows, bits, full

Open = list[dict[int, int]]


class Sliced:
    """A relation: the pairs that every execution has, and for each row the open ones with their masks.

    A set has one row. No mask is 0 or all executions; no pair is both sure and open.
    """

    __slots__ = ("open", "sure")

    def __init__(self, sure: list[int], open_: Open) -> None:
        self.sure, self.open = sure, open_


class SlicedDomain:
    """Sets and relations of `count` executions over n events.

    known maps the names of primitives to what they are in every execution; rows and open
    pairs of those that differ are in `chosen`.
    """

    def __init__(
        self,
        n: int,
        count: int,
        known: Mapping[str, int | Rows],
        chosen: Mapping[str, Sliced],
    ) -> None:
        self.n, self._known, self._chosen = n, known, chosen
        self.every = (1 << count) - 1
        self._closures: dict[int, tuple[Sliced, Sliced]] = {}

    # checks

    def cyclic(self, a: Sliced) -> int:
        """The executions in which the relation has a cycle."""
        return self.reflexive(self.plus(a))

    def reflexive(self, a: Sliced) -> int:
        """The executions in which an event is related to itself."""
        found = 0
        for i, (sure, row) in enumerate(zip(a.sure, a.open, strict=True)):
            if sure >> i & 1:
                return self.every
            found |= row.get(i, 0)
        return found

    def inhabited(self, a: Sliced) -> int:
        """The executions in which a set or relation is not empty."""
        if any(a.sure):
            return self.every
        found = 0
        for row in a.open:
            for mask in row.values():
                found |= mask
        return found

    # values

    def primitive(self, kind: Kind, name: str) -> Sliced:
        """A set or relation of the structure, or one that is chosen."""
        chosen = self._chosen.get(name)
        if chosen is not None:
            return chosen
        if name == "id" and name not in self._known:
            return self._static(explicit.identity(self.n))
        value = self._known[name]
        return self._static([value] if isinstance(value, int) else list(value))

    def _static(self, rows: list[int]) -> Sliced:
        return Sliced(rows, [{} for _ in rows])

    def empty(self, kind: Kind) -> Sliced:
        """Nothing."""
        return self._static([0] * (self.n if kind == "rel" else 1))

    def universe(self, kind: Kind) -> Sliced:
        """Every event, or every pair."""
        return self._static([full(self.n)] * (self.n if kind == "rel" else 1))

    def union(self, kind: Kind, values: Sequence[Sliced]) -> Sliced:
        """What is in any of them."""
        first, *others = values
        sure, open_ = first.sure, first.open
        for other in others:
            sure = [a | b for a, b in zip(sure, other.sure, strict=True)]
            open_ = [_either(a, b) if a and b else a or b for a, b in zip(open_, other.open, strict=True)]
        return self._settled(sure, open_)

    def _settled(self, sure: list[int], open_: Open) -> Sliced:
        """Moves to `sure` what all executions have, and drops from `open` what is sure."""
        result = []
        every, copied = self.every, False
        for i, row in enumerate(open_):
            if row:
                have = sure[i]
                kept = {}
                for j, mask in row.items():
                    if not have >> j & 1:
                        if mask == every:
                            if not copied:
                                sure, copied = list(sure), True
                            sure[i] |= 1 << j
                        else:
                            kept[j] = mask
                row = kept
            result.append(row)
        return Sliced(sure, result)

    def inter(self, kind: Kind, values: Sequence[Sliced]) -> Sliced:
        """What is in all of them."""
        result, *others = values
        for other in others:
            rows = zip(result.sure, result.open, other.sure, other.open, strict=True)
            open_ = [_both(a, x, b, y) for a, x, b, y in rows]
            sure = [a & b for a, b in zip(result.sure, other.sure, strict=True)]
            result = Sliced(sure, open_)
        return result

    def diff(self, kind: Kind, a: Sliced, b: Sliced) -> Sliced:
        """What is in a and not in b."""
        every = self.every
        sure, open_ = [], []
        for s, x, t, y in zip(a.sure, a.open, b.sure, b.open, strict=True):
            row = {}
            for j, mask in x.items():
                if not t >> j & 1:
                    left = mask & ~y.get(j, 0)
                    if left:
                        row[j] = left
            left_sure = s & ~t
            for j, mask in y.items():
                if left_sure >> j & 1:
                    left_sure ^= 1 << j
                    row[j] = every ^ mask
            sure.append(left_sure)
            open_.append(row)
        return Sliced(sure, open_)

    def comp(self, kind: Kind, a: Sliced) -> Sliced:
        """What is not in a."""
        return self.diff(kind, self.universe(kind), a)

    def seq(self, a: Sliced, b: Sliced) -> Sliced:
        """a; b."""
        sure = explicit.seq(a.sure, b.sure)
        every = self.every
        opens = sum(1 << i for i, row in enumerate(b.open) if row)
        starts = opens | sum(1 << i for i, row in enumerate(b.sure) if row)
        result = []
        for i, x in enumerate(a.open):
            row: dict[int, int] = {}
            have = sure[i]
            for m in bits(a.sure[i] & opens):
                for j, mask in b.open[m].items():
                    if not have >> j & 1:
                        row[j] = row.get(j, 0) | mask
            for m, first in x.items():
                if not starts >> m & 1:
                    continue
                for j in bits(b.sure[m] & ~have):
                    row[j] = row.get(j, 0) | first
                for j, mask in b.open[m].items():
                    both = mask & first
                    if both and not have >> j & 1:
                        row[j] = row.get(j, 0) | both
            if row:
                full_ = [j for j, mask in row.items() if mask == every]
                for j in full_:
                    del row[j]
                    sure[i] |= 1 << j
            result.append(row)
        return Sliced(sure, result)

    def before(self, members: Sliced, a: Sliced) -> Sliced:
        """[members]; a."""
        inside, chosen = members.sure[0], members.open[0]
        sure = [row if inside >> i & 1 else 0 for i, row in enumerate(a.sure)]
        open_ = [row if inside >> i & 1 else {} for i, row in enumerate(a.open)]
        for i, mask in chosen.items():
            row = dict.fromkeys(bits(a.sure[i]), mask)
            row.update((j, both) for j, other in a.open[i].items() if (both := mask & other))
            open_[i] = row
        return Sliced(sure, open_)

    def after(self, a: Sliced, members: Sliced) -> Sliced:
        """a; [members]."""
        inside, chosen = members.sure[0], members.open[0]
        return Sliced(
            [row & inside for row in a.sure],
            [
                _both(row, x, inside, chosen) if x or chosen else x
                for row, x in zip(a.sure, a.open, strict=True)
            ],
        )

    def inverse(self, a: Sliced) -> Sliced:
        """a^-1."""
        open_: Open = [{} for _ in range(self.n)]
        for i, row in enumerate(a.open):
            for j, mask in row.items():
                open_[j][i] = mask
        return Sliced(explicit.inverse(a.sure), open_)

    def cross(self, a: Sliced, b: Sliced) -> Sliced:
        """All pairs from the set a to the set b."""
        one = self._static(explicit.cross(self.n, full(self.n), full(self.n)))
        return self.after(self.before(a, one), b)

    def ident(self, a: Sliced) -> Sliced:
        """[a]."""
        open_: Open = [{} for _ in range(self.n)]
        for i, mask in a.open[0].items():
            open_[i][i] = mask
        return Sliced(explicit.ident(self.n, a.sure[0]), open_)

    def plus(self, a: Sliced) -> Sliced:
        """a^+, by elimination of one event after another."""
        known = self._closures.get(id(a))
        if known is not None:
            return known[1]
        sure, open_ = list(a.sure), [dict(row) for row in a.open]
        every = self.every
        for k in range(self.n):
            through, chosen = sure[k], dict(open_[k])
            if not through and not chosen:
                continue
            for i in range(self.n):
                mask = every if sure[i] >> k & 1 else open_[i].get(k, 0)
                if mask == every:
                    _join_sure(sure, open_, i, through, chosen, every)
                elif mask:
                    _join_open(sure, open_, i, through, chosen, mask, every)
        result = Sliced(sure, open_)
        self._closures[id(a)] = a, result
        return result

    def star(self, a: Sliced) -> Sliced:
        """a^*."""
        return self.opt(self.plus(a))

    def opt(self, a: Sliced) -> Sliced:
        """a?."""
        sure = [row | 1 << i for i, row in enumerate(a.sure)]
        return Sliced(
            sure,
            [{j: m for j, m in row.items() if j != i} if i in row else row for i, row in enumerate(a.open)],
        )

    def domain(self, a: Sliced) -> Sliced:
        """The set of events from which a leads."""
        sure, row = 0, {}
        for i, (have, open_) in enumerate(zip(a.sure, a.open, strict=True)):
            if have:
                sure |= 1 << i
            elif open_:
                mask = 0
                for other in open_.values():
                    mask |= other
                row[i] = mask
        return self._settled([sure], [row])

    def range(self, a: Sliced) -> Sliced:
        """The set of events to which a leads."""
        row: dict[int, int] = {}
        for open_ in a.open:
            for j, mask in open_.items():
                row[j] = row.get(j, 0) | mask
        return self._settled([explicit.range_(a.sure)], [row])

    def fixpoint(self, kinds: Sequence[Kind], step: Callable[[list[Sliced]], list[Sliced]]) -> list[Sliced]:
        """The least fixpoint, from nothing upwards."""
        values = [self.empty(kind) for kind in kinds]
        for _ in range(MAX_ROUNDS):
            following = step(values)
            pairs = zip(values, following, strict=True)
            if all(a.sure == b.sure and a.open == b.open for a, b in pairs):
                return following
            values = following
        raise GaveOut(f"a recursive definition of the model does not settle in {MAX_ROUNDS} rounds")


def _either(a: dict[int, int], b: dict[int, int]) -> dict[int, int]:
    result = dict(a)
    for j, mask in b.items():
        result[j] = result.get(j, 0) | mask
    return result


def _both(a: int, x: dict[int, int], b: int, y: dict[int, int]) -> dict[int, int]:
    """The open part of the intersection of two rows (sure a, open x) and (sure b, open y)."""
    row = {}
    for j, mask in x.items():
        if b >> j & 1:
            row[j] = mask
        elif (other := y.get(j)) is not None and (common := mask & other):
            row[j] = common
    for j, mask in y.items():
        if a >> j & 1:
            row[j] = mask
    return row


def _join_sure(
    sure: list[int], open_: Open, i: int, through: int, chosen: dict[int, int], every: int
) -> None:
    """Row i gets all of a row."""
    row = open_[i]
    have = sure[i] | through
    if row and through & ~sure[i]:
        for j in [j for j in row if have >> j & 1]:
            del row[j]
    for j, mask in chosen.items():
        if not have >> j & 1:
            mask |= row.get(j, 0)
            if mask == every:
                have |= 1 << j
                row.pop(j, None)
            else:
                row[j] = mask
    sure[i] = have


def _join_open(
    sure: list[int], open_: Open, i: int, through: int, chosen: dict[int, int], where: int, every: int
) -> None:
    """Row i gets a row in the executions of a mask."""
    row, have = open_[i], sure[i]
    for j in bits(through & ~have):
        mask = row.get(j, 0) | where
        if mask == every:
            have |= 1 << j
            row.pop(j, None)
        else:
            row[j] = mask
    for j, other in chosen.items():
        common = other & where
        if common and not have >> j & 1:
            mask = row.get(j, 0) | common
            if mask == every:
                have |= 1 << j
                row.pop(j, None)
            else:
                row[j] = mask
    sure[i] = have


def sliced(n: int, executions: Sequence[Rows]) -> Sliced:
    """A relation that differs between executions, from its rows in each of them."""
    every = (1 << len(executions)) - 1
    found: list[dict[int, int]] = [{} for _ in range(n)]
    sure = [full(n)] * n
    for rows in executions:
        sure = [a & b for a, b in zip(sure, rows, strict=True)]
    for k, rows in enumerate(executions):
        bit = 1 << k
        for i, row in enumerate(rows):
            row &= ~sure[i]
            if row:
                mine = found[i]
                for j in bits(row):
                    mine[j] = mine.get(j, 0) | bit
    assert all(mask != every for row in found for mask in row.values())
    return Sliced(sure, found)
