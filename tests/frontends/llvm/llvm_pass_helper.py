"""Random programs of one thread, and what the machine makes of them: for passes that must not change it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from ordercheck.engines.operational import explore
from ordercheck.engines.setting import load_model
from ordercheck.errors import Deadline
from ordercheck.program import Program, ProgramBuilder, Visibility
from ordercheck.program.expr import Expr
from ordercheck.program.ir import MemoryAt

NAMES = ("a", "b", "c")


def value(draw: st.DrawFn, registers: dict[str, Expr]) -> Expr | int:
    """A small sum of a register and a constant, or a constant."""
    number = draw(st.integers(0, 3))
    name = draw(st.sampled_from((*NAMES, "")))
    return registers[name] + number if name else number


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """One thread: assignments, stores, drains, branches and bounded loops, nested."""
    p = ProgramBuilder("sliced")
    memory = p.object("m", 32, Visibility.SHARED)
    with p.thread("t") as t:
        registers = {name: t.reg(name, draw(st.integers(0, 3))) for name in NAMES}

        def block(depth: int) -> None:
            for _ in range(draw(st.integers(0, 3))):
                kind = draw(st.sampled_from(("set", "set", "store", "nt", "drain", "if", "loop")))
                if kind == "set":
                    t.set(registers[draw(st.sampled_from(NAMES))], value(draw, registers))
                elif kind == "store":
                    t.store(memory + 8 * draw(st.integers(0, 2)), 8, value(draw, registers))
                elif kind == "nt":
                    t.nt_store(memory + 8 * draw(st.integers(0, 2)), 8, value(draw, registers))
                elif kind == "drain":
                    t.sfence()
                elif depth:
                    inner(kind, depth)

        def inner(kind: str, depth: int) -> None:
            if kind == "if":
                with t.if_(registers[draw(st.sampled_from(NAMES))] < draw(st.integers(0, 3))):
                    block(depth - 1)
                with t.else_():
                    block(depth - 1)
                return
            with t.for_(f"i{depth}{draw(st.integers(0, 99))}", 0, draw(st.integers(0, 2))):
                block(depth - 1)

        block(2)
        t.store(memory + 24, 8, value(draw, registers))
    return p.build()


def outcomes(program: Program, seconds: float = 20) -> frozenset[tuple[int, ...]]:
    """The final memories that the machine of x86-nt can reach. Raises GaveOut after so many seconds."""
    seen = tuple(MemoryAt("m", 8 * k, 8) for k in range(4))
    machine = load_model("x86-nt").machine
    assert machine is not None
    return explore.outcomes(replace(program, observe=seen), machine, Deadline(seconds))
