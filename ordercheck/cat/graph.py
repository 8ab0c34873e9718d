"""Building terms: equal terms become one object, and what is plainly simpler is made simple.

The rewritings are identities of the relation calculus. Besides saving work they put what
does not depend on rf and co together, so that it is computed once for all candidates, and
turn r & (S * T) into [S]; r; [T], which every domain does as a mask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ordercheck.cat.terms import Term, is_chosen
from ordercheck.relations.domain import Kind

# compositions are flattened up to this many factors: shared ones could double at each use
_MAX_FACTORS = 64
# a composition of more relations that are chosen is not taken apart again where it is used
_SHARED = 2
_SYMMETRIC = frozenset({"loc", "int", "ext", "si", "id", "differ"})
_Key = tuple[str, Kind, tuple[int, ...], str, int, int]


class Graph:
    """Makes the terms of one model."""

    def __init__(self) -> None:
        self._terms: dict[_Key, Term] = {}
        self._serial: dict[Term, int] = {}
        self._static: dict[Term, bool] = {}
        self._moving: dict[Term, bool] = {}  # depends on a choice; a hole by itself does not
        self._holes: dict[Term, frozenset[tuple[int, int]]] = {}
        self._length: dict[Term, int] = {}  # factors of a composition
        self.id = self.primitive("rel", "id")

    def _make(
        self,
        op: str,
        kind: Kind,
        args: tuple[Term, ...] = (),
        name: str = "",
        rec: int = -1,
        index: int = 0,
        holes: frozenset[tuple[int, int]] = frozenset(),
        moving: bool = False,
    ) -> Term:
        key = (op, kind, tuple([self._serial[a] for a in args]), name, rec, index)
        term = self._terms.get(key)
        if term is None:
            term = self._terms[key] = Term(op, kind, args, name, rec, index)
            self._serial[term] = len(self._serial)
            moving |= op == "prim" and kind == "rel" and is_chosen(name)
            self._moving[term] = moving or any(self._moving[a] for a in args)
            length = sum(self._length[a] for a in args) if op == "seq" else 1
            self._length[term] = min(length, _MAX_FACTORS + 1)
            self._holes[term] = holes.union(*[self._holes[a] for a in args])
            self._static[term] = not self._moving[term] and not self._holes[term]
        return term

    def holes(self, term: Term) -> frozenset[tuple[int, int]]:
        """The variables of fixpoints that occur free in the term: (fixpoint, number)."""
        return self._holes[term]

    def mentions(self, term: Term, hole: Term) -> bool:
        """The variable of a fixpoint occurs free in the term."""
        return (hole.rec, hole.index) in self._holes[term]

    def is_static(self, term: Term) -> bool:
        """The term depends on no choice and has no free variable."""
        return self._static[term]

    def is_moving(self, term: Term) -> bool:
        """The term depends on rf, co or another choice."""
        return self._moving[term]

    def owns(self, term: Term) -> bool:
        """The term was made here."""
        return term in self._serial

    def primitive(self, kind: Kind, name: str) -> Term:
        """A primitive set or relation."""
        return self._make("prim", kind, name=name)

    def empty(self, kind: Kind) -> Term:
        """Nothing."""
        return self._make("empty", kind)

    def universe(self, kind: Kind) -> Term:
        """Every event, or every pair."""
        return self._make("univ", kind)

    def hole(self, rec: int, index: int, kind: Kind) -> Term:
        """The variable of component `index` of fixpoint `rec`, inside its bodies."""
        return self._make("hole", kind, rec=rec, index=index, holes=frozenset({(rec, index)}))

    def fixpoint(self, rec: int, index: int, kind: Kind, bodies: Iterable[Term]) -> Term:
        """Component `index` of the least fixpoint of the bodies."""
        bodies = list(bodies)
        free = frozenset[tuple[int, int]]().union(*[self._holes[body] for body in bodies])
        outer = frozenset(variable for variable in free if variable[0] != rec)
        moving = any(self._moving[body] for body in bodies)
        return self._make("fix", kind, rec=rec, index=index, holes=outer, moving=moving)

    def union(self, *args: Term) -> Term:
        """a | b | ..."""
        kind = args[0].kind
        flat = self._flatten("union", args)
        if any(a.op == "univ" for a in flat):
            return self.universe(kind)
        return self._grouped("union", kind, [a for a in flat if a.op != "empty"], self.empty)

    def inter(self, *args: Term) -> Term:
        """a & b & ..."""
        kind = args[0].kind
        flat = self._flatten("inter", args)
        if any(a.op == "empty" for a in flat):
            return self.empty(kind)
        flat = [a for a in flat if a.op != "univ"]
        crosses = [a for a in flat if a.op == "cross"]
        others = [a for a in flat if a.op != "cross"]
        if len(crosses) > 1 or (crosses and others):
            first = self.inter(*[c.args[0] for c in crosses])
            second = self.inter(*[c.args[1] for c in crosses])
            if not others:
                return self.cross(first, second)
            return self.seq(self.ident(first), self.inter(*others), self.ident(second))
        negated = [a for a in flat if a.op == "comp"]
        positive = [a for a in flat if a.op != "comp"]
        if negated and positive:
            return self.diff(self.inter(*positive), self.union(*[a.args[0] for a in negated]))
        return self._grouped("inter", kind, flat, self.universe)

    def parts(self, term: Term) -> list[Term]:
        """t1, t2, ... where the term is t1 | t2 | ..."""
        return self._flatten("union", [term])

    def _flatten(self, op: str, args: Iterable[Term]) -> list[Term]:
        found: dict[Term, None] = {}
        stack = list(args)[::-1]
        while stack:
            term = stack.pop()
            if term.op == op:
                stack.extend(term.args[::-1])
            else:
                found[term] = None
        return list(found)

    def _grouped(self, op: str, kind: Kind, args: list[Term], neutral: Callable[[Kind], Term]) -> Term:
        """An n-ary term, with all static operands as one of them."""
        args.sort(key=self._serial.__getitem__)
        if len(args) < 2:
            return args[0] if args else neutral(kind)
        fixed = [a for a in args if self._static[a]]
        if 1 < len(fixed) < len(args):
            together = self._make(op, kind, tuple(fixed))
            args = [a for a in args if not self._static[a]] + [together]
        return self._make(op, kind, tuple(args))

    def diff(self, a: Term, b: Term) -> Term:
        """a \\ b."""
        if a is b or a.op == "empty" or b.op == "univ" or a in self._flatten("union", [b]):
            return self.empty(a.kind)
        if b.op == "empty":
            return a
        if a.op == "univ":
            return self.comp(b)
        if b.op == "comp":
            return self.inter(a, b.args[0])
        if b.op == "inter":
            others = self._flatten("inter", [b])
            if a in others:
                return self.diff(a, self.inter(*[x for x in others if x is not a]))
        if a.op == "diff" and self._static[b] and self._static[a.args[1]]:
            return self.diff(a.args[0], self.union(a.args[1], b))
        return self._make("diff", a.kind, (a, b))

    def comp(self, a: Term) -> Term:
        """~a."""
        if a.op == "comp":
            return a.args[0]
        if a.op == "empty":
            return self.universe(a.kind)
        return self.empty(a.kind) if a.op == "univ" else self._make("comp", a.kind, (a,))

    def seq(self, *args: Term) -> Term:
        """a; b; ..., with sets in brackets moved onto the relation that they restrict."""
        factors: list[Term] = []
        for factor in [factor for a in args for factor in self._joined(a)]:
            if factor.op == "empty":
                return factor
            if factor is self.id:
                continue
            if factor.op == "ident" and factors and factors[-1].op == "ident":
                factor = self.ident(self.inter(factors.pop().args[0], factor.args[0]))
                if factor.op == "empty":
                    return factor
            factors.append(factor)
        return self._restricted(self._around_holes(factors))

    def _joined(self, term: Term) -> list[Term]:
        """The factors of a composition, or itself where it is worth being computed once for all uses."""
        if self._holes[term] and term.op == "seq":
            return [factor for arg in term.args for factor in self._joined(arg)]
        found = self.factors(term)
        changing = [f for f in found if not self._static[f] and f.op != "ident"]
        return [term] if len(changing) > _SHARED else found

    def _around_holes(self, factors: list[Term]) -> list[Term]:
        """What stands between the variables of a fixpoint as one factor: it is the same in each round."""
        if not any(self._holes[f] for f in factors):
            return factors
        found: list[Term] = []
        run: list[Term] = []
        for factor in factors:
            if self._holes[factor]:
                found += [self._restricted(run), factor] if run else [factor]
                run = []
            else:
                run.append(factor)
        return [*found, self._restricted(run)] if run else found

    def _restricted(self, factors: list[Term]) -> Term:
        """The composition of factors, each set in brackets joined to what stands before it."""
        if not factors:
            return self.id
        result = factors[0]
        position = 1
        while position < len(factors):
            right = factors[position]
            position += 1
            if position < len(factors) and factors[position].op == "ident" and right.op != "ident":
                right = self._make("seq", "rel", (right, factors[position]))
                position += 1
            result = self._pair(result, right)
        return result

    def factors(self, term: Term) -> list[Term]:
        """t1, t2, ... where the term is t1; t2; ...; a very long composition counts as one."""
        if self._length[term] > _MAX_FACTORS:
            return [term]
        found: list[Term] = []
        stack = [term]
        while stack:
            factor = stack.pop()
            if factor.op == "seq":
                stack.extend((factor.args[1], factor.args[0]))
            else:
                found.append(factor)
        return found

    def _pair(self, a: Term, b: Term) -> Term:
        # (d | s); t with s and t static: s; t is computed once for all candidates
        if a.op == "union" and self._static[b] and b.op != "ident":
            fixed = [x for x in a.args if self._static[x]]
            if fixed and len(fixed) < len(a.args):
                rest = self.union(*[x for x in a.args if not self._static[x]])
                return self.union(self.seq(rest, b), self.seq(self.union(*fixed), b))
        if b.op == "union" and self._static[a] and a.op != "ident":
            fixed = [x for x in b.args if self._static[x]]
            if fixed and len(fixed) < len(b.args):
                rest = self.union(*[x for x in b.args if not self._static[x]])
                return self.union(self.seq(a, rest), self.seq(a, self.union(*fixed)))
        return self._make("seq", "rel", (a, b))

    def inverse(self, a: Term) -> Term:
        """a^-1."""
        if a.op in ("empty", "univ", "ident") or (a.op == "prim" and a.name in _SYMMETRIC):
            return a
        if a.op == "inv":
            return a.args[0]
        return self.cross(a.args[1], a.args[0]) if a.op == "cross" else self._make("inv", "rel", (a,))

    def cross(self, a: Term, b: Term) -> Term:
        """a * b."""
        if a.op == "empty" or b.op == "empty":
            return self.empty("rel")
        if a.op == "univ" and b.op == "univ":
            return self.universe("rel")
        return self._make("cross", "rel", (a, b))

    def ident(self, a: Term) -> Term:
        """[a]."""
        if a.op == "empty":
            return self.empty("rel")
        return self.id if a.op == "univ" else self._make("ident", "rel", (a,))

    def plus(self, a: Term) -> Term:
        """a^+."""
        if a.op in ("empty", "univ", "ident", "plus") or a is self.id or _is_transitive(a):
            return a
        if a.op == "opt":
            return self.opt(self.plus(a.args[0]))
        return self._make("plus", "rel", (a,))

    def star(self, a: Term) -> Term:
        """a^*."""
        return self.opt(self.plus(a))

    def opt(self, a: Term) -> Term:
        """a?."""
        if a.op in ("empty", "ident"):
            return self.id
        if a.op in ("univ", "opt") or a is self.id:
            return a
        return self._make("opt", "rel", (a,))

    def domain(self, a: Term) -> Term:
        """domain(a)."""
        if a.op == "inv":
            return self.range(a.args[0])
        return self._side(a) or self._make("domain", "set", (a,))

    def range(self, a: Term) -> Term:
        """range(a)."""
        if a.op == "inv":
            return self.domain(a.args[0])
        return self._side(a) or self._make("range", "set", (a,))

    def _side(self, a: Term) -> Term | None:
        if a.op == "empty":
            return self.empty("set")
        if a is self.id or a.op in ("opt", "univ"):
            return self.universe("set")
        return a.args[0] if a.op == "ident" else None


def _is_transitive(a: Term) -> bool:
    return a.op == "prim" and a.kind == "rel" and a.name == "co"
