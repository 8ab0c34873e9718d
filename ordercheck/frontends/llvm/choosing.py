"""Where control goes on that calls one of several functions by a pointer: to the one that the pointer is to.

Functions have different addresses (C11 6.5.9; LangRef, "Global Variables": but for unnamed_addr, where two
that do the same may become one).
"""

from __future__ import annotations

from collections.abc import Sequence

from ordercheck.frontends.llvm.flat import Choice
from ordercheck.frontends.llvm.ir import GlobalRef
from ordercheck.frontends.llvm.kinds import TRUE, Pointer, Way
from ordercheck.frontends.llvm.module import Module
from ordercheck.frontends.llvm.places import NULL, Base
from ordercheck.frontends.llvm.values import Values
from ordercheck.program.expr import Expr, apply, const, ite
from ordercheck.program.ir import Unmodelled

FALSE = const(False)


def choose(values: Values, choice: Choice, ways: Sequence[int]) -> None:
    """Ends the current block: control goes on in the way of the function that is called."""
    emit = values.emit
    made = values.of(choice.callee)
    pointer = made if isinstance(made, Pointer) else Pointer(())
    bases = [_base(values, module, name) for module, name in choice.targets]
    if not pointer.ways or isinstance(choice.callee.value, GlobalRef):
        # of a static call: it may be updated each time
        emit.choose(ways)
        return
    others = [way for way in pointer.ways if way.base not in bases]
    loaded = [way for way in others if way.base.kind == "loaded"]
    if len(loaded) + sum(way.base is NULL for way in others) < len(others):
        emit.add(Unmodelled("an indirect call that is not followed", emit.source))
        emit.choose(ways)
        return
    if loaded:
        values.apart(bases)
    last = len(ways) - (0 if others else 1)
    for base, way in list(zip(bases, ways, strict=True))[:last]:
        rest = emit.new("another")
        emit.branch(_is_function(values, pointer, base), way, rest)
        emit.go_on(rest)
    if not others:
        emit.goto(ways[-1])
        return
    if any(way.base is NULL for way in others) and not values.assumptions.use("defined"):
        emit.add(Unmodelled("a call by a pointer that may be null", emit.source))
    emit.stop()


def _is_function(values: Values, pointer: Pointer, base: Base) -> Expr:
    """Whether a pointer is to that function."""
    found: Expr = FALSE
    for number, way in enumerate(reversed(pointer.ways)):
        here = _is(values, way, base)
        found = ite(way.guard, here, found) if number else here
    return found


def _is(values: Values, way: Way, base: Base) -> Expr:
    if way.base == base:
        return TRUE
    if way.base.kind != "loaded":
        return FALSE
    here = apply("+", values.address_of(way.base), way.offset)
    return apply("==", here, values.address_of(base))


def _base(values: Values, module: Module, name: str) -> Base:
    (base,) = values.bases.of(values.flat.outside(module, GlobalRef(name))).places
    return base
