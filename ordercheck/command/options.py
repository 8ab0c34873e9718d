"""The options that `verify` and `trace` share, and which of them contradict each other."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import click

from ordercheck.errors import InputError

if TYPE_CHECKING:
    from ordercheck.command.checking import Request

    _Choice = click.Choice[str]
else:
    # generic from click 8.2 on only
    _Choice = click.Choice

ENGINES = ("auto", "inductive", "axiomatic", "operational")


class Formats(_Choice):
    """Names of formats. elsewhere: those that another command has, and which."""

    def __init__(self, choices: Sequence[str], elsewhere: Mapping[str, str]) -> None:
        super().__init__(choices)
        self.elsewhere = elsewhere

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As `Choice` does; what another command has is not merely unknown."""
        if value in self.elsewhere:
            command = self.elsewhere[value]
            self.fail(f"{value!r} is a format of `ordercheck {command}`", param, ctx)
        return super().convert(value, param, ctx)


def common(command: Any) -> Any:
    """Adds the options to a command."""
    for option in reversed(
        [
            click.option("--variant", metavar="NAME", default="", help="A variant of the program."),
            click.option("--model", "models", metavar="NAME|FILE.cat", multiple=True, help="A memory model."),
            click.option(
                "--conf", metavar="FILE.cfg", default="", help="herd7's configuration, for tests in C."
            ),
            click.option(
                "-I",
                "include",
                metavar="DIR",
                multiple=True,
                help="A folder for what cat files include. Repeatable.",
            ),
            click.option(
                "--param",
                "params",
                metavar="NAME=VALUE",
                multiple=True,
                help="Fixes a parameter, or sets an option of the program. Repeatable.",
            ),
            click.option(
                "--assume",
                metavar="EXPR",
                multiple=True,
                help="A condition over the parameters, such as 'n > 1 and n % 8 == 0'. Repeatable.",
            ),
            click.option("--without", metavar="LABEL", multiple=True, help="Leaves out a drain. Repeatable."),
            click.option(
                "--entry", metavar="NAME", multiple=True, help="A function of compiled code. Repeatable."
            ),
            click.option(
                "--summary",
                metavar="FILE.toml",
                multiple=True,
                help="What functions outside the modules do. Repeatable.",
            ),
            click.option(
                "--publish",
                metavar="return|stores|NAME",
                multiple=True,
                help="When others may look at memory that compiled code fills. Repeatable.",
            ),
            click.option(
                "--contract",
                type=click.Choice(["drained", "nodrain", "infer"]),
                help="nodrain: the function may return with non-temporal stores pending; infer "
                "(where no --entry is given): say so of those that do.",
            ),
            click.option(
                "--refuse",
                metavar="ASSUMPTION",
                multiple=True,
                help="An assumption that must not be used. Repeatable.",
            ),
            click.option(
                "--fixed-key",
                metavar="NAME",
                multiple=True,
                help="A static key of the kernel that nobody switches meanwhile (*: nobody any), or a global "
                "variable that nobody stores to. Repeatable.",
            ),
            click.option(
                "--bound",
                type=click.IntRange(1, 10_000),
                help="How far bounded engines look; the report says what it counts.",
            ),
            click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True),
            click.option(
                "--timeout",
                type=click.FloatRange(0, 1e6, min_open=True),
                help="Seconds, for the whole run  [default: none, and three minutes for each question "
                "about every size]",
            ),
            click.option(
                "--jobs", type=click.IntRange(1, 1024), help="Worker processes [default: processors]."
            ),
            click.option(
                "--memory",
                metavar="MIB",
                type=click.IntRange(128, 1 << 24),
                default=4096,
                show_default=True,
                help="Address space of each worker.",
            ),
        ]
    ):
        command = option(command)
    return command


def consistent(
    given: dict[str, Any], certificate: str | None, cross_check: str | None, check_expected: bool
) -> None:
    """Raises InputError where options contradict each other."""
    engine = given["engine"]
    if engine == "inductive" and given["bound"] is not None:
        raise InputError("--bound contradicts --engine inductive: that engine has no bound")
    if engine in ("axiomatic", "operational") and certificate is not None:
        raise InputError(f"--certificate contradicts --engine {engine}: only a proof has a certificate")
    if engine == "operational" and cross_check is not None:
        raise InputError("--cross-check contradicts --engine operational: there is no solver to check")
    if engine == "operational" and given["bound"] is not None:
        raise InputError("--bound contradicts --engine operational: that engine has no bound")
    if check_expected and (given["assume"] or given["params"] or given["without"]):
        raise InputError(
            "--check-expected contradicts --assume, --param and --without: the expected verdicts have theirs"
        )


def request(
    programs: Sequence[str],
    given: dict[str, Any],
    certificate: str | None = None,
    cross_check: str | None = None,
) -> Request:
    """What the options ask for."""
    if given["timeout"] is not None and math.isnan(given["timeout"]):
        raise InputError("--timeout nan: expected a number of seconds")
    from ordercheck.command.checking import Request
    from ordercheck.command.from_llvm import Compiled
    from ordercheck.command.sources import Sources
    from ordercheck.engines.verify import Limits

    sources = Sources(given["conf"], given["include"])
    bound = given["bound"] or sources.found().bound
    return Request(
        programs=tuple(programs),
        variant=given["variant"],
        models=given["models"],
        params=given["params"],
        assume=given["assume"],
        without=given["without"],
        limits=Limits(given["engine"], bound, _folder(certificate), cross_check is not None),
        seconds=given["timeout"],
        workers=given["jobs"] or os.cpu_count() or 1,
        memory=given["memory"] << 20,
        sources=sources,
        compiled=Compiled(
            given["entry"],
            given["summary"],
            given["publish"],
            given["refuse"],
            given["contract"] or "",
            given["fixed_key"],
            not given["without"],
        ),
    )


def _folder(path: str | None) -> Path | None:
    """The folder, made where it is missing; not after the proofs is it noticed that none can be there."""
    if path is None:
        return None
    if not path:
        raise InputError("--certificate: the name of the folder is empty")
    if Path(path).exists() and not Path(path).is_dir():
        raise InputError("--certificate: not a folder", path)
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path):
            pass
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"--certificate: nothing can be written there: {reason}", path) from error
    return Path(path)
