"""Which drain is needed on which memory model, and when.

A drain is redundant where the program without it is still proved transparent, required
where that is refuted (and the refutation replays), and conditional where a condition of
the program's own on its parameters decides: refuted where it holds, proved where it does
not, and the drain is executed in both cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ordercheck.engines import inductive
from ordercheck.engines.verify import Limits, Setting, unbounded, verify
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr, const, evaluate, show, variables, walk
from ordercheck.program.ir import Assert, Branch, Fence, Instr, Load, Program, Store
from ordercheck.program.transform import assuming, rewrite, without_drain
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY, Status


@dataclass(frozen=True, slots=True)
class Drain:
    """status: required, redundant, conditional (on `condition`), or unknown (why: `condition`)."""

    program: str
    model: str
    drain: str
    status: str
    condition: str = ""


def drain_status(program: Program, label: str, setting: Setting, deadline: Deadline) -> Drain:
    """What the drain of that label is needed for under the model.

    Raises InputError as `verify` does.
    """

    def result(status: str, condition: str = "") -> Drain:
        return Drain(program.name, setting.name, label, status, condition)

    reduced = without_drain(program, label)
    verdict = verify(reduced, setting, TRANSPARENCY, Limits(), deadline)
    if verdict.status in (Status.PROVED, Status.HOLDS):
        return result("redundant")
    if verdict.status is Status.UNKNOWN:
        return result("unknown", verdict.reason)
    for atom in _atoms(program):
        # the counterexample's side of the condition is refuted already: ask about the other
        refuted_side = atom if evaluate(atom, verdict.params) else ~atom
        if not _executed(program, label, ~refuted_side, setting, deadline):
            continue
        if _proved(assuming(reduced, ~refuted_side), TRANSPARENCY, setting, deadline):
            return result("conditional", _text(refuted_side))
    return result("required")


def _atoms(program: Program) -> Iterator[Expr]:
    """The comparisons and truth values over parameters alone that the program branches on."""
    params = {p.name for p in program.params}
    seen: set[Expr] = set()
    for thread in program.threads:
        for block in thread.blocks:
            if not isinstance(block.end, Branch):
                continue
            for node in walk(block.end.condition):
                names = set(variables(node))
                comparison = node.sort == "bool" and node.op not in ("and", "or", "not", "ite", "const")
                if comparison and names and names <= params and node not in seen:
                    seen.add(node)
                    yield node


def _executed(program: Program, label: str, condition: Expr, setting: Setting, deadline: Deadline) -> bool:
    """Whether the drain can be reached where the condition holds (yes, where that is not known)."""

    def change(instr: Instr) -> tuple[Instr, ...]:
        if isinstance(instr, Fence) and instr.label == label:
            return (Assert(const(False), f"{label} is executed", instr.source),)
        if isinstance(instr, Assert):
            return ()
        if isinstance(instr, Load):
            return (replace(instr, expect=None),)
        return (replace(instr, lasting=False),) if isinstance(instr, Store) else (instr,)

    reached = rewrite(assuming(program, condition), change)
    return not _proved(reached, ASSERTIONS, setting, deadline)


def _proved(program: Program, prop: str, setting: Setting, deadline: Deadline) -> bool:
    try:
        return isinstance(unbounded(program, setting.order, prop, deadline), inductive.Proof)
    except GaveOut:
        return False


def _text(condition: Expr) -> str:
    opposite = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
    if condition.op == "not" and condition.args[0].op in opposite:
        inner = condition.args[0]
        a, b = inner.args
        return f"{show(a)} {opposite[inner.op]} {show(b)}"
    return show(condition)
