"""Atomic operations of litmus C made into instructions: reads and writes in one, locks, SRCU.

A fully ordered operation is a relaxed one between two `mb` fences; one that may fail takes
them only where it succeeds. Whether it does is any choice; then what was read must agree.
"""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.litmus.c import values
from ordercheck.frontends.litmus.c.evaluate import HANDLERS, Evaluator, Frame, operate, tag_set
from ordercheck.frontends.litmus.c.syntax import (
    AddUnless,
    AtomicUpdate,
    Cas,
    CompareExchange,
    Exchange,
    Fetch,
    IsLocked,
    Number,
    Srcu,
    Tags,
    TryLock,
    Update,
)
from ordercheck.frontends.litmus.c.values import ONE, SIZE, ZERO
from ordercheck.program.expr import Expr, apply, const, variables
from ordercheck.program.ir import LOCKED, NO_TAGS, Address, Assume, Mark, Rmw, Store

_ONCE, _MB = ("once",), ("mb",)


def exchange(
    ev: Evaluator,
    address: Address,
    new: Callable[[Expr], Expr],
    tags: tuple[frozenset[str], frozenset[str]],
    into: str = "",
) -> Expr:
    """Emits a read and a write in one; `new` makes the value written of the value read, which is returned."""
    code = ev.code
    register = code.target(into)
    old = code.read(register)
    read, write = tags
    code.emit(
        Rmw(
            register,
            address,
            SIZE,
            new(old),
            tags=read,
            source=code.source,
            write_tags=write,
            ordered=True,
        )
    )
    return old


def marked(tags: Tags) -> tuple[frozenset[str], frozenset[str]]:
    """The event sets of the read and of the write of an operation with the kernel's annotation.

    On x86 each of these is a locked instruction.
    """
    return (
        tag_set(tags if tags == ("acquire",) else _ONCE, "RMW", LOCKED),
        tag_set(tags if tags == ("release",) else _ONCE, "RMW", LOCKED),
    )


def _ordered(order: str) -> tuple[frozenset[str], frozenset[str]]:
    both = tag_set((), order, "A", "RMW", LOCKED)
    return both, both


def _unless_used(into: str, *operands: Expr) -> str:
    """The register `into`, or none where an operand still has to read it."""
    return "" if any(o.op != "const" and into in variables(o) for o in operands) else into


def _between_fences(ev: Evaluator, tags: Tags, work: Callable[[], Expr]) -> Expr:
    if tags != _MB:
        return work()
    ev.fence(_MB)
    found = work()
    ev.fence(_MB)
    return found


def _exchange(ev: Evaluator, node: Exchange, frame: Frame | None, into: str) -> Expr:
    def work() -> Expr:
        new = ev.value(node.value, frame)
        address = ev.address(node.address, frame)
        return exchange(ev, address, lambda old: new, marked(node.tags), _unless_used(into, new))

    return _between_fences(ev, node.tags, work)


def _update(ev: Evaluator, node: AtomicUpdate, frame: Frame | None, into: str) -> Expr:
    def work() -> Expr:
        operand = ev.value(node.value, frame)
        address = ev.address(node.address, frame)
        new = ZERO

        def compute(old: Expr) -> Expr:
            nonlocal new
            new = operate(ev, node.op, old, operand, node.at, frame)
            return new

        target = _unless_used(into, operand) if node.returns_old else ""
        old = exchange(ev, address, compute, marked(node.tags), target)
        return old if node.returns_old else new

    return _between_fences(ev, node.tags, work)


def update(ev: Evaluator, node: Update, frame: Frame | None) -> None:
    """An atomic operation that returns nothing: its read is one that smp_rmb() does not order."""
    operand = ev.value(node.value, frame)
    address = ev.address(node.address, frame)
    tags = (tag_set(("noreturn",), "RMW", LOCKED), tag_set(_ONCE, "RMW", LOCKED))
    exchange(ev, address, lambda old: operate(ev, node.op, old, operand, node.at, frame), tags)


def _fetch(ev: Evaluator, node: Fetch, frame: Frame | None, into: str) -> Expr:
    operand = ev.value(node.value, frame)
    address = ev.address(node.address, frame)

    def compute(old: Expr) -> Expr:
        return operand if node.op == "=" else operate(ev, node.op, old, operand, node.at, frame)

    return exchange(ev, address, compute, _ordered(node.order), _unless_used(into, operand))


def _assume(ev: Evaluator, op: str, left: Expr, right: Expr) -> None:
    ev.code.emit(Assume(values.comparison(op, left, right), ev.code.source))


def _compare_exchange(ev: Evaluator, node: CompareExchange, frame: Frame | None, into: str) -> Expr:
    # The register may be written before what it held is compared: it must not be part of that.
    simple = isinstance(ev.argument(node.old, frame)[0], Number)
    result = (into if simple else "") or ev.code.fresh()

    def succeed() -> Expr:
        wanted, new = ev.value(node.old, frame), ev.value(node.new, frame)
        address = ev.address(node.address, frame)
        old = exchange(ev, address, lambda old: new, marked(node.tags), result)
        _assume(ev, "==", old, wanted)
        return old

    def fail() -> None:
        wanted = ev.value(node.old, frame)
        old = ev.load(ev.address(node.address, frame), tag_set(_ONCE, "RMW", LOCKED), result)
        _assume(ev, "!=", old, wanted)

    ev.code.either(lambda: void(_between_fences(ev, node.tags, succeed)), fail)
    return ev.code.read(result)


def void(_: Expr) -> None:
    """The value is not used."""


def _add_unless(ev: Evaluator, node: AddUnless, frame: Frame | None, into: str) -> Expr:
    code = ev.code
    result = into or code.fresh()
    tags = marked(_ONCE)

    def finish(old: Expr, op: str, unless: Expr) -> Expr:
        _assume(ev, op, old, unless)
        # The result is known to be 1 or 0 here; it depends on what was read all the same.
        code.assign(result, values.operation("!=", old, unless))
        return old

    def succeed() -> Expr:
        addend, unless = ev.value(node.value, frame), ev.value(node.unless, frame)
        address = ev.address(node.address, frame)
        old = exchange(ev, address, lambda old: operate(ev, "+", old, addend, node.at, frame), tags)
        return finish(old, "!=", unless)

    def fail() -> None:
        unless = ev.value(node.unless, frame)
        finish(ev.load(ev.address(node.address, frame), tags[0]), "==", unless)

    # This version of the model has the fences whatever the annotation says.
    code.either(lambda: void(_between_fences(ev, _MB, succeed)), fail)
    return code.read(result)


def _cas(ev: Evaluator, node: Cas, frame: Frame | None, into: str) -> Expr:
    code = ev.code
    result = into or code.fresh()
    expected = ev.address(node.expected, frame)
    address = ev.address(node.address, frame)
    wanted = ev.load(expected, NO_TAGS)

    def succeed() -> None:
        new = ev.value(node.desired, frame)
        _assume(ev, "==", exchange(ev, address, lambda old: new, _ordered(node.success)), wanted)
        code.assign(result, ONE)

    def fail() -> None:
        found = ev.load(address, tag_set((), node.failure, "A"))
        if node.strong:
            _assume(ev, "!=", found, wanted)
        code.emit(Store(expected, SIZE, found, source=code.source))
        code.assign(result, ZERO)

    code.either(succeed, fail)
    return code.read(result)


def mark(ev: Evaluator, tags: frozenset[str], address: Address, value: Expr | None = None) -> None:
    """Emits an event of a lock or of SRCU."""
    ev.code.emit(Mark(tags, address, value, ev.code.source, SIZE))


LKR, LKW, UL, LF, RL, RU = (frozenset({name}) for name in ("LKR", "LKW", "UL", "LF", "RL", "RU"))


def lock(ev: Evaluator, address: Address) -> None:
    """Emits the two events of taking a spinlock."""
    mark(ev, LKR, address)
    mark(ev, LKW, address)


def _trylock(ev: Evaluator, node: TryLock, frame: Frame | None, into: str) -> Expr:
    code, address, result = ev.code, ev.address(node.address, frame), into or ev.code.fresh()

    def succeed() -> None:
        lock(ev, address)
        code.assign(result, ONE)

    code.either(succeed, lambda: _observe(ev, LF, address, result, ZERO))
    return code.read(result)


def _is_locked(ev: Evaluator, node: IsLocked, frame: Frame | None, into: str) -> Expr:
    address, result = ev.address(node.address, frame), into or ev.code.fresh()
    ev.code.either(
        lambda: _observe(ev, RL, address, result, ONE), lambda: _observe(ev, RU, address, result, ZERO)
    )
    return ev.code.read(result)


def _observe(ev: Evaluator, tags: frozenset[str], address: Address, result: str, value: Expr) -> None:
    """A look at a lock: the register becomes `value`, and what uses it depends on the event."""
    ev.code.emit(Mark(tags, address, value, ev.code.source, SIZE, ev.code.target(result)))


def _srcu(ev: Evaluator, node: Srcu, frame: Frame | None, into: str) -> Expr:
    address = ev.address(node.address, frame)
    if node.tags != ("srcu-lock",):
        mark(ev, tag_set(node.tags), address)
        return ZERO
    # herd7's number for a read-side critical section, by thread and statement
    value = apply("+", apply("*", ev.code.steps, 599), const((ev.number + 1) * 307))
    mark(ev, tag_set(node.tags), address, value)
    return value


HANDLERS |= {
    Exchange: _exchange,
    CompareExchange: _compare_exchange,
    AtomicUpdate: _update,
    AddUnless: _add_unless,
    Fetch: _fetch,
    Cas: _cas,
    TryLock: _trylock,
    IsLocked: _is_locked,
    Srcu: _srcu,
}
