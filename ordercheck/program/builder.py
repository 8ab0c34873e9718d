"""Write a program in Python that reads like the C it models.

    p = ProgramBuilder("log append")
    n = p.param("n", 1, 1 << 40)
    log = p.object("log", visibility=Visibility.SHARED)
    with p.thread("writer") as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(log + 8 * i, 8, i)
        t.sfence("drain")
        t.publish("return")
    program = p.build()

Loops may have symbolic bounds. The source position of an instruction is the line of the
user's Python that called the builder, its function the Python function around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ordercheck.program.expr import Expr, ExprLike, const, lift
from ordercheck.program.ir import (
    Condition,
    MemObject,
    Observable,
    Param,
    Program,
    Publish,
    Visibility,
)
from ordercheck.program.thread import Pointer, ThreadBuilder


class ProgramBuilder:
    """Builds a Program; see the module's example."""

    def __init__(self, name: str, variant: str = "") -> None:
        self.name, self.variant = name, variant
        self._params: dict[str, Param] = {}
        self._assumptions: list[Expr] = []
        self._objects: dict[str, MemObject] = {}
        self._threads: list[ThreadBuilder] = []
        self._observe: list[Observable] = []
        self._condition: Condition | None = None
        self._notes: list[str] = []

    def param(self, name: str, low: int | None = None, high: int | None = None) -> Expr:
        """A symbolic integer in [low, high] (inclusive; None: no bound).

        Raises ValueError where nothing lies between: what is proved of no value says nothing.
        """
        if low is not None and high is not None and low > high:
            raise ValueError(f"parameter {name}: no value lies between {low} and {high}")
        self._params[name] = Param(name, "int", low, high)
        return self._params[name].expr

    def bool_param(self, name: str) -> Expr:
        """A symbolic truth value."""
        self._params[name] = Param(name, "bool")
        return self._params[name].expr

    def assume(self, condition: ExprLike) -> None:
        """Only parameters with which `condition` holds are looked at."""
        self._assumptions.append(lift(condition))

    def object(
        self,
        name: str,
        size: int | None = None,
        visibility: Visibility = Visibility.OWNED,
        fill: int = 0,
        init: Mapping[int, tuple[int, int]] | None = None,
    ) -> Pointer:
        """A block of memory and a pointer to its first byte; see ir.MemObject."""
        self._objects[name] = MemObject(name, size, visibility, fill, dict(init or {}))
        return Pointer(name, const(0))

    @contextmanager
    def thread(self, name: str = "") -> Iterator[ThreadBuilder]:
        """with p.thread("writer") as t: ..."""
        builder = ThreadBuilder(name or f"P{len(self._threads)}")
        self._threads.append(builder)
        yield builder

    def observe(self, *what: Observable) -> None:
        """Adds to what an outcome is made of."""
        self._observe.extend(what)

    def condition(self, condition: Condition) -> None:
        """The statement about final states that is checked."""
        self._condition = condition

    def note(self, text: str) -> None:
        """Something assumed or not modelled, to be shown with every verdict."""
        self._notes.append(text)

    def build(self) -> Program:
        """The finished program.

        Raises NameError where an expression mentions what is neither a parameter nor a
        register of its thread, or an access an object that was not declared.
        """
        from ordercheck.program.wellformed import check

        threads = tuple(t.build() for t in self._threads)
        objects = dict(self._objects)
        for thread in threads:
            for block in thread.blocks:
                for instr in block.body:
                    if isinstance(instr, Publish):
                        objects.setdefault(instr.flag, MemObject(instr.flag, 1, Visibility.SHARED))
        program = Program(
            self.name,
            threads,
            tuple(objects.values()),
            tuple(self._params.values()),
            tuple(self._assumptions),
            tuple(self._observe),
            self._condition,
            self.variant,
            tuple(self._notes),
        )
        check(program)
        return program
