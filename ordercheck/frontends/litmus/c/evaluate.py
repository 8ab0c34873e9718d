"""Expressions of litmus C made into instructions and values, as herd7 means them (herd/CSem.ml).

The branches of herd7's semantics that it takes for version 1 of the kernel's model, Linux
6.1's, are the ones that are followed here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.c import values
from ordercheck.frontends.litmus.c.code import Code
from ordercheck.frontends.litmus.c.cursor import LOWEST
from ordercheck.frontends.litmus.c.macros import Macros
from ordercheck.frontends.litmus.c.memory import Memory
from ordercheck.frontends.litmus.c.syntax import (
    AddUnless,
    AtomicLoad,
    Call,
    CallStatement,
    Deref,
    Expression,
    MarkedLoad,
    Name,
    Number,
    Operation,
    Tags,
)
from ordercheck.frontends.litmus.c.tokens import Tokens
from ordercheck.frontends.litmus.c.units import Macro
from ordercheck.frontends.litmus.c.values import SIZE, ZERO
from ordercheck.program.expr import Expr
from ordercheck.program.ir import MFENCE, NO_TAGS, Address, Fence, Load, Unmodelled

MAX_DEPTH = 120
MAX_NODES = 200_000
# Each is a choice between two orders of evaluation, and those inside the operands are in both.
MAX_ORDERS = 500
_SHORT = ("&&", "||")


class Frame:
    """The arguments of a macro: expressions, each with the frame that its names belong to (`outer`).

    at: where the test has the call that all this comes from.
    """

    __slots__ = ("arguments", "at", "outer")

    def __init__(self, arguments: dict[str, Expression], outer: Frame | None, at: int) -> None:
        self.arguments, self.outer, self.at = arguments, outer, at


# barriers of the kernel that are (or hold) a full fence of the processor on x86; the others
# order nothing there that is not ordered anyway (arch/x86/include/asm/barrier.h)
_FULL_FENCES = frozenset({"mb", "sync-rcu", "sync-srcu"})


@lru_cache(maxsize=1024)
def tag_set(tags: Tags, *more: str) -> frozenset[str]:
    """The event sets of annotations: the annotation `rcu-lock` is the set `Rcu-lock` of a cat file."""
    return frozenset([tag[:1].upper() + tag[1:] for tag in tags if tag] + list(more))


@lru_cache(maxsize=256)
def fence_set(tags: Tags) -> frozenset[str]:
    """The event sets of a fence: the kernel's, and what it is on x86, for the models of processors."""
    return tag_set(tags, *([MFENCE] if not _FULL_FENCES.isdisjoint(tags) else []))


class Evaluator:
    """Evaluates the expressions of one thread into its code."""

    def __init__(self, code: Code, memory: Memory, macros: Macros, tokens: Tokens, number: int) -> None:
        self.code, self.memory, self.macros, self.tokens, self.number = code, memory, macros, tokens, number
        self.depth = 0
        self.nodes = 0
        self.orders = 0

    def error(self, message: str, at: int, frame: Frame | None) -> InputError:
        """An InputError in the test: at `at`, or, inside a macro, at the call."""
        return self.tokens.error(message, at if frame is None else frame.at)

    def deeper(self, at: int, frame: Frame | None) -> None:
        """One level more, one node more; the caller takes the level back."""
        self.depth += 1
        self.nodes += 1
        if self.depth > MAX_DEPTH:
            raise self.error(f"nested more than {MAX_DEPTH} deep: does a macro call itself?", at, frame)
        if self.nodes > MAX_NODES:
            raise self.error(f"more than {MAX_NODES} expressions and statements", at, frame)

    def value(self, node: Expression, frame: Frame | None, into: str = "") -> Expr:
        """The value of an expression; what it loads goes to the register `into` where one is given."""
        self.deeper(node.at, frame)
        found: Expr = HANDLERS[type(node)](self, node, frame, into)
        self.depth -= 1
        return found

    def define(self, register: str, node: Expression, frame: Frame | None) -> None:
        """register = the value of an expression."""
        value = self.value(node, frame, register)
        if value.op != "var" or value.name != register:
            self.code.assign(register, value)

    # places

    def address(self, node: Expression, frame: Frame | None) -> Address:
        """Where the value of an expression points."""
        meant, outer = self.argument(node, frame)
        # Through a plain name an address is used, but is no value.
        pointer = self.code.read(meant.name) if isinstance(meant, Name) else self.value(meant, outer)
        place = self.memory.place(pointer)
        if place is None:
            raise self.error(f"{pointer} is not the address of a location", node.at, frame)
        return place

    def location(self, node: Expression, frame: Frame | None, user: str) -> Address:
        """The place that `*address` stands for."""
        node, frame = self.argument(node, frame)
        if not isinstance(node, Deref):
            raise self.error(f"{user} takes a location, such as `*x`", node.at, frame)
        return self.address(node.address, frame)

    def argument(self, node: Expression, frame: Frame | None) -> tuple[Expression, Frame | None]:
        """What the parameter of a macro stands for; any other expression as it is."""
        while frame is not None and isinstance(node, Name):
            given = frame.arguments.get(node.name)
            if given is None:
                break
            node, frame = given, frame.outer
        return node, frame

    # macros

    def enter(self, macro: Macro[Any], call: Call | CallStatement, frame: Frame | None) -> Frame:
        """The frame of a call. Raises InputError where the number of arguments is wrong."""
        wanted, given = len(macro.formals), len(call.arguments)
        if wanted != given:
            raise self.error(f"macro {macro.name} takes {wanted} arguments, not {given}", call.at, frame)
        at = call.at if frame is None else frame.at
        return Frame(dict(zip(macro.formals, call.arguments, strict=True)), frame, at)

    def unknown(self, call: Call | CallStatement, frame: Frame | None) -> InputError:
        """Nothing defines what is called."""
        if self.macros.file:
            return self.error(f"no macro {call.name}: {self.macros.file} does not define it", call.at, frame)
        hint = "a file of macros defines it (for the kernel: linux-kernel.def, with --conf linux-kernel.cfg)"
        return self.error(f"unknown function {call.name}: {hint}", call.at, frame)

    # loads

    def load(self, address: Address, tags: frozenset[str], into: str = "") -> Expr:
        """Emits a load; what it loads."""
        code = self.code
        register = code.target(into)
        code.emit(Load(register, address, SIZE, tags, source=code.source))
        return code.read(register)

    def fence(self, tags: Tags) -> None:
        """Emits a fence."""
        self.code.emit(Fence(fence_set(tags), source=self.code.source))


def _number(ev: Evaluator, node: Number, frame: Frame | None, into: str) -> Expr:
    if node.value < LOWEST:
        raise ev.error(f"{node.value} does not fit in 32 bits", node.at, frame)
    return values.number(node.value)


def _name(ev: Evaluator, node: Name, frame: Frame | None, into: str) -> Expr:
    meant, frame = ev.argument(node, frame)
    if isinstance(meant, Name):
        held = ev.code.read(meant.name)
        if ev.memory.contains(held):
            ev.memory.pointing = True
        return held
    return ev.value(meant, frame, into)


def _deref(ev: Evaluator, node: Deref, frame: Frame | None, into: str) -> Expr:
    return ev.load(ev.address(node.address, frame), NO_TAGS, into)


def _load(ev: Evaluator, node: MarkedLoad, frame: Frame | None, into: str) -> Expr:
    address = ev.location(node.location, frame, "__load")
    if node.tags in (("deref",), ("lderef",)):
        loaded = ev.load(address, tag_set(("once",)), into)
        ev.fence(("rb_dep",))
        return loaded
    return ev.load(address, tag_set(node.tags), into)


def _atomic_load(ev: Evaluator, node: AtomicLoad, frame: Frame | None, into: str) -> Expr:
    return ev.load(ev.address(node.address, frame), tag_set((), node.order, "A"), into)


def _call(ev: Evaluator, node: Call, frame: Frame | None, into: str) -> Expr:
    macro = ev.macros.expressions.get(node.name)
    if macro is None:
        if node.name == "atomic_add_unless" and len(node.arguments) == 3:
            # herd7 knows this one without a definition
            return ev.value(AddUnless(*node.arguments, (), node.at), frame, into)
        raise ev.unknown(node, frame)
    return ev.value(macro.body, ev.enter(macro, node, frame), into)


def _operation(ev: Evaluator, node: Operation, frame: Frame | None, into: str) -> Expr:
    code = ev.code
    start = code.mark()
    left = ev.value(node.left, frame)
    middle = code.mark()
    right = ev.value(node.right, frame)
    if start != middle != code.mark() and node.op not in _SHORT:
        code.rewind(start)
        left, right = _in_either_order(ev, node, frame)
    if node.op in _SHORT and middle != code.mark():
        raise ev.error(
            f"the right operand of {node.op} accesses memory: litmus C has `if` for that", node.at, frame
        )
    return operate(ev, node.op, left, right, node.at, frame)


def _in_either_order(ev: Evaluator, node: Operation, frame: Frame | None) -> tuple[Expr, Expr]:
    """Both operands access memory: nothing orders the ones of the left and those of the right."""
    ev.orders += 1
    if ev.orders > MAX_ORDERS:
        raise ev.error("too many accesses in one expression: write several statements", node.at, frame)
    left, right = ev.code.fresh(), ev.code.fresh()

    def forwards() -> None:
        ev.define(left, node.left, frame)
        ev.define(right, node.right, frame)

    def backwards() -> None:
        ev.define(right, node.right, frame)
        ev.define(left, node.left, frame)

    ev.code.either(forwards, backwards)
    return ev.code.read(left), ev.code.read(right)


def operate(ev: Evaluator, op: str, left: Expr, right: Expr, at: int, frame: Frame | None) -> Expr:
    """`left op right`; raises InputError where an operand is an address and herd7 refuses it."""
    if op in ("/", "%"):
        if right is ZERO:
            raise ev.error("division by zero", at, frame)
        if right.op != "const":
            code = ev.code
            trap = Unmodelled("division by zero", code.source)
            code.split(values.comparison("==", right, ZERO), lambda: code.emit(trap), lambda: None)
    if op not in ("+", "-", "==", "!=", "&&", "||") and left is not right:
        for operand in (left, right):
            if ev.memory.contains(operand):
                raise ev.error(f"operator {op} does not take an address", at, frame)
    return values.operation(op, left, right)


Handler = Callable[[Evaluator, Any, Frame | None, str], Expr]
HANDLERS: dict[type, Handler] = {
    Number: _number,
    Name: _name,
    Deref: _deref,
    MarkedLoad: _load,
    AtomicLoad: _atomic_load,
    Call: _call,
    Operation: _operation,
}
