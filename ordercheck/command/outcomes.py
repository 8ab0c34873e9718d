"""A final state that the user asks about: `--outcome '1:rax=0; x=2'`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ordercheck.errors import InputError
from ordercheck.program.expr import Expr, apply, conj, const, var
from ordercheck.program.ir import Condition, MemoryAt, Observable, Program, RegisterOf

if TYPE_CHECKING:
    from ordercheck.frontends.litmus.test import Litmus

PLACE = "--outcome"
MAX_TEXT = 4096
MAX_BITS = 64
# as herd7 prints a state; `/\` and commas separate too, for conditions that are pasted
_EQUATION = re.compile(
    r"""\s*(?P<name>\d+:\w+|\[[^][=;]+(?:\[\d+\])?\]|[A-Za-z_]\w*(?:\[\d+\])?)
        \s*=\s*(?P<value>-?\w+)\s*(?:;|,|/\\|$)\s*""",
    re.VERBOSE,
)


class _Named(NamedTuple):
    """What a name stands for, and how many bits of a value count."""

    what: Observable
    bits: int


def asking(litmus: Litmus | None, program: Program, text: str) -> Program:
    """The program with the question whether it can end in a state: its condition is `exists (text)`.

    Registers are named `THREAD:NAME`, memory by its object. Raises InputError, with the
    column, where the text is no list of equations, or names what the program lacks.
    """
    if len(text) > MAX_TEXT:
        raise InputError(f"longer than {MAX_TEXT} characters", PLACE)
    known = _known(litmus, program)
    observe = {str(what): what for what in program.observe}
    wanted: list[Expr] = []
    at = 0
    while at < len(text):
        match = _EQUATION.match(text, at)
        if match is None:
            raise InputError("expected NAME=VALUE, as in '1:rax=0; x=2'", PLACE, 1, at + 1)
        column = match.start("name") + 1
        what, bits = known.get(match["name"]) or _further(match["name"], litmus, program, column)
        observe.setdefault(str(what), what)
        value = _value(match["value"], litmus, match.start("value") + 1)
        wanted.append(apply("==", var(str(what)), const(value & ((1 << bits) - 1))))
        at = match.end()
    if not wanted:
        raise InputError("expected NAME=VALUE, as in '1:rax=0; x=2'", PLACE, 1, 1)
    return replace(program, observe=tuple(observe.values()), condition=Condition("exists", conj(*wanted)))


def _known(litmus: Litmus | None, program: Program) -> Mapping[str, _Named]:
    """What the test observes, under the name that herd7 prints and without brackets."""
    found = {
        str(what): _Named(what, 8 * what.size if isinstance(what, MemoryAt) else MAX_BITS)
        for what in program.observe
    }
    for shown in litmus.shown if litmus is not None else ():
        found[shown.name] = _Named(shown.what, shown.bits)
    return {**{_bare(name): named for name, named in found.items()}, **found}


def _bare(name: str) -> str:
    return name[1:-1] if name.startswith("[") and name.endswith("]") else name


def _further(name: str, litmus: Litmus | None, program: Program, column: int) -> _Named:
    """A register or object that the test does not observe itself."""
    thread, colon, register = name.partition(":")
    number = int(thread) if colon and len(thread) < 9 else len(program.threads)
    if number < len(program.threads) and register in program.threads[number].registers:
        narrow = litmus is not None and litmus.arch == "X86"
        return _Named(RegisterOf(number, register), 32 if narrow else MAX_BITS)
    for memory in program.objects:
        if memory.name == _bare(name) and memory.size is not None and 8 * memory.size <= MAX_BITS:
            return _Named(MemoryAt(memory.name, 0, memory.size, f"[{memory.name}]"), 8 * memory.size)
    names = ", ".join(map(str, program.observe)) or "nothing"
    raise InputError(f"the program has no {name} (it observes {names})", PLACE, 1, column)


def _value(text: str, litmus: Litmus | None, column: int) -> int:
    """A number, or the address of an object."""
    for address, name in litmus.names.items() if litmus is not None else ():
        if name == text:
            return address
    try:
        return int(text, 0)
    except ValueError:
        raise InputError(f"expected a number, got {text[:40]}", PLACE, 1, column) from None
