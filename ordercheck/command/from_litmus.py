"""Litmus tests as subjects of `verify` and `trace`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ordercheck.command.litmus_models import check_variants
from ordercheck.frontends.python import Family
from ordercheck.program.ir import MFENCE, SFENCE, Assert, Condition, Fence, Instr, Load, Program, Store

if TYPE_CHECKING:
    from ordercheck.frontends.litmus.test import Litmus

SUFFIX = ".litmus"
LANGUAGE = "C"
"""The `arch` of tests that none of the shipped models is about."""


@dataclass(frozen=True, eq=False)
class LitmusFamily(Family):
    """A litmus test as a program without variants, options or parameters."""

    litmus: Litmus


def is_litmus(spec: str) -> bool:
    """Whether the user names a litmus test."""
    return spec.endswith(SUFFIX)


def load(spec: str, macros: Path | None = None) -> LitmusFamily:
    """The test in a file. Its filter is part of the condition, its drains have labels.

    macros: definitions that a C test needs (a `.def` file of the kernel's). Raises
    InputError where the test cannot be read or is not understood.
    """
    from ordercheck.frontends import litmus

    path = Path(spec)
    found = litmus.read(path, macros)
    check_variants(found.info.get("Variant", ""), spec)
    program = labelled(filtered(found))
    return LitmusFamily(spec, {}, {}, path.parent, spec, lambda: program, found)


def filtered(litmus: Litmus) -> Program:
    """The program with a condition that counts only the final states in which the filter holds."""
    program, only = litmus.program, litmus.filter
    if program.condition is None or only is None:
        return program
    quantifier, expr = program.condition.quantifier, program.condition.expr
    whole = ~only | expr if quantifier == "forall" else only & expr
    return replace(program, condition=Condition(quantifier, whole))


def labelled(program: Program) -> Program:
    """Each drain called by its thread and fence, `P0:sfence`; from the second one on with a number."""
    threads = []
    for thread in program.threads:
        seen: dict[str, int] = {}
        blocks = tuple(
            replace(b, body=tuple(_with_label(i, thread.name, seen) for i in b.body)) for b in thread.blocks
        )
        threads.append(replace(thread, blocks=blocks))
    return replace(program, threads=tuple(threads))


def _with_label(instr: Instr, thread: str, seen: dict[str, int]) -> Instr:
    if not isinstance(instr, Fence) or instr.label or not instr.tags & {SFENCE, MFENCE}:
        return instr
    name = f"{thread}:{(SFENCE if SFENCE in instr.tags else MFENCE).lower()}"
    seen[name] = seen.get(name, 0) + 1
    return replace(instr, label=name if seen[name] == 1 else f"{name}.{seen[name]}")


def has_assertions(program: Program) -> bool:
    """Whether the program states something at places in its threads."""
    return any(
        isinstance(i, Assert)
        or (isinstance(i, Store) and i.lasting)
        or (isinstance(i, Load) and i.expect is not None)
        for _, _, _, i in program.instructions()
    )
