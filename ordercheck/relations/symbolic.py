"""The symbolic domain: membership of a pair in a relation as a literal.

Only what the bounds leave open gets a variable, and only where somebody asks: `pair` and
`member` work from the term towards its operands, pair by pair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ordercheck.errors import GaveOut
from ordercheck.relations.cnf import FALSE, TRUE, Cnf
from ordercheck.relations.explicit import Rows, bits, inverse
from ordercheck.relations.order import plus


class TermLike(Protocol):
    """What this room needs to know of a cat term (`ordercheck.cat.terms.Term`)."""

    @property
    def op(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def rec(self) -> int: ...
    @property
    def index(self) -> int: ...
    @property
    def args(self) -> tuple[TermLike, ...]: ...


class Symbolic:
    """Literals for the members of terms.

    bounds maps each term to its (may, must): rows for a relation, a mask for a set.
    base gives the literals of the undecided pairs of the primitive relations (rf, co).
    The result is exact where a term occurs in a check that must hold; a least fixpoint
    other than a closure that occurs under a difference or complement is refused with GaveOut.
    """

    def __init__(
        self,
        cnf: Cnf,
        bounds: Mapping[Any, tuple[object, object]],
        fixpoints: Mapping[int, Sequence[TermLike]],
        base: Mapping[str, Mapping[tuple[int, int], int]],
    ) -> None:
        self.cnf, self.bounds, self.fixpoints, self.base = cnf, bounds, fixpoints, base
        self._memo: dict[tuple[object, int, int, bool], int] = {}
        self._columns: dict[TermLike, list[int]] = {}
        self._reached: dict[TermLike, Rows] = {}
        self._pending: list[tuple[TermLike, int, int, int]] = []

    def pair(self, term: TermLike, i: int, j: int) -> int:
        """The literal of (i, j) in the relation."""
        result = self._pair(term, i, j, True)
        self._finish()
        return result

    def member(self, term: TermLike, i: int) -> int:
        """The literal of i in the set."""
        result = self._member(term, i, True)
        self._finish()
        return result

    def certain_pair(self, term: TermLike, i: int, j: int) -> int:
        """A literal that implies that (i, j) is in the relation, and can hold where it is."""
        result = self._pair(term, i, j, False)
        self._finish()
        return result

    def certain_member(self, term: TermLike, i: int) -> int:
        """A literal that implies that i is in the set, and can hold where it is."""
        result = self._member(term, i, False)
        self._finish()
        return result

    def certain_cycle(self, term: TermLike, i: int) -> int:
        """A literal that implies that the relation has a cycle through i, and can hold where it has."""
        result = self._doubled(term, i, i, (len(self.rows(term)[0]) - 1).bit_length())
        self._finish()
        return result

    def rows(self, term: TermLike) -> tuple[Rows, Rows]:
        """The (may, must) rows of a relation."""
        return self.bounds[term]  # type: ignore[return-value]  # a relation's bounds are rows

    def _mask(self, term: TermLike) -> tuple[int, int]:
        return self.bounds[term]  # type: ignore[return-value]  # a set's bounds are masks

    def _column(self, term: TermLike, j: int) -> int:
        columns = self._columns.get(term)
        if columns is None:
            columns = self._columns[term] = inverse(self.rows(term)[0])
        return columns[j]

    def _pair(self, term: TermLike, i: int, j: int, positive: bool) -> int:
        may, must = self.rows(term)
        if not may[i] >> j & 1:
            return FALSE
        if must[i] >> j & 1:
            return TRUE
        # a hole stands for its fixpoint; a closure is exact in one polarity only
        rec = (term.rec, term.index) if term.op in ("fix", "hole") else term
        key = (rec, i, j, positive)
        found = self._memo.get(key)
        if found is None:
            found = self._define(term, i, j, positive)
            self._memo[key] = found
        return found

    def _define(self, term: TermLike, i: int, j: int, positive: bool) -> int:
        args = term.args
        match term.op:
            case "prim":
                return self.base[term.name][i, j]
            case "union":
                return self.cnf.disj([self._pair(a, i, j, positive) for a in args])
            case "inter":
                return self.cnf.conj([self._pair(a, i, j, positive) for a in args])
            case "diff":
                return self.cnf.conj(
                    [self._pair(args[0], i, j, positive), -self._pair(args[1], i, j, not positive)]
                )
            case "comp":
                return -self._pair(args[0], i, j, not positive)
            case "inv":
                return self._pair(args[0], j, i, positive)
            case "opt":
                return self._pair(args[0], i, j, positive)
            case "seq":
                return self._sequence(args[0], args[1], i, j, positive)
            case "cross":
                return self.cnf.conj([self._member(args[0], i, positive), self._member(args[1], j, positive)])
            case "ident":
                return self._member(args[0], i, positive)
            case "plus" | "star" | "fix" | "hole":
                return self._closure(term, i, j, positive)
        raise GaveOut(f"the solver does not take the cat construct {term.op}")

    def _sequence(self, a: TermLike, b: TermLike, i: int, j: int, positive: bool) -> int:
        if a.op == "ident":
            return self.cnf.conj([self._member(a.args[0], i, positive), self._pair(b, i, j, positive)])
        if b.op == "ident":
            return self.cnf.conj([self._pair(a, i, j, positive), self._member(b.args[0], j, positive)])
        middle = self.rows(a)[0][i] & self._column(b, j)
        return self.cnf.disj(
            [
                self.cnf.conj([self._pair(a, i, k, positive), self._pair(b, k, j, positive)])
                for k in bits(middle)
            ]
        )

    def _member(self, term: TermLike, i: int, positive: bool) -> int:
        may, must = self._mask(term)
        if not may >> i & 1:
            return FALSE
        if must >> i & 1:
            return TRUE
        args = term.args
        match term.op:
            case "union":
                return self.cnf.disj([self._member(a, i, positive) for a in args])
            case "inter":
                return self.cnf.conj([self._member(a, i, positive) for a in args])
            case "diff":
                return self.cnf.conj(
                    [self._member(args[0], i, positive), -self._member(args[1], i, not positive)]
                )
            case "comp":
                return -self._member(args[0], i, not positive)
            case "domain":
                return self.cnf.disj(
                    [self._pair(args[0], i, j, positive) for j in bits(self.rows(args[0])[0][i])]
                )
            case "range":
                return self.cnf.disj(
                    [self._pair(args[0], j, i, positive) for j in bits(self._column(args[0], i))]
                )
        raise GaveOut(f"the solver does not take the cat construct {term.op}")

    def _closure(self, term: TermLike, i: int, j: int, positive: bool) -> int:
        if not positive and term.op in ("plus", "star"):
            return self._doubled(term.args[0], i, j, (len(self.rows(term)[0]) - 1).bit_length())
        # A variable that its definition implies, not the reverse: a check that holds with
        # some relation closed under the definition holds with the least one too, since
        # checks are antitone in terms that occur positively.
        if not positive:
            raise GaveOut("the solver does not take a recursion under a difference or complement")
        literal = self.cnf.fresh()
        self._pending.append((term, i, j, literal))
        return literal

    def _doubled(self, base: TermLike, i: int, j: int, level: int) -> int:
        """The literal of a path of at most 2 ^ level steps of the relation `base` from i to j."""
        reach = self._reach(base)
        if not reach[i] >> j & 1:
            return FALSE
        if level == 0:
            return self._pair(base, i, j, False)
        key = ((base, level), i, j, False)
        found = self._memo.get(key)
        if found is None:
            halves = [
                self.cnf.conj([self._doubled(base, i, k, level - 1), self._doubled(base, k, j, level - 1)])
                for k in bits(reach[i])
                if reach[k] >> j & 1
            ]
            found = self.cnf.disj([self._doubled(base, i, j, level - 1), *halves])
            self._memo[key] = found
        return found

    def _reach(self, base: TermLike) -> Rows:
        """Where a path of the relation can lead at most."""
        found = self._reached.get(base)
        if found is None:
            found = self._reached[base] = plus(self.rows(base)[0])
        return found

    def _finish(self) -> None:
        while self._pending:
            term, i, j, literal = self._pending.pop()
            if term.op in ("fix", "hole"):
                body = self.fixpoints[term.rec][term.index]
                self.cnf.add(-self._pair(body, i, j, True), literal)
                continue
            # r+ = r | r; r+, and r* takes the same way: its reflexive pairs are certain
            base = term.args[0]
            self.cnf.add(-self._pair(base, i, j, True), literal)
            for k in bits(self.rows(base)[0][i]):
                if k != j or i != j:
                    first, rest = self._pair(base, i, k, True), self._pair(term, k, j, True)
                    self.cnf.add(-first, -rest, literal)
