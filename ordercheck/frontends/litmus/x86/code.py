"""The code of one thread as blocks, while its instructions are translated one by one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.lexer import brief
from ordercheck.frontends.litmus.x86.instruction import Instruction
from ordercheck.frontends.litmus.x86.registers import VECTOR_BITS, Part
from ordercheck.program.expr import Expr, apply, const, ite, var
from ordercheck.program.ir import Assign, Block, Branch, Exit, Goto, Instr, Source, Terminator, Thread

ZERO, ONE = const(0), const(1)


@lru_cache(maxsize=4096)
def number(value: int) -> Expr:
    """A constant."""
    return const(value)


@lru_cache(maxsize=1024)
def content(register: str) -> Expr:
    """What a whole register holds."""
    return var(register)


class Code:
    """A thread under construction.

    wide: 64-bit mode, where a 32-bit result clears the upper half of its register. flags:
    whether anything reads the flags; where nothing does they are not computed.
    """

    def __init__(self, thread: int, file: str, wide: bool, flags: bool) -> None:
        self.thread_number, self.file, self.wide, self.flags = thread, file, wide, flags
        self.word_bits = 64 if wide else 32
        self.name = f"P{thread}"
        self.registers: dict[str, None] = {}
        self.source = Source(file)
        self._body: list[Instr] = []
        self._blocks: list[_OpenBlock] = [_OpenBlock(self._body)]
        self._labels: dict[str, int] = {}
        self._jumps: list[tuple[int, str, Expr | None, Source]] = []
        self._temporaries = 0

    def at(self, instruction: Instruction, line: int, column: int) -> None:
        """What follows comes from this instruction."""
        self.source = Source(self.file, line, self.name, instruction.text, column)

    def error(self, message: str) -> InputError:
        """An error at the instruction that is translated now."""
        return InputError(message, self.file, self.source.line, self.source.column)

    def emit(self, instr: Instr) -> None:
        """Adds an instruction."""
        self._body.append(instr)

    def temporary(self) -> str:
        """A register that no instruction names."""
        self._temporaries += 1
        name = f"t{self._temporaries}"
        self.registers[name] = None
        return name

    # registers

    def value(self, register: Part) -> Expr:
        """The bits of a register, unsigned."""
        whole, bits, shift = register
        self.registers[whole] = None
        value = content(whole)
        if shift:
            value = apply(">>", value, shift)
        elif bits in (1, VECTOR_BITS) or (self.word_bits <= bits < 128):
            return value
        return apply("trunc", value, bits)

    def assign(self, register: Part, value: Expr) -> None:
        """A register, or a part of one, gets a value that has no more bits."""
        whole, bits, shift = register
        self.registers[whole] = None
        if bits < 32:
            mask = ((1 << bits) - 1) << shift
            every = (1 << self.word_bits) - 1
            kept = apply("&", content(whole), every ^ mask)
            value = apply("|", kept, apply("<<", value, shift))
        self._body.append(Assign(whole, value, self.source))

    def kept(self, value: Expr) -> Expr:
        """A value that later assignments to registers do not change."""
        if value.op == "const":
            return value
        name = self.temporary()
        self._body.append(Assign(name, value, self.source))
        return content(name)

    def flag(self, name: str) -> Expr:
        """A flag as a condition."""
        self.registers[name] = None
        return content(name) != 0

    def set_flag(self, name: str, condition: Expr) -> None:
        """A flag becomes 1 where the condition holds, else 0."""
        self.registers[name] = None
        self._body.append(Assign(name, ite(condition, ONE, ZERO), self.source))

    # control

    def label(self, name: str, line: int, column: int) -> None:
        """A place to jump to. Raises InputError where there is one of this name."""
        if name in self._labels:
            raise InputError(f"two labels {brief(name)} in {self.name}", self.file, line, column)
        if len(self._blocks) == 1 or self._body or self._blocks[-1].end is not None:
            self._open(name)
        self._labels[name] = len(self._blocks) - 1

    def _open(self, name: str = "") -> int:
        """Starts a block, which the one before goes on to if it does not say where; returns its number."""
        self._body = []
        self._blocks.append(_OpenBlock(self._body, name))
        return len(self._blocks) - 1

    def jump(self, target: str, condition: Expr | None = None) -> None:
        """Goes to a label: always, or where the condition holds."""
        self._jumps.append((len(self._blocks) - 1, target, condition, self.source))
        self._open()

    def skip(self, condition: Expr) -> int:
        """Where the condition fails the code up to `here` is left out; returns what `here` takes."""
        number = len(self._blocks) - 1
        then = self._open()
        self._blocks[number].end = Branch(condition, then, -1, self.source)
        return number

    def here(self, skipped: int) -> None:
        """Where the code goes on that `skip` left out."""
        target = self._open()
        end = self._blocks[skipped].end
        assert isinstance(end, Branch)
        self._blocks[skipped].end = Branch(end.condition, end.then, target, end.source)

    def exit(self) -> None:
        """The thread ends here."""
        self._blocks[-1].end = Exit()
        self._open()

    def thread(self, init: Mapping[str, Expr]) -> Thread:
        """The finished thread. Raises InputError for a jump to a label that is not there."""
        for block, target, condition, source in self._jumps:
            where = self._labels.get(target)
            if where is None:
                raise InputError(
                    f"no label {brief(target)} in {self.name}", self.file, source.line, source.column
                )
            go = Goto(where) if condition is None else Branch(condition, where, block + 1, source)
            self._blocks[block].end = go
        last = len(self._blocks) - 1
        blocks = [
            Block(tuple(block.body), block.end or (Exit() if i == last else Goto(i + 1)), block.name)
            for i, block in enumerate(self._blocks)
        ]
        registers = self.registers | dict.fromkeys(init)
        return Thread(self.name, tuple(blocks), dict.fromkeys(registers, "int"), init)


class _OpenBlock:
    """A block under construction; end: None goes on with the next one."""

    __slots__ = ("body", "end", "name")

    def __init__(self, body: list[Instr], name: str = "") -> None:
        self.body, self.name = body, name
        self.end: Terminator | None = None
