"""Programs from programs: without a drain, with ordinary stores, with parameters fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from ordercheck.program.expr import Expr, Value, const, substitute
from ordercheck.program.ir import (
    DOUBT,
    LOCKED,
    MFENCE,
    NT,
    Address,
    Addressed,
    Assert,
    Assign,
    Assume,
    Block,
    Branch,
    Fence,
    Goto,
    Havoc,
    Instr,
    Load,
    Mark,
    Program,
    Rmw,
    Store,
    Thread,
)
from ordercheck.program.wellformed import expressions

Rewrite = Callable[[Instr], Iterable[Instr]]


def rewrite(program: Program, change: Rewrite) -> Program:
    """The program with each instruction replaced by what `change` gives for it."""
    threads = tuple(
        replace(
            t,
            blocks=tuple(replace(b, body=tuple(new for i in b.body for new in change(i))) for b in t.blocks),
        )
        for t in program.threads
    )
    return replace(program, threads=threads)


def drains(program: Program) -> list[str]:
    """The labels of the program's fences, in program order, each once."""
    labels = (i.label for _, _, _, i in program.instructions() if isinstance(i, Fence) and i.label)
    return list(dict.fromkeys(labels))


def without_drain(program: Program, label: str) -> Program:
    """The program with every fence of that label left out."""
    return rewrite(program, lambda i: () if isinstance(i, Fence) and i.label == label else (i,))


def doubtful(program: Program) -> list[Load | Store | Rmw]:
    """The accesses that stand for the worst that code could do, by an address that nobody follows."""
    instrs = (i for _, _, _, i in program.instructions())
    return [i for i in instrs if isinstance(i, Load | Store | Rmw) and i.label == DOUBT]


def without_doubtful(program: Program) -> Program:
    """The program with what is certain alone.

    What such a load returns is any value; a locked operation is a fence, wherever it goes.
    """

    def change(instr: Instr) -> tuple[Instr, ...]:
        if not isinstance(instr, Load | Store | Rmw) or instr.label != DOUBT:
            return (instr,)
        fence = (Fence(frozenset({MFENCE}), "", instr.source),) if LOCKED in instr.tags else ()
        if isinstance(instr, Store):
            return fence
        return (*fence, Havoc(instr.dst, "int", 0, (1 << 8 * instr.size) - 1, instr.source))

    return rewrite(program, change)


def doubts(program: Program) -> list[str]:
    """What may have changed something, or not: what the program's doubtful truth values speak of."""
    instrs = (i for _, _, _, i in program.instructions())
    return list(dict.fromkeys(i.doubt for i in instrs if isinstance(i, Havoc) and i.doubt))


def without_doubts(program: Program) -> Program:
    """The program in which nothing of that happens."""

    def change(instr: Instr) -> tuple[Instr, ...]:
        if isinstance(instr, Havoc) and instr.doubt:
            return (Assign(instr.dst, const(False), instr.source),)
        return (instr,)

    return rewrite(program, change)


def has_free_choice(program: Program) -> bool:
    """Whether some register, or what memory held before, may have any value, from too many to try."""
    return bool(taken_on_trust(program)) or any(
        isinstance(i, Havoc) and i.sort == "int" and (i.low is None or i.high is None or i.high - i.low > 255)
        for _, _, _, i in program.instructions()
    )


def taken_on_trust(program: Program) -> list[str]:
    """The objects that are loaded from, and of whose content before the program one example is known."""
    instrs = (i for _, _, _, i in program.instructions())
    loaded = {i.address.object for i in instrs if isinstance(i, Load | Rmw)}
    return [o.name for o in program.objects if o.anything and o.name in loaded]


def ordinary_twin(program: Program) -> Program:
    """The same program with every non-temporal store ordinary: what transparency compares with."""

    def change(instr: Instr) -> tuple[Instr, ...]:
        if isinstance(instr, Store) and NT in instr.tags:
            return (replace(instr, tags=instr.tags - {NT}),)
        return (instr,)

    return rewrite(program, change)


def assuming(program: Program, *conditions: Expr) -> Program:
    """The program with further assumptions about its parameters."""
    return replace(program, assumptions=program.assumptions + conditions)


def rewritten(instr: Instr, change: Callable[[Expr], Expr]) -> Instr:
    """The instruction with each of its expressions replaced; the same one where nothing changes."""
    if all(change(e) is e for e in expressions(instr)):
        return instr

    def at(address: Address) -> Address:
        return Address(address.object, change(address.offset))

    match instr:
        case Load():
            expect = None if instr.expect is None else change(instr.expect)
            return replace(instr, address=at(instr.address), expect=expect)
        case Store():
            return replace(instr, address=at(instr.address), value=change(instr.value))
        case Rmw():
            when = None if instr.when is None else change(instr.when)
            return replace(instr, address=at(instr.address), value=change(instr.value), when=when)
        case Mark():
            value = None if instr.value is None else change(instr.value)
            return replace(instr, address=at(instr.address), value=value)
        case Assign():
            return replace(instr, value=change(instr.value))
        case Assume() | Assert():
            return replace(instr, condition=change(instr.condition))
    return instr


def fix_params(program: Program, values: Mapping[str, Value]) -> Program:
    """The program with those parameters replaced by constants.

    The assumptions stay (folded), so that values which contradict them stay visible as
    a false assumption.
    """
    env = {name: const(value) for name, value in values.items()}

    def sub(expr: Expr) -> Expr:
        return substitute(expr, env)

    def change(instr: Instr) -> tuple[Instr, ...]:
        return (rewritten(instr, sub),)

    fixed = _with_expressions(rewrite(program, change), sub)
    return replace(fixed, params=tuple(p for p in program.params if p.name not in values))


def renamed(program: Program, params: Mapping[str, str], objects: Mapping[str, str]) -> Program:
    """The program with other names for some parameters and objects, which nothing else must have."""
    known = {p.name: p for p in program.params}
    named = {old: replace(known[old], name=new) for old, new in params.items() if old in known}
    env = {old: param.expr for old, param in named.items()}

    def sub(expr: Expr) -> Expr:
        return substitute(expr, env)

    def change(instr: Instr) -> tuple[Instr, ...]:
        new = rewritten(instr, sub)
        if isinstance(new, Addressed) and new.address.object in objects:
            new = replace(new, address=Address(objects[new.address.object], new.address.offset))
        return (new,)

    fixed = _with_expressions(rewrite(program, change), sub)
    return replace(
        fixed,
        params=tuple(named.get(p.name, p) for p in program.params),
        objects=tuple(replace(o, name=objects.get(o.name, o.name)) for o in program.objects),
    )


def _with_expressions(program: Program, change: Callable[[Expr], Expr]) -> Program:
    """The program with each expression replaced that is not an instruction's."""

    def end(block: Block) -> Block:
        if isinstance(block.end, Branch):
            return replace(block, end=replace(block.end, condition=change(block.end.condition)))
        return block

    threads = tuple(
        replace(t, blocks=tuple(map(end, t.blocks)), init={r: change(e) for r, e in t.init.items()})
        for t in program.threads
    )
    return replace(program, threads=threads, assumptions=tuple(map(change, program.assumptions)))


def has_loop(thread: Thread) -> bool:
    """Whether control can pass twice through some block."""
    colour: dict[int, int] = {}
    stack = [(0, iter(_targets(thread.blocks[0])))]
    colour[0] = 1
    while stack:
        index, targets = stack[-1]
        target = next(targets, None)
        if target is None:
            colour[index] = 2
            stack.pop()
        elif colour.get(target) == 1:
            return True
        elif target not in colour:
            colour[target] = 1
            stack.append((target, iter(_targets(thread.blocks[target]))))
    return False


def _targets(block: Block) -> tuple[int, ...]:
    if isinstance(block.end, Branch):
        return (block.end.then, block.end.other)
    return (block.end.target,) if isinstance(block.end, Goto) else ()
