"""Which steps compute the same: what is not followed is one value then, not two that may differ.

Value numbering in static single assignment form (Click: "Global Code Motion, Global Value
Numbering", 1995): two operations are equal where their operands are, and the first one is of
use to the second where no way leads to the second but through the first. A value that is
defined before the first cannot have become another one in between: there would be a way from
its definition to the second operation that avoids the first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from ordercheck.frontends.llvm.called import harmless
from ordercheck.frontends.llvm.flat import Flat, Frame, Key, Ref, Step
from ordercheck.frontends.llvm.ir import (
    Aggregate,
    Constant,
    ConstantExpr,
    GlobalRef,
    Int,
    Local,
    PtrType,
    StructType,
    Value,
)
from ordercheck.frontends.llvm.slots import slots

MAX_DEPTH = 40
"""Operands of operands are looked at so far."""
_INTEGERS = (
    *("add", "sub", "mul", "shl", "lshr", "ashr", "udiv", "urem", "sdiv", "srem", "and", "or", "xor"),
    *("icmp", "getelementptr", "addrspacecast", "bitcast", "zext", "sext", "trunc", "ptrtoint"),
    *("ptrtoaddr", "inttoptr", "extractvalue", "insertvalue", "uitofp", "sitofp"),
)
_MOVES = ("select", "extractelement", "insertelement", "shufflevector", "fneg")
"""What hands on, bit by bit, what it is given."""
_FLOATS = ("fadd", "fsub", "fmul", "fdiv", "frem", "fptrunc", "fpext")
"""What may return another NaN each time (LangRef, "Behavior of Floating-Point NaN values")."""
_LOOKS = ("fcmp", "fptoui", "fptosi")
"""What cannot tell one NaN from another."""
_INTRINSICS = (
    *("ctpop", "ctlz", "cttz", "bswap", "bitreverse", "fshl", "fshr", "abs", "smax", "smin", "umax", "umin"),
    *("sadd", "uadd", "ssub", "usub", "smul", "umul", "sshl", "ushl", "scmp", "ucmp"),
)
_ROUNDING = ("sqrt", "floor", "ceil", "trunc", "rint", "nearbyint", "round", "roundeven", "fma")
_COMMUTES = frozenset(("add", "mul", "and", "or", "xor", "fadd", "fmul"))
_SWAPPED = {"gt": "lt", "ge": "le"}
"""How comparisons of floats end, and those of the same operands in the other order."""
_SYMMETRIC = ("eq", "ne", "rd", "no")
"""How those end that are the same in the other order."""
_INVERSE = {"ult": "ole", "ule": "olt"}
"""What holds where the other one does not, of the operands in the other order."""
_INVERSE_SYMMETRIC = {"une": "oeq", "one": "ueq", "uno": "ord"}
_FAST = frozenset(("fast", "reassoc", "contract", "afn", "arcp", "nsz", "nnan", "ninf"))


class Numbering:
    """The steps of a function by what they compute. To be asked in the order of the translation.

    Equal values have equal numbers, those of undef and poison aside, which are another value each time.
    """

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        self._places: dict[int, tuple[int, int]] | None = None
        self._stores: dict[Key, list[Step]] = {}
        self._known: dict[tuple[Key, bool], int] = {}
        self._numbers: dict[Hashable, int] = {}
        self._constant: set[int] = set()
        """Those that are made of arguments and constants alone."""
        self._first: dict[int, list[Step]] = {}
        self._opposites: dict[int, int] = {}
        """Numbers of truth values that are never the same."""

    def earlier(self, step: Step) -> Step | None:
        """A step that has computed the same whenever control comes here.

        Also one that control need not have passed, where the value is the same throughout.
        """
        number = self._number_of(step)
        if number is None:
            return None
        found = self._seen(number, step)
        if found is None:
            self._first.setdefault(number, []).append(step)
        return found

    def inverse(self, step: Step) -> Step | None:
        """As `earlier`, a comparison that has held whenever this one does not."""
        number = self._number_of(step)
        opposite = None if number is None else self._opposites.get(number)
        return None if opposite is None else self._seen(opposite, step)

    def _seen(self, number: int, step: Step) -> Step | None:
        always = self.throughout(step)
        before = self._first.get(number, ())
        return next((s for s in before if always or self._passed(s, step)), None)

    def throughout(self, step: Step) -> bool:
        """Whether it computes one and the same number each time."""
        single = not isinstance(step.instr.type, StructType | PtrType)
        return single and self._number_of(step) in self._constant

    def _number_of(self, step: Step) -> int | None:
        if self._places is None:
            self._look()
        return self._computed(step, False, 0)

    def _look(self) -> None:
        self._places = {}
        for number, block in enumerate(self._flat.blocks):
            for index, step in enumerate(block.whole):
                self._places[id(step)] = number, index
        entry = self._flat.entry
        self._arguments = {(entry.number, param.name) for param in entry.function.params}
        self._slots = slots(self._flat)
        for step in self._flat.steps():
            key = self._slot(step, 1) if step.instr.op == "store" else None
            if key is not None:
                self._stores.setdefault(key, []).append(step)

    def _passed(self, first: Step, then: Step) -> bool:
        """Whether control has passed the one step whenever it comes to the other."""
        assert self._places is not None
        one, other = self._places[id(first)], self._places[id(then)]
        if one[0] == other[0]:
            return one[1] < other[1]
        return self._flat.dominators.above(one[0], other[0])

    def _slot(self, step: Step, operand: int) -> Key | None:
        """The stack slot that a load or store is of, where it is a mere variable."""
        key = self._flat.resolve(step.ref(step.instr.operands[operand])).key
        return key if key in self._slots else None

    # the number of a value

    def _number(self, what: Hashable, operands: Iterable[int] = (), constant: bool = True) -> int:
        operands = tuple(operands)
        number = self._numbers.setdefault((what, operands), len(self._numbers))
        if constant and self._constant.issuperset(operands):
            self._constant.add(number)
        return number

    def _value(self, ref: Ref, any_nan: bool, depth: int) -> int:
        """any_nan: a NaN is as good as another."""
        ref = self._flat.resolve(ref)
        value = ref.value
        match value:
            case Local():
                return self._local((ref.frame.number, value.name), any_nan, depth)
            case Int():
                return self._number(("int", value.type.bits, value.value))
            case GlobalRef():
                return self._number(("global", id(ref.frame.module), value.name))
            case Constant(kind="null" | "zeroinitializer" | "float"):
                return self._number(("constant", value.kind, value.text, value.type))
            case Aggregate():
                return self._number(("aggregate", value.type), self._values(ref.frame, value.elements, depth))
            case ConstantExpr():
                what = "expression", value.op, value.type, value.source_type
                return self._number(what, self._values(ref.frame, value.operands, depth))
        return self._number(object(), constant=False)

    def _values(self, frame: Frame, values: Iterable[Value], depth: int, any_nan: bool = False) -> list[int]:
        return [self._value(Ref(frame, v), any_nan, depth) for v in values]

    def _local(self, key: Key, any_nan: bool, depth: int) -> int:
        found = self._known.get((key, any_nan))
        if found is None:
            step = self._flat.made.get(key)
            if step is not None and depth < MAX_DEPTH:
                found = self._computed(step, any_nan, depth + 1)
            if found is None:
                found = self._number(("value", key), constant=key in self._arguments)
            self._known[key, any_nan] = found
        return found

    def _computed(self, step: Step, any_nan: bool, depth: int) -> int | None:
        """The number of what a step computes; None where it may be another value each time."""
        instr = step.instr
        if instr.op == "load":
            return self._variable(step, any_nan, depth)
        if instr.op == "call":
            return self._called(step, any_nan, depth)
        if instr.op in _FLOATS or instr.op in _LOOKS:
            # what is marked may be computed in one way here and in another there
            if instr.flags or (instr.op in _FLOATS and not any_nan):
                return None
            any_nan = True
        elif instr.op in _INTEGERS:
            any_nan = False
        elif instr.op not in _MOVES:
            return None
        operands = self._values(step.frame, instr.operands, depth, any_nan)
        if instr.op == "fcmp":
            return self._compared(instr.predicate, operands)
        if instr.op in _COMMUTES:
            operands.sort()
        what = instr.op, instr.predicate, instr.type, instr.flags, instr.source_type, instr.indices
        return self._number(what, operands)

    def _compared(self, predicate: str, operands: list[int]) -> int:
        """A comparison of floats, whichever way the compiler has turned it."""
        if predicate[-2:] in _SWAPPED:
            predicate = predicate[:-2] + _SWAPPED[predicate[-2:]]
            operands.reverse()
        if predicate in _INVERSE:
            return self._opposite(self._number(("fcmp", _INVERSE[predicate]), operands[::-1]))
        if predicate[-2:] in _SYMMETRIC:
            operands.sort()
        if predicate in _INVERSE_SYMMETRIC:
            return self._opposite(self._number(("fcmp", _INVERSE_SYMMETRIC[predicate]), operands))
        return self._number(("fcmp", predicate), operands)

    def _opposite(self, number: int) -> int:
        other = self._number("not", (number,))
        self._opposites[number], self._opposites[other] = other, number
        return other

    def _variable(self, step: Step, any_nan: bool, depth: int) -> int | None:
        """A load of a variable that is stored to at one place, before it."""
        slot = self._slot(step, 0)
        stores = self._stores.get(slot, []) if slot is not None else []
        if len(stores) != 1 or not self._passed(stores[0], step):
            return None
        return self._value(stores[0].ref(stores[0].instr.operands[0]), any_nan, depth)

    def _called(self, step: Step, any_nan: bool, depth: int) -> int | None:
        """A call of what computes its result from its arguments alone."""
        instr = step.instr
        if not instr.callee_name or isinstance(instr.type, PtrType) or instr.flags & _FAST:
            return None
        rounds = instr.intrinsic in _ROUNDING
        if instr.intrinsic:
            if instr.intrinsic not in _INTRINSICS and not (rounds and any_nan):
                return None
        elif not harmless(step) or _special(instr.attributes):
            return None
        about = "call", id(step.frame.module), instr.callee_name, instr.type
        return self._number(about, self._values(step.frame, instr.operands, depth, rounds))


def _special(attributes: frozenset[str]) -> bool:
    """Whether a call depends on more than its arguments, for all that it touches no memory."""
    return any(a in ("strictfp", "convergent") or a.startswith("bundle(") for a in attributes)
