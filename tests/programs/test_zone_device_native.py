"""memmap_init.c, compiled and run on real memory, leaves what its model leaves there."""

from __future__ import annotations

import platform
import subprocess
from functools import cache
from pathlib import Path

import pytest

from models.programs import build_ir
from ordercheck.frontends.python import load
from ordercheck.program.expr import Value, evaluate
from ordercheck.program.ir import Assign, Branch, Goto, Havoc, Load, Program, Store

VARIANTS = list(build_ir.programs()["zone_device"]["variants"])
# page_size, shape, copy
OPTIONS = [("64", "S2", "nt"), ("80", "S2", "ordinary"), ("96", "S1", "nt"), ("64", "S1", "ordinary")]
# start_pfn, nr_pages, pfns_per_compound, use_template, debug_vm, vmemmap_optimized
SIZES = [
    (3, 5, 1, 1, 1, 0),
    (2, 4, 2, 1, 1, 0),
    (5, 9, 4, 0, 1, 0),
    (1, 12, 3, 1, 0, 0),
    (7, 600, 300, 1, 1, 1),
]
PARAMS = ("start_pfn", "nr_pages", "pfns_per_compound", "use_template", "debug_vm", "vmemmap_optimized")
VMEMMAP_START = 0xFFFF_EA00_0000_0000
FILL = 0x5A
FOLDER = build_ir.FOLDER / "zone_device"


def run(program: Program, values: dict[str, Value]) -> tuple[dict[int, int], bool]:
    """The bytes that were stored, in program order; whether a load returned something unexpected."""
    env = dict(values)
    memory: dict[int, int] = {}
    wrong = False
    (thread,) = program.threads
    number = 0
    while True:
        for instr in thread.blocks[number].body:
            if isinstance(instr, Assign):
                env[instr.dst] = evaluate(instr.value, env)
            elif isinstance(instr, Havoc):
                env[instr.dst] = True
            elif isinstance(instr, Load | Store):
                start = int(evaluate(instr.address.offset, env))
                places = range(start, start + instr.size)
                if isinstance(instr, Store):
                    value = int(evaluate(instr.value, env)) & ((1 << 8 * instr.size) - 1)
                    memory.update(zip(places, value.to_bytes(instr.size, "little"), strict=True))
                    continue
                loaded = int.from_bytes(bytes(memory.get(k, FILL) for k in places), "little")
                wrong |= instr.expect is not None and evaluate(instr.expect, env) != loaded
                env[instr.dst] = loaded
        end = thread.blocks[number].end
        if isinstance(end, Goto):
            number = end.target
        elif isinstance(end, Branch):
            number = end.then if evaluate(end.condition, env) else end.other
        else:
            return memory, wrong


@cache
def compiler() -> str:
    path = build_ir.compiler("clang")
    if path is None or platform.machine() != "x86_64":
        pytest.skip("no clang for x86-64")
    return path


@pytest.mark.parametrize(("page_size", "shape", "copy"), OPTIONS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_it_leaves_what_the_model_leaves(
    variant: str, page_size: str, shape: str, copy: str, tmp_path: Path
) -> None:
    macros = [f"-DVARIANT_{variant.upper().replace('-', '_')}", f"-DPAGE_SIZE_BYTES={page_size}"]
    macros += [f"-DSHAPE_{shape}", f"-DCOPY_{copy.upper()}", "-fno-strict-aliasing"]
    files = [FOLDER / "memmap_init.c", Path(__file__).with_name("zone_device_main.c")]
    program = tmp_path / "run"
    command = [compiler(), "-O2", "-std=gnu11", "-Wall", "-Werror", f"-I{build_ir.FOLDER}", *macros]
    subprocess.run([*command, *map(str, files), "-o", str(program)], check=True)
    model = load("zone_device").build(variant, {"page_size": page_size, "shape": shape, "copy": copy})
    for size in SIZES:
        length = -(-int(page_size) * (size[0] + size[1] + size[2]) // 4096) * 4096
        output = subprocess.run([program, *map(str, (*size, length))], capture_output=True, check=True).stdout
        first, _, data = output.partition(b"\n")
        base, wrong = map(int, first.split())
        sorts = (int, int, int, bool, bool, bool)
        values: dict[str, Value] = {n: s(v) for n, s, v in zip(PARAMS, sorts, size, strict=True)}
        memory, expected_wrong = run(model, values)
        assert bool(wrong) == expected_wrong
        for start in range(0, length, 8):
            found = int.from_bytes(data[start : start + 8], "little")
            stored = bytes(memory.get(k, FILL) for k in range(start, start + 8))
            wanted = int.from_bytes(stored, "little")
            # addresses of pages: relative to where the pages lie
            assert found == wanted or found - base == wanted - VMEMMAP_START, (size, start)
