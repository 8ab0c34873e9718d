"""A litmus test of x86 made into a program."""

from __future__ import annotations

from ordercheck.frontends.litmus.condition import read_tail, show_condition
from ordercheck.frontends.litmus.init import read_init
from ordercheck.frontends.litmus.sections import Sections
from ordercheck.frontends.litmus.test import Litmus
from ordercheck.frontends.litmus.x86.code import Code
from ordercheck.frontends.litmus.x86.finals import Finals
from ordercheck.frontends.litmus.x86.instruction import Column, Instruction
from ordercheck.frontends.litmus.x86.places import Places
from ordercheck.frontends.litmus.x86.registers import FLAGS
from ordercheck.frontends.litmus.x86.symbols import choose
from ordercheck.frontends.litmus.x86.syntax import read_columns
from ordercheck.frontends.litmus.x86.translate import Translator
from ordercheck.program.ir import Condition, Program, Thread


def read(sections: Sections) -> Litmus:
    """The test in these sections. Raises InputError with the place of what is not understood."""
    file, wide = sections.file, sections.arch == "X86_64"
    columns = read_columns(sections.code, file, wide)
    entries = read_init(sections.init, file, symbolic=True)
    tail = read_tail(sections.tail, file, symbolic=True)
    named = {entry.location: (entry.line, entry.column) for entry in entries} | dict(tail.places)
    symbols = choose(columns, named, sections.code, file, wide)
    places = Places(file, (sections.init.line, sections.init.column), wide, len(columns))
    places.initialise(entries, symbols)
    finals = Finals(tail, places, symbols)
    condition = Condition(tail.quantifier, finals.expression(tail.proposition))
    filtered = None if tail.filter is None else finals.expression(tail.filter)
    program = Program(
        sections.name,
        tuple(_thread(k, column, places, finals) for k, column in enumerate(columns)),
        places.objects(),
        observe=tuple(shown.what for shown in finals.shown),
        condition=condition,
    )
    return Litmus(
        sections.name,
        sections.arch,
        file,
        program,
        finals.shown,
        show_condition(tail, finals.called(), 8 * places.word),
        filtered,
        places.names(),
        sections.info,
        sections.doc,
    )


def _thread(number: int, column: Column, places: Places, finals: Finals) -> Thread:
    shown = finals.registers(number)
    written: set[str] = set()
    flags = not set(FLAGS).isdisjoint(shown)
    for what, _, _ in column:
        if isinstance(what, Instruction):
            written |= what.writes
            flags = flags or what.opcode.reads_flags
    code = Code(number, places.file, places.wide, flags)
    code.registers.update(dict.fromkeys(shown))
    places.enter(number, written)
    Translator(code, places).translate(column)
    return code.thread(places.start(number, code.registers))
