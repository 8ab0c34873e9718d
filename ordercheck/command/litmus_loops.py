"""Where the loops of a test are, for those that go on beyond the bound."""

from __future__ import annotations

from ordercheck.program.ir import NOWHERE, Branch, Goto, Program, Source, Thread


def loops(program: Program, file: str) -> tuple[str, ...]:
    """Each loop once, as `FILE:LINE` where its line is known; file: what the test is in."""
    found: dict[str, None] = {}
    for thread in program.threads:
        for block in _heads(thread):
            source = _source(thread, block)
            place = f"{source.file or file}:{source.line}" if source.line else ""
            found[place or f"{file} ({thread.name})"] = None
    return tuple(found)


def _heads(thread: Thread) -> list[int]:
    """The blocks to which control jumps back."""
    found: dict[int, None] = {}
    done: set[int] = set()
    path: dict[int, None] = {0: None}
    stack = [(0, iter(_targets(thread, 0)))]
    while stack:
        block, targets = stack[-1]
        target = next(targets, None)
        if target is None:
            done.add(block)
            del path[block]
            stack.pop()
        elif target in path:
            found[target] = None
        elif target not in done:
            path[target] = None
            stack.append((target, iter(_targets(thread, target))))
    return list(found)


def _targets(thread: Thread, block: int) -> tuple[int, ...]:
    end = thread.blocks[block].end
    if isinstance(end, Branch):
        return (end.then, end.other)
    return (end.target,) if isinstance(end, Goto) else ()


def _source(thread: Thread, head: int) -> Source:
    """Where the first thing that has a place is, from this block on."""
    block = thread.blocks[head]
    sources = [instr.source for instr in block.body]
    if isinstance(block.end, Branch):
        sources.append(block.end.source)
    return next((source for source in sources if source.line), NOWHERE)
