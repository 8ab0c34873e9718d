"""Branches that code is patched for: of a CPU's feature, of a static key.

Each such test may go either way, and so may the next one: a static key may have been switched
in between. What the CPU has stays what it is, and so does a key that nobody switches any more.

Sources: Linux, arch/x86/include/asm/cpufeature.h and jump_label.h, include/linux/jump_label.h
(a test jumps where the key is on, unless its bit 0 says the opposite).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from ordercheck.frontends.llvm.asm.effects import AsmChoice, AsmJump, AsmLoad, every
from ordercheck.frontends.llvm.assumptions import Assumptions
from ordercheck.frontends.llvm.called import Called
from ordercheck.frontends.llvm.code import Code
from ordercheck.frontends.llvm.emit import Emitter
from ordercheck.frontends.llvm.fixed import ALL, is_fixed
from ordercheck.frontends.llvm.flat import Flat, Step
from ordercheck.frontends.llvm.ir import ConstantExpr, GlobalRef, InlineAsm, Int
from ordercheck.program.expr import Expr, apply

_KEYS, _FEATURES = "__jump_table", ".altinstructions"

Asked = tuple[str, str]
"""What is asked for, and what tells it from another of that name."""


class Switches:
    """The tests of a function. fixed: the names of the static keys that are not switched; `*`: none is."""

    def __init__(
        self,
        flat: Flat,
        code: Code,
        called: Mapping[int, Called],
        emit: Emitter,
        assumptions: Assumptions,
        fixed: Collection[str],
        note: Callable[[str], None],
    ) -> None:
        self._note = note
        self._code, self._emit, self._assumptions, self._fixed = code, emit, assumptions, fixed
        asked = {id(s): self._asked(s) for s in flat.steps() if _only_jumps(s, called)}
        self._asked_by = {number: what for number, what in asked.items() if what is not None}
        self._times = Counter(self._asked_by.values())
        self._answers: dict[Asked, Expr] = {}

    def go(self, step: Step, targets: Sequence[int]) -> bool:
        """Control goes on where an earlier test of the same went; False: nobody says that it does.

        targets: the fall-through first.
        """
        asked = self._asked_by.get(id(step))
        if asked is None or self._times[asked] < 2:
            return False
        key = _is_key(step)
        if key and not self._stays(step):
            self._note(
                f"each test of the static key {asked[0]} may go either way: it may be switched meanwhile"
            )
            return False
        if not self._assumptions.use("keys" if key else "features", asked[0]):
            return False
        if asked not in self._answers:
            self._answers[asked] = self._emit.param(asked[0], None, None, "bool")
        answer = self._answers[asked]
        if key:
            jumps = apply("not", answer) if _opposite(step) else answer
            self._emit.branch(jumps, targets[1], targets[0])
            return True
        # before the code is patched it looks for itself, and jumps where it falls through later
        there = self._emit.new("there")
        self._emit.branch(answer, there, targets[-1])
        self._emit.go_on(there)
        self._emit.choose(targets[:-1])
        return True

    def _asked(self, step: Step) -> Asked | None:
        callee, operands = step.instr.callee, step.instr.operands
        labels = len(step.instr.labels) - 1
        assert isinstance(callee, InlineAsm)
        if _is_key(step):
            variable, name = self._key(step)
            if labels != 1 or not variable:
                return None
            owner = self._code.owner(step.frame.module, variable)
            return name, str(owner.path) if owner is not None else ""
        if _FEATURES in callee.text and isinstance(operands[0], Int) and labels in (1, 2):
            word, bit = divmod(operands[0].value, 32)
            return f"static_cpu_has({word}*32+{bit})", callee.text
        return None

    def _key(self, step: Step) -> tuple[str, str]:
        """The variable that a key is, or lies in, and what the key is called."""
        value = step.instr.operands[0]
        if isinstance(value, GlobalRef):
            return value.name, value.name
        if not isinstance(value, ConstantExpr) or value.source_type is None:
            return "", ""
        start, *indices = value.operands
        offset = self._code.constant_offset(step.frame.module, value.source_type, tuple(indices))
        if not isinstance(start, GlobalRef) or offset is None:
            return "", ""
        return start.name, f"{start.name}[{offset}]" if offset else start.name

    def _stays(self, step: Step) -> bool:
        """Whether it is said of a static key that nobody switches it."""
        name, _ = self._key(step)
        return ALL in self._fixed or is_fixed(self._code, step.frame.module, name, self._fixed)


def _only_jumps(step: Step, called: Mapping[int, Called]) -> bool:
    """Whether an asm statement does no more than to look, and to jump, all by constants."""
    instr = step.instr
    if not isinstance(instr.callee, InlineAsm) or not instr.labels or not instr.operands:
        return False
    if not all(isinstance(v, Int | GlobalRef | ConstantExpr) for v in instr.operands):
        return False
    return all(isinstance(e, AsmJump | AsmLoad | AsmChoice) for e in every(called[id(step)].effects))


def _is_key(step: Step) -> bool:
    return isinstance(step.instr.callee, InlineAsm) and _KEYS in step.instr.callee.text


def _opposite(step: Step) -> bool:
    return any(isinstance(v, Int) and v.value & 1 for v in step.instr.operands[1:])
