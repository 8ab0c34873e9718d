"""A minimal reader of the X86_64 litmus tests in the suites `overlap`, `mixed` and `nt`.

It takes what those tests use and nothing else: anything it does not know is an error
with the file's name and the line, so that what was compared with herd7 is known exactly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ordercheck.program import Condition, Expr, MemoryAt, Program, ProgramBuilder, RegisterOf, Visibility
from ordercheck.program.expr import apply, const, var
from ordercheck.program.ir import Observable, Outcome
from ordercheck.program.thread import Pointer, ThreadBuilder
from tests.peers.litmus_condition import herd_name, parse

Quantifier = Literal["exists", "~exists", "forall"]
QUANTIFIERS: dict[str, Quantifier] = {"exists": "exists", "~exists": "~exists", "forall": "forall"}
WORD, QUAD = 4, 8
LEGACY = {f"{width}{name}": f"r{name}" for width in "er" for name in ("ax", "bx", "cx", "dx", "si", "di")}
FENCES = ("sfence", "mfence", "lfence")
_INIT = re.compile(r"(?:(int64_t)\s+)?(?:(\d+):)?(\w+)(?:\s*=\s*(-?\w+))?$")
_MEMORY = re.compile(r"(-?\d+)?\((%?\w+)\)$")
_STATE = re.compile(r"(\[?[\w:]+\]?)=(-?\d+);")


class Unread(Exception):  # noqa: N818  # not an error of the program under test: coverage must be known
    """Something in a test that this reader does not know."""


@dataclass(frozen=True, eq=False)
class Litmus:
    """A test: its program (with `observe` and `condition`), and herd7's name for each observed value."""

    name: str
    program: Program
    names: tuple[str, ...]

    def outcome(self, text: str) -> Outcome:
        """The outcome that herd7 prints as `text`, each value modulo 2 ^ (its width in bits)."""
        values = dict(_STATE.findall(text))
        if set(values) != set(self.names):
            raise Unread(f"{self.name}: the state {text!r} is not about {self.names}")
        observed = zip(self.program.observe, self.names, strict=True)
        return tuple(int(values[name]) % (1 << 8 * _width(what)) for what, name in observed)


def _width(what: Observable) -> int:
    return what.size if isinstance(what, MemoryAt) else QUAD


@dataclass(frozen=True)
class Truth:
    """What herd7 answered about one test."""

    test: str
    states: tuple[str, ...]
    validation: str
    observation: str


def truths(path: Path) -> Iterator[Truth]:
    """The lines of a truth file."""
    for line in path.read_text().splitlines():
        found = json.loads(line)
        yield Truth(found["test"], tuple(found["states"]), found["validation"], found["observation"])


def read(path: Path) -> Litmus:
    """The test in a file; raises Unread for what this reader does not know."""
    return _Reader(path).test()


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = path.read_text().splitlines()
        self.number = 0
        self.sizes: dict[str, int] = {}
        self.content: dict[str, int] = {}
        self.pointers: dict[tuple[int, str], str] = {}
        self.start: dict[tuple[int, str], int] = {}
        self.registers: dict[int, dict[str, None]] = {}

    def fail(self, what: str) -> Unread:
        return Unread(f"{self.path.name}:{self.number}: {what}")

    def test(self) -> Litmus:
        match = re.fullmatch(r"X86_64 (\S+)", self._next())
        if match is None:
            raise self.fail("not an X86_64 test")
        self._skip_to_init()
        self._init()
        columns, tail = self._columns()
        builder = ProgramBuilder(match[1])
        code = [[self._instruction(t, text) for text in column] for t, column in enumerate(columns)]
        condition, names = self._tail(tail)
        observed = {name: self._observable(name) for name in names}
        for number, instructions in enumerate(code):
            with builder.thread() as thread:
                for register in self.registers.get(number, ()):
                    thread.reg(register, self.start.get((number, register), 0))
                for emit in instructions:
                    emit(thread)
        for name, size in self.sizes.items():
            value = self.content.get(name, 0) % (1 << 8 * size)
            builder.object(name, size, Visibility.SHARED, init={0: (size, value)})
        builder.observe(*observed.values())
        builder.condition(condition)
        return Litmus(match[1], builder.build(), tuple(observed))

    def _next(self) -> str:
        self.number += 1
        if self.number > len(self.lines):
            raise self.fail("the test ends too early")
        return self.lines[self.number - 1].strip()

    def _skip_to_init(self) -> None:
        """Metadata lines (`Key=value`) and the quoted description come before the braces."""
        while (line := self._next()) != "{":
            if not (re.match(r"[A-Z]\w*=", line) or re.fullmatch(r'"[^"]*"', line)):
                raise self.fail(f"unknown header {line!r}")

    def _init(self) -> None:
        while (line := self._next()) != "}":
            for item in filter(None, map(str.strip, line.split(";"))):
                match = _INIT.fullmatch(item)
                if match is None:
                    raise self.fail(f"unknown initialisation {item!r}")
                self._init_item(*match.groups())

    def _init_item(self, wide: str | None, thread: str | None, name: str, value: str | None) -> None:
        if thread is None:
            self.sizes[name] = QUAD if wide else WORD
            self.content[name] = self._integer(value or "0")
            return
        place = int(thread), self._register(int(thread), name, QUAD)
        if value is None or re.fullmatch(r"-?\d+", value):
            self.start[place] = int(value or 0) % (1 << 8 * QUAD)
        else:
            self.pointers[place] = value
            self.sizes.setdefault(value, WORD)

    def _integer(self, text: str) -> int:
        if not re.fullmatch(r"-?\d+", text):
            raise self.fail(f"not a number: {text!r}")
        return int(text)

    def _columns(self) -> tuple[list[list[str]], str]:
        header = self._row(self._next())
        if header != [f"P{t}" for t in range(len(header))]:
            raise self.fail(f"unknown heading {header}")
        columns: list[list[str]] = [[] for _ in header]
        while (line := self._next()).endswith(";") and not line.startswith("locations"):
            cells = self._row(line)
            if len(cells) != len(columns):
                raise self.fail(f"{len(cells)} cells for {len(columns)} threads")
            for column, cell in zip(columns, cells, strict=True):
                column.extend([cell] if cell else [])
        return columns, "\n".join([line, *self.lines[self.number :]])

    def _row(self, line: str) -> list[str]:
        return [cell.strip() for cell in line.removesuffix(";").split("|")]

    def _instruction(self, thread: int, text: str) -> Callable[[ThreadBuilder], None]:
        mnemonic, _, operands = text.partition(" ")
        if mnemonic in FENCES and not operands:
            return lambda t: t.fence(mnemonic.upper())
        match = re.fullmatch(r"(mov|movnti|xchg)([lq])", mnemonic)
        parts = [part.strip() for part in operands.split(",")]
        if match is None or len(parts) != 2:
            raise self.fail(f"unknown instruction {text!r}")
        size = WORD if match[2] == "l" else QUAD
        source, target = parts
        if match[1] == "mov" and _MEMORY.fullmatch(source):
            address, into = self._address(thread, source), self._register(thread, target, size)
            return lambda t: _ignore(t.load(address, size, into))
        if match[1] == "mov" and target.startswith("%"):
            register, value = self._register(thread, target, size), self._operand(thread, source, size)
            return lambda t: t.set(t.reg(register), apply("trunc", value, 8 * size))
        if match[1] == "xchg" and _MEMORY.fullmatch(source):
            source, target = target, source
        address, value = self._address(thread, target), self._operand(thread, source, size)
        if match[1] == "mov":
            return lambda t: t.store(address, size, value)
        if not source.startswith("%"):
            raise self.fail(f"an immediate where a register must be: {text!r}")
        if match[1] == "movnti":
            return lambda t: t.nt_store(address, size, value)
        return lambda t: _exchange(t, address, size, value)

    def _operand(self, thread: int, text: str, size: int) -> Expr:
        if text.startswith("$"):
            return const(self._integer(text[1:]))
        return var(self._register(thread, text, size))

    def _register(self, thread: int, text: str, size: int) -> str:
        """The 64-bit register that `text` is `size` bytes of; init and conditions leave the % out."""
        name = text.removeprefix("%")
        number = re.fullmatch(r"(r(?:8|9|1[0-5]))(d?)", name)
        if number is not None and (number[2] == "d") == (size == WORD):
            whole = number[1]
        elif name in LEGACY and name[0] == ("e" if size == WORD else "r"):
            whole = LEGACY[name]
        else:
            raise self.fail(f"unknown register {text!r} of {size} bytes")
        self.registers.setdefault(thread, {})[whole] = None
        return whole

    def _address(self, thread: int, text: str) -> Pointer:
        match = _MEMORY.fullmatch(text)
        if match is None:
            raise self.fail(f"unknown address {text!r}")
        displacement, base = int(match[1] or 0), match[2]
        if base.startswith("%"):
            register = self._register(thread, base, QUAD)
            if (thread, register) not in self.pointers:
                raise self.fail(f"{base} of P{thread} holds no address")
            base = self.pointers[thread, register]
        self.sizes.setdefault(base, WORD)
        return Pointer(base, const(displacement))

    def _tail(self, text: str) -> tuple[Condition, list[str]]:
        """The condition, and herd7's names for everything that it and `locations` mention."""
        match = re.fullmatch(r"\s*(?:locations \[([^\]]*;)\]\s*)?(~?exists|forall)\s+(.*?)\s*", text, re.S)
        if match is None:
            raise self.fail(f"unknown condition {text!r}")
        listed, quantifier, proposition = match.groups()
        names: list[str] = [herd_name(item.strip()) for item in (listed or "").split(";") if item.strip()]
        try:
            expr, mentioned = parse(proposition, lambda name: 8 * _width(self._observable(name)))
        except ValueError as error:
            raise self.fail(str(error)) from None
        return Condition(QUANTIFIERS[quantifier], expr), sorted({*names, *mentioned})

    def _observable(self, name: str) -> Observable:
        if ":" in name:
            thread, register = name.split(":")
            return RegisterOf(int(thread), self._register(int(thread), register, QUAD))
        location = name.strip("[]")
        if location not in self.sizes:
            raise self.fail(f"unknown location {name}")
        return MemoryAt(location, 0, self.sizes[location], name)


def _exchange(thread: ThreadBuilder, address: Pointer, size: int, register: Expr) -> None:
    """xchg: the new value is kept aside, for in the IR the register has the old one already."""
    aside = thread.reg(f"{register.name}.new", thread.reg(register.name))
    thread.xchg(address, size, aside, into=register.name)


def _ignore(_: Expr) -> None:
    """A loaded register needs no further care here."""
