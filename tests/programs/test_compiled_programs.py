"""The programs in C and Rust: their IR is what the compilers make of them, and does what is said of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from models.programs import build_ir
from ordercheck import shipped

PROGRAMS = build_ir.programs()
MODULES = [
    (folder, variant, build_ir.FOLDER / folder / name)
    for folder, table in PROGRAMS.items()
    for variant, entry in table["variants"].items()
    for name in entry["files"]
]
EACH = pytest.mark.parametrize(
    ("folder", "variant", "path"), MODULES, ids=[f"{f}-{v}" for f, v, _ in MODULES]
)
VERSION = re.compile(r'"[^"]*?(clang|rustc) version ([0-9.]+)[^"]*"')


def version(text: str) -> tuple[str, str]:
    """The compiler that a module names; of clang the major version alone: others make the same IR."""
    found = VERSION.search(text)
    assert found is not None
    return found[1], found[2].split(".")[0] if found[1] == "clang" else found[2]


def installed(name: str) -> str:
    """The compiler's path; skips the test where there is none, or of another version than made ir/."""
    path = build_ir.compiler(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    made = next(p for f, _, p in MODULES if PROGRAMS[f]["build"]["compiler"] == name)
    shown = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    if name == "rustc":
        shown = shown.replace("rustc ", "rustc version ", 1)
    if version(f'"{shown.splitlines()[0]}"') != version(made.read_text(encoding="utf-8")):
        pytest.skip(f"another version of {name} made the files")
    return path


@EACH
def test_the_module_is_what_the_compiler_makes(folder: str, variant: str, path: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.ll"
    build_ir.make(folder, variant, installed(PROGRAMS[folder]["build"]["compiler"]), made)
    texts = [VERSION.sub("", p.read_text(encoding="utf-8")) for p in (path, made)]
    assert texts[0] == texts[1], "python models/programs/build_ir.py makes it anew"


@EACH
def test_the_module_is_llvm_ir_without_paths_of_a_machine(folder: str, variant: str, path: Path) -> None:
    binding = pytest.importorskip("llvmlite.binding")
    text = path.read_text(encoding="utf-8")
    module = binding.parse_assembly(text)
    module.verify()
    assert not module.get_function(PROGRAMS[folder]["entry"]).is_declaration
    assert not re.search(r'"/(?!rustc/)', text)


def test_there_is_no_module_of_no_variant() -> None:
    assert {p for _, _, p in MODULES} == set(build_ir.FOLDER.glob("*/ir/*"))


def test_each_variant_is_another_program() -> None:
    bodies = [p.read_text(encoding="utf-8").split("\n!0 =")[0] for _, _, p in MODULES]
    assert len(set(bodies)) == len(bodies)


def test_no_template_lies_in_a_stack_slot() -> None:
    for folder, _, path in MODULES:
        if folder == "zone_device":
            assert "alloca" not in path.read_text(encoding="utf-8")


def test_zone_device_has_the_variants_of_its_model() -> None:
    from ordercheck.frontends.python import load

    texts = {v: entry["text"] for v, entry in PROGRAMS["zone_device"]["variants"].items()}
    assert texts == dict(load("zone_device").variants)


def test_the_names_are_found() -> None:
    assert shipped.described_programs() == {
        table["name"]: build_ir.FOLDER / folder for folder, table in PROGRAMS.items()
    }


@pytest.mark.parametrize("folder", PROGRAMS)
def test_each_variant_has_expected_verdicts(folder: str) -> None:
    entries: list[dict[str, Any]] = build_ir.expected(folder)["verdict"]
    assert {e["variant"] for e in entries} == set(PROGRAMS[folder]["variants"])
    source = build_ir.FOLDER / folder / PROGRAMS[folder]["build"]["source"]
    lines = [line.strip() for line in source.read_text(encoding="utf-8").splitlines()]
    for entry in entries:
        if folder != "zone_device":
            assert ("refuted" in entry.get("transparency", {}).values()) == ("hazard" in entry)
        for line in entry.get("at", ()):
            assert lines.count(line) == 1, line


def test_every_way_to_write_a_non_temporal_store_occurs() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for _, _, p in MODULES)
    for spelling in (
        r'asm sideeffect "movntiq',
        r'asm sideeffect inteldialect "movnti ',
        r'asm sideeffect inteldialect "movntdq ',
        r"store i64 [^\n]*!nontemporal",
        r"store <2 x i64> [^\n]*!nontemporal",
        r"store <4 x i64> [^\n]*!nontemporal",
        r"call void @llvm\.x86\.movdir64b",
    ):
        assert re.search(spelling, text), spelling
