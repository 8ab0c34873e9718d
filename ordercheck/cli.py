"""The command line. What scripts rely on: the options, the JSON, the exit statuses.

Start-up counts: a command imports what it needs when it runs.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from ordercheck import __version__
from ordercheck.command import litmus_options, options
from ordercheck.command.interruption import killable
from ordercheck.errors import InputError

if TYPE_CHECKING:
    from ordercheck.report.data import Report, Result

BAD_INPUT, INTERRUPTED = 2, 3
# what a token of --replay says itself
REPLAYED = ("variant", "models", "params", "assume", "without", "bound", "conf", "include")

EPILOG = """\b
Examples:
  ordercheck verify                          the main job: zone_device_c, every size
  ordercheck verify zone_device --variant all --model x86-nt
  ordercheck verify zone_device --variant no-d3 --assume 'pfns_per_compound > 1'
  ordercheck verify my_code.py:append --model x86-nt --format json
  ordercheck verify my_code.ll --entry append
  ordercheck trace MP.litmus --model x86-nt --format dot | dot -Tsvg
  ordercheck trace zone_device --variant no-d1 --model nt-contract

\b
Exit status:
  0  everything asked holds       1  something is refuted
  2  bad input or usage           3  something is unknown (time, memory, not modelled)
"""


@click.group(
    epilog=EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="ordercheck", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int:
    """Checks the order of non-temporal stores: proves that the drains of a piece of code
    suffice, for every size, or shows step by step what goes wrong.

    What is checked is transparency: the program has no behaviour that it would not have with
    ordinary stores; assertions: what its author states in it; condition: what is stated about
    its final states (exists, ~exists or forall, as in a litmus test).
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return 0


@cli.command(short_help="Prove or refute programs on memory models.")
@click.argument("programs", metavar="[PROGRAM ...]", nargs=-1)
@options.common
@click.option("--certificate", metavar="DIR", help="Writes the proofs as SMT-LIB 2 files.")
@click.option("--cross-check", type=click.Choice(["cvc5"]), help="Has cvc5 check each proof too.")
@click.option(
    "--check-expected", is_flag=True, help="Compares with the expected verdicts beside the program."
)
@click.option("--drains", is_flag=True, help="Says of each drain on which model it is required.")
@click.option(
    "--format",
    "style",
    type=options.Formats(["text", "json", "sarif", "gcc"], {"mail": "trace", "dot": "trace"}),
    default="text",
    show_default=True,
    help="gcc: a line for each finding, with its position, as compilers print them.",
)
def verify(
    programs: tuple[str, ...],
    certificate: str | None,
    cross_check: str | None,
    check_expected: bool,
    drains: bool,
    style: str,
    **common: Any,
) -> int:
    """Checks each PROGRAM: compiled code, FILE.ll or FILE.bc (all such files together; --entry
    names the functions), FILE.py:NAME written with the builder API, a litmus test, FILE.litmus
    (transparency, and the test's own condition), or a shipped one by its name (`ordercheck
    programs` lists them).

    Without PROGRAM: zone_device_c as in the patch, on all shipped models, and which of its
    drains is needed where. --variant all takes every variant; --model may be repeated.
    With --check-expected the exit status is 0 where every verdict is the expected one.
    """
    options.consistent(common, certificate, cross_check, check_expected)
    from ordercheck.report.data import Report

    report, start = Report((), interrupted=True), time.monotonic()
    with killable(), suppress(KeyboardInterrupt):
        from dataclasses import replace

        from ordercheck.command.checking import check
        from ordercheck.report.progress import Bar

        request = options.request(programs, common, certificate, cross_check)
        request = replace(request, check_expected=check_expected, drains=drains)
        with Bar("verify") as bar:
            report = check(request, bar.show)
    report = _timed(report, start)
    _emit(_rendered(report, style))
    if style == "gcc":
        from ordercheck.report.text import total

        _complain(total(report), 0)
    return _status(report, style)


def _timed(report: Report, start: float) -> Report:
    """With the time of the whole run: what is loaded first takes a part of it, too."""
    from dataclasses import replace

    return replace(report, seconds=time.monotonic() - start)


def _status(report: Report, style: str) -> int:
    """The exit status; an interruption is said on stderr too where nobody may read the report itself."""
    if report.interruption and style in ("json", "sarif"):
        _complain(f"error: {report.interruption}", INTERRUPTED)
    if report.unwritten:
        return _complain(report.unwritten, BAD_INPUT)
    return report.exit_status


def _rendered(report: Report, style: str) -> str:
    if style == "sarif":
        from ordercheck.report import sarif

        return sarif.render(report)
    if style == "gcc":
        from ordercheck.report import gcc

        return gcc.render(report)
    from ordercheck.report import json_, text

    return json_.render(report) if style == "json" else text.render(report)


@cli.command(short_help="Show a counterexample step by step.")
@click.argument("programs", metavar="[PROGRAM ...]", nargs=-1)
@options.common
@click.option(
    "--property",
    "prop",
    type=click.Choice(["transparency", "assertions", "condition"]),
    help="Only this one.",
)
@click.option(
    "--outcome", metavar="STATE", help="A final state to look for, such as '1:rax=1; 1:rbx=0; x=2'."
)
@click.option("--replay", metavar="TOKEN", help="Shows again what a refutation's token stands for.")
@click.option(
    "--format",
    "style",
    type=options.Formats(["text", "json", "mail", "dot"], {"sarif": "verify", "gcc": "verify"}),
    default="text",
    show_default=True,
)
def trace(
    programs: tuple[str, ...],
    prop: str | None,
    outcome: str | None,
    replay: str | None,
    style: str,
    **common: Any,
) -> int:
    """Shows the first counterexample of PROGRAM as a schedule of the reference machine.

    Several files of compiled code are one program.

    Of a litmus test, or with --outcome: an execution that ends as its condition (or the
    outcome) says, event by event with what orders them, and the schedule; where the model
    has none, the cycle that forbids it. The exit status is 0 where the condition holds.

    Without --model: on the first of the shipped models, from the strongest on, that has one.
    `--format mail` is plain text of 72 columns for a review. Exit status 1 where there is a
    counterexample, as for verify.
    """
    if bool(programs) == (replay is not None):
        raise InputError("trace takes either a PROGRAM or --replay TOKEN")
    if len(programs) > 1 and not all(name.endswith((".ll", ".bc")) for name in programs):
        raise InputError("trace shows one program: only files of compiled code can be several")
    given = [name for name in REPLAYED if common[name]] + (["outcome"] if outcome else [])
    if replay is not None and given:
        raise InputError(f"--replay contradicts --{given[0].removesuffix('s')}: the token says it all")
    if common["variant"] == "all":
        raise InputError("trace shows one variant: --variant all contradicts it")
    if outcome is not None and prop is not None:
        raise InputError("--outcome contradicts --property: it is a question of its own")
    from ordercheck.report.data import Report

    report, start = Report((), interrupted=True), time.monotonic()
    with killable(), suppress(KeyboardInterrupt):
        from dataclasses import replace

        from ordercheck.command import checking
        from ordercheck.command.from_litmus import is_litmus

        if replay is not None:
            report = checking.replayed(replay)
        else:
            request = options.request(programs, common)
            if outcome is not None or (is_litmus(programs[0]) and prop in (None, "condition")):
                report = checking.outcome(replace(request, outcome=outcome))
            else:
                request = replace(request, properties=(prop,)) if prop else request
                report = checking.counterexample(request)
    report = _timed(report, start)
    _emit(_traced(report, style))
    return _status(report, style)


def _traced(report: Report, style: str) -> str:
    from ordercheck.report import mail
    from ordercheck.report import trace as steps

    shown = [r for r in report.results if r.verdict.trace is not None]
    if style == "json" or not shown:
        return _rendered(report, style)
    if style == "mail":
        return mail.render(shown[-1])
    if style == "dot":
        return _graph(shown[-1])
    return steps.page(shown[-1])


def _graph(found: Result) -> str:
    from ordercheck.report import dot

    trace = found.verdict.trace
    if trace is None or trace.graph is None:
        schedule = "this counterexample is a schedule, not an execution with a graph"
        reason = trace.summary if trace is not None and trace.kind == "forbidden" else schedule
        raise InputError(f"--format dot: {reason}")
    return dot.render(trace.graph)


@cli.command(short_help="Decide litmus tests, as herd7 does.")
@click.argument("tests", metavar="FILE|DIR|@LIST ...", nargs=-1, required=True)
@litmus_options.options
def litmus(tests: tuple[str, ...], **given: Any) -> int:
    """Decides litmus tests (X86, X86_64, C of the Linux kernel): their final states and conditions.

    A folder stands for every *.litmus file below it, @LIST for the names in a file, `-` for
    names on stdin. Without --model: x86-tso, for tests with non-temporal stores x86-nt; C
    tests need --conf linux-kernel.cfg, or --model.

    \b
    A bad file is reported, and the others are decided. Exit status: 2 where a file is bad,
    else 1 where a condition is not met (not with --format herd, nor herd7), else 3 where a
    test is unknown. With --check-expected 1 means that a `Result:` line is contradicted.
    """
    settings = litmus_options.settings(tests, given)
    with killable():
        from ordercheck.command.litmus import run

        # a progress bar on the same terminal has to move aside: it takes stdout's place for that
        stdout = None if sys.stdout.isatty() else sys.stdout
        return run(settings, lambda text: _emit(text, stdout), lambda line: _complain(line, 0))


@cli.command(short_help="Compare the engines on random programs.")
@click.option("--examples", type=click.IntRange(1), default=1000, show_default=True, help="Programs to make.")
@click.option("--seed", type=int, help="The same seed gives the same programs.")
@click.option("--time", "seconds", type=click.FloatRange(0, min_open=True), help="Stops after S seconds.")
def fuzz(examples: int, seed: int | None, seconds: float | None) -> int:
    """Compares reference machine, axiomatic engine and inductive engine on random programs
    and schedules; prints what was compared and any disagreement, shrunk. Exit status 1 where
    there is one.
    """
    from ordercheck.report.fuzz import render
    from ordercheck.report.progress import Bar
    from ordercheck.testing.fuzz import run

    with Bar("fuzz") as bar:
        report = run(examples, seed, seconds, lambda done: bar.show(done, examples))
    _emit(render(report))
    if report.disagreements:
        return 1
    return INTERRUPTED if report.interrupted else 0


@cli.command(short_help="The memory models that are shipped.")
def models() -> int:
    """One line for each shipped memory model, from the strongest on."""
    import tomllib

    from ordercheck.shipped import memory_models

    found = [(name, path.with_suffix(".toml")) for name, path in memory_models().items()]
    titles = [
        (name, tomllib.loads(path.read_text(encoding="utf-8")).get("title", "")) for name, path in found
    ]
    _emit("".join(f"{name:12} {title}\n" for name, title in titles))
    return 0


@cli.command(short_help="The programs that are shipped, and their variants.")
def programs() -> int:
    """One line for each shipped program and for each of its variants, parameters and options."""
    from ordercheck.command.subjects import families
    from ordercheck.report.programs import lines
    from ordercheck.shipped import program_names

    _emit("\n".join(lines(families(program_names()))) + "\n")
    return 0


def _emit(text: str, stream: TextIO | None = None) -> bool:
    """Writes to stdout; False where the reader went away. Raises InputError where it cannot.

    stream: where stdout was before something took its place.
    """
    out = stream or sys.stdout
    encoding = out.encoding or "utf-8"
    try:
        out.write(text.encode(encoding, "backslashreplace").decode(encoding))
        out.flush()
    except OSError as error:
        # what is left in the buffer must not be tried again when Python ends
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), out.fileno())
        if not isinstance(error, BrokenPipeError):
            raise InputError(f"cannot write the report: {error.strerror}", "stdout") from error
        return False
    return True


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and exits; never with a traceback."""
    sys.exit(status(arguments))


def status(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; the exit status. Errors are one line on stderr."""
    try:
        result = cli.main(
            args=None if arguments is None else list(arguments), prog_name="ordercheck", standalone_mode=False
        )
    except InputError as error:
        return _complain(str(error), BAD_INPUT)
    except click.Abort:
        return _complain("error: interrupted", INTERRUPTED)
    except KeyboardInterrupt:
        return _complain("error: interrupted", INTERRUPTED)
    except click.ClickException as error:
        return _complain(f"error: {error.format_message()}", BAD_INPUT)
    except Exception as error:
        from ordercheck.command.jobs import internal

        return _complain(f"error: internal error: {internal(error)}", INTERRUPTED)
    return int(result or 0)


def _complain(message: str, code: int) -> int:
    # where nobody can be told, the exit status says it
    with suppress(OSError):
        click.echo(" ".join(message.split()), err=True)
    return code
