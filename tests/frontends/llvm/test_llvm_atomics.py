"""Read-modify-writes that store what was there: LLVM makes no locked operation of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.verdict import Status
from tests.frontends.llvm.llvm_verdict_helper import FILL, status

CHANGES_NOTHING = {
    "or": "or ptr %l, i32 0",
    "xor": "xor ptr %l, i32 0",
    "add": "add ptr %l, i32 0",
    "sub": "sub ptr %l, i32 0",
    "and": "and ptr %l, i32 -1",
    "umax": "umax ptr %l, i32 0",
    "umin": "umin ptr %l, i32 -1",
    "max": "max ptr %l, i32 -2147483648",
    "min": "min ptr %l, i32 2147483647",
}
DRAINS = {
    "something is added": "add ptr %l, i32 1 monotonic",
    "volatile": "volatile or ptr %l, i32 0 monotonic",
    "sequentially consistent": "or ptr %l, i32 0 seq_cst",
    "for this thread, and changes something": 'or ptr %l, i32 1 syncscope("singlethread") seq_cst',
}


def after(operation: str) -> str:
    return f"define void @f(ptr %p, ptr %l) {{\n  {FILL}\n  %o = atomicrmw {operation}\n  ret void\n}}"


@pytest.mark.parametrize("case", CHANGES_NOTHING)
def test_one_that_changes_nothing_is_no_drain(case: str, tmp_path: Path) -> None:
    for order in ("acq_rel", 'syncscope("singlethread") seq_cst'):
        assert status(tmp_path, after(f"{CHANGES_NOTHING[case]} {order}")) is Status.REFUTED


@pytest.mark.parametrize("case", DRAINS)
def test_others_are_drains(case: str, tmp_path: Path) -> None:
    assert status(tmp_path, after(DRAINS[case])) is Status.PROVED


LOCKED = {
    "something is added": "%o = atomicrmw add ptr %q, i64 1 monotonic",
    "compared and exchanged": "%o = cmpxchg ptr %q, i64 1, i64 2 monotonic monotonic",
    "a store that is an exchange": "store atomic i64 1, ptr %q seq_cst, align 8",
    "by assembly": 'call void asm sideeffect "lock incq ($0)", "r,~{memory}"(i64 %s)',
}


@pytest.mark.parametrize("case", LOCKED)
def test_one_by_an_address_that_is_not_followed_drains_wherever_it_goes(case: str, tmp_path: Path) -> None:
    sum_of_two = "%s = add i64 %a, %b\n  %q = inttoptr i64 %s to ptr"
    body = f"{FILL}\n  {sum_of_two}\n  {LOCKED[case]}\n  ret void"
    assert status(tmp_path, f"define void @f(ptr %p, i64 %a, i64 %b) {{\n  {body}\n}}") is Status.PROVED


@pytest.mark.parametrize("operation", ["fence", "%o = atomicrmw or ptr %l, i32 0"])
@pytest.mark.parametrize("scope", ["singlethread", "wg"])
def test_a_fence_of_another_scope_than_the_system_is_no_instruction(
    operation: str, scope: str, tmp_path: Path
) -> None:
    scoped = f'{operation} syncscope("{scope}") seq_cst'
    text = f"define void @f(ptr %p, ptr %l) {{\n  {FILL}\n  {scoped}\n  ret void\n}}"
    assert status(tmp_path, text) is Status.REFUTED
    for system in ("", 'syncscope("") '):
        whole = text.replace(f'syncscope("{scope}") ', system)
        assert status(tmp_path, whole) is Status.PROVED


IN_ONE_PIECE = {
    "a store": "store atomic i64 1, ptr %l seq_cst, align {0}",
    "a read-modify-write": "%o = atomicrmw add ptr %l, i64 1 seq_cst, align {0}",
    "one that changes nothing": "%o = atomicrmw or ptr %l, i64 0 seq_cst, align {0}",
    "a comparison": "%o = cmpxchg ptr %l, i64 1, i64 2 seq_cst seq_cst, align {0}",
}


@pytest.mark.parametrize("case", IN_ONE_PIECE)
def test_what_a_library_does_is_not_known_to_drain(case: str, tmp_path: Path) -> None:
    wide = IN_ONE_PIECE[case].replace("i64", "i256")
    for operation, found in (
        (IN_ONE_PIECE[case].format(8), Status.PROVED),
        (IN_ONE_PIECE[case].format(4), Status.UNKNOWN),
        (wide.format(32), Status.UNKNOWN),
    ):
        text = f"define void @f(ptr %p, ptr %l) {{\n  {FILL}\n  {operation}\n  ret void\n}}"
        assert status(tmp_path, text) is found
