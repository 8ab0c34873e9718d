"""A task as a system of Horn clauses: one predicate for each loop head, one rule for each way between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from ordercheck.engines.inductive.arith import Arithmetic, both, either
from ordercheck.engines.inductive.flow import (
    live_at,
    loop_heads,
    maybe_published,
    regions,
    relevant_registers,
)
from ordercheck.engines.inductive.pending import FALSE, State
from ordercheck.engines.inductive.profile import Profile
from ordercheck.engines.inductive.task import ASSERTED, Aim, Check, Choice, Predicate, Rule, System, Task
from ordercheck.engines.inductive.walk import Walker, merged
from ordercheck.engines.inductive.witness import Witness
from ordercheck.program.expr import Expr, Sort, apply, conj, const, var, variables
from ordercheck.program.ir import (
    NOWHERE,
    Assert,
    Assume,
    Branch,
    Instr,
    Load,
    Program,
    Publish,
    Rmw,
    Source,
    Store,
    Thread,
)

Draft = list[tuple[int | None, Expr, int | None, State]]
"""Rules before their arguments are chosen: from which loop head, when, to which, with which state."""


class Names:
    """Names that clash with no parameter or register."""

    def __init__(self, program: Program) -> None:
        self._taken = {p.name for p in program.params}
        for thread in program.threads:
            self._taken |= set(thread.registers)
        self._number = count(1)

    def unique(self, stem: str) -> str:
        """`stem`, or `stem` with a number where that is taken."""
        name = stem
        for number in count(2):
            if name not in self._taken:
                break
            name = f"{stem}{number}"
        self._taken.add(name)
        return name

    def fresh(self, sort: Sort, like: str = "") -> Expr:
        """A new variable, for a value of the register `like` where there is one."""
        any_number = f"any{next(self._number)}"
        return var(self.unique(f"{like}_{any_number}" if like else any_number), sort)


def encode(program: Program, task: Task, profile: Profile) -> System:
    """The Horn clauses of a task."""
    thread = program.threads[task.thread]
    names = Names(program)
    objects = {o.name: o for o in program.objects}
    params = frozenset(p.name for p in program.params)
    offset = var(names.unique("offset"))
    arithmetic = Arithmetic(params, names.fresh, lambda: var(names.unique("product")))
    witness = Witness(task, profile, objects, arithmetic, offset, names.unique)
    uses = _uses(task, witness.needs_values)
    relevant = relevant_registers(thread, uses)
    heads = loop_heads(thread)
    live = live_at(thread, heads, relevant, uses)
    walker = Walker(thread, witness, arithmetic, objects, relevant)
    published = maybe_published(thread)

    ghosts = {n: s for n, s in witness.sorts.items() if n != witness.published}
    states: list[State] = []
    for head in heads:
        state: State = {r: var(r, thread.registers[r]) for r in live[head]}
        state |= {n: var(n, s) for n, s in ghosts.items()}
        state[witness.published] = var(witness.published, "bool") if published[head] else const(False)
        states.append(state)

    number = {head: i for i, head in enumerate(heads)}
    draft: Draft = []
    checks: dict[int, tuple[Check, ...]] = {}
    choices: dict[int, tuple[Choice, ...]] = {}
    for region in regions(thread, heads):
        before = None if region.start is None else number[region.start]
        state = _entry(thread, witness) if before is None else dict(states[before])
        exits = walker.region(region, set(heads), state)
        facts = conj(*walker.facts)
        choices[-1 if before is None else before] = tuple(walker.choices)
        for target, edges in exits.items():
            guard, left = merged(edges)
            draft.append((before, both(facts, guard), number[target], left))
        if walker.checks:
            checks[-1 if before is None else before] = tuple(walker.checks)
            bad = const(False)
            for check in walker.checks:
                bad = either(bad, check.condition)
            draft.append((before, both(facts, bad), None, {}))
    system = _assembled(program, task, draft, checks, states, heads, witness, arithmetic)
    return replace(system, choices=choices)


def _entry(thread: Thread, witness: Witness) -> State:
    state: State = {r: const(False) if s == "bool" else const(0) for r, s in thread.registers.items()}
    state |= thread.init
    return state | witness.start()


def _uses(task: Task, values: bool) -> Callable[[Instr], list[Expr]]:
    """The expressions of an instruction that matter to a task (Flow asks)."""

    def uses(instr: Instr) -> list[Expr]:
        found: list[Expr] = []
        if isinstance(instr, Assume) or (isinstance(instr, Assert) and task.aim is Aim.ASSERT):
            found.append(instr.condition)
        if isinstance(instr, Load | Store | Rmw) and instr.address.object == task.object:
            found.append(instr.address.offset)
            if values and isinstance(instr, Store | Rmw):
                found.append(instr.value)
        if task.aim in ASSERTED and isinstance(instr, Load) and instr.expect is not None:
            found.append(instr.expect)
        if isinstance(instr, Rmw) and instr.when is not None:
            found.append(instr.when)
        return found

    return uses


def _assembled(
    program: Program,
    task: Task,
    draft: Draft,
    checks: dict[int, tuple[Check, ...]],
    states: list[State],
    heads: tuple[int, ...],
    witness: Witness,
    arithmetic: Arithmetic,
) -> System:
    draft = _towards_errors([step for step in draft if step[1] is not FALSE])
    assumptions = [arithmetic.exact(a) for a in program.assumptions]
    needed = _needed(draft, states)
    used = {n for before, body, _, _ in draft for n in variables(body)}
    for _, _, after, left in draft:
        if after is not None:
            used |= {n for key in needed[after] for n in variables(left[key])}
    background = _background(program, assumptions + arithmetic.facts, used)
    used |= {n for fact in background for n in variables(fact)}
    if witness.offset.name in used:
        background += _witness_bounds(program, task, witness.offset)
    constants = [p.expr for p in program.params if p.name in used]
    constants += [x for x in arithmetic.constants.values() if x.name in used]
    if witness.offset.name in used:
        constants.append(witness.offset)
    thread = program.threads[task.thread]
    predicates = tuple(
        Predicate(head, _source(thread, head), tuple(states[i][key] for key in needed[i]))
        for i, head in enumerate(heads)
    )
    rules = tuple(
        Rule(before, body, after, () if after is None else tuple(left[key] for key in needed[after]))
        for before, body, after, left in draft
    )
    return System(
        task,
        predicates,
        rules,
        tuple(background),
        tuple(constants),
        checks,
        witness.offset if witness.offset.name in used else None,
        tuple(dict.fromkeys(arithmetic.abstracted)),
        tuple(dict.fromkeys(witness.hints)),
    )


def _towards_errors(draft: Draft) -> Draft:
    """The rules that lead, by others, to an error."""
    leading: set[int | None] = {None}
    changed = True
    while changed:
        before = {b for b, _, after, _ in draft if after in leading and b is not None}
        changed = not before <= leading
        leading |= before
    return [step for step in draft if step[2] in leading]


def _needed(draft: Draft, states: list[State]) -> list[list[str]]:
    """For each loop head, the keys of its state on which an error can depend, in a fixed order."""
    needed: list[dict[str, None]] = [{} for _ in states]
    read = [variables(body) for _, body, _, _ in draft]
    changed = True
    while changed:
        changed = False
        for (before, _, after, left), body_reads in zip(draft, read, strict=True):
            if before is None:
                continue
            names = [*body_reads]
            if after is not None:
                names += [n for key in needed[after] for n in variables(left[key])]
            for name in names:
                own = states[before].get(name)
                if own is not None and own.op == "var" and name not in needed[before]:
                    needed[before][name] = None
                    changed = True
    return [[key for key in state if key in need] for state, need in zip(states, needed, strict=True)]


def _background(program: Program, facts: list[Expr], used: set[str]) -> list[Expr]:
    """The bounds and the facts that bear on the variables used, by way of others too."""
    all_facts = list(facts)
    for p in program.params:
        if p.low is not None:
            all_facts.append(apply(">=", p.expr, p.low))
        if p.high is not None:
            all_facts.append(apply("<=", p.expr, p.high))
    chosen: dict[Expr, None] = {}
    reached = set(used)
    changed = True
    while changed:
        changed = False
        for fact in all_facts:
            names = variables(fact)
            if fact not in chosen and (not names or reached & set(names)):
                chosen[fact] = None
                reached |= set(names)
                changed = True
    return [fact for fact in all_facts if fact in chosen and fact.op != "const"] + [
        fact for fact in chosen if fact.op == "const" and not fact.value
    ]


def _witness_bounds(program: Program, task: Task, offset: Expr) -> list[Expr]:
    size = program.object(task.object).size
    if size is None:
        return []
    return [apply(">=", offset, 0), apply("<", offset, size)]


def _source(thread: Thread, block: int) -> Source:
    end = thread.blocks[block].end
    if isinstance(end, Branch):
        return end.source
    for instr in thread.blocks[block].body:
        if not isinstance(instr, Publish):
            return instr.source
    return NOWHERE
