"""Does the property test notice? The engines against each other on the fixed programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ordercheck.cat import Model
from ordercheck.engines.setting import Setting, load_model
from ordercheck.errors import Deadline, GaveOut
from ordercheck.testing import compare
from tests.mutants.programs import PROGRAMS

SECONDS = 10.0


def disagreements(setting: Setting) -> Iterator[str]:
    """The programs on which the machine and the axiomatic engine differ, or an engine gives out."""
    for name, program in PROGRAMS.items():
        try:
            difference = compare.machine_and_axiomatic(program, setting, Deadline(SECONDS))
        except GaveOut as reason:
            difference = str(reason)
        if difference:
            yield f"{name}: {difference}"


def noticed(setting: Setting) -> bool:
    """Whether there is a disagreement."""
    return any(True for _ in disagreements(setting))


def with_model(name: str, model: Model) -> Setting:
    """The setting of a shipped model, whose cat file was replaced."""
    return replace(load_model(name), model=model)
