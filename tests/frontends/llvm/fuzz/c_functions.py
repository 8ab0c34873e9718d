"""Hypothesis strategy: small random C functions.

They store, ordinarily and non-temporally, load, copy, fence, lock, branch, loop and call; each
store writes a byte pattern of its own, so that one that is lost, late or misplaced shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from ordercheck.program.expr import var
from tests.frontends.llvm.fuzz import c_syntax as c
from tests.frontends.llvm.fuzz import c_values as v
from tests.frontends.llvm.fuzz.c_syntax import CPointer, Function, Helper, Place, Statement
from tests.frontends.llvm.fuzz.c_values import INT, LONG, TYPES, UINT, ULONG, CTest, CType, CValue

WORDS = (INT, UINT, LONG, ULONG)
SHIFTS = (0, 0, 0, 0, 8, 8, 16, 24, 4, 2, 1, -8)
ROUNDS = 3
WEIGHTS = {
    "store": 6,
    "load": 3,
    "wide": 1,
    "rmw": 1,
    "copy": 1,
    "fill": 1,
    "fence": 4,
    "assign": 2,
    "swap": 1,
    "point": 2,
    "move": 1,
    "if": 3,
    "switch": 1,
    "loop": 3,
    "jump": 1,
    "leave": 1,
    "call": 2,
    "external": 1,
}
"""The kinds of statements, and how often each is drawn."""
NESTED = ("if", "switch", "loop")


@st.composite
def c_functions(
    draw: st.DrawFn,
    pinned: bool | None = None,
    statements: int = 7,
    weights: Mapping[str, int] = WEIGHTS,
    local: bool = True,
) -> Function:
    """A random function. pinned: whether the compiler must keep the order of accesses (None: either);
    statements: how many there are at most, those inside of others not counted; weights: the kinds of
    them, and how often each is drawn; local: whether it may have an array of its own.
    """
    pinned = draw(st.booleans()) if pinned is None else pinned
    return _Maker(draw, pinned, weights).function(statements, local)


class _Maker:
    def __init__(self, draw: st.DrawFn, pinned: bool, weights: Mapping[str, int]) -> None:
        self.draw, self.pinned = draw, pinned
        self.kinds = [k for k, n in weights.items() for _ in range(n)]
        self.stores = self.names = 0
        self.values: list[CValue] = []
        self.variables: list[CValue] = []
        self.pointers: list[CPointer] = []
        self.moving: list[CPointer] = []
        self.helpers: tuple[Helper, ...] = ()
        self.loops: list[str] = []
        self.in_helper = False

    def any(self, choices: tuple[str, ...] | list[str]) -> str:
        return self.draw(st.sampled_from(choices))

    def up_to(self, most: int) -> int:
        return self.draw(st.integers(0, most))

    def yes(self) -> bool:
        return self.draw(st.booleans())

    def type(self, of: tuple[CType, ...] = TYPES) -> CType:
        return self.draw(st.sampled_from(of))

    def name(self, prefix: str) -> str:
        self.names += 1
        return f"{prefix}{self.names}"

    # the whole

    def function(self, statements: int, local: bool) -> Function:
        pointers = ("p", "q")[: 1 + self.up_to(1)]
        values = tuple(v.variable(n, self.type()) for n in ("n", "m", "k")[: 1 + self.up_to(2)])
        fields = (v.CValue("s->n", var("s_n"), INT, INT.low, INT.high),) if self.up_to(3) == 3 else ()
        fixed = [CPointer(p, (p,)) for p in pointers]
        fixed += [CPointer("flag", (c.FLAG,)), CPointer("area", (c.AREA,))]
        fixed += [CPointer("gp", (c.THROUGH_GLOBAL,))] * (self.up_to(3) == 3)
        fixed += [CPointer("s->data", (c.THROUGH_FIELD,))] * len(fields)
        local = local and self.up_to(3) == 3
        fixed += [CPointer("buf", (c.LOCAL,))] * local
        if self.up_to(2) == 2:
            self.helpers = (self.helper(),)
        locals_ = tuple(v.variable(n, self.type((INT, *TYPES))) for n in ("x", "y", "z")[: self.up_to(3)])
        moving = tuple(self.pointer_local(n, fixed) for n in ("r", "t")[: self.up_to(2)])
        self.values = [*values, *fields, *locals_]
        self.variables, self.moving = list(locals_), list(moving)
        self.pointers = [*fixed, *moving]
        body = self.body(statements, 2)
        if self.helpers:
            where = self.up_to(len(body))
            body = (*body[:where], self._call(0) or c.External(), *body[where:])
        return Function(pointers, values, fields, locals_, moving, self.helpers, local, body, self.pinned)

    def pointer_local(self, name: str, fixed: list[CPointer]) -> CPointer:
        names = sorted({o for p in fixed for o in p.objects} - {c.LOCAL})
        objects = tuple(self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)))
        which = var(f"{name}_is") if len(objects) > 1 else CPointer("", ()).which
        return CPointer(name, objects, var(name), which)

    def helper(self) -> Helper:
        pointer = CPointer("hp", ("hp",), var("hp"), var("hp_is"))
        value = v.variable("hn", self.type())
        local = v.variable("hx", self.type())
        self.pointers = [pointer, pointer, CPointer("flag", (c.FLAG,))]
        self.values, self.variables, self.in_helper = [value, local], [local], True
        body = self.body(2, 1)
        result = v.converted(self.value(), LONG)
        self.in_helper = False
        attribute = self.any(("", "__attribute__((noinline))", "inline __attribute__((always_inline))"))
        return Helper("helper", attribute, pointer, value, (local,), body, result)

    def body(self, most: int, depth: int) -> tuple[Statement, ...]:
        return tuple(self.statement(depth) for _ in range(self.draw(st.sampled_from(range(1, most + 1)))))

    def statement(self, depth: int) -> Statement:
        nothing = {*(() if self.variables else ("load", "assign", "swap")), *(() if depth else NESTED)}
        nothing.update(() if self.moving else ("point", "move"))
        nothing.update(() if self.helpers else ("call",), () if self.loops else ("jump",))
        allowed = [k for k in self.kinds if k not in nothing]
        found = getattr(self, f"_{self.any(allowed)}")(depth)
        return found if found is not None else self._store(depth)

    # values

    def value(self, depth: int = 2) -> CValue:
        """An expression; of parameters and variables, where there are any."""
        if not self.values or not depth or self.up_to(3) == 0:
            return v.number(self.draw(st.integers(-2, 9)))
        value = self.draw(st.sampled_from(self.values))
        match self.up_to(10):
            case 0 | 1:
                return value
            case 2:
                return v.cast(value, self.type())
            case 3:
                return v.masked(value, 1 + self.up_to(2))
            case 4:
                return v.remainder(value, 2 + self.up_to(5))
            case 5:
                return v.quotient(value, 2 + self.up_to(5))
            case 6:
                return v.shifted_right(value, 1 + self.up_to(3))
            case 7:
                return v.shifted_left(self.small(value), self.up_to(3))
            case 8:
                return v.chosen(self.test(depth - 1), value, self.value(depth - 1))
            case 9:
                return v.as_value(self.test(depth - 1))
            case _:
                other = self.small(self.value(depth - 1))
                return v.arithmetic(self.any(("+", "-", "*")), self.small(value), other)

    def small(self, value: CValue) -> CValue:
        """One that is far from 64 bits: sums of addresses do not wrap."""
        return value if value.type.bits < 64 else v.masked(value, 8)

    def test(self, depth: int = 1) -> CTest:
        test = v.compared(
            self.any(("<", "<=", "==", "!=", ">", ">=")), self.value(depth), v.number(self.up_to(4))
        )
        if depth and self.up_to(3) == 3:
            join = v.both if self.yes() else v.either
            return join(test, self.test(depth - 1))
        return test

    def index(self, near: bool = False) -> CValue | None:
        """How many elements further; near: up to 7."""
        if self.yes():
            return None
        value = self.small(self.value())
        if near:
            return v.masked(value, 3)
        if value.high - value.low > 16 and self.up_to(3):
            value = v.masked(value, 2) if self.yes() else v.remainder(value, 4)
        return value

    def count(self) -> CValue:
        """How many rounds."""
        if self.up_to(1) == 0:
            return v.number(1 + self.up_to(ROUNDS - 1))
        value = self.small(self.value(1))
        return value if value.high <= ROUNDS or self.up_to(3) == 0 else v.masked(value, 2)

    def place(self, of: CType | None = None) -> Place:
        pointer = self.draw(st.sampled_from(self.pointers))
        near = self.in_helper or c.LOCAL in pointer.objects
        shift = max(self.draw(st.sampled_from(SHIFTS)), 0 if near else min(SHIFTS))
        return Place(pointer, of or self.type((LONG, LONG, *TYPES)), self.index(near), shift)

    def pattern(self, of: CType) -> CValue:
        """What no other store writes."""
        self.stores += 1
        pattern = int.from_bytes(bytes([self.stores % 127]) * of.size, "little")
        if self.up_to(3) == 3:
            return v.mixed(v.cast(self.value(), ULONG), pattern)
        return v.number(pattern, of if of.bits >= 32 else INT)

    def variable(self) -> CValue | None:
        return self.draw(st.sampled_from(self.variables)) if self.variables else None

    # statements; None where there is nothing for it

    def _store(self, depth: int) -> Statement:
        place = self.place()
        how = self.any(c.STORES)
        if how.startswith("movnti") and place.type.size < 4:
            place = replace(place, type=ULONG)
        if not place.aligned and how not in ("plain", "mov", "nt", "movnti asm"):
            place = replace(place, shift=0)
        return c.Store(place, self.pattern(place.type), how)

    def _wide(self, depth: int) -> Statement:
        place = self.place(LONG)
        index = None if place.index is None else v.arithmetic("*", place.index, v.number(2))
        place = replace(place, shift=place.shift // 16 * 16, index=index)
        return c.Wide(place, (self.pattern(LONG), self.pattern(LONG)), self.any(c.WIDE))

    def _load(self, depth: int) -> Statement | None:
        into = self.variable()
        if into is None:
            return None
        place = self.place()
        # the compiler leaves out a plain load whose value nobody needs
        how = self.any(c.LOADS[1:] if self.pinned else c.LOADS)
        if not place.aligned and how == "acquire":
            place = replace(place, shift=0)
        return c.Load(place, into, how)

    def _rmw(self, depth: int) -> Statement:
        place = self.place(self.type(WORDS))
        if not place.aligned:
            place = replace(place, shift=0)
        how = self.any(c.RMWS)
        into = self.variable() if how not in ("lock add",) and self.yes() else None
        return c.Rmw(place, self.pattern(place.type), how, into)

    def _copy(self, depth: int) -> Statement:
        to, source = self.place(), self.place()
        objects = {*to.pointer.objects, *source.pointer.objects}
        shared = len(objects) < len(to.pointer.objects) + len(source.pointer.objects)
        if self.pinned and (shared or "hp" in objects):
            # the compiler leaves out a copy of what lies there already: never from where it goes to
            to = replace(to, index=None, shift=0)
            source = replace(source, pointer=to.pointer, index=None, shift=8)
        return c.Copy(to, source, self.draw(st.sampled_from((8, 16, 4, 1, 7, 24, 40, 80))))

    def _fill(self, depth: int) -> Statement:
        self.stores += 1
        return c.Fill(self.place(), self.stores % 127, self.draw(st.sampled_from((8, 16, 4, 1, 24, 72))))

    def _fence(self, depth: int) -> Statement:
        return c.Fence(self.any((*c.FENCES, "sfence")))

    def _assign(self, depth: int) -> Statement | None:
        variable = self.variable()
        return None if variable is None else c.Assign(variable, v.converted(self.value(), variable.type))

    def _swap(self, depth: int) -> Statement | None:
        pairs = [(a, b) for a in self.variables for b in self.variables if a is not b and a.type == b.type]
        return c.Swap(*self.draw(st.sampled_from(pairs))) if pairs else None

    def _point(self, depth: int) -> Statement | None:
        if not self.moving:
            return None
        variable = self.draw(st.sampled_from(self.moving))
        fit = [p for p in self.pointers if set(p.objects) <= set(variable.objects)]
        if not fit:
            return None
        to = self.draw(st.sampled_from(fit))
        if self.yes():
            return c.Point(variable, to)
        return c.Point(variable, to, self.test(), self.draw(st.sampled_from(fit)))

    def _move(self, depth: int) -> Statement | None:
        if not self.moving:
            return None
        return c.Move(self.draw(st.sampled_from(self.moving)), self.index() or v.number(1))

    def _if(self, depth: int) -> Statement:
        test = self.test()
        return c.If(test, self.body(2, depth - 1), self.body(2, depth - 1) if self.yes() else ())

    def _switch(self, depth: int) -> Statement:
        value = self.value(1)
        numbers = self.draw(st.lists(st.integers(-1, 4), min_size=1, max_size=3, unique=True))
        self.loops.append("switch")
        cases = tuple((number, self.body(1, depth - 1)) for number in numbers)
        default = self.body(1, depth - 1) if self.yes() else ()
        self.loops.pop()
        return c.Switch(value, cases, default, self.yes())

    def _loop(self, depth: int) -> Statement:
        how = self.any(c.LOOPS)
        count, counter = self.count(), v.variable(self.name("i"), self.type())
        if count.type.bits > counter.type.bits or (count.type.bits == counter.type.bits and count.low < 0):
            counter = v.variable(counter.text, count.type)
        if how == "while" and not (counter.type.signed is False or count.low >= 0):
            count = v.masked(count, 2)
        if how == "step" or (how == "pointers" and (count.low < 0 or self.in_helper)):
            count = v.masked(count, 2)
        count = v.converted(v.cast(count, counter.type), counter.type)
        pointer = start = None
        if how == "pointers":
            start = self.draw(st.sampled_from([p for p in self.pointers if c.LOCAL not in p.objects]))
            pointer = CPointer(counter.text, start.objects, var(counter.text), var(f"{counter.text}_is"))
        before = list(self.values), list(self.pointers)
        if pointer is not None:
            self.pointers = [*self.pointers, pointer, pointer, pointer]
        else:
            self.values = [*self.values, counter, counter, counter]
        self.loops.append(how)
        body = self.body(2, depth - 1)
        self.loops.pop()
        self.values, self.pointers = before
        return c.Loop(how, counter, count, body, pointer, start)

    def _jump(self, depth: int) -> Statement | None:
        if not self.loops or self.loops[-1] == "switch":
            return None
        goes_on = self.loops[-1] in ("up", "step", "while")
        return c.Jump(self.test(), self.any(("break", "continue")) if goes_on else "break")

    def _leave(self, depth: int) -> Statement | None:
        if self.in_helper and self.loops:
            return None
        return c.Leave(self.test(), v.converted(self.value(), LONG))

    def _call(self, depth: int) -> Statement | None:
        if not self.helpers or self.in_helper:
            return None
        helper = self.helpers[0]
        value = v.converted(v.cast(self.value(), helper.value.type), helper.value.type)
        return c.Call(helper, self.draw(st.sampled_from(self.pointers)), value, self.variable())

    def _external(self, depth: int) -> Statement:
        return c.External()
