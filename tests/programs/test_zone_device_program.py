"""The founding program: it builds in every configuration, and its verdicts are the expected ones."""

from __future__ import annotations

import itertools
import tomllib
from functools import cache
from typing import Any

import pytest

from ordercheck import cat, shipped
from ordercheck.cat import Model
from ordercheck.engines import axiomatic
from ordercheck.frontends.python import Family, load, parse_assumption
from ordercheck.program.expr import Value, evaluate
from ordercheck.program.transform import drains, fix_params
from ordercheck.verdict import ASSERTIONS, TRANSPARENCY

FOLDER = shipped.program_folders()["zone_device"]
EXPECTED: dict[str, Any] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
ACCESSES: list[dict[str, Any]] = tomllib.loads((FOLDER / "overlap.toml").read_text(encoding="utf-8"))[
    "access"
]
MODELS = ["sc", "x86-tso", "x86-nt", "nt-contract"]
# (nr_pages, pfns_per_compound, debug_vm): no compound, the smallest, one with a list, two of them
SIZES = [(2, 1, True), (2, 2, False), (8, 8, False), (8, 4, False)]


@cache
def model(name: str) -> Model:
    return cat.load(shipped.memory_models()[name])


@pytest.fixture(scope="module")
def family() -> Family:
    return load("zone_device")


def params(
    nr_pages: int, pfns_per_compound: int, debug_vm: bool, use_template: bool = True
) -> dict[str, Value]:
    return {
        "start_pfn": 0,
        "nr_pages": nr_pages,
        "pfns_per_compound": pfns_per_compound,
        "use_template": use_template,
        "debug_vm": debug_vm,
        "vmemmap_optimized": False,
    }


def test_every_variant_builds_with_every_option(family: Family) -> None:
    for variant in family.variants:
        for combo in itertools.product(*family.options.values()):
            options = {name: str(value) for name, value in zip(family.options, combo, strict=True)}
            program = family.build(variant, options)
            assert program.variant == variant
            assert len(program.threads) == 1


def test_the_patch_has_three_drains(family: Family) -> None:
    assert drains(family.build("seed")) == ["D1", "D2", "D3"]
    assert drains(family.build("two-drains")) == ["D2", "D3"]


def test_stores_of_the_overlap_table_do_not_overlap() -> None:
    stores = [a for a in ACCESSES if "value" in a]
    for a, b in itertools.combinations(stores, 2):
        if a["page"] == b["page"]:
            apart = a["offset"] + a["size"] <= b["offset"] or b["offset"] + b["size"] <= a["offset"]
            assert apart, (a["name"], b["name"])


def test_every_variant_has_expected_verdicts(family: Family) -> None:
    assert {entry["variant"] for entry in EXPECTED["verdict"]} == set(family.variants)


@pytest.mark.parametrize("entry", EXPECTED["verdict"], ids=lambda e: f"{e['variant']}-{e.get('assume', '')}")
@pytest.mark.parametrize("name", MODELS)
def test_expected_verdicts_at_small_sizes(family: Family, entry: dict[str, Any], name: str) -> None:
    """Refuted at some small size where refuted is expected, holds at all of them where proved is."""
    program = family.build(entry["variant"])
    assume = parse_assumption(entry.get("assume", "true"), program)
    for prop in (TRANSPARENCY, ASSERTIONS):
        wanted = entry.get(prop, {}).get(name, "proved")
        violated = False
        for size in SIZES:
            values = params(*size)
            if evaluate(assume, values):
                answer = axiomatic.check(fix_params(program, values), model(name), prop)
                violated |= answer.violation is not None
        assert violated == (wanted == "refuted"), prop


def test_without_the_template_nothing_can_go_wrong(family: Family) -> None:
    for variant in family.variants:
        program = fix_params(family.build(variant), params(4, 4, False, use_template=False))
        assert axiomatic.check(program, model("nt-contract"), TRANSPARENCY).violation is None


def test_under_s1_the_second_drain_guards_only_tail_2(family: Family) -> None:
    def violated(pages: int) -> bool:
        program = family.build("no-d2", {"shape": "S1"})
        fixed = fix_params(program, params(pages, pages, False))
        return axiomatic.check(fixed, model("nt-contract"), TRANSPARENCY).violation is not None

    assert not violated(2)
    assert violated(4)


@pytest.mark.parametrize(("copy", "violated"), [("nt", True), ("mixed", True), ("ordinary", False)])
def test_a_copy_by_ordinary_stores_needs_no_drain(family: Family, copy: str, violated: bool) -> None:
    program = fix_params(family.build("no-d2", {"copy": copy}), params(4, 4, False))
    answer = axiomatic.check(program, model("nt-contract"), TRANSPARENCY)
    assert (answer.violation is not None) == violated


def test_an_optimised_vmemmap_reads_the_memory_it_shares(family: Family) -> None:
    """Tail 512 - 128 of a compound of 1024 pages is tail 64 of the first 128: the pass reads that."""
    values = params(1024, 1024, True) | {"vmemmap_optimized": True}
    program = fix_params(family.build("pageblock-early"), values)
    assert axiomatic.check(program, model("x86-nt"), TRANSPARENCY).violation is None
