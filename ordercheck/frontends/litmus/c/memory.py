"""Pointers of a C test: where a value points, as the code of its threads sees it."""

from __future__ import annotations

from bisect import bisect_right

from ordercheck.frontends.litmus.c.layout import FIRST_ADDRESS, Layout
from ordercheck.frontends.litmus.c.values import SIZE, ZERO
from ordercheck.program.expr import Expr, const
from ordercheck.program.ir import ANYWHERE, Address


class Memory:
    """Objects by address. pointing: whether an address was used other than to access what is there."""

    __slots__ = ("_bases", "_names", "_places", "layout", "pointing")

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.pointing = False
        self._names = [name for name, _ in layout.bases()]
        self._bases = [base for _, base in layout.bases()]
        self._places = {base: Address(name, ZERO) for name, base in layout.bases()}

    def place(self, pointer: Expr) -> Address | None:
        """Where a pointer points: a place in a named object where it is a constant.

        None: a constant that is no address of a location.
        """
        if pointer.op != "const":
            self.pointing = True
            return Address(ANYWHERE, pointer)
        value = int(pointer.value)
        return self._places.get(value) or self._inside(value)

    def _inside(self, value: int) -> Address | None:
        """A place in an array."""
        index = bisect_right(self._bases, value) - 1
        if index < 0:
            return None
        name = self._names[index]
        offset = value - self._bases[index]
        if offset % self.layout.stride(name) or offset + SIZE > self.layout.size(name):
            return None
        return Address(name, const(offset))

    def contains(self, value: Expr) -> bool:
        """Is it the constant address of something?"""
        return value.op == "const" and value.value >= FIRST_ADDRESS and self.place(value) is not None
