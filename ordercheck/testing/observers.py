"""An observer beside a program of one thread: it waits for a publication and looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from hypothesis import strategies as st

from ordercheck.program import Pointer, Program, ProgramBuilder, RegisterOf, Visibility, const
from ordercheck.program.ir import Publish

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]
LOOKS = 3


def observed_by(program: Program, draw: Callable[[st.SearchStrategy[object]], object]) -> Program:
    """The program with a second thread that saw one of its publications and then loads a few words.

    draw: that of a composite strategy or of `st.data()`. An outcome is what both threads loaded.
    """
    flags = [i.flag for _, _, _, i in program.instructions() if isinstance(i, Publish)]
    words = [
        (o.name, offset)
        for o in program.objects
        if o.visibility is not Visibility.PRIVATE and o.size is not None
        for offset in range(0, o.size - 7, 8)
    ]
    flag = draw(st.sampled_from(flags))
    looks = draw(st.lists(st.sampled_from(words), min_size=1, max_size=LOOKS))
    assert isinstance(flag, str) and isinstance(looks, list)
    builder = ProgramBuilder("observer")
    for o in program.objects:
        builder.object(o.name, o.size)
    with builder.thread("observer") as t:
        seen = t.load(Pointer(flag, const(0)), 1)
        t.assume(seen == 1)
        for name, offset in looks:
            t.load(Pointer(name, const(offset)), 8)
    threads = (*program.threads, *builder.build().threads)
    observe = tuple(RegisterOf(n, r) for n, thread in enumerate(threads) for r in thread.registers)
    return replace(program, threads=threads, observe=observe)
