"""The only module that imports z3."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import z3

from ordercheck.errors import Deadline, GaveOut


class Sat:
    """A propositional problem in z3's QF_FD solver.

    Literals are DIMACS integers. The first clauses go in as DIMACS text, which is an
    order of magnitude cheaper than terms built one by one through the Python API.
    """

    def __init__(
        self, variables: int, clauses: Iterable[str], orders: Sequence[tuple[int, str, str]] = ()
    ) -> None:
        """clauses: lines of DIMACS, each ending in " 0"; orders: (literal, a, b): where it holds, a < b.

        With orders, z3's difference logic (QF_IDL) solves instead.
        """
        lines = list(clauses)
        self._solver = z3.SolverFor("QF_IDL" if orders else "QF_FD")
        if orders:
            self._solver.add(_difference_logic(lines, orders))
        else:
            self._solver.from_string(f"p cnf {variables} {len(lines)}\n" + "\n".join(lines) + "\n")
        self._model: z3.ModelRef | None = None

    def add(self, clause: Sequence[int]) -> None:
        """One more clause."""
        self._solver.add(z3.Or([_term(lit) for lit in clause]))

    def solve(self, deadline: Deadline, assumptions: Sequence[int] = ()) -> bool:
        """Whether there is a model; `true` then tells its literals.

        Raises GaveOut where the time is over or z3 gives up.
        """
        deadline.check()
        left = deadline.left()
        if left is not None:
            self._solver.set("timeout", max(1, int(left * 1000)))
        result = self._solver.check(*[_term(lit) for lit in assumptions])
        if result == z3.unknown:
            deadline.check()
            raise GaveOut(f"the solver gave up: {self._solver.reason_unknown()}")
        self._model = self._solver.model() if result == z3.sat else None
        return self._model is not None

    def true(self, literal: int) -> bool:
        """Whether the literal holds in the model that `solve` found."""
        assert self._model is not None
        value = z3.is_true(self._model[_variable(abs(literal))])
        return value if literal > 0 else not value


_variables: dict[int, z3.BoolRef] = {}


def _variable(number: int) -> z3.BoolRef:
    found = _variables.get(number)
    if found is None:
        found = _variables[number] = z3.Bool(number)
    return found


def _term(literal: int) -> z3.BoolRef:
    term = _variable(abs(literal))
    return term if literal > 0 else z3.Not(term)


def _difference_logic(
    lines: Sequence[str], orders: Sequence[tuple[int, str, str]]
) -> list[z3.BoolRef]:
    constraints = [z3.Or([_term(int(x)) for x in line.split()[:-1]]) for line in lines]
    clock = {name: z3.Int(name) for _, a, b in orders for name in (a, b)}
    constraints += [z3.Implies(_term(edge), clock[a] < clock[b]) for edge, a, b in orders]
    return constraints
