"""What the drains of compiled code are called: the fence, and where a reader finds it.

A helper may drain for many callers. A drain has the innermost position, in the file of the function
that is asked about, that tells it from the others: the line of its own where it is the only one there,
else that of the call.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from ordercheck.program.ir import Block, Fence, Source, Thread

Chain = tuple[tuple[str, int], ...]
"""Positions, the innermost first."""


def labelled(thread: Thread, unnamed: Set[int]) -> Thread:
    """The thread with labels for those fences, which are given by identity."""
    fences = [i for b in thread.blocks for i in b.body if isinstance(i, Fence) and id(i) in unnamed]
    chains = {id(fence): _chain(fence.source) for fence in fences}
    known = list(dict.fromkeys(chains.values()))
    labels = {id(f): _label(f, _telling(chains[id(f)], known)) for f in fences}

    def named(block: Block) -> Block:
        body = tuple(
            replace(i, label=labels[id(i)]) if isinstance(i, Fence) and id(i) in labels else i
            for i in block.body
        )
        return replace(block, body=body)

    return replace(thread, blocks=tuple(map(named, thread.blocks)))


def _chain(source: Source) -> Chain:
    """The positions in the file of the function that is asked about."""
    found = []
    while True:
        found.append((source.file, source.line))
        if source.inlined_at is None:
            break
        source = source.inlined_at
    own = found[-1][0]
    return tuple(p for n, p in enumerate(found) if (p[0] == own and p[1]) or n == len(found) - 1)


def _telling(chain: Chain, others: Sequence[Chain]) -> tuple[str, int]:
    """The innermost position through which no other drain is reached in another way."""
    for n, position in enumerate(chain[:-1]):
        rest = chain[n:]
        if all(position not in other or other[-len(rest) :] == rest for other in others):
            return position
    return chain[-1]


def _label(fence: Fence, position: tuple[str, int]) -> str:
    (tag,) = fence.tags
    file, line = position
    return f"{tag.lower()} {file.rsplit('/', 1)[-1]}:{line}" if file else tag.lower()
