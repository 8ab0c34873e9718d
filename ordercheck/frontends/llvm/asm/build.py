"""The graph of a listing: every line is a node of its own number."""

from __future__ import annotations

from ordercheck.frontends.llvm.asm.constraints import Constraint, Constraints
from ordercheck.frontends.llvm.asm.graph import END, Call, Do, Graph, Leave, Pass, Unknown
from ordercheck.frontends.llvm.asm.instruction import Instruction
from ordercheck.frontends.llvm.asm.listing import MAIN, Line, Listing
from ordercheck.frontends.llvm.asm.moves import JUMP_IF
from ordercheck.frontends.llvm.asm.operands import Imm, Mem, Parsed, Ref
from ordercheck.frontends.llvm.asm.patches import patch
from ordercheck.frontends.llvm.asm.template import MARK
from ordercheck.frontends.llvm.asm.words import words

_LEAVES = frozenset(words("ret retn retf lret lcall ljmp sysret sysexit uiret eretu erets rets"))


def build(listing: Listing, constraints: Constraints, labels: int) -> Graph:
    """The graph of a listing; labels: how many goto labels the statement has. Errors: TroubleError."""
    return Builder(listing, constraints, labels).run()


class Builder:
    """The graph in the making."""

    def __init__(self, listing: Listing, constraints: Constraints, labels: int) -> None:
        self.listing = listing
        self.constraints = constraints
        self.labels = labels
        self.graph = Graph(count=len(listing.lines))
        self.following = _following(listing.lines)
        self.leaving: dict[int, int] = {}

    def run(self) -> Graph:
        """The whole of it."""
        lines = self.listing.lines
        for number, line in enumerate(lines):
            self.graph.nodes[number] = Pass()
            self.graph.after[number] = (self.next(number),) if line.code else (END,)
        for number, line in enumerate(lines):
            if line.code:
                self._line(number, line)
        patch(self)
        self.graph.entry = next((i for i, line in enumerate(lines) if line.section == MAIN), END)
        return self.graph.reachable()

    def next(self, number: int) -> int:
        """The node after a line."""
        found = self.following[number]
        if found != END or self.listing.lines[number].section == MAIN:
            return found
        return self.graph.add(Unknown("", "control runs off the end of a section"), (END,))

    def _line(self, number: int, line: Line) -> None:
        if line.why:
            self.graph.nodes[number] = Unknown(line.text, line.why)
        elif line.instruction is not None:
            self._instruction(number, line.instruction)

    def _instruction(self, number: int, instruction: Instruction) -> None:
        name = instruction.name
        stem = name[:-1] if name[-1:] in "qlw" else name
        if "jmp" in (name, stem):
            self.graph.after[number] = self._targets(number, instruction)
        elif JUMP_IF.fullmatch(name):
            if name.startswith("loop"):
                self.graph.nodes[number] = Pass("rcx")
            self.graph.after[number] += self._targets(number, instruction)
        elif "call" in (name, stem):
            self.graph.nodes[number] = Call(instruction)
        elif stem == "iret":
            self.graph.nodes[number] = Do(Instruction("serialize", (), text=instruction.text))
            self.graph.after[number] = self._returns(number, instruction)
        elif name in _LEAVES or stem in _LEAVES:
            self.graph.nodes[number] = Unknown(instruction.text, "control leaves the statement")
            self.graph.after[number] = (END,)
        else:
            self.graph.nodes[number] = Do(instruction)

    def _unknown(self, instruction: Instruction, why: str) -> int:
        return self.graph.add(Unknown(instruction.text, why), (END,))

    def _targets(self, number: int, instruction: Instruction) -> tuple[int, ...]:
        operands = instruction.operands
        if operands is None or len(operands) != 1:
            return (self._unknown(instruction, "a jump that is not understood"),)
        found = self._target(operands[0], number)
        return (self._unknown(instruction, "control leaves the statement") if found is None else found,)

    def _target(self, operand: Parsed, at: int) -> int | None:
        """The node that a jump goes to; None: none of the statement."""
        if isinstance(operand, Ref):
            return self._label(operand.number)
        if operand == Mem(symbol=_symbol(operand)):
            return self.symbol(_symbol(operand), at)
        return None

    def symbol(self, name: str, at: int) -> int | None:
        """The node of a label or goto label, named from before line `at`; None: none of the statement."""
        mark = MARK.fullmatch(name)
        if mark is not None:
            return self._label(int(mark[1]))
        found = self.listing.find(name, at)
        return found if found is not None and self.listing.lines[found].code else None

    def _label(self, number: int) -> int | None:
        operands = self.constraints.operands
        constraint: Constraint | None = operands[number] if number < len(operands) else None
        if constraint is None or constraint.label is None or constraint.label >= self.labels:
            return None
        if constraint.label not in self.leaving:
            self.leaving[constraint.label] = self.graph.add(Leave(constraint.label), ())
        return self.leaving[constraint.label]

    def _returns(self, number: int, instruction: Instruction) -> tuple[int, ...]:
        """IRET goes to the label whose address was pushed."""
        found: list[int] = []
        for at, line in enumerate(self.listing.lines[:number]):
            pushed = line.instruction
            if pushed is None or pushed.name not in ("push", "pushq", "pushl") or not pushed.operands:
                continue
            if isinstance(pushed.operands[0], Imm) and pushed.operands[0].symbol:
                target = self.symbol(pushed.operands[0].symbol, at)
                if target is not None:
                    found.append(target)
        return tuple(found) or (self._unknown(instruction, "control leaves the statement"),)


def _following(lines: list[Line]) -> list[int]:
    """The next line of the same section, for each; END where there is none."""
    found = [END] * len(lines)
    last: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line.section in last:
            found[last[line.section]] = number
        last[line.section] = number
    return found


def _symbol(operand: Parsed) -> str:
    return operand.symbol if isinstance(operand, Mem) else ""
