"""Whether a program can do just what another run did: events compared one by one.

What a program leaves open (a register with any value, a load of what is not followed) is
taken as the other run has it; where control depends on it, both ways are tried.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ordercheck.program.expr import Expr, Value, fold, walk
from ordercheck.program.ir import (
    DOUBT,
    NT,
    Assign,
    Assume,
    Branch,
    Fence,
    Goto,
    Havoc,
    Instr,
    Load,
    Program,
    Publish,
    Rmw,
    Store,
    Unmodelled,
)
from tests.frontends.llvm.fuzz.events import (
    FENCE,
    LOAD,
    LOCKED,
    NON_TEMPORAL,
    ORDINARY,
    PUBLICATION,
    Bytes,
    Content,
    Event,
)

HANDED_OVER = ("release store to ", "store to ")
"""Hidden objects by which the frontend says that a release store hands memory over."""
MOST_STEPS = 30_000
MOST_WAYS = 2_000
_PLACE = re.compile(r"(.+)\[(-?\d+)\]")

Known = Mapping[str, "Value | None"]


class Open(Exception):  # noqa: N818  # says why there is nothing to compare
    """The program has something in it that can be anything at all."""


@dataclass(slots=True)
class _State:
    block: int
    index: int
    registers: dict[str, Value | None]
    memory: Bytes
    seen: int


def known(expr: Expr, env: Known) -> Value | None:
    """The value; None where it depends on what is not known."""
    values: dict[Expr, Value | None] = {}
    for node in walk(expr):
        if node.op == "const":
            values[node] = node.value
        elif node.op == "var":
            values[node] = env[node.name]
        else:
            values[node] = _applied(node, [values[a] for a in node.args])
    return values[expr]


def _applied(node: Expr, args: list[Value | None]) -> Value | None:
    if node.op == "ite" and args[0] is not None:
        return args[1] if args[0] else args[2]
    if node.op == "and" and False in args:
        return False
    if node.op == "or" and True in args:
        return True
    exact = [a for a in args if a is not None]
    return fold(node.op, exact) if len(exact) == len(args) else None


POINTERS = ("p", "q", "s")
"""The arguments that are pointers: their addresses go by their names."""


def parameter(
    name: str, high: int | None, content: Content, given: Mapping[str, int], areas: Mapping[str, int]
) -> int:
    """What a parameter of a translated function stands for: an argument, an address, memory's content."""
    name = re.sub(r"(#\d+)?(\.\d+)?$", "", name)
    if name in given:
        return given[name] & ((1 << 64) - 1 if high is None else high)
    if name.startswith("&") or name in POINTERS:
        return areas[name.removeprefix("&")]
    size = 8 if high is None else (high.bit_length() + 7) // 8
    match = _PLACE.fullmatch(name)
    place = (match[1], int(match[2])) if match else (name.removeprefix("*"), 0)
    if place[0] not in areas:
        # the same each time, and nobody here says which: what is computed in a way that is not followed
        raise Open(f"what {name} is")
    return int.from_bytes(bytes(content(place[0], place[1] + k) for k in range(size)), "little")


def difference(
    program: Program, params: Mapping[str, Value], content: Content, expected: Sequence[Event]
) -> str:
    """Empty where the program can do exactly that; else how far it comes, in words."""
    return _Matcher(program, params, content, expected).run()


class _Matcher:
    def __init__(
        self, program: Program, params: Mapping[str, Value], content: Content, expected: Sequence[Event]
    ) -> None:
        self.thread = program.threads[0]
        self.stored = {
            i.address.object for _, _, _, i in program.instructions() if isinstance(i, Store | Rmw)
        }
        # loads of what is never stored to are not compared: nothing can be late there
        self.expected = [e for e in expected if e.kind != LOAD or e.object in self.stored]
        self.params, self.content = params, content
        self.steps = self.ways = 0
        self.furthest, self.why = -1, "nothing matches"

    def run(self) -> str:
        registers: dict[str, Value | None] = {
            r: False if s == "bool" else 0 for r, s in self.thread.registers.items()
        }
        for r, e in self.thread.init.items():
            registers[r] = known(e, self.params)
        stack = [_State(0, 0, registers, Bytes(self.content), 0)]
        while stack:
            state = stack.pop()
            self.ways += 1
            if self.ways > MOST_WAYS:
                raise Open("too many ways to try")
            if self._way(state, stack):
                return ""
        return f"after {self.furthest} of {len(self.expected)} events: {self.why}"

    def _fail(self, state: _State, why: str) -> bool:
        if state.seen > self.furthest:
            self.furthest, self.why = state.seen, why
        return False

    def _way(self, state: _State, stack: list[_State]) -> bool:
        while True:
            block = self.thread.blocks[state.block]
            for instr in block.body[state.index :]:
                self.steps += 1
                if self.steps > MOST_STEPS:
                    raise Open("too many steps")
                why = self._step(state, instr)
                if why:
                    return self._fail(state, why)
            end = block.end
            if isinstance(end, Goto):
                state.block, state.index = end.target, 0
            elif isinstance(end, Branch):
                value = known(end.condition, {**self.params, **state.registers})
                if value is None:
                    other = _State(end.other, 0, dict(state.registers), Bytes(self.content), state.seen)
                    other.memory.stored = dict(state.memory.stored)
                    stack.append(other)
                    value = True
                state.block, state.index = end.then if value else end.other, 0
            else:
                if state.seen == len(self.expected):
                    return True
                return self._fail(state, f"it ends where there should be {self.expected[state.seen]}")

    def _step(self, state: _State, instr: Instr) -> str:
        env: Known = {**self.params, **state.registers}
        match instr:
            case Assign():
                state.registers[instr.dst] = known(instr.value, env)
            case Havoc():
                state.registers[instr.dst] = None
            case Assume():
                if known(instr.condition, env) is False:
                    return f"it is assumed that {instr.condition}"
            case Fence() if instr.tags:
                return self._next(state, FENCE, Event(FENCE, " ".join(sorted(instr.tags))))
            case Publish():
                return self._next(state, PUBLICATION, Event(PUBLICATION, instr.name))
            case Unmodelled():
                raise Open(instr.what)
            case Load() | Store() | Rmw():
                if instr.label == DOUBT:
                    raise Open(DOUBT)
                if instr.address.object.startswith(HANDED_OVER):
                    return ""
                if isinstance(instr, Load) and instr.address.object not in self.stored:
                    state.registers[instr.dst] = None
                    return ""
                return self._access(state, instr, env)
            case _:
                pass
        return ""

    def _next(self, state: _State, kind: str, found: Event) -> str:
        wanted = self._wanted(state)
        if wanted is None or wanted.kind != kind or wanted.object != found.object:
            return f"{found} where there should be {wanted}"
        state.seen += 1
        return ""

    def _wanted(self, state: _State) -> Event | None:
        return self.expected[state.seen] if state.seen < len(self.expected) else None

    def _access(self, state: _State, instr: Load | Store | Rmw, env: Known) -> str:
        name, size = instr.address.object, instr.size
        offset = known(instr.address.offset, env)
        wanted = self._wanted(state)
        kind = LOAD if isinstance(instr, Load) else LOCKED
        if isinstance(instr, Store):
            kind = NON_TEMPORAL if NT in instr.tags else ORDINARY
        start = wanted.start if offset is None and wanted is not None else int(offset or 0)
        value = None
        if isinstance(instr, Store):
            value = known(instr.value, env)
        elif isinstance(instr, Rmw):
            state.registers[instr.dst] = state.memory.load(name, start, size)
            value = known(instr.value, {**env, instr.dst: state.registers[instr.dst]})
        else:
            value = state.memory.load(name, start, size)
        if value is not None:
            value = int(value) & ((1 << (8 * size)) - 1)
        found = Event(kind, name, start, size, value)
        if wanted is None or not _fits(found, wanted):
            return f"{found} where there should be {wanted}"
        state.seen += 1
        if isinstance(instr, Load):
            state.registers[instr.dst] = wanted.value if value is None else value
        elif wanted.span:
            state.memory.store(name, wanted.start, wanted.span, None)
        else:
            state.memory.store(name, start, size, wanted.value if value is None else value)
            if isinstance(instr, Rmw) and wanted.value is None:
                state.memory.store(name, start, size, None)
        return ""


def _fits(found: Event, wanted: Event) -> bool:
    if (found.kind, found.object, found.size) != (wanted.kind, wanted.object, wanted.size):
        return False
    if wanted.span:
        return wanted.start <= found.start < wanted.start + wanted.span
    same = found.value is None or wanted.value is None or found.value == wanted.value
    return found.start == wanted.start and same
