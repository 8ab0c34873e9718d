"""Violations shown: what an engine suspects, observed on the reference machine, and replayed from a token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice, product, repeat, zip_longest
from types import MappingProxyType

from ordercheck.engines import axiomatic, inductive
from ordercheck.engines.operational.replay import Refutation, refute
from ordercheck.engines.operational.replay import replay as replay_schedule
from ordercheck.engines.setting import Setting
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program.expr import ShiftError, Value, evaluate
from ordercheck.program.ir import Param, Program
from ordercheck.program.meant import all_shown
from ordercheck.program.transform import assuming, fix_params
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY, Trace

SMALL_VALUES = (0, 1, 2, 3, 4, 8)
FEW, POWER = (2, 3, 1), 64
"""Values for a parameter that may be the power of a size, and the largest such."""
MAX_REPLAYS, MAX_VALUES = 200, 20_000
SHARE = 0.25
"""So much of the time that is left goes into one search with other choices."""
OTHERS, EACH = 10.0, 3.0
"""Seconds, at most, for parameters that the solver did not name, for all of them and for each."""
AT_ONCE = 0.1
"""Seconds for the solver's parameters before others are looked for."""
EMPTY: Mapping[str, int] = MappingProxyType({})
_EXECUTION = re.compile(rf"execution:({TRANSPARENCY}|{ASSERTIONS}):(\d{{1,6}})")


def replayed_on(setting: Setting) -> str:
    """What shows a refutation under this model."""
    return "axiomatic execution" if setting.machine is None else "reference machine"


def replay(program: Program, setting: Setting, schedule: str, deadline: Deadline) -> Trace:
    """The trace of a schedule that a refutation gave, its parameters put in.

    Raises InputError where the schedule does not fit the program or the model.
    """
    match = _EXECUTION.fullmatch(schedule)
    if match is None:
        if setting.machine is None:
            raise InputError(f"no reference machine is described for {setting.name}: nothing to replay on")
        return replay_schedule(program, setting.machine, schedule, deadline)
    trace = _execution(program, setting, match[1], int(match[2]), deadline)
    if trace is None:
        raise InputError("the model has no such execution of this program")
    return trace


def show(program: Program, setting: Setting, prop: str, bound: int, deadline: Deadline) -> Refutation | None:
    """A violation, observed: on the machine, or as an execution where the model has none.

    bound: as `axiomatic.check` takes it. Raises GaveOut where something gives out.
    """
    if setting.machine is not None:
        return refute(program, setting.machine, prop, deadline)
    trace = _execution(program, setting, prop, bound, deadline)
    return None if trace is None else Refutation(trace, ())


def _execution(program: Program, setting: Setting, prop: str, bound: int, deadline: Deadline) -> Trace | None:
    """A violation as an execution that the model allows; the token says how to find it again."""
    answer = axiomatic.check(program, setting.model, prop, deadline, bound)
    if answer.violation is None:
        return None
    from ordercheck.engines.axiomatic.explain import explain

    trace = explain(answer.violation.execution, setting.model, answer.violation.what)
    return replace(trace, token=f"execution:{prop}:{bound}")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the unbounded engine found of a program; bound: as `show` takes it."""

    program: Program
    setting: Setting
    prop: str
    found: inductive.Counterexample
    bound: int

    def __str__(self) -> str:
        found = self.found
        text = f"a possible {found.where}: {found.hazard}" + (f" at {found.label}" if found.label else "")
        addresses = self.program.addresses
        given = all_shown(self.program, found.params)
        values = ", ".join(f"{k}={v}" for k, v in given.items() if k not in addresses)
        text += f" with {values}" if values else ""
        text += f" does not replay on the {replayed_on(self.setting)}"
        if found.abstracted:
            text += f" (without an exact linear form: {inductive.some(found.abstracted)})"
        return text

    def shown(self, deadline: Deadline) -> tuple[Refutation, Mapping[str, Value]] | None:
        """A violation of the program, and the parameters under which it happens; None where none is found.

        The solver's own choices come first, since they lead straight there: others may turn in a
        loop for long. Raises GaveOut where the time is over.
        """
        with suppress(GaveOut):
            within = None if _in_words(self.found.params) else self._on_a_machine(deadline.part(SHARE))
            if within is not None:
                return within.shown(deadline)
        first = self._scripted(self.found, deadline.part(SHARE))
        if first is not None:
            return first, self.found.params
        # what stood for a product or quotient may have had any value: is there one with a small factor?
        for value in inductive.PINS if self.found.abstracted else ():
            with suppress(GaveOut):
                again = self._pinned(value, deadline.part(SHARE))
                if again is not None:
                    return again
        with suppress(GaveOut):
            # mostly the parameters alone lead there, and soon
            at_once = self._as_found(deadline.part(SHARE, AT_ONCE))
            if at_once is not None:
                return at_once
        with suppress(GaveOut):
            less = self._with_less(deadline.part(SHARE))
            if less is not None:
                return less
        return self._tried(deadline)

    def _on_a_machine(self, deadline: Deadline) -> Suspicion | None:
        """Another suspicion, with parameters that a machine can have."""
        sizes = [p.expr for p in self.program.params if p.sort == "int"]
        limits = [inside for n in sizes for inside in (n < inductive.WORD, n > -inductive.WORD)]
        program = assuming(self.program, *limits)
        found = inductive.search(program, self.setting.order, self.prop, deadline)
        return None if found is None else replace(self, program=program, found=found)

    def _with_less(self, deadline: Deadline) -> tuple[Refutation, Mapping[str, Value]] | None:
        """Another suspicion, with less of what is neither small nor an address, and by the solver's choices.

        A loop may have two to the power of it as its rounds: too long a way for the machine.
        """
        params = self.found.params
        sizes = [p.name for p in self.program.params if p.sort == "int" and p.name in params]
        for name in (n for n in sizes if max(FEW) < int(params[n]) <= POWER):
            for value in FEW:
                given = {name: value}
                if not fits(self.program, {**params, **given}):
                    continue
                program = fix_params(self.program, given)
                found = inductive.search(program, self.setting.order, self.prop, deadline)
                if found is None:
                    continue
                found = replace(found, params={**given, **found.params})
                shown = self._scripted(found, deadline)
                if shown is not None:
                    return shown, found.params
        return None

    def _tried(self, deadline: Deadline) -> tuple[Refutation, Mapping[str, Value]] | None:
        """The violation by parameters alone: those of the solver, then others, each for a moment."""
        shown = self._as_found(deadline)
        if shown is not None:
            return shown
        others = deadline.part(SHARE, OTHERS)
        for params in self._candidates():
            with suppress(GaveOut):
                shown = self._with(params, others.part(most=EACH))
                if shown is not None:
                    return shown
            if others.left() == 0.0:
                break
        deadline.check()
        return None

    def _as_found(self, deadline: Deadline) -> tuple[Refutation, Mapping[str, Value]] | None:
        return self._with(self.found.params, deadline) if _in_words(self.found.params) else None

    def _with(
        self, params: Mapping[str, Value], deadline: Deadline
    ) -> tuple[Refutation, Mapping[str, Value]] | None:
        with suppress(ShiftError):
            program = fix_params(self.program, params)
            shown = show(program, self.setting, self.prop, self.bound, deadline)
            return None if shown is None else (shown, params)
        return None

    def _pinned(self, value: int, deadline: Deadline) -> tuple[Refutation, Mapping[str, Value]] | None:
        less = inductive.pinned(self.program, value)
        if less is None:
            return None
        found = inductive.search(less.program, self.setting.order, self.prop, deadline)
        if found is None:
            return None
        found = replace(found, params={**less.params, **found.params})
        shown = self._scripted(found, deadline, less.registers)
        return None if shown is None else (shown, found.params)

    def _scripted(
        self, found: inductive.Counterexample, deadline: Deadline, always: Mapping[str, int] = EMPTY
    ) -> Refutation | None:
        """The violation by the free choices that the solver made, on the machine; always: by these too."""
        machine = self.setting.machine
        if machine is None or len(self.program.threads) > 1 or not _in_words(found.params):
            return None
        if found.system is None or not (always or any(found.system.choices.values())):
            return None
        with suppress(GaveOut):
            chosen = inductive.script(found.system, found.params, deadline)
            program = fix_params(self.program, found.params)
            if chosen is not None:
                given = {**chosen, **{register: repeat(value) for register, value in always.items()}}
                return refute(program, machine, self.prop, deadline, given)
        return None

    def _candidates(self) -> Iterator[Mapping[str, Value]]:
        """Parameter values near those of the solver, then small ones.

        What the solver says of values alone may be off by an address or by what memory held.
        """
        first = self.found.params
        if _in_words(first):
            yield from nearby(self.program, first)
        names = [p.name for p in self.program.params]
        values = islice(product(*(small_values(p) for p in self.program.params)), MAX_VALUES)
        small = (dict(zip(names, each, strict=True)) for each in values)
        yield from islice((params for params in small if fits(self.program, params)), MAX_REPLAYS)


def _in_words(params: Mapping[str, Value]) -> bool:
    """Whether a machine can have such values: what has no bound in a proof has one there."""
    return all(-inductive.WORD < int(value) < inductive.WORD for value in params.values())


def nearby(program: Program, near: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    """Parameters that fit the program's assumptions and differ in one from those, by a small value.

    The smallest come first: a size may cost its square.
    """
    values = [[(p.name, v) for v in small_values(p)] for p in program.params]
    for name, value in filter(None, chain.from_iterable(zip_longest(*values))):
        params = {**near, name: value}
        if value != near[name] and fits(program, params):
            yield params


def fits(program: Program, params: Mapping[str, Value]) -> bool:
    """Whether the program assumes nothing else of its parameters."""
    return all(evaluate(a, params) for a in program.assumptions)


def small_values(param: Param) -> list[Value]:
    """A few values to try, the smallest that the bounds allow first."""
    if param.sort == "bool":
        return [True, False]
    low = param.low or 0
    high = param.high
    return [low + v for v in SMALL_VALUES if high is None or low + v <= high]
