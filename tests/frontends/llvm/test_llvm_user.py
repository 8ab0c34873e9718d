"""User space: PMDK's libpmem2 and a Rust crate's streaming copy, compiled here, asked about as they come.

Run with `-m long`. ORDERCHECK_PMDK names the `src` folder of PMDK's source (1.12); there must be
clang, and rustc for the crate; what is not there is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ordercheck import shipped
from ordercheck.frontends import llvm
from tests.command.command_line import run

pytestmark = pytest.mark.long
PMDK = os.environ.get("ORDERCHECK_PMDK", "")
CLANG = next((c for c in ("clang-19", "clang") if shutil.which(c)), "")
FLAGS = ("-O2", "-g", "-std=gnu99", "-S", "-emit-llvm", "-D_GNU_SOURCE", '-DSRCVERSION="1.12"')
INCLUDED = ("libpmem2", "libpmem2/x86_64", "include", "core", "common", "libpmem2/x86_64/memcpy")

GENERIC = """
[function.memmove_nodrain_generic]
writes = [{ arg = 0, size = 'arg2' }]
reads = [{ arg = 1, size = 'arg2' }]
keeps = false
source = 'memops_generic.c: ordinary stores'

[function.memset_nodrain_generic]
writes = [{ arg = 0, size = 'arg2' }]
keeps = false
source = 'memops_generic.c: ordinary stores'
"""
"""Under a tool that watches persistent memory the small copies go another way, by words."""

# what ends in a fence of its own, and what leaves that to pmem_drain()
DRAINED = ("noflush", "empty", "clflush")
PENDING = ("clflushopt", "clwb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("user")
    (made / "generic.toml").write_text(GENERIC, encoding="utf-8")
    return made


def compiled(kind: str, folder: Path) -> Path:
    """One of libpmem2's files of SSE2 streaming stores, as IR."""
    if not PMDK or not CLANG:
        pytest.skip("ORDERCHECK_PMDK does not name PMDK's sources, or there is no clang")
    out = folder / f"{kind}.ll"
    if not out.exists():
        source = Path(PMDK) / "libpmem2" / "x86_64" / kind / f"{kind}_nt_sse2.c"
        paths = [f"-I{Path(PMDK) / name}" for name in INCLUDED]
        subprocess.run([CLANG, *FLAGS, *paths, str(source), "-o", str(out)], check=True)
    return out


@pytest.mark.parametrize("kind", ["memcpy", "memset"])
def test_libpmem_is_read_in_full(kind: str, folder: Path) -> None:
    code = llvm.read([compiled(kind, folder)])
    for module in code.modules:
        for name in module.defined():
            steps = [i for b in module.functions[name].blocks for i in b.instructions]
            assert "unreadable" not in {i.op for i in steps}, name


@pytest.mark.parametrize("barrier", ["nobarrier", "wcbarrier"])
@pytest.mark.parametrize("flush", [*DRAINED, *PENDING])
@pytest.mark.parametrize("kind", ["memcpy", "memset"])
def test_what_libpmem_leaves_pending(kind: str, flush: str, barrier: str, folder: Path) -> None:
    path = compiled(kind, folder)
    entry = f"{'memmove' if kind == 'memcpy' else kind}_movnt_sse2_{flush}_{barrier}"
    command = ["verify", str(path), "--entry", entry, "--contract", "infer", "--model", "x86-nt"]
    ran = run(*command, "--summary", str(folder / "generic.toml"), "--timeout", "120", "--format", "json")
    [found] = [r for r in json.loads(ran.out)["results"] if r["property"] == "transparency"]
    assert found["verdict"] == "proved", found["reason"]
    contract = found["evidence"].get("contract", "")
    assert contract == ("" if flush in DRAINED else "returns with non-temporal stores pending to dest")


@pytest.mark.parametrize("level", ["1", "2", "3", "s"])
def test_a_streaming_copy_in_rust(level: str, tmp_path: Path) -> None:
    if shutil.which("rustc") is None:
        pytest.skip("no rustc")
    source = shipped.models_folder() / "programs" / "rust_copy" / "rust_copy.rs"
    for variant, status in (("sfence", 0), ("no-sfence", 1)):
        out = tmp_path / f"{variant}.ll"
        options = ["-g", f"-Copt-level={level}", "-Cpanic=abort", "-Ccodegen-units=1", "--edition=2021"]
        chosen = ["--crate-type=lib", "--emit=llvm-ir", "--cfg", f'variant="{variant}"']
        subprocess.run(["rustc", *options, *chosen, str(source), "-o", str(out)], check=True)
        ran = run("verify", str(out), "--entry", "publish_frame", "--model", "x86-nt", "--timeout", "60")
        assert ran.status == status, (variant, ran.out)
