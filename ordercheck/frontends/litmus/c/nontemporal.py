"""Our two additions to the kernel's litmus C: memcpy_nt() and memcpy_nt_drain().

    memcpy_nt(dst, src, n);      loads from src, non-temporal stores of the same to dst, in order
    memcpy_nt_drain();           waits for them: a fence with the tag SFENCE

dst and src are addresses, n is a constant number of bytes. A copy goes location by
location: an array is one location for each element, so n is a multiple of the size of its
elements; a scalar is one location, whatever its type says, so n is 1 to 8. Where an
address is not known before the program runs (a pointer that was loaded), n is 1 to 8 too.
"""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.litmus.c.evaluate import Evaluator, Frame
from ordercheck.frontends.litmus.c.syntax import CallStatement
from ordercheck.frontends.litmus.c.values import SIZE
from ordercheck.program.expr import apply
from ordercheck.program.ir import ANYWHERE, NO_TAGS, NT, SFENCE, Address, Fence, Store

_WIDEST = 8


def _check_arguments(ev: Evaluator, node: CallStatement, frame: Frame | None, wanted: int) -> None:
    given = len(node.arguments)
    if given != wanted:
        raise ev.error(f"{node.name} takes {wanted} arguments, not {given}", node.at, frame)


def _copy(ev: Evaluator, node: CallStatement, frame: Frame | None) -> None:
    _check_arguments(ev, node, frame, 3)
    target, source = (ev.address(argument, frame) for argument in node.arguments[:2])
    size = ev.value(node.arguments[2], frame)
    if size.op != "const":
        raise ev.error("the number of bytes of memcpy_nt is not a constant", node.at, frame)
    to = _locations(ev, node, frame, target, int(size.value))
    start = _locations(ev, node, frame, source, int(size.value))
    if len(to) != len(start):
        raise ev.error("memcpy_nt copies between arrays whose elements differ in size", node.at, frame)
    code = ev.code
    for there, here in zip(to, start, strict=True):
        loaded = ev.load(here, NO_TAGS)
        code.emit(Store(there, SIZE, loaded, frozenset({NT}), source=code.source))


def _locations(
    ev: Evaluator, node: CallStatement, frame: Frame | None, first: Address, size: int
) -> list[Address]:
    """The locations of `size` bytes from `first` on."""
    layout = ev.memory.layout
    if first.object == ANYWHERE or not layout.cells(first.object):
        if not 1 <= size <= _WIDEST:
            raise ev.error(f"memcpy_nt copies 1 to {_WIDEST} bytes here, not {size}", node.at, frame)
        return [first]
    name, start, stride = first.object, int(first.offset.value), layout.stride(first.object)
    if size % stride or not 0 < size <= layout.size(name) - start:
        what = f"whole elements ({stride} bytes) of {name} up to its end"
        raise ev.error(f"memcpy_nt copies {what}, not {size} bytes", node.at, frame)
    return [Address(name, apply("+", first.offset, k)) for k in range(0, size, stride)]


def _drain(ev: Evaluator, node: CallStatement, frame: Frame | None) -> None:
    _check_arguments(ev, node, frame, 0)
    ev.code.emit(Fence(frozenset({SFENCE}), source=ev.code.source))


NON_TEMPORAL: dict[str, Callable[[Evaluator, CallStatement, Frame | None], None]] = {
    "memcpy_nt": _copy,
    "memcpy_nt_drain": _drain,
}
