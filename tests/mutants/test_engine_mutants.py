"""A test of the tests: an engine or a reader of cat with one thing wrong turns a test red."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from ordercheck.cat.definitions import Definitions
from ordercheck.cat.rebuild import Rebuilt
from ordercheck.cat.resolve import Resolver
from ordercheck.cat.shape import Shape
from ordercheck.cat.terms import Term
from ordercheck.engines.axiomatic import candidates, possible, trace
from ordercheck.engines.axiomatic.encode import Encoded
from ordercheck.engines.axiomatic.trace import State
from ordercheck.errors import GaveOut
from ordercheck.program import const
from ordercheck.program.expr import var
from ordercheck.program.ir import Address, Assign, MemObject, Visibility
from ordercheck.relations import sliced
from ordercheck.relations.sliced import Sliced, SlicedDomain
from ordercheck.relations.symbolic import Symbolic
from tests.cat import test_language
from tests.engines.axiomatic import test_decide
from tests.engines.axiomatic.shapes import model
from tests.relations import test_sliced

Check = Callable[[], object]
_assigned, _bodies, _simplified, _join_open, _diff = (
    State.assigned,
    Definitions._bodies,
    Shape._simplified,
    sliced._join_open,
    SlicedDomain.diff,
)


def seeds(test: Any, *fixed: object, count: int = 200) -> Check:
    """A property on many inputs of its own, the same ones each time."""

    def check() -> None:
        for seed in range(count):
            test.hypothesis.inner_test(*fixed, seed)

    return check


def sets_of(test: Any, *fixed: object) -> Check:
    """A property of SlicedDomain."""

    def check() -> None:
        for seed in range(200):
            test.hypothesis.inner_test(*fixed, test_sliced.Sets(seed))

    return check


def pointers() -> None:
    """The pointer that is loaded is one of two: where it started, and where the other thread puts it."""
    x, y, p = (
        MemObject(name, 4, Visibility.SHARED, address=0x1000 * k, init={0: (4, 0x1000)})
        for k, name in enumerate("xyp", 1)
    )
    to = Address("p", const(0))
    of = test_decide.made(
        test_decide.straight(test_decide.store(to, 0x2000)),
        test_decide.straight(
            test_decide.load("q", to),
            Assign("q", var("q") + 0),
            test_decide.store(Address("", var("q")), 7),
        ),
        objects=(x, y, p),
    )
    found = test_decide.agree(of, model("sc"))
    assert found is not None
    assert {state[1:3] for state in found.states} == {(7, 0x1000), (0x1000, 7)}


def flags_of_the_solver() -> None:
    of = test_decide.buffering()
    found = test_decide.agree(of, test_decide.small_model("flags"))
    assert found is not None and "in-a-closure" in found.flags


def coherence() -> None:
    for named in (False, True):
        test_language.test_coherence_holds_what_it_must("co0 | po-loc & (W * W)", 1, named)


def control(join: int, inside: bool, after: bool, expected: bool) -> Check:
    return lambda: test_decide.test_control_dependencies_end_where_the_branch_says(
        join, inside, after, expected
    )


def through_registers() -> None:
    test_decide.test_control_goes_on_through_registers(test_decide.later(Assign("q", const(1))), True)


def through_temporaries() -> None:
    of = test_decide.later(Assign("q", const(1)), condition=var("@1") == 1)
    test_decide.test_control_goes_on_through_registers(of, False)


def data() -> None:
    name, of, expected = test_decide.CASES[1]
    assert name == "data"
    test_decide.test_dependencies_of_values_and_addresses(of, expected)


# the mutants


def _no_dependency(self: State, expr: object) -> frozenset[str]:
    return frozenset()


def _never_ends(self: State, block: int) -> None:
    self.block, self.index = block, 0


def _no_trace(self: State, register: str, symbols: frozenset[str], *sources: object) -> None:
    _assigned(self, register, symbols)
    self.through.clear()


def _all_at_once(
    self: Definitions, bindings: Any, start: list[Term], known: Mapping[int, Term], scope: Any
) -> list[Term]:
    """Each definition by itself, with the others as they were before the round."""
    found = []
    for number, binding in enumerate(bindings):
        names = [str(b.pattern) for b in bindings]
        inner = {**scope, **dict(zip(names, start, strict=True))}
        inner.update((names[i], solution) for i, solution in known.items())
        body = known.get(number) or self._kinded(
            binding.value, self._value(binding.value, inner), start[number].kind
        )
        found.append(body)
    return found


def _everything_is_monotone(self: Rebuilt, roots: Sequence[Term]) -> list[Term]:
    return list(roots)


def _drops_empty_flags(self: Shape, *arguments: Any) -> Any:
    found = _simplified(self, *arguments)
    return {k: check for k, check in found.items() if check.term.op != "empty" or check.negated}


def _forgets_the_row(
    sure: list[int], open_: Any, i: int, through: int, chosen: Any, where: int, every: int
) -> None:
    _join_open(sure, open_, i, through, {}, where, every)


def _keeps_what_is_open(self: SlicedDomain, kind: Any, a: Sliced, b: Sliced) -> Sliced:
    return _diff(self, kind, a, Sliced(b.sure, [{} for _ in b.open]))


MUTANTS: dict[str, tuple[object, str, object, Check]] = {
    "no value depends on a load": (State, "depends", _no_dependency, data),
    "control dependencies never end": (State, "enter", _never_ends, control(2, False, True, False)),
    "control leaves no trace in registers": (State, "assigned", _no_trace, through_registers),
    "control leaves a trace always": (trace, "TEMPORARY", "#", through_temporaries),
    "an ordered RMW is not ordered": (
        candidates,
        "_is_ordered",
        lambda _: False,
        lambda: test_decide.test_an_ordered_rmw_is_in_program_order(True),
    ),
    "stores put no pointer into memory": (
        possible.Possible,
        "_stored",
        lambda *_: None,
        pointers,
    ),
    "recursion all at once": (
        Definitions,
        "_bodies",
        _all_at_once,
        test_language.test_recursion_without_monotony_goes_in_the_order_of_the_file,
    ),
    "everything is taken for monotone": (
        Rebuilt,
        "monotone",
        _everything_is_monotone,
        seeds(test_sliced.test_what_is_not_possible_is_never_allowed),
    ),
    "flags of nothing are dropped": (
        Shape,
        "_simplified",
        _drops_empty_flags,
        seeds(test_sliced.test_flags_are_those_of_the_checks_as_they_stand),
    ),
    "chosen orders need hold nothing": (Resolver, "_extends", lambda *_: None, coherence),
    "the solver raises no flag": (Encoded, "flags", lambda _: {}, flags_of_the_solver),
    "the solver sees no cycle": (Symbolic, "certain_cycle", lambda *_: -1, flags_of_the_solver),
    "closure over open pairs is lost": (
        sliced,
        "_join_open",
        _forgets_the_row,
        sets_of(test_sliced.test_operations, "plus", False, ("rel",)),
    ),
    "what is open is not taken away": (
        SlicedDomain,
        "diff",
        _keeps_what_is_open,
        sets_of(test_sliced.test_operations, "diff", True, ("rel", "rel")),
    ),
    "closures are remembered by kind of relation": (
        SlicedDomain,
        "plus",
        lambda self, a: a,
        sets_of(test_sliced.test_operations, "plus", False, ("rel",)),
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_an_engine_is_noticed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, replacement, check = MUTANTS[mutant]
    check()
    assert hasattr(where, name)
    monkeypatch.setattr(where, name, replacement)
    with pytest.raises((AssertionError, GaveOut)):
        check()
