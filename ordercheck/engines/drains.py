"""Which drain is needed on which memory model, and when.

A drain is redundant where the program without it is still proved transparent, required
where that is refuted (and the refutation replays), and conditional where a condition of
the program's own on its parameters decides: refuted where it holds, proved where it does
not, and the drain is executed in both cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from ordercheck.engines import inductive
from ordercheck.engines.operational.replay import violated
from ordercheck.engines.setting import Setting
from ordercheck.engines.showing import fits, nearby, small_values
from ordercheck.engines.verify import Limits, unbounded, verify
from ordercheck.errors import Deadline, GaveOut
from ordercheck.program.expr import Expr, Value, const, evaluate, keep, show, variables, walk
from ordercheck.program.ir import Assert, Branch, Fence, Instr, Load, Param, Program, Store
from ordercheck.program.meant import meant, shown
from ordercheck.program.transform import assuming, fix_params, has_loop, rewrite, without_drain
from ordercheck.verdict import ASSERTIONS, CUT, LATER, TRANSPARENCY, Status, Verdict, so_many


@dataclass(frozen=True, slots=True)
class Drain:
    """status: required, redundant, conditional (on `condition`), or unknown (why: `condition`).

    refutation: what goes wrong without the drain, where it is required or conditional.
    """

    program: str
    model: str
    drain: str
    status: str
    condition: str = ""
    refutation: Verdict | None = None


def drain_status(program: Program, label: str, setting: Setting, deadline: Deadline) -> Drain:
    """What the drain of that label is needed for under the model.

    Raises InputError as `verify` does.
    """

    reduced = without_drain(program, label)
    verdict = verify(reduced, setting, TRANSPARENCY, Limits(), deadline)

    def result(status: str, condition: str = "") -> Drain:
        refutation = verdict if verdict.status is Status.REFUTED else None
        return Drain(program.name, setting.name, label, status, condition, refutation)

    if _cut(verdict) and any(map(has_loop, reduced.threads)):
        counts = so_many(verdict.bound, verdict.evidence["counts"])
        return result("unknown", f"without it, it holds up to {counts}; {LATER}")
    if verdict.status in (Status.PROVED, Status.HOLDS):
        return result("redundant")
    if verdict.status is Status.UNKNOWN:
        return result("unknown", verdict.reason)
    # the counterexample's side of a condition is refuted already: ask about the other
    sides = [atom if evaluate(atom, verdict.params) else ~atom for atom in _atoms(program)]
    for refuted_side in sorted(sides, key=_plainness):
        other = assuming(reduced, ~refuted_side)
        if _shown_nearby(other, verdict.params, setting, deadline):
            continue
        # the cheap question first: where it is never executed, that it is not needed says nothing
        executed = _executed(program, label, ~refuted_side, setting, deadline, SOON)
        if executed is False:
            continue
        seconds = PLAIN if refuted_side.op == "==" else OTHER
        if not _proved(other, TRANSPARENCY, setting, deadline, seconds):
            continue
        if executed is None:
            executed = _executed(program, label, ~refuted_side, setting, deadline, PLAIN)
        if executed is not False:
            return result("conditional", _text(refuted_side, program.params))
    return result("required")


def _cut(verdict: Verdict) -> bool:
    """Whether it is about what stays within a bound alone: a drain may be needed beyond that."""
    return verdict.status is Status.HOLDS and verdict.evidence.get("exact") == CUT


def _plainness(condition: Expr) -> tuple[bool, int]:
    """Which condition to name first: one that fixes a value says most, a short one is read soonest."""
    return condition.op != "==", len(walk(condition))


def _shown_nearby(program: Program, near: Mapping[str, Value], setting: Setting, deadline: Deadline) -> bool:
    """Whether the machine refutes the program with parameters that differ little from those: cheap to ask."""
    if setting.machine is None:
        return False
    for params in islice(_nearby(program, near), MOST_RUNS):
        if violated(fix_params(program, params), setting.machine, TRANSPARENCY, deadline):
            return True
    return False


def _nearby(program: Program, near: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    """Parameters that fit the assumptions and differ in one; where there are none, in two."""
    found = list(nearby(program, near))
    yield from found
    if found:
        return
    small = [{p.name: v} for p in program.params for v in small_values(p) if v != near[p.name]]
    numbers = [p for p in program.params if p.sort == "int"]
    named = [{p.name: v} for p in numbers for v in _named(program) if v != near[p.name] and _within(p, v)]
    for one, other in combinations([*small, *named], 2):
        params = {**near, **one, **other}
        if fits(program, params):
            yield params


def _within(param: Param, value: Value) -> bool:
    return (param.low is None or value >= param.low) and (param.high is None or value <= param.high)


def _named(program: Program) -> list[int]:
    """Numbers that the program's conditions on parameters name, up to MOST; a machine runs so many rounds."""
    nodes = [node for atom in _atoms(program) for node in walk(atom) if node.op == "const"]
    found = [int(n.value) for n in nodes if n.sort == "int" and 0 < int(n.value) <= MOST]
    return list(dict.fromkeys([*found, *(2 * n for n in found)]))


def _atoms(program: Program) -> Iterator[Expr]:
    """The comparisons and truth values over parameters alone that the program branches on."""
    params = {p.name for p in program.params}
    seen: set[Expr] = set()
    for thread in program.threads:
        for block in thread.blocks:
            if isinstance(block.end, Branch):
                for atom in _parts(block.end.condition):
                    if atom not in seen and variables(atom) and params.issuperset(variables(atom)):
                        seen.add(atom)
                        yield atom


def _parts(condition: Expr) -> list[Expr]:
    """The comparisons and truth values that a condition is made of."""
    if condition.op in ("and", "or", "not"):
        return [part for operand in condition.args for part in _parts(operand)]
    return [condition]


def _executed(
    program: Program, label: str, condition: Expr, setting: Setting, deadline: Deadline, seconds: float
) -> bool | None:
    """Whether the drain can be reached where the condition holds; None where that is not known."""

    def change(instr: Instr) -> tuple[Instr, ...]:
        if isinstance(instr, Fence) and instr.label == label:
            return (Assert(const(False), f"{label} is executed", instr.source),)
        if isinstance(instr, Assert):
            return ()
        if isinstance(instr, Load):
            return (replace(instr, expect=None),)
        return (replace(instr, lasting=False),) if isinstance(instr, Store) else (instr,)

    reached = rewrite(assuming(program, condition), change)
    never = _proved(reached, ASSERTIONS, setting, deadline, seconds)
    return None if never is None else not never


MOST, MOST_RUNS = 256, 16
PLAIN, OTHER, SOON = 10.0, 0.75, 0.15
"""So many seconds a condition is thought about, one that fixes a value and any other; where it is not
proved by then, it is not offered. SOON: for a first look at whether the drain is executed at all."""


def _proved(program: Program, prop: str, setting: Setting, deadline: Deadline, seconds: float) -> bool | None:
    """Whether there is a proof, or a counterexample; None where neither is found in time."""
    limit = deadline.part(most=seconds)
    try:
        return isinstance(unbounded(program, setting.order, prop, limit, small=False), inductive.Proof)
    except GaveOut:
        return None


def _text(condition: Expr, params: Sequence[Param]) -> str:
    """A condition as `--assume` takes it."""
    opposite = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
    written = _masked(condition, {p.name: p for p in params})
    if written.op == "not" and written.args[0].op in opposite:
        inner = written.args[0]
        written = keep(opposite[inner.op], *inner.args)
    return show(written)


def _signed(node: Expr, params: Mapping[str, Param]) -> Param | None:
    """The parameter that a term is, where its type has a sign."""
    param = params.get(node.name) if node.op == "var" else None
    return param if param is not None and param.signed else None


def _masked(condition: Expr, params: Mapping[str, Param]) -> Expr:
    """The low bits of a value by a mask, which people write; none where a parameter has no more bits.

    A signed parameter is what it means; where its pattern matters, the bits of that.
    """
    made: dict[Expr, Expr] = {}
    named = {meant(p): p for p in params.values() if p.signed}
    for node in walk(condition):
        args = [made[a] for a in node.args]
        param = _signed(node.args[0] if node.args else node, params)
        mask = 0 if param is None else (1 << param.bits) - 1
        if node in named:
            made[node] = named[node].expr
        elif node.op == "var" and param is not None:
            made[node] = keep("&", node, mask)
        elif node.op in ("==", "!=") and param is not None and node.args[1].op == "const":
            made[node] = keep(node.op, param.expr, shown(param, node.args[1].value))
        elif node.op == "trunc" and param is not None and node.args[1].op == "const":
            made[node] = keep("&", param.expr, mask & (1 << int(node.args[1].value)) - 1)
        elif node.op == "trunc" and node.args[1].op == "const":
            mask = (1 << int(node.args[1].value)) - 1
            param = params.get(args[0].name) if args[0].op == "var" else None
            fits = param is not None and param.low is not None and param.low >= 0
            fits = fits and param is not None and param.high is not None and param.high <= mask
            made[node] = args[0] if fits else keep("&", args[0], mask)
        else:
            made[node] = keep(node.op, *args) if args else node
    return made[condition]
