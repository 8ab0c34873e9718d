"""Questions to the engines, as tasks: each comes to a verdict, or to a drain's status."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from ordercheck import shipped
from ordercheck.command import contract, jobs, tokens
from ordercheck.command.from_litmus import has_assertions
from ordercheck.command.sources import NO_SOURCES, Found, Sources
from ordercheck.command.subjects import Subject, emptiness
from ordercheck.engines import inductive
from ordercheck.engines.drains import Drain, drain_status
from ordercheck.engines.setting import Setting, load_model
from ordercheck.engines.verify import PROPERTIES, Limits, verify
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program.ir import Fence, Program, Unmodelled
from ordercheck.program.meant import all_shown
from ordercheck.program.transform import drains
from ordercheck.report.data import UNWRITTEN
from ordercheck.report.dot import state
from ordercheck.verdict import (
    ASSERTIONS,
    INTERRUPTED,
    Graph,
    Place,
    Status,
    Verdict,
    place_of,
)

Answer = Verdict | Drain
SHARE = 0.5
"""So much of the time that is left a question may take, as long as others wait for their turn."""


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """A memory model and what the user named it."""

    spec: str
    setting: Setting
    sources: Sources = NO_SOURCES


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Does the property hold of the subject under the model? Or, with `drain`: what is it needed for?"""

    subject: Subject
    model: Model
    property: str = ""
    drain: str = ""

    def answer(self, limits: Limits, deadline: Deadline) -> Answer:
        """Asks the engines; never raises GaveOut."""
        if self.drain:
            found = drain_status(self.subject.program, self.drain, self.model.setting, deadline)
            lacking, refutation = self.subject.lacking(self.drain), found.refutation
            shown = None if refutation is None else finished(refutation, lacking, self.model)
            return replace(found, program=self.subject.spec, refutation=shown)
        try:
            return self._verdict(limits, deadline)
        except InputError as error:
            folder = limits.certificate
            if folder is None or not Path(error.file).is_relative_to(folder):
                raise
            unwritten = str(error)
        # the proof is remembered; that it is written nowhere costs nobody the report
        verdict = self._verdict(replace(limits, certificate=None), deadline)
        return replace(verdict, evidence={**verdict.evidence, UNWRITTEN: unwritten})

    def _verdict(self, limits: Limits, deadline: Deadline) -> Verdict:
        infer = self.subject.options.get(contract.KEY) == contract.INFER
        first = contract.share(deadline) if infer else deadline
        verdict = verify(self.subject.program, self.model.setting, self.property, limits, first)
        if infer:
            setting = self.model.setting
            verdict = contract.inferred(verdict, self.subject.program, setting, limits, deadline)
        return finished(verdict, self.subject, self.model)

    def unknown(self, reason: str) -> Answer:
        """The answer where the engines came to none."""
        subject, name = self.subject, self.model.setting.name
        if self.drain:
            return Drain(subject.spec, name, self.drain, "unknown", reason)
        return Verdict(
            subject.spec,
            subject.variant,
            name,
            self.property,
            Status.UNKNOWN,
            "none",
            params=dict(subject.params),
            reason=reason,
            assumptions=subject.program.notes,
        )

    def nothing(self) -> Verdict:
        """The answer where nothing is stated: that needs no engine, and no time."""
        subject = self.subject
        return Verdict(
            subject.spec,
            subject.variant,
            self.model.setting.name,
            self.property,
            Status.PROVED,
            "none",
            params=dict(subject.params),
            evidence={"invariants": [], "rechecked": 0, "empty": f"no {self.property} are stated"},
            assumptions=subject.program.notes,
        )


def states_nothing(program: Program, prop: str) -> bool:
    """Whether the property is one of what the program states, and it states nothing.

    Of a program that could not be read nobody knows.
    """
    if prop != ASSERTIONS or has_assertions(program):
        return False
    instructions = [instr for _, _, _, instr in program.instructions()]
    return not instructions or not all(isinstance(instr, Unmodelled) for instr in instructions)


@dataclass(slots=True)
class Answers:
    """What is known of some questions so far; the rest was interrupted."""

    questions: Sequence[Question]
    found: dict[int, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, asked in enumerate(self.questions):
            if states_nothing(asked.subject.program, asked.property):
                self.found[number] = asked.nothing()

    def all(self) -> Iterator[tuple[Question, Answer]]:
        """Every question in the order asked, with its answer."""
        for number, question in enumerate(self.questions):
            yield question, self.found.get(number) or question.unknown(INTERRUPTED)


def models(names: Sequence[str], sources: Sources = NO_SOURCES) -> list[Model]:
    """The memory models of those names, each once.

    Where none is named: that of the configuration, else the shipped ones.
    """
    found = sources.found()
    chosen = dict.fromkeys(names or ([found.model] if found.model else shipped.memory_models()))
    return [Model(name, setting(name, found), sources) for name in chosen]


def setting(name: str, found: Found) -> Setting:
    return load_model(name, found.include, found.bell, found.variants)


def drain_questions(subject: Subject, models: Sequence[Model]) -> list[Question]:
    """One for each drain of the program on each model."""
    return [Question(subject, m, drain=label) for label in drains(subject.program) for m in models]


def ask(
    answers: Answers,
    limits: Limits,
    deadline: Deadline,
    workers: int,
    memory: int,
    tick: Callable[[int], None] = lambda done: None,
) -> None:
    """Fills in what the engines answer, in worker processes.

    tick is told a few times a second how many answers are in. What a Ctrl-C cuts off is
    left out. Raises InputError as the engines do.
    """

    order = [n for n in _longest_first(answers.questions) if n not in answers.found]

    def task(place: int) -> jobs.Task[Answer]:
        question = answers.questions[order[place]]
        others_wait = place < len(order) - workers

        def run() -> Answer:
            limited = others_wait and deadline.left() is not None
            return _remembered(question, limits, deadline.part(SHARE) if limited else deadline)

        return jobs.Task(question.model.spec, run)

    tasks = [task(place) for place in range(len(order))]
    running = jobs.run(tasks, workers, deadline, memory, lambda: tick(len(answers.found)))
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(running):
        for place, outcome in running:
            question = answers.questions[order[place]]
            answers.found[order[place]] = (
                question.unknown(outcome.reason) if isinstance(outcome, jobs.Died) else outcome
            )


def _longest_first(questions: Sequence[Question]) -> list[int]:
    """Numbers of the questions: the weaker a model, the more there is to do."""
    models = list(dict.fromkeys(q.model.spec for q in questions))
    return sorted(
        range(len(questions)),
        key=lambda n: (-models.index(questions[n].model.spec), n),
    )


_proofs: dict[Hashable, Verdict] = {}


def _remembered(question: Question, limits: Limits, deadline: Deadline) -> Answer:
    """The answer; a proof is that of every model that orders what matters to the program alike."""
    if question.drain or limits != Limits() or question.property not in PROPERTIES:
        return question.answer(limits, deadline)
    try:
        order = inductive.memo_key(question.subject.program, question.model.setting.order, question.property)
    except GaveOut:
        return question.answer(limits, deadline)
    key = (id(question.subject), question.property, order)
    known = _proofs.get(key)
    if known is not None:
        evidence = {**known.evidence, "same_order_as": known.model}
        return replace(known, model=question.model.setting.name, seconds=0.0, evidence=evidence)
    answer = question.answer(limits, deadline)
    if isinstance(answer, Verdict) and answer.status is Status.PROVED:
        _proofs[key] = answer
    return answer


def finished(verdict: Verdict, subject: Subject, model: Model) -> Verdict:
    """The verdict as reports show it: the user's names, all parameters, a token that stands alone."""
    params = {**subject.params, **all_shown(subject.program, verdict.params)}
    trace = verdict.trace
    if trace is not None and trace.graph is not None:
        trace = replace(trace, graph=_named(trace.graph, subject))
    if trace is not None and trace.token:
        texts = {name: str(value).lower() for name, value in params.items()}
        gone = ",".join(subject.without)
        token = tokens.Replay(
            subject.spec,
            subject.variant,
            model.spec,
            trace.token,
            subject.options,
            texts,
            gone,
            model.sources.conf,
            "\n".join(model.sources.include),
        )
        trace = replace(trace, token=tokens.encode(token))
    whole = replace(verdict, program=subject.spec, params=params, trace=trace)
    changed: Verdict = _without(whole, _installed())
    return changed


def _named(graph: Graph, subject: Subject) -> Graph:
    """The graph under the user's name, its final state as herd7 prints it."""
    if subject.litmus is None:
        return replace(graph, name=subject.spec)
    return replace(graph, name=subject.spec, state=state(subject.litmus, graph))


def _without(value: Any, folder: str) -> Any:
    """The value with the place of the installation left out of every text: shipped files are `models/...`."""
    if isinstance(value, str) and not isinstance(value, Status):
        return value.replace(folder, "")
    if isinstance(value, tuple):
        return tuple(_without(v, folder) for v in value)
    if isinstance(value, dict):
        return {k: _without(v, folder) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _without(getattr(value, f.name), folder) for f in fields(value)})
    return value


def beginning(subject: Subject) -> Place | None:
    """Where the program's text begins: its first instruction, in the function that was asked about."""
    for _, _, _, instr in subject.program.instructions():
        if instr.source.file:
            found = place_of(instr.source)
            return _shown(found.inlined_at[-1] if found.inlined_at else found)
    return None


def drain_place(subject: Subject, label: str) -> Place | None:
    """Where the drain of that label is."""
    for _, _, _, instr in subject.program.instructions():
        if isinstance(instr, Fence) and instr.label == label and instr.source.file:
            return _shown(place_of(instr.source))
    return None


def _shown(place: Place) -> Place:
    without: Place = _without(place, _installed())
    return without


def _installed() -> str:
    return f"{shipped.models_folder().parent}/"


def check_satisfiable(subjects: Sequence[Subject], deadline: Deadline, memory: int) -> None:
    """Raises InputError where a subject's assumptions exclude all parameter values: a proof would be empty.

    Where that cannot be told in time, nothing is said.
    """
    sc = load_model("sc")

    def empty(program: Subject) -> bool:
        try:
            found = inductive.check(emptiness(program), sc.order, ASSERTIONS, deadline)
        except GaveOut:
            return False
        return isinstance(found, inductive.Proof)

    tasks = [jobs.Task(0, lambda s=s: empty(s)) for s in subjects]  # type: ignore[misc]
    for number, outcome in jobs.run(tasks, 1, deadline, memory):
        if outcome is True:
            text = "`, `".join(subjects[number].assume)
            raise InputError(f"contradiction: no parameter values of {subjects[number].spec} meet `{text}`")
