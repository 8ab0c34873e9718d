"""What holds up to a bound: what the bound counts, and that what is suspected beyond it makes it unknown."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from ordercheck.engines import inductive
from ordercheck.engines.drains import drain_status
from ordercheck.engines.inductive.prove import horn
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.operational.replay import Refutation
from ordercheck.engines.setting import Setting, load_model
from ordercheck.engines.showing import Suspicion
from ordercheck.engines.verify import Limits, verify
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program import Program, ProgramBuilder
from ordercheck.program.ir import NOWHERE
from ordercheck.report import findings
from ordercheck.verdict import CUT, PASSES, ROUNDS, TRANSPARENCY, WHOLE, Status, Verdict, so_many


@cache
def setting() -> Setting:
    return load_model("x86-nt")


def asked(program: Program, bound: int | None = None) -> Verdict:
    return verify(program, setting(), TRANSPARENCY, Limits(bound=bound), Deadline(60))


def late(rounds: int, needed: int | None = None) -> Program:
    """A store is late after so many rounds of one loop in another (so many of each); all others drain."""
    p = ProgramBuilder("late")
    n = p.param("n", 0, rounds)
    memory = p.object("m", 64)
    with p.thread() as t:
        count = t.reg("count", 0)
        with t.for_("i", 0, n), t.for_("j", 0, n):
            t.set(count, count + 1)
        t.nt_store(memory, 8, 1)
        with t.if_(count != (rounds**2 if needed is None else needed)):
            t.sfence("D")
        t.publish()
    return p.build()


def heads(rounds: int) -> int:
    """How often such loops come to their heads: each once at first, and once more a round."""
    return 1 + rounds + rounds * (1 + rounds)


def reads(length: int) -> Program:
    """A loop whose end depends on what is loaded; or one of so many rounds, from which nothing is cut."""
    p = ProgramBuilder("reads")
    memory, flag = p.object("m", 8), p.object("flag", 8)
    with p.thread() as t:
        seen, i = t.reg("seen", 0), t.reg("i", 0)
        with t.while_(i < length if length else seen == 0):
            t.set(seen, t.load(flag, 8))
            t.set(i, i + 1)
        t.nt_store(memory, 8, 1)
        t.sfence("D")
        t.publish()
    return p.build()


def suspicion(length: int) -> inductive.Counterexample:
    return inductive.Counterexample({}, "escape", "m", 0, NOWHERE, heads=length)


@pytest.fixture
def unshown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine replays nothing."""

    def nothing(self: Suspicion, deadline: Deadline) -> tuple[Refutation, dict[str, int]] | None:
        return None

    monkeypatch.setattr(Suspicion, "shown", nothing)


def proves(monkeypatch: pytest.MonkeyPatch, answer: inductive.Counterexample | None) -> None:
    """The unbounded engine suspects that, or gives up."""

    def unbounded(*_: object, **__: object) -> inductive.Counterexample:
        if answer is None:
            raise GaveOut("too hard")
        return answer

    monkeypatch.setattr("ordercheck.engines.verify.unbounded", unbounded)


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_the_bound_counts_the_rounds_of_all_loops_together(rounds: int) -> None:
    program, order, need = late(rounds), setting().order, heads(rounds)
    found = inductive.rounds(program, order, TRANSPARENCY, need, Deadline(60))
    assert found.found is not None
    assert (found.clean, found.found.heads, found.found.params) == (need - 1, need, {"n": rounds})
    less = inductive.rounds(program, order, TRANSPARENCY, need - 1, Deadline(60))
    assert (less.clean, less.found) == (need - 1, None)


@pytest.mark.parametrize("rounds", [1, 2])
def test_a_suspicion_says_how_many_rounds_it_takes(rounds: int) -> None:
    found = inductive.check(late(rounds), setting().order, TRANSPARENCY, Deadline(60))
    assert isinstance(found, inductive.Counterexample)
    assert found.heads == heads(rounds)
    assert found.system is not None
    reached = horn(found.system, {}, Deadline(60))
    assert isinstance(reached, Reached)
    assert reached.heads == heads(rounds)


@pytest.mark.usefixtures("unshown")
def test_what_is_suspected_beyond_the_bound_is_unknown_and_both_are_said() -> None:
    verdict = asked(late(2))
    assert verdict.status is Status.UNKNOWN
    assert "a possible" in verdict.reason
    assert "with n=2 does not replay" in verdict.reason
    assert verdict.reason.endswith(f"; it holds up to {inductive.ROUNDS} {ROUNDS}")


@pytest.mark.usefixtures("unshown")
def test_what_is_suspected_within_the_bound_and_found_there_is_unknown() -> None:
    verdict = asked(late(2), heads(2) + 5)
    assert verdict.status is Status.UNKNOWN
    assert verdict.reason.endswith(
        f"with n=2 does not replay on the reference machine; {up_to(heads(2) - 1)}"
    )


@pytest.mark.usefixtures("unshown")
def test_what_is_first_found_by_the_bounded_search_is_said_and_why_there_is_no_proof(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proves(monkeypatch, None)
    verdict = asked(late(1))
    assert verdict.status is Status.UNKNOWN
    assert "with n=1 does not replay on the reference machine; too hard; it holds up to 3 " in verdict.reason


@pytest.mark.usefixtures("unshown")
def test_where_no_round_is_right_none_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    proves(monkeypatch, None)
    verdict = asked(late(0))
    assert verdict.status is Status.UNKNOWN
    assert verdict.reason.endswith("with n=0 does not replay on the reference machine; too hard")


def up_to(bound: int) -> str:
    return f"it holds up to {so_many(bound, ROUNDS)}"


@pytest.mark.usefixtures("unshown")
@pytest.mark.parametrize(("length", "status"), [(6, Status.HOLDS), (7, Status.UNKNOWN)])
def test_a_suspicion_that_the_bounded_search_covers_is_none(
    length: int, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    proves(monkeypatch, suspicion(length))
    verdict = asked(late(2, -1), 6)
    assert verdict.status is status
    if status is Status.HOLDS:
        assert verdict.bound == 6
        assert (verdict.evidence["exact"], verdict.evidence["counts"]) == (CUT, ROUNDS)


@pytest.mark.usefixtures("unshown")
@pytest.mark.parametrize(
    ("rounds", "length", "status", "exact"),
    [
        (0, 3, Status.HOLDS, CUT),
        (0, 4, Status.UNKNOWN, None),
        (9, 4, Status.HOLDS, WHOLE),
    ],
)
def test_a_search_of_executions_covers_one_round_less_than_its_passes(
    rounds: int, length: int, status: Status, exact: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    proves(monkeypatch, suspicion(length))
    verdict = asked(reads(rounds), 4)
    assert (verdict.status, verdict.evidence.get("exact")) == (status, exact)
    assert verdict.evidence.get("counts") == (PASSES if exact == CUT else None)
    if status is Status.UNKNOWN:
        assert verdict.reason.endswith(f"; it holds up to 4 {PASSES}")


@pytest.mark.parametrize("failing", ["nothing", "something"])
def test_what_holds_up_to_a_bound_may_fail_after_one_round_more(
    failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What holds up to a bound may fail after one round more."""
    proves(monkeypatch, None)
    program = late(2, None if failing == "something" else -1)
    verdict = asked(program, heads(2) - 1)
    assert (verdict.status, verdict.bound) == (Status.HOLDS, heads(2) - 1)
    beyond = asked(program, heads(2))
    assert beyond.status is (Status.REFUTED if failing == "something" else Status.HOLDS)


def two_drains(rounds: int) -> Program:
    """The drain L is executed after so many rounds, E after any other number."""
    p = ProgramBuilder("drains")
    n = p.param("n", 0, 1 << 20)
    memory = p.object("m", 64)
    with p.thread() as t:
        count = t.reg("count", 0)
        if rounds:
            with t.for_("i", 0, n):
                t.set(count, count + 1)
        t.nt_store(memory, 8, 1)
        with t.if_(count == rounds + (not rounds)):
            t.sfence("L")
        with t.else_():
            t.sfence("E")
        t.publish()
    return p.build()


@pytest.mark.parametrize(
    ("rounds", "label", "status"),
    [(9, "L", "unknown"), (9, "E", "required"), (3, "L", "required"), (0, "L", "redundant")],
)
def test_a_drain_is_not_redundant_where_it_is_so_up_to_a_bound_alone(
    rounds: int, label: str, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proves(monkeypatch, None)
    found = drain_status(two_drains(rounds), label, setting(), Deadline(60))
    assert found.status == status
    if status == "unknown":
        assert found.condition == f"without it, {up_to(inductive.ROUNDS)}; what takes more was not looked at"


def test_one_of_a_kind_is_said_of_one() -> None:
    assert so_many(1, ROUNDS) == "1 round of all loops together, of which coming to a loop is one"
    assert so_many(1, PASSES) == "1 pass of each branch that depends on what is loaded"
    assert so_many(2, PASSES) == f"2 {PASSES}"


def test_a_report_without_a_kind_says_rounds() -> None:
    verdict = Verdict("p", "", "x86-nt", TRANSPARENCY, Status.HOLDS, "inductive", bound=3)
    assert findings.limit(verdict) == f"3 {ROUNDS}"
    assert not findings.cut(verdict)
    assert findings.cut(replace(verdict, evidence={"exact": CUT}))
