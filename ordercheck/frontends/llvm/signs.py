"""Which integers may be meant as negative: LLVM's have no sign, and an index is signed all the same.

Sums of 64 bits are taken not to overflow. That -1 is added, written as 2**64 - 1, is no overflow.
What is compared as unsigned somewhere, or goes into what is, such as the number of a page, is a count,
unless it is compared as signed as well.
"""

from __future__ import annotations

from collections.abc import Callable

from ordercheck.frontends.llvm.flat import Flat, Key, Phi, Ref, Step
from ordercheck.frontends.llvm.ir import Instruction, Int, Local

COUNT, ANY, SIGNED = 0, 1, 2
"""What it is: never negative; nobody says, as of an argument; made of what may be negative."""
_NEVER = frozenset({"zext", "urem", "ptrtoint", "ptrtoaddr"})
_SIGNED = frozenset({"sext", "ashr", "sdiv", "srem"})
_AS_OPERANDS = frozenset({"add", "mul", "shl", "and", "or", "xor", "phi", "select", "freeze"})
_UNSIGNED = frozenset({"umin", "umax", "usub", "uadd"})
_COUNTS = frozenset({"ctlz", "cttz", "ctpop", "abs"}) | _UNSIGNED


class Signs:
    """Asked by value; what goes round in a loop is as it began."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._made: dict[Key, Step | Phi] = {}
        for block in flat.blocks:
            self._made.update((phi.key, phi) for phi in block.phis)
        self._made.update((s.key, s) for s in flat.steps() if s.instr.name)
        self._known: dict[Key, int] = {}
        self._stored: dict[Key, list[Ref]] = {}
        """What is stored to variables on the stack."""
        for step in flat.steps():
            if step.instr.op == "store" and (slot := self._slot(step, 1)) is not None:
                self._stored.setdefault(slot, []).append(step.ref(step.instr.operands[0]))
        self._counted = self._compared(_unsigned) - self._compared(_signed)

    def _compared(self, as_such: Callable[[Instruction], bool]) -> set[Key]:
        """What is compared so, with all that it is made of."""
        steps = (s for s in self._flat.steps() if as_such(s.instr))
        work = [self._flat.resolve(s.ref(v)) for s in steps for v in s.instr.operands]
        found: set[Key] = set()
        while work:
            ref = work.pop()
            key = ref.key
            if isinstance(ref.value, Local) and key not in found:
                found.add(key)
                work += map(self._flat.resolve, self._parts(key))
        return found

    def _slot(self, step: Step, operand: int) -> Key | None:
        key = self._flat.resolve(step.ref(step.instr.operands[operand])).key
        made = self._made.get(key)
        return key if isinstance(made, Step) and made.instr.op == "alloca" else None

    def place(self, ref: Ref) -> Key | None:
        """The variable on the stack that a value is loaded from, else its own key; None of a constant."""
        ref = self._flat.resolve(ref)
        if not isinstance(ref.value, Local):
            return None
        key = ref.key
        made = self._made.get(key)
        return self._slot(made, 0) if isinstance(made, Step) and self._of_slot(made) else key

    def stored(self, ref: Ref) -> list[Ref]:
        """A value, and what it may be a copy of by way of a variable on the stack."""
        ref = self._flat.resolve(ref)
        made = self._made.get(ref.key)
        if isinstance(made, Step) and self._of_slot(made):
            return [ref, *map(self._flat.resolve, self._parts(made.key))]
        return [ref]

    def of(self, ref: Ref) -> int:
        """COUNT, ANY or SIGNED."""
        ref = self._flat.resolve(ref)
        if not isinstance(ref.value, Local):
            return _of_value(ref.value)
        return self.at(ref.key)

    def at(self, key: Key) -> int:
        """The same of the value of that key."""
        if key not in self._known:
            self._settle(key)
        return self._known[key]

    def _settle(self, key: Key) -> None:
        """All that it is made of as well, from below, until nothing changes."""
        needed: dict[Key, list[Ref]] = {}
        work = [key]
        while work:
            this = work.pop()
            if this in needed or this in self._known:
                continue
            needed[this] = [self._flat.resolve(r) for r in self._parts(this)]
            work += [r.key for r in needed[this] if isinstance(r.value, Local)]
        found = {this: self._own(this) for this in needed}
        changed = True
        while changed:
            changed = False
            for this, parts in needed.items():
                new = max([found[this], *(self._level(r, found) for r in parts)])
                changed = changed or new != found[this]
                found[this] = new
        self._known.update(found)

    def _level(self, ref: Ref, found: dict[Key, int]) -> int:
        if not isinstance(ref.value, Local):
            return _of_value(ref.value)
        return self._known.get(ref.key, found.get(ref.key, ANY))

    def _parts(self, key: Key) -> list[Ref]:
        """What its sign depends on."""
        made = self._made.get(key)
        if isinstance(made, Phi):
            return list(made.incoming.values())
        if made is not None and self._of_slot(made):
            slot = self._slot(made, 0)
            return [] if slot is None else self._stored[slot]
        if made is None or made.instr.op not in _AS_OPERANDS:
            return []
        op, operands = made.instr.op, made.instr.operands
        if op == "select":
            operands = operands[1:]
        elif op == "shl":
            operands = operands[:1]
        elif op == "and":
            masks = [v for v in operands if isinstance(v, Int)]
            # what is rounded down keeps its sign, what is cut off has none
            operands = tuple(v for v in operands if v not in masks)
            if any(_of_value(v) is COUNT for v in masks):
                operands = ()
        return [made.ref(v) for v in operands]

    def _of_slot(self, step: Step) -> bool:
        return step.instr.op == "load" and self._slot(step, 0) in self._stored

    def _own(self, key: Key) -> int:
        made = self._made.get(key)
        if isinstance(made, Phi) or (made is not None and self._of_slot(made)):
            return COUNT
        found = ANY if made is None else _of_instruction(made.instr)
        return COUNT if found is ANY and key in self._counted else found


def _unsigned(instr: Instruction) -> bool:
    """Whether it compares its operands as unsigned.

    With a constant it may be a test of a range: of 0 <= x < c, compilers make one comparison.
    """
    if instr.op == "icmp":
        return instr.predicate[0] == "u" and not any(isinstance(v, Int) for v in instr.operands)
    return instr.intrinsic in _UNSIGNED


def _signed(instr: Instruction) -> bool:
    return instr.op == "icmp" and instr.predicate[0] == "s"


def _of_instruction(instr: Instruction) -> int:
    op = instr.op
    if op in _AS_OPERANDS or op in _NEVER or (op == "sub" and "nuw" in instr.flags):
        return COUNT
    if op in ("lshr", "udiv"):
        by = instr.operands[1]
        return COUNT if isinstance(by, Int) and by.value > (op == "udiv") else ANY
    if op in _SIGNED or op == "sub":
        return SIGNED
    what = instr.intrinsic
    return COUNT if what in _COUNTS else SIGNED if what in ("smin", "smax") else ANY


def _of_value(value: object) -> int:
    if isinstance(value, Int):
        return SIGNED if value.value >> (value.type.bits - 1) else COUNT
    return ANY
