"""Debug information: files, lines and callers of instructions, and what the source calls parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.frontends.llvm.debug import MAX_CALLS, Debug
from ordercheck.program.ir import NOWHERE, Source
from tests.frontends.llvm.llvm_reader_helper import module

COMPILED = """
define void @outer(ptr %p, i32 %0) !dbg !4 {
  %x = alloca i32, align 4
    #dbg_value(i32 %0, !20, !DIExpression(), !10)
    #dbg_value(ptr %p, !22, !DIExpression(), !12)
  store i32 1, ptr %p, align 4, !dbg !10
  store i32 2, ptr %p, align 4, !dbg !11
  store i32 3, ptr %p, align 4, !dbg !12
  store i32 4, ptr %p, align 4, !dbg !13, !nontemporal !30
  ret void, !dbg !14
}
!llvm.module.flags = !{!0}
!llvm.dbg.cu = !{!1}
!0 = !{i32 2, !"Debug Info Version", i32 3}
!1 = distinct !DICompileUnit(language: DW_LANG_C11, file: !2, emissionKind: FullDebug)
!2 = !DIFile(filename: "dir/main.c", directory: "/nowhere/at all")
!3 = !DIFile(filename: "/usr/include/head.h", directory: "/nowhere/at all")
!4 = distinct !DISubprogram(name: "outer(int, \\22x\\22)", linkageName: "outer", scope: !2, file: !2,
    line: 3, type: !6,
    scopeLine: 4, spFlags: DISPFlagDefinition, unit: !1, retainedNodes: !24)
!5 = distinct !DISubprogram(name: "middle", scope: !3, file: !3, line: 30, type: !6,
    spFlags: DISPFlagDefinition, unit: !1)
!6 = !DISubroutineType(types: !7)
!7 = !{null, !23, !23}
!8 = distinct !DISubprogram(name: "inner", scope: !2, file: !2, line: 50, type: !6,
    spFlags: DISPFlagDefinition, unit: !1)
!9 = !DILexicalBlockFile(scope: !15, file: !16, discriminator: 2)
!10 = !DILocation(line: 5, column: 7, scope: !4)
!11 = !DILocation(line: 31, column: 2, scope: !5, inlinedAt: !10)
!12 = !DILocation(line: 51, scope: !8, inlinedAt: !17)
!13 = !DILocation(line: 9, column: 1, scope: !9)
!14 = !DILocation(line: 0, scope: !4)
!15 = distinct !DILexicalBlock(scope: !4, file: !2, line: 8)
!16 = !DIFile(filename: "../other.h", directory: "sub/folder")
!17 = distinct !DILocation(line: 33, column: 4, scope: !5, inlinedAt: !10)
!20 = !DILocalVariable(name: "size", arg: 2, scope: !4, file: !2, line: 3, type: !23)
!21 = !DILocalVariable(name: "to", arg: 1, scope: !4, file: !2, line: 3, type: !23)
!22 = !DILocalVariable(name: "its", arg: 1, scope: !8, file: !2, line: 3, type: !23)
!23 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!24 = !{!20, !21}
!30 = !{i32 1}
"""


def sources(text: str = COMPILED) -> list[Source]:
    return [i.source for i in module(text).functions["outer"].blocks[0].instructions]


def places(source: Source | None) -> list[tuple[str, int, int, str]]:
    """A source and its callers, the innermost first."""
    found = []
    while source is not None:
        found.append((source.file, source.line, source.column, source.function))
        source = source.inlined_at
    return found


OUTER = ("/nowhere/at all/dir/main.c", 5, 7, 'outer(int, "x")')


def test_lines_and_callers() -> None:
    _, direct, inlined, twice, block, nowhere = map(places, sources())
    assert direct == [OUTER]
    assert inlined == [("/usr/include/head.h", 31, 2, "middle"), OUTER]
    assert twice == [
        ("/nowhere/at all/dir/main.c", 51, 0, "inner"),
        ("/usr/include/head.h", 33, 4, "middle"),
        OUTER,
    ]
    # the file of the innermost scope, whose directory is relative
    assert block == [("sub/other.h", 9, 1, OUTER[3])]
    assert nowhere == [(OUTER[0], 0, 0, OUTER[3])]


def test_what_has_no_line_has_a_function() -> None:
    assert places(sources()[0]) == [("", 0, 0, OUTER[3])]


def test_sources_are_made_once() -> None:
    _, direct, inlined, twice, _, _ = sources()
    assert inlined.inlined_at is direct
    assert twice.inlined_at is not None
    assert twice.inlined_at.inlined_at is direct


def test_functions_have_places_too() -> None:
    source = module(COMPILED).functions["outer"].source
    assert (source.file, source.line, source.function) == (OUTER[0], 3, OUTER[3])


def test_files_in_the_current_folder_are_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = COMPILED.replace("/nowhere/at all", str(tmp_path))
    assert sources(text)[1].file == "dir/main.c"
    nearby = COMPILED.replace("/nowhere/at all", f"{tmp_path}er")
    assert sources(nearby)[1].file == f"{tmp_path}er/dir/main.c"


def test_a_current_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert sources()[1].file == "/nowhere/at all/dir/main.c"


@pytest.mark.parametrize(
    ("name", "folder", "path"),
    [
        ("a.c", ".", "a.c"),
        ("./a.c", "", "a.c"),
        ("a.c", "b", "b/a.c"),
        ("/x/a.c", "/b", "/x/a.c"),
        ("../a.c", "/b/c", "/b/a.c"),
        ("", "/b", ""),
        (r"a\20\C3\A9.c", "b", "b/a é.c"),
    ],
)
def test_paths(name: str, folder: str, path: str) -> None:
    nodes = {
        "!1": f'!DIFile(filename: "{name}", directory: "{folder}")',
        "!2": 'distinct !DISubprogram(name: "f", file: !1, line: 7)',
    }
    found = Debug(lambda: nodes).subprogram("!2")
    assert (found.file, found.line, found.function) == (path, 7, "f")


# damaged information


def test_chains_without_an_end_are_cut() -> None:
    nodes = {
        "!1": "distinct !DILocation(line: 1, scope: !2, inlinedAt: !1)",
        "!2": "!DILexicalBlock(scope: !2)",
        **{f"!{n}": f"!DILocation(line: {n}, scope: !2, inlinedAt: !{n + 1})" for n in range(10, 500)},
    }
    debug = Debug(lambda: nodes)
    assert len(places(debug.source("!1"))) == MAX_CALLS
    assert len(places(debug.source("!10"))) == MAX_CALLS
    assert len(places(debug.source("!9"))) == 1
    assert debug.source("!9") is NOWHERE
    assert debug.source("!2") is NOWHERE


def test_nodes_are_looked_for_once_and_late() -> None:
    asked = []

    def nodes() -> dict[str, str]:
        asked.append(1)
        return {}

    debug = Debug(nodes)
    assert asked == []
    assert debug.source("!1") is debug.source("!2") is NOWHERE
    assert asked == [1]


# parameters


def called(text: str) -> list[str]:
    return [p.called for p in module(text).functions["outer"].params]


def test_parameters_are_called_as_in_the_source() -> None:
    # the name that the IR has is as good; the variable of an inlined function says nothing
    assert called(COMPILED) == ["p", "size"]


def test_numbers_tell_names_where_no_record_does() -> None:
    text = COMPILED.replace("    #dbg_value(i32 %0, !20, !DIExpression(), !10)\n", "")
    assert called(text) == ["p", "size"]
    assert called(
        text.replace("ptr %p, i32 %0)", "ptr %0, i32 %p)")
        .replace("ptr %p, align", "ptr %0, align")
        .replace("#dbg_value(ptr %p, !22", "#dbg_value(ptr %0, !22")
    ) == ["to", "p"]


def test_numbers_tell_nothing_where_the_compiler_passes_others() -> None:
    text = COMPILED.replace("    #dbg_value(i32 %0, !20, !DIExpression(), !10)\n", "")
    fewer = text.replace("!7 = !{null, !23, !23}", "!7 = !{null, !23}")
    assert called(fewer) == ["p", "0"]
    assert called(text.replace("!7 = !{null, !23, !23}", "!7 = !{null, !23, !23, null}")) == ["p", "size"]
    # a place for the result comes first, and is none of the source's
    result = fewer.replace("ptr %p, i32 %0", "ptr sret(i32) %p, i32 %0")
    assert called(result) == ["p", "to"]


def test_a_record_against_the_numbers_wins() -> None:
    text = COMPILED.replace("#dbg_value(i32 %0, !20,", "#dbg_value(i32 %0, !21,")
    assert called(text) == ["p", "to"]


def test_a_record_of_a_part_or_of_something_computed_says_nothing() -> None:
    fewer = COMPILED.replace("!7 = !{null, !23, !23}", "!7 = !{null, !23}")
    assert called(fewer) == ["p", "size"]
    assert called(fewer.replace("!20, !DIExpression()", "!20, !DIExpression(DW_OP_plus_uconst, 1)")) == [
        "p",
        "0",
    ]


def test_functions_without_information_keep_their_names() -> None:
    found = module("define void @f(i32 %a, i32 %0) {\n  ret void\n}").functions["f"]
    assert [p.called for p in found.params] == ["a", "0"]
