"""The checks of a model as one Python function of rf, co and what else the model chooses.

The source is generated from the terms alone (numbers for names; nothing of the user's text
gets in). Row-by-row operations are fused into one comprehension, and the function returns
at the first check that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ordercheck.cat.terms import Check, Fixpoints, Term, below, ordered
from ordercheck.errors import GaveOut
from ordercheck.relations import explicit, order
from ordercheck.relations.events import MAX_ROUNDS

Function = Callable[..., int]

# parentheses this deep are given a variable
_DEEP = 24


def _least_fixpoint(step: Callable[..., tuple[object, ...]], start: tuple[object, ...]) -> tuple[object, ...]:
    for _ in range(MAX_ROUNDS):
        following = step(*start)
        if following == start:
            return following
        start = following
    raise GaveOut(f"a recursive definition of the model does not settle in {MAX_ROUNDS} rounds")


_FUNCTIONS: dict[str, object] = {
    "fixpoint": _least_fixpoint,
    "seq": explicit.seq,
    "seq_inverse": explicit.seq_inverse,
    "inverse": explicit.inverse,
    "plus": order.plus,
    "cross": explicit.cross,
    "ident": explicit.ident,
    "domain": explicit.domain,
    "range_": explicit.range_,
    "is_acyclic": order.is_acyclic,
    "mask": lambda n, members: explicit.cross(n, members, explicit.full(n)),
}


@dataclass(frozen=True, eq=False, slots=True)
class Compiled:
    """make(n, slots) is the function over n events; slots are the values of the static leaves."""

    make: Callable[[int, Sequence[object]], Function]
    source: str


def compile_checks(
    checks: Mapping[int, Check], fixpoints: Fixpoints, chosen: Sequence[str] = (), raised: bool = False
) -> Compiled:
    """A function of the rows of rf, co and the relations `chosen` (by name, in that order).

    Whether every check holds; or where `raised`, which of them hold: bit k for number k. A
    primitive called "#K" is slot K.
    """
    writer = _Writer(list(checks.values()), fixpoints, chosen, raised)
    for number, check in checks.items():
        writer.check(number, check)
    source = writer.source()
    namespace = dict(_FUNCTIONS)
    exec(compile(source, "<memory model>", "exec"), namespace)
    make = namespace["make"]
    assert callable(make)
    return Compiled(make, source)


class _Writer:
    def __init__(
        self, checks: Sequence[Check], fixpoints: Fixpoints, chosen: Sequence[str], raised: bool
    ) -> None:
        self._fixpoints, self._raised = fixpoints, raised
        self._arguments = {"rf": "rf", "co": "co", **{name: f"w{i}" for i, name in enumerate(chosen)}}
        self._lines: list[str] = []
        self._indent = ""
        self._fixed: dict[str, str] = {}
        self._variables: dict[Term, str] = {}
        self._count = 0
        self._uses: dict[Term, int] = {}
        for term in ordered([check.term for check in checks], fixpoints):
            for arg in below(term, fixpoints):
                self._uses[arg] = self._uses.get(arg, 0) + 1
        for check in checks:
            self._uses[check.term] = self._uses.get(check.term, 0) + 1
        self._depth: dict[Term, int] = {}

    def source(self) -> str:
        """The text of the module that defines make."""
        fixed = [f"    {name} = {value}" for name, value in self._fixed.items()]
        body = [f"        {line}" for line in self._lines]
        return "\n".join(
            [
                "def make(n, slots):",
                *fixed,
                f"    def checks({', '.join(self._arguments.values())}):",
                *(["        found = 0"] if self._raised else []),
                *body,
                f"        return {'found' if self._raised else 'True'}",
                "    return checks",
                "",
            ]
        )

    def check(self, number: int, check: Check) -> None:
        """Adds the lines that return False where the check does not hold, or note that it does."""
        self._prepare(check.term)
        term = check.term
        if check.test == "acyclic":
            holds = f"is_acyclic({self._list(term)})"
        elif term.kind == "set":
            holds = f"not {self._set(term)}"
        elif check.test == "empty":
            holds = f"not any({self._list(term)})"
        else:
            holds = f"not any({self._comprehension(term, f' & {self._row_of_id()}')})"
        if check.negated:
            holds = f"not ({holds})"
        if self._raised:
            self._line(f"if {holds}: found |= {1 << number}")
        else:
            self._line(f"if not ({holds}): return False")

    def _line(self, text: str) -> None:
        self._lines.append(self._indent + text)

    def _row_of_id(self) -> str:
        return self._loop(self._identity())

    def _identity(self) -> str:
        return self._constant("ID", "[1 << i for i in range(n)]")

    def _constant(self, name: str, value: str) -> str:
        self._fixed.setdefault(name, value)
        return name

    def _prepare(self, root: Term) -> None:
        """Gives a variable to each term below the root that is used twice, nested deep, or not row by row."""
        for term in _operands_first(root):
            if term in self._variables:
                continue
            if _is_leaf(term):
                self._leaf(term)
                continue
            if term.op == "fix":
                self._fixpoint(term)
                continue
            depth = 1 + max((self._depth.get(a, 0) for a in term.args), default=0)
            if term.kind == "set":
                self._assign(term, self._set_operation(term))
            elif not _row_by_row(term):
                if not self._joins_next(term):
                    self._assign(term, self._operation(term))
            elif self._uses[term] > 1 or (depth > _DEEP and term is not root):
                self._assign(term, self._comprehension(term))
            else:
                self._depth[term] = depth

    def _fixpoint(self, term: Term) -> None:
        """A function for one round over the bodies, and its iteration from nothing upwards."""
        bodies = self._fixpoints[term.rec]
        inner = [t for body in bodies for t in _operands_first(body)]
        waiting = _waiting(inner, self._fixpoints)
        for free in [t for t in inner if t not in waiting and not _is_leaf(t)]:
            # what does not change from round to round is computed before
            self._prepare(free)
            if free not in self._variables and not self._joins_next(free):
                self._assign(free, self._comprehension(free))
        outside = dict(self._variables)
        holes = {t.index: t for t in inner if t.op == "hole" and t.rec == term.rec}
        names = [f"h{term.rec}_{i}" for i in range(len(bodies))]
        for index, hole in holes.items():
            self._variables[hole] = names[index]
        function = f"f{self._count}"
        self._count += 1
        self._line(f"def {function}({', '.join(names)}):")
        outer, self._indent = self._indent, self._indent + "    "
        for body in bodies:
            self._prepare(body)
        results = [self._set(b) if b.kind == "set" else self._list(b) for b in bodies]
        self._line(f"return ({', '.join(results)},)")
        self._indent, self._variables = outer, outside
        start = ", ".join("0" if body.kind == "set" else "[0] * n" for body in bodies)
        self._assign(term, f"fixpoint({function}, ({start},))[{term.index}]")

    def _joins_next(self, term: Term) -> bool:
        """A mask where it stands in a composition, or one step with what follows it."""
        return term.op in ("ident", "inv")

    def _assign(self, term: Term, value: str) -> str:
        name = f"t{self._count}"
        self._count += 1
        self._variables[term] = name
        self._line(f"{name} = {value}")
        return name

    def _leaf(self, term: Term) -> None:
        if term.op == "prim" and term.name.startswith("#"):
            name = self._constant(f"s{term.name[1:]}", f"slots[{term.name[1:]}]")
        elif term.op == "prim" and term.name == "id":
            name = self._identity()
        elif term.op == "prim":
            name = self._arguments[term.name]
        else:
            full = "(1 << n) - 1" if term.op == "univ" else "0"
            name = self._constant(f"{term.op}_{term.kind}", full if term.kind == "set" else f"[{full}] * n")
        self._variables[term] = name

    def _list(self, term: Term) -> str:
        """An expression for the rows of a relation."""
        name = self._variables.get(term)
        if name is not None:
            return name
        if term.op == "ident":
            members = self._set(term.args[0])
            if _is_leaf(term.args[0]):
                return self._constant(f"d_{members}", f"ident(n, {members})")
            return self._assign(term, f"ident(n, {members})")
        if term.op == "inv":
            return self._assign(term, f"inverse({self._list(term.args[0])})")
        return self._comprehension(term)

    def _set(self, term: Term) -> str:
        return self._variables[term]

    def _set_operation(self, term: Term) -> str:
        args = term.args
        if term.op == "domain":
            return f"domain({self._list(args[0])})"
        if term.op == "range":
            return f"range_({self._list(args[0])})"
        names = [self._set(a) for a in args]
        if term.op == "comp":
            full = self._constant("univ_set", "(1 << n) - 1")
            return f"{full} & ~{names[0]}"
        return {"union": " | ", "inter": " & ", "diff": " & ~"}[term.op].join(names)

    def _operation(self, term: Term) -> str:
        args = term.args
        if term.op == "seq":
            left, right = args
            if left.op == "inv" and left not in self._variables and self._uses[left] == 1:
                return f"seq_inverse({self._list(left.args[0])}, {self._list(right)})"
            return f"seq({self._list(left)}, {self._list(right)})"
        if term.op == "plus":
            return f"plus({self._list(args[0])})"
        if term.op == "cross":
            return f"cross(n, {self._set(args[0])}, {self._set(args[1])})"
        raise AssertionError(f"a term of kind {term.op}")

    def _loop(self, name: str) -> str:
        return f"r_{name}"

    def _comprehension(self, term: Term, suffix: str = "") -> str:
        leaves: dict[str, None] = {}
        row = self._row(term, leaves) + suffix
        if suffix:
            leaves[self._identity()] = None
        names = list(leaves)
        loops = ", ".join(self._loop(name) for name in names)
        over = names[0] if len(names) == 1 else f"zip({', '.join(names)})"
        return f"[{row} for {loops} in {over}]"

    def _row(self, term: Term, leaves: dict[str, None]) -> str:
        """An expression for one row, with a loop variable for each list that it reads."""
        if term in self._variables or not _row_by_row(term):
            name = self._list(term)
            leaves[name] = None
            return self._loop(name)
        args = term.args
        if term.op == "seq":
            return self._masked(args[0], args[1], leaves)
        if term.op == "comp":
            full = self._constant("univ_set", "(1 << n) - 1")
            return f"({full} ^ {self._row(args[0], leaves)})"
        if term.op == "opt":
            leaves[self._identity()] = None
            return f"({self._row(args[0], leaves)} | {self._row_of_id()})"
        operator = {"union": " | ", "inter": " & ", "diff": " & ~"}[term.op]
        return f"({operator.join([self._row(a, leaves) for a in args])})"

    def _masked(self, left: Term, right: Term, leaves: dict[str, None]) -> str:
        if right.op == "ident":
            return f"({self._row(left, leaves)} & {self._set(right.args[0])})"
        members = left.args[0]
        name = f"m_{self._set(members)}"
        value = f"mask(n, {self._set(members)})"
        if _is_leaf(members):
            self._constant(name, value)
        else:
            self._line(f"{name} = {value}")
        leaves[name] = None
        return f"({self._row(right, leaves)} & {self._loop(name)})"


def _is_leaf(term: Term) -> bool:
    return term.op in ("prim", "empty", "univ")


def _operands_first(root: Term) -> list[Term]:
    """The terms under the root, arguments first; a fixpoint stands for itself."""
    return ordered([root], None)


def _waiting(terms: Sequence[Term], fixpoints: Fixpoints) -> set[Term]:
    """Of terms, arguments first, those with a variable of a fixpoint around them."""
    found: set[Term] = set()
    for term in terms:
        if term.op == "fix":
            inside = ordered(fixpoints[term.rec], fixpoints)
            if any(t.op == "hole" and t.rec != term.rec for t in inside):
                found.add(term)
        elif term.op == "hole" or any(arg in found for arg in term.args):
            found.add(term)
    return found


def _row_by_row(term: Term) -> bool:
    if term.op == "seq":
        return term.args[0].op == "ident" or term.args[1].op == "ident"
    return term.op in ("union", "inter", "diff", "comp", "opt")
