"""The code of one thread as blocks, while its instructions are translated one by one."""

from __future__ import annotations

from ordercheck.errors import InputError
from ordercheck.frontends.litmus.x86.registers import FLAGS, Part
from ordercheck.frontends.litmus.x86.syntax import Instruction
from ordercheck.program.expr import Expr, apply, const, ite, var
from ordercheck.program.ir import (
    Assign,
    Block,
    Branch,
    Exit,
    Goto,
    Instr,
    Source,
    Terminator,
    Thread,
)

Flags = tuple[str, ...]


class Code:
    """A thread under construction.

    wide: 64-bit mode, where a 32-bit result clears the upper half of its register. flags:
    whether anything reads the flags; where nothing does they are not computed.
    """

    def __init__(self, number: int, file: str, wide: bool, flags: bool) -> None:
        self.number, self.file, self.wide, self.flags = number, file, wide, flags
        self.registers: dict[str, None] = {}
        self.source = Source(file)
        self._blocks: list[tuple[list[Instr], Terminator | None, str]] = [([], None, "")]
        self._labels: dict[str, int] = {}
        self._jumps: list[tuple[int, str, Expr | None, Instruction]] = []
        self._temporaries = 0

    def at(self, instruction: Instruction) -> None:
        """What follows comes from this instruction."""
        self.source = Source(
            self.file, instruction.line, f"P{self.number}", instruction.text, instruction.column
        )

    def emit(self, instr: Instr) -> None:
        """Adds an instruction."""
        self._blocks[-1][0].append(instr)

    def temporary(self) -> str:
        """A register that no instruction names."""
        self._temporaries += 1
        name = f"t{self._temporaries}"
        self.registers[name] = None
        return name

    def value(self, register: Part) -> Expr:
        """The bits of a register, unsigned."""
        self.registers[register.whole] = None
        whole: Expr = var(register.whole)
        if register.shift:
            whole = apply(">>", whole, register.shift)
        return whole if self._is_whole(register) else apply("trunc", whole, register.bits)

    def _is_whole(self, register: Part) -> bool:
        return register.shift == 0 and register.bits >= (64 if self.wide else 32)

    def assign(self, register: Part, value: Expr) -> None:
        """A register, or a part of one, gets the low bits of a value."""
        self.registers[register.whole] = None
        result = apply("trunc", value, register.bits)
        if register.bits < 32:
            mask = ((1 << register.bits) - 1) << register.shift
            every = (1 << (64 if self.wide else 32)) - 1
            kept = apply("&", var(register.whole), every ^ mask)
            result = apply("|", kept, apply("<<", result, register.shift))
        self.emit(Assign(register.whole, result, self.source))

    def flag(self, name: str) -> Expr:
        """A flag as a condition."""
        self.registers[name] = None
        return var(name) != 0

    def set_flag(self, name: str, condition: Expr) -> None:
        """A flag becomes 1 where the condition holds, else 0."""
        if self.flags:
            self.registers[name] = None
            self.emit(Assign(name, ite(condition, const(1), const(0)), self.source))

    def set_result_flags(self, result: Expr, bits: int) -> None:
        """ZF and SF from a result of so many bits."""
        if self.flags:
            low = apply("trunc", result, bits)
            self.set_flag("ZF", low == 0)
            self.set_flag("SF", apply(">>", low, bits - 1) != 0)

    def clear(self, *names: str) -> None:
        """These flags become 0."""
        for name in names:
            self.set_flag(name, const(False))

    # control

    def label(self, name: str) -> None:
        """A place to jump to. Raises InputError where there is one of this name."""
        if name in self._labels:
            raise InputError(f"two labels {name} in P{self.number}", self.file)
        if self._blocks[-1][1] is None and not self._blocks[-1][0] and len(self._blocks) > 1:
            self._labels[name] = len(self._blocks) - 1
            return
        self._labels[name] = self._new_block(name)

    def _new_block(self, name: str = "") -> int:
        self._blocks.append(([], None, name))
        return len(self._blocks) - 1

    def jump(self, instruction: Instruction, condition: Expr | None = None) -> None:
        """Goes to a label: always, or where the condition holds."""
        self._jumps.append((len(self._blocks) - 1, instruction.target, condition, instruction))
        self._new_block()

    def skip(self, condition: Expr) -> int:
        """Where the condition fails the code up to `here` is left out; returns what `here` takes."""
        body, _, name = self._blocks[-1]
        number = len(self._blocks) - 1
        then = self._new_block()
        self._blocks[number] = (body, Branch(condition, then, -1, self.source), name)
        return number

    def here(self, skipped: int) -> None:
        """Where the code goes on that `skip` left out."""
        target = self._new_block()
        body, end, name = self._blocks[skipped]
        assert isinstance(end, Branch)
        self._blocks[skipped] = (body, Branch(end.condition, end.then, target, end.source), name)

    def exit(self) -> None:
        """The thread ends here."""
        body, _, name = self._blocks[-1]
        self._blocks[-1] = (body, Exit(), name)
        self._new_block()

    def thread(self, init: dict[str, Expr]) -> Thread:
        """The finished thread. Raises InputError for a jump to a label that is not there."""
        self._new_block()
        last = len(self._blocks) - 1
        for block, target, condition, instruction in self._jumps:
            where = self._labels.get(target)
            if where is None:
                raise InputError(
                    f"no label {target[:40]} in P{self.number}",
                    self.file,
                    instruction.line,
                    instruction.column,
                )
            body, _, name = self._blocks[block]
            self.at(instruction)
            end: Terminator = (
                Goto(where) if condition is None else Branch(condition, where, block + 1, self.source)
            )
            self._blocks[block] = (body, end, name)
        blocks = [
            Block(tuple(body), end or (Exit() if i == last else Goto(i + 1)), name)
            for i, (body, end, name) in enumerate(self._blocks)
        ]
        registers = {**self.registers, **dict.fromkeys(init)}
        return Thread(f"P{self.number}", tuple(blocks), dict.fromkeys(registers, "int"), init)


def is_flag(name: str) -> bool:
    """Whether a whole register is a flag."""
    return name in FLAGS
