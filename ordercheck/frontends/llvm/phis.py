"""Phis: registers that get their values on the edges between blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.flat import Key, Phi, Ref
from ordercheck.frontends.llvm.ir import Int, IntType, StructType
from ordercheck.frontends.llvm.numbers import Num
from ordercheck.frontends.llvm.registers import Registers, put, variable
from ordercheck.frontends.llvm.values import ADDRESS_BITS, Values
from ordercheck.program.expr import Expr, substitute, variables


class Phis:
    """The registers of a function's phis."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self._phis: dict[Key, Registers] = {}

    def declare(self, phi: Phi) -> None:
        """Makes the registers of a phi."""
        of, name = phi.like.type, phi.like.name
        if isinstance(of, StructType):
            return
        signed = isinstance(of, IntType) and any(self._may_be_negative(r) for r in phi.incoming.values())
        registers, made = variable(self.values, name, of, tuple(self.values.bases.at(phi.key).places))
        if isinstance(made, Num) and registers is not None:
            if signed:
                registers, made = replace(registers, signed=True), Num(made.bits, None, registers.value)
            else:
                made = Num(made.bits, registers.value, top=self._top(phi))
                self.values.loosened(made, phi.key)
        self.values.made[phi.key] = made
        if registers is not None:
            self._phis[phi.key] = registers

    def _may_be_negative(self, ref: Ref) -> bool:
        """Whether a value is better kept in its signed form (a matter of form, not of truth)."""
        ref = self.values.flat.resolve(ref)
        value = ref.value
        if isinstance(value, Int):
            return value.type.bits > 1 and bool(value.value >> (value.type.bits - 1))
        found = self.values.flat.definition(ref)
        if found is None:
            return False
        flags = found.instr.flags
        if found.instr.op in ("add", "sub", "mul", "shl"):
            return "nsw" in flags and "nuw" not in flags
        return found.instr.op in ("sext", "ashr", "sdiv", "srem")

    def _top(self, phi: Phi) -> int | None:
        """An upper bound from constants alone."""
        tops = [
            r.value.value if isinstance(r.value, Int) else None
            for r in map(self.values.flat.resolve, phi.incoming.values())
        ]
        return None if None in tops else max(t for t in tops if t is not None)

    def assignments(self, phi: Phi, block: int) -> list[tuple[Expr, Expr]]:
        """What the registers of a phi become where control comes from that block."""
        registers, ref = self._phis.get(phi.key), phi.incoming.get(block)
        if registers is None:
            return []
        kind, like = self.values.made[phi.key], phi.like
        made = self.values.unknown(like.type, like.name) if ref is None else self.values.of(ref)
        return put(self.values, registers, made, kind.bits if isinstance(kind, Num) else ADDRESS_BITS)


def in_turn(pairs: Sequence[tuple[Expr, Expr]], emit: Emitter) -> list[tuple[Expr, Expr]]:
    """Assignments that happen at once, one after the other: by way of copies where they cross."""
    pairs = [(r, v) for r, v in pairs if r is not v]
    done: list[tuple[Expr, Expr]] = []
    copies: dict[str, Expr] = {}
    assigned: set[str] = set()
    for register, value in pairs:
        crossed = assigned & set(variables(value))
        for name in crossed:
            if name not in copies:
                old = next(r for r, _ in pairs if r.name == name)
                copies[name] = emit.register(f"{name}.old", old.sort)
        done.append((register, substitute(value, {n: copies[n] for n in crossed})))
        assigned.add(register.name)
    before = [(copy, next(r for r, _ in pairs if r.name == name)) for name, copy in copies.items()]
    return before + done
