"""A program with less to know: any address, and no conditions but those of parameters and truth values.

It can do all that the program can do, and more. Where it always drains in time, so does the
program; and it is decided in no time, however much a copy computes to find its way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ordercheck.program.expr import Expr, Sort, conj, const, var, variables
from ordercheck.program.ir import (
    Address,
    Assign,
    Assume,
    Block,
    Branch,
    Goto,
    Havoc,
    Instr,
    Load,
    Program,
    Rmw,
    Store,
    Thread,
)

NOTE = "every address, and every condition but those of parameters alone and of truth values"
MOST_TERMS = 8
"""A condition of more terms than this is not kept."""


def coarse(program: Program) -> Program:
    """The program with its accesses anywhere in their objects, storing anything."""
    params: dict[str, Sort] = {p.name: p.sort for p in program.params}
    threads = tuple(_Thread(thread, params).result() for thread in program.threads)
    kept = tuple(a for a in program.assumptions if _is_simple(a, params, {}))
    return replace(program, threads=threads, assumptions=kept)


def _is_simple(expr: Expr, params: Mapping[str, Sort], registers: Mapping[str, Sort]) -> bool:
    if expr.weight > MOST_TERMS:
        return False
    return all(n in params or registers.get(n) == "bool" for n in variables(expr))


class _Thread:
    def __init__(self, thread: Thread, params: Mapping[str, Sort]) -> None:
        self.thread, self.params = thread, params
        self.registers: dict[str, Sort] = {r: s for r, s in thread.registers.items() if s == "bool"}
        self._number = 0

    def result(self) -> Thread:
        blocks = tuple(self._block(block) for block in self.thread.blocks)
        init = {r: e for r, e in self.thread.init.items() if r in self.registers and self._simple(e)}
        opened = [r for r in self.thread.init if r in self.registers and r not in init]
        first = tuple(Havoc(r, "bool") for r in opened)
        blocks = (replace(blocks[0], body=first + blocks[0].body), *blocks[1:])
        if opened and any(0 in _targets(b) for b in blocks):
            # what is open at the start would be opened again in each round
            init = dict(self.thread.init)
        return replace(self.thread, blocks=blocks, registers=self.registers, init=init)

    def _simple(self, expr: Expr) -> bool:
        return _is_simple(expr, self.params, self.registers)

    def _any(self, sort: Sort) -> tuple[Havoc, Expr]:
        self._number += 1
        name = f"any!{self._number}"
        self.registers[name] = sort
        return Havoc(name, sort), var(name, sort)

    def _block(self, block: Block) -> Block:
        body = [new for instr in block.body for new in self._instr(instr)]
        end = block.end
        if isinstance(end, Branch) and not self._simple(end.condition):
            havoc, condition = self._any("bool")
            body.append(havoc)
            end = replace(end, condition=condition)
        return replace(block, body=tuple(body), end=end)

    def _instr(self, instr: Instr) -> list[Instr]:
        match instr:
            case Load() | Store() | Rmw():
                return self._access(instr)
            case Assign():
                if instr.dst not in self.registers:
                    return []
                return (
                    [instr] if self._simple(instr.value) else [Havoc(instr.dst, "bool", source=instr.source)]
                )
            case Havoc():
                return [instr] if instr.dst in self.registers else []
            case Assume():
                return [instr] if self._simple(instr.condition) else []
        return [instr]

    def _access(self, instr: Load | Store | Rmw) -> list[Instr]:
        havoc, offset = self._any("int")
        address = Address(instr.address.object, offset)
        if isinstance(instr, Store):
            return [havoc, replace(instr, address=address, value=const(0))]
        self.registers[instr.dst] = "int"
        if isinstance(instr, Load):
            return [havoc, replace(instr, address=address, expect=None)]
        if instr.when is None:
            return [havoc, replace(instr, address=address, value=const(0))]
        maybe, when = self._any("bool")
        return [havoc, maybe, replace(instr, address=address, value=const(0), when=conj(when))]


def _targets(block: Block) -> tuple[int, ...]:
    end = block.end
    if isinstance(end, Branch):
        return end.then, end.other
    return (end.target,) if isinstance(end, Goto) else ()
