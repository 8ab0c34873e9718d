"""Programs from programs: what is left of one without what may not be there."""

from __future__ import annotations

from ordercheck.program import ProgramBuilder, Visibility
from ordercheck.program.expr import const
from ordercheck.program.ir import DOUBT, MFENCE, Address, Fence, Havoc, Instr, Load, Rmw, Store
from ordercheck.program.transform import rewrite, without_doubtful

AT = Address("x", const(0))


def left_of(doubtful: Instr) -> list[Instr]:
    p = ProgramBuilder("p")
    x = p.object("x", 8, Visibility.SHARED)
    with p.thread() as t:
        t.store(x, 8, 1)
    program = rewrite(p.build(), lambda _: (doubtful,))
    return [i for _, _, _, i in without_doubtful(program).instructions()]


def test_a_doubtful_store_is_left_out() -> None:
    assert left_of(Store(AT, 8, const(1), label=DOUBT)) == []


def test_what_a_doubtful_load_returned_is_any_value() -> None:
    (any_value,) = left_of(Load("r", AT, 2, label=DOUBT))
    assert isinstance(any_value, Havoc)
    assert (any_value.dst, any_value.low, any_value.high) == ("r", 0, 0xFFFF)


def test_a_doubtful_locked_operation_is_a_fence_and_any_value() -> None:
    fence, any_value = left_of(Rmw("r", AT, 1, const(1), label=DOUBT))
    assert isinstance(fence, Fence) and fence.tags == {MFENCE} and not fence.label
    assert isinstance(any_value, Havoc) and (any_value.dst, any_value.high) == ("r", 0xFF)


def test_what_is_certain_stays() -> None:
    sure = Load("r", AT, 8)
    assert left_of(sure) == [sure]
