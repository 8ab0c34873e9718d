"""Program + bound + cat model: every outcome, or whether a condition can be reached.

Exact for the bound, for any number of threads and mixed sizes. The program has no free
parameters (`transform.fix_params`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from ordercheck.cat.plan import plan_of
from ordercheck.cat.terms import Model
from ordercheck.engines.axiomatic.candidates import Candidate, candidate
from ordercheck.engines.axiomatic.encode import Encoded, Execution
from ordercheck.engines.axiomatic.explicit import Space
from ordercheck.engines.axiomatic.possible import Possible, has_pointers
from ordercheck.engines.axiomatic.tearing import tear_points
from ordercheck.engines.axiomatic.unroll import check_closed, traces
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr, evaluate
from ordercheck.program.ir import MFENCE, NT, Mark, Outcome, Program, Rmw, Store
from ordercheck.relations.acyclicity import Encoding, vertex_elimination

DEFAULT_BOUND = 4
# where enumeration and solver cost the same, measured on small litmus tests
FEW = 1024
MAX_CANDIDATES = 20_000
MAX_OUTCOMES = 100_000
# sets that models of languages speak of, and those of processors do not
_OF_A_LANGUAGE = frozenset({"Release", "Acquire", "REL", "ACQ", "RLX", "SC", "Mb"})


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The final states that the model allows; cut: some executions end beyond the bound."""

    states: frozenset[Outcome]
    cut: bool


def candidates(program: Program, model: Model, bound: int, deadline: Deadline) -> Iterator[Candidate]:
    """Every combination of complete and cut traces, one skeleton each.

    Raises GaveOut where there are too many, where the model says nothing about an event of
    the program, and where the model allows an access through a pointer that is no address.
    """
    check_closed(program)
    check_marks(program, model)
    possible = Possible(program) if has_pointers(program) else None
    every = [traces(program, t, bound, deadline, possible) for t in range(len(program.threads))]
    total = 1
    for mine in every:
        total *= len(mine)
    if total > MAX_CANDIDATES:
        raise GaveOut(f"{total} combinations of ways through the threads")
    relations = _relation_names(model)
    for combination in product(*every):
        deadline.check()
        skeleton = candidate(program, combination, relations, tear_points(model, combination))
        astray = next((trace.astray for trace in combination if trace.astray), "")
        if not astray:
            yield skeleton
        elif _can_be(skeleton, model, deadline):
            raise GaveOut(astray)


def check_marks(program: Program, model: Model) -> None:
    """Raises GaveOut where the program has something that the model says nothing about.

    That is a Mark; a non-temporal store where the model is one of a language: its release
    stores would seem to order what streaming stores leave unordered; a read-modify-write of
    C11 where the model does not relate its load and its store.
    """
    known = _set_names(model)
    silent = NT not in known and MFENCE not in known and not known.isdisjoint(_OF_A_LANGUAGE)
    for _, _, _, instr in program.instructions():
        if silent and isinstance(instr, Store) and NT in instr.tags:
            raise GaveOut(
                f"{instr.source}: the model {model.name} says nothing about non-temporal stores; "
                "models that do: x86-nt, nt-contract"
            )
        if isinstance(instr, Rmw) and "A" in instr.tags and "rmw" not in _relation_names(model):
            raise GaveOut(
                f"{instr.source}: the model {model.name} takes a read-modify-write for one event; "
                "here it is a load and a store, related by rmw"
            )
        if isinstance(instr, Mark) and known.isdisjoint(instr.tags):
            what = " ".join(sorted(instr.tags))
            raise GaveOut(f"{instr.source}: the model {model.name} says nothing about {what} events")


@lru_cache(maxsize=16)
def _relation_names(model: Model) -> frozenset[str]:
    return model.primitives("rel")


@lru_cache(maxsize=16)
def _set_names(model: Model) -> frozenset[str]:
    return model.primitives("set")


def _can_be(skeleton: Candidate, model: Model, deadline: Deadline) -> bool:
    space = space_of(skeleton, model)
    if space.count() <= FEW:
        return next(space.allowed(deadline), None) is not None
    return Encoded(skeleton, model, deadline).solve() is not None


def space_of(skeleton: Candidate, model: Model) -> Space:
    """The candidate executions of a skeleton, with the model bound to its events."""
    return Space(skeleton, model, plan_of(model).bind(skeleton.structure))


def is_cut(skeleton: Candidate) -> bool:
    """Whether a thread was cut off at the bound."""
    return any(trace.cut for trace in skeleton.traces)


def outcomes(
    program: Program,
    model: Model,
    deadline: Deadline | None = None,
    bound: int = DEFAULT_BOUND,
    acyclic: Encoding = vertex_elimination,
    few: int = FEW,
) -> Outcomes:
    """Every allowed final state over `program.observe`.

    Up to `few` candidate executions of a skeleton are looked at one by one; a solver takes more.
    Raises GaveOut where time or a limit gives out, InputError for a free parameter.
    """
    deadline = deadline or Deadline()
    states: set[Outcome] = set()
    cut = False

    def is_new(state: Outcome) -> bool:
        return state not in states

    for skeleton in candidates(program, model, bound, deadline):
        if is_cut(skeleton):
            cut = True
        elif few and (space := space_of(skeleton, model)).count() <= few:
            states.update(execution.state for execution in space.allowed(deadline, is_new))
        else:
            states |= solved_states(Encoded(skeleton, model, deadline, acyclic), states, deadline)
    return Outcomes(frozenset(states), cut)


def solved_states(
    encoded: Encoded,
    known: set[Outcome],
    deadline: Deadline,
    worth: Callable[[Outcome], bool] = lambda state: True,
) -> set[Outcome]:
    """The final states that the clauses allow, but for those known and those not worth it."""
    found: set[Outcome] = set()
    if encoded.impossible:
        return found
    observed = [encoded.observed(what) for what in encoded.candidate.program.observe]
    solver = encoded.solver()
    for state in known:
        literals = [choice.get(value) for choice, value in zip(observed, state, strict=True)]
        if None not in literals:
            solver.add([-x for x in literals if x is not None])
    while solver.solve(deadline):
        picked = [next((v, x) for v, x in choice.items() if solver.true(x)) for choice in observed]
        state = tuple(int(v) for v, _ in picked)
        if worth(state):
            found.add(state)
        if len(found) > MAX_OUTCOMES:
            raise GaveOut(f"more than {MAX_OUTCOMES} outcomes")
        solver.add([-x for _, x in picked])
    return found


def find(
    program: Program,
    model: Model,
    condition: Expr,
    deadline: Deadline | None = None,
    bound: int = DEFAULT_BOUND,
    acyclic: Encoding = vertex_elimination,
) -> Execution | None:
    """An allowed execution whose final state satisfies `condition`, over variables named str(observable).

    None where there is none up to the bound. Raises as `outcomes`.
    """
    deadline = deadline or Deadline()
    for skeleton in candidates(program, model, bound, deadline):
        if not is_cut(skeleton):
            found = _find(skeleton, model, condition, deadline, acyclic)
            if found is not None:
                return found
    return None


def _find(
    skeleton: Candidate, model: Model, condition: Expr, deadline: Deadline, acyclic: Encoding
) -> Execution | None:
    encoded = Encoded(skeleton, model, deadline, acyclic)
    if encoded.impossible:
        return None
    for what in skeleton.program.observe:
        encoded.values.bind(str(what), encoded.observed(what))
    encoded.require(encoded.values.holds(condition))
    found = encoded.solve()
    return None if found is None else found[0]


def reachable(
    program: Program,
    model: Model,
    deadline: Deadline | None = None,
    bound: int = DEFAULT_BOUND,
    acyclic: Encoding = vertex_elimination,
    few: int = FEW,
) -> bool:
    """Whether `program.condition.expr` can hold in an allowed execution, whatever its quantifier."""
    assert program.condition is not None
    condition = program.condition.expr
    deadline = deadline or Deadline()
    names = [str(what) for what in program.observe]

    def wanted(state: Outcome) -> bool:
        return bool(evaluate(condition, dict(zip(names, state, strict=True))))

    for skeleton in candidates(program, model, bound, deadline):
        if is_cut(skeleton):
            continue
        if few and (space := space_of(skeleton, model)).count() <= few:
            if next(space.allowed(deadline, wanted), None) is not None:
                return True
        elif _find(skeleton, model, condition, deadline, acyclic) is not None:
            return True
    return False
