"""Whether a program may end with non-temporal stores that have not landed: a look at its paths, no proof."""

from __future__ import annotations

from ordercheck.engines.inductive.flow import targets
from ordercheck.engines.order import RMW_FENCE, Order, Pair, Tags
from ordercheck.errors import GaveOut
from ordercheck.program.ir import NT, Exit, Fence, Instr, Program, Rmw, Store, Thread

LATER = Pair("NT", "W", False), Pair("NT", "W", True), Pair("NT", "R", True)
"""What a caller may go on with: others look, or it touches the same bytes itself."""


def leaves_pending(program: Program, order: Order) -> bool:
    """Whether some way through the program ends behind a non-temporal store that no fence has put in order
    with what its caller may do next. Conditions are not looked at: each way counts.
    """
    try:
        return any(_ends_pending(t, order, p) for t in program.threads for p in LATER)
    except GaveOut:
        return True


def _ends_pending(thread: Thread, order: Order, pair: Pair) -> bool:
    if not any(_is_nt(i) for b in thread.blocks for i in b.body) or not order.hazard(*pair, None):
        return False
    work = [(0, False)]
    seen = set(work)
    while work:
        number, pending = work.pop()
        block = thread.blocks[number]
        for instr in block.body:
            fence = _fence(instr)
            if _is_nt(instr):
                pending = True
            elif pending and fence is not None:
                pending = not order.kept(*pair, fence)
        if pending and isinstance(block.end, Exit):
            return True
        new = {(target, pending) for target in targets(block.end)} - seen
        seen |= new
        work += new
    return False


def _is_nt(instr: Instr) -> bool:
    return isinstance(instr, Store) and NT in instr.tags


def _fence(instr: Instr) -> Tags | None:
    """The tags by which an instruction is a fence, None where it is none."""
    if isinstance(instr, Fence):
        return instr.tags or None
    return RMW_FENCE if isinstance(instr, Rmw) else None
