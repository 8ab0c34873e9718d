"""Compiles the example programs to LLVM IR: `python models/programs/build_ir.py [NAME ...]`.

Each folder here with a `program.toml` is one; `[build]` there says how. The variant no-d1 of
a C program is made with -DVARIANT_NO_D1, of a Rust program with --cfg variant="no-d1", and
written to ir/no-d1.ll. Compilers run in the repository's root, so that no path of the machine
gets into the IR. The files in ir/ are made by the compiler versions that they name.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
CLANG = (
    *("-S", "-emit-llvm", "-O2", "-gdwarf-4", "-gline-tables-only", "-fno-discard-value-names"),
    *("-fdebug-compilation-dir=.", "-std=gnu11", "-Imodels/programs"),
)
RUSTC = (
    *("--crate-type=lib", "--edition=2021", "--emit=llvm-ir", "-O", "-Cdebuginfo=line-tables-only"),
    *("-Ccodegen-units=1", "-Cpanic=abort", "--remap-path-prefix", f"{ROOT}=."),
)
COMPILERS = {"clang": ("clang-19", "clang"), "rustc": ("rustc",)}


def programs() -> dict[str, dict[str, Any]]:
    """What is said of each program, by the name of its folder."""
    found = sorted(FOLDER.glob("*/program.toml"))
    return {path.parent.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in found}


def expected(folder: str) -> dict[str, Any]:
    """The verdicts that a program is expected to have."""
    return tomllib.loads((FOLDER / folder / "expected.toml").read_text(encoding="utf-8"))


def compiler(name: str) -> str | None:
    """The path of that compiler on this machine, None where there is none."""
    return next(filter(None, map(shutil.which, COMPILERS[name])), None)


def command(folder: str, variant: str, path: str, output: Path, extra: Sequence[str] = ()) -> list[str]:
    """The compiler (at `path`) and its arguments; extra: more of them, such as -DPAGE_SIZE_BYTES=80."""
    build = programs()[folder]["build"]
    source = (FOLDER / folder / build["source"]).relative_to(ROOT).as_posix()
    options = [*build.get("options", ()), *extra]
    if build["compiler"] == "rustc":
        return [path, *RUSTC, *options, "--cfg", f'variant="{variant}"', "-o", str(output), source]
    macro = f"-DVARIANT_{variant.upper().replace('-', '_')}"
    return [path, *CLANG, *options, macro, "-o", str(output), source]


def make(folder: str, variant: str, path: str, output: Path, extra: Sequence[str] = ()) -> None:
    """Compiles one variant. Raises CalledProcessError where the compiler does not take it."""
    subprocess.run(command(folder, variant, path, output, extra), cwd=ROOT, check=True)


def main(names: Sequence[str]) -> int:
    """Makes all files of these programs (none named: of all); 1 where a compiler is missing or complains."""
    missing: set[str] = set()
    for folder, table in programs().items():
        if names and folder not in names:
            continue
        wanted = table["build"]["compiler"]
        path = compiler(wanted)
        if path is None:
            missing.add(wanted)
            continue
        for variant, entry in table["variants"].items():
            (output,) = (FOLDER / folder / name for name in entry["files"])
            output.parent.mkdir(exist_ok=True)
            try:
                make(folder, variant, path, output)
            except subprocess.CalledProcessError:
                print(f"{folder}, {variant}: not made", file=sys.stderr)
                return 1
    for name in sorted(missing):
        print(f"{name} is not installed: its programs are left as they are", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
