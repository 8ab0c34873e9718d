"""Random C functions through a compiler and the frontend: what comes out does what the code does.

The same function is run by an interpreter of LLVM IR that knows nothing of the translation,
by the reference machine on a program that was built from the function itself, and by the
processor. ORDERCHECK_FUZZ=N asks for N fresh functions in the long test.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from ordercheck.engines import axiomatic
from ordercheck.engines.operational import explore
from ordercheck.engines.setting import load_model
from ordercheck.errors import Deadline, GaveOut
from ordercheck.frontends import llvm
from ordercheck.frontends.llvm import effects, kinds, memory, numbers, ranges, values
from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.program import Program, Visibility
from ordercheck.program.expr import Value, apply, const
from ordercheck.program.ir import (
    SFENCE,
    Address,
    Block,
    Exit,
    Havoc,
    Load,
    MemoryAt,
    Observable,
    RegisterOf,
    Rmw,
    Thread,
)
from ordercheck.program.transform import fix_params, ordinary_twin
from tests.frontends.llvm.fuzz import native
from tests.frontends.llvm.fuzz.c_compiled import KNOWN, Compiled, clang, compare, compare_built, compiled
from tests.frontends.llvm.fuzz.c_functions import c_functions
from tests.frontends.llvm.fuzz.c_program import c_program
from tests.frontends.llvm.fuzz.c_syntax import LOCAL, Function
from tests.frontends.llvm.fuzz.events import FENCE, LOCKED, NON_TEMPORAL, ORDINARY, PUBLICATION, Event
from tests.frontends.llvm.fuzz.ir_run import Interpreter, NotRun
from tests.frontends.llvm.fuzz.program_run import Open, parameter

pytestmark = pytest.mark.skipif(clang() is None, reason="no clang")
TRANSLATE = import_module("ordercheck.frontends.llvm.translate")
"""By its name: the package has the function under it."""
FLAGS = ("-O0", "-O1", "-O2", "-O3", "-Os")
FILL = 0x5A
FILLS = (None, 0, FILL)
MODELS = ("x86-nt", "nt-contract")
QUICK, LONG = 80, int(os.environ.get("ORDERCHECK_FUZZ", "4000"))
EACH = 8
MOST_SKIPPED = 0.1
RUNS = 3
"""Of each function: the compiler takes far longer than they do."""
MOST_EVENTS = 9
"""More than that have too many outcomes."""


@dataclass(frozen=True, slots=True)
class Case:
    """A function, compiled, and a run of its IR."""

    code: Compiled
    flags: str
    given: dict[str, int]
    machine: Interpreter

    def __str__(self) -> str:
        return f"{self.code.function!r}\n{self.flags} {self.given}"


def generated(take: Callable[[Function, st.DataObject], None], count: int, seed: int, **how: Any) -> None:
    """Calls `take` with that many functions; a few from each seed, since hypothesis varies what it drew."""
    how_many = settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for number in range(-(-count // EACH)):

        @seeded(seed + number)
        @how_many
        @given(c_functions(**how), st.data())
        def run(function: Function, data: st.DataObject) -> None:
            take(function, data)

        run()


def arguments(function: Function, data: st.DataObject) -> dict[str, int]:
    """Small values for the parameters."""
    found = {v.text: data.draw(st.integers(max(v.low, -3), min(v.high, 9))) for v in function.values}
    if function.fields:
        found["s_n"] = data.draw(st.integers(-2, 5))
    return found


def cases(
    count: int, seed: int, skipped: Counter[str], fills: Sequence[int | None] = FILLS, **how: Any
) -> list[Case]:
    """RUNS of each of so many functions; skipped: why some are left out; fills: what memory holds before."""
    found: list[Case] = []

    def take(function: Function, data: st.DataObject) -> None:
        flags = data.draw(st.sampled_from(FLAGS))
        code = compiled(function, [flags])
        for _ in range(RUNS):
            given = arguments(function, data)
            try:
                machine = code.run(given, data.draw(st.sampled_from(fills)))
            except NotRun as reason:
                skipped[str(reason)] += 1
                continue
            found.append(Case(code, flags, given, machine))

    generated(take, count, seed, **how)
    return found


@lru_cache(maxsize=1)
def some() -> tuple[tuple[Case, ...], Counter[str]]:
    """The functions of the quick tests."""
    skipped: Counter[str] = Counter()
    return tuple(cases(QUICK, 20_000, skipped)), skipped


def differences(found: Sequence[Case], skipped: Counter[str]) -> list[str]:
    """Where the translation cannot do what the code did."""
    bad = []
    for case in found:
        try:
            difference = compare(case.code.program(), case.machine, case.given)
        except Open as reason:
            skipped[str(reason)] += 1
            continue
        if difference:
            bad.append(f"{difference}\n{case}")
    return bad


def test_the_translation_does_what_the_code_does() -> None:
    found, skipped = some()
    skipped = Counter(skipped)
    assert differences(found, skipped) == []
    assert skipped.total() <= MOST_SKIPPED * QUICK * RUNS


@pytest.mark.parametrize("refused", ["distinct", "stable", "overflow", "aligned"])
def test_so_it_does_with_an_assumption_refused(refused: str) -> None:
    found, _ = some()
    done = 0
    for case in found[:40]:
        try:
            program = case.code.program(frozenset({refused}))
            difference = compare(program, case.machine, case.given)
        except (Open, GaveOut):
            continue
        assert not difference, case
        done += 1
    assert done > (5 if refused == "distinct" else 20)


def test_the_function_itself_is_the_program_that_is_built_from_it() -> None:
    done = 0
    for case in some()[0]:
        if case.code.function.pinned:
            try:
                difference = compare_built(c_program(case.code.function, False), case.machine, case.given)
            except Open:
                continue
            assert not difference, case
            done += 1
    assert done > QUICK // 4


# outcomes

SIMPLE = {"store": 16, "fence": 6, "assign": 1, "if": 2, "switch": 1, "loop": 1, "point": 1, "leave": 1}
"""Nothing whose effect the translation leaves open, or that has too many outcomes."""


def watched(program: Program, places: Sequence[tuple[str, int, int]]) -> Program:
    """The program with a second thread that loads those places, in that order."""
    registers = [f"r{k}" for k in range(len(places))]
    body = tuple(
        Load(register, Address(name, const(start)), size)
        for register, (name, start, size) in zip(registers, places, strict=True)
    )
    observer = Thread("observer", (Block(body, Exit()),), dict.fromkeys(registers, "int"))
    observe: list[Observable] = [RegisterOf(1, register) for register in registers]
    observe += [MemoryAt(*place) for place in places]
    objects = tuple(replace(o, visibility=Visibility.SHARED) for o in program.objects if o.name != LOCAL)
    local = tuple(o for o in program.objects if o.name == LOCAL)
    return replace(
        program, threads=(program.threads[0], observer), objects=(*objects, *local), observe=tuple(observe)
    )


def seen(event: Event) -> bool:
    """Whether it is of memory that the function itself speaks of: -O0 keeps variables in memory too."""
    return event.object in KNOWN - {LOCAL}


def small(case: Case) -> bool:
    """Whether all outcomes can be enumerated, and there is something to look at."""
    events = [e for e in case.machine.events if e.kind in (FENCE, PUBLICATION) or seen(e)]
    return len(events) <= MOST_EVENTS and len(places(case)) > 1


def places(case: Case) -> list[tuple[str, int, int]]:
    """Two places that are stored to, the later one first: what order there is shows."""
    found = [
        (e.object, e.start, min(e.size, 8))
        for e in case.machine.events
        if e.kind in (ORDINARY, NON_TEMPORAL, LOCKED) and seen(e)
    ]
    distinct = list(dict.fromkeys(found))
    return [distinct[-1], distinct[0]] if len(distinct) > 1 else []


def translated(case: Case) -> Program | None:
    """With values for all parameters; None where something is left open."""
    program = case.code.program()
    content = case.machine.memory.content
    values: dict[str, Value] = {
        p.name: parameter(p.name, p.high, content, case.given, case.machine.bases) for p in program.params
    }
    fixed = fix_params(program, values)
    return None if any(isinstance(i, Havoc) for _, _, _, i in fixed.instructions()) else fixed


def outcomes_agree(case: Case, model: str, counts: Counter[str]) -> bool:
    """Whether the axiomatic engine on the IR and the machine on the function have the same outcomes."""
    where = places(case)
    program = translated(case)
    if program is None or any(a is const(False) for a in program.assumptions):
        counts["not compared"] += 1
        return True
    setting = load_model(model)
    assert setting.machine is not None
    built = fix_params(c_program(case.code.function, True), dict(case.given))
    try:
        left = axiomatic.outcomes(watched(program, where), setting.model, Deadline(20)).states
        right = explore.outcomes(watched(built, where), setting.machine, Deadline(20))
    except GaveOut:
        counts["too large"] += 1
        return True
    counts["compared"] += 1
    twin = explore.outcomes(watched(ordinary_twin(built), where), setting.machine, Deadline(20))
    counts["outcomes that ordinary stores lack"] += bool(right - twin)
    return left == right


@lru_cache(maxsize=1)
def simple() -> tuple[Case, ...]:
    """Small functions all of whose outcomes can be enumerated."""
    found = cases(50, 2, Counter(), fills=(FILL,), pinned=True, statements=6, weights=SIMPLE, local=False)
    return tuple(filter(small, found))


@pytest.mark.parametrize("model", MODELS)
def test_the_outcomes_are_those_of_the_function(model: str) -> None:
    counts: Counter[str] = Counter()
    for case in simple():
        assert outcomes_agree(case, model, counts), case
    assert counts["compared"] >= 40
    assert counts["outcomes that ordinary stores lack"] >= 10
    assert counts["too large"] + counts["not compared"] <= MOST_SKIPPED * counts["compared"]


# the processor


def on_the_processor(case: Case, folder: Path) -> bool:
    """Whether it could be run; the interpreter's final memory is the processor's."""
    fill = case.machine.memory.content.fill
    far = max((abs(e.start) + max(e.size, e.span) for e in case.machine.events), default=0)
    if fill is None or far > native.HALF:
        return False
    found = native.run(case.code.function, case.given, fill, [case.flags], folder)
    for (name, offset), byte in case.machine.memory.stored.items():
        if name in found and byte is not None:
            assert found[name][native.HALF + offset] == byte, (name, offset, str(case))
    return True


def test_the_interpreter_is_right_about_memory(tmp_path: Path) -> None:
    assert sum(on_the_processor(case, tmp_path) for case in some()[0][:20]) >= 8


# mistakes that must show


def _ordinary(original: Any) -> Any:
    return lambda self, pointer, size, value, nt: original(self, pointer, size, value, False)


def _non_temporal(original: Any) -> Any:
    return lambda self, pointer, size, value, nt: original(self, pointer, size, value, True)


def _without(tag: str) -> Callable[[Any], Any]:
    return lambda original: lambda self, found, text: None if found == tag else original(self, found, text)


def _swapped(original: Any) -> Any:
    return lambda self, condition, then, other: original(self, condition, other, then)


def _unlocked(original: Any) -> Any:
    return lambda self, instr: None if isinstance(instr, Rmw) else original(self, instr)


def _undrained(original: Any) -> Any:
    return lambda self, instr: original(
        self, replace(instr, tags=frozenset()) if isinstance(instr, Rmw) else instr
    )


def _shorter(original: Any) -> Any:
    return lambda self, pointer, length, stores, nt, exact: original(
        self, pointer, length, stores, nt, exact - 1 if exact else exact
    )


def _further(original: Any) -> Any:
    return lambda self, index, stride: apply("+", original(self, index, stride), stride)


def _unsigned(original: Any) -> Any:
    return lambda predicate, a, b: original(predicate.replace("s", "u"), a, b)


def _zero_extended(original: Any) -> Any:
    return lambda op, a, bits: original("zext", a, bits)


def _other_arm(original: Any) -> Any:
    return lambda condition, then, other: original(condition, other, then)


def _in_a_row(original: Any) -> Any:
    return lambda pairs, emit: [(r, v) for r, v in pairs if r is not v]


UNDRAINED = "locked operations do not drain"
"""What they do themselves is the same."""
MISTAKES: dict[str, tuple[Any, str, Any]] = {
    "non-temporal stores are ordinary": (memory.Memory, "store", _ordinary),
    "all stores are non-temporal": (memory.Memory, "store", _non_temporal),
    "no sfence": (effects.Effects, "fence", _without(SFENCE)),
    "branches the other way": (Emitter, "branch", _swapped),
    "no locked operations": (Emitter, "add", _unlocked),
    UNDRAINED: (Emitter, "add", _undrained),
    "copies too short": (ranges, "access", _shorter),
    "an index too far": (values.Values, "_index", _further),
    "signed comparisons unsigned": (numbers, "compare", _unsigned),
    "sign bits lost": (numbers, "widened", _zero_extended),
    "the other arm of a select": (kinds, "chosen", _other_arm),
    "sums are differences": (numbers, "_RULES", lambda rules: {**rules, "add": rules["sub"]}),
}


@pytest.mark.parametrize("mistake", [m for m in MISTAKES if m != UNDRAINED])
def test_mistakes_of_the_translation_show(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, broken = MISTAKES[mistake]
    monkeypatch.setattr(where, name, broken(getattr(where, name)))
    # not `any` exception too: a mistake that cannot be made would look like one that shows
    assert any(differences([case], Counter()) for case in some()[0])


ORDER = (
    "non-temporal stores are ordinary",
    "all stores are non-temporal",
    "no sfence",
    "no locked operations",
    UNDRAINED,
    "an index too far",
    "branches the other way",
)
"""Mistakes about what outcomes are possible."""


CHANGING_PLACES = """target triple = "x86_64-unknown-linux-gnu"
define void @f(ptr %p, i64 %n) {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %next, %loop ]
  %a = phi i64 [ 1, %0 ], [ %b, %loop ]
  %b = phi i64 [ 2, %0 ], [ %a, %loop ]
  %q = getelementptr i64, ptr %p, i64 %i
  store i64 %a, ptr %q, align 8, !nontemporal !0
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %loop, label %out
out:
  ret void
}
!0 = !{i32 1}
"""


def test_values_that_change_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "code.ll"
    path.write_text(CHANGING_PLACES, encoding="utf-8")
    code = Compiled(some()[0][0].code.function, llvm.read([path]), CHANGING_PLACES)
    given = {"n": 4}
    assert compare(code.program(), code.run(given, FILL), given) == ""
    monkeypatch.setattr(TRANSLATE, "in_turn", _in_a_row(None))
    assert compare(code.program(), code.run(given, FILL), given) != ""


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("mistake", ORDER)
def test_mistakes_show_in_the_outcomes(mistake: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, broken = MISTAKES[mistake]
    monkeypatch.setattr(where, name, broken(getattr(where, name)))
    assert not all(outcomes_agree(case, model, Counter()) for case in simple())


# for as long as one likes


@pytest.mark.long
def test_many_functions() -> None:
    seed = random.SystemRandom().getrandbits(32)
    skipped: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    native_runs = 0
    with tempfile.TemporaryDirectory() as folder:
        for batch in range(0, LONG, 100):
            found = cases(100, seed + 1000 * batch, skipped)
            assert differences(found, skipped) == [], f"seed {seed + 1000 * batch}"
            for case in found[:: 5 * RUNS]:
                native_runs += on_the_processor(case, Path(folder))
            for case in cases(
                20,
                seed + 1000 * batch,
                Counter(),
                (FILL,),
                pinned=True,
                statements=6,
                weights=SIMPLE,
                local=False,
            ):
                if small(case):
                    for model in MODELS:
                        assert outcomes_agree(case, model, counts), f"seed {seed + 1000 * batch} {case}"
    print(f"seed {seed}: {LONG} functions, skipped {dict(skipped)}, {dict(counts)}, native {native_runs}")
    assert skipped.total() <= MOST_SKIPPED * LONG * RUNS
