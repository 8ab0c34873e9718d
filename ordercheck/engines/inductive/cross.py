"""A second opinion on a certificate: cvc5 answers its queries."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ordercheck.errors import Deadline, GaveOut, InputError


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """What cvc5 said: `agreed` where each of `queries` queries was unsat; `seconds` it took."""

    agreed: bool
    queries: int
    version: str
    seconds: float


def cross_check(certificate: str, deadline: Deadline) -> CrossCheck:
    """Gives a certificate to cvc5.

    Raises InputError where cvc5 is not installed, GaveOut where the time is over or cvc5
    cannot read the script.
    """
    try:
        import cvc5
    except ImportError as error:
        raise InputError("cvc5 is not installed: pip install 'ordercheck[cvc5]'") from error
    start = time.monotonic()
    solver = cvc5.Solver()
    solver.setOption("incremental", "true")
    left = deadline.left()
    if left is not None:
        solver.setOption("tlimit-per", str(max(1, int(left * 1000))))
    symbols = cvc5.SymbolManager(solver)
    parser = cvc5.InputParser(solver, symbols)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, certificate, "certificate")
    answers: list[str] = []
    try:
        while not (command := parser.nextCommand()).isNull():
            deadline.check()
            answers += str(command.invoke(solver, symbols)).split()
    except RuntimeError as error:
        raise GaveOut(f"cvc5 does not take the certificate: {error}") from error
    agreed = all(answer == "unsat" for answer in answers)
    return CrossCheck(agreed, len(answers), str(cvc5.__version__), time.monotonic() - start)
