"""One litmus test, from its file to what became of it."""

from __future__ import annotations

import operator
import re
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from ordercheck.command.conf import rounds
from ordercheck.command.interruption import AGAIN, in_solver
from ordercheck.command.litmus_inputs import Input
from ordercheck.command.litmus_models import Models, check_variants
from ordercheck.errors import Deadline, GaveOut, InputError
from ordercheck.program.expr import Expr, Value, const, fold, walk
from ordercheck.program.ir import Condition, Outcome
from ordercheck.report.litmus_result import ERROR, UNKNOWN, LitmusResult, verdict

if TYPE_CHECKING:
    from ordercheck.cat import Model
    from ordercheck.frontends.litmus.test import Litmus, Shown

STATES, VERDICT, GRAPH = "states", "verdict", "graph"
"""What is asked about a test."""

# what an engine may need after the deadline to say so itself, in seconds
GRACE = 0.5
_C_HEADER = re.compile(rb"\s*C\s")
_TRUE = Condition("forall", const(True))
# what is true of a test whatever becomes of it
_DESCRIBED = frozenset({"name", "arch", "model", "quantifier", "condition", "expected"})


def decided(given: Input, models: Models, ask: str = STATES) -> LitmusResult:
    """The test read and decided on its model. Whatever is wrong with it is in the result.

    ask: for its final states, only for the verdict, or for an execution as a graph too.
    """
    if given.error is not None:
        return LitmusResult(given.path, given.test, ERROR, reason=str(given.error))
    start = time.perf_counter() - models.reading
    test = _Test(given, models, ask)
    try:
        with limited(models.seconds):
            test.run()
    except InputError as error:
        test.failed(ERROR, str(_placed(error, given.path)))
    except GaveOut as reason:
        test.failed(UNKNOWN, str(reason))
    except RecursionError:
        test.failed(UNKNOWN, "something is nested too deeply")
    except MemoryError:
        test.failed(UNKNOWN, "out of memory")
    except Exception as error:
        test.failed(UNKNOWN, _internal(error))
    return test.result(time.perf_counter() - models.reading - start)


class _Test:
    """A test on its way; known is what its result is made of, as far as it is known."""

    def __init__(self, given: Input, models: Models, ask: str) -> None:
        self.given, self.models, self.ask = given, models, ask
        self.known: dict[str, Any] = {}

    def run(self) -> None:
        """Reads and decides it. Raises InputError and GaveOut."""
        from ordercheck.engines.axiomatic import decide

        deadline = Deadline(self.models.seconds)
        litmus, model = self._read()
        program = litmus.program
        condition = program.condition or _TRUE
        bound = rounds(litmus.info["Unroll"]) if "Unroll" in litmus.info else self.models.bound
        found: dict[str, Any] = {}
        if self.ask == STATES:
            all_ = decide.states(program, model, deadline, bound, litmus.filter)
            values = holding(condition.expr, [str(what) for what in program.observe], all_.states)
            holds = sum(compress(all_.states.values(), values))
            fails = sum(all_.states.values()) - holds
            flags, cut = all_.flags, all_.cut
            found = {"states": tuple(in_order(litmus, all_.states)), "counted": all_.counted}
        else:
            answer = decide.verdict(program, model, deadline, bound, litmus.filter)
            holds, fails = int(answer.positive), int(answer.negative)
            flags, cut = answer.flags, answer.cut
        if cut:
            from ordercheck.command.litmus_loops import loops

            found["cut"] = loops(program, litmus.file) or (litmus.file,)
        if self.ask == GRAPH:
            from ordercheck.command.litmus_graph import graph

            found["graph"] = graph(litmus, model, condition, deadline, bound)
        met = verdict(condition.quantifier, holds, fails)
        self.known.update(found, verdict=met, holds=holds, fails=fails, flags=flags)

    def _read(self) -> tuple[Litmus, Model]:
        from ordercheck.frontends import litmus as frontend

        path = Path(self.given.path)
        try:
            litmus = frontend.read(path, self.models.macros)
        except InputError:
            if not self.models.chosen and _is_c(path):
                raise _no_model(self.given.path) from None
            raise
        if litmus.arch == "C" and not self.models.chosen:
            raise _no_model(self.given.path)
        self.known = {
            "name": litmus.name,
            "arch": litmus.arch,
            "quantifier": (litmus.program.condition or _TRUE).quantifier,
            "condition": litmus.condition,
            "expected": litmus.info.get("Result", ""),
        }
        check_variants(litmus.info.get("Variant", ""), self.given.path)
        model = self.models.of(litmus.program)
        self.known["model"] = model.name
        return litmus, model

    def failed(self, met: str, reason: str) -> None:
        """Notes why there is no verdict."""
        self.known = {key: value for key, value in self.known.items() if key in _DESCRIBED}
        self.known.update(verdict=met, reason=reason)

    def result(self, seconds: float) -> LitmusResult:
        """What became of it."""
        return LitmusResult(self.given.path, self.given.test, seconds=seconds, **self.known)


def _is_c(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return _C_HEADER.match(stream.read(4096)) is not None
    except (OSError, ValueError):
        return False


def _no_model(file: str) -> InputError:
    return InputError(
        "no model for C tests is shipped: give --conf linux-kernel.cfg or --model FILE.cat", file, 1, 1
    )


def _placed(error: InputError, file: str) -> InputError:
    """The error, in the test's file where it names none."""
    return error if error.file else InputError(error.message, file)


def _internal(error: Exception) -> str:
    if "out of memory" in str(error).lower():
        return "out of memory"
    # only now: it comes with the machinery of worker processes
    from ordercheck.command.jobs import internal

    return f"internal error: {internal(error)}"


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Ends what does not look at its deadline; raises GaveOut in the midst of it."""
    if seconds is None:
        yield
        return

    def stop(_: int, frame: FrameType | None) -> None:
        if in_solver(frame):
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
            return
        raise GaveOut(f"time-out after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def holding(proposition: Expr, names: Sequence[str], states: Collection[Outcome]) -> list[bool]:
    """Whether the proposition, over these names of the values of a state, holds in each state."""
    columns = dict(zip(names, zip(*states, strict=True), strict=True)) if states else {}
    values: dict[Expr, Sequence[Value]] = {}
    for node in walk(proposition):
        arguments = [values[a] for a in node.args]
        if node.op == "var":
            values[node] = columns.get(node.name, ())
        elif node.op == "const":
            values[node] = [node.value] * len(states)
        elif node.op in _QUICK:
            values[node] = list(map(_QUICK[node.op], *arguments))
        else:
            values[node] = [fold(node.op, list(row)) for row in zip(*arguments, strict=True)]
    return list(map(bool, values[proposition]))


_QUICK: dict[str, Callable[..., Value]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "and": operator.and_,
    "or": operator.or_,
    "not": operator.not_,
}


def in_order(litmus: Litmus, states: Collection[Outcome]) -> list[str]:
    """The final states as herd7 prints them, in its order.

    It compares value by value, in the order in which they are printed: numbers as signed numbers
    of the machine's width before addresses, addresses by name.
    """
    width = 64 if litmus.arch == "X86_64" else 32
    columns = [_Column(litmus, shown, max(width, shown.bits)) for shown in litmus.shown]
    rows = []
    for state in states:
        cells = [column[value] for column, value in zip(columns, state, strict=True)]
        rows.append(([key for key, _ in cells], " ".join([text for _, text in cells])))
    rows.sort()
    return [text for _, text in rows]


_Key = tuple[int, str, int]


class _Column(dict[int, tuple[_Key, str]]):
    """The values of one observed thing: what they are sorted by, and as text."""

    def __init__(self, litmus: Litmus, shown: Shown, bits: int) -> None:
        super().__init__()
        self._litmus, self._shown, self._bits = litmus, shown, bits

    def __missing__(self, value: int) -> tuple[_Key, str]:
        text = self._litmus.value(self._shown, value)
        if text.lstrip("-").isdigit():
            low = value & ((1 << self._bits) - 1)
            key = (0, "", low - (low >> (self._bits - 1) << self._bits))
        else:
            base, _, offset = text.partition("+")
            key = (1, base, int(offset) if offset.isdigit() else 0)
        self[value] = (key, f"{self._shown.name}={text};")
        return self[value]
