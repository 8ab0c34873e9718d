"""One litmus test: which states its condition holds in, and the order in which they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordercheck.command.litmus_inputs import Input
from ordercheck.command.litmus_models import Models
from ordercheck.command.litmus_options import Settings
from ordercheck.command.litmus_test import VERDICT, decided, holding, in_order
from ordercheck.frontends.litmus.test import Litmus, Shown
from ordercheck.program.expr import apply, const, disj, var
from ordercheck.program.ir import MemoryAt, Program, RegisterOf
from ordercheck.report.litmus_result import LitmusResult
from tests.command import litmus_tests as t

REGISTER, MEMORY = RegisterOf(0, "rax"), MemoryAt("x", 0, 8, "[x]")
TOP = 1 << 64


def litmus(arch: str = "X86_64", bits: int = 64, signed: bool = True) -> Litmus:
    shown = (Shown(REGISTER, "0:rax", bits), Shown(MEMORY, "[x]", bits, signed))
    names = {0x5E000000: "y", 0x5E010000: "x", 0x5E010004: "x+4"}
    return Litmus("t", arch, "t.litmus", Program("t", (), ()), shown, "", names=names)


def result(tmp_path: Path, text: str, ask: str = "states") -> LitmusResult:
    path = tmp_path / "t.litmus"
    path.write_text(text)
    return decided(Input(str(path), "t.litmus"), Models(Settings(())), ask)


def test_states_are_sorted_as_numbers_value_by_value() -> None:
    found = in_order(litmus(), [(10, 0), (9, 1), (9, 0), (0, 5)])
    assert found == ["0:rax=0; [x]=5;", "0:rax=9; [x]=0;", "0:rax=9; [x]=1;", "0:rax=10; [x]=0;"]


def test_numbers_are_compared_with_a_sign_however_they_are_printed() -> None:
    found = in_order(litmus(signed=False), [(0, 0), (0, TOP - 1), (0, 1)])
    assert found == ["0:rax=0; [x]=18446744073709551615;", "0:rax=0; [x]=0;", "0:rax=0; [x]=1;"]


def test_numbers_are_compared_in_the_machines_width() -> None:
    low = (1 << 32) - 1
    assert in_order(litmus(bits=32), [(low, 0), (0, 0)]) == ["0:rax=0; [x]=0;", "0:rax=-1; [x]=0;"]
    assert in_order(litmus("X86", 32), [(low, 0), (0, 0)]) == ["0:rax=-1; [x]=0;", "0:rax=0; [x]=0;"]


def test_addresses_come_after_numbers_by_name() -> None:
    found = in_order(litmus(), [(0x5E010004, 0), (0x5E000000, 0), (1 << 40, 0), (0x5E010000, 0)])
    assert [state.split(";")[0] for state in found] == [
        "0:rax=1099511627776",
        "0:rax=x",
        "0:rax=x+4",
        "0:rax=y",
    ]


def test_a_proposition_is_looked_up_in_every_state() -> None:
    names = ["0:rax", "[x]"]
    a, x = (var(name) for name in names)
    proposition = disj((a == 1) & ~(x == 2), apply("<", a, apply("-", x, 5)))
    states = {(1, 2): 1, (1, 3): 4, (0, 2): 1, (0, 9): 1}
    assert holding(proposition, names, states) == [False, True, False, True]
    assert holding(const(True), names, states) == [True] * 4
    assert holding(proposition, names, {}) == []
    assert holding(const(True), [], {(): 1}) == [True]


def test_what_is_known_of_a_test_is_told_where_it_cannot_be_decided(tmp_path: Path) -> None:
    found = result(tmp_path, t.SB.replace("X86_64 SB", "X86_64 SB\nUnroll=many"))
    assert (found.verdict, found.name, found.states) == ("error", "SB", None)
    assert "t.litmus: error: unroll many: expected a number" in found.reason
    found = result(tmp_path, t.SB.replace("X86_64 SB", "X86_64 SB\nVariant=memtag"))
    assert "Variant=memtag: what herd7 does under this name is not modelled" in found.reason


def test_a_tests_own_bound_counts(tmp_path: Path) -> None:
    found = result(tmp_path, t.LOOP.replace("X86_64 loop", "X86_64 loop\nUnroll=5"))
    assert (found.holds, found.fails) == (6, 0)
    assert found.cut == (f"{tmp_path / 't.litmus'}:6",)


@pytest.mark.parametrize("text", [t.SB, t.SB_FENCED, t.MP_NT, t.FORBIDDEN, t.LOOP])
def test_the_verdict_alone_is_that_of_the_complete_states(tmp_path: Path, text: str) -> None:
    whole, alone = result(tmp_path, text), result(tmp_path, text, VERDICT)
    assert alone.states is None
    assert (alone.verdict, alone.observation) == (whole.verdict, whole.observation)
    assert (alone.kind, alone.condition, alone.flags, alone.cut) == (
        whole.kind,
        whole.condition,
        whole.flags,
        whole.cut,
    )
