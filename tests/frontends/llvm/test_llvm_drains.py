"""What drains of compiled code are called."""

from __future__ import annotations

import pytest

from ordercheck.frontends.llvm.drains import labelled
from ordercheck.program.ir import MFENCE, SFENCE, Block, Exit, Fence, Source, Thread
from ordercheck.program.ir import NOWHERE as NONE


def at(*lines: str) -> Source:
    """A position, the innermost first: `a.c:3` or `include/a.h:3`."""
    found: Source | None = None
    for line in reversed(lines):
        file, _, number = line.partition(":")
        found = Source(file, int(number), "f", "", 1, found)
    assert found is not None
    return found


def labels(*sources: Source, tag: str = SFENCE) -> list[str]:
    fences = tuple(Fence(frozenset({tag}), "", source) for source in sources)
    named = Fence(frozenset({tag}), "mine", NONE)
    thread = Thread("f", (Block((*fences, named), Exit()),), {})
    body = labelled(thread, {id(fence) for fence in fences}).blocks[0].body
    found = [fence.label for fence in body if isinstance(fence, Fence)]
    assert found[-1] == "mine"
    return found[:-1]


OUTER = "mm/a.c:90"


@pytest.mark.parametrize(
    ("sources", "lines"),
    [
        ([at("mm/a.c:5")], ["a.c:5"]),
        # an asm statement in a header is looked for where the header's function is called
        ([at("include/nt.h:3", "mm/a.c:5", OUTER)], ["a.c:5"]),
        # the compiler may have made two of one
        ([at("mm/a.c:5", OUTER), at("mm/a.c:5", OUTER)], ["a.c:5", "a.c:5"]),
        # a helper of the file itself, called three times, once by way of another function
        (
            [
                at("mm/a.c:5", "mm/a.c:20"),
                at("mm/a.c:5", "mm/a.c:30", OUTER),
                at("mm/a.c:5", "mm/a.c:21"),
            ],
            ["a.c:20", "a.c:30", "a.c:21"],
        ),
        # and the other one called twice
        (
            [at("mm/a.c:5", "mm/a.c:30", OUTER), at("mm/a.c:5", "mm/a.c:30", "mm/a.c:91")],
            ["a.c:90", "a.c:91"],
        ),
        # in another file of the same call
        ([at("mm/b.c:5", OUTER), at("mm/b.c:6", "mm/a.c:91")], ["a.c:90", "a.c:91"]),
        # what the compiler moved has no line
        ([at("mm/a.c:0", OUTER)], ["a.c:90"]),
    ],
)
def test_the_innermost_line_that_tells_drains_apart(sources: list[Source], lines: list[str]) -> None:
    assert labels(*sources) == [f"sfence {line}" for line in lines]


def test_without_positions_the_fence_has_to_do() -> None:
    assert labels(NONE, NONE, tag=MFENCE) == ["mfence", "mfence"]
