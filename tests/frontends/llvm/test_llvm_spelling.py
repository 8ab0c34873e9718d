"""Parameters and blocks of memory by the source's names for them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ordercheck.command import from_llvm
from ordercheck.frontends.python import parse_assumption
from ordercheck.program import Program
from ordercheck.program.transform import fix_params
from tests.command.command_line import run
from tests.frontends.llvm.llvm_reader_helper import X86_64, module

# clang 19, -O2 -g, of
#   if (ctx->list->kind == 3 && ctx->a == 4 && ctx->low == 2 && ctx->row.x[2] == 5 && ctx->s == 6 &&
#       shared.list->first == 7 && hidden->kind == 8 && (*list)->kind == 9)
#           __builtin_nontemporal_store(1, out);
FIELDS = (Path(__file__).parent / "fields.ll").read_text(encoding="utf-8")
NAMES = {
    "ctx->list->kind": "ctx[0][8]",
    "ctx->a": "ctx[8]",
    # a bit-field shares its bytes
    "ctx[16]": "ctx[16]",
    "ctx->row.x[2]": "ctx[28]",
    "ctx->s": "ctx[36]",
    "shared.list->first": "*shared[0]",
    "hidden->kind": "*hidden[8]",
    "(*list)->kind": "list[0][8]",
}


def program(folder: Path, text: str) -> Program:
    path = folder / "fill.ll"
    path.write_text(text, encoding="utf-8")
    return from_llvm.load(f"{path}:fill").build()


def names(found: Program) -> list[str]:
    return [p.name for p in found.params]


def without_debug() -> str:
    """The same, of which the compiler said nothing."""
    return re.sub(r", !dbg !\d+| !dbg !\d+|^    #dbg.*\n", "", FIELDS, flags=re.MULTILINE)


def test_fields_have_the_names_of_the_source(tmp_path: Path) -> None:
    found = program(tmp_path, FIELDS)
    assert names(found) == list(NAMES)
    [distinct] = [note for note in found.notes if note.startswith("distinct: ")]
    assert distinct.endswith(": ctx, ctx->list, shared, shared.list, hidden, *hidden, list, *list, ...")


def test_without_debug_information_offsets_do(tmp_path: Path) -> None:
    found = program(tmp_path, without_debug())
    offsets = [name.replace("ctx", "%0").replace("list", "%2") for name in NAMES.values()]
    assert names(found) == offsets
    assert [o.name for o in found.objects] == ["%1", "@return"]


@pytest.mark.parametrize("name", [name for pair in NAMES.items() for name in pair])
def test_both_names_are_taken(name: str, tmp_path: Path) -> None:
    found = program(tmp_path, FIELDS)
    [new] = [new for new, old in NAMES.items() if name in (new, old)]
    assert parse_assumption(f"{name} == 1", found) is parse_assumption(f"{new} == 1", found)


def test_a_name_that_is_taken_is_not_given_twice(tmp_path: Path) -> None:
    """Both members of a union are loaded, one by its lower half alone."""
    more = FIELDS.replace(
        "  %11 = icmp eq i64 %10, 4\n",
        "  %half = load i32, ptr %9\n  %both = zext i32 %half "
        "to i64\n  %sum = add i64 %both, %10\n  %11 = icmp eq i64 %sum, 4\n",
    )
    found = program(tmp_path, more)
    assert names(found)[1:3] == ["ctx->a", "ctx[8].2"]
    fixed = fix_params(found, dict.fromkeys(names(found), 1))
    assert fixed.params == ()


TYPES = (
    X86_64
    + """
!named = !{!0, !3, !8}
!0 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "outer", size: 256, elements: !1)
!1 = !{!2, !4, !7}
!2 = !DIDerivedType(tag: DW_TAG_member, name: "next", baseType: !3, size: 64)
!3 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !0, size: 64)
!4 = !DIDerivedType(tag: DW_TAG_member, name: "grid", baseType: !5, size: 128, offset: 64)
!5 = !DICompositeType(tag: DW_TAG_array_type, baseType: !6, size: 128, elements: !{!9, !9})
!6 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!7 = !DIDerivedType(tag: DW_TAG_member, name: "self", baseType: !8, size: 64, offset: 192)
!8 = !DIDerivedType(tag: DW_TAG_typedef, name: "endless", baseType: !8)
!9 = !DISubrange(count: 2)
"""
)


def test_types_that_lead_nowhere() -> None:
    """Several dimensions, a typedef of itself, offsets outside, nodes that are not there."""
    fields = module(TYPES).fields
    outer = fields.structure("outer", 32)
    assert fields.structure("outer", 8) == fields.structure("inner", 32) == ""
    assert [f.path for f in fields.all(outer)] == ["next"]
    assert [fields.at(outer, *place) for place in ((0, 4), (8, 4), (24, 8), (99, 8))] == [None] * 4
    assert fields.at("!77777", 0, 8) is None
    assert fields.pointee(outer) == fields.pointee("") == ""


PAGES = """
%struct.page = type { i64, i32, i8, i8 }
define void @clear(ptr %map, i64 %pfn) {
  %page = getelementptr %struct.page, ptr %map, i64 %pfn
  store i64 0, ptr %page, !nontemporal !9
  ret void
}
!named = !{!0, !9}
!0 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "page", size: 128, elements: !1)
!1 = !{!2, !3, !6, !8}
!2 = !DIDerivedType(tag: DW_TAG_member, name: "flags", baseType: !4, size: 64)
!3 = !DIDerivedType(tag: DW_TAG_member, name: "count", baseType: !5, size: 32, offset: 64)
!4 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!5 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!6 = !DIDerivedType(tag: DW_TAG_member, name: "low", baseType: !7, size: 8, offset: 64)
!7 = !DIBasicType(name: "char", size: 8, encoding: DW_ATE_signed)
!8 = !DIDerivedType(tag: DW_TAG_member, name: "order", baseType: !7, size: 8, offset: 96)
!9 = !{i32 1}
"""


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (0, 8, "page[0].flags"),
        (16, 24, "page[1].flags"),
        (28, 32, "page[1].order"),
        # what lies over another member, or is a part of one, may be either
        (8, 12, "page[0]"),
        (24, 25, "page[1].low"),
        (2, 4, "page[0]"),
        (0, 17, ""),
    ],
)
def test_an_array_of_structures_has_elements_with_fields(
    start: int, end: int, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "pages.ll"
    path.write_text(PAGES, encoding="utf-8")
    found = from_llvm.load(f"{path}:clear").build().object("map").elements
    assert found is not None and found.naming(start, end) == said


def test_a_trace_says_which_field_is_lost(tmp_path: Path) -> None:
    (tmp_path / "pages.ll").write_text(PAGES, encoding="utf-8")
    ran = run(
        "trace", "pages.ll", "--entry", "clear", "--model", "x86-nt", "--param", "pfn=3", folder=tmp_path
    )
    assert ran.status == 1
    assert "non-temporal store of 0x0 to map+48..55 (page[3].flags) (the store that is late)" in ran.out
    assert "  map+48..55 (page[3].flags): 0x5a5a5a5a5a5a5a5a, should be 0x0" in ran.out


@pytest.mark.parametrize(
    ("computed", "name"),
    [
        ("call i64 @llvm.ctlz.i64(i64 %n, i1 true)", "ctlz(n)"),
        ("call i64 @llvm.bswap.i64(i64 %n)", "bswap(n)"),
        ("call i64 @llvm.fshl.i64(i64 %n, i64 %m, i64 7)", "fshl(n, m, 7)"),
    ],
)
def test_what_is_not_followed_is_named_by_what_computes_it(computed: str, name: str, tmp_path: Path) -> None:
    text = f"""target triple = "x86_64-unknown-linux-gnu"
{X86_64}
define void @fill(ptr %p, i64 %n, i64 %m) {{
  %1 = {computed}
  %c = icmp ugt i64 %1, 3
  br i1 %c, label %nt, label %end
nt:
  store i64 1, ptr %p, align 8, !nontemporal !0
  br label %end
end:
  ret void
}}
declare i64 @llvm.ctlz.i64(i64, i1)
declare i64 @llvm.bswap.i64(i64)
declare i64 @llvm.fshl.i64(i64, i64, i64)
!0 = !{{i32 1}}
"""
    found = program(tmp_path, text)
    assert name in names(found)
    assert parse_assumption(f"{name} == 5", found).op == "=="
