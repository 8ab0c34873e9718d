"""A litmus test of the kernel's C made into a program."""

from __future__ import annotations

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.c.finals import Finals
from ordercheck.frontends.litmus.c.layout import Layout
from ordercheck.frontends.litmus.c.lower import lower
from ordercheck.frontends.litmus.c.macros import NO_MACROS, Macros
from ordercheck.frontends.litmus.c.memory import Memory
from ordercheck.frontends.litmus.c.syntax import Function
from ordercheck.frontends.litmus.c.tokens import Tokens
from ordercheck.frontends.litmus.c.units import functions
from ordercheck.frontends.litmus.c.values import SIZE, number
from ordercheck.frontends.litmus.condition import read_tail, show_condition
from ordercheck.frontends.litmus.init import read_init
from ordercheck.frontends.litmus.sections import Sections
from ordercheck.frontends.litmus.test import Litmus
from ordercheck.program.expr import Expr
from ordercheck.program.ir import Condition, Program, Thread


def read(sections: Sections, macros: Macros | None = None) -> Litmus:
    """The test in these sections; macros: those of a file such as linux-kernel.def.

    Raises InputError with the place of what is not understood.
    """
    file = sections.file
    macros = NO_MACROS if macros is None else macros
    code = sections.code
    tokens = Tokens(sections.text, file, code.start, code.start + len(code.text))
    found = functions(tokens)
    layout = Layout(read_init(sections.init, file), file)
    for function in found:
        for parameter in function.parameters:
            layout.declare(parameter.name)
    tail = read_tail(sections.tail, file)
    finals = Finals(tail, layout, len(found), file)
    condition = Condition(tail.quantifier, finals.expression(tail.proposition))
    filtered = None if tail.filter is None else finals.expression(tail.filter)
    starts = [_registers(function, layout, tokens) for function in found]
    _check_threads(layout, len(found), file)
    memory = Memory(layout)
    threads: list[Thread] = [
        lower(function, tokens, macros, memory, start, finals.registers(function.number))
        for function, start in zip(found, starts, strict=True)
    ]
    layout.pointing = layout.pointing or memory.pointing
    shown = tuple(finals.shown.values())
    program = Program(
        sections.name,
        tuple(threads),
        layout.objects(),
        observe=tuple(each.what for each in shown),
        condition=condition,
    )
    return Litmus(
        sections.name,
        sections.arch,
        file,
        program,
        shown,
        show_condition(tail),
        filtered,
        layout.names(),
        sections.info,
        sections.doc,
    )


def _registers(function: Function, layout: Layout, tokens: Tokens) -> dict[str, Expr]:
    """What the registers of a thread hold at the start: its parameters are the addresses of locations."""
    bases = dict(layout.bases())
    start: dict[str, Expr] = {}
    for (thread, name), entry in layout.registers.items():
        if thread == function.number:
            start[name] = number(layout.number(entry.value, SIZE, entry))
    for parameter in function.parameters:
        if parameter.name in start:
            raise tokens.error(f"{parameter.name} is a parameter and is initialised too", parameter.at)
        start[parameter.name] = number(bases[parameter.name])
    return start


def _check_threads(layout: Layout, threads: int, file: str) -> None:
    for (thread, _), entry in layout.registers.items():
        if thread >= threads:
            raise InputError(f"there is no thread {thread}", file, entry.line, entry.column)
