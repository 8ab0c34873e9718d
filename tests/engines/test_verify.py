"""Verdicts end to end: the verdict table for every size, drains, a user's own model, what gives out."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest

from ordercheck import shipped
from ordercheck.engines.drains import drain_status
from ordercheck.engines.setting import Setting, load_model
from ordercheck.engines.solver import run_script
from ordercheck.engines.verify import PROPERTIES, Limits, verify
from ordercheck.errors import Deadline, InputError
from ordercheck.frontends.python import Family, load, parse_assumption
from ordercheck.program import Condition, Program, ProgramBuilder, RegisterOf, Visibility, var
from ordercheck.program.transform import assuming
from ordercheck.verdict import ASSERTIONS, CONDITION, TRANSPARENCY, Status

FOLDER = shipped.program_folders()["zone_device"]
EXPECTED: dict[str, Any] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
MODELS = ["sc", "x86-tso", "x86-nt", "nt-contract"]


@cache
def setting(name: str) -> Setting:
    return load_model(name)


@cache
def zone_device() -> Family:
    return load("zone_device")


@pytest.mark.parametrize("entry", EXPECTED["verdict"], ids=lambda e: f"{e['variant']}-{e.get('assume', '')}")
def test_the_verdict_table_for_every_size(entry: dict[str, Any]) -> None:
    program = zone_device().build(entry["variant"])
    if "assume" in entry:
        program = assuming(program, parse_assumption(entry["assume"], program))
    for name in MODELS:
        for prop in PROPERTIES:
            verdict = verify(program, setting(name), prop, Limits(), Deadline(60))
            assert verdict.status == entry.get(prop, {}).get(name, "proved"), (name, prop, verdict.reason)
            if verdict.status is Status.REFUTED:
                assert verdict.trace is not None
                assert verdict.trace.token
            else:
                assert verdict.evidence["rechecked"] >= 0


@pytest.mark.parametrize("name", MODELS)
def test_the_drain_table(name: str) -> None:
    program = zone_device().build("seed")
    for entry in EXPECTED["drain"]:
        status, _, condition = entry.get(name, "redundant").partition(": ")
        found = drain_status(program, entry["drain"], setting(name), Deadline(60))
        assert (found.status, found.condition) == (status, condition)


def log(drain: str, words: int | None = None) -> Program:
    """n words by non-temporal stores, a drain, a flag."""
    p = ProgramBuilder("log")
    n = p.param("n", 1, 1 << 40) if words is None else words
    memory, flag = p.object("log", fill=0x5A), p.object("flag", 8, Visibility.SHARED)
    with p.thread() as t:
        with t.for_("i", 0, n) as i:
            t.nt_store(memory + 8 * i, 8, 1)
        if drain:
            t.fence(drain, label="drain")
        t.store(flag, 8, 1)
    return p.build()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("drain", ["", "LFENCE", "SFENCE", "MFENCE"])
def test_a_store_to_shared_memory_publishes(name: str, drain: str) -> None:
    verdict = verify(log(drain), setting(name), TRANSPARENCY, Limits(), Deadline(30))
    fine = name in ("sc", "x86-tso") or drain in ("SFENCE", "MFENCE")
    assert verdict.status is (Status.PROVED if fine else Status.REFUTED)


def test_a_certificate_is_re_checked_query_by_query(tmp_path: Path) -> None:
    limits = Limits(certificate=tmp_path / "made")
    verdict = verify(zone_device().build("seed"), setting("x86-nt"), TRANSPARENCY, limits, Deadline(30))
    script = Path(verdict.evidence["certificate"]).read_text(encoding="utf-8")
    answers = run_script(script, Deadline(30))
    assert len(answers) == verdict.evidence["rechecked"] > 0
    assert set(answers) == {"unsat"}


def test_cvc5_confirms(tmp_path: Path) -> None:
    pytest.importorskip("cvc5")
    for prop in PROPERTIES:
        limits = Limits(cross_check=True)
        verdict = verify(zone_device().build("seed"), setting("nt-contract"), prop, limits, Deadline(60))
        assert verdict.status is Status.PROVED
        assert "cvc5" in verdict.evidence["cross_check"]["solver"]


def test_the_second_encoding_confirms() -> None:
    limits = Limits(engine="axiomatic", cross_check=True)
    verdict = verify(log("SFENCE", 3), setting("x86-nt"), TRANSPARENCY, limits, Deadline(30))
    assert verdict.status is Status.HOLDS
    assert "clocks" in verdict.evidence["cross_check"]


PSO_LIKE = """
"x86 with non-temporal stores, of which LFENCE is the drain"
include "cos.cat"
let A = R | W
let TW = W \\ NT
let ppo = [R]; po; [A] | [TW]; po; [TW] | [W]; po-loc; [W]
let fence = [A]; po; [MFENCE]; po; [A] | [W]; po; [LFENCE]; po; [W]
let locked = [A]; po; [X] | [X]; po; [A]
acyclic po-loc | rmw | rf | co | fr as internal
empty rmw & (fre; coe) as atomic
acyclic rfe | fr | co | ppo | fence | locked | rmw as external
"""


def test_a_users_own_model_decides_for_every_size_and_has_no_machine(tmp_path: Path) -> None:
    path = tmp_path / "mine.cat"
    path.write_text(PSO_LIKE, encoding="utf-8")
    mine = load_model(str(path))
    assert mine.machine is None
    assert verify(log("LFENCE"), mine, TRANSPARENCY, Limits(), Deadline(30)).status is Status.PROVED
    refuted = verify(log("SFENCE"), mine, TRANSPARENCY, Limits(), Deadline(30))
    assert refuted.status is Status.REFUTED
    assert refuted.trace is not None
    assert refuted.trace.kind == "execution"
    assert "no machine" in refuted.trace.summary


def message_passing(quantifier: Literal["exists", "~exists", "forall"], drain: bool) -> Program:
    p = ProgramBuilder("mp")
    x, y = p.object("x", 8, Visibility.SHARED), p.object("y", 8, Visibility.SHARED)
    with p.thread() as t:
        t.nt_store(x, 8, 1)
        if drain:
            t.sfence()
        t.store(y, 8, 1)
    with p.thread() as t:
        t.load(y, 8, into="a")
        t.load(x, 8, into="b")
    p.observe(RegisterOf(1, "a"), RegisterOf(1, "b"))
    stale = (var("1:a") == 1) & (var("1:b") == 0)
    p.condition(Condition(quantifier, ~stale if quantifier == "forall" else stale))
    return p.build()


@pytest.mark.parametrize(
    ("quantifier", "drain", "status"),
    [
        ("exists", False, "holds"),
        ("exists", True, "refuted"),
        ("~exists", False, "refuted"),
        ("~exists", True, "holds"),
        ("forall", False, "refuted"),
        ("forall", True, "holds"),
    ],
)
def test_a_condition_on_final_states(
    quantifier: Literal["exists", "~exists", "forall"], drain: bool, status: str
) -> None:
    program = message_passing(quantifier, drain)
    verdict = verify(program, setting("x86-nt"), CONDITION, Limits(), Deadline(30))
    assert verdict.status == status
    # what a state disproves has a schedule to it; what no state proves, an execution that is forbidden
    kind = "" if status == "holds" else "forbidden" if quantifier == "exists" else "schedule"
    assert ("" if verdict.trace is None else verdict.trace.kind) == kind


def test_what_nobody_modelled_makes_it_unknown() -> None:
    p = ProgramBuilder("asm")
    with p.thread() as t:
        t.unmodelled('asm volatile ("frobnicate")')
        t.nt_store(p.object("x", 8), 8, 1)
        t.publish()
    for prop in PROPERTIES:
        verdict = verify(p.build(), setting("x86-tso"), prop, Limits(), Deadline(30))
        assert verdict.status is Status.UNKNOWN
        assert "frobnicate" in verdict.reason


def test_a_time_out_is_unknown_with_its_reason() -> None:
    verdict = verify(zone_device().build("seed"), setting("nt-contract"), ASSERTIONS, Limits(), Deadline(0.0))
    assert verdict.status is Status.UNKNOWN
    assert "time-out" in verdict.reason


def test_an_engine_that_needs_values_says_so() -> None:
    with pytest.raises(InputError, match="n"):
        verify(log("SFENCE"), setting("x86-nt"), TRANSPARENCY, Limits(engine="axiomatic"), Deadline(30))


@pytest.mark.parametrize("name", ["arm", "nowhere.cat", "x86-nt.cats"])
def test_unknown_models(name: str) -> None:
    with pytest.raises(InputError):
        load_model(name)
