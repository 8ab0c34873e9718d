"""One question answered: does a property of a program hold under a memory model?

Chooses the engine, replays what is refuted on the reference machine, and puts what the
engines return into a Verdict. A memory model is data here as everywhere: what is known
of it is its cat file, the order derived from that, and whether a machine is described
beside it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ordercheck import cat
from ordercheck.engines import axiomatic, inductive
from ordercheck.engines.operational.machine import NO_EFFECT
from ordercheck.engines.operational.replay import Refutation, refute
from ordercheck.engines.order import Order
from ordercheck.engines.outcome import led, look_for
from ordercheck.engines.setting import Setting
from ordercheck.engines.showing import Suspicion, replayed_on, show
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program.expr import Value
from ordercheck.program.ir import MFENCE, SFENCE, Fence, Program
from ordercheck.program.transform import (
    doubtful,
    doubts,
    has_free_choice,
    has_loop,
    taken_on_trust,
    without_doubtful,
    without_doubts,
)
from ordercheck.verdict import (
    ASSERTIONS,
    CONDITION,
    CUT,
    PASSES,
    ROUNDS,
    TRANSPARENCY,
    WHOLE,
    Status,
    Verdict,
    so_many,
)

PROPERTIES = (TRANSPARENCY, ASSERTIONS)
ENGINES = ("auto", "inductive", "axiomatic", "operational")
SHARE = 0.7
"""So much of the time may go into a proof for every size."""
PATIENCE = 180.0
"""Seconds for a question for every size where nobody set a limit: some such questions have no end."""
SECOND_LOOK = 30.0
"""Seconds for whether what is refuted is so without what an unknown function may have changed."""
AT_ONCE = 0.5
"""Seconds that the machine gets before anything is proved."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How to answer. bound: of the bounded engines; the verdict's evidence says what it counts.

    certificate: the folder for SMT-LIB 2 certificates; cross_check: ask cvc5 too; explain:
    what holds of final states has a trace too.
    """

    engine: str = "auto"
    bound: int | None = None
    certificate: Path | None = None
    cross_check: bool = False
    explain: bool = False


def verify(program: Program, setting: Setting, prop: str, limits: Limits, deadline: Deadline) -> Verdict:
    """The verdict on one property; what gave out makes it UNKNOWN.

    Raises InputError for parameters without a value where the engine asked for needs one.
    """
    start = time.monotonic()
    question = _Question(program, setting, prop, limits, deadline)
    try:
        _check_fences(program, setting.model)
        verdict = _settled(question)
    except GaveOut as reason:
        verdict = question.verdict(Status.UNKNOWN, reason=str(reason))
    except RecursionError:
        verdict = question.verdict(Status.UNKNOWN, reason="something is nested too deeply")
    except MemoryError:
        verdict = question.verdict(Status.UNKNOWN, reason="out of memory")
    return replace(verdict, seconds=round(time.monotonic() - start, 4))


def _settled(question: _Question) -> Verdict:
    """The verdict; one that is refuted by what an unknown function may have changed alone is UNKNOWN."""
    verdict = _without_doubt(question)
    about = doubts(question.program)
    if verdict.status is not Status.REFUTED or not about:
        return verdict
    soon = question.deadline.part(most=SECOND_LOOK)
    sure = _without_doubt(replace(question, program=without_doubts(question.program), deadline=soon))
    if sure.status is Status.REFUTED:
        return sure
    reason = f"it may rest on what {', '.join(about)} changed: give its module, or a summary of it"
    return replace(verdict, status=Status.UNKNOWN, reason=reason, trace=None, evidence={}, params={})


def _without_doubt(question: _Question) -> Verdict:
    """The verdict; one that is refuted by accesses alone that may not be what the code does is UNKNOWN."""
    doubts = doubtful(question.program)
    if not doubts:
        return question.answer()
    sure = replace(question, program=without_doubtful(question.program))
    verdict = sure.answer()
    if verdict.status in (Status.REFUTED, Status.UNKNOWN):
        # what is not decided of less is not decided of more: no time for that
        return verdict
    verdict = question.answer()
    if verdict.status is not Status.REFUTED:
        return verdict
    places = ", ".join(dict.fromkeys(str(i.source) for i in doubts))
    reason = f"it depends on what is accessed through an address that is not followed ({places})"
    return replace(verdict, status=Status.UNKNOWN, reason=reason, trace=None, evidence={})


def _check_fences(program: Program, model: cat.Model) -> None:
    """Raises GaveOut for a fence that the model does not mention, where it could mean anything."""
    known = model.primitives("set") | {MFENCE, SFENCE} | NO_EFFECT
    for _, _, _, instr in program.instructions():
        if isinstance(instr, Fence) and instr.tags and known.isdisjoint(instr.tags):
            what = " ".join(sorted(instr.tags))
            raise GaveOut(f"{instr.source}: the model {model.name} says nothing about the fence {what}")


_answers: dict[Hashable, inductive.Proof | inductive.Counterexample] = {}


def unbounded(
    program: Program, order: Order, prop: str, deadline: Deadline, small: bool = True
) -> inductive.Proof | inductive.Counterexample:
    """What the unbounded engine says; asked once for models that order this program's accesses alike.

    small: as `inductive.check` takes it.
    """
    key = (program, prop, small, inductive.memo_key(program, order, prop))
    if key not in _answers:
        _answers[key] = inductive.check(program, order, prop, deadline, small)
    return _answers[key]


@dataclass(slots=True)
class _Question:
    program: Program
    setting: Setting
    prop: str
    limits: Limits
    deadline: Deadline
    engine: str = ""
    _suspected: inductive.Counterexample | None = field(default=None, init=False)

    def answer(self) -> Verdict:
        if self.prop == CONDITION:
            self.engine = "axiomatic"
            return self._condition()
        self.engine = self._engine()
        if self.engine == "axiomatic":
            return self._bounded()
        if self.engine == "operational":
            return self._explored()
        if self.limits.engine == "auto" and self.deadline.left() is None:
            self.deadline = Deadline(PATIENCE)
        verdict = self._for_every_size()
        if verdict.status is not Status.UNKNOWN or self.limits.engine != "auto":
            return verdict
        if self.program.params or has_free_choice(self.program):
            return self._some_rounds(verdict)
        self.engine = "axiomatic"
        bounded = self._bounded()
        # a region has no cycle: a branch is passed at most once in each, and in that of the start
        if bounded.evidence.get("exact") == CUT and self._beyond(self._bound - 1):
            return self._no_further(verdict.reason, self._bound, PASSES)
        return replace(bounded, evidence={**bounded.evidence, "unbounded": verdict.reason})

    def _at_once(self) -> Verdict | None:
        """What the machine shows by itself where nothing is open: a loop of many rounds is short for it."""
        if self.limits.engine != "auto" or self.setting.machine is None:
            return None
        if self.program.params or len(self.program.threads) > 1:
            return None
        soon = replace(self, deadline=self.deadline.part(most=AT_ONCE))
        with suppress(GaveOut, InputError):
            shown = soon._show()
            if shown is not None:
                self.engine = "operational"
                return self._shown(shown, {})
        return None

    def _for_every_size(self) -> Verdict:
        shown = self._at_once()
        if shown is not None:
            return shown
        try:
            found = unbounded(self.program, self.setting.order, self.prop, self._share())
            if isinstance(found, inductive.Counterexample):
                return self._refuted(found)
        except GaveOut as reason:
            return self.verdict(Status.UNKNOWN, reason=str(reason))
        return self._proved(found)

    def _share(self) -> Deadline:
        """The time for every size: some is left for so many rounds."""
        return self.deadline.part(SHARE) if self.limits.engine == "auto" else self.deadline

    def _some_rounds(self, verdict: Verdict) -> Verdict:
        """A verdict for so many rounds of loops, where there is none for all of them."""
        bound = self.limits.bound or inductive.ROUNDS
        try:
            found = inductive.rounds(self.program, self.setting.order, self.prop, bound, self.deadline)
        except GaveOut:
            return verdict
        reason, first = verdict.reason, self._suspected
        if found.found is not None:
            shown = self._refuted(found.found)
            if shown.status is Status.REFUTED:
                return shown
            reason = reason if first is not None else f"{shown.reason}; {reason}"
        elif found.clean == bound and not self._beyond(bound):
            evidence = {"exact": CUT, "counts": ROUNDS, "unbounded": reason}
            return self.verdict(Status.HOLDS, bound=bound, evidence=evidence)
        if found.clean < 1:
            return replace(verdict, reason=reason)
        return self._no_further(reason, found.clean, ROUNDS)

    def _beyond(self, heads: int) -> bool:
        """Whether something is suspected after more loop heads than so many: that less is right says
        nothing of it. Of what needs no more, a bounded search that finds nothing says that it is not so.
        """
        return self._suspected is not None and self._suspected.heads > heads

    def _no_further(self, reason: str, bound: int, counts: str) -> Verdict:
        """Not known, since what is suspected, or was too hard, lies beyond the bound that holds."""
        return self.verdict(Status.UNKNOWN, reason=f"{reason}; it holds up to {so_many(bound, counts)}")

    @property
    def _bound(self) -> int:
        return self.limits.bound or axiomatic.DEFAULT_BOUND

    def _engine(self) -> str:
        if self.limits.engine != "auto":
            return self.limits.engine
        bounded = len(self.program.threads) > 1 and not any(map(has_loop, self.program.threads))
        return "axiomatic" if bounded and not self.program.params else "inductive"

    def verdict(self, status: Status, **more: Any) -> Verdict:
        return Verdict(
            self.program.name,
            self.program.variant,
            self.setting.name,
            self.prop,
            status,
            self.engine or self.limits.engine,
            assumptions=self.program.notes,
            **more,
        )

    def _proved(self, proof: inductive.Proof) -> Verdict:
        evidence: dict[str, Any] = {
            "invariants": [{"where": i.where, "holds": i.text} for i in proof.invariants],
            "rechecked": proof.obligations,
        }
        if not proof.obligations:
            # nothing was left to prove once the order was known: that table is the evidence
            evidence["order"] = "no access that the model leaves unordered can be reached"
        if proof.abstracted:
            evidence["abstracted"] = list(proof.abstracted)
        if self.limits.certificate is not None:
            evidence["certificate"] = str(self._write(proof))
        if self.limits.cross_check:
            second = inductive.cross_check(proof.certificate, self.deadline)
            if not second.agreed:
                raise GaveOut(f"cvc5 {second.version} does not confirm the proof")
            evidence["cross_check"] = {"solver": f"cvc5 {second.version}", "queries": second.queries}
        return self.verdict(Status.PROVED, benign=proof.benign, evidence=evidence)

    def _write(self, proof: inductive.Proof) -> Path:
        folder = self.limits.certificate
        assert folder is not None
        parts = [self.program.name, self.program.variant, self.setting.name, self.prop]
        parts.append(hashlib.sha256(proof.certificate.encode()).hexdigest()[:8])
        path = folder / ("-".join(p for p in parts if p).replace("/", "_") + ".smt2")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(proof.certificate, encoding="utf-8")
        except OSError as error:
            raise InputError(f"cannot write the certificate: {error.strerror}", str(path)) from error
        return path

    def _show(self) -> Refutation | None:
        return show(self.program, self.setting, self.prop, self._bound, self.deadline)

    def _refuted(self, found: inductive.Counterexample) -> Verdict:
        self._suspected = found
        suspicion = Suspicion(self.program, self.setting, self.prop, found, self._bound)
        try:
            shown = suspicion.shown(self.deadline)
        except GaveOut as reason:
            return self.verdict(Status.UNKNOWN, reason=f"{suspicion}; {reason}")
        if shown is not None:
            return self._shown(*shown)
        return self.verdict(Status.UNKNOWN, reason=str(suspicion))

    def _shown(self, shown: Refutation, params: Mapping[str, Value]) -> Verdict:
        return self.verdict(
            Status.REFUTED,
            params=dict(params),
            addresses=self.program.addresses,
            reason=shown.trace.summary,
            benign=shown.benign,
            trace=shown.trace,
            evidence={"replayed": replayed_on(self.setting)},
        )

    def _bounded(self) -> Verdict:
        bound = self._bound
        answer = axiomatic.check(self.program, self.setting.model, self.prop, self.deadline, bound)
        if answer.violation is None:
            self._for_all_that_memory_held()
            evidence = {"exact": CUT, "counts": PASSES} if answer.cut else {"exact": WHOLE}
            if self.limits.cross_check:
                self._second_encoding(bound)
                evidence["cross_check"] = "integer clocks agree with vertex elimination"
            return self.verdict(Status.HOLDS, bound=bound, evidence=evidence)
        shown = self._led(answer) or self._show()
        if shown is not None:
            return self._shown(shown, {})
        reason = f"found but not replayed on the reference machine: {answer.violation.what}"
        return self.verdict(Status.UNKNOWN, reason=reason)

    def _for_all_that_memory_held(self) -> None:
        """Raises GaveOut where what was seen is one example of it alone."""
        names = taken_on_trust(self.program)
        if names:
            raise GaveOut(f"nothing found, but this engine takes one content of {names[0]} for all")

    def _led(self, answer: axiomatic.Answer) -> Refutation | None:
        """The violation that the bounded engine found, on the machine, without a search there.

        Only where that engine saw all there is: what ordinary stores do not show is its word.
        """
        machine, found = self.setting.machine, answer.violation
        if machine is None or found is None or answer.cut or len(self.program.threads) == 1:
            return None
        try:
            trace = led(found.execution, self.program, self.setting.model, machine, self.deadline, self.prop)
        except GaveOut:
            return None
        return None if trace is None else Refutation(trace, ())

    def _second_encoding(self, bound: int) -> None:
        again = axiomatic.check(
            self.program, self.setting.model, self.prop, self.deadline, bound, axiomatic.clocks
        )
        if again.violation is not None:
            raise GaveOut(f"the two encodings of acyclicity disagree: {again.violation.what}")

    def _condition(self) -> Verdict:
        """The program's statement about its final states, exact up to the bound."""
        condition = self.program.condition
        assert condition is not None
        if self.program.params:
            raise GaveOut("a condition on final states needs a value for each parameter")
        wanted = ~condition.expr if condition.quantifier == "forall" else condition.expr
        model, machine = self.setting.model, self.setting.machine
        found = look_for(self.program, model, machine, wanted, self.deadline, self._bound)
        whole = not any(map(has_loop, self.program.threads))
        evidence: dict[str, Any] = {"exact": WHOLE} if whole else {"exact": CUT, "counts": PASSES}
        if found.allowed == (condition.quantifier == "exists"):
            trace = found.explain() if self.limits.explain else None
            if trace is not None and not whole and not found.allowed:
                note = f"this is exact for up to {so_many(self._bound, PASSES)}"
                trace = replace(trace, notes=(*trace.notes, note))
            return self.verdict(Status.HOLDS, bound=self._bound, evidence=evidence, trace=trace)
        if not found.allowed:
            reason = "no execution reaches the condition"
            if not whole:
                return self.verdict(Status.UNKNOWN, bound=self._bound, reason=f"{reason} up to the bound")
            return self.verdict(Status.REFUTED, reason=reason, evidence=evidence, trace=found.explain())
        trace = found.explain()
        if trace.kind != "schedule" and machine is not None:
            raise GaveOut("; ".join(["the condition fails in an execution", *trace.notes]))
        token = trace.token.replace("steps:outcome:", "steps:condition:")
        trace = replace(trace, summary=f"the condition fails in {trace.summary}", token=token)
        return self._shown(Refutation(trace, ()), {})

    def _explored(self) -> Verdict:
        if self.setting.machine is None:
            raise GaveOut(f"no reference machine is described for {self.setting.name}")
        shown = refute(self.program, self.setting.machine, self.prop, self.deadline)
        if shown is not None:
            return self._shown(shown, {})
        self._for_all_that_memory_held()
        if len(self.program.threads) == 1:
            raise GaveOut(
                "the machine's directed search finds no violation; for one thread it is not exhaustive"
            )
        return self.verdict(Status.HOLDS, evidence={"exact": "every schedule of the reference machine"})
