"""What is asked about: a program in one variant, with what the user fixed and assumed.

Everything that a user can get wrong about programs, options, parameters and assumptions
is noticed here, before any engine starts.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ordercheck import shipped
from ordercheck.command import from_litmus, from_llvm, outcomes
from ordercheck.errors import InputError
from ordercheck.frontends.python import Family, load, parse_assumption, parse_value
from ordercheck.program.expr import Expr, Value, conj, const, show, variables
from ordercheck.program.ir import Assert, Block, Exit, Program, Thread
from ordercheck.program.meant import pattern
from ordercheck.program.transform import assuming, drains, fix_params, without_drain

if TYPE_CHECKING:
    from ordercheck.frontends.litmus.test import Litmus

ALL = "all"


@dataclass(frozen=True, eq=False, slots=True)
class Subject:
    """A program ready to be checked.

    spec: what the user named; options, params: what --param fixed, as text and as values that are meant;
    assume: the conditions of --assume; without: the labels of the drains that are left out.
    litmus: the test where it is one; outcome: the final state that --outcome asks about.
    """

    spec: str
    variant: str
    description: str
    program: Program
    options: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Value] = field(default_factory=dict)
    assume: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    litmus: Litmus | None = None
    outcome: str = ""

    @property
    def statement(self) -> str:
        """What is asked about its final states, in words."""
        if self.outcome or self.litmus is None:
            return self.outcome
        only = f" where {show(self.litmus.filter)}" if self.litmus.filter is not None else ""
        return f"{self.litmus.condition}{only}"

    def asking(self, outcome: str) -> Subject:
        """The same with the question whether it can end in that state."""
        program = outcomes.asking(self.litmus, self.program, outcome)
        return replace(self, program=program, outcome=outcome)

    def lacking(self, label: str) -> Subject:
        """The same without one more drain."""
        program = without_drain(self.program, label)
        return replace(self, program=program, without=(*self.without, label))


def families(specs: Sequence[str], macros: Path | None = None) -> list[Family]:
    """The programs of those names, each once; what a user's file prints goes to stderr.

    macros: definitions for litmus tests in C.
    """
    with contextlib.redirect_stdout(sys.stderr):
        return [_family(spec, macros) for spec in dict.fromkeys(specs)]


def _family(spec: str, macros: Path | None) -> Family:
    if spec.startswith("@") or (spec and Path(spec).is_dir()):
        raise InputError(f"{spec}: a list or folder of tests is for `ordercheck litmus`")
    if from_litmus.is_litmus(spec):
        return from_litmus.load(spec, macros)
    described = shipped.described_programs()
    if spec in described:
        return from_llvm.shipped_family(spec, described[spec])
    return from_llvm.load(spec) if from_llvm.is_compiled(spec) else load(spec)


def is_compiled(spec: str) -> bool:
    """Whether the program is compiled code, shipped or the user's."""
    return from_llvm.is_compiled(spec) or spec in shipped.described_programs()


def variants(family: Family, chosen: str) -> list[str]:
    """The variants that `--variant` names: one, the default ("" where nothing is named), or all."""
    if chosen == ALL and ALL not in family.variants:
        return list(family.variants) or [""]
    return [chosen]


def settings(pairs: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE pairs as a dictionary; raises InputError where one is malformed or contradicts another."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not name or not equals or not value:
            raise InputError(f"--param {pair}: expected NAME=VALUE")
        if found.setdefault(name, value) != value:
            raise InputError(f"--param {name}: both {found[name]} and {value} are given")
    return found


def subject(
    family: Family,
    variant: str,
    given: Mapping[str, str],
    assume: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Subject:
    """One variant of a program with options and parameters given as text, and assumptions.

    without: labels of drains to leave out. Raises InputError for an unknown name, a value
    outside its bounds, or assumptions that cannot hold with the values given.
    """
    options = {name: text for name, text in given.items() if name in family.options}
    with contextlib.redirect_stdout(sys.stderr):
        program = family.build(variant, options)
    known = {name: p for p in program.params for name in (*p.also, p.name)}
    values: dict[str, Value] = {}
    for name, text in given.items():
        if name in known:
            param = known[name]
            value = parse_value(param, text)
            if values.setdefault(param.name, value) != value:
                raise InputError(f"--param {param.name}: both {values[param.name]} and {value} are given")
        elif name not in options:
            names = ", ".join(p.name for p in program.params) or "none"
            has = f"parameters: {names}; options: {', '.join(family.options) or 'none'}"
            hint = family.hint(variant, name)
            raise InputError(f"{family.spec} has no parameter or option {name} ({has}){hint}")
    conditions = [parse_assumption(text, program, partial(family.hint, variant)) for text in assume]
    held = {p.name: pattern(p, values[p.name]) for p in program.params if p.name in values}
    fixed = fix_params(assuming(program, *conditions), held)
    for asked, condition in zip([*program.assumptions, *assume], fixed.assumptions, strict=True):
        if condition is const(False):
            given_text = ", ".join(f"{n}={v}" for n, v in values.items()) or "any values"
            raise InputError(f"contradiction: `{asked}` cannot hold with {given_text}")
    description = family.variants.get(program.variant, "")
    litmus = family.litmus if isinstance(family, from_litmus.LitmusFamily) else None
    whole = Subject(
        family.spec, program.variant, description, fixed, options, values, tuple(assume), litmus=litmus
    )
    for label in dict.fromkeys(without):
        labels = drains(program)
        if label not in labels:
            has = ", ".join(labels) or "none"
            raise InputError(f"{family.spec} has no drain {label} in this variant (drains: {has})")
        whole = whole.lacking(label)
    return whole


def emptiness(subject: Subject) -> Program:
    """A program whose assertion holds just where no parameter values meet the assumptions.

    For a warning that a proof would say nothing.
    """
    names = {n for a in subject.program.assumptions for n in variables(a)}
    params = tuple(p for p in subject.program.params if p.name in names)
    wrong = Assert(_negated(subject.program.assumptions), "the assumptions cannot hold together")
    thread = Thread("assumptions", (Block((wrong,), Exit()),), {})
    return replace(
        subject.program, threads=(thread,), objects=(), params=params, assumptions=(), condition=None
    )


def _negated(conditions: Iterable[Expr]) -> Expr:
    return ~conj(*conditions)
