"""What the strategies draw, and how programs are shown."""

from __future__ import annotations

from hypothesis import find, given, settings

from ordercheck.program import Program
from ordercheck.program.ir import Accesses, Fence, Publish, Rmw, Store
from ordercheck.program.show import show
from ordercheck.program.wellformed import check
from ordercheck.testing import compare, programs, single_thread_programs
from ordercheck.testing.strategies import Op, build, repeated

quick = settings(derandomize=True, deadline=None, max_examples=60, database=None)


@quick
@given(programs(threads=(2, 3), accesses=3, objects=2, sizes=(1, 4)))
def test_programs_are_what_was_asked_for(program: Program) -> None:
    check(program)
    assert 2 <= len(program.threads) <= 3
    assert len(program.objects) <= 2
    for _, _, _, instr in program.instructions():
        if isinstance(instr, Accesses):
            assert instr.size in (1, 4)
            assert 0 <= int(instr.address.offset.value) <= 8 - instr.size


@quick
@given(single_thread_programs())
def test_programs_of_one_thread_publish_last_and_have_small_parameters(program: Program) -> None:
    check(program)
    assert len(program.threads) == 1
    assert any(isinstance(i, Publish) for _, _, _, i in program.instructions())
    assert 1 <= len(list(compare.valuations(program))) <= 6


def test_every_store_has_a_byte_of_its_own() -> None:
    program = build([[Op("store"), Op("nt", size=8)], [Op("xchg", size=1)]])
    values = [i.value.value for _, _, _, i in program.instructions() if isinstance(i, Store | Rmw)]
    assert values == [repeated(1, 4), repeated(2, 8), repeated(3, 1)]


def test_the_smallest_program_with_a_drain_between_two_stores() -> None:
    def drained(program: Program) -> bool:
        for thread in program.threads:
            kinds = [type(i) for block in thread.blocks for i in block.body]
            if Fence in kinds and Store in kinds[: kinds.index(Fence)]:
                return True
        return False

    found = find(programs(), drained, settings=settings(derandomize=True, database=None))
    assert len(found.instructions()) == 2


def test_a_program_is_shown_instruction_by_instruction() -> None:
    program = build([[Op("nt"), Op("sfence"), Op("load"), Op("if", choice=1, body=(Op("cmpxchg", 1),))]])
    assert show(program) == SHOWN


SHOWN = """\
program random
  object x, 8 bytes, shared
  object y, 8 bytes, shared
  thread P0
      nt-store x[0:4] = 0x1010101
      sfence
      r1 = load x[0:4]
      if r1 != 0 goto then1 else goto else2
    then1:
      old2 = locked y[0:4] := 0x2020202 if old2 == 0x1010101
      goto join3
    else2:
    join3:
  observe 0:r1, 0:old2, [x+0:4], [y+0:4]"""
