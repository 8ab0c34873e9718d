"""Bit-fields that share a word: a store to one leaves the others as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import guarded, status

TESTS = {
    "a bit": "%b{0} = and i32 %w{0}, 1\n  %c{0} = icmp ne i32 %b{0}, 0",
    "the lowest bit": "%c{0} = trunc i32 %w{0} to i1",
    "a bit further up": "%s{0} = lshr i32 %w{0}, 4\n  %c{0} = trunc i32 %s{0} to i1",
    "a byte's bit": "%t{0} = trunc i32 %w{0} to i8\n  %b{0} = and i8 %t{0}, 16\n  "
    "%c{0} = icmp eq i8 %b{0}, 0",
    "the sign": "%c{0} = icmp slt i32 %w{0}, 0",
    "no sign": "%c{0} = icmp sgt i32 %w{0}, -1",
    "a field at the top": "%c{0} = icmp ult i32 %w{0}, 64",
    "not a field at the top": "%c{0} = icmp ugt i32 %w{0}, 63",
    "a field further up": "%s{0} = lshr i32 %w{0}, 4\n  %c{0} = icmp eq i32 %s{0}, 3",
    "two bits": "%b{0} = and i32 %w{0}, 17\n  %c{0} = icmp eq i32 %b{0}, 17",
}
OTHERS = {
    "a field with the bit in it": "%c{0} = icmp ult i32 %w{0}, 2",
    "the bit": "%b{0} = and i32 %w{0}, 2\n  %c{0} = icmp ne i32 %b{0}, 0",
    "two bits, the bit among them": "%b{0} = and i32 %w{0}, 3\n  %c{0} = icmp eq i32 %b{0}, 1",
    "the word": "%c{0} = icmp eq i32 %w{0}, 1",
}
RMW = "%w = load i32, ptr %s\n  %v = or i32 %w, 2\n  store i32 %v, ptr %s"


def twice(test: str, between: str = RMW) -> str:
    """A copy and its drain behind the same test, with a store to the word between them."""
    load, ways = "%w{0} = load i32, ptr %s", "br i1 %c{0}, label %{1}, label %{2}"
    looked = "\n  ".join((load, test, ways))
    barrier = 'call void asm sideeffect "", "~{memory}"()'
    copy = looked.format(1, "copy", "then")
    drain = "\n  ".join((between, barrier, looked.format(2, "drain", "out")))
    return guarded(copy, drain, "ptr %p, ptr %s", "declare void @unknown()")


@pytest.mark.parametrize("case", TESTS)
def test_a_bit_beside_one_that_is_stored_to(case: str, tmp_path: Path) -> None:
    text = twice(TESTS[case])
    assert status(tmp_path, text, publish="return") is Status.PROVED
    assert status(tmp_path, text, publish="return", refuse="stable") is Status.REFUTED


@pytest.mark.parametrize("case", OTHERS)
def test_a_bit_that_is_stored_to(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, twice(OTHERS[case]), publish="return") is Status.REFUTED


BETWEEN = {
    "another bit, and this one": "%w = load i32, ptr %s\n  %v = or i32 %w, 3\n  store i32 %v, ptr %s",
    "a number that is not known": "store i32 2, ptr %s",
    "a sum": "%w = load i32, ptr %s\n  %v = add i32 %w, 1\n  store i32 %v, ptr %s",
    "what another word has": "%q = getelementptr i8, ptr %s, i64 8\n  %w = load i32, ptr %q\n  "
    "%v = or i32 %w, 2\n  store i32 %v, ptr %s",
    "a byte of it": "store i8 0, ptr %s",
    "another bit, then this one": f"{RMW}\n  %x = and i32 %v, -2\n  store i32 %x, ptr %s",
    "by assembly": 'call void asm sideeffect "btsl $$1, $0", "=*m,~{memory}"(ptr elementtype(i32) %s)',
}


@pytest.mark.parametrize("case", BETWEEN)
def test_other_stores_to_the_word(case: str, tmp_path: Path) -> None:
    text = twice(TESTS["a bit"], BETWEEN[case])
    assert status(tmp_path, text, publish="return") is Status.REFUTED


def test_a_store_to_nobody_knows_where(tmp_path: Path) -> None:
    where = (
        "%n = load i64, ptr %p\n  %m = mul i64 %n, 3\n  %q = inttoptr i64 %m to ptr\n  store i32 0, ptr %q"
    )
    text = twice(TESTS["a bit"], f"{RMW}\n  {where}")
    assert status(tmp_path, text, publish="return") is not Status.PROVED


def test_a_function_that_nobody_knows_may_store_to_the_bit(tmp_path: Path) -> None:
    text = twice(TESTS["a bit"]).replace("  br i1 %c1", "  call void @unknown()\n  br i1 %c1")
    assert status(tmp_path, text, publish="return") is not Status.PROVED
    volatile = twice(TESTS["a bit"]).replace("%w2 = load", "%w2 = load volatile")
    assert status(tmp_path, volatile, publish="return") is Status.REFUTED
