"""What z3 answers, and what it says where the time is over."""

from __future__ import annotations

from typing import Any

import pytest
import z3

from ordercheck.engines import solver
from ordercheck.errors import Deadline, GaveOut

HOLES = 8


def pigeons() -> str:
    """One pigeon more than holes: without an answer within milliseconds."""
    each, holes = range(HOLES + 1), range(HOLES)
    lines = [f"(declare-const p{i}_{j} Bool)" for i in each for j in holes]
    lines += ["(assert (or " + " ".join(f"p{i}_{j}" for j in holes) + "))" for i in each]
    lines += [f"(assert (not (and p{i}_{j} p{k}_{j})))" for j in holes for i in each for k in range(i)]
    return "\n".join(lines)


def test_a_time_limit_ends_with_its_question() -> None:
    script = f"{pigeons()}(check-sat)"
    with pytest.raises(GaveOut, match="time-out"):
        solver.run_script(script, Deadline(0.01))
    assert solver.run_script(script, Deadline(None)) == ["unsat"]
    with pytest.raises(GaveOut, match="time-out"):
        solver.run_script(script, Deadline(0.01))
    assert solver.model(pigeons(), {}, Deadline(None)) is None


def test_time_that_ends_between_two_queries_is_no_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    # z3 4.x answers so where its timer strikes just then: once in a hundred runs on a busy machine
    asked = z3.Z3_eval_smtlib2_string

    def late(context: Any, text: str) -> str:
        if "check-sat" in text:
            raise z3.Z3Exception(b'(error "line 7 column 7: push canceled")\nunsat\n')
        return str(asked(context, text))

    monkeypatch.setattr(z3, "Z3_eval_smtlib2_string", late)
    with pytest.raises(GaveOut, match="canceled"):
        solver.run_script("(check-sat)", Deadline(60))


def test_an_error_of_the_script_is_not_taken_for_the_time() -> None:
    with pytest.raises(z3.Z3Exception, match="unknown constant"):
        solver.run_script("(assert nobody)(check-sat)", Deadline(60))
