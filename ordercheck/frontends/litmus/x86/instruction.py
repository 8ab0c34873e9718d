"""What an x86 instruction is: its operands, and how one of its kind is translated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ordercheck.frontends.litmus.x86.operands import Memory, Operand
from ordercheck.frontends.litmus.x86.registers import Part

if TYPE_CHECKING:
    from ordercheck.frontends.litmus.x86.translate import Translator


class Opcode(NamedTuple):
    """An instruction of the processor.

    run adds what it does to a thread. arity: the numbers of operands that it may have. size of
    the operation in bytes, 0 where the operands say it. suffixed: b, w, l and q may follow its
    name. writes: the operands that it may write, by index, source first; implied: the registers
    that it may write besides. jumps: its operand is a label. vectors: it may have vector registers.
    """

    run: Callable[[Translator, Instruction], None]
    arity: tuple[int, ...]
    size: int = 0
    suffixed: bool = False
    lockable: bool = False
    reads_flags: bool = False
    writes: tuple[int, ...] = (-1,)
    implied: tuple[str, ...] = ()
    jumps: bool = False
    vectors: bool = False


class Instruction(NamedTuple):
    """One instruction; operands stand source first, target is the label that it jumps to.

    writes are the whole registers that it may write; symbolic: it names one that herd7 is to choose.
    """

    mnemonic: str
    opcode: Opcode
    operands: tuple[Operand, ...]
    locked: bool
    text: str
    target: str = ""
    writes: frozenset[str] = frozenset()
    symbolic: bool = False

    def registers(self) -> Iterator[str]:
        """The whole registers in its operands."""
        for operand in self.operands:
            if isinstance(operand, Part):
                yield operand.whole
            elif isinstance(operand, Memory):
                for register in (operand.base, operand.scaled):
                    if register is not None:
                        yield register.whole


class Label(NamedTuple):
    """A place to jump to."""

    name: str


class Item(NamedTuple):
    """An instruction or label and its place in the file."""

    what: Instruction | Label
    line: int
    column: int


Column = list[Item]
