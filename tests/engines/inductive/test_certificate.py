"""A proof's certificate is re-checked without the solver that found it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ordercheck.engines import inductive, solver
from ordercheck.engines.inductive import encode, houdini, prove, split
from ordercheck.engines.inductive.guess import guesses
from ordercheck.engines.inductive.reached import Reached
from ordercheck.engines.inductive.result import Proof
from ordercheck.engines.inductive.smt import Clauses, inline
from ordercheck.engines.inductive.task import System
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program import Program, ProgramBuilder, conj
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY
from tests.engines.inductive.orders import nt_contract, x86_nt

SECONDS = 30.0


def program(drain: bool = True) -> Program:
    p = ProgramBuilder("rows")
    rows, width = p.param("rows", 1), p.param("width", 1)
    fast = p.bool_param("fast")
    memory = p.object("memory")
    with p.thread() as t:
        at = t.reg("at", 0)
        with t.for_("row", 0, rows):
            with t.for_("column", 0, width):
                with t.if_(fast):
                    t.nt_store(memory + 8 * at, 8, at)
                with t.else_():
                    t.store(memory + 8 * at, 8, at)
                t.set(at, at + 1)
            if drain:
                with t.if_(fast):
                    t.sfence()
        t.store(memory + 8 * at, 8, 1, lasting=True)
        t.publish()
    return p.build()


def proof(prop: str = TRANSPARENCY) -> Proof:
    found = inductive.check(program(), x86_nt(), prop, Deadline(SECONDS))
    assert isinstance(found, Proof)
    return found


def system(drain: bool = True) -> System:
    task, profile = next(split.tasks(program(drain), nt_contract(), TRANSPARENCY))
    return encode.encode(program(drain), task, profile)


@pytest.mark.parametrize("prop", [TRANSPARENCY, ASSERTIONS])
def test_every_query_is_unsat(prop: str) -> None:
    found = proof(prop)
    assert found.obligations > 0
    assert found.certificate.count("\n(check-sat)") == found.obligations
    assert solver.run_script(found.certificate, Deadline(SECONDS)) == ["unsat"] * found.obligations


def test_the_script_is_portable() -> None:
    text = proof().certificate
    assert text.splitlines()[2] == "(set-logic QF_LIA)"
    commands = set(re.findall(r"^\(([a-z-]+)", text, re.MULTILINE))
    assert commands <= {
        "set-logic", "push", "pop", "declare-const", "define-fun", "assert", "check-sat"
    }  # fmt: skip


def test_an_invariant_that_is_too_weak_is_rejected() -> None:
    found = proof()
    weak = re.sub(r"(\(define-fun at!\d \([^\n]*\) Bool) [^\n]*\)\n", r"\1 true)\n", found.certificate)
    assert weak != found.certificate
    answers = solver.run_script(weak, Deadline(SECONDS))
    assert len(answers) == found.obligations
    assert "sat" in answers


def test_an_invariant_that_is_too_strong_is_rejected() -> None:
    found = proof()
    strong = re.sub(r"(\(define-fun at!\d \([^\n]*\) Bool) [^\n]*\)\n", r"\1 false)\n", found.certificate)
    assert "sat" in solver.run_script(strong, Deadline(SECONDS))


def test_a_wrong_answer_of_the_horn_solver_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that calls everything safe must not lead to a proof."""

    def lie(clauses: str, predicates: dict[str, object], deadline: Deadline) -> solver.Invariants:
        return solver.Invariants(dict.fromkeys(predicates, "true"))

    monkeypatch.setattr(solver, "solve_horn", lie)
    with pytest.raises(GaveOut, match="did not pass the re-check"):
        prove.horn(system(drain=False), {}, Deadline(SECONDS))


def test_wrong_guesses_are_dropped() -> None:
    subject = system()
    facts = guesses(subject)
    held = houdini.Houdini(subject, facts, Deadline(SECONDS)).facts
    assert all(len(held[i]) < len(facts[i]) for i in facts)
    clauses = Clauses(subject)
    text, obligations = clauses.certificate({i: inline(conj(*e)) for i, e in held.items()}, "")
    assert solver.run_script(text, Deadline(SECONDS)) == ["unsat"] * obligations


def test_the_horn_solver_agrees_where_guesses_suffice() -> None:
    assert isinstance(prove.horn(system(), {}, Deadline(SECONDS)), prove.Solved)
    assert isinstance(prove.horn(system(drain=False), {}, Deadline(SECONDS)), Reached)


def test_the_horn_solver_may_use_what_is_known() -> None:
    subject = system()
    known = houdini.Houdini(subject, guesses(subject), Deadline(SECONDS)).facts
    assert isinstance(prove.horn(subject, known, Deadline(SECONDS)), prove.Solved)


def test_no_bad_state_needs_no_query() -> None:
    subject = system()
    safe = replace(subject, rules=tuple(r for r in subject.rules if r.after is not None))
    solved = prove.solve(safe, (), Deadline(SECONDS))
    assert isinstance(solved, prove.Solved)
    assert solved.obligations == 0


def test_invariants_are_given_as_text_and_as_smt() -> None:
    for invariant in proof().invariants:
        assert re.match(r"loop .*test_certificate\.py:\d+ \(thread 0: ", invariant.where)
        assert invariant.smt
        assert invariant.text
    assert any(i.text == "pending implies fast" for i in proof().invariants)


@pytest.mark.parametrize("prop", [TRANSPARENCY, ASSERTIONS])
def test_cvc5_agrees(prop: str) -> None:
    pytest.importorskip("cvc5")
    found = proof(prop)
    second = inductive.cross_check(found.certificate, Deadline(SECONDS))
    assert second.agreed
    assert second.queries == found.obligations


def test_cvc5_objects_to_a_wrong_invariant() -> None:
    pytest.importorskip("cvc5")
    weak = re.sub(r"(\(define-fun at!\d \([^\n]*\) Bool) [^\n]*\)\n", r"\1 true)\n", proof().certificate)
    assert not inductive.cross_check(weak, Deadline(SECONDS)).agreed


def test_cvc5_cannot_read_nonsense() -> None:
    pytest.importorskip("cvc5")
    with pytest.raises(GaveOut, match="cvc5"):
        inductive.cross_check("(assert (= x 1))", Deadline(SECONDS))
