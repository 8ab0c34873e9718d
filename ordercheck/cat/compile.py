"""The checks of a model as one Python function of rf and co.

The source is generated from the terms alone (numbers for names; nothing of the user's text
gets in). Row-by-row operations are fused into one comprehension, and the function returns
at the first check that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ordercheck.cat.terms import Check, Term, ordered
from ordercheck.relations import explicit, order
from ordercheck.relations.explicit import Rows

Allowed = Callable[[Rows, Rows], bool]

# parentheses this deep are given a variable
_DEEP = 24
_FUNCTIONS: dict[str, object] = {
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
    """make(n, slots) is the check function over n events; slots are the values of the static leaves."""

    make: Callable[[int, Sequence[object]], Allowed]
    source: str


def compile_checks(checks: Sequence[Check]) -> Compiled:
    """The conjunction of the checks as a function of the rows of rf and co.

    Their terms have no fixpoints; a primitive called "#K" is slot K.
    """
    writer = _Writer(checks)
    for check in checks:
        writer.check(check)
    source = writer.source()
    namespace = dict(_FUNCTIONS)
    exec(compile(source, "<memory model>", "exec"), namespace)
    make = namespace["make"]
    assert callable(make)
    return Compiled(make, source)


class _Writer:
    def __init__(self, checks: Sequence[Check]) -> None:
        self._lines: list[str] = []
        self._fixed: dict[str, str] = {}
        self._variables: dict[Term, str] = {}
        self._uses: dict[Term, int] = {}
        for term in ordered([check.term for check in checks], {}):
            for arg in term.args:
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
                "    def allowed(rf, co):",
                *body,
                "        return True",
                "    return allowed",
                "",
            ]
        )

    def check(self, check: Check) -> None:
        """Adds the lines that return False where the check does not hold."""
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
        self._lines.append(f"if {holds if check.negated else f'not {holds}'}: return False")

    def _row_of_id(self) -> str:
        return self._loop(self._identity())

    def _identity(self) -> str:
        return self._constant("ID", "[1 << i for i in range(n)]")

    def _constant(self, name: str, value: str) -> str:
        self._fixed.setdefault(name, value)
        return name

    def _prepare(self, root: Term) -> None:
        """Gives a variable to each term below the root that is used twice, nested deep, or not row by row."""
        for term in ordered([root], {}):
            if term in self._variables:
                continue
            if _is_leaf(term):
                self._leaf(term)
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

    def _joins_next(self, term: Term) -> bool:
        """A mask where it stands in a composition, or one step with what follows it."""
        return term.op in ("ident", "inv")

    def _assign(self, term: Term, value: str) -> str:
        name = f"t{len(self._variables)}"
        self._variables[term] = name
        self._lines.append(f"{name} = {value}")
        return name

    def _leaf(self, term: Term) -> None:
        if term.op == "prim" and term.name.startswith("#"):
            name = self._constant(f"s{term.name[1:]}", f"slots[{term.name[1:]}]")
        elif term.op == "prim" and term.name == "id":
            name = self._identity()
        elif term.op == "prim":
            name = term.name
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
            self._lines.append(f"{name} = {value}")
        leaves[name] = None
        return f"({self._row(right, leaves)} & {self._loop(name)})"


def _is_leaf(term: Term) -> bool:
    return term.op in ("prim", "empty", "univ")


def _row_by_row(term: Term) -> bool:
    if term.op == "seq":
        return term.args[0].op == "ident" or term.args[1].op == "ident"
    return term.op in ("union", "inter", "diff", "comp", "opt")
