"""What the builder makes, and what it refuses."""

from __future__ import annotations

import pytest

from ordercheck.program import Pointer, ProgramBuilder, Visibility, var
from ordercheck.program.expr import apply, const, evaluate, substitute
from ordercheck.program.ir import NT, Branch, Fence, Publish, Store
from ordercheck.program.transform import drains, fix_params, has_loop, ordinary_twin, without_drain


def append() -> ProgramBuilder:
    p = ProgramBuilder("append")
    n = p.param("n", 1, 8)
    log = p.object("log")
    with p.thread("writer") as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(log + 8 * i, 8, i)
            with t.if_(i == 3):
                t.break_()
            with t.else_():
                t.continue_()
        t.sfence("drain")
        t.publish()
    return p


def test_instructions_know_the_line_that_made_them() -> None:
    stores = [i for _, _, _, i in append().build().instructions() if isinstance(i, Store)]
    assert [s.source.function for s in stores] == ["append"]
    assert stores[0].source.text.startswith("t.nt_store")


def test_a_publication_has_a_hidden_flag() -> None:
    program = append().build()
    publications = [i for _, _, _, i in program.instructions() if isinstance(i, Publish)]
    assert program.object(publications[0].flag).visibility is Visibility.SHARED


def test_transformations() -> None:
    program = append().build()
    assert has_loop(program.threads[0])
    assert drains(program) == ["drain"]
    assert not any(isinstance(i, Fence) for _, _, _, i in without_drain(program, "drain").instructions())
    twin = ordinary_twin(program)
    assert not any(isinstance(i, Store) and NT in i.tags for _, _, _, i in twin.instructions())
    fixed = fix_params(program, {"n": 2})
    assert fixed.params == ()
    conditions = [b.end.condition for b in fixed.threads[0].blocks if isinstance(b.end, Branch)]
    assert all("n" not in str(c).split() for c in conditions)


def test_a_wide_non_temporal_store_is_independent_words() -> None:
    p = ProgramBuilder("wide")
    with p.thread() as t:
        t.nt_store(p.object("x"), 16, (7 << 64) | 5)
    stores = [i for _, _, _, i in p.build().instructions() if isinstance(i, Store)]
    assert [(s.address.offset.value, s.size, s.value.value) for s in stores] == [(0, 8, 5), (8, 8, 7)]


def test_what_is_not_declared_is_refused() -> None:
    p = ProgramBuilder("bad")
    with p.thread() as t:
        t.store(Pointer("nowhere", const(0)), 8, 1)
    with pytest.raises(NameError, match="nowhere"):
        p.build()
    q = ProgramBuilder("bad")
    with q.thread() as t:
        t.store(q.object("x"), 8, var("y"))
    with pytest.raises(NameError, match="y is neither"):
        q.build()


def test_a_private_object_is_one_threads() -> None:
    p = ProgramBuilder("bad")
    x = p.object("x", 8, Visibility.PRIVATE)
    for name in ("first", "second"):
        with p.thread(name) as t:
            t.load(x, 8)
    with pytest.raises(ValueError, match="private to thread first"):
        p.build()


def test_misuse_of_control_flow_is_refused() -> None:
    p = ProgramBuilder("bad")
    with p.thread() as t:
        for jump in (t.break_, t.continue_):
            with pytest.raises(SyntaxError):
                jump()
        with pytest.raises(SyntaxError), t.else_():
            pass
        with pytest.raises(ValueError, match="1 to 64 bytes"):
            t.load(p.object("x"), 65)
        with pytest.raises(TypeError, match="truth value"):
            bool(var("n") == 1)


def test_expressions_are_interned_and_folded() -> None:
    n = var("n")
    assert (n + 1) is (n + 1)
    assert (n + 1 + 2) is (n + 3)
    assert (const(3) * 4).value == 12
    assert substitute(n * 2, {"n": 21}).value == 42
    assert evaluate(apply("sext", n, 8), {"n": 0xFF}) == -1
    assert evaluate(apply("trunc", n, 8), {"n": -1}) == 0xFF
    with pytest.raises(ValueError, match="shift"):
        apply("<<", 1, 1 << 20)
