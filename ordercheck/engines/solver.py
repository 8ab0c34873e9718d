"""The only module that imports z3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import z3

from ordercheck.errors import Deadline, GaveOut

# z3 would take Ctrl-C for itself, and lose it where a query ends just then; Python sees it afterwards
z3.set_param("ctrl_c", False)


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
            raise _gave_up("the solver", self._solver.reason_unknown(), deadline)
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


def _difference_logic(lines: Sequence[str], orders: Sequence[tuple[int, str, str]]) -> list[z3.BoolRef]:
    constraints = [z3.Or([_term(int(x)) for x in line.split()[:-1]]) for line in lines]
    clock = {name: z3.Int(name) for _, a, b in orders for name in (a, b)}
    constraints += [z3.Implies(_term(edge), clock[a] < clock[b]) for edge, a, b in orders]
    return constraints


# z3 counts whole milliseconds, and may stop a little early
SLACK = 0.05
NO_LIMIT = 2**32 - 1
"""The number of milliseconds that z3 takes for no limit."""


def _gave_up(who: str, reason: str, deadline: Deadline) -> GaveOut:
    """Why z3 stopped: the time, or a problem too hard for it."""
    left = deadline.left()
    if left is not None and left < SLACK:
        return GaveOut(f"time-out after {deadline.seconds:g} s")
    return GaveOut(f"{who} gave up: {reason}")


@dataclass(frozen=True, slots=True)
class Invariants:
    """A solution of Horn clauses: for each predicate an SMT-LIB formula over its parameters."""

    formulas: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Derivation:
    """Horn clauses without a solution: the facts that lead to `err`, the first one first."""

    facts: tuple[tuple[str, tuple[int | bool, ...]], ...]


def solve_horn(
    clauses: str, predicates: Mapping[str, Sequence[tuple[str, str]]], deadline: Deadline
) -> Invariants | Derivation:
    """Solves Horn clauses with Spacer: is the relation `err` empty?

    clauses: text in the format of z3's fixedpoint engine. predicates: for each relation
    the names and sorts ("Int", "Bool") of its parameters, which the formulas use.
    Raises GaveOut where the time is over or Spacer gives up.
    """
    deadline.check()
    engine = z3.Fixedpoint()
    # The relations must survive preprocessing: their interpretations are asked for.
    engine.set(
        "engine", "spacer", "xform.slice", False, "xform.inline_linear", False, "xform.inline_eager", False
    )
    left = deadline.left()
    if left is not None:
        engine.set("timeout", max(1, int(left * 1000)))
    engine.parse_string(clauses)
    try:
        result = engine.query(z3.Function("err", z3.BoolSort())())
    except z3.Z3Exception as error:
        raise _gave_up("Spacer", str(error), deadline) from error
    if result == z3.unknown:
        raise _gave_up("Spacer", engine.reason_unknown(), deadline)
    if result == z3.sat:
        return Derivation(_facts(engine.get_answer(), predicates))
    return Invariants({name: _formula(engine, name, args) for name, args in predicates.items()})


def _formula(engine: z3.Fixedpoint, name: str, parameters: Sequence[tuple[str, str]]) -> str:
    constants = [z3.Int(n) if sort == "Int" else z3.Bool(n) for n, sort in parameters]
    relation = z3.Function(name, *[c.sort() for c in constants], z3.BoolSort())
    cover = engine.get_cover_delta(-1, relation)
    return str(z3.substitute_vars(cover, *constants).sexpr())


def _facts(
    proof: Any, predicates: Mapping[str, Sequence[tuple[str, str]]]
) -> tuple[tuple[str, tuple[int | bool, ...]], ...]:
    """The facts of a hyper-resolution proof, premises before conclusions."""
    found: dict[int, tuple[str, tuple[int | bool, ...]]] = {}
    seen: set[int] = set()
    stack = [(proof, False)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            found[node.get_id()] = (node.decl().name(), tuple(map(_value, node.children())))
        elif z3.is_app(node) and node.get_id() not in seen:
            seen.add(node.get_id())
            if node.decl().name() in predicates:
                stack.append((node, True))
            # A step's children are the rule, the premises' proofs, and what it concludes.
            if node.decl().name() != "asserted":
                stack.extend((child, False) for child in reversed(node.children()))
    return tuple(found.values())


def _value(term: Any) -> int | bool:
    return z3.is_true(term) if z3.is_bool(term) else int(term.as_long())


def run_script(script: str, deadline: Deadline) -> list[str]:
    """What z3 answers to an SMT-LIB 2 script, line by line.

    Raises GaveOut where the time is over.
    """
    deadline.check()
    left = deadline.left()
    limit = NO_LIMIT if left is None else max(1, int(left * 1000))
    context = z3.main_ctx().ref()
    try:
        answer = z3.Z3_eval_smtlib2_string(context, f"(reset)(set-option :timeout {limit}){script}")
    except z3.Z3Exception as error:
        # where the time ends between two queries, z3 says so as an error of the script
        if "canceled" in str(error):
            raise _gave_up("the solver", "canceled", deadline) from error
        raise
    finally:
        # the option is z3's own, not the script's: left as it is, it would cut later questions short
        z3.Z3_eval_smtlib2_string(context, f"(reset)(set-option :timeout {NO_LIMIT})")
    deadline.check()
    return str(answer).split("\n")[:-1] if answer else []


def model(script: str, names: Mapping[str, str], deadline: Deadline) -> dict[str, int | bool] | None:
    """Values that satisfy an SMT-LIB 2 script of declarations and assertions; see Search.values."""
    search = Search()
    search.add(script)
    return search.values(names, (), deadline)


@cache
def _named(name: str) -> z3.BoolRef:
    """A truth value; the names that `Houdini` gives are few, and come again with each question."""
    return z3.Bool(name)


class Implications:
    """Which of many conclusions can fail, under which of many premises.

    The script declares and asserts what always holds, and a truth value for each
    premise and for the failure of each conclusion. There are many short queries, so this
    calls z3's C interface: its Python terms would take longer than the solver.
    """

    def __init__(self, script: str) -> None:
        self._solver = z3.SimpleSolver()
        # A state in which many conclusions fail saves queries.
        self._solver.set("phase_selection", 1)
        self._solver.from_string(script)
        self._terms: dict[str, z3.BoolRef] = {}
        self._clauses = 0

    def _array(self, names: Sequence[str]) -> Any:
        for name in names:
            if name not in self._terms:
                self._terms[name] = _named(name)
        return (z3.Ast * len(names))(*[self._terms[name].ast for name in names])

    def some(self, premises: Sequence[str], failures: Sequence[str], deadline: Deadline) -> list[str]:
        """Failures that come true together, in some state; none where none can.

        Raises GaveOut where the time is over or z3 gives up.
        """
        if not failures:
            return []
        context = self._solver.ctx.ref()
        # A clause that only counts while its own premise is assumed costs less than push and pop.
        self._clauses += 1
        only = z3.Bool(f"clause!{self._clauses}")
        wanted = self._array(failures)
        clause = z3.Or(z3.Not(only), z3.BoolRef(z3.Z3_mk_or(context, len(failures), wanted)))
        self._solver.add(clause)
        self._terms["clause!"] = only
        found: list[str] = []
        if self._check([*premises, "clause!"], deadline):
            model = self._solver.model().model
            for name, term in zip(failures, wanted, strict=True):
                value = z3.Z3_model_get_const_interp(context, model, z3.Z3_get_app_decl(context, term))
                if value is not None and z3.Z3_get_bool_value(context, value) == 1:
                    found.append(name)
        return found

    def core(self, premises: Sequence[str], failure: str, deadline: Deadline) -> list[str]:
        """Premises under which the failure, which the premises exclude, can not come true."""
        if self._check([*premises, failure], deadline):
            return list(premises)
        return [name for t in self._solver.unsat_core() if (name := t.decl().name()) != failure]

    def _check(self, assumptions: Sequence[str], deadline: Deadline) -> bool:
        deadline.check()
        left = deadline.left()
        if left is not None:
            self._solver.set("timeout", max(1, int(left * 1000)))
        result = z3.Z3_solver_check_assumptions(
            self._solver.ctx.ref(), self._solver.solver, len(assumptions), self._array(assumptions)
        )
        if result == z3.Z3_L_UNDEF:
            raise _gave_up("the solver", self._solver.reason_unknown(), deadline)
        return bool(result == z3.Z3_L_TRUE)


class Search:
    """Assertions that grow, and values that satisfy them."""

    def __init__(self) -> None:
        self._solver = z3.SimpleSolver()
        self.blamed: frozenset[str] = frozenset()
        """Assumptions of the last question without an answer that exclude each other."""

    def add(self, script: str) -> None:
        """More SMT-LIB 2 declarations, definitions and assertions; what was declared stays declared."""
        self._solver.from_string(script)

    def values(
        self, names: Mapping[str, str], assumptions: Sequence[str], deadline: Deadline
    ) -> dict[str, int | bool] | None:
        """Values that satisfy everything and the assumptions (declared truth values); None where none do.

        names: for each symbol of interest the name under which its value is returned.
        Raises GaveOut where the time is over or z3 gives up.
        """
        deadline.check()
        left = deadline.left()
        if left is not None:
            self._solver.set("timeout", max(1, int(left * 1000)))
        result = self._solver.check([z3.Bool(name) for name in assumptions])
        if result == z3.unknown:
            raise _gave_up("the solver", self._solver.reason_unknown(), deadline)
        if result == z3.unsat:
            self.blamed = frozenset(str(name) for name in self._solver.unsat_core())
            return None
        found = self._solver.model()
        values = {d.name(): found[d] for d in found.decls() if d.arity() == 0}
        return {name: _value(values[s]) for s, name in names.items() if s in values}
