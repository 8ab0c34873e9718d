"""Accesses to as many bytes as somebody says, or to some of them: a byte of these stands for all."""

from __future__ import annotations

from ordercheck.frontends.llvm.kinds import TRUE, Pointer, Way
from ordercheck.frontends.llvm.memory import Memory
from ordercheck.frontends.llvm.unfollowed import WIDEST
from ordercheck.program.expr import Expr, apply, const


def access(
    memory: Memory, pointer: Pointer, length: Expr | None, stores: bool, nt: bool, exact: int | None
) -> None:
    """Bytes from a pointer on: exactly so many, so many as an expression says, any number."""
    if exact is not None and exact <= 4 * WIDEST:
        memory.bytes(pointer, exact, stores, nt)
        return
    if exact is not None:
        length = const(exact)
    with memory.emit.when(TRUE if length is None else apply(">", length, 0)):
        scattered(memory, pointer, 0, length, stores, nt)


def scattered(
    memory: Memory, pointer: Pointer, low: int | None, length: Expr | None, stores: bool, nt: bool
) -> None:
    """Some bytes from there on, on either side of it without `low`: what can go wrong with some byte
    can go wrong with one, any. It takes two where others see in which order they are stored.
    """
    place = _byte(memory, low, length)
    memory.bytes(_moved(pointer, place), 1, stores, nt)
    if stores and nt and memory.seen(pointer):
        with memory.emit.when(memory.emit.maybe()):
            other = _byte(memory, low, length)
            memory.emit.assume(apply("!=", other, place))
            memory.bytes(_moved(pointer, other), 1, stores, nt)


def _byte(memory: Memory, low: int | None, length: Expr | None) -> Expr:
    place = memory.emit.register("byte")
    memory.emit.add_havoc(place, low, None)
    if length is not None:
        memory.emit.assume(apply("<", place, length))
    return place


def _moved(pointer: Pointer, by: Expr) -> Pointer:
    return Pointer(tuple(Way(w.guard, w.base, apply("+", w.offset, by)) for w in pointer.ways))
