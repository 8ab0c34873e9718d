"""What `verify` and `trace` do: from the user's words to a report."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ordercheck.command import expected as expectation
from ordercheck.command import questions as q
from ordercheck.command import replaying
from ordercheck.command import subjects as s
from ordercheck.command.from_litmus import LANGUAGE, LitmusFamily, has_assertions
from ordercheck.command.from_llvm import NOT_COMPILED, Compiled, LlvmFamily, expanded, is_compiled
from ordercheck.command.results import drain_result, result
from ordercheck.command.sources import NO_SOURCES, Sources
from ordercheck.engines.drains import Drain
from ordercheck.engines.pending import leaves_pending
from ordercheck.engines.verify import PROPERTIES, Limits
from ordercheck.errors import Deadline, InputError
from ordercheck.frontends.python import Family
from ordercheck.program.ir import Program
from ordercheck.report.data import DrainResult, Report, Result
from ordercheck.verdict import CONDITION, INTERRUPTED, TRANSPARENCY, Status, Verdict

MAIN = "zone_device_c"
Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for, words as given; seconds: for the whole run; memory: bytes for a worker.

    sources: where models and the definitions of tests come from; outcome: a final state to look for;
    compiled: how compiled code is looked at.
    """

    programs: tuple[str, ...] = ()
    variant: str = ""
    models: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    properties: tuple[str, ...] = PROPERTIES
    limits: Limits = field(default_factory=Limits)
    seconds: float | None = None
    workers: int = 1
    memory: int = 4 << 30
    check_expected: bool = False
    drains: bool = False
    sources: Sources = NO_SOURCES
    outcome: str | None = None
    compiled: Compiled = NOT_COMPILED


def check(request: Request, tick: Tick = lambda done, total: None) -> Report:
    """Asks everything that the request asks, and reports it; Ctrl-C and time-outs make verdicts unknown.

    tick is told a few times a second how many of how many questions are answered. Raises
    InputError for bad input.
    """
    start = time.monotonic()
    answers = q.Answers([])
    plan = None
    try:
        deadline = Deadline(request.seconds)
        plan = _plan(request, deadline)
        answers = q.Answers(plan.questions)
        if request.assume:
            q.check_satisfiable([subject for subject, _ in plan.subjects], deadline, request.memory)
        total = len(plan.questions)
        q.ask(answers, request.limits, deadline, request.workers, request.memory, lambda n: tick(n, total))
        replaying.try_elsewhere(answers)
    except KeyboardInterrupt:
        # what is decided is in `answers`
        pass
    if plan is None:
        return _ended((), start, interrupted=True)
    return _report(plan, answers, start)


@dataclass(slots=True)
class _Plan:
    """The questions, and what each subject is expected to have (None: not asked for)."""

    subjects: list[tuple[s.Subject, expectation.Entry | None]]
    questions: list[q.Question]
    expected: dict[str, expectation.Expected] | None


# what a user's program may take to be built where --timeout asks for less
BUILDING = 5.0


@contextmanager
def _building(deadline: Deadline) -> Iterator[None]:
    """Ends a user's Python that builds a program and does not come to an end.

    Raises InputError where the time of the whole run (at least BUILDING seconds) is over.
    """
    left = deadline.left()
    if left is None:
        yield
        return

    def stop(*_: object) -> None:
        raise InputError("the program was not built within the time-out")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(left, BUILDING))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _plan(request: Request, deadline: Deadline) -> _Plan:
    with _building(deadline):
        return _planned(request)


def _planned(request: Request) -> _Plan:
    found = request.sources.found()
    chosen = q.models(request.models, request.sources)

    def leaves(program: Program) -> bool:
        return any(leaves_pending(program, model.setting.order) for model in chosen)

    programs = s.families(expanded(request.programs, request.compiled, leaves) or (MAIN,), found.macros)
    given = {family.spec: _settings(request, family) for family in programs}
    _check_language(request, programs)
    asked = (request.assume, request.without)
    expected = {f.spec: expectation.read(f.folder) for f in programs} if request.check_expected else None
    subjects: list[tuple[s.Subject, expectation.Entry | None]] = []
    for family in programs:
        if expected is None:
            names = s.variants(family, request.variant)
            each = [s.subject(family, name, given[family.spec], *asked) for name in names]
            subjects += [(_asking(request, subject), None) for subject in each]
        else:
            for entry in expected[family.spec].entries:
                if request.variant in ("", s.ALL, entry.variant):
                    subjects.append(
                        (s.subject(family, entry.variant, given[family.spec], entry.assume), entry)
                    )
    questions = [
        q.Question(subject, model, prop)
        for subject, _ in subjects
        for prop in _properties(request, subject)
        for model in chosen
    ]
    table = request.drains or not (request.programs or request.variant)
    for family in programs:
        if table or (expected is not None and request.variant in ("", s.ALL)):
            base = "" if expected is not None or request.variant == s.ALL else request.variant
            subject = s.subject(family, base, given[family.spec], *asked)
            questions += q.drain_questions(subject, chosen)
    return _Plan(subjects, questions, expected)


def _settings(request: Request, family: Family) -> dict[str, str]:
    """What --param says, and the options for compiled code; contracts are inferred for files alone."""
    given = s.settings(request.params)
    if not isinstance(family, LlvmFamily):
        return given
    files = request.programs if is_compiled(family.spec) else ()
    return {**request.compiled.asked(files), **given}


def _properties(request: Request, subject: s.Subject) -> tuple[str, ...]:
    """What is asked; where nothing was chosen, a condition that the program has is asked for too."""
    if request.properties is not PROPERTIES:
        return request.properties
    stated = (CONDITION,) if subject.program.condition is not None else ()
    if subject.litmus is not None and not has_assertions(subject.program):
        return (TRANSPARENCY, *stated)
    return (*PROPERTIES, *stated)


def _asking(request: Request, subject: s.Subject) -> s.Subject:
    return subject if request.outcome is None else subject.asking(request.outcome)


def _check_language(request: Request, programs: Sequence[Family]) -> None:
    """Raises InputError for a test in C without a model: none of those shipped knows its fences."""
    for family in programs:
        in_c = isinstance(family, LitmusFamily) and family.litmus.arch == LANGUAGE
        if in_c and not (request.models or request.sources.conf):
            raise InputError(
                "a test in C needs a model: --conf linux-kernel.cfg, or --model FILE.cat", family.spec
            )


def _report(plan: _Plan, answers: q.Answers, start: float) -> Report:
    results: list[Result] = []
    drains: list[DrainResult] = []
    lines: list[str] = []
    entries = {id(subject): entry for subject, entry in plan.subjects}
    for question, answer in answers.all():
        if isinstance(answer, Verdict):
            found = result(question.subject, answer, question.model)
            entry = entries[id(question.subject)]
            if entry is not None and answer.status is not Status.UNKNOWN:
                differences = expectation.differences([(entry, answer)], [], _EMPTY)
                found = replace(found, expected=not differences)
                lines += differences
            results.append(found)
        elif isinstance(answer, Drain):
            drains.append(drain_result(question.subject, answer, question.model))
            if plan.expected is not None and answer.status != "unknown":
                lines += expectation.differences([], [answer], plan.expected[question.subject.spec])
    mismatches = None if plan.expected is None else tuple(lines)
    return Report(tuple(results), tuple(drains), mismatches, time.monotonic() - start)


_EMPTY = expectation.Expected((), {})


def counterexample(request: Request) -> Report:
    """As `check`, for `trace`: one question after the other, up to the first refutation."""
    start = time.monotonic()
    results: list[Result] = []
    try:
        deadline = Deadline(request.seconds)
        plan = _plan(request, deadline)
        if request.assume:
            q.check_satisfiable([subject for subject, _ in plan.subjects], deadline, request.memory)
        for model in dict.fromkeys(question.model for question in plan.questions):
            for question in (each for each in plan.questions if each.model is model):
                results += _asked(question, request, deadline)
                if results[-1].verdict.status is Status.REFUTED or results[-1].verdict.reason == INTERRUPTED:
                    return _ended(results, start)
    except KeyboardInterrupt:
        return _ended(results, start, interrupted=True)
    return _ended(results, start)


def _ended(results: Sequence[Result], start: float, interrupted: bool = False) -> Report:
    return Report(tuple(results), seconds=time.monotonic() - start, interrupted=interrupted)


def outcome(request: Request) -> Report:
    """For `trace`: an execution that ends as the program's condition, or --outcome, says.

    On the first of the models that allows one; where none does, why the last forbids it.
    """
    start = time.monotonic()
    limits = replace(request.limits, explain=True)
    request = replace(request, properties=(CONDITION,), limits=limits)
    deadline = Deadline(request.seconds)
    found: list[Result] = []
    try:
        for question in _plan(request, deadline).questions:
            if question.subject.program.condition is None:
                raise InputError(
                    "states nothing about its final states: --outcome says which to show",
                    question.subject.spec,
                )
            found = _asked(question, request, deadline) or found
            if any(_stops(result.verdict) for result in found):
                break
    except KeyboardInterrupt:
        return _ended(found, start, interrupted=True)
    return _ended(found, start)


def _stops(verdict: Verdict) -> bool:
    graph = None if verdict.trace is None else verdict.trace.graph
    return verdict.reason == INTERRUPTED or (graph is not None and graph.allowed)


def _asked(question: q.Question, request: Request, deadline: Deadline) -> list[Result]:
    answers = q.Answers([question])
    q.ask(answers, request.limits, deadline, 1, request.memory)
    found = [answer for _, answer in answers.all() if isinstance(answer, Verdict)]
    return [result(question.subject, verdict, question.model) for verdict in found]


def replayed(token: str) -> Report:
    """The refutation that a token stands for; raises InputError where it does not replay."""
    start = time.monotonic()
    subject, verdict, model = replaying.replayed(token)
    return Report((result(subject, verdict, model),), seconds=time.monotonic() - start)
