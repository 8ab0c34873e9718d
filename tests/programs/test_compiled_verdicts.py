"""The verdicts on compiled programs are the expected ones, and say what goes wrong in which line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from models.programs import build_ir
from ordercheck import shipped
from ordercheck.command.from_llvm import shipped_family
from ordercheck.engines.setting import Setting, load_model
from ordercheck.engines.verify import Limits, verify
from ordercheck.errors import Deadline
from ordercheck.frontends.python import parse_assumption
from ordercheck.program.transform import assuming
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY, Place, Status, Trace

pytest.importorskip("llvmlite.binding")

MODELS = ("sc", "x86-tso", "x86-nt", "nt-contract")
SECONDS = 60.0
# the drains of the patch: without each, and with all
QUICK = ("seed", "no-d1", "no-d2", "no-d3")


def questions() -> Iterator[Any]:
    """What is expected of each variant; all of zone_device takes a minute."""
    for folder, table in build_ir.programs().items():
        for entry in build_ir.expected(folder)["verdict"]:
            for prop in (TRANSPARENCY, ASSERTIONS):
                words = (table["name"], entry["variant"], entry.get("assume"), prop)
                marks = []
                if folder == "zone_device" and entry["variant"] not in QUICK:
                    marks.append(pytest.mark.long)
                yield pytest.param(folder, entry, prop, id="-".join(filter(None, words)), marks=marks)


@cache
def setting(model: str) -> Setting:
    return load_model(model)


@pytest.mark.parametrize(("folder", "entry", "prop"), list(questions()))
def test_the_verdicts_are_the_expected_ones(folder: str, entry: dict[str, Any], prop: str) -> None:
    path = shipped.models_folder() / "programs" / folder
    program = shipped_family(folder, path).build(entry["variant"])
    if "assume" in entry:
        program = assuming(program, parse_assumption(entry["assume"], program))
    shown = False
    for model in MODELS:
        verdict = verify(program, setting(model), prop, Limits(), Deadline(SECONDS))
        assert verdict.status == entry.get(prop, {}).get(model, "proved"), (model, verdict.reason)
        if prop == TRANSPARENCY and verdict.status is Status.REFUTED and not shown and "at" in entry:
            shown = True
            assert verdict.trace is not None
            assert verdict.trace.hazard == entry["hazard"]
            assert lines(folder, verdict.trace) & set(entry["at"])


def lines(folder: str, trace: Trace) -> set[str]:
    """The source lines where it shows: of a lost store, those of all steps."""
    source = build_ir.FOLDER / folder / build_ir.programs()[folder]["build"]["source"]
    text = source.read_text(encoding="utf-8").splitlines()
    lost = trace.at == trace.late
    places = [trace.at, *(s.place for s in trace.steps if lost)]
    return {
        text[p.line - 1].strip()
        for place in places
        if place is not None
        for p in chain(place)
        if p.file.endswith(source.name)
    }


def chain(place: Place) -> tuple[Place, ...]:
    """The place, and where it was inlined."""
    return (place, *place.inlined_at)
