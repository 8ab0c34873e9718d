"""Positions in compiled code: columns, inlined calls and lines, in every form that people read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ordercheck.engines.drains import Drain
from ordercheck.program.ir import Source
from ordercheck.report import dot, execution, mail, places, trace, without
from ordercheck.report.data import DrainResult, Result
from ordercheck.verdict import (
    MAX_INLINED,
    Graph,
    Node,
    Place,
    Status,
    Step,
    Trace,
    Verdict,
    callers,
    place_of,
)
from tests.report.compiled import write

CALLERS = (Place("mm/init.c", 1, 5, "init_page"), Place("mm/init.c", 4, 9, "init_pages"))
STORE = Step(
    1, 0, "execute", "non-temporal store", "include/nt.h", 3, "memcpy_nt", column=2, inlined_at=CALLERS
)
RETURN = Step(2, 0, "execute", "publication", "mm/init.c", 7, "init_pages", column=1)
TRACE = Trace("schedule", "escape", "escape: bytes are missing", (STORE, RETURN))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(write(tmp_path))
    return tmp_path


def found(shown: Trace) -> Result:
    return Result(Verdict("p", "v", "m", "transparency", Status.REFUTED, "inductive", trace=shown))


def steps(shown: Trace, width: int = 110) -> list[str]:
    lines = trace.render(found(shown), width).splitlines()
    return lines[4:]


def test_a_step_has_line_column_text_and_callers(folder: Path) -> None:
    assert steps(TRACE) == [
        "   1. cpu 0: non-temporal store",
        "      at  include/nt.h:3:2 in memcpy_nt",
        '          | asm volatile("movnti %1, %0" : "=m" (*to) : "r" (value));',
        "          inlined at mm/init.c:1:5 in init_page",
        "          inlined at mm/init.c:4:9 in init_pages",
        "   2. cpu 0: publication",
        "      at  mm/init.c:7:1 in init_pages",
        "          | }",
    ]


def test_without_the_files_there_are_positions_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not [line for line in steps(TRACE) if "|" in line]
    assert "      at  include/nt.h:3:2 in memcpy_nt" in steps(TRACE)


def test_an_instruction_that_has_a_text_keeps_it(folder: Path) -> None:
    assert "          | own" in steps(replace(TRACE, steps=(replace(STORE, code="own"),)))


def test_the_same_callers_are_listed_once(folder: Path) -> None:
    merged = Step(2, 0, "merged", "... 3 further instructions")
    again = replace(STORE, number=3, line=2)
    once_more = replace(STORE, number=4, line=1)
    other = replace(STORE, number=5, inlined_at=CALLERS[1:])
    lines = steps(replace(TRACE, steps=(STORE, merged, again, once_more, other)))
    assert [line.strip() for line in lines if "inlined" in line] == [
        "inlined at mm/init.c:1:5 in init_page",
        "inlined at mm/init.c:4:9 in init_pages",
        "inlined as in step 1",
        "inlined as in step 1",
        "inlined at mm/init.c:4:9 in init_pages",
    ]


def test_of_many_callers_the_nearest_and_the_outermost_are_named() -> None:
    many = [Place("a.c", number, 1, f"f{number}") for number in range(1, 11)]
    assert places.inlined(many) == [
        "inlined at a.c:1:1 in f1",
        "inlined at a.c:2:1 in f2",
        "... through 7 further calls",
        "inlined at a.c:10:1 in f10",
    ]
    assert len(places.inlined(many[: places.MAX_CALLERS])) == places.MAX_CALLERS


def test_a_long_path_loses_its_first_folders_and_nothing_else() -> None:
    deep = Place("drivers/net/ethernet/mellanox/mlx5/core/steering/dr_send.c", 1012, 3, "dr_post")
    assert places.shown(deep) == f"{deep.file}:1012:3 in dr_post"
    assert places.shown(deep, 50) == ".../mlx5/core/steering/dr_send.c:1012:3 in dr_post"
    assert places.shown(deep, 5) == ".../dr_send.c:1012:3 in dr_post"
    # what is not compiled is what its author named
    assert places.shown(replace(deep, column=0), 5) == f"{deep.file}:1012 in dr_post"


@pytest.mark.parametrize("width", [40, 60, 72, 110])
def test_no_line_is_wider_than_asked_for(folder: Path, width: int) -> None:
    deep = replace(STORE, file="drivers/net/ethernet/mellanox/mlx5/core/steering/dr_send.c", code="x " * 90)
    assert max(map(len, steps(replace(TRACE, steps=(deep, RETURN)), width))) <= width
    assert max(map(len, mail.render(found(replace(TRACE, steps=(deep, RETURN)))).splitlines())) <= mail.WIDTH


def test_a_graph_shows_columns_where_there_is_no_own_text(folder: Path) -> None:
    nodes = (
        Node("a", 0, "W x=1 NT", "include/nt.h", 3, column=2, inlined_at=CALLERS[1:]),
        Node("b", 0, "W y=1", "mm/init.c", 5, column=17),
        Node("c", 0, "W z=1", "mm/init.c", 6, "own", 2),
        Node("d", 0, "W z=2", "mm/init.c", 6, "own", 2, CALLERS[1:]),
    )
    graph = Graph("g", "m", ("P0",), nodes, ())
    assert execution.render(graph).splitlines() == [
        "P0",
        "a: W x=1 NT",
        '   asm volatile("movnti %1, %0" : "=m" (*to) : "r" (value));  nt.h:3:2',
        "   inlined at init.c:4:9 in init_pages",
        "b: W y=1",
        "   for (i = 0; i < n; i++) pages[i] = 7;  init.c:5:17",
        "c: W z=1",
        "   own  init.c:6",
        "d: W z=2",
        "   own  init.c:6:2",
        "   inlined at init.c:4:9 in init_pages",
    ]
    drawn = dot.render(graph)
    assert "nt.h:3:2\\ninlined at init.c:4:9 in init_pages" in drawn
    assert "pages[i] = 7;  init.c:5:17" in drawn
    assert 'own  init.c:6"' in drawn


def test_what_goes_wrong_without_a_drain_names_files_shortly() -> None:
    elsewhere = replace(STORE, inlined_at=(Place("lib/deep/page.c", 1, 5, "init_page"), CALLERS[1]))
    refuted = DrainResult(Drain("p", "m", "D", "required"), "", found(replace(TRACE, steps=(elsewhere,))))
    assert without.lines([refuted])[2] == (
        "  1. nt.h:3:2 memcpy_nt, from page.c:1:5 init_page, from init.c:4:9 init_pages: non-temporal store"
    )


def test_a_position_is_found_in_a_reason() -> None:
    known = {"mm/init.c:7": RETURN.place}
    assert places.named_in("mm/init.c:7: after this", known) == RETURN.place
    assert places.named_in("possible loop (at x/y.c:12:3)", {}) == Place("x/y.c", 12, 3)
    for text in ("time-out after 0.5 s", "P0:1", "1:rax=0; x=2", ""):
        assert places.named_in(text, {}) is None


def test_the_chain_of_a_source_is_bounded() -> None:
    source = Source("a.c", 1, "f", "text ", 2)
    for number in range(MAX_INLINED + 5):
        source = Source("a.c", number, "f", "", 1, source)
    assert len(callers(source)) == MAX_INLINED
    assert place_of(Source("a.c", 1, "f", "text ", 2)) == Place("a.c", 1, 2, "f", "text")
