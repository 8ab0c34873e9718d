"""Every name that a program uses is declared, every target exists."""

from __future__ import annotations

from collections.abc import Iterable

from ordercheck.program.expr import Expr, variables
from ordercheck.program.ir import (
    ANYWHERE,
    Address,
    Addressed,
    Assert,
    Assign,
    Assume,
    Branch,
    Goto,
    Instr,
    Load,
    Mark,
    Program,
    Publish,
    Rmw,
    Source,
    Store,
    Visibility,
)


def expressions(instr: Instr) -> list[Expr]:
    """The expressions that an instruction mentions."""
    found: list[Expr] = []
    if isinstance(instr, Addressed):
        found.append(instr.address.offset)
    if isinstance(instr, Load) and instr.expect is not None:
        found.append(instr.expect)
    if isinstance(instr, Mark) and instr.value is not None:
        found.append(instr.value)
    if isinstance(instr, Store | Rmw | Assign):
        found.append(instr.value)
    if isinstance(instr, Rmw) and instr.when is not None:
        found.append(instr.when)
    if isinstance(instr, Assume | Assert):
        found.append(instr.condition)
    return found


def check(program: Program) -> None:
    """Raises NameError where a name is not declared, IndexError where a block does not exist,
    ValueError where two threads access an object that is private.
    """
    _check_private(program)
    params = {p.name for p in program.params}
    objects = {o.name for o in program.objects}
    _check_names(program.assumptions, params, "an assumption")
    for thread in program.threads:
        known = params | set(thread.registers)
        if clash := params & set(thread.registers):
            raise NameError(f"thread {thread.name}: {clash.pop()} is a parameter and a register")
        _check_names(thread.init.values(), params, f"the registers of thread {thread.name}")
        for block in thread.blocks:
            for instr in block.body:
                _check_names(expressions(instr), known, _place(instr.source, thread.name))
                for address in _addresses(instr):
                    if address.object not in objects and address.object != ANYWHERE:
                        raise NameError(f"{_place(instr.source, thread.name)}: no object {address.object}")
            targets: tuple[int, ...] = ()
            if isinstance(block.end, Branch):
                _check_names([block.end.condition], known, _place(block.end.source, thread.name))
                targets = (block.end.then, block.end.other)
            elif isinstance(block.end, Goto):
                targets = (block.end.target,)
            if any(not 0 <= t < len(thread.blocks) for t in targets):
                raise IndexError(f"thread {thread.name}: a jump to a block that does not exist")


def _check_private(program: Program) -> None:
    users: dict[str, str] = {o.name: "" for o in program.objects if o.visibility is Visibility.PRIVATE}
    for thread in program.threads:
        for block in thread.blocks:
            for instr in block.body:
                for address in _addresses(instr):
                    first = users.get(address.object)
                    if first and first != thread.name:
                        where = _place(instr.source, thread.name)
                        raise ValueError(f"{where}: {address.object} is private to thread {first}")
                    if first == "":
                        users[address.object] = thread.name


def _addresses(instr: Instr) -> list[Address]:
    if isinstance(instr, Addressed):
        return [instr.address]
    if isinstance(instr, Publish):
        return [instr.store.address]
    return []


def _place(source: Source, thread: str) -> str:
    return f"{source} (thread {thread})"


def _check_names(exprs: Iterable[Expr], known: set[str], where: str) -> None:
    for expr in exprs:
        for name in variables(expr):
            if name not in known:
                raise NameError(f"{where}: {name} is neither a parameter nor a register of this thread")
