"""Instructions translated one by one: how their operands are read and written.

What each of them does is in moves.py, arithmetic.py, exchange.py, vectors.py and flow.py,
from the Intel SDM, volume 2, and herd7's semantics. An instruction without the lock prefix
that reads and writes memory is a load and then a store.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.x86.code import Code, content, number
from ordercheck.frontends.litmus.x86.instruction import Column, Instruction, Label
from ordercheck.frontends.litmus.x86.operands import Immediate, Memory, Operand
from ordercheck.frontends.litmus.x86.registers import Part, is_vector
from ordercheck.program.expr import Expr, apply
from ordercheck.program.ir import NO_TAGS, Address, Load, Rmw, Store


class Places(Protocol):
    """Where the operands in memory are."""

    def address(self, code: Code, memory: Memory, size: int) -> Address:
        """The address of an operand of `size` bytes."""
        ...

    def address_of(self, symbol: str) -> Expr:
        """The address of a location as a value."""
        ...

    def pointer(self, code: Code, memory: Memory) -> Expr:
        """The address of an operand as a value."""
        ...

    def natural(self, memory: Memory) -> int:
        """The size in bytes of an operand whose instruction does not say it."""
        ...


class Translator:
    """Translates the instructions of one thread into `code`."""

    def __init__(self, code: Code, places: Places) -> None:
        self.code, self.places = code, places

    def translate(self, column: Column) -> None:
        """Adds what a column does. Raises InputError with the place of what is not understood."""
        for what, line, place in column:
            if isinstance(what, Label):
                self.code.label(what.name, line, place)
            else:
                self.code.at(what, line, place)
                what.opcode.run(self, what)

    def error(self, message: str) -> InputError:
        """An error at the instruction that is translated now."""
        return self.code.error(message)

    # operands

    def size(self, instr: Instruction) -> int:
        """Of the operation, in bytes: as its name says, else that of a register, else of the location."""
        size = instr.opcode.size or self._implied_size(instr)
        if size == 8 and not self.code.wide:
            raise self.error(f"{instr.mnemonic} of 8 bytes needs the 64-bit mode")
        return size

    def _implied_size(self, instr: Instruction) -> int:
        for operand in reversed(instr.operands):
            if isinstance(operand, Part):
                return operand.size
        for operand in instr.operands:
            if isinstance(operand, Memory):
                return self.places.natural(operand)
        return 8 if self.code.wide else 4

    def two(self, instr: Instruction) -> tuple[Operand, Operand]:
        """Source and target, of which one may be in memory."""
        first, second = instr.operands
        if isinstance(first, Memory) and isinstance(second, Memory):
            raise self.error(f"{instr.mnemonic} takes one operand in memory at most")
        return first, second

    def read(self, operand: Operand, size: int) -> Expr:
        """The value of an operand, unsigned; a load where it is in memory."""
        if isinstance(operand, Part):
            value = self.code.value(operand)
            return apply("trunc", value, 8 * size) if operand.bits > 8 * size else value
        if isinstance(operand, Immediate):
            value = self.places.address_of(operand.symbol) if operand.symbol else number(operand.value)
            return apply("trunc", value, 8 * size)
        return self.load(operand, size, self.code.temporary())

    def load(self, operand: Memory, size: int, into: str) -> Expr:
        """A register that gets what is in memory."""
        address = self.places.address(self.code, operand, size)
        self.code.registers[into] = None
        self.code.emit(Load(into, address, size, source=self.code.source))
        return content(into)

    def write(self, operand: Operand, size: int, value: Expr, tags: frozenset[str] = NO_TAGS) -> None:
        """An operand gets a value that has at most `size` bytes."""
        if isinstance(operand, Part):
            self.code.assign(part_of(operand, size), value)
        elif isinstance(operand, Memory):
            address = self.places.address(self.code, operand, size)
            self.code.emit(Store(address, size, value, tags, source=self.code.source))
        else:
            raise self.error("a constant cannot be written to")

    def update(
        self,
        instr: Instruction,
        operand: Operand,
        size: int,
        compute: Callable[[Expr], Expr],
        flags: Callable[[Expr, Expr], None] | None = None,
        locked: bool = False,
    ) -> Expr:
        """operand = compute(operand), atomically where it is locked; returns the old value.

        flags, given the old and the new value, sets the flags.
        """
        if (locked or instr.locked) and isinstance(operand, Memory):
            into = self.code.temporary()
            old = content(into)
            new = apply("trunc", compute(old), 8 * size)
            address = self.places.address(self.code, operand, size)
            self.code.emit(Rmw(into, address, size, new, source=self.code.source))
            if flags is not None:
                flags(old, new)
            return old
        if instr.locked:
            raise self.error("the lock prefix needs an operand in memory to write to")
        old = self.read(operand, size)
        new = apply("trunc", compute(old), 8 * size)
        if flags is not None:
            flags(old, new)
        self.write(operand, size, new)
        return old


def part_of(register: Part, size: int) -> Part:
    """The low `size` bytes of a register, or all of it where it has fewer."""
    if register.bits > 8 * size and not is_vector(register):
        return Part(register.whole, 8 * size, register.shift)
    return register
