"""The options of `ordercheck litmus`, in our spelling and in herd7's."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ordercheck.errors import InputError

FORMATS = ("text", "herd", "json", "dot", "junit")
MAX_BOUND = 10_000
# below this many tests a second process does not pay
FEW = 100


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for.

    names: as given; model, conf, macros, bell: "" where not given; bound: rounds of a loop
    (None: not said); states: None where neither --states nor --verdict-only was given; seconds:
    for each test; jobs: 0 where not said; memory: bytes; resume: the journal, "" for none.
    """

    names: tuple[str, ...]
    model: str = ""
    conf: str = ""
    include: tuple[Path, ...] = ()
    macros: str = ""
    bell: str = ""
    variants: tuple[str, ...] = ()
    bound: int | None = None
    jobs: int = 0
    states: bool | None = None
    style: str = "text"
    seconds: float | None = None
    memory: int = 4 << 30
    resume: str = ""
    check_expected: bool = False

    @property
    def verdict_only(self) -> bool:
        """Whether final states are not asked for."""
        return self.states is False

    def processes(self, tests: int) -> int:
        """How many worker processes so many tests get; 1: none, the tests run in this one."""
        wanted = self.jobs or (os.cpu_count() or 1 if tests > FEW else 1)
        return max(1, min(wanted, tests))


def options(command: Any) -> Any:
    """Adds the options to a command. Some have herd7's spelling too, for scripts that call it."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


class _Option(click.Option):
    """An option whose second spelling, herd7's, is not in the way in the help."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return None if record is None else (_HERDS.sub("", record[0]), record[1])


_HERDS = re.compile(r"(?<![-\w])-\w{2,}, ")
_OPTIONS = [
    click.option(
        "--model",
        "-model",
        "-cat",
        cls=_Option,
        metavar="FILE.cat|NAME",
        default="",
        help="A memory model: a cat file, or a shipped one.",
    ),
    click.option(
        "--conf",
        "-conf",
        cls=_Option,
        metavar="FILE.cfg",
        default="",
        help="herd7's configuration, such as linux-kernel.cfg.",
    ),
    click.option(
        "-I",
        "include",
        metavar="DIR",
        multiple=True,
        help="Where models and what they include are looked for. Repeatable.",
    ),
    click.option(
        "--macros", "-macros", cls=_Option, metavar="FILE.def", default="", help="The macros of C tests."
    ),
    click.option(
        "--bell", "-bell", cls=_Option, metavar="FILE.bell", default="", help="The tags of C tests."
    ),
    click.option(
        "--variant",
        "-variant",
        "variants",
        cls=_Option,
        metavar="NAME",
        multiple=True,
        help='What `if "NAME"` in a model finds set. Repeatable.',
    ),
    click.option(
        "--bound",
        metavar="N",
        type=click.IntRange(1, MAX_BOUND),
        help="Rounds of a loop [default: 3, as in herd7].",
    ),
    click.option("-unroll", "unroll", type=click.IntRange(0, MAX_BOUND - 1), hidden=True),
    click.option(
        "--jobs",
        metavar="N",
        type=click.IntRange(1, 1024),
        help="Processes [default: 1 for few tests, else the processors].",
    ),
    click.option(
        "--states/--verdict-only",
        default=None,
        help="Complete final states (the default), or only what the conditions ask.",
    ),
    click.option("--format", "style", type=click.Choice(FORMATS), default="text", show_default=True),
    click.option(
        "--timeout",
        "-timeout",
        cls=_Option,
        metavar="S",
        type=click.FloatRange(0, 1e6, min_open=True),
        help="Seconds for each test.",
    ),
    click.option(
        "--memory",
        metavar="MIB",
        type=click.IntRange(128, 1 << 24),
        default=4096,
        show_default=True,
        help="Address space of each process.",
    ),
    click.option(
        "--resume", metavar="FILE", default="", help="A journal: what it holds is not decided again."
    ),
    click.option("--check-expected", is_flag=True, help="Compares with the tests' own `Result:` lines."),
]


def settings(names: tuple[str, ...], given: dict[str, Any]) -> Settings:
    """What the options ask for; raises InputError where they contradict each other."""
    timeout = given["timeout"]
    if timeout is not None and math.isnan(timeout):
        raise InputError("--timeout nan: expected a number of seconds")
    bound = given["bound"]
    if given["unroll"] is not None:
        if bound is not None:
            raise InputError("--bound contradicts -unroll: they say the same in two ways")
        bound = given["unroll"] + 1
    if given["style"] == "dot" and given["states"] is not None:
        option = "--states" if given["states"] else "--verdict-only"
        raise InputError(f"{option} contradicts --format dot: that shows one execution")
    return Settings(
        names,
        model=given["model"],
        conf=given["conf"],
        include=tuple(map(Path, given["include"])),
        macros=given["macros"],
        bell=given["bell"],
        variants=given["variants"],
        bound=bound,
        jobs=given["jobs"] or 0,
        states=given["states"],
        style=given["style"],
        seconds=timeout,
        memory=given["memory"] << 20,
        resume=given["resume"],
        check_expected=given["check_expected"],
    )
