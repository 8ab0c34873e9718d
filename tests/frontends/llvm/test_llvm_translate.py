"""What compiled code does to memory, as a program: which accesses, where, of what kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.program.ir import Fence, Load, Publish, Rmw, Store, Unmodelled, Visibility
from tests.frontends.llvm.llvm_program_helper import instructions, program, stores

NT_ASM = 'call void asm sideeffect "movnti $1, 16($0)", "r,r"(i64 %a, i64 7)'
STORES = {
    "a non-temporal store": (
        "store i64 1, ptr %p, align 8, !nontemporal !0",
        [("p", "0", 8, True)],
    ),
    "a wide one is independent words": (
        "store <4 x i64> splat (i64 5), ptr %p, align 32, !nontemporal !0",
        [("p", str(8 * k), 8, True) for k in range(4)],
    ),
    "by asm, at a number and a displacement": (
        f"%a = ptrtoint ptr %p to i64\n  {NT_ASM}",
        [("p", "16", 8, True)],
    ),
    "by a field of a structure": (
        "%q = getelementptr {i8, i32, i64}, ptr %p, i64 2, i32 2\n  store i16 1, ptr %q",
        [("p", "40", 2, False)],
    ),
    "a copy of constant size": (
        "call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 100, i1 false)",
        [("p", "0", 64, False), ("p", "64", 36, False)],
    ),
    "a release store is ordinary": (
        "store atomic i32 1, ptr %p release, align 4",
        [("p", "0", 4, False)],
    ),
}


@pytest.mark.parametrize("case", STORES)
def test_stores(case: str, tmp_path: Path) -> None:
    body, wanted = STORES[case]
    declared = "declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)"
    text = f"define void @f(ptr %p) {{\n  {body}\n  ret void\n}}\n{declared}"
    assert stores(program(tmp_path, text)) == wanted


FENCES = {
    'call void asm sideeffect "sfence", "~{memory}"()': {"SFENCE"},
    'call void asm sideeffect "mfence", "~{memory}"()': {"MFENCE"},
    'call void asm sideeffect "lfence", "~{memory}"()': {"LFENCE"},
    'call void asm sideeffect "lock; addl $$0,-4(%rsp)", "~{memory}"()': {"MFENCE"},
    "fence seq_cst": {"MFENCE"},
    "call void @llvm.x86.sse.sfence()": {"SFENCE"},
}


@pytest.mark.parametrize("text", FENCES)
def test_fences(text: str, tmp_path: Path) -> None:
    found = program(
        tmp_path, f"define void @f() {{\n  {text}\n  ret void\n}}\ndeclare void @llvm.x86.sse.sfence()"
    )
    assert [set(i.tags) for i in instructions(found) if isinstance(i, Fence)] == [FENCES[text]]


@pytest.mark.parametrize("text", ["fence release", 'call void asm sideeffect "", "~{memory}"()'])
def test_what_orders_the_compiler_alone_is_no_drain(text: str, tmp_path: Path) -> None:
    found = program(tmp_path, f"define void @f() {{\n  {text}\n  ret void\n}}")
    assert not any(i.tags for i in instructions(found) if isinstance(i, Fence))


LOCKED = {
    "store atomic i32 1, ptr %p seq_cst, align 4",
    "%x = atomicrmw add ptr %p, i32 1 monotonic",
    "%x = cmpxchg ptr %p, i32 0, i32 1 monotonic monotonic",
    'call void asm sideeffect "lock; incl $0", "=*m,*m"(ptr elementtype(i32) %p, ptr elementtype(i32) %p)',
}


@pytest.mark.parametrize("text", sorted(LOCKED))
def test_locked_operations(text: str, tmp_path: Path) -> None:
    found = program(tmp_path, f"define void @f(ptr %p) {{\n  {text}\n  ret void\n}}")
    assert [i.address.object for i in instructions(found) if isinstance(i, Rmw)] == ["p"]


def test_who_may_look(tmp_path: Path) -> None:
    """Filled memory is owned, the stack private, all else shared; the return publishes."""
    text = """define void @f(ptr %p, ptr %q) {
  %slot = alloca [4 x i64]
  store i64 1, ptr %p, !nontemporal !0
  store volatile i64 2, ptr %q
  store volatile i64 3, ptr %slot
  %x = load volatile i64, ptr %slot
  ret void
}"""
    found = program(tmp_path, text)
    assert {o.name: o.visibility for o in found.objects if not o.name.startswith("@")} == {
        "p": Visibility.OWNED,
        "q": Visibility.SHARED,
        "slot": Visibility.PRIVATE,
    }
    assert [i.name for i in instructions(found) if isinstance(i, Publish)] == ["return"]


def test_a_release_store_beside_what_is_filled_hands_it_over(tmp_path: Path) -> None:
    text = """define void @f(ptr %p) {
  store i64 1, ptr %p, !nontemporal !0
  %flag = getelementptr i8, ptr %p, i64 64
  STORE
  ret void
}"""
    release = text.replace("STORE", "store atomic i8 1, ptr %flag release, align 1")
    found = program(tmp_path, release)
    [after] = [o for o, _, _, _ in stores(found) if o.startswith("release store")]
    assert found.object(after).visibility is Visibility.SHARED
    assert "p" in [o for o, _, _, _ in stores(found)]
    for other in (
        program(tmp_path, release, publish="return"),
        program(tmp_path, text.replace("STORE", "store i8 1, ptr %flag")),
        program(tmp_path, text.replace("STORE", "store atomic i8 1, ptr %flag monotonic, align 1")),
        program(tmp_path, text.replace("STORE", "store atomic i8 1, ptr %flag seq_cst, align 1")),
    ):
        assert not [o for o, _, _, _ in stores(other) if o.startswith("release store")]


def test_a_store_that_nobody_can_follow_is_the_worst_it_could_be(tmp_path: Path) -> None:
    text = """define void @f(ptr %p, i64 %a, i64 %b) {
  store i64 1, ptr %p, !nontemporal !0
  %sum = mul i64 %a, %b
  %q = inttoptr i64 %sum to ptr
  store i64 2, ptr %q
  ret void
}"""
    found = program(tmp_path, text)
    doubtful = [i for i in instructions(found) if isinstance(i, Store) and "not followed" in i.label]
    assert {i.address.object for i in doubtful} == {"p", "elsewhere"}


def test_asm_that_is_not_understood_is_not_skipped(tmp_path: Path) -> None:
    found = program(tmp_path, 'define void @f() {\n  call void asm sideeffect "frob", ""()\n  ret void\n}')
    assert any(isinstance(i, Unmodelled) and "frob" in i.what for i in instructions(found))


def test_both_ways_of_an_asm_goto(tmp_path: Path) -> None:
    text = """define void @f(ptr %p) {
  callbr void asm sideeffect "jmp ${0:l}", "!i"() to label %on [label %off]
on:
  store i64 1, ptr %p, !nontemporal !0
  ret void
off:
  store i64 2, ptr %p, !nontemporal !0
  ret void
}"""
    text = text.replace(
        '"jmp', '"1: .byte 0x0f,0x1f,0x44,0x00,0x00; .pushsection __jump_table,\\22aw\\22; .long 1b - ., '
    )
    text = text.replace('${0:l}"', '${0:l} - .; .quad 0; .popsection"')
    assert len(stores(program(tmp_path, text))) == 2


def test_one_of_two_blocks(tmp_path: Path) -> None:
    text = """define void @f(ptr %p, ptr %q, i1 %c) {
  %r = select i1 %c, ptr %p, ptr %q
  store i64 1, ptr %r, !nontemporal !0
  ret void
}"""
    assert {(o, nt) for o, _, _, nt in stores(program(tmp_path, text))} == {("p", True), ("q", True)}


def test_content_that_nothing_changes_is_a_parameter(tmp_path: Path) -> None:
    text = """@use = external global i8
define void @f(ptr %p) {
  %one = load i8, ptr @use
  %on = icmp ne i8 %one, 0
  br i1 %on, label %fill, label %test
fill:
  store i64 1, ptr %p, !nontemporal !0
  br label %test
test:
  %again = load i8, ptr @use
  %still = icmp ne i8 %again, 0
  br i1 %still, label %drain, label %out
drain:
  fence seq_cst
  br label %out
out:
  ret void
}"""
    found = program(tmp_path, text)
    assert [p.name for p in found.params] == ["use"]
    assert not any(isinstance(i, Load) for i in instructions(found))
    assert any("stable" in note for note in found.notes)
    refused = program(tmp_path, text, refuse="stable")
    assert "use" not in [p.name for p in refused.params]


TEMPLATE = """@template = internal global [4 x i64] zeroinitializer
@table = {table}
define void @f(ptr %p) {{
  store i64 1, ptr %p, !nontemporal !0
  store volatile i64 2, ptr @template
  %one = load i64, ptr @template
  store i64 {copied}, ptr %p, !nontemporal !0
  {more}
  ret void
}}
define {linkage} void @g() {{
  {other}
  ret void
}}
declare void @known(ptr)
@theirs = external global ptr"""
ALONE = {
    "table": "internal global ptr null",
    "more": "",
    "copied": "%one",
    "linkage": "internal",
    "other": "",
}
SHARING = {
    "nothing": {},
    "what it calls": {"more": "call void @g()", "other": "store volatile i64 3, ptr @template"},
    "its address in itself": {"more": "store ptr @template, ptr @template"},
    "its address in what is filled": {"more": "store ptr @template, ptr %p"},
    "another function": {"other": "store volatile i64 3, ptr @template"},
    "a function that others call": {
        "more": "call void @g()",
        "linkage": "",
        "other": "store volatile i64 3, ptr @template",
    },
    "a table": {"table": "internal global ptr @template"},
    "an unknown call": {"more": "call void @known(ptr @template)"},
    "its address in memory of others": {"more": "store ptr @template, ptr @theirs"},
    "an atomic access": {"more": "store atomic i64 4, ptr @template release, align 8"},
    "not copied": {"copied": "7"},
    "non-temporal stores": {"more": "store i64 9, ptr @template, !nontemporal !0"},
}
PRIVATE = {"nothing", "what it calls", "its address in itself", "its address in what is filled"}


@pytest.mark.parametrize("case", SHARING)
def test_a_static_variable_that_this_code_alone_mentions_is_private(case: str, tmp_path: Path) -> None:
    text = TEMPLATE.format(**{**ALONE, **SHARING[case]})
    found = program(tmp_path, text)
    private = found.object("template").visibility is Visibility.PRIVATE
    assert private == (case in PRIVATE)
    assert private == any(note.startswith("static: ") for note in found.notes)
    for refused in ({"refuse": "static"}, {"publish": "stores"}, {"publish": "template"}):
        assert program(tmp_path, text, **refused).object("template").visibility is not Visibility.PRIVATE


def test_a_stack_slot_that_holds_its_own_address_is_private(tmp_path: Path) -> None:
    text = """define void @f(ptr %p, ptr %q) {
  %slot = alloca [4 x i64]
  store volatile ptr %slot, ptr %slot
  %own = load volatile i64, ptr %slot
  store i64 %own, ptr %p, !nontemporal !0
  ret void
}"""
    found = program(tmp_path, text)
    assert found.object("slot").visibility is Visibility.PRIVATE
    assert any(note.startswith("stack: ") for note in found.notes)
    assert program(tmp_path, text, refuse="stack").object("slot").visibility is not Visibility.PRIVATE
    elsewhere = text.replace("ret void", "store ptr %slot, ptr %q\n  ret void")
    assert program(tmp_path, elsewhere).object("slot").visibility is not Visibility.PRIVATE


def test_how_far_two_pointers_are_apart_is_no_pointer(tmp_path: Path) -> None:
    text = """define void @f(ptr %p, ptr %q) {
  %a = ptrtoint ptr %p to i64
  %b = ptrtoint ptr %q to i64
  %up = add i64 %a, 7
  %round = and i64 %up, -8
  %pad = sub i64 %round, %a
  %to = add i64 %b, %pad
  %r = inttoptr i64 %to to ptr
  store i64 1, ptr %r, !nontemporal !0
  ret void
}"""
    assert {o for o, _, _, _ in stores(program(tmp_path, text))} == {"q"}


ALIGNED = """define void @f(ptr %p, i64 %n) {
  %i = shl i64 %n, 6
  %q = getelementptr i8, ptr %p, i64 %i
  %a = ptrtoint ptr %q to i64
  %low = and i64 %a, 7
  %odd = icmp ne i64 %low, 0
  br i1 %odd, label %slow, label %fast
slow:
  store i8 1, ptr %q
  br label %fast
fast:
  store i64 1, ptr %q, align 8, !nontemporal !0
  ret void
}"""


def test_what_alignment_decides_is_decided_and_said(tmp_path: Path) -> None:
    found = program(tmp_path, ALIGNED)
    assert [nt for _, _, _, nt in stores(found)] == [True]
    assert any(note.startswith("aligned: ") for note in found.notes)
    for other in (
        program(tmp_path, ALIGNED, refuse="aligned"),
        program(tmp_path, ALIGNED.replace("align 8", "align 4")),
        program(tmp_path, ALIGNED.replace("shl i64 %n, 6", "shl i64 %n, 2")),
    ):
        assert sorted(nt for _, _, _, nt in stores(other)) == [False, True]


def test_a_loop_over_the_words_of_a_constant_size_is_laid_out(tmp_path: Path) -> None:
    text = """define internal void @copy(ptr %to, i64 %size) {
  br label %loop
loop:
  %at = phi i64 [ 0, %0 ], [ %next, %loop ]
  %q = getelementptr i8, ptr %to, i64 %at
  store i64 1, ptr %q, align 8, !nontemporal !0
  %next = add i64 %at, 8
  %more = icmp ult i64 %next, %size
  br i1 %more, label %loop, label %out
out:
  ret void
}
define void @f(ptr %p) {
  call void @copy(ptr %p, i64 64)
  ret void
}"""
    assert stores(program(tmp_path, text)) == [("p", str(8 * k), 8, True) for k in range(8)]
