"""Words and masks, operations on them as IR and as numbers, and what a store of the result may change."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from ordercheck.frontends.llvm.bits import Bits
from ordercheck.frontends.llvm.inline import flatten
from ordercheck.frontends.llvm.ir import Function
from ordercheck.frontends.llvm.module import Module, load
from tests.frontends.llvm.fuzz.ir_steps import BINARY

WIDTH = 16
FULL = (1 << WIDTH) - 1
WORD = st.integers(0, FULL)
PAIRS = st.lists(st.tuples(WORD, WORD), min_size=12)


def changed(folder: Path, text: str, size: int) -> list[int]:
    """What the last store of each function may change, with what it calls put in place."""
    path = folder / "code.ll"
    path.write_text(text, encoding="utf-8")
    module = load(path)

    def body(caller: Module, name: str) -> tuple[Module, Function] | None:
        return (caller, module.functions[name]) if name in module.defined() else None

    found = []
    for name in module.defined():
        flat = flatten(module, module.functions[name], body, lambda m, name: "", ())
        stores = [step for step in flat.steps() if step.instr.op == "store"]
        found += [Bits(flat).changed(store, size) for store in stores[-1:]]
    return found


Steps = list[tuple[str, str, str]]
MASKS = st.sampled_from((1, 2, 3, 8, 0xFF, 0xFF00, FULL - 1, FULL - 8, FULL))


def lines(number: int, op: str, one: str, other: str) -> list[str]:
    """An operation as IR."""
    match op:
        case "select":
            return [f"%v{number} = select i1 %c, i16 {one}, i16 {other}"]
        case "through 8":
            return [f"%t{number} = trunc i16 {one} to i8", f"%v{number} = zext i8 %t{number} to i16"]
        case "freeze":
            return [f"%v{number} = freeze i16 {one}"]
    return [f"%v{number} = {op} i16 {one}, {other}"]


def applied(op: str, a: int, b: int, c: bool) -> int:
    """What an operation comes to; c: what select looks at."""
    found = {"select": a if c else b, "through 8": a & 0xFF, "freeze": a}.get(op)
    return (BINARY[op](WIDTH, a, b) if found is None else found) & FULL
