"""What a function leaves to its caller: non-temporal stores that are pending when it returns."""

from __future__ import annotations

from dataclasses import replace

from ordercheck.engines.setting import Setting
from ordercheck.engines.verify import Limits, verify
from ordercheck.errors import Deadline
from ordercheck.program.expr import Expr, apply, const
from ordercheck.program.ir import NT, Assert, Instr, Program, Publish, Store
from ordercheck.program.transform import ordinary_twin, rewrite
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY, Status, Verdict

RETURN = "return"
INFER = "infer"
KEY = "contract"
SHARE = 0.5
"""Of the time, for a proof that it drains itself."""
SECONDS = 3.0
"""So long a bound on what is pending is thought about."""
HINT = "--contract nodrain says that this is meant: its callers drain"


def nodrain(program: Program) -> Program:
    """The program whose return hands nothing over: that is left to the caller."""

    def change(instr: Instr) -> tuple[Instr, ...]:
        return () if isinstance(instr, Publish) and instr.name == RETURN else (instr,)

    return rewrite(program, change)


def inferred(
    verdict: Verdict, program: Program, setting: Setting, limits: Limits, deadline: Deadline
) -> Verdict:
    """The verdict; a refutation that is nothing but stores pending at the return becomes a contract.

    So does what nobody could decide, if its return is all that is open: there it may leave them
    pending. program: as it was asked about, with a publication at its return.
    """
    if verdict.status not in (Status.REFUTED, Status.UNKNOWN) or verdict.property != TRANSPARENCY:
        return verdict
    relaxed = verify(nodrain(program), setting, TRANSPARENCY, limits, deadline)
    if relaxed.status is not Status.PROVED:
        return verdict
    text = stated(program, setting, deadline)
    if verdict.status is Status.UNKNOWN:
        text = text.replace("returns", "may return", 1)
    return replace(relaxed, evidence={**relaxed.evidence, KEY: text})


def share(deadline: Deadline) -> Deadline:
    """The time for the question whether it drains, where a contract is looked for afterwards."""
    return deadline.part(SHARE)


def stated(program: Program, setting: Setting, deadline: Deadline) -> str:
    """Which memory has non-temporal stores pending at the return, in words."""
    names = dict.fromkeys(
        i.address.object for _, _, _, i in program.instructions() if isinstance(i, Store) and NT in i.tags
    )
    pending = []
    for name in names:
        # the one that there is was found pending already
        if len(names) == 1 or not _drained(_only(program, name), setting, deadline):
            pending.append(_extent(program, name, setting, deadline))
    if not pending:
        return ""
    return f"returns with non-temporal stores pending to {' and '.join(pending)}"


def _drained(program: Program, setting: Setting, deadline: Deadline) -> bool:
    limit = deadline.part(most=SECONDS)
    return verify(program, setting, TRANSPARENCY, Limits(), limit).status is Status.PROVED


def _only(program: Program, name: str) -> Program:
    """The program in which stores to other objects are ordinary."""

    def change(instr: Instr) -> tuple[Instr, ...]:
        other = isinstance(instr, Store) and NT in instr.tags and instr.address.object != name
        return (replace(instr, tags=instr.tags - {NT}),) if other and isinstance(instr, Store) else (instr,)

    return rewrite(program, change)


def _extent(program: Program, name: str, setting: Setting, deadline: Deadline) -> str:
    """The bytes that are stored to: [NAME, NAME+n) where n bounds them, a constant or a parameter."""
    stores = [
        i
        for _, _, _, i in program.instructions()
        if isinstance(i, Store) and NT in i.tags and i.address.object == name
    ]
    offsets = [i.address.offset for i in stores]
    if all(o.op == "const" and int(o.value) >= 0 for o in offsets):
        end = max(int(i.address.offset.value) + i.size for i in stores)
        return f"[{name}, {name}+{end})"
    # sizes are arguments; what is loaded from memory has a bracket or a star in its name
    sizes = [p for p in program.params if p.sort == "int" and not set(p.name) & set("&[*")]
    limit = deadline.part(most=SECONDS)
    for factor in (1, 8, 64):
        for param in sizes:
            if _within(program, name, apply("*", param.expr, factor), setting, limit):
                return f"[{name}, {name}+{param.name if factor == 1 else f'{factor}*{param.name}'})"
    return name


def _within(program: Program, name: str, end: Expr, setting: Setting, deadline: Deadline) -> bool:
    def change(instr: Instr) -> tuple[Instr, ...]:
        if not isinstance(instr, Store) or NT not in instr.tags or instr.address.object != name:
            return (instr,)
        low = apply("<=", const(0), instr.address.offset)
        high = apply("<=", apply("+", instr.address.offset, instr.size), end)
        return Assert(apply("and", low, high), "extent", instr.source), instr

    asked = ordinary_twin(rewrite(program, change))
    return verify(asked, setting, ASSERTIONS, Limits("inductive"), deadline).status is Status.PROVED
