"""Random C functions, compiled: the IR, its translation, its runs."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ordercheck import shipped
from ordercheck.frontends import llvm
from ordercheck.frontends.llvm.summaries import Summaries
from ordercheck.program import Program
from ordercheck.program.expr import Value
from tests.frontends.llvm.fuzz import c_syntax as c
from tests.frontends.llvm.fuzz.c_syntax import Function
from tests.frontends.llvm.fuzz.c_text import c_text
from tests.frontends.llvm.fuzz.events import FENCE, PUBLICATION, Content, Event
from tests.frontends.llvm.fuzz.ir_run import Interpreter
from tests.frontends.llvm.fuzz.program_run import difference, parameter

COMPILERS = ("clang-19", "clang", "clang-20", "clang-18")
FLAGS = ("-S", "-emit-llvm", "-w", "-fno-discard-value-names", "-x", "c", "-", "-o", "-")


KNOWN = {c.FLAG, c.AREA, c.LOCAL, c.THROUGH_GLOBAL, c.THROUGH_FIELD, "p", "q", "s", "gp"}
MERGED = "memory"
"""The object that a translation has where distinct blocks are not assumed."""


@lru_cache(maxsize=1)
def clang() -> str | None:
    """The compiler; None where there is none."""
    return next(filter(None, map(shutil.which, COMPILERS)), None)


@lru_cache(maxsize=1)
def summaries() -> Summaries:
    """What is known of functions that are not in the files."""
    return Summaries.load(list(shipped.summary_files(False)))


@dataclass(frozen=True, slots=True)
class Compiled:
    """The IR of a function `f`, and what it is of."""

    function: Function
    code: llvm.Code
    text: str

    def program(self, refused: frozenset[str] = frozenset()) -> Program:
        """What the frontend makes of it."""
        module, name = llvm.entries(self.code, "f")[0]
        options = llvm.Options(summaries(), refused=refused)
        return llvm.translate(self.code, module, module.functions[name], options).program

    def run(self, values: Mapping[str, int], fill: int | None) -> Interpreter:
        """A run of the IR. values: of the parameters and of `s_n`; fill: what memory holds before."""
        content = Content(fill)
        machine = Interpreter(self.code, content)
        for known in sorted(KNOWN - {c.LOCAL}):
            machine.area(known)
        module, name = llvm.entries(self.code, "f")[0]
        ir = module.functions[name]
        for pointer, target in (("gp", c.THROUGH_GLOBAL), ("s", c.THROUGH_FIELD)):
            content.put(pointer, 0, 8, machine.area(target))
        content.put("s", 8, 4, values.get("s_n", 0))
        arguments = []
        for param in ir.params:
            if param.name in values:
                arguments.append(values[param.name] & ((1 << _bits(param.type)) - 1))
            else:
                arguments.append(machine.area(param.name))
        machine.run(module, ir, arguments)
        return machine


def _bits(of: object) -> int:
    return getattr(of, "bits", 64)


def compiled(function: Function, flags: Sequence[str]) -> Compiled:
    """The function through the compiler and the reader of IR."""
    path = clang()
    assert path is not None
    text = c_text(function)
    found = subprocess.run([path, *flags, *FLAGS], input=text, capture_output=True, text=True, check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".ll") as file:
        file.write(found.stdout)
        file.flush()
        code = llvm.read([Path(file.name)])
    return Compiled(function, code, found.stdout)


def compare(program: Program, machine: Interpreter, values: Mapping[str, int]) -> str:
    """Whether the translated program can do what the run did."""
    content = machine.memory.content
    params: dict[str, Value] = {
        p.name: parameter(p.name, p.high, content, values, machine.bases) for p in program.params
    }
    events: Sequence[Event] = machine.events
    if any(o.name == MERGED for o in program.objects):
        events, content = _merged(events, machine), _MergedContent(machine)
    return difference(program, params, content, visible(program, events))


def compare_built(program: Program, machine: Interpreter, values: Mapping[str, int]) -> str:
    """Whether the program that was built from the function does what the run of a pinned one did."""
    events = [e for e in machine.events if e.kind in (FENCE, PUBLICATION) or not _variable(e.object)]
    events = [e for e in events if e.object not in ("gp", "s")]
    return difference(program, dict(values), machine.memory.content, events)


class _MergedContent(Content):
    """What memory holds before, where blocks of memory may overlap and are one object."""

    def __init__(self, machine: Interpreter) -> None:
        super().__init__(None)
        self.machine = machine

    def __call__(self, name: str, offset: int) -> int:
        place = self.machine.where(offset) if name == MERGED else (name, offset)
        return self.machine.memory.content(*place)


def _merged(events: Sequence[Event], machine: Interpreter) -> list[Event]:
    """The events, with addresses in place of objects."""
    found = []
    for event in events:
        if event.kind not in (FENCE, PUBLICATION) and event.object in KNOWN - {c.LOCAL}:
            start = machine.bases[event.object] + event.start
            event = replace(event, object=MERGED, start=start)
        found.append(event)
    return found


def visible(program: Program, events: Sequence[Event]) -> list[Event]:
    """Without accesses of mere variables, which a translation keeps in registers."""
    objects = {o.name for o in program.objects}
    return [
        e for e in events if e.object in objects or e.kind in (FENCE, PUBLICATION) or not _variable(e.object)
    ]


def _variable(name: str) -> bool:
    return name not in KNOWN and not name.startswith("call of ")
