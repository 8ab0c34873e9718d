"""Stores and loads of chosen bytes: any of them may be accessed, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_program_helper import program, stores
from tests.frontends.llvm.llvm_verdict_helper import DRAIN, status

LOAD = "%q = getelementptr i8, ptr %p, i64 {}\n  %x = load volatile i8, ptr %q"
DECLARED = """declare void @llvm.x86.sse2.maskmov.dqu(<16 x i8>, <16 x i8>, ptr)
declare void @llvm.x86.mmx.maskmovq(<1 x i64>, <1 x i64>, ptr)
declare void @llvm.x86.clzero(ptr)
declare void @llvm.x86.avx2.maskstore.d(ptr, <4 x i32>, <4 x i32>)
declare <4 x i32> @llvm.x86.avx2.maskload.d(ptr, <4 x i32>)
declare <16 x i8> @llvm.x86.sse3.ldu.dq(ptr)
declare void @llvm.masked.store.v4i32.p0(<4 x i32>, ptr, i32, <4 x i1>)
declare <4 x i32> @llvm.masked.load.v4i32.p0(ptr, i32, <4 x i1>, <4 x i32>)"""
CHOSEN = "<4 x i1> %c"
MASKED = f"call void @llvm.masked.store.v4i32.p0(<4 x i32> %v, ptr %p, i32 4, {CHOSEN})"
STORES = {
    "maskmovdqu": ("call void @llvm.x86.sse2.maskmov.dqu(<16 x i8> %a, <16 x i8> %b, ptr %p)", 16),
    "maskmovq": ("call void @llvm.x86.mmx.maskmovq(<1 x i64> zeroinitializer, <1 x i64> %m, ptr %p)", 8),
    "masked": (
        f"call void @llvm.masked.store.v4i32.p0(<4 x i32> %v, ptr %p, i32 4, {CHOSEN}), !nontemporal !0",
        16,
    ),
}
CLZERO = "call void @llvm.x86.clzero(ptr %p)"


def decided(folder: Path, *lines: str, model: str = "nt-contract") -> Status:
    return status(folder, function(*lines), model)


def function(*lines: str) -> str:
    arguments = "ptr %p, <16 x i8> %a, <16 x i8> %b, <1 x i64> %m, <4 x i32> %v, <4 x i1> %c"
    body = "\n  ".join([*lines, "ret void"])
    return f"define void @f({arguments}) {{\n  {body}\n}}\n{DECLARED}"


@pytest.mark.parametrize("case", STORES)
def test_any_of_its_bytes_is_stored_non_temporally_and_no_other(case: str, tmp_path: Path) -> None:
    store, size = STORES[case]
    assert [(o, n, nt) for o, _, n, nt in stores(program(tmp_path, function(store)))] == [("p", 1, True)]
    for model in ("x86-nt", "nt-contract"):
        assert decided(tmp_path, store, model=model) is Status.REFUTED
        assert decided(tmp_path, store, DRAIN, model=model) is Status.PROVED
    assert decided(tmp_path, store, LOAD.format(0), DRAIN) is Status.REFUTED
    assert decided(tmp_path, store, LOAD.format(size - 1), DRAIN) is Status.REFUTED
    assert decided(tmp_path, store, LOAD.format(size), DRAIN) is Status.PROVED


def test_clzero_is_taken_for_the_whole_line(tmp_path: Path) -> None:
    assert decided(tmp_path, CLZERO, model="x86-nt") is Status.REFUTED
    assert decided(tmp_path, CLZERO, DRAIN, model="x86-nt") is Status.PROVED
    for at in (-63, 0, 63):
        # where in its line the address lies is not known
        assert decided(tmp_path, CLZERO, LOAD.format(at), DRAIN) is Status.UNKNOWN


COPY = """call void asm sideeffect "1: movnti $2, ($0); add $$8, $0; dec $1; jnz 1b",
 "r,r,r,~{memory},~{cc}"(ptr PLACE, i64 3, i64 7)""".replace("\n", "")


def test_where_a_loop_in_assembly_stores_refutes_nothing_but_that_it_is_pending_does(tmp_path: Path) -> None:
    one, other = COPY.replace("PLACE", "%p"), "%q = getelementptr i8, ptr %p, i64 64\n  "
    other += COPY.replace("PLACE", "%q")
    for model, expected in (("x86-nt", Status.PROVED), ("nt-contract", Status.UNKNOWN)):
        assert decided(tmp_path, one, other, DRAIN, model=model) is expected
        assert decided(tmp_path, one, other, model=model) is Status.REFUTED


def test_a_masked_load_may_see_any_of_its_bytes(tmp_path: Path) -> None:
    store = "%q = getelementptr i8, ptr %p, i64 {}\n  store i8 1, ptr %q, align 1, !nontemporal !0"
    load = f"%x = call <4 x i32> @llvm.masked.load.v4i32.p0(ptr %p, i32 4, {CHOSEN}, <4 x i32> %v)"
    assert decided(tmp_path, store.format(15), load, DRAIN) is Status.REFUTED
    assert decided(tmp_path, store.format(16), load, DRAIN) is Status.PROVED


ASM_LOOP = """%n = add i64 0, 4
  %r = call { i64, ptr } asm sideeffect \
"1: movnti %rax, ($1)\\0A\\09add $$8, $1\\0A\\09dec $0\\0A\\09jnz 1b", \
"=r,=r,0,1,~{memory},~{flags}"(i64 %n, ptr %p)"""
MANY = {
    "masked": STORES["masked"][0],
    "clzero": CLZERO,
    "a long copy": "call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %q, i64 4096, i1 false), !nontemporal !0",
    "a loop in asm": ASM_LOOP,
    "through a pointer that is not followed": "%x = load i64, ptr %p\n  %y = xor i64 %x, 1\n"
    "  %z = mul i64 %y, 3\n  %w = inttoptr i64 %z to ptr\n"
    "  store <8 x i64> zeroinitializer, ptr %w, align 8, !nontemporal !0",
}


@pytest.mark.parametrize("case", MANY)
def test_its_bytes_are_in_no_order_to_those_who_see_them(case: str, tmp_path: Path) -> None:
    text = function("%q = getelementptr i8, ptr %p, i64 8192", MANY[case], DRAIN)
    text += "\ndeclare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)"
    for model, proved in (("x86-tso", True), ("x86-nt", False)):
        assert (status(tmp_path, text, model, publish="stores") is Status.PROVED) is proved


ORDINARY = {
    "maskstore": "call void @llvm.x86.avx2.maskstore.d(ptr %{}, <4 x i32> %v, <4 x i32> %v)",
    "maskload": "%x = call <4 x i32> @llvm.x86.avx2.maskload.d(ptr %{}, <4 x i32> %v)",
    "lddqu": "%x = call <16 x i8> @llvm.x86.sse3.ldu.dq(ptr %{})",
}


@pytest.mark.parametrize("case", ORDINARY)
def test_ordinary_accesses_of_vectors(case: str, tmp_path: Path) -> None:
    near, far = (f"%q = getelementptr i8, ptr %p, i64 {n}" for n in (12, 16))
    fill = "store <2 x i64> zeroinitializer, ptr %p, align 16, !nontemporal !0"
    access = ORDINARY[case].format("q")
    assert decided(tmp_path, fill, near, access, DRAIN) is Status.REFUTED
    assert decided(tmp_path, fill, far, access, DRAIN) is Status.PROVED
    assert decided(tmp_path, far, access) is Status.PROVED
