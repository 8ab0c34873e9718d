"""A random C function as a program of the builder API, over the objects that the frontend sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ordercheck.program import Pointer, Program, ProgramBuilder, Visibility
from ordercheck.program.expr import Expr, apply, const, ite, var
from ordercheck.program.thread import ThreadBuilder
from tests.frontends.llvm.fuzz import c_syntax as c
from tests.frontends.llvm.fuzz.c_syntax import CPointer, Function, Place, Statement
from tests.frontends.llvm.fuzz.c_values import INT, CTest, CValue, promoted, wrapped

FILL = 0x5A
FENCES = {
    "sfence": "SFENCE",
    "mfence": "MFENCE",
    "lfence": "LFENCE",
    "sfence asm": "SFENCE",
    "mfence asm": "MFENCE",
    "lock": "MFENCE",
    "seq_cst": "MFENCE",
}
EXTERNAL = "call of ext"


def c_program(function: Function, exact: bool) -> Program:
    """The function as a program of one thread.

    exact: everything has the value that C gives it where nobody else stores. Else what is loaded,
    copied and returned by read-modify-writes may be anything: what the frontend may come to at worst.
    """
    builder = ProgramBuilder("f")
    for value in function.values:
        builder.param(value.text, value.low, value.high)
    if function.fields:
        builder.param("s_n", INT.low, INT.high)
    touched, filled = _objects(function.body, {})
    if function.local:
        builder.object(c.LOCAL, None, Visibility.PRIVATE)
    for name in sorted(touched - {c.LOCAL}):
        visibility = Visibility.OWNED if name in filled else Visibility.SHARED
        builder.object(name, 1 if name == EXTERNAL else None, visibility, 0 if name == EXTERNAL else FILL)
    with builder.thread("f") as thread:
        writer = _Writer(thread, exact)
        for variable in function.locals:
            thread.reg(variable.text, 0)
        for pointer in function.pointer_locals:
            thread.reg(pointer.text, 0)
            thread.reg(f"{pointer.text}_is", 0)
        if function.local:
            for k in range(0, 8 * c.LOCAL_WORDS, 64):
                thread.store(Pointer(c.LOCAL, const(k)), 64, 0)
        writer.body(function.body)
        thread.publish("return")
    return builder.build()


def _objects(
    statements: Sequence[Statement], helper: dict[str, CPointer]
) -> tuple[frozenset[str], frozenset[str]]:
    """The objects that are accessed, and those that non-temporal stores go to."""
    touched: set[str] = set()
    filled: set[str] = set()
    for s in statements:
        for place in _places(s):
            names = _resolved(place.pointer, helper).objects
            touched.update(names)
            nt = isinstance(s, c.Store) and s.how in c.NON_TEMPORAL
            if nt or (isinstance(s, c.Wide) and s.how != "volatile"):
                filled.update(names)
        if isinstance(s, c.External):
            touched.add(EXTERNAL)
        for body, inside in _bodies(s, helper):
            more = _objects(body, inside)
            touched |= more[0]
            filled |= more[1]
    return frozenset(touched), frozenset(filled)


def _places(s: Statement) -> tuple[Place, ...]:
    if isinstance(s, c.Copy):
        return s.to, s.source
    return (s.place,) if isinstance(s, c.Store | c.Wide | c.Load | c.Rmw | c.Fill) else ()


def _bodies(
    s: Statement, helper: dict[str, CPointer]
) -> list[tuple[tuple[Statement, ...], dict[str, CPointer]]]:
    match s:
        case c.If():
            return [(s.then, helper), (s.other, helper)]
        case c.Switch():
            return [(body, helper) for _, body in s.cases] + [(s.default, helper)]
        case c.Loop():
            return [(s.body, helper)]
        case c.Call():
            return [(s.helper.body, {"hp": s.pointer})]
        case _:
            return []


def _resolved(pointer: CPointer, helper: dict[str, CPointer]) -> CPointer:
    """A pointer of a helper, as one that may point to what its caller passed."""
    if pointer.objects != ("hp",) or "hp" not in helper:
        return pointer
    return CPointer(pointer.text, helper["hp"].objects, pointer.offset, pointer.which)


class _Writer:
    def __init__(self, thread: ThreadBuilder, exact: bool) -> None:
        self.thread, self.exact = thread, exact
        self.helper: dict[str, CPointer] = {}

    def body(self, statements: Sequence[Statement]) -> None:
        for statement in statements:
            getattr(self, f"_{type(statement).__name__.lower()}")(statement)

    # places

    def at(self, place: Place, action: Callable[[Pointer], None]) -> None:
        """The action for the object that a pointer points into."""
        pointer = _resolved(place.pointer, self.helper)
        index: Expr = const(0) if place.index is None else place.index.meaning
        offset = apply("+", pointer.offset, apply("+", apply("*", index, place.type.size), place.shift))
        self.each(pointer, lambda name: action(Pointer(name, offset)))

    def each(self, pointer: CPointer, action: Callable[[str], None], first: int = 0) -> None:
        if first == len(pointer.objects) - 1:
            action(pointer.objects[first])
            return
        with self.thread.if_(apply("==", pointer.which, first)):
            action(pointer.objects[first])
        with self.thread.else_():
            self.each(pointer, action, first + 1)

    def set(self, variable: CValue | None, value: Expr, size: int, signed: bool) -> None:
        """A variable becomes what was found in memory, where that is followed."""
        if not self.exact:
            value = self.thread.havoc("", 0, (1 << 8 * size) - 1)
        if variable is not None:
            found = apply("sext", value, 8 * size) if signed else value
            self.thread.set(self.register(variable.text), wrapped(found, variable.type))

    def register(self, name: str) -> Expr:
        return self.thread.reg(name)

    # accesses

    def _store(self, s: c.Store) -> None:
        size = s.place.type.size

        def store(to: Pointer) -> None:
            if s.how in c.NON_TEMPORAL:
                self.thread.nt_store(to, size, s.value.meaning)
            elif s.how == "seq_cst":
                self.thread.xchg(to, size, s.value.meaning)
            else:
                self.thread.store(to, size, s.value.meaning)

        self.at(s.place, store)

    def _wide(self, s: c.Wide) -> None:
        low, high = (apply("trunc", x.meaning, 64) for x in s.values)
        value = apply("+", low, apply("*", high, 1 << 64))
        store = self.thread.store if s.how == "volatile" else self.thread.nt_store
        self.at(s.place, lambda to: store(to, 16, value))

    def _load(self, s: c.Load) -> None:
        of, got = s.place.type, self.register("got")
        self.at(s.place, lambda at: self.thread.set(got, self.thread.load(at, of.size)))
        self.set(s.into, got, of.size, of.signed)

    def _rmw(self, s: c.Rmw) -> None:
        of, value, old = s.place.type, s.value.meaning, self.register("old")
        unknown = s.how not in ("add", "exchange")
        if unknown and not self.exact:
            value = self.thread.havoc("", 0, (1 << of.bits) - 1)

        def rmw(at: Pointer) -> Expr:
            if s.how == "add" or (s.how == "lock add" and self.exact):
                return self.thread.fetch_add(at, of.size, value)
            if s.how == "or" and self.exact:
                return self.thread._rmw(
                    at, of.size, lambda old: apply("|", old, wrapped_up(value, of.bits)), "", ""
                )
            if s.how == "compare" and self.exact:
                return self.thread.cmpxchg(at, of.size, 0, value)
            return self.thread.xchg(at, of.size, value)

        self.at(s.place, lambda at: self.thread.set(old, rmw(at)))
        self.set(s.into, old, of.size, of.signed)

    def _copy(self, s: c.Copy) -> None:
        parts = [(k, min(64, s.size - k)) for k in range(0, s.size, 64)]
        registers = [self.register(f"copied{k}") for k, _ in parts]

        def load(source: Pointer) -> None:
            for (k, size), register in zip(parts, registers, strict=True):
                self.thread.set(register, self.thread.load(source + k, size))

        def store(to: Pointer) -> None:
            for (k, size), register in zip(parts, registers, strict=True):
                self.thread.store(to + k, size, register)

        self.at(s.source, load)
        if not self.exact:
            for (_, size), register in zip(parts, registers, strict=True):
                self.thread.set(register, self.thread.havoc("", 0, (1 << 8 * size) - 1))
        self.at(s.to, store)

    def _fill(self, s: c.Fill) -> None:
        def store(to: Pointer) -> None:
            for k in range(0, s.size, 64):
                size = min(64, s.size - k)
                value: Expr = const(int.from_bytes(bytes([s.byte]) * size, "little"))
                if not self.exact:
                    value = self.thread.havoc("", 0, (1 << 8 * size) - 1)
                self.thread.store(to + k, size, value)

        self.at(s.place, store)

    def _fence(self, s: c.Fence) -> None:
        self.thread.fence(*([FENCES[s.how]] if s.how in FENCES else []))

    def _external(self, s: c.External) -> None:
        self.thread.store(Pointer(EXTERNAL, const(0)), 1, 1)

    # variables

    def _assign(self, s: c.Assign) -> None:
        self.thread.set(self.register(s.variable.text), s.value.meaning)

    def _swap(self, s: c.Swap) -> None:
        one, other, old = (self.register(n) for n in (s.one.text, s.other.text, "swapped"))
        self.thread.set(old, one)
        self.thread.set(one, other)
        self.thread.set(other, old)

    def _point(self, s: c.Point) -> None:
        self.point(s.variable.text, s.variable.objects, s.to, s.test, s.other)

    def point(
        self,
        name: str,
        objects: tuple[str, ...],
        to: CPointer,
        test: CTest | None = None,
        other: CPointer | None = None,
    ) -> None:
        """Sets a pointer variable that may point into these objects."""
        offset, which = to.offset, _which(to, objects)
        if test is not None and other is not None:
            offset = ite(test.meaning, offset, other.offset)
            which = ite(test.meaning, which, _which(other, objects))
        # one after the other: neither may depend on the other's new value
        new = self.thread.reg("new_which", which)
        self.thread.set(self.register(name), offset)
        self.thread.set(self.register(f"{name}_is"), new)

    def _move(self, s: c.Move) -> None:
        register = self.register(s.variable.text)
        self.thread.set(register, apply("+", register, apply("*", s.steps.meaning, 16)))

    # control

    def _if(self, s: c.If) -> None:
        with self.thread.if_(s.test.meaning):
            self.body(s.then)
        if s.other:
            with self.thread.else_():
                self.body(s.other)

    def _switch(self, s: c.Switch) -> None:
        self._cases(s, 0)

    def _cases(self, s: c.Switch, first: int) -> None:
        if first == len(s.cases):
            self.body(s.default)
            return
        number, body = s.cases[first]
        # C converts the label to the type of the value
        with self.thread.if_(apply("==", s.value.meaning, wrapped(const(number), promoted(s.value).type))):
            self.body(body)
            if first == 0 and s.falls:
                self.body(s.cases[1][1] if len(s.cases) > 1 else s.default)
        with self.thread.else_():
            self._cases(s, first + 1)

    def _loop(self, s: c.Loop) -> None:
        thread, i, count = self.thread, self.register(s.counter.text), s.count.meaning
        of = s.counter.type
        match s.how:
            case "up" | "step":
                with thread.for_(s.counter.text, 0, count, 1 if s.how == "up" else 2):
                    self.body(s.body)
            case "down":
                thread.set(i, count)
                with thread.while_(apply(">", i, 0)):
                    self.body(s.body)
                    thread.set(i, apply("-", i, 1))
            case "while":
                thread.set(i, count)
                with thread.while_(apply("!=", i, 0)):
                    thread.set(i, wrapped(apply("-", i, 1), of))
                    self.body(s.body)
            case "do":
                thread.set(i, 0)
                with thread.while_(const(True)):
                    self.body(s.body)
                    thread.set(i, wrapped(apply("+", i, 1), of))
                    with thread.if_(apply(">=", i, count)):
                        thread.break_()
            case _:
                self._pointers(s)

    def _pointers(self, s: c.Loop) -> None:
        assert s.start is not None
        start = _resolved(s.start, self.helper)
        self.point(s.counter.text, start.objects, start)
        i, end = self.register(s.counter.text), self.register(f"{s.counter.text}_end")
        self.thread.set(end, apply("+", i, apply("*", s.count.meaning, 16)))
        with self.thread.while_(apply("!=", i, end)):
            self.body(s.body)
            self.thread.set(i, apply("+", i, 16))

    def _jump(self, s: c.Jump) -> None:
        with self.thread.if_(s.test.meaning):
            if s.how == "break":
                self.thread.break_()
            else:
                self.thread.continue_()

    def _leave(self, s: c.Leave) -> None:
        with self.thread.if_(s.test.meaning):
            if self.helper:
                self.thread.set(self.register("returned"), s.value.meaning)
                self.thread.break_()
            else:
                self.thread.publish("return")
                self.thread.return_()

    def _call(self, s: c.Call) -> None:
        thread, helper = self.thread, s.helper
        argument = thread.reg("argument", s.value.meaning)
        self.point("hp", s.pointer.objects, s.pointer)
        thread.set(self.register(helper.value.text), argument)
        for variable in helper.locals:
            thread.reg(variable.text, 0)
        self.helper = {"hp": s.pointer}
        # a way out of the middle: a loop of one round
        with thread.while_(const(True)):
            self.body(helper.body)
            thread.set(self.register("returned"), helper.result.meaning)
            thread.break_()
        self.helper = {}
        if s.into is not None:
            thread.set(self.register(s.into.text), wrapped(var("returned"), s.into.type))


def wrapped_up(value: Expr, bits: int) -> Expr:
    """The value as an unsigned number of that many bits."""
    return apply("trunc", value, bits)


def _which(pointer: CPointer, objects: tuple[str, ...]) -> Expr:
    """Which of these objects a pointer points into."""
    found: Expr = const(objects.index(pointer.objects[-1]))
    for number in range(len(pointer.objects) - 2, -1, -1):
        here = objects.index(pointer.objects[number])
        found = ite(apply("==", pointer.which, number), here, found)
    return found
