"""Symbolic registers, such as `%tmp`: herd7 chooses a free register for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.init import ANY_THREAD, Location, Register
from ordercheck.frontends.litmus.lexer import brief
from ordercheck.frontends.litmus.sections import Span
from ordercheck.frontends.litmus.x86.instruction import Column, Instruction
from ordercheck.frontends.litmus.x86.registers import free, part


def choose(
    columns: Sequence[Column],
    named: Mapping[Location, tuple[int, int]],
    code: Span,
    file: str,
    wide: bool,
) -> dict[str, tuple[int, str]]:
    """The thread of each symbolic register and the register that herd7 calls it.

    named are the registers in the initial state and in the condition, with their places. Raises
    InputError where one of them belongs to several threads, or where no register is free.
    """
    if not any(what.symbolic for column in columns for what, _, _ in column if isinstance(what, Instruction)):
        return {}
    users = [_registers(column) for column in columns]
    asked = [location for location in named if isinstance(location, Register)]
    found: dict[str, tuple[int, str]] = {}
    for thread, used in enumerate(users):
        taken = {known.whole for r in asked if r.thread == thread and (known := part(r.name, wide))}
        names = sorted(name for name in used if name.startswith("%"))
        chosen = free(taken | used, wide)
        if len(names) > len(chosen):
            message = f"P{thread} has more symbolic registers than there are free ones"
            raise InputError(message, file, code.line, code.column)
        for name, register in zip(names, chosen, strict=False):
            place = named.get(Register(ANY_THREAD, name))
            if name in found and place is not None:
                raise InputError(f"several threads have a register {brief(name)}", file, *place)
            found[name] = thread, register
    return found


def _registers(column: Column) -> set[str]:
    return {name for what, _, _ in column if isinstance(what, Instruction) for name in what.registers()}
