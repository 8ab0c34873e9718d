"""Calls by pointers whose targets are found: each is in place on a way of its own, and no other is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_pointers_helper import (
    COPY,
    FUNCTIONS,
    WITH,
    function,
    outcome,
)
from tests.frontends.llvm.llvm_verdict_helper import FILL, verdict


def swapped(text: str) -> str:
    """The same with the drain on the other way."""
    return text.replace("@drain", "@DRAIN").replace("@none", "@drain").replace("@DRAIN", "@none")


def pair(first: str, second: str, drain: str, none: str) -> dict[str, str]:
    """What is said once of the copies, and once of the drains."""
    return {"g": f"{first}|{second}", "d": f"{drain}|{none}"}


def choice(how: str, name: str, one: str, other: str) -> str:
    """A pointer that is one function where %c holds, else the other."""
    return how.replace("NAME", name).replace("ONE", one).replace("OTHER", other)


CHOICES = {
    "select": "%NAME = select i1 %c, ptr @ONE, ptr @OTHER",
    "frozen": "%NAME.s = select i1 %c, ptr @ONE, ptr @OTHER\n  %NAME = freeze ptr %NAME.s",
    "the other way": "%NAME.n = xor i1 %c, true\n  %NAME = select i1 %NAME.n, ptr @OTHER, ptr @ONE",
    "phi": "br i1 %c, label %NAME.one, label %NAME.other\nNAME.one:\n  br label %NAME.join\nNAME.other:\n"
    "  br label %NAME.join\nNAME.join:\n"
    "  %NAME = phi ptr [ @ONE, %NAME.one ], [ @OTHER, %NAME.other ]",
    "variable": "%NAME.s = alloca ptr\n  %NAME.v = select i1 %c, ptr @ONE, ptr @OTHER\n"
    "  store ptr %NAME.v, ptr %NAME.s\n  %NAME = load ptr, ptr %NAME.s",
    "stored twice": "%NAME.s = alloca ptr\n  store ptr @OTHER, ptr %NAME.s\n"
    "  br i1 %c, label %NAME.one, label %NAME.join\nNAME.one:\n  store ptr @ONE, ptr %NAME.s\n"
    "  br label %NAME.join\nNAME.join:\n  %NAME = load ptr, ptr %NAME.s",
    "field": "%NAME.s = alloca { i64, ptr }\n  %NAME.v = select i1 %c, ptr @ONE, ptr @OTHER\n"
    "  %NAME.f = getelementptr { i64, ptr }, ptr %NAME.s, i32 0, i32 1\n  store i64 1, ptr %NAME.s\n"
    "  store ptr %NAME.v, ptr %NAME.f\n  %NAME = load ptr, ptr %NAME.f",
    "argument": "%NAME = call ptr @pass(i1 %c, ptr @ONE, ptr @OTHER)",
    "table": "%NAME.i = zext i1 %c to i64\n"
    "  %NAME.e = getelementptr [2 x ptr], ptr @ONE.OTHER, i64 0, i64 %NAME.i\n"
    "  %NAME = load ptr, ptr %NAME.e",
    "table by a variable": "%NAME.i = zext i1 %c to i64\n  %NAME.s = alloca ptr\n"
    "  %NAME.e = getelementptr [2 x ptr], ptr @ONE.OTHER, i64 0, i64 %NAME.i\n"
    "  %NAME.l = load ptr, ptr %NAME.e\n  store ptr %NAME.l, ptr %NAME.s\n  %NAME = load ptr, ptr %NAME.s",
    "one of two": "%NAME.e = select i1 %c, ptr @ONE.ONE, ptr @OTHER.OTHER\n  %NAME = load ptr, ptr %NAME.e",
    "one of two in a field": "%NAME.s = alloca { i64, ptr }\n"
    "  %NAME.v = select i1 %c, ptr @ONE.ONE, ptr @OTHER.OTHER\n"
    "  %NAME.f = getelementptr { i64, ptr }, ptr %NAME.s, i32 0, i32 1\n"
    "  store ptr %NAME.v, ptr %NAME.f\n  %NAME.e = load ptr, ptr %NAME.f\n  %NAME = load ptr, ptr %NAME.e",
}
PASS = """
define internal ptr @pass(i1 %c, ptr %a, ptr %b) {
  %r = select i1 %c, ptr %a, ptr %b
  ret ptr %r
}
"""
TABLES = "".join(
    f"@{a}.{b} = internal constant [2 x ptr] [ptr @{b}, ptr @{a}]\n"
    for group in (("nt", "plain"), ("drain", "none"))
    for a in group
    for b in group
)


def chosen(how: str, drain: str = "drain", none: str = "none") -> str:
    lines = [choice(CHOICES[how], "g", "nt", "plain"), COPY, choice(CHOICES[how], "d", drain, none), WITH]
    return PASS + TABLES + function(*lines)


@pytest.mark.parametrize("how", CHOICES)
def test_a_drain_that_is_called_just_where_the_copy_was_is_enough(how: str, tmp_path: Path) -> None:
    assert outcome(tmp_path, chosen(how)) is Status.PROVED
    assert outcome(tmp_path, chosen(how), model="nt-contract") is Status.PROVED


@pytest.mark.parametrize("how", CHOICES)
def test_a_drain_on_the_other_way_is_not(how: str, tmp_path: Path) -> None:
    assert outcome(tmp_path, chosen(how, "none", "drain")) is Status.REFUTED


@pytest.mark.parametrize("how", CHOICES)
def test_both_may_drain(how: str, tmp_path: Path) -> None:
    assert outcome(tmp_path, chosen(how, "drain", "drain")) is Status.PROVED
    assert outcome(tmp_path, chosen(how, "none", "none")) is Status.REFUTED


@pytest.mark.parametrize("how", CHOICES)
def test_who_tests_the_same_knows_what_was_called(how: str, tmp_path: Path) -> None:
    test = "br i1 %c, label %then, label %out\nthen:\n  call void @drain()\n  br label %out\nout:"
    lines = [choice(CHOICES[how], "g", "nt", "plain"), COPY, test]
    assert outcome(tmp_path, PASS, TABLES, function(*lines)) is Status.PROVED
    lines[-1] = test.replace("label %then, label %out", "label %out, label %then")
    assert outcome(tmp_path, PASS, TABLES, function(*lines)) is Status.REFUTED


@pytest.mark.parametrize("how", CHOICES)
def test_who_compares_the_pointer_knows_what_is_called(how: str, tmp_path: Path) -> None:
    test = "%same = icmp eq ptr %g, @nt\n  br i1 %same, label %then, label %out\n"
    test += "then:\n  call void @drain()\n  br label %out\nout:"
    lines = [choice(CHOICES[how], "g", "nt", "plain"), COPY, test]
    assert outcome(tmp_path, PASS, TABLES, function(*lines)) is Status.PROVED
    lines[-1] = test.replace("ptr %g, @nt", "ptr %g, @plain")
    assert outcome(tmp_path, PASS, TABLES, function(*lines)) is Status.REFUTED


def test_an_alias_is_what_it_stands_for(tmp_path: Path) -> None:
    alias = "@same = internal alias void (ptr), ptr @nt\n"
    lines = [
        "%g = select i1 %c, ptr @same, ptr @plain",
        COPY,
        "%d = select i1 %c, ptr @drain, ptr @none",
        WITH,
    ]
    assert outcome(tmp_path, alias, function(*lines)) is Status.PROVED
    assert outcome(tmp_path, alias, swapped(function(*lines))) is Status.REFUTED


LOOP = """define void @f(ptr %p, i64 %n) {
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %j, %loop ]
  %g = phi ptr [ @FIRST, %0 ], [ @REST, %loop ]
  %q = getelementptr i64, ptr %p, i64 %i
  call void %g(ptr %q)
  %j = add nuw i64 %i, 1
  %c = icmp ult i64 %j, %n
  br i1 %c, label %loop, label %out
out:
  %m = icmp ugt i64 %n, 1
  br i1 %m, label %then, label %done
then:
  call void @drain()
  br label %done
done:
  ret void
}"""


def test_what_is_called_may_change_in_a_loop(tmp_path: Path) -> None:
    late = LOOP.replace("FIRST", "plain").replace("REST", "nt")
    assert outcome(tmp_path, late) is Status.PROVED
    early = LOOP.replace("FIRST", "nt").replace("REST", "plain")
    assert outcome(tmp_path, early) is Status.REFUTED


def result(test: str) -> str:
    return f"""define internal i64 @some(ptr %p) {{
  {FILL}
  ret i64 7
}}
define internal i64 @nothing(ptr %p) {{
  ret i64 8
}}
define void @f(ptr %p, i1 %c) {{
  %g = select i1 %c, ptr @some, ptr @nothing
  %r = call i64 %g(ptr %p)
  %t = icmp eq i64 %r, {test}
  br i1 %t, label %then, label %out
then:
  call void @drain()
  br label %out
out:
  ret void
}}"""


def test_what_is_returned_is_what_that_function_returns(tmp_path: Path) -> None:
    assert outcome(tmp_path, result("7")) is Status.PROVED
    assert outcome(tmp_path, result("8")) is Status.REFUTED


def test_what_one_calls_may_be_by_a_pointer_too(tmp_path: Path) -> None:
    outer = "define internal void @outer(ptr %p, ptr %g) {\n  call void %g(ptr %p)\n  ret void\n}"
    inner = outer.replace("@outer", "@inner")
    lines = [
        "%o = select i1 %c, ptr @outer, ptr @inner",
        "call void %o(ptr %p, ptr @nt)",
        "call void @drain()",
    ]
    assert outcome(tmp_path, outer, inner, function(*lines)) is Status.PROVED
    assert outcome(tmp_path, outer, inner, function(*lines[:2])) is Status.REFUTED
    plain = lines[1].replace("@nt", "@plain")
    assert outcome(tmp_path, outer, inner, function(lines[0], plain)) is Status.PROVED


TABLE = "@table = internal constant [3 x ptr] [ptr @plain, ptr ENTRY, ptr @nt]"
INDEXED = ["%e = getelementptr [3 x ptr], ptr @table, i64 0, i64 %i", "%g = load ptr, ptr %e", COPY]
TESTED = "%t = icmp uge i64 %i, 2\n  br i1 %t, label %then, label %out\n"
TESTED += "then:\n  call void @drain()\n  br label %out\nout:"


def test_an_entry_that_is_null_is_not_called(tmp_path: Path) -> None:
    null, other = TABLE.replace("ENTRY", "null"), TABLE.replace("ENTRY", "@nt")
    assert outcome(tmp_path, null, function(*INDEXED, TESTED)) is Status.PROVED
    assert outcome(tmp_path, other, function(*INDEXED, TESTED)) is Status.REFUTED
    assert outcome(tmp_path, null, function(*INDEXED)) is Status.REFUTED


def test_who_calls_a_null_pointer_is_not_followed_where_that_is_not_assumed(tmp_path: Path) -> None:
    lines = ["%g = select i1 %c, ptr @nt, ptr null", COPY, "call void @drain()"]
    text = "\n".join([function(*lines), FUNCTIONS])
    assert verdict(tmp_path, text).status is Status.PROVED
    assert verdict(tmp_path, text, refuse="defined").status is Status.UNKNOWN


def test_a_table_with_something_else_in_it_is_not_followed(tmp_path: Path) -> None:
    other = "@other = external global i64\n" + TABLE.replace("ENTRY", "@other")
    assert outcome(tmp_path, other, function(*INDEXED, "call void @drain()")) is Status.UNKNOWN
    moved = TABLE.replace("ENTRY", "getelementptr (i8, ptr @plain, i64 1)")
    assert outcome(tmp_path, moved, function(*INDEXED, "call void @drain()")) is Status.UNKNOWN
    weak = TABLE.replace("internal", "weak").replace("ENTRY", "@plain")
    assert outcome(tmp_path, weak, function(*INDEXED, "call void @drain()")) is Status.UNKNOWN


def test_one_entry_of_a_table_is_that_one(tmp_path: Path) -> None:
    table = TABLE.replace("ENTRY", "@plain")
    lines = ["%g = load ptr, ptr getelementptr (i8, ptr @table, i64 8)", COPY]
    assert outcome(tmp_path, table, function(*lines)) is Status.PROVED
    assert outcome(tmp_path, table, function(lines[0].replace("i64 8", "i64 16"), COPY)) is Status.REFUTED


VARIABLE = "@which = internal global ptr @plain"
SETS = "define void @set() {\n  store ptr @nt, ptr @which\n  ret void\n}"
GETS = ["%g = load ptr, ptr @which", COPY]


def test_a_variable_of_this_file_holds_what_this_file_stores_to_it(tmp_path: Path) -> None:
    assert outcome(tmp_path, VARIABLE, function(*GETS)) is Status.PROVED
    assert outcome(tmp_path, VARIABLE, SETS, function(*GETS)) is Status.REFUTED
    assert outcome(tmp_path, VARIABLE, SETS, function(*GETS, "call void @drain()")) is Status.PROVED


def test_what_it_holds_lasts(tmp_path: Path) -> None:
    test = "%same = icmp eq ptr %h, @nt\n  br i1 %same, label %then, label %out\n"
    test += "then:\n  call void @drain()\n  br label %out\nout:"
    again = [*GETS, "%h = load ptr, ptr @which", test]
    assert outcome(tmp_path, VARIABLE, SETS, function(*again)) is Status.PROVED
    again[-1] = test.replace("%h, @nt", "%h, @plain")
    assert outcome(tmp_path, VARIABLE, SETS, function(*again)) is Status.REFUTED


def test_it_is_one_function_at_a_time(tmp_path: Path) -> None:
    # functions have different addresses: what is not the one is the other
    other, sets = VARIABLE.replace("@plain", "@nt"), SETS.replace("ptr @nt,", "ptr @plain,")
    test = "%same = icmp eq ptr %g, @plain\n  br i1 %same, label %out, label %then\n"
    test += "then:\n  call void @drain()\n  br label %out\nout:"
    assert outcome(tmp_path, other, sets, function(*GETS, test)) is Status.PROVED


OPS = "@on = internal constant { ptr, ptr } { ptr @nt, ptr @drain }\n"
OPS += "@off = internal constant { ptr, ptr } { ptr @plain, ptr @none }"


def test_each_field_of_one_of_two_structures_is_that_one(tmp_path: Path) -> None:
    lines = [
        *("%o = select i1 %c, ptr @on, ptr @off", "%g = load ptr, ptr %o", COPY),
        *("%e = getelementptr i8, ptr %o, i64 8", "%d = load ptr, ptr %e", WITH),
    ]
    assert outcome(tmp_path, OPS, function(*lines)) is Status.PROVED
    assert outcome(tmp_path, swapped(OPS), function(*lines)) is Status.REFUTED


GIVEN_AWAY = {
    "to others": ("@which = global ptr @plain", ""),
    "by a call": (
        VARIABLE,
        "declare i1 @u(ptr)\ndefine void @g() {\n  call i1 @u(ptr @which)\n  ret void\n}",
    ),
    "by a variable": (VARIABLE, "@its = global ptr @which"),
    "by assembly": (VARIABLE, 'module asm ".quad which"\n'),
    "by a number": (VARIABLE, SETS.replace("ptr @nt, ptr @which", "i64 0, ptr @which")),
    "by what is stored": (VARIABLE, SETS.replace("@set()", "@set(ptr %s)").replace("ptr @nt,", "ptr %s,")),
    "by an index": (VARIABLE, SETS.replace("ptr @which", "ptr getelementptr (i8, ptr @which, i64 4)")),
    "by its address": (VARIABLE, "define ptr @its() {\n  ret ptr @which\n}"),
    "per thread": (VARIABLE.replace("global", "thread_local global"), ""),
}


@pytest.mark.parametrize("how", GIVEN_AWAY)
def test_a_variable_that_others_may_reach_may_hold_anything(how: str, tmp_path: Path) -> None:
    variable, more = GIVEN_AWAY[how]
    # the copy is one that may be called
    more += "\n@kept = global ptr @nt"
    assert outcome(tmp_path, more, variable, function(*GETS, "call void @drain()")) is Status.UNKNOWN


SLOT = ["%s = alloca [2 x ptr]", "store ptr @plain, ptr %s", "HERE", "%g = load ptr, ptr %s", COPY]
REACHED = {
    "by a call": "call void @use(ptr %s)",
    "by a copy": "call void @llvm.memcpy.p0.p0.i64(ptr %s, ptr %p, i64 16, i1 false)",
    "by a store": "store ptr %s, ptr %p",
    "by an unknown pointer": "%n = load ptr, ptr %p\n  store ptr %n, ptr %s",
    "by a number": "%n = load i64, ptr %p\n  store i64 %n, ptr %s",
}


@pytest.mark.parametrize("how", ["", *REACHED])
def test_a_slot_that_others_may_reach_may_hold_anything(how: str, tmp_path: Path) -> None:
    lines = [line.replace("HERE", REACHED.get(how, "")) for line in SLOT]
    more = "declare void @use(ptr)\n@kept = global ptr @nt\n"
    more += "declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)"
    expected = Status.UNKNOWN if how else Status.PROVED
    assert outcome(tmp_path, more, function(*lines)) is expected


def test_numbers_beside_it_in_a_slot_do_no_harm(tmp_path: Path) -> None:
    lines = [
        *("%s = alloca { ptr, i32, i64 }", "%n = load i64, ptr %p", "%m = trunc i64 %n to i32"),
        "%a = getelementptr { ptr, i32, i64 }, ptr %s, i32 0, i32 1",
        *("store i32 %m, ptr %a", "%b = getelementptr { ptr, i32, i64 }, ptr %s, i32 0, i32 2"),
        *("store i64 %n, ptr %b", "store ptr @plain, ptr %s", "%g = load ptr, ptr %s", COPY),
    ]
    kept = "@kept = global ptr @nt"
    assert outcome(tmp_path, kept, function(*lines)) is Status.PROVED
    over = [line.replace("ptr %s, i32 0, i32 1", "ptr %s, i32 0, i32 0") for line in lines]
    assert outcome(tmp_path, kept, function(*over)) is Status.UNKNOWN


def test_a_pair_in_a_slot_may_hold_a_function_as_a_number(tmp_path: Path) -> None:
    lines = [
        "%s = alloca { i64, ptr }",
        "%x = insertvalue { i64, ptr } poison, i64 ptrtoint (ptr @nt to i64), 0",
        *("%y = insertvalue { i64, ptr } %x, ptr @plain, 1", "store { i64, ptr } %y, ptr %s"),
        *("%g = load ptr, ptr %s", COPY),
    ]
    assert outcome(tmp_path, "", function(*lines)) is Status.UNKNOWN


def test_halves_of_pointers_are_no_pointer(tmp_path: Path) -> None:
    lines = [
        *("%s = alloca [3 x ptr]", "%h = getelementptr i8, ptr %s, i64 4", "store ptr @plain, ptr %s"),
        *("store ptr @plain, ptr %h, align 1", "%g = load ptr, ptr %s", COPY),
    ]
    assert outcome(tmp_path, "@kept = global ptr @nt", function(*lines)) is Status.UNKNOWN
