"""What each construct of litmus C becomes."""

from __future__ import annotations

import pytest

from ordercheck.program.ir import LOCKED, MFENCE, NO_TAGS, Fence, Load, Rmw
from tests.frontends.litmus.c.litmus_c_helper import code, lines, litmus, test


def test_loads_and_stores_carry_their_annotations() -> None:
    assert code("int r0 = LOAD(x); STORE(y, r0); r1 = LOAD_ACQUIRE(y); STORE_RELEASE(x, 2);") == [
        "r0 = R[Once] x",
        "W[Once] y = r0",
        "r1 = R[Acquire] y",
        "W[Release] x = 2",
    ]


def test_plain_accesses_have_no_tags() -> None:
    assert code("*x = 1; int r0 = *y; *y = *x;") == ["W x = 1", "r0 = R y", "@1 = R x", "W y = @1"]


def test_fences() -> None:
    assert code("FULL(); BEFORE(); STORE_THEN_FENCE(x, 1);") == [
        "F[Mb]",
        "F[Before-atomic]",
        "W[Once] x = 1",
        "F[Mb]",
    ]


def test_location_arguments() -> None:
    assert code("r0 = LOC(*x); SETLOC(*y, r0 + 1);") == ["r0 = R[Once] x", "W[Once] y = trunc(r0 + 1, 32)"]


def test_a_full_exchange_has_fences_around_it() -> None:
    assert code("r0 = SWAP(x, 7);") == ["F[Mb]", "r0 = RW[Once][Once] x := 7", "F[Mb]"]


def test_returning_updates() -> None:
    assert code("r0 = ADD_RETURN(2, x);") == [
        "F[Mb]",
        "@1 = RW[Once][Once] x := trunc(@1 + 2, 32)",
        "F[Mb]",
        "r0 = trunc(@1 + 2, 32)",
    ]
    assert code("r0 = FETCH_SUB_RELEASE(1, x);") == ["r0 = RW[Once][Release] x := trunc(r0 - 1, 32)"]


def test_the_read_of_an_update_that_returns_nothing() -> None:
    assert code("ADD(3, x);") == ["@1 = RW[Noreturn][Once] x := trunc(@1 + 3, 32)"]


def test_operands_that_read_the_register_that_is_written() -> None:
    assert code("r0 = LOAD(y); r0 = FETCH_SUB_RELEASE(r0, x);")[1:] == [
        "@1 = RW[Once][Release] x := trunc(@1 - r0, 32)",
        "r0 = @1",
    ]
    assert code("r0 = LOAD(y); r0 = SWAP(x, r0);")[2:] == ["@1 = RW[Once][Once] x := r0", "F[Mb]", "r0 = @1"]


def test_compare_and_exchange_succeeds_or_fails() -> None:
    assert code("r0 = CAS(x, 1, 2);") == [
        "@1 = any bool",
        "if @1 1 else 2 join 3",
        "1:",
        "F[Mb]",
        "r0 = RW[Once][Once] x := 2",
        "assume r0 == 1",
        "F[Mb]",
        "goto 3",
        "2:",
        "r0 = R[Once] x",
        "assume r0 != 1",
        "goto 3",
        "3:",
    ]


def test_compare_and_exchange_orders_only_its_success() -> None:
    found = code("r0 = CAS_ACQUIRE(x, r0, 2);")
    assert "@1 = RW[Acquire][Once] x := 2" in found
    assert "@1 = R[Once] x" in found
    assert found[-1] == "r0 = @1"


def test_every_access_of_an_atomic_operation_is_in_the_set_rmw() -> None:
    for body in ("r0 = CAS(x, 1, 2);", "ADD(1, x);", "r0 = SWAP(x, 1);", "r0 = ADD_UNLESS(x, 1, 2);"):
        thread = litmus(body).program.threads[0]
        accesses = [i for b in thread.blocks for i in b.body if isinstance(i, Load | Rmw)]
        assert accesses
        assert all({"RMW", LOCKED} <= i.tags for i in accesses)
        assert all({"RMW", LOCKED} <= (i.write_tags or NO_TAGS) for i in accesses if isinstance(i, Rmw))


def test_full_fences_are_full_fences_of_a_processor_too() -> None:
    (block,) = litmus("FULL(); BEFORE();").program.threads[0].blocks
    assert [instr.tags for instr in block.body if isinstance(instr, Fence)] == [
        frozenset({"Mb", MFENCE}),
        frozenset({"Before-atomic"}),
    ]


def test_add_unless() -> None:
    assert code("r0 = ADD_UNLESS(x, 2, 5);")[2:] == [
        "1:",
        "F[Mb]",
        "@2 = RW[Once][Once] x := trunc(@2 + 2, 32)",
        "assume @2 != 5",
        "r0 = ite(@2 != 5, 1, 0)",
        "F[Mb]",
        "goto 3",
        "2:",
        "@3 = R[Once] x",
        "assume @3 == 5",
        "r0 = ite(@3 != 5, 1, 0)",
        "goto 3",
        "3:",
    ]


def test_add_unless_is_known_without_a_definition() -> None:
    assert code("r0 = atomic_add_unless(x, 2, 5);") == code("r0 = ADD_UNLESS(x, 2, 5);")


def test_spinlocks() -> None:
    assert code("LOCK(x); UNLOCK(x);") == ["LKR x", "LKW x", "UL x"]
    found = code("r0 = TRY(x);")
    assert found[2:5] == ["1:", "LKR x", "LKW x"]
    assert any(line.startswith("LF x") for line in found)
    found = code("r0 = LOCKED(x);")
    assert any(line.startswith("RL x") for line in found)
    assert any(line.startswith("RU x") for line in found)


def test_srcu_sections_have_herds_numbers() -> None:
    # thread 0 counts from 307, 599 for each statement before, two for a macro of statements
    found = code("r0 = ENTER(x); LEAVE(x, r0); r1 = ENTER(x); SYNC(x);")
    assert [line for line in found if "rcu" in line] == [
        "Srcu-lock x 906",
        "Srcu-unlock x 906",
        "Srcu-lock x 2703",
        "Sync-srcu x",
    ]


def test_srcu_numbers_depend_on_the_way_taken() -> None:
    found = code("if (LOAD(y)) { FULL(); } r0 = ENTER(x); LEAVE(x, r0);")
    assert [line for line in found if line.startswith("@steps")] == ["@steps = 5", "@steps = 1"]
    assert "Srcu-lock x (@steps + 1) * 599 + 307" in found


def test_c11_operations() -> None:
    found = code(
        "int r0 = atomic_load_explicit(x, memory_order_acquire);"
        "atomic_store_explicit(y, r0, memory_order_release);"
        "atomic_thread_fence(memory_order_seq_cst);"
        "r1 = atomic_fetch_or_explicit(x, 6, memory_order_acq_rel);"
        "r2 = atomic_exchange_explicit(x, 1, memory_order_relaxed);"
    )
    assert found == [
        "r0 = R[A,ACQ] x",
        "W[A,REL] y = r0",
        "F[SC]",
        "r1 = RW[A,ACQ_REL][A,ACQ_REL] x := r1 | 6",
        "r2 = RW[A,RLX][A,RLX] x := 1",
    ]


@pytest.mark.parametrize("strong", [True, False])
def test_c11_compare_and_exchange(strong: bool) -> None:
    kind = "strong" if strong else "weak"
    found = code(
        f"r0 = atomic_compare_exchange_{kind}_explicit(x, y, 3, memory_order_acq_rel, memory_order_acquire);"
    )
    assert found[0] == "@1 = R y"
    assert "@3 = RW[A,ACQ_REL][A,ACQ_REL] x := 3" in found
    assert "assume @3 == @1" in found
    assert ("assume @4 != @1" in found) == strong
    assert found[found.index("@4 = R[A,ACQ] x") :][1 + strong] == "W y = @4"


def test_c11_mutexes_are_not_modelled() -> None:
    assert code("lock(x); mtx_unlock(x);") == ["Unmodelled", "Unmodelled"]


def test_known_pointers_are_named_and_others_are_not() -> None:
    assert code("int *p = x; *p = 1; if (LOAD(y)) p = y; *p = 2;")[:3] == [
        "p = 0x5e000000",
        "W x = 1",
        "@1 = R[Once] y",
    ]
    assert code("int *p = x; *p = 1; if (LOAD(y)) p = y; *p = 2;")[-1] == "W *(p) = 2"
    assert code("r0 = LOAD(y); *r0 = 1;", "y=x")[1] == "W *(r0) = 1"


def test_a_parameter_can_be_assigned() -> None:
    assert code("x = y; *x = 1;") == ["x = 0x5e010000", "W y = 1"]
    assert code("if (LOAD(y)) x = y; *x = 1;")[-1] == "W *(x) = 1"


def test_objects_have_addresses_only_where_these_are_values() -> None:
    assert all(o.address is None for o in litmus("*x = 1;").program.objects)
    assert [o.address for o in litmus("*x = y;").program.objects] == [0x5E000000, 0x5E010000]
    assert litmus("*x = y;").names == {0x5E000000: "x", 0x5E010000: "y"}


def test_casts_mean_nothing() -> None:
    assert code("intptr_t r0 = (intptr_t) *(volatile int **)x; *(int *)y = (int)r0;") == [
        "r0 = R x",
        "W y = r0",
    ]


def test_a_macro_may_assign_its_argument() -> None:
    from ordercheck.frontends.litmus.c.macros import parse

    macros = parse("INTO(R,P) { R = __load{once}(*P); } KEEP(P) { seen = *P; }", "m.def")
    program = litmus("INTO(r5, x); INTO(*y, x); KEEP(x);", macros=macros).program
    assert lines(program.threads[0]) == ["r5 = R[Once] x", "@1 = R[Once] x", "W y = @1", "seen = R x"]


def test_dereference_annotations_of_older_models() -> None:
    assert code("r0 = __load{lderef}(*x);") == ["r0 = R[Once] x", "F[Rb_dep]"]


def test_operands_on_both_sides_are_read_in_either_order() -> None:
    found = code("r0 = LOAD(x) - LOAD(y);")
    assert found == [
        "@5 = any bool",
        "if @5 1 else 2 join 3",
        "1:",
        "@3 = R[Once] x",
        "@4 = R[Once] y",
        "goto 3",
        "2:",
        "@4 = R[Once] y",
        "@3 = R[Once] x",
        "goto 3",
        "3:",
        "r0 = trunc(@3 - @4, 32)",
    ]


def test_division_by_zero_is_not_modelled() -> None:
    assert "Unmodelled" in code("r0 = 7 / LOAD(x);")
    assert "Unmodelled" not in code("r0 = LOAD(x) / 2;")


def test_threads_have_sources() -> None:
    program = test(
        "P0(int *x) {\n  STORE(x, 1);\n}\nP1(int *x) {\n  int r0 = LOAD(x);\n}", tail="exists (1:r0=1)"
    )
    load = program.program.threads[1].blocks[0].body[0]
    source = load.source
    assert (source.file, source.line, source.function, source.column) == ("t.litmus", 7, "P1", 7)
    assert source.text == "int r0 = LOAD(x);"
