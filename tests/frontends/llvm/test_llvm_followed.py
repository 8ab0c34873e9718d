"""Pointers that are not followed, or travel as something else: nothing is proved by losing sight of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, fill, status, undrained, verdict

TELL = "call void @tell()"


def function(*lines: str, head: str = "ptr %p, ptr %q", returns: str = "void", more: str = "") -> str:
    body = "\n  ".join([*lines, f"ret {returns}"])
    of = returns.partition(" ")[0]
    return f"declare void @tell()\ndeclare i32 @make(ptr)\n{more}\ndefine {of} @f({head}) {{\n  {body}\n}}"


def hidden(pointer: str) -> list[str]:
    """%r, which may be that address: it was in memory that something else was copied to."""
    return [
        "%m = alloca [4 x ptr]",
        f"store ptr {pointer}, ptr %m",
        "%m.to = getelementptr i8, ptr %m, i64 16",
        "call void @llvm.memcpy.p0.p0.i64(ptr %m.to, ptr %m, i64 16, i1 false)",
        "%r = load ptr, ptr %m.to",
    ]


ESCAPES = {
    "in a vector": [
        "%v = insertelement <2 x ptr> poison, ptr %x, i32 1",
        "store <2 x ptr> %v, ptr %p, align 16",
    ],
    "in a structure": [
        "%s = insertvalue {ptr, i64} poison, ptr %x, 0",
        "store {ptr, i64} %s, ptr %p",
    ],
    "as a number that is shifted": [
        "%n = ptrtoint ptr %x to i64",
        "%h = lshr exact i64 %n, 3",
        "store i64 %h, ptr %p",
    ],
    "by a copy of what holds it": [
        "%slot = alloca ptr",
        "store ptr %x, ptr %slot",
        "call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %slot, i64 8, i1 false)",
    ],
    "by a load through what is not followed": [
        "%slot = alloca ptr",
        "store ptr %x, ptr %slot",
        *hidden("%slot"),
        "%v = load ptr, ptr %r",
        "store ptr %v, ptr %p",
    ],
    "by a copy through what is not followed": [
        "%slot = alloca ptr",
        "store ptr %x, ptr %slot",
        *hidden("%slot"),
        "call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %r, i64 8, i1 false)",
    ],
    "by assembly that loads through what is not followed": [
        "%slot = alloca ptr",
        "store ptr %x, ptr %slot",
        *hidden("%slot"),
        '%v = call ptr asm sideeffect "movq ($1), $0", "=r,r,~{memory}"(ptr %r)',
        "store ptr %v, ptr %p",
    ],
    "computed by assembly": [
        'call void asm sideeffect "lea 8($1), %rax; mov %rax, ($0)", "r,r,~{rax},~{memory}"(ptr %p, ptr %x)'
    ],
    "exchanged by assembly": [
        'call ptr asm sideeffect "xchgq $0, $1", "=r,=*m,0,*m,~{memory}"'
        "(ptr elementtype(ptr) %p, ptr %x, ptr elementtype(ptr) %p)"
    ],
}
COPIES = "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)"


@pytest.mark.parametrize("case", ESCAPES)
def test_a_slot_whose_address_others_get_in_any_form_is_seen_by_them(case: str, tmp_path: Path) -> None:
    lines = ["%x = alloca [4 x i64], align 16", *ESCAPES[case], fill("%x"), TELL, DRAIN]
    assert status(tmp_path, function(*lines, more=COPIES)) is Status.REFUTED


KEPT = {
    "a length within it": [
        "%e = getelementptr i8, ptr %x, i64 8",
        "%a = ptrtoint ptr %x to i64",
        "%b = ptrtoint ptr %e to i64",
        "%n = sub i64 %b, %a",
        "store i64 %n, ptr %p",
    ],
    "whether it is one": ["%c = icmp eq ptr %x, %p", "store i1 %c, ptr %p"],
    "how it is aligned": [
        "%a = ptrtoint ptr %x to i64",
        "%n = and i64 %a, 63",
        "store i64 %n, ptr %p",
    ],
}


@pytest.mark.parametrize("case", KEPT)
def test_what_is_no_address_tells_nobody_where_a_slot_is(case: str, tmp_path: Path) -> None:
    lines = ["%x = alloca [4 x i64], align 16", *KEPT[case], fill("%x"), TELL, DRAIN]
    assert status(tmp_path, function(*lines)) is Status.PROVED


@pytest.mark.parametrize(
    ("access", "kept"),
    [
        ("%v = load volatile i64, ptr %r", True),
        ("store i64 %n, ptr %r", False),
        ("call void @use(ptr %r)", False),
    ],
)
def test_who_looks_at_a_slot_does_not_change_it(access: str, kept: bool, tmp_path: Path) -> None:
    condition = ["%x = alloca i64", "store i64 0, ptr %x", *hidden("%x"), access]
    asked = "\n  ".join([*condition, "%now = load i64, ptr %x", "%no = icmp ne i64 %now, 0"])
    text = undrained("ptr %p, i64 %n", asked, f"{COPIES}\ndeclare void @use(ptr)")
    assert (status(tmp_path, text, publish="return") is Status.PROVED) is kept


MADE = ["%slot = alloca ptr", "%r = call i32 @make(ptr %slot)", "%m = load ptr, ptr %slot"]
SUM = ["%n = add i64 %a, %b", "%m = inttoptr i64 %n to ptr"]
LOST = {
    "an address that a callee leaves": (MADE, "ptr %p"),
    "a sum of two numbers": (SUM, "i64 %a, i64 %b"),
    "a constant": (["%m = inttoptr i64 4096 to ptr"], "ptr %p"),
}


@pytest.mark.parametrize("case", LOST)
def test_a_store_through_what_is_not_followed_is_pending_all_the_same(case: str, tmp_path: Path) -> None:
    lines, head = LOST[case]
    load = "%v = load i64, ptr %m"
    early = function(*lines, fill("%m"), load, DRAIN, head=head, returns="i64 %v")
    assert status(tmp_path, early) is Status.PROVED
    assert status(tmp_path, early, "nt-contract") is Status.UNKNOWN
    late = function(*lines, fill("%m"), DRAIN, load, head=head, returns="i64 %v")
    assert status(tmp_path, late, "nt-contract") is Status.PROVED
    never = function(*lines, fill("%m"), head=head)
    assert status(tmp_path, never) is Status.REFUTED


CHAIN = [
    "%a = load ptr, ptr %p",
    *(f"%{y} = load ptr, ptr %{x}" for x, y in ("ab", "bc", "cd", "de", "eg")),
    "%x = getelementptr i8, ptr %e, i64 8",
    "%y = getelementptr i8, ptr %g, i64 8",
]
ANOTHER = {
    "loaded again, volatile": [
        "%x = load volatile ptr, ptr %p",
        fill("%x"),
        "%y = load volatile ptr, ptr %p",
    ],
    "loaded again, after a store there": [
        "%x = load ptr, ptr %p",
        fill("%x"),
        DRAIN,
        "store ptr %q, ptr %p",
        fill("%x"),
        "%y = load ptr, ptr %p",
    ],
    "the sixth of a chain": [*CHAIN, fill("%x")],
    "one of two, the other is not followed": [
        *MADE,
        fill("%p"),
        "%c = icmp eq i32 %r, 0",
        "br i1 %c, label %one, label %both\none:",
        "br label %both\nboth:",
        "%y = phi ptr [ %p, %0 ], [ %m, %one ]",
    ],
}


@pytest.mark.parametrize("case", ANOTHER)
def test_a_flag_that_may_be_in_another_block_is_a_publication(case: str, tmp_path: Path) -> None:
    lines = [*ANOTHER[case], "store i64 7, ptr %y", DRAIN]
    assert status(tmp_path, function(*lines)) in (Status.REFUTED, Status.UNKNOWN)


SAME = {
    "through assembly that hides it": [
        'call ptr asm sideeffect "", "=r,0"(ptr %p)',
        "load i64, ptr %m",
    ],
    "through a structure": [
        "extractvalue {ptr, i64} %s, 0",
        "load i64, ptr %m",
    ],
    "under a mask": ["inttoptr i64 %k to ptr", "load i64, ptr %m"],
    "with more than a line": ["getelementptr i8, ptr %p, i64 0", "load [20 x i64], ptr %m"],
    "from a table": ["load ptr, ptr @table", "load i64, ptr %m"],
    "stored and loaded": ["load ptr, ptr %q", "load i64, ptr %m"],
}
SETUP = [
    "%s = insertvalue {ptr, i64} poison, ptr %p, 0",
    "%n = ptrtoint ptr %p to i64",
    "%k = and i64 -8, %n",
    "store ptr %p, ptr %q",
]


@pytest.mark.parametrize("case", SAME)
def test_the_same_block_by_another_way_is_the_same_block(case: str, tmp_path: Path) -> None:
    way, load = SAME[case]
    target = "@buffer" if case == "from a table" else "%p"
    table = "@buffer = internal global i64 0\n@table = internal constant ptr @buffer"
    lines = [*SETUP, fill(target), f"%m = {way}", f"%v = {load}", DRAIN]
    found = verdict(tmp_path, function(*lines, more=table), model="nt-contract")
    assert found.status is Status.REFUTED


def test_that_two_arguments_do_not_overlap_is_assumed_and_said(tmp_path: Path) -> None:
    text = function(fill("%p"), "%v = load i64, ptr %q", DRAIN)
    found = verdict(tmp_path, text, "nt-contract")
    assert found.status is Status.PROVED
    assert any(note.startswith("distinct: ") and note.endswith(": p, q") for note in found.assumptions)
    refused = verdict(tmp_path, text, refuse="distinct", model="nt-contract")
    assert refused.status is Status.REFUTED


@pytest.mark.parametrize(
    ("condition", "null"),
    [("icmp eq ptr %q, null", True), ("icmp ult ptr %p, %q", False), ("icmp ne ptr %q, null", False)],
)
def test_a_counterexample_has_memory_where_a_machine_has_it(
    condition: str, null: bool, tmp_path: Path
) -> None:
    text = undrained("ptr %p, ptr %q", f"%no = {condition}")
    found = verdict(tmp_path, text)
    assert found.status is Status.REFUTED
    assert "q" in found.addresses
    assert found.params["q"] == 0 if null else found.params["q"] >= 1 << 16
