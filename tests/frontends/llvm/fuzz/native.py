"""A random C function on the processor: what memory holds after a run of it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.frontends.llvm.fuzz import c_syntax as c
from tests.frontends.llvm.fuzz.c_compiled import clang
from tests.frontends.llvm.fuzz.c_syntax import Function
from tests.frontends.llvm.fuzz.c_text import c_text, prototype

HALF = 4096
"""Bytes on both sides of where a pointer points."""
OBJECTS = ("p", "q", c.FLAG, c.AREA, c.THROUGH_GLOBAL, c.THROUGH_FIELD)


def runner(function: Function, values: Mapping[str, int], fill: int) -> str:
    """C that calls the function with those arguments, and writes all memory to its standard output."""
    arguments = [*function.pointers, *(f"({x.type.name})({values[x.text]}l)" for x in function.values)]
    if function.fields:
        arguments.append("&s")
    lines = [
        "#include <stdio.h>",
        "#include <string.h>",
        "typedef struct S S_t; struct S { long *data; int n; };",
        "typedef signed char schar; typedef unsigned char uchar; typedef unsigned short ushort;",
        "typedef unsigned uint; typedef unsigned long ulong;",
        f"{prototype(function)};",
        "long *gp; void ext(void) {}",
    ]
    for k in range(len(OBJECTS)):
        lines.append(f"char memory{k}[{2 * HALF}] __attribute__((aligned(4096)));")
    for name in (c.FLAG, c.AREA):
        lines.append(f'__asm__(".globl {name}; .set {name}, memory{OBJECTS.index(name)} + {HALF}");')
    lines.append("int main(void) {")
    lines += [f"    memset(memory{k}, {fill}, {2 * HALF});" for k in range(len(OBJECTS))]
    for k, name in enumerate(("p", "q")):
        lines.append(f"    long *{name} = (long *)(memory{k} + {HALF}); (void){name};")
    through = {name: f"(long *)(memory{OBJECTS.index(name)} + {HALF})" for name in OBJECTS}
    lines.append(f"    gp = {through[c.THROUGH_GLOBAL]};")
    lines.append(f"    struct S s = {{{through[c.THROUGH_FIELD]}, {values.get('s_n', 0)}}}; (void)s;")
    lines.append(f"    f({', '.join(arguments)});")
    lines += [f"    fwrite(memory{k}, 1, {2 * HALF}, stdout);" for k in range(len(OBJECTS))]
    return "\n".join([*lines, "    return 0;", "}"]) + "\n"


def run(
    function: Function, values: Mapping[str, int], fill: int, flags: Sequence[str], folder: Path
) -> dict[str, bytes]:
    """Memory after the run: of each object, HALF bytes below its pointer and HALF above."""
    path = clang()
    assert path is not None
    (folder / "f.c").write_text(c_text(function), encoding="utf-8")
    (folder / "main.c").write_text(runner(function, values, fill), encoding="utf-8")
    command = [path, *flags, "-w", "-no-pie", "-fno-pie", str(folder / "f.c"), str(folder / "main.c")]
    subprocess.run([*command, "-o", str(folder / "run")], check=True, capture_output=True)
    done = subprocess.run([str(folder / "run")], check=True, capture_output=True, timeout=20)
    assert len(done.stdout) == 2 * HALF * len(OBJECTS)
    return {name: done.stdout[2 * HALF * k : 2 * HALF * (k + 1)] for k, name in enumerate(OBJECTS)}
